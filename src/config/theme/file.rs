//! The text of one theme file, and how it lies over those that it inherits.

use std::collections::BTreeMap;

use super::colour::{Palette, colour, style_spec};
use super::{Scope, Theme};
use crate::config::lines::{Fault, Setting, lines};

/// What one file says. Colours are looked up only when all of its ancestors are known, since a file may give the names of
/// their palettes other colours.
#[derive(Debug, Default)]
pub(super) struct Layer {
    file: String,
    /// The theme that this one inherits, and the line that says so.
    pub(super) inherits: Option<(String, usize)>,
    about: Option<String>,
    palette: Palette,
    ui: Vec<(Scope, usize, Setting)>,
    syntax: Vec<(String, usize, Setting)>,
    /// The `.tmTheme` of the same name.
    tm_theme: Option<String>,
    pub(super) faults: Vec<Fault>,
}

impl Layer {
    /// Reads a file's text; a line with a mistake is left out and told.
    pub(super) fn parse(file: &str, text: &str, tm_theme: Option<String>) -> Self {
        let (lines, faults) = lines(file, text);
        let mut layer = Self { file: file.to_owned(), tm_theme, faults, ..Self::default() };
        let mut unknown = BTreeMap::new();
        for line in lines {
            let number = line.number;
            let outcome = match line.section.as_str() {
                "" => layer.top(&line.key, &line.value, number),
                "palette" => layer.name_colour(line.key, &line.value),
                "ui" => match Scope::ALL.iter().find(|(_, name, _)| *name == line.key) {
                    Some((scope, _, _)) => {
                        layer.ui.push((*scope, number, line.value));
                        Ok(())
                    }
                    None => Err(format!("[ui] there is no scope '{}'", line.key)),
                },
                "syntax" => {
                    layer.syntax.push((line.key, number, line.value));
                    Ok(())
                }
                // A section is told once, not with each of its lines.
                section => {
                    unknown.entry(section.to_owned()).or_insert(number);
                    Ok(())
                }
            };
            if let Err(message) = outcome {
                layer.fault(number, message);
            }
        }
        for (section, number) in unknown {
            layer.fault(number, format!("there is no section [{section}]; there are [palette], [ui] and [syntax]"));
        }
        layer
    }

    pub(super) fn fault(&mut self, line: usize, message: String) {
        self.faults.push(Fault { file: self.file.clone(), line, message });
    }

    fn top(&mut self, key: &str, value: &Setting, number: usize) -> Result<(), String> {
        let text = value.as_text().ok_or_else(|| format!("{key} must be text in quotes"));
        match key {
            "inherits" => self.inherits = Some((text?.to_owned(), number)),
            "about" => self.about = Some(text?.to_owned()),
            "ui" | "palette" | "syntax" => return Err(format!("'{key}' must be a section, [{key}]")),
            _ => return Err(format!("there is no '{key}'; there are inherits and about")),
        }
        Ok(())
    }

    fn name_colour(&mut self, name: String, value: &Setting) -> Result<(), String> {
        let text = value.as_text().ok_or_else(|| format!("[palette] {name}: a colour must be text in quotes"))?;
        colour(text, &Palette::new()).map_err(|it| format!("[palette] {name}: {it}"))?;
        self.palette.insert(name, text.to_owned());
        Ok(())
    }
}

/// The theme that some layers make, the one that inherits first; and the mistakes of all of them.
pub(super) fn resolve(name: &str, mut layers: Vec<Layer>) -> (Theme, Vec<Fault>) {
    let mut palette = Palette::new();
    let mut theme = Theme {
        name: name.to_owned(),
        about: layers.first_mut().and_then(|it| it.about.take()).unwrap_or_default(),
        ui: BTreeMap::new(),
        tm_theme: layers.iter_mut().find_map(|it| it.tm_theme.take()),
        syntax: BTreeMap::new(),
    };
    for layer in layers.iter().rev() {
        palette.extend(layer.palette.clone());
    }
    let mut faults: Vec<Fault> = Vec::new();
    for mut layer in layers.into_iter().rev() {
        for (scope, number, value) in std::mem::take(&mut layer.ui) {
            match style_spec(&value, &palette) {
                Ok(style) => drop(theme.ui.insert(scope, style)),
                Err(message) => {
                    let name = Scope::ALL[scope as usize].1;
                    layer.fault(number, format!("[ui] {name}: {message}"));
                }
            }
        }
        for (class, number, value) in std::mem::take(&mut layer.syntax) {
            match style_spec(&value, &palette) {
                Ok(style) => drop(theme.syntax.insert(class, style)),
                Err(message) => layer.fault(number, format!("[syntax] {class}: {message}")),
            }
        }
        faults.extend(layer.faults);
    }
    faults.sort();
    (theme, faults)
}
