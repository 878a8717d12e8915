//! Every theme that is built in names every scope, and the colours can be told apart.

use std::collections::BTreeSet;

use tallyho::config::{Colour, Scope, Theme};
use tallyho::kql::Class;
use tallyho::tui::{Look, Surroundings};

fn truecolor() -> Surroundings {
    Surroundings { no_color: false, truecolor: true, light: false, ascii: false, squiggles: false }
}

#[test]
fn every_theme_names_every_scope() {
    for name in Theme::built_in_names() {
        let theme = Theme::built_in(name).unwrap();
        for (scope, scope_name, _) in Scope::ALL {
            assert!(theme.ui.contains_key(&scope), "theme '{name}' does not name '{scope_name}'");
        }
        let known: BTreeSet<_> = Class::ALL.iter().map(|it| it.name()).collect();
        for class in theme.syntax.keys() {
            assert!(known.contains(class.as_str()), "theme '{name}' colours '{class}', which is no class of KQL text");
        }
    }
}

#[test]
fn text_mate_themes_colour_every_class() {
    for name in ["dark", "light"] {
        let look = Look::of(&Theme::built_in(name).unwrap(), &truecolor()).unwrap();
        for class in Class::ALL {
            assert!(look.class(class).fg.is_some(), "theme '{name}' does not colour {}", class.name());
        }
    }
}

#[test]
fn text_can_be_read_on_its_ground() {
    for name in ["dark", "light"] {
        let theme = Theme::built_in(name).unwrap();
        let ground = theme.ui[&Scope::Text].bg.unwrap();
        for (scope, style) in &theme.ui {
            if let Some(colour) = style.fg.filter(|_| !matches!(scope, Scope::Border)) {
                let ratio = contrast(colour, style.bg.unwrap_or(ground));
                assert!(ratio >= 4.5, "theme '{name}': {scope:?} has a contrast of {ratio:.1} only");
            }
        }
    }
}

/// Contrast of two colours as WCAG 2 defines it.
fn contrast(one: Colour, other: Colour) -> f64 {
    let luminance = |colour: Colour| {
        let Colour::Rgb(red, green, blue) = colour else { panic!("{colour:?} is not a colour of its own") };
        let linear = |value: u8| {
            let value = f64::from(value) / 255.0;
            if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
    };
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
fn no_color_means_no_colour() {
    let around = Surroundings { no_color: true, ..truecolor() };
    let choice = tallyho::tui::ThemeChoice::Named("dark".to_owned());
    let look = Look::new(&choice, std::path::Path::new("/nowhere"), &around).unwrap();
    for (scope, name, _) in Scope::ALL {
        let style = look.scope(scope);
        assert!(style.fg.is_none() && style.bg.is_none(), "{name} has a colour");
    }
}
