//! Where themes come from: the folder of the user and those that are built in.

use std::path::Path;

use super::file::{Layer, resolve};
use super::{Theme, ThemeError};
use crate::config::lines::Fault;

/// Themes inherit this deep.
const MAX_DEPTH: usize = 8;
/// A file that is larger is no theme.
const MAX_BYTES: u64 = 1 << 20;

/// The themes that are built in: name, interface colours, TextMate theme.
const BUILT_IN: [(&str, &str, Option<&str>); 11] = [
    ("dark", include_str!("../../../themes/dark.toml"), Some(include_str!("../../../themes/dark.tmTheme"))),
    ("light", include_str!("../../../themes/light.toml"), Some(include_str!("../../../themes/light.tmTheme"))),
    ("terminal", include_str!("../../../themes/terminal.toml"), None),
    ("terminal-light", include_str!("../../../themes/terminal-light.toml"), None),
    ("high-contrast", include_str!("../../../themes/high-contrast.toml"), None),
    ("high-contrast-light", include_str!("../../../themes/high-contrast-light.toml"), None),
    ("midnight", include_str!("../../../themes/midnight.toml"), None),
    ("ember", include_str!("../../../themes/ember.toml"), None),
    ("moss", include_str!("../../../themes/moss.toml"), None),
    ("paper", include_str!("../../../themes/paper.toml"), None),
    ("plain", include_str!("../../../themes/plain.toml"), None),
];

/// Where a theme is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ThemeOrigin {
    BuiltIn,
    /// A `.toml` of the user's folder.
    File,
    /// A `.tmTheme` of the user's folder, by itself.
    TextMate,
}

/// A theme that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThemeEntry {
    pub name: String,
    pub origin: ThemeOrigin,
    pub about: String,
    /// Mistakes in it and in what it inherits.
    pub n_faults: usize,
}

impl Theme {
    /// The names of the built-in themes.
    pub fn built_in_names() -> impl Iterator<Item = &'static str> {
        BUILT_IN.iter().map(|(name, _, _)| *name)
    }

    /// The file of a built-in theme.
    pub fn built_in_text(name: &str) -> Option<&'static str> {
        BUILT_IN.iter().find(|(it, _, _)| *it == name).map(|(_, text, _)| *text)
    }

    /// A built-in theme by its name.
    pub fn built_in(name: &str) -> Result<Self, ThemeError> {
        let layers = chain(name, |it, _| built_in_layer(it)).ok_or_else(|| unknown(name, None))?;
        Ok(resolve(name, layers).0)
    }

    /// A theme of the user's `themes` folder (`<name>.toml`, `<name>.tmTheme`, or both), else the built-in one of that
    /// name; and the mistakes in its files, whose other lines stand.
    pub fn load(name: &str, folder: &Path) -> Result<(Self, Vec<Fault>), ThemeError> {
        let layers = chain(name, |it, inherited_by_itself| {
            let own = (!inherited_by_itself).then(|| user_layer(it, folder)).flatten();
            own.or_else(|| built_in_layer(it))
        });
        let layers = layers.ok_or_else(|| unknown(name, Some(folder)))?;
        Ok(resolve(name, layers))
    }

    /// Reads the text of a theme file that inherits built-in themes at most.
    pub fn parse(name: &str, ui: &str, tm_theme: Option<String>) -> (Self, Vec<Fault>) {
        let mut own = Some(Layer::parse(&format!("{name}.toml"), ui, tm_theme));
        let layers = chain(name, |it, _| own.take().or_else(|| built_in_layer(it)));
        resolve(name, layers.unwrap_or_default())
    }

    /// Every theme that can be chosen: the built-in ones, then the user's by name.
    pub fn all(folder: &Path) -> Vec<ThemeEntry> {
        let mut entries: Vec<ThemeEntry> =
            Self::built_in_names().map(|it| entry(it, ThemeOrigin::BuiltIn, folder)).collect();
        let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
        let mut own: Vec<(String, ThemeOrigin)> = files.filter_map(|it| origin(&it.path())).collect();
        // A theme of both files is the one that the `.toml` describes.
        own.sort_by_key(|(name, origin)| (name.clone(), *origin == ThemeOrigin::TextMate));
        own.dedup_by(|a, b| a.0 == b.0);
        for (name, origin) in own {
            let entry = entry(&name, origin, folder);
            match entries.iter_mut().find(|it| it.name == name) {
                Some(built_in) => *built_in = entry,
                None => entries.push(entry),
            }
        }
        entries
    }
}

