//! Theme files: the colours of the interface by meaning, and the TextMate theme that colours the query text.

use std::collections::BTreeMap;

use thiserror::Error;

/// What a colour is for. The names in files are these in lower case with hyphens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    /// Everything that has no meaning of its own; its background is the screen's.
    Text,
    /// Units, hints, nulls.
    Dim,
    /// Focus, and what is chosen.
    Accent,
    Selection,
    Border,
    BorderFocus,
    Error,
    Warning,
    Success,
    Info,
    Gutter,
    GridHeader,
    GridNull,
    /// The cell under the cursor of the grid, when the grid is focused.
    GridCell,
    /// The row under the cursor of the grid.
    GridRow,
    /// The filled part of a bar.
    Bar,
    /// The title while a connection in production is open: never to be taken for a test tenant.
    Production,
}

impl Scope {
    /// Each scope with its name in theme files and its meaning.
    pub const ALL: [(Self, &'static str, &'static str); 17] = [
        (Self::Text, "text", "everything else; its background is the screen's"),
        (Self::Dim, "dim", "units, hints, what is absent"),
        (Self::Accent, "accent", "focus and what is chosen"),
        (Self::Selection, "selection", "selected text"),
        (Self::Border, "border", "rules between panes"),
        (Self::BorderFocus, "border-focus", "the rule of the focused pane"),
        (Self::Error, "error", "what went wrong"),
        (Self::Warning, "warning", "what needs attention: refusals, cut results"),
        (Self::Success, "success", "what went well"),
        (Self::Info, "info", "what is under way"),
        (Self::Gutter, "gutter", "line and row numbers"),
        (Self::GridHeader, "grid-header", "column names"),
        (Self::GridNull, "grid-null", "cells without a value"),
        (Self::GridCell, "grid-cell", "the cell under the cursor"),
        (Self::GridRow, "grid-row", "the row under the cursor"),
        (Self::Bar, "bar", "the filled part of a bar"),
        (Self::Production, "production", "the title while a connection in production is open"),
    ];
}

/// A colour as a theme names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// The terminal's own.
    Default,
    /// One of the terminal's sixteen, 0 to 15.
    Ansi(u8),
    Rgb(u8, u8, u8),
}

/// How something is written; what is not said stays as it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own in the file")]
pub struct StyleSpec {
    pub fg: Option<Colour>,
    pub bg: Option<Colour>,
    pub bold: bool,
    pub dim: bool,
    pub italic: bool,
    pub underline: bool,
    pub reverse: bool,
}

/// One theme, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theme {
    pub name: String,
    pub ui: BTreeMap<Scope, StyleSpec>,
    /// The TextMate theme (`.tmTheme`) that colours the query.
    pub tm_theme: Option<String>,
    /// Or colours by the name of the highlight class, for themes of the terminal's sixteen colours.
    pub syntax: BTreeMap<String, StyleSpec>,
}

/// Why a theme cannot be used.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum ThemeError {
    #[error("there is no theme '{name}'; there are {known}")]
    Unknown { name: String, known: String },
    #[error("theme '{name}': {message}")]
    Broken { name: String, message: String },
}

/// The themes that are built in: name, interface colours, TextMate theme.
const BUILT_IN: [(&str, &str, Option<&str>); 4] = [
    ("dark", include_str!("../../themes/dark.toml"), Some(include_str!("../../themes/dark.tmTheme"))),
    ("light", include_str!("../../themes/light.toml"), Some(include_str!("../../themes/light.tmTheme"))),
    ("terminal", include_str!("../../themes/terminal.toml"), None),
    ("plain", include_str!("../../themes/plain.toml"), None),
];

impl Theme {
    /// The names of the built-in themes.
    pub fn built_in_names() -> impl Iterator<Item = &'static str> {
        BUILT_IN.iter().map(|(name, _, _)| *name)
    }

    /// A built-in theme by its name.
    pub fn built_in(name: &str) -> Result<Self, ThemeError> {
        let Some((name, ui, tm_theme)) = BUILT_IN.iter().find(|(it, _, _)| *it == name) else {
            let known = Self::built_in_names().collect::<Vec<_>>().join(", ");
            return Err(ThemeError::Unknown { name: name.to_owned(), known });
        };
        Self::parse(name, ui, tm_theme.map(str::to_owned))
    }

    /// A theme of the user's `themes` folder (`<name>.toml` and, if it stands there, `<name>.tmTheme`), else the
    /// built-in one of that name.
    pub fn load(name: &str, folder: &std::path::Path) -> Result<Self, ThemeError> {
        if name.contains(['/', '\\']) {
            return Self::built_in(name);
        }
        match std::fs::read_to_string(folder.join(format!("{name}.toml"))) {
            Ok(ui) => Self::parse(name, &ui, std::fs::read_to_string(folder.join(format!("{name}.tmTheme"))).ok()),
            Err(_) => Self::built_in(name),
        }
    }

    /// Reads the text of a theme file.
    pub fn parse(name: &str, ui: &str, tm_theme: Option<String>) -> Result<Self, ThemeError> {
        let broken = |message: String| ThemeError::Broken { name: name.to_owned(), message };
        let file: toml::Table = toml::from_str(ui).map_err(|it| broken(it.message().to_owned()))?;
        let mut theme = Self { name: name.to_owned(), ui: BTreeMap::new(), tm_theme, syntax: BTreeMap::new() };
        let palette = file.get("palette").and_then(toml::Value::as_table);
        for (section, lines) in &file {
            let lines = lines.as_table().ok_or_else(|| broken(format!("'{section}' must be a section")))?;
            for (key, value) in lines {
                let style = || style_spec(value, palette).map_err(|it| broken(format!("[{section}] {key}: {it}")));
                match section.as_str() {
                    "ui" => {
                        let scope = Scope::ALL.iter().find(|(_, name, _)| name == key);
                        let scope = scope.ok_or_else(|| broken(format!("[ui] there is no scope '{key}'")))?.0;
                        theme.ui.insert(scope, style()?);
                    }
                    "syntax" => drop(theme.syntax.insert(key.clone(), style()?)),
                    "palette" => drop(style()?),
                    _ => return Err(broken(format!("there is no section [{section}]"))),
                }
            }
        }
        Ok(theme)
    }
}

