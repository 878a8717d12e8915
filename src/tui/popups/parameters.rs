//! The form for the values of a query's parameters.

use ratatui::layout::{Position, Rect};

use super::sheet;
use crate::config::Scope;
use crate::kql::{DeclaredParameter, parameter_literal};
use crate::text;
use crate::tui::action::Action;
use crate::tui::widgets::{Input, Painter, line_of};

/// Columns that a name takes at most.
const MAX_NAME: usize = 24;

/// A line to fill in.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Field {
    declared: DeclaredParameter,
    input: Input,
    fault: Option<String>,
}

/// The form under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::tui) struct ParameterForm {
    fields: Vec<Field>,
    at: usize,
    /// The query is run when the form is filled in.
    pub(in crate::tui) then_run: bool,
}

impl ParameterForm {
    /// With the values that were given before; the first line without a value is where one types.
    pub(in crate::tui) fn new(declared: Vec<DeclaredParameter>, values: &[(String, String)], then_run: bool) -> Self {
        let field = |it: DeclaredParameter| {
            let value = values.iter().find(|(name, _)| *name == it.name).map_or("", |(_, value)| value.as_str());
            Field { input: Input::new(value), declared: it, fault: None }
        };
        let fields: Vec<Field> = declared.into_iter().map(field).collect();
        let at = fields.iter().position(|it| it.input.text().is_empty() && it.declared.default.is_none()).unwrap_or(0);
        Self { fields, at, then_run }
    }

    pub(in crate::tui) fn input(&mut self) -> Option<&mut Input> {
        let field = self.fields.get_mut(self.at)?;
        field.fault = None;
        Some(&mut field.input)
    }

    pub(in crate::tui) fn act(&mut self, action: Action) {
        let last = self.fields.len().saturating_sub(1);
        match action {
            Action::Up => self.at = self.at.checked_sub(1).unwrap_or(last),
            Action::Down | Action::NextField => self.at = if self.at >= last { 0 } else { self.at + 1 },
            action => {
                if let Some(input) = self.input() {
                    input.act(action);
                }
            }
        }
    }

    /// True in the last line, where the form is finished.
    pub(in crate::tui) fn is_at_end(&self) -> bool {
        self.at + 1 >= self.fields.len()
    }

    pub(in crate::tui) fn declared(&self) -> Vec<DeclaredParameter> {
        self.fields.iter().map(|it| it.declared.clone()).collect()
    }

    /// The values that were typed; `None` when one is none of its type or is missing, which the form says then. A line
    /// that is empty leaves the default.
    pub(in crate::tui) fn values(&mut self) -> Option<Vec<(String, String)>> {
        let mut values = Vec::new();
        let mut wrong = None;
        for (at, field) in self.fields.iter_mut().enumerate() {
            let text = field.input.text();
            field.fault = match (text.is_empty(), field.declared.default.is_some()) {
                (true, true) => continue,
                (true, false) if field.declared.type_name != "string" => Some("a value is needed here".to_owned()),
                _ => parameter_literal(&field.declared.type_name, text).err(),
            };
            if field.fault.is_some() {
                wrong = wrong.or(Some(at));
            }
            values.push((field.declared.name.clone(), text.to_owned()));
        }
        self.at = wrong.unwrap_or(self.at);
        wrong.is_none().then_some(values)
    }
}

pub(in crate::tui) fn draw(paint: &mut Painter<'_>, area: Rect, form: &ParameterForm) -> Option<Position> {
    let note = if form.then_run { "then it runs" } else { "" };
    let rows = form.fields.len() + 1;
    let inner = sheet(paint, area, rows, "parameters", note);
    let widest = form.fields.iter().map(|it| text::width(&text::sanitize(&it.declared.name))).max().unwrap_or(0);
    let name_width = widest.clamp(4, MAX_NAME) as u16;
    let rows = inner.height.saturating_sub(1);
    let top = (form.at + 1).saturating_sub(usize::from(rows));
    let mut cursor = None;
    for (row, (at, field)) in form.fields.iter().enumerate().skip(top).take(usize::from(rows)).enumerate() {
        let line = line_of(inner, row as u16);
        let is_here = at == form.at;
        if is_here {
            paint.style(line, paint.look.scope(Scope::GridCell));
            paint.text(line, line.x, "▸", paint.look.accent());
        }
        let name = Rect { x: line.x + 2, width: name_width.min(line.width.saturating_sub(2)), ..line };
        paint.text(name, name.x, &field.declared.name, paint.look.text());
        let ty = Rect { x: name.right() + 1, width: 9.min(line.right().saturating_sub(name.right() + 1)), ..line };
        paint.text(ty, ty.x, &field.declared.type_name, paint.look.dim());
        let value = Rect { x: ty.right() + 1, width: line.right().saturating_sub(ty.right() + 2), ..line };
        let place = field.input.draw(paint, value);
        if is_here {
            cursor = place;
        }
        let typed = text::width(&text::sanitize(field.input.text())) as u16;
        let behind = value.x.saturating_add(typed + 2);
        let (words, scope) = match (&field.fault, &field.declared.default) {
            (Some(fault), _) => (fault.clone(), Scope::Error),
            (None, Some(default)) if field.input.text().is_empty() => (format!("{default} unless you say"), Scope::Dim),
            _ => continue,
        };
        if behind < value.right() {
            paint.text(value, behind, &words, paint.look.scope(scope));
        }
    }
    let said = "Texts bare or in quotes; times as 2025-03-05; lengths of time as 2d or 12h.";
    paint.text(line_of(inner, rows), inner.x + 2, said, paint.look.dim());
    cursor
}