fn entry(name: &str, origin: ThemeOrigin, folder: &Path) -> ThemeEntry {
    let (about, n_faults) =
        Theme::load(name, folder).map_or((String::new(), 1), |(it, faults)| (it.about, faults.len()));
    ThemeEntry { name: name.to_owned(), origin, about, n_faults }
}

fn origin(path: &Path) -> Option<(String, ThemeOrigin)> {
    let name = path.file_stem()?.to_str()?.to_owned();
    match path.extension()?.to_str()? {
        "toml" => Some((name, ThemeOrigin::File)),
        "tmTheme" => Some((name, ThemeOrigin::TextMate)),
        _ => None,
    }
}

/// A theme's file and those that it inherits, itself first; `None` when there is no such theme. `read` is told when a
/// file inherits its own name: then the built-in one is meant.
fn chain(name: &str, mut read: impl FnMut(&str, bool) -> Option<Layer>) -> Option<Vec<Layer>> {
    let mut layers = vec![read(name, false)?];
    let mut names = vec![name.to_owned()];
    while let Some((parent, line)) = layers.last()?.inherits.clone() {
        let is_itself = names.last() == Some(&parent);
        let last = layers.len() - 1;
        if layers.len() == MAX_DEPTH
            || (names.contains(&parent) && !is_itself)
            || names.iter().filter(|it| **it == parent).count() > 1
        {
            layers[last].fault(line, format!("inherits = \"{parent}\" goes round in a circle"));
            break;
        }
        let Some(next) = read(&parent, is_itself) else {
            layers[last].fault(line, format!("there is no theme '{parent}' to inherit"));
            break;
        };
        layers.push(next);
        names.push(parent);
    }
    Some(layers)
}

fn built_in_layer(name: &str) -> Option<Layer> {
    let (_, ui, tm_theme) = BUILT_IN.iter().find(|(it, _, _)| *it == name)?;
    Some(Layer::parse(&format!("{name}.toml"), ui, tm_theme.map(str::to_owned)))
}

fn user_layer(name: &str, folder: &Path) -> Option<Layer> {
    if name.is_empty() || name.contains(['/', '\\']) || name.starts_with('.') {
        return None;
    }
    let tm_theme = read(&folder.join(format!("{name}.tmTheme")));
    match read(&folder.join(format!("{name}.toml"))) {
        Some(ui) => Some(Layer::parse(&format!("{name}.toml"), &ui, tm_theme)),
        None => tm_theme.map(|it| Layer::parse(&format!("{name}.tmTheme"), "", Some(it))),
    }
}

/// The text of a file that can be a theme.
fn read(path: &Path) -> Option<String> {
    let meta = std::fs::metadata(path).ok()?;
    if !meta.is_file() || meta.len() > MAX_BYTES {
        return None;
    }
    Some(String::from_utf8_lossy(&std::fs::read(path).ok()?).into_owned())
}

