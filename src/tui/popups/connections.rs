//! The picker: every connection of the configuration, filtered as one types.

use std::fmt::Write as _;
use std::time::{Duration, SystemTime};

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::{delete_back, sheet};
use crate::config::{Connection, ConnectionKind, QuotaProfile, Scope, Service, SignInMethod};
use crate::kql::UNIX_EPOCH_TICKS;
use crate::result::datetime_text;
use crate::run::{Identity, OpenConnection, SchemaOrigin};
use crate::text;
use crate::tui::action::Action;
use crate::tui::app::{App, Link};
use crate::tui::keymap::Section;
use crate::tui::panes::cost::duration;
use crate::tui::panes::results::grouped;
use crate::tui::panes::title::place;
use crate::tui::widgets::{Painter, line_of};

/// Lines that tell about the chosen connection.
const MAX_DETAILS: usize = 8;
/// Connections that are seen at once, where there is room.
const MAX_ROWS: usize = 12;

/// What was typed, and which of the connections that it leaves is chosen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(in crate::tui) struct Picker {
    pub(in crate::tui) filter: String,
    chosen: usize,
    /// Said above the details: a question, or why a connection was not opened.
    pub(in crate::tui) said: Option<(Scope, String)>,
    /// The user was asked whether what is under way may be stopped, for this place in the list.
    pub(in crate::tui) asked: Option<usize>,
}

impl Picker {
    /// With the connection at that place of the list chosen.
    pub(in crate::tui) fn at(chosen: usize) -> Self {
        Self { chosen, ..Self::default() }
    }

    /// The places in the list of the connections that have every word of the filter somewhere.
    fn passing(&self, connections: &[Connection]) -> Vec<usize> {
        let filter = self.filter.to_lowercase();
        let has = |it: &Connection| {
            let (tenant, host) = (tenant(it).unwrap_or_default(), place(&it.kind).unwrap_or_default());
            let production = if it.production { "production" } else { "" };
            let words = format!("{} {} {tenant} {host} {production}", it.name, it.kind.name()).to_lowercase();
            filter.split_whitespace().all(|it| words.contains(it))
        };
        let mut passing: Vec<_> = (0..connections.len()).filter(|idx| has(&connections[*idx])).collect();
        // Who types the whole name, or its begin, means that one.
        passing.sort_by_key(|idx| {
            let name = connections[*idx].name.to_lowercase();
            (!filter.is_empty() && name != filter, !name.starts_with(&filter))
        });
        passing
    }

    /// The place in the list of the chosen connection.
    pub(in crate::tui) fn chosen(&self, connections: &[Connection]) -> Option<usize> {
        self.passing(connections).get(self.chosen).copied()
    }

    pub(in crate::tui) fn type_char(&mut self, typed: char) {
        self.filter.push(typed);
        self.changed(0);
    }

    pub(in crate::tui) fn act(&mut self, action: Action, connections: &[Connection]) {
        let last = self.passing(connections).len().saturating_sub(1);
        match action {
            Action::Up => self.changed(self.chosen.saturating_sub(1)),
            Action::Down => self.changed((self.chosen + 1).min(last)),
            Action::PageUp => self.changed(self.chosen.saturating_sub(MAX_ROWS)),
            Action::PageDown => self.changed((self.chosen + MAX_ROWS).min(last)),
            Action::First => self.changed(0),
            Action::Last => self.changed(last),
            Action::DeleteBack | Action::DeleteWordBack => {
                delete_back(&mut self.filter, action == Action::DeleteWordBack);
                self.changed(0);
            }
            _ => {}
        }
    }

    /// Another one is chosen: what was said was about the old one.
    fn changed(&mut self, chosen: usize) {
        (self.chosen, self.said, self.asked) = (chosen, None, None);
    }
}

/// The tenant that a connection names.
pub(in crate::tui) fn tenant(connection: &Connection) -> Option<String> {
    connection.kind.service()?.sign_in.tenant.clone()
}

pub(in crate::tui) fn draw(paint: &mut Painter<'_>, area: Rect, app: &App, picker: &Picker) {
    let passing = picker.passing(&app.connections);
    let details = details(app, picker);
    let room = usize::from(area.height.saturating_sub(2));
    let wrapped = wrap(&details, usize::from(area.width.saturating_sub(4)));
    let shown = wrapped.len().min(room.saturating_sub(4));
    let n_rows = passing.len().clamp(1, MAX_ROWS).min(room.saturating_sub(shown + 1)).max(1);
    let n = app.connections.len();
    let count = if passing.len() == n { grouped(n as i64) } else { format!("{} of {n}", passing.len()) };
    let inner = sheet(paint, area, n_rows + 1 + shown, "connections", &count);
    let cursor = format!(" / {}▏", picker.filter);
    paint.text(line_of(inner, 0), inner.x, &cursor, paint.look.accent());
    if passing.is_empty() {
        let words = "No connection has that in its name, kind, tenant or host.";
        paint.text(line_of(inner, 1), inner.x + 3, words, paint.look.dim());
    }
    let first = (picker.chosen + 1).saturating_sub(n_rows);
    let widths = widths(app, &passing, usize::from(inner.width));
    for (row, (idx, at)) in (1..=n_rows as u16).zip(passing.iter().enumerate().skip(first)) {
        draw_row(paint, line_of(inner, row), app, *at, idx == picker.chosen, widths);
    }
    for (row, (style, line)) in (n_rows as u16 + 1..inner.height).zip(&wrapped) {
        paint.text(line_of(inner, row), inner.x + 3, line, *style);
    }
}

