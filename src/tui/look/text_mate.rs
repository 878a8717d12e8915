//! TextMate themes: the styles of the query's classes, and a whole theme out of a lone `.tmTheme`.

use std::collections::BTreeMap;
use std::io::Cursor;

use syntect::highlighting::{Color, FontStyle, Highlighter, StyleModifier, Theme as TextMate, ThemeSet};
use syntect::parsing::{Scope as TextMateScope, ScopeStack};

use crate::config::{Colour, Scope, StyleSpec, Theme};
use crate::kql::Class;

/// Text is told from its ground when it has so many times the light, or the ground has.
const READABLE: f64 = 4.5;
/// What is less important may have less.
const FAINT: f64 = 3.5;

fn read(text: &str) -> Result<TextMate, String> {
    ThemeSet::load_from_reader(&mut Cursor::new(text)).map_err(|it| format!("its .tmTheme: {it}"))
}

/// The styles that a TextMate theme has for the classes of a query.
pub(super) fn specs(text: &str) -> Result<[(Class, StyleSpec); Class::ALL.len()], String> {
    let theme = read(text)?;
    let highlighter = Highlighter::new(&theme);
    Ok(Class::ALL.map(|class| {
        let found = style_of(&highlighter, class.scope());
        let font = found.font_style.unwrap_or_else(FontStyle::empty);
        let spec = StyleSpec {
            fg: found.foreground.map(rgb),
            bold: font.contains(FontStyle::BOLD),
            italic: font.contains(FontStyle::ITALIC),
            underline: font.contains(FontStyle::UNDERLINE),
            ..StyleSpec::default()
        };
        (class, spec)
    }))
}

fn style_of(highlighter: &Highlighter<'_>, scope: &str) -> StyleModifier {
    let Ok(scope) = TextMateScope::new(scope) else { return StyleModifier::default() };
    highlighter.style_mod_for_stack(ScopeStack::from_vec(vec![scope]).as_slice())
}

fn rgb(it: Color) -> Colour {
    Colour::Rgb(it.r, it.g, it.b)
}

/// The interface in the colours of a TextMate theme: its ground, its selection, and of its scopes those that mean what we
/// need a colour for. A colour that cannot be read on the ground gives way to the text's.
pub(super) fn theme(theme: &Theme) -> Result<Theme, String> {
    let text = theme.tm_theme.as_deref().unwrap_or_default();
    let read = read(text)?;
    let (Some(ground), Some(ink)) = (read.settings.background, read.settings.foreground) else {
        return Err("its .tmTheme: it names no background or no foreground".to_owned());
    };
    let highlighter = Highlighter::new(&read);
    let mix = |share: f64, over: Color| blend(ground, over, share);
    let over_ground = |it: Option<Color>| it.map(|it| blend(ground, it, f64::from(it.a) / 255.0));
    let readable = |least: f64, wanted: Option<Color>| {
        over_ground(wanted).filter(|it| contrast(*it, ground) >= least).unwrap_or(ink)
    };
    let of_scope = |least: f64, scope: &str| readable(least, style_of(&highlighter, scope).foreground);
    let fg = |it: Color| StyleSpec { fg: Some(rgb(it)), ..StyleSpec::default() };
    let bold = |it: StyleSpec| StyleSpec { bold: true, ..it };
    let bg = |it: Color| StyleSpec { bg: Some(rgb(it)), ..StyleSpec::default() };
    // A ground behind text must leave the text readable, whatever the theme meant it for.
    let behind = |it: Option<Color>, share: f64| {
        over_ground(it).filter(|it| contrast(*it, ink) >= READABLE && *it != ground).unwrap_or_else(|| mix(share, ink))
    };
    let faint =
        readable(FAINT, style_of(&highlighter, "comment").foreground.filter(|it| *it != ink).or(Some(mix(0.6, ink))));
    let accent = of_scope(READABLE, "keyword.control");
    let row = behind(read.settings.line_highlight, 0.12);
    let selection = behind(read.settings.selection, 0.22);
    let ui = BTreeMap::from([
        (Scope::Text, StyleSpec { bg: Some(rgb(ground)), ..fg(ink) }),
        (Scope::Dim, fg(faint)),
        (Scope::Accent, bold(fg(accent))),
        (Scope::Selection, bg(selection)),
        (Scope::Border, fg(mix(0.3, ink))),
        (Scope::BorderFocus, fg(accent)),
        (Scope::Error, StyleSpec { bold: true, ..fg(of_scope(READABLE, "invalid")) }),
        (Scope::Warning, fg(of_scope(READABLE, "constant.numeric"))),
        (Scope::Success, fg(of_scope(READABLE, "string"))),
        (Scope::Info, fg(of_scope(READABLE, "support.function"))),
        (Scope::Gutter, fg(readable(FAINT, read.settings.gutter_foreground.or(Some(faint))))),
        (Scope::GridHeader, bold(fg(ink))),
        (Scope::GridNull, fg(faint)),
        (Scope::GridCell, bold(bg(selection))),
        (Scope::GridRow, bg(row)),
        (Scope::Bar, fg(of_scope(FAINT, "support.function"))),
        (Scope::Production, StyleSpec { reverse: true, bold: true, ..StyleSpec::default() }),
    ]);
    let about = read.name.map_or_else(String::new, |it| format!("{it} (TextMate)"));
    Ok(Theme { about, ui, ..theme.clone() })
}

/// Some of `over` laid over the ground.
fn blend(ground: Color, over: Color, share: f64) -> Color {
    let mix = |below: u8, above: u8| (f64::from(below) + (f64::from(above) - f64::from(below)) * share).round() as u8;
    Color { r: mix(ground.r, over.r), g: mix(ground.g, over.g), b: mix(ground.b, over.b), a: 255 }
}

/// Contrast of two colours as WCAG 2 defines it.
fn contrast(one: Color, other: Color) -> f64 {
    let light = |it: Color| {
        let linear = |value: u8| {
            let value = f64::from(value) / 255.0;
            if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(it.r) + 0.7152 * linear(it.g) + 0.0722 * linear(it.b)
    };
    let (one, other) = (light(one), light(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}
