//! Colours and styles, as theme files write them.

use std::collections::BTreeMap;

use crate::config::lines::Setting;

/// A colour as a theme names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// The terminal's own.
    Default,
    /// One of the terminal's sixteen, 0 to 15.
    Ansi(u8),
    Rgb(u8, u8, u8),
}

impl std::fmt::Display for Colour {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::Ansi(number) => f.write_str(ANSI_NAMES[usize::from(number & 15)]),
            Self::Rgb(red, green, blue) => write!(f, "#{red:02x}{green:02x}{blue:02x}"),
        }
    }
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

/// As a line of a theme file: `{ fg = "#ffffff", bold = true }`.
impl std::fmt::Display for StyleSpec {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let colours = [("fg", self.fg), ("bg", self.bg)];
        let colours = colours.into_iter().filter_map(|(name, it)| Some(format!("{name} = \"{}\"", it?)));
        let flags = [
            ("bold", self.bold),
            ("dim", self.dim),
            ("italic", self.italic),
            ("underline", self.underline),
            ("reverse", self.reverse),
        ];
        let flags = flags.into_iter().filter(|(_, it)| *it).map(|(name, _)| format!("{name} = true"));
        let parts: Vec<String> = colours.chain(flags).collect();
        if parts.is_empty() { f.write_str("{}") } else { write!(f, "{{ {} }}", parts.join(", ")) }
    }
}

/// The names of the terminal's sixteen colours.
pub const ANSI_NAMES: [&str; 16] = [
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

/// Names for colours, from the file and from those that it inherits.
pub(super) type Palette = BTreeMap<String, String>;

/// A style as it stands in the file.
pub(super) fn style_spec(value: &Setting, palette: &Palette) -> Result<StyleSpec, String> {
    let table = match value {
        Setting::Text(text) => return Ok(StyleSpec { fg: Some(colour(text, palette)?), ..StyleSpec::default() }),
        Setting::Table(table) => table,
        _ => return Err("write a colour in quotes or { fg = …, bg = …, bold = true }".into()),
    };
    let mut style = StyleSpec::default();
    for (key, value) in table {
        let flag = match key.as_str() {
            "fg" | "bg" => {
                let parsed = colour(value.as_text().ok_or("a colour must be text in quotes")?, palette)?;
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
        let Setting::Flag(wanted) = value else { return Err(format!("{key} must be true or false")) };
        *flag = *wanted;
    }
    Ok(style)
}

/// A colour by its name in the palette, by its name in the terminal, or as `#rrggbb`.
pub(super) fn colour(text: &str, palette: &Palette) -> Result<Colour, String> {
    if let Some(named) = palette.get(text) {
        // What a palette names is a colour, not another name: there are no circles.
        return colour(named, &Palette::new());
    }
    if text == "default" {
        return Ok(Colour::Default);
    }
    if let Some(number) = ANSI_NAMES.iter().position(|name| *name == text) {
        return Ok(Colour::Ansi(number as u8));
    }
    let hex = text.strip_prefix('#').filter(|it| it.len() == 6 && it.bytes().all(|it| it.is_ascii_hexdigit()));
    let number = hex.and_then(|it| u32::from_str_radix(it, 16).ok());
    let [_, red, green, blue] = number.ok_or_else(|| format!("'{text}' is not a colour"))?.to_be_bytes();
    Ok(Colour::Rgb(red, green, blue))
}