fn wrap(sentences: &[(Style, String)], width: usize) -> Vec<(Style, String)> {
    let lines = sentences.iter().flat_map(|(style, words)| {
        let safe = text::sanitize(words).into_owned();
        let lines: Vec<_> = text::wrap(&safe, width.max(10)).into_iter().map(str::to_owned).collect();
        lines.into_iter().map(|line| (*style, line))
    });
    lines.take(MAX_DETAILS).collect()
}

/// Columns of name and kind.
fn widths(app: &App, passing: &[usize], columns: usize) -> (usize, usize) {
    let widest = |of: &dyn Fn(&Connection) -> usize| passing.iter().map(|at| of(&app.connections[*at])).max();
    let name = widest(&|it| text::width(&text::sanitize(&it.name))).unwrap_or(0).clamp(4, (columns / 3).max(4));
    let kind = widest(&|it| it.kind.name().len()).unwrap_or(0);
    (name, kind)
}

fn draw_row(paint: &mut Painter<'_>, line: Rect, app: &App, at: usize, chosen: bool, widths: (usize, usize)) {
    let connection = &app.connections[at];
    if chosen {
        paint.style(line, paint.look.scope(Scope::GridCell));
    }
    let (mark, scope) = if app.switching.as_ref().is_some_and(|it| it.to == at) {
        ("○", Scope::Info)
    } else if at != app.connection {
        (" ", Scope::Dim)
    } else if let Link::Failed(_) = app.link {
        ("✗", Scope::Error)
    } else {
        ("●", Scope::Success)
    };
    // What is chosen is plain without colour too.
    let pointer = if chosen { "▸" } else { " " };
    let mut x = paint.text(line, line.x, &format!("{pointer}{mark} "), paint.look.scope(scope));
    for (words, width) in [(connection.name.as_str(), widths.0), (connection.kind.name(), widths.1)] {
        let cell = Rect { width: width as u16, x, ..line }.intersection(line);
        let style = if width == widths.0 { Style::default() } else { paint.look.dim() };
        paint.text(cell, x, words, style);
        x += width as u16 + 2;
    }
    if connection.production {
        x = paint.text(line, x, " PRODUCTION ", paint.look.scope(Scope::Production)) + 2;
    }
    let whose = [tenant(connection), place(&connection.kind)].into_iter().flatten().collect::<Vec<_>>();
    let whose = if whose.is_empty() { "made on this machine".to_owned() } else { whose.join(" · ") };
    paint.text(line, x, &whose, paint.look.dim());
}

/// What there is to know of the chosen connection.
fn details(app: &App, picker: &Picker) -> Vec<(Style, String)> {
    let look = &app.look;
    let mut lines = Vec::new();
    let Some(at) = picker.chosen(&app.connections) else { return lines };
    if let Some(switching) = &app.switching {
        let name = &app.connections[switching.to].name;
        let share = if switching.share > 0.0 { format!(" {:.0} %", switching.share * 100.0) } else { String::new() };
        lines.push((look.scope(Scope::Info), format!("Opening '{name}'.{share}")));
    }
    lines.extend(picker.said.iter().map(|(scope, words)| (look.scope(*scope), words.clone())));
    let connection = &app.connections[at];
    lines.push((look.text(), about(connection)));
    if let Some(words) = quota_words(&connection.quota) {
        lines.push((look.dim(), words));
    }
    let open = app.open_connection().filter(|_| at == app.connection).or_else(|| app.opened[at].as_ref());
    if let Some(identity) = open.and_then(|it| it.identity()) {
        lines.push((look.dim(), identity_words(&identity)));
    } else if let Some(service) = connection.kind.service().filter(|it| it.sign_in.method != SignInMethod::None) {
        let words = format!("Signs in by {}; nobody is signed in yet.", service.sign_in.method.name());
        lines.push((look.dim(), words));
    }
    lines.extend(open.and_then(|it| tables_words(app, it)).map(|it| (look.dim(), it)));
    lines
}

/// `62 tables`
pub(in crate::tui) fn n_tables(open: &OpenConnection) -> String {
    let n = open.schema().len();
    format!("{} {}", grouped(n as i64), if n == 1 { "table" } else { "tables" })
}

