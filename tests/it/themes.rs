//! Every theme that is built in names every scope, and the colours can be told apart.

use std::collections::BTreeSet;

use tallyho::config::{Colour, Scope, Theme};
use tallyho::kql::Class;
use tallyho::tui::{Look, Surroundings, whole_theme};

fn truecolor() -> Surroundings {
    Surroundings { no_color: false, truecolor: true, light: false, ascii: false, blocks: false, squiggles: false }
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
    for name in Theme::built_in_names().filter(|it| least_contrast(it).is_some()) {
        let look = Look::of(&Theme::built_in(name).unwrap(), &truecolor()).unwrap();
        for class in Class::ALL {
            assert!(look.class(class).fg.is_some(), "theme '{name}' does not colour {}", class.name());
        }
    }
}

/// The least contrast that a theme promises, if its colours are its own.
fn least_contrast(name: &str) -> Option<f64> {
    match name {
        "terminal" | "terminal-light" | "plain" => None,
        "high-contrast" | "high-contrast-light" => Some(7.0),
        _ => Some(4.5),
    }
}

#[test]
fn text_can_be_read_on_its_ground() {
    let mut faults = Vec::new();
    let mut judged = 0;
    for name in Theme::built_in_names() {
        let Some(least) = least_contrast(name) else { continue };
        judged += 1;
        let theme = whole_theme(&Theme::built_in(name).unwrap()).unwrap();
        let ground = theme.ui[&Scope::Text].bg.unwrap();
        let ink = theme.ui[&Scope::Text].fg.unwrap();
        let mut judge = |what: &str, fg: Colour, bg: Colour| {
            let ratio = contrast(fg, bg);
            if ratio < least {
                faults.push(format!("theme '{name}': {what} has a contrast of {ratio:.2} only"));
            }
        };
        for (scope, style) in &theme.ui {
            if *scope != Scope::Border && (style.fg.is_some() || style.bg.is_some()) {
                judge(&format!("{scope:?}"), style.fg.unwrap_or(ink), style.bg.unwrap_or(ground));
            }
        }
        for (class, style) in &theme.syntax {
            judge(class, style.fg.unwrap(), ground);
        }
        // A null of the row under the cursor is seen too.
        let row = theme.ui[&Scope::GridRow].bg.unwrap();
        assert!(contrast(theme.ui[&Scope::GridNull].fg.unwrap(), row) >= 3.0, "theme '{name}': nulls of the row");
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(judged >= 8, "{judged} themes have colours of their own");
}

/// The sixteen colours as xterm has them, on the ground that the theme is for.
#[test]
fn themes_of_sixteen_colours_can_be_read_where_the_terminal_has_the_usual_ones() {
    const XTERM: [u32; 16] = [
        0, 0xcd_0000, 0x00_cd00, 0xcd_cd00, 0x00_00ee, 0xcd_00cd, 0x00_cdcd, 0xe5_e5e5, 0x7f_7f7f, 0xff_0000,
        0x00_ff00, 0xff_ff00, 0x5c_5cff, 0xff_00ff, 0x00_ffff, 0xff_ffff,
    ];
    for (name, ground, ink, least) in [("terminal", 0, 0xe5_e5e5, 2.0), ("terminal-light", 0xff_ffff, 0, 3.5)] {
        let theme = Theme::built_in(name).unwrap();
        let rgb = |number: u32| {
            let [_, red, green, blue] = number.to_be_bytes();
            Colour::Rgb(red, green, blue)
        };
        let seen = |it: Option<Colour>, otherwise: u32| match it {
            Some(Colour::Ansi(number)) => rgb(XTERM[usize::from(number)]),
            None | Some(Colour::Default) => rgb(otherwise),
            Some(own) => panic!("theme '{name}' has {own}, which is none of the sixteen"),
        };
        for style in theme.ui.values().chain(theme.syntax.values()) {
            let ratio = contrast(seen(style.fg, ink), seen(style.bg, ground));
            assert!(ratio >= least, "theme '{name}': {style} has a contrast of {ratio:.2} only");
        }
    }
}

#[test]
fn a_lone_text_mate_theme_is_a_whole_theme() {
    let folder = tempfile::tempdir().unwrap();
    let text = include_str!("../../themes/light.tmTheme");
    std::fs::write(folder.path().join("mine.tmTheme"), text).unwrap();
    let choice = tallyho::tui::ThemeChoice::Named("mine".to_owned());
    let (look, faults) = Look::new(&choice, folder.path(), &truecolor()).unwrap();
    assert_eq!(faults, []);
    assert_eq!(look.ground().bg, Some(ratatui::style::Color::Rgb(0xfb, 0xfa, 0xf7)), "the ground of the file");
    for class in Class::ALL {
        assert!(look.class(class).fg.is_some(), "{} has a colour", class.name());
    }
    let theme = whole_theme(&Theme::load("mine", folder.path()).unwrap().0).unwrap();
    let ground = theme.ui[&Scope::Text].bg.unwrap();
    for (scope, name, _) in Scope::ALL {
        let style = theme.ui.get(&scope).unwrap_or_else(|| panic!("{name} is missing"));
        let least = if matches!(scope, Scope::Border) { 1.2 } else { 3.5 };
        if let Some(fg) = style.fg {
            assert!(contrast(fg, style.bg.unwrap_or(ground)) >= least, "{name}");
        }
    }
    // What is no theme is refused in words.
    std::fs::write(folder.path().join("broken.tmTheme"), "<plist><dict>").unwrap();
    let choice = tallyho::tui::ThemeChoice::Named("broken".to_owned());
    let message = Look::new(&choice, folder.path(), &truecolor()).unwrap_err().to_string();
    assert!(message.starts_with("theme 'broken': its .tmTheme: "), "{message}");
}

#[test]
fn the_readme_of_the_themes_lists_every_scope_and_class() {
    let readme = include_str!("../../themes/README.md");
    for (_, name, meaning) in Scope::ALL {
        assert!(readme.contains(&format!("| `{name}` | {meaning} |")), "[ui] {name}: {meaning}");
    }
    for class in Class::ALL {
        assert!(readme.contains(&format!("`{}`", class.name())), "[syntax] {}", class.name());
    }
    for name in Theme::built_in_names() {
        assert!(readme.contains(&format!("| `{name}` | {} |", Theme::built_in(name).unwrap().about)), "{name}");
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
    let (look, _) = Look::new(&choice, std::path::Path::new("/nowhere"), &around).unwrap();
    for (scope, name, _) in Scope::ALL {
        let style = look.scope(scope);
        assert!(style.fg.is_none() && style.bg.is_none(), "{name} has a colour");
    }
}