type Palette<'a> = Option<&'a toml::Table>;

fn style_spec(value: &toml::Value, palette: Palette<'_>) -> Result<StyleSpec, String> {
    let table = match value {
        toml::Value::String(text) => return Ok(StyleSpec { fg: Some(colour(text, palette)?), ..StyleSpec::default() }),
        toml::Value::Table(table) => table,
        _ => return Err("write a colour in quotes or { fg = …, bg = …, bold = true }".into()),
    };
    let mut style = StyleSpec::default();
    for (key, value) in table {
        let flag = match key.as_str() {
            "fg" | "bg" => {
                let parsed = colour(value.as_str().ok_or("a colour must be text in quotes")?, palette)?;
                *(if key == "fg" { &mut style.fg } else { &mut style.bg }) = Some(parsed);
                continue;
            }
            "bold" => &mut style.bold,
            "dim" => &mut style.dim,
            "italic" => &mut style.italic,
            "underline" => &mut style.underline,
            "reverse" => &mut style.reverse,
            _ => return Err(format!("'{key}' is not fg, bg, bold, dim, italic, underline or reverse")),
        };
        *flag = value.as_bool().ok_or_else(|| format!("{key} must be true or false"))?;
    }
    Ok(style)
}

const ANSI_NAMES: [&str; 16] = [
    "black",
    "red",
    "green",
    "yellow",
    "blue",
    "magenta",
    "cyan",
    "white",
    "bright-black",
    "bright-red",
    "bright-green",
    "bright-yellow",
    "bright-blue",
    "bright-magenta",
    "bright-cyan",
    "bright-white",
];

fn colour(text: &str, palette: Palette<'_>) -> Result<Colour, String> {
    if let Some(named) = palette.and_then(|it| it.get(text)).and_then(toml::Value::as_str) {
        return colour(named, None);
    }
    if text == "default" {
        return Ok(Colour::Default);
    }
    if let Some(number) = ANSI_NAMES.iter().position(|name| *name == text) {
        return Ok(Colour::Ansi(number as u8));
    }
    let hex = text.strip_prefix('#').filter(|it| it.len() == 6 && it.is_ascii());
    let number = hex.and_then(|it| u32::from_str_radix(it, 16).ok());
    let [_, red, green, blue] = number.ok_or_else(|| format!("'{text}' is not a colour"))?.to_be_bytes();
    Ok(Colour::Rgb(red, green, blue))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_theme_names_its_mistakes() {
        let message = |text: &str| Theme::parse("x", text, None).unwrap_err().to_string();
        assert_eq!(message("[ui]\nfoo = \"red\""), "theme 'x': [ui] there is no scope 'foo'");
        assert_eq!(message("[ui]\ntext = \"blurple\""), "theme 'x': [ui] text: 'blurple' is not a colour");
        assert_eq!(
            message("[ui]\ntext = { fg = \"red\", loud = true }"),
            "theme 'x': [ui] text: 'loud' is not fg, bg, bold, dim, italic, underline or reverse"
        );
        assert_eq!(message("[uix]\ntext = \"red\""), "theme 'x': there is no section [uix]");
    }

    #[test]
    fn a_palette_gives_names_to_colours() {
        let theme =
            Theme::parse("x", "[palette]\nfox = \"#ff8000\"\n[ui]\naccent = { fg = \"fox\", bold = true }", None)
                .unwrap();
        assert_eq!(
            theme.ui[&Scope::Accent],
            StyleSpec { fg: Some(Colour::Rgb(255, 128, 0)), bold: true, ..StyleSpec::default() }
        );
    }

    #[test]
    fn an_unknown_theme_names_the_known_ones() {
        assert_eq!(
            Theme::built_in("neon").unwrap_err().to_string(),
            "there is no theme 'neon'; there are dark, light, terminal, plain"
        );
    }
}
