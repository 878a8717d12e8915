//! How things look: a theme turned into the styles of the drawing library, once at start.

use std::io::Cursor;

use ratatui::style::{Color, Modifier, Style};
use syntect::highlighting::{FontStyle, Highlighter, ThemeSet};
use syntect::parsing::{Scope as TextMateScope, ScopeStack};

use super::options::{Surroundings, ThemeChoice};
use crate::config::{Colour, Scope, StyleSpec, Theme, ThemeError};
use crate::kql::Class;

/// Styles by meaning. Every style but `text` is a patch: it changes only what it names.
#[derive(Debug, Clone)]
pub struct Look {
    ui: [Style; Scope::ALL.len()],
    syntax: [Style; Class::ALL.len()],
    /// Draw rules and marks with ASCII only.
    pub ascii: bool,
    /// The terminal can draw a wavy line in a colour of its own below text.
    squiggles: bool,
}

/// What a wavy line is noted as, since the drawing library knows only straight ones: nothing of ours blinks.
pub(super) const SQUIGGLE: Modifier = Modifier::RAPID_BLINK;

impl Look {
    /// The theme that was asked for, or that fits the terminal.
    pub fn new(choice: &ThemeChoice, folder: &std::path::Path, around: &Surroundings) -> Result<Self, ThemeError> {
        let theme = match choice {
            _ if around.no_color => Theme::built_in("plain")?,
            ThemeChoice::Named(name) => Theme::load(name, folder)?,
            ThemeChoice::Auto if !around.truecolor => Theme::built_in("terminal")?,
            ThemeChoice::Auto if around.light => Theme::load("light", folder)?,
            ThemeChoice::Auto => Theme::load("dark", folder)?,
        };
        Self::of(&theme, around)
    }

    /// What is left when a theme is broken: no colour.
    pub fn plain(around: &Surroundings) -> Self {
        let theme = Theme::built_in("plain").expect("a test reads every built-in theme");
        Self::of(&theme, around).expect("a test reads every built-in theme")
    }

    pub fn of(theme: &Theme, around: &Surroundings) -> Result<Self, ThemeError> {
        let mut ui = [Style::default(); Scope::ALL.len()];
        // A theme from before there was this scope must not hide what it marks.
        ui[Scope::Production as usize] = Style::default().add_modifier(Modifier::REVERSED | Modifier::BOLD);
        for (scope, spec) in &theme.ui {
            ui[*scope as usize] = style(spec, around);
        }
        let syntax = match &theme.tm_theme {
            Some(text) => tm_theme_styles(text, around)
                .map_err(|message| ThemeError::Broken { name: theme.name.clone(), message })?,
            None => Class::ALL
                .map(|class| theme.syntax.get(class.name()).map_or_else(Style::default, |it| style(it, around))),
        };
        Ok(Self { ui, syntax, ascii: around.ascii, squiggles: around.squiggles })
    }

    pub fn scope(&self, scope: Scope) -> Style {
        self.ui[scope as usize]
    }

    pub fn class(&self, class: Class) -> Style {
        self.syntax[class as usize]
    }

    /// What lies over text that is wrong: a line below it. Where that line cannot have the colour of the severity, the
    /// text has it; colour is never the only sign.
    pub fn mistake(&self, scope: Scope) -> Style {
        let color = self.scope(scope).fg;
        if self.squiggles {
            return Style { underline_color: color, ..Style::default().add_modifier(SQUIGGLE) };
        }
        Style { fg: color, ..Style::default().add_modifier(Modifier::UNDERLINED) }
    }

    /// The style of the empty screen.
    pub fn ground(&self) -> Style {
        self.scope(Scope::Text)
    }

    /// Plain text on whatever ground it stands.
    pub fn text(&self) -> Style {
        Style { bg: None, ..self.scope(Scope::Text) }
    }

    pub fn dim(&self) -> Style {
        self.scope(Scope::Dim)
    }

    pub fn accent(&self) -> Style {
        self.scope(Scope::Accent)
    }
}

fn style(spec: &StyleSpec, around: &Surroundings) -> Style {
    let mut style =
        Style { fg: spec.fg.map(|it| color(it, around)), bg: spec.bg.map(|it| color(it, around)), ..Style::default() };
    for (wanted, modifier) in [
        (spec.bold, Modifier::BOLD),
        (spec.dim, Modifier::DIM),
        (spec.italic, Modifier::ITALIC),
        (spec.underline, Modifier::UNDERLINED),
        (spec.reverse, Modifier::REVERSED),
    ] {
        if wanted {
            style = style.add_modifier(modifier);
        }
    }
    style
}

fn color(colour: Colour, around: &Surroundings) -> Color {
    match colour {
        Colour::Default => Color::Reset,
        Colour::Ansi(number) => [
            Color::Black,
            Color::Red,
            Color::Green,
            Color::Yellow,
            Color::Blue,
            Color::Magenta,
            Color::Cyan,
            Color::Gray,
            Color::DarkGray,
            Color::LightRed,
            Color::LightGreen,
            Color::LightYellow,
            Color::LightBlue,
            Color::LightMagenta,
            Color::LightCyan,
            Color::White,
        ][usize::from(number & 15)],
        Colour::Rgb(red, green, blue) if around.truecolor => Color::Rgb(red, green, blue),
        Colour::Rgb(red, green, blue) => Color::Indexed(nearest_of_256(red, green, blue)),
    }
}

/// The nearest colour of the 6×6×6 cube and the grey ramp that xterm's 256 colours have.
fn nearest_of_256(red: u8, green: u8, blue: u8) -> u8 {
    const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];
    let distance = |other: [u8; 3]| -> u32 {
        [red, green, blue].iter().zip(other).map(|(a, b)| u32::from(a.abs_diff(b)).pow(2)).sum()
    };
    let step = |value: u8| (0..6).min_by_key(|idx| STEPS[*idx].abs_diff(value)).unwrap_or(0);
    let (r, g, b) = (step(red), step(green), step(blue));
    let grey = ((u16::from(red) + u16::from(green) + u16::from(blue)) / 3).saturating_sub(3).min(235) / 10;
    let grey_level = 8 + 10 * grey as u8;
    if distance([grey_level; 3]) < distance([STEPS[r], STEPS[g], STEPS[b]]) {
        232 + grey as u8
    } else {
        (16 + 36 * r + 6 * g + b) as u8
    }
}

fn tm_theme_styles(text: &str, around: &Surroundings) -> Result<[Style; Class::ALL.len()], String> {
    let theme = ThemeSet::load_from_reader(&mut Cursor::new(text)).map_err(|it| format!("its .tmTheme: {it}"))?;
    let highlighter = Highlighter::new(&theme);
    let style_of = |class: Class| {
        let Ok(scope) = TextMateScope::new(class.scope()) else { return Style::default() };
        let found = highlighter.style_mod_for_stack(ScopeStack::from_vec(vec![scope]).as_slice());
        let mut style = Style::default();
        if let Some(fg) = found.foreground {
            style = style.fg(color(Colour::Rgb(fg.r, fg.g, fg.b), around));
        }
        let font = found.font_style.unwrap_or_else(FontStyle::empty);
        for (flag, modifier) in [
            (FontStyle::BOLD, Modifier::BOLD),
            (FontStyle::ITALIC, Modifier::ITALIC),
            (FontStyle::UNDERLINE, Modifier::UNDERLINED),
        ] {
            if font.contains(flag) {
                style = style.add_modifier(modifier);
            }
        }
        style
    };
    Ok(Class::ALL.map(style_of))
}