/// Where the tables of a service are known from.
fn tables_words(app: &App, open: &OpenConnection) -> Option<String> {
    let ask = app.keys.name(Section::Connections, Action::RefreshSchema);
    let n = n_tables(open);
    let taken = match open.schema_origin() {
        SchemaOrigin::Data => return None,
        SchemaOrigin::Bundled => {
            return Some(format!("Its tables are taken to be those that come with tallyho; {ask} asks the service."));
        }
        SchemaOrigin::Service { taken } => taken,
    };
    let age = SystemTime::now().duration_since(taken).unwrap_or_default().as_secs();
    let ago = match age {
        0..120 => "just now".to_owned(),
        120..7_200 => format!("{} minutes ago", age / 60),
        7_200..172_800 => format!("{} hours ago", age / 3_600),
        _ => format!("{} days ago", age / 86_400),
    };
    Some(format!("The service told {n} {ago}; {ask} asks again."))
}

/// One sentence: what it is and where.
fn about(connection: &Connection) -> String {
    match &connection.kind {
        ConnectionKind::Lab => "The lab: a company's events to hunt in, made on this machine.".to_owned(),
        ConnectionKind::Files { folder } => format!("The files of {}.", folder.display()),
        ConnectionKind::Recorded { folder } => format!("Answers that were recorded, in {}.", folder.display()),
        ConnectionKind::Service(service) => about_service(connection, service),
    }
}

fn about_service(connection: &Connection, service: &Service) -> String {
    let host = place(&connection.kind).unwrap_or_default();
    let tenant = service.sign_in.tenant.as_deref().map_or_else(String::new, |it| format!(", tenant {it}"));
    let cloud = match service.cloud.name() {
        "global" => String::new(),
        cloud => format!(", cloud {cloud}"),
    };
    let record = connection.record.as_ref().map_or_else(String::new, |it| format!(" Recorded in {}.", it.display()));
    format!("{} at {host}{tenant}{cloud}.{record}", service.api.name())
}

/// `Quota today: 45 calls a minute, 3 min a request, 100,000 rows.`; nothing where nothing is limited.
fn quota_words(quota: &QuotaProfile) -> Option<String> {
    let count = |it: u64| grouped(i64::try_from(it).unwrap_or(i64::MAX));
    let calls = [(quota.calls_per_minute, "minute"), (quota.calls_per_hour, "hour")];
    let mut limits: Vec<String> =
        calls.iter().filter_map(|(n, unit)| Some(format!("{} calls a {unit}", count(u64::from((*n)?))))).collect();
    let times = [
        (quota.running_per_hour, "running an hour"),
        (quota.running_per_day, "running a day"),
        (quota.cpu_per_quarter, "of CPU in 15 min"),
        (quota.request_timeout, "a request"),
    ];
    limits.extend(times.iter().filter_map(|(time, unit)| Some(format!("{} {unit}", limit((*time)?)))));
    limits.extend(quota.max_rows.map(|it| format!("{} rows", count(it))));
    (!limits.is_empty()).then(|| format!("Quota {}: {}.", quota.name, limits.join(", ")))
}

/// A limit in the largest unit that it is whole in: `10 min`, `4 h`.
fn limit(time: Duration) -> String {
    match time.as_secs() {
        seconds if time.subsec_nanos() == 0 && seconds > 0 && seconds % 3_600 == 0 => format!("{} h", seconds / 3_600),
        seconds if time.subsec_nanos() == 0 && seconds > 0 && seconds % 60 == 0 => format!("{} min", seconds / 60),
        _ => duration(time),
    }
}

/// Who is signed in, where, as what, until when.
pub(in crate::tui) fn identity_words(identity: &Identity) -> String {
    let mut words = format!("Signed in as {}", if identity.who.is_empty() { "somebody" } else { &identity.who });
    if let Some(tenant) = &identity.tenant {
        let _ = write!(words, ", tenant {tenant}");
    }
    if !identity.roles.is_empty() {
        let _ = write!(words, ", with {}", identity.roles.join(" "));
    }
    if let Some(expires) = identity.expires {
        let _ = write!(words, ", until {}", minute_text(expires));
    }
    words + "."
}

/// `11-22 14:03Z`, of seconds since 1970: month, day and time.
fn minute_text(seconds: u64) -> String {
    let ticks = i64::try_from(seconds).unwrap_or(i64::MAX).saturating_mul(10_000_000);
    let text = datetime_text(UNIX_EPOCH_TICKS.saturating_add(ticks));
    format!("{}Z", text.get(5..16).unwrap_or(&text).replacen('T', " ", 1))
}

/// The tenant of an open connection: as it is set, else as the token says.
pub(in crate::tui) fn tenant_of(open: &OpenConnection) -> Option<String> {
    tenant(&open.connection).or_else(|| open.identity()?.tenant)
}
