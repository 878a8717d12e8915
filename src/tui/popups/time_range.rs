//! The time that queries are asked about: a few spans, or one's own. Where a service takes no such time beside the
//! query, nothing is pretended: what would do the same is offered to be put into the query.

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::{delete_back, sheet};
use crate::config::{Connection, ConnectionKind, Scope, TimeRange};
use crate::text;
use crate::tui::action::Action;
use crate::tui::app::App;
use crate::tui::keymap::Section;
use crate::tui::widgets::{Painter, line_of};

/// The spans to choose from, `None` being none.
const CHOICES: [(Option<&str>, &str); 5] = [
    (None, "as the query says"),
    (Some("P1D"), "last 24 hours"),
    (Some("P7D"), "last 7 days"),
    (Some("P30D"), "last 30 days"),
    (None, ""),
];
/// The line into which one types.
const OWN: usize = CHOICES.len() - 1;

/// What is chosen and typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::tui) struct TimePicker {
    chosen: usize,
    typed: String,
    /// What is wrong with what was typed.
    fault: Option<String>,
    /// The filter that can be put into the query in place of a range: said, and asked for.
    pub(in crate::tui) offer: Option<String>,
}

/// How a connection narrows the time of a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::tui) enum Narrowing {
    /// The service has a parameter for it.
    ByService,
    /// Tallyho's own engine reads no older rows.
    ByEngine,
    /// There is no way but a filter in the query.
    InQuery,
}

impl Narrowing {
    pub(in crate::tui) fn of(connection: &Connection) -> Self {
        match &connection.kind {
            ConnectionKind::Lab | ConnectionKind::Files { .. } => Self::ByEngine,
            ConnectionKind::Service(service) if service.api.takes_time_range() => Self::ByService,
            ConnectionKind::Service(_) | ConnectionKind::Recorded { .. } => Self::InQuery,
        }
    }
}

impl TimePicker {
    /// With the range in force chosen.
    pub(in crate::tui) fn at(range: Option<&TimeRange>) -> Self {
        let Some(text) = range.map(TimeRange::text) else { return Self::default() };
        match CHOICES.iter().position(|(it, _)| *it == Some(text)) {
            Some(chosen) => Self { chosen, ..Self::default() },
            None => Self { chosen: OWN, typed: text.to_owned(), ..Self::default() },
        }
    }

    pub(in crate::tui) fn type_char(&mut self, typed: char) {
        if self.offer.is_none() {
            (self.chosen, self.fault) = (OWN, None);
            self.typed.push(typed);
        }
    }

    pub(in crate::tui) fn act(&mut self, action: Action) {
        if self.offer.is_some() {
            return;
        }
        self.fault = None;
        match action {
            Action::Up => self.chosen = self.chosen.saturating_sub(1),
            Action::Down => self.chosen = (self.chosen + 1).min(OWN),
            Action::First => self.chosen = 0,
            Action::Last => self.chosen = OWN,
            Action::DeleteBack | Action::DeleteWordBack if self.chosen == OWN => {
                delete_back(&mut self.typed, action == Action::DeleteWordBack);
            }
            _ => {}
        }
    }

    /// Why what was chosen cannot be had.
    pub(in crate::tui) fn fault(&mut self, why: &str) {
        self.fault = Some(why.to_owned());
    }

    /// The range that is chosen, `None` being none. Fails, and says why, when what was typed is no range.
    pub(in crate::tui) fn range(&mut self) -> Result<Option<TimeRange>, ()> {
        let typed = self.typed.trim();
        let (text, _) = CHOICES[self.chosen];
        let Some(text) = text.or((self.chosen == OWN && !typed.is_empty()).then_some(typed)) else { return Ok(None) };
        let parsed = TimeRange::parse(text);
        if parsed.is_none() {
            let forms = "write P7D, PT12H, 2024-02-01T08:00:00Z, or two of these with a / between";
            self.fault = Some(format!("'{text}' is no time range: {forms}."));
        }
        parsed.map(Some).ok_or(())
    }
}

pub(in crate::tui) fn draw(paint: &mut Painter<'_>, area: Rect, app: &App, picker: &TimePicker) {
    let look = &app.look;
    let said = match (&picker.fault, &picker.offer) {
        (Some(fault), _) => vec![(fault.clone(), look.scope(Scope::Error))],
        (None, Some(filter)) => {
            let filter = (format!("  {filter}"), look.text());
            let [before, after] = offer_words(app);
            vec![(before, look.scope(Scope::Warning)), filter, (after, look.text())]
        }
        (None, None) => vec![(about(app), look.dim())],
    };
    let columns = usize::from(area.width.saturating_sub(6)).max(10);
    let said: Vec<_> = said.into_iter().map(|(words, style)| (text::sanitize(&words).into_owned(), style)).collect();
    let wrapped = said.iter().flat_map(|(words, style)| text::wrap(words, columns).into_iter().map(|it| (it, *style)));
    let lines: Vec<_> = wrapped.collect();
    let inner = sheet(paint, area, CHOICES.len() + 1 + lines.len(), "time range", "");
    for (idx, (text, name)) in CHOICES.iter().enumerate() {
        let line = line_of(inner, idx as u16);
        let chosen = idx == picker.chosen;
        if chosen {
            paint.style(line, look.scope(Scope::GridCell));
        }
        let pointer = if chosen { " ▸ " } else { "   " };
        let x = paint.text(line, line.x, pointer, look.accent());
        if idx == OWN {
            let cursor = if chosen { "▏" } else { "" };
            let x = paint.text(line, x, "own: ", Style::default());
            let x = paint.text(line, x, &format!("{}{cursor}", picker.typed), Style::default());
            if picker.typed.is_empty() {
                paint.text(line, x + 1, "P14D, PT6H, 2024-02-01T08:00:00Z/P7D", look.dim());
            }
        } else {
            paint.text(line, x, name, Style::default());
            paint.text(line, line.x + 22, text.unwrap_or("none"), look.dim());
        }
    }
    for (row, (words, style)) in (CHOICES.len() as u16 + 1..inner.height).zip(lines) {
        paint.text(line_of(inner, row), inner.x + 3.min(inner.width), words, style);
    }
}

/// What a range does here.
fn about(app: &App) -> String {
    let Some(connection) = app.connection() else { return String::new() };
    let name = &connection.name;
    let service = connection.kind.service().map_or("a recording", |it| it.api.name());
    match Narrowing::of(connection) {
        Narrowing::ByService => format!("{service} takes it beside the query, and narrows the query's own time."),
        Narrowing::ByEngine => format!("'{name}' reads the rows of that time only; the query's own filters count too."),
        Narrowing::InQuery => {
            format!("'{name}' ({service}) takes no time beside the query. A filter can be put into the query instead.")
        }
    }
}

/// What stands before and behind the filter that is offered.
fn offer_words(app: &App) -> [String; 2] {
    let key = |action| app.keys.name(Section::TimeRange, action);
    let (take, cancel, undo) = (key(Action::Open), key(Action::Cancel), app.keys.name(Section::Editor, Action::Undo));
    let name = app.connection().map_or("", |it| it.name.as_str());
    [
        format!("'{name}' takes no time beside the query, so no range is set. This filter does the same:"),
        format!("{take} puts it behind the first table of the query ({undo} takes it back); {cancel} leaves it."),
    ]
}
