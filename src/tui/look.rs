//! How things look: a theme turned into the styles of the drawing library, once at start.

mod preview;
mod text_mate;

use std::path::Path;

use ratatui::style::{Color, Modifier, Style};

pub use self::preview::preview;
use super::options::{Surroundings, ThemeChoice};
use crate::config::{Colour, Fault, Scope, StyleSpec, Theme, ThemeError};
use crate::kql::Class;

/// Styles by meaning. Every style but `text` is a patch: it changes only what it names.
#[derive(Debug, Clone)]
pub struct Look {
    ui: [Style; Scope::ALL.len()],
    syntax: [Style; Class::ALL.len()],
    /// Draw rules and marks with ASCII only.
    pub ascii: bool,
    /// Draw charts with half blocks, where there are no finer dots.
    pub blocks: bool,
    /// The colours of series in a chart, each unlike the others; none in a theme without colour.
    series: Vec<Color>,
    /// The terminal can draw a wavy line in a colour of its own below text.
    squiggles: bool,
}

/// What a wavy line is noted as, since the drawing library knows only straight ones: nothing of ours blinks.
pub(super) const SQUIGGLE: Modifier = Modifier::RAPID_BLINK;

impl Look {
    /// The theme that was asked for, or that fits the terminal.
    pub fn new(choice: &ThemeChoice, folder: &Path, around: &Surroundings) -> Result<(Self, Vec<Fault>), ThemeError> {
        let (theme, faults) = Theme::load(name_of(choice, around), folder)?;
        Ok((Self::of(&theme, around)?, faults))
    }

    /// What is left when a theme is broken: no colour.
    pub fn plain(around: &Surroundings) -> Self {
        let theme = Theme::built_in("plain").expect("a test reads every built-in theme");
        Self::of(&theme, around).expect("a test reads every built-in theme")
    }

    pub fn of(theme: &Theme, around: &Surroundings) -> Result<Self, ThemeError> {
        if theme.is_only_text_mate() {
            return Self::of(&text_mate::theme(theme).map_err(|it| broken(theme, it))?, around);
        }
        let mut ui = [Style::default(); Scope::ALL.len()];
        // A theme from before there was this scope must not hide what it marks.
        ui[Scope::Production as usize] = Style::default().add_modifier(Modifier::REVERSED | Modifier::BOLD);
        for (scope, spec) in &theme.ui {
            ui[*scope as usize] = style(spec, around);
        }
        // What the theme says of a class by its name comes before what its TextMate theme says of a scope.
        let named = |class: Class| theme.syntax.get(class.name()).map(|it| style(it, around));
        let whole = Class::ALL.iter().all(|it| theme.syntax.contains_key(it.name()));
        let scopes = match theme.tm_theme.as_ref().filter(|_| !whole) {
            Some(text) => text_mate::specs(text).map_err(|it| broken(theme, it))?.map(|(_, it)| style(&it, around)),
            None => [Style::default(); Class::ALL.len()],
        };
        let syntax = Class::ALL.map(|class| named(class).unwrap_or(scopes[class as usize]));
        let series = series_colours(&ui, &syntax);
        Ok(Self { ui, syntax, ascii: around.ascii, blocks: around.blocks, series, squiggles: around.squiggles })
    }

    pub fn scope(&self, scope: Scope) -> Style {
        self.ui[scope as usize]
    }

    pub fn class(&self, class: Class) -> Style {
        self.syntax[class as usize]
    }

    /// A series of a chart, by its place; after the last colour comes the first one again.
    pub fn series(&self, at: usize) -> Style {
        if self.series.is_empty() { self.text() } else { Style::default().fg(self.series[at % self.series.len()]) }
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

/// A theme that names every scope and class: what its TextMate theme says is put into words of ours.
pub fn whole_theme(theme: &Theme) -> Result<Theme, ThemeError> {
    let mut whole = theme.clone();
    if theme.is_only_text_mate() {
        whole = text_mate::theme(theme).map_err(|it| broken(theme, it))?;
    }
    if let Some(text) = &theme.tm_theme {
        for (class, spec) in text_mate::specs(text).map_err(|it| broken(theme, it))? {
            whole.syntax.entry(class.name().to_owned()).or_insert(spec);
        }
    }
    Ok(whole)
}

/// The theme that was asked for, or that fits the terminal.
fn name_of<'a>(choice: &'a ThemeChoice, around: &Surroundings) -> &'a str {
    match choice {
        _ if around.no_color => "plain",
        ThemeChoice::Named(name) => name,
        ThemeChoice::Auto if !around.truecolor && around.light => "terminal-light",
        ThemeChoice::Auto if !around.truecolor => "terminal",
        ThemeChoice::Auto if around.light => "light",
        ThemeChoice::Auto => "dark",
    }
}

fn broken(theme: &Theme, message: String) -> ThemeError {
    ThemeError::Broken { name: theme.name.clone(), message }
}

/// The colours of a theme that mean nothing else in a chart: that of bars, then those of the query's words.
fn series_colours(ui: &[Style; Scope::ALL.len()], syntax: &[Style; Class::ALL.len()]) -> Vec<Color> {
    let classes =
        [Class::String, Class::Function, Class::Number, Class::Keyword, Class::Type, Class::Table, Class::Time];
    let offered = [ui[Scope::Bar as usize].fg, ui[Scope::Warning as usize].fg];
    let offered = offered.into_iter().chain(classes.map(|it| syntax[it as usize].fg));
    let taken = [Scope::Text, Scope::Dim, Scope::Error, Scope::Border].map(|it| ui[it as usize].fg);
    let mut colours: Vec<Color> = Vec::new();
    for colour in offered.filter(|it| !taken.contains(it)).flatten() {
        if colour != Color::Reset && !colours.contains(&colour) {
            colours.push(colour);
        }
    }
    colours
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
        Colour::Ansi(number) => ansi(number),
        Colour::Rgb(red, green, blue) if around.truecolor => Color::Rgb(red, green, blue),
        Colour::Rgb(red, green, blue) => Color::Indexed(nearest_of_256(red, green, blue)),
    }
}

/// One of the terminal's sixteen colours.
fn ansi(number: u8) -> Color {
    [
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
    ][usize::from(number & 15)]
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