fn unknown(name: &str, folder: Option<&Path>) -> ThemeError {
    let known: Vec<String> = match folder {
        Some(folder) => Theme::all(folder).into_iter().map(|it| it.name).collect(),
        None => Theme::built_in_names().map(str::to_owned).collect(),
    };
    ThemeError::Unknown { name: name.to_owned(), known: known.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Colour, Scope, StyleSpec};

    fn faults(text: &str) -> Vec<String> {
        Theme::parse("x", text, None).1.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_theme_names_its_mistakes_with_their_lines_and_the_rest_stands() {
        let text = "inherits = \"dark\"\n[ui]\nfoo = \"red\"\ntext = \"blurple\"\nerror = \"blue\"\n\
                    dim = { fg = \"red\", loud = true }\n[uix]\ntext = \"red\"\nborder = \"red\"\n[palette]\nrose = 7\n";
        let (theme, found) = Theme::parse("x", text, None);
        let found: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert_eq!(
            found,
            [
                "x.toml line 3: [ui] there is no scope 'foo'",
                "x.toml line 4: [ui] text: 'blurple' is not a colour",
                "x.toml line 6: [ui] dim: 'loud' is not fg, bg, bold, dim, italic, underline or reverse",
                "x.toml line 8: there is no section [uix]; there are [palette], [ui] and [syntax]",
                "x.toml line 11: [palette] rose: a colour must be text in quotes",
            ]
        );
        assert_eq!(theme.ui[&Scope::Error].fg, Some(Colour::Rgb(0x74, 0xb6, 0xe0)), "the blue of the one it inherits");
        assert_eq!(theme.ui[&Scope::Text], Theme::built_in("dark").unwrap().ui[&Scope::Text]);
    }

    #[test]
    fn a_palette_gives_names_to_colours() {
        let text = "[palette]\nfox = \"#ff8000\"\n[ui]\naccent = { fg = \"fox\", bold = true }";
        let (theme, faults) = Theme::parse("x", text, None);
        assert_eq!(faults, []);
        let fox = StyleSpec { fg: Some(Colour::Rgb(255, 128, 0)), bold: true, ..StyleSpec::default() };
        assert_eq!(theme.ui[&Scope::Accent], fox);
    }

    #[test]
    fn an_heir_that_changes_a_palette_changes_every_colour_of_that_name() {
        let (theme, faults) = Theme::parse("x", "inherits = \"dark\"\n[palette]\nfox = \"#123456\"", None);
        assert_eq!(faults, []);
        assert_eq!(theme.ui[&Scope::BorderFocus].fg, Some(Colour::Rgb(0x12, 0x34, 0x56)));
        assert!(theme.tm_theme.is_some(), "the colours of the query are inherited too");
    }

    #[test]
    fn circles_and_missing_ancestors_are_told() {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in [
            ("a", "inherits = \"b\""),
            ("b", "inherits = \"a\""),
            ("dark", "inherits = \"dark\"\n[ui]\nerror = \"blue\""),
            ("child", "about = \"mine\"\ninherits = \"dark\""),
        ] {
            std::fs::write(folder.path().join(format!("{name}.toml")), text).unwrap();
        }
        let (_, found) = Theme::load("a", folder.path()).unwrap();
        assert_eq!(found[0].to_string(), "b.toml line 1: inherits = \"a\" goes round in a circle");
        assert_eq!(faults("inherits = \"nobody\""), ["x.toml line 1: there is no theme 'nobody' to inherit"]);
        // One's own `dark` may stand on the built-in one, and others on both.
        let (child, found) = Theme::load("child", folder.path()).unwrap();
        assert_eq!((found, child.about.as_str()), (Vec::new(), "mine"));
        assert_eq!(child.ui[&Scope::Error], child.ui[&Scope::Info]);
    }

    #[test]
    fn an_unknown_theme_names_the_known_ones() {
        let message = Theme::built_in("neon").unwrap_err().to_string();
        assert!(message.starts_with("there is no theme 'neon'; there are dark, light, terminal"), "{message}");
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("mine.tmTheme"), "<plist/>").unwrap();
        let message = Theme::load("../neon", folder.path()).unwrap_err().to_string();
        assert!(message.ends_with(", mine"), "{message}");
    }
}
