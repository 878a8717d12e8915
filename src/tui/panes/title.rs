//! The first line: the connection and its clock on the left, the state of the run on the right, always.

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::cost::duration;
use crate::config::{Clock, ConnectionKind, Scope};
use crate::result::datetime_text;
use crate::run::OpenConnection;
use crate::text;
use crate::tui::app::{App, HowEnded, Link};
use crate::tui::popups::connections::{tenant, tenant_of};
use crate::tui::widgets::Painter;

/// Columns that the state of a run takes, but for runs of an hour and the like.
const STATE: usize = 18;
/// On fewer columns our own name gives way to what matters more.
const NARROW: u16 = 60;

pub(in crate::tui) fn draw(paint: &mut Painter<'_>, area: Rect, app: &App) {
    if area.is_empty() {
        return;
    }
    let look = paint.look;
    let state = run_state(paint, app);
    let state_width: usize = state.iter().map(|(it, _)| text::width(it)).sum();
    // The room for the state is always the same, so that nothing on the left comes and goes with it.
    let room = Rect { width: area.width.saturating_sub(state_width.max(STATE) as u16 + 2), ..area };
    let connection = app.connection();
    let name = connection.map_or_else(String::new, |it| it.name.clone());
    let production = connection.is_some_and(|it| it.production);
    // A word, and not only a colour: some terminals have none.
    let mut head = match (production, area.width < NARROW) {
        (false, _) => vec![(" tallyho ".to_owned(), look.accent())],
        (true, false) => vec![(" tallyho  PRODUCTION ".to_owned(), look.accent())],
        (true, true) => vec![(" PROD ".to_owned(), look.accent())],
    };
    head.push((format!(" {name}"), look.text()));
    // Whose data these are is always there, cut if need be.
    let tenant = match &app.link {
        Link::Open(open) => tenant_of(open),
        _ => connection.and_then(tenant),
    };
    head.extend(tenant.map(|it| (format!(" · {it}"), look.dim())));
    let place = connection.and_then(|it| place(&it.kind)).map(|it| format!(" · {it}"));
    // Beside the query it is better placed, but the query is not always seen.
    let range = app.time_range.as_ref().filter(|_| app.layout().editor.is_empty());
    let range = range.map(|it| format!("  {}", it.words()));
    let (clock, short) = if let Link::Open(open) = &app.link { clock(open) } else { (None, None) };
    // What does not fit beside the state of the run is left out, the least important first.
    let ways = [
        [range.clone(), place.clone(), clock],
        [range.clone(), place.clone(), short.clone()],
        [range.clone(), place, None],
        [range.clone(), None, short],
        [range, None, None],
        [None, None, None],
    ];
    let ways = ways.map(|way| {
        let more = way.into_iter().flatten().map(|it| (it, look.dim()));
        head.iter().cloned().chain(more).collect::<Vec<_>>()
    });
    let width = |it: &[(String, Style)]| it.iter().map(|(it, _)| text::width(&text::sanitize(it))).sum::<usize>();
    let fitting = ways.iter().find(|it| width(it) <= usize::from(room.width));
    paint.pieces(room, fitting.unwrap_or(&head));
    paint.pieces_right(Rect { width: area.width.saturating_sub(1), ..area }, area.x, &state);
    if production {
        // Nothing of it is faint, least of all whose data these are.
        paint.style(area, look.scope(Scope::Production).remove_modifier(Modifier::DIM));
    }
}

/// Where the data of a connection is: the name of its folder, or the host of its service without a name or password before it.
pub(in crate::tui) fn place(kind: &ConnectionKind) -> Option<String> {
    match kind {
        ConnectionKind::Lab => None,
        ConnectionKind::Files { folder } | ConnectionKind::Recorded { folder } => {
            Some(folder.file_name()?.to_string_lossy().into_owned())
        }
        ConnectionKind::Service(service) => {
            let base_url = &service.base_url;
            let behind = base_url.split_once("://").map_or(base_url.as_str(), |it| it.1);
            let authority = behind.split(['/', '?', '#']).next().unwrap_or(behind);
            Some(authority.rsplit('@').next().unwrap_or(authority).to_owned())
        }
    }
}

/// What `now()` means here, unless it is the time on the wall; in full and in short.
fn clock(open: &OpenConnection) -> (Option<String>, Option<String>) {
    let words = match open.connection.clock {
        Clock::System => return (None, None),
        Clock::EndOfData => "end of data",
        Clock::At(_) => "fixed",
    };
    let now = datetime_text(open.now());
    let minute = now.get(..16).unwrap_or(&now).replacen('T', " ", 1);
    let short = format!("  now() is {minute}Z");
    (Some(format!("{short}, {words}")), Some(short))
}

fn run_state(paint: &Painter<'_>, app: &App) -> Vec<(String, Style)> {
    let look = paint.look;
    let piece =
        |scope: Scope, mark: &str, words: String| vec![(format!("{mark} "), look.scope(scope)), (words, look.text())];
    if let Some(run) = &app.run {
        // Tenths of a second: a finer clock would only flicker.
        let elapsed = app.now.duration_since(run.started).as_secs_f64();
        let words = match run.progress {
            _ if run.stopping => "stopping".to_owned(),
            _ if app.sign_in.as_ref().is_some_and(|it| it.run == Some(run.id)) => "signing in".to_owned(),
            Some(share) => format!("{:.0} %", share.clamp(0.0, 1.0) * 100.0),
            None => "running".to_owned(),
        };
        let elapsed = match app.screen.clock() {
            // A clock that stands is no clock.
            None => return piece(Scope::Info, "●", words),
            Some(clock) if clock.as_millis() >= 1_000 => format!("{elapsed:.0} s"),
            Some(_) => format!("{elapsed:.1} s"),
        };
        return piece(Scope::Info, "●", format!("{elapsed}  {words}"));
    }
    if let Some(waiting) = app.queue.first() {
        return piece(Scope::Info, "⌛", format!("{}  waiting", waiting.countdown(app.now)));
    }
    if let Some(pack) = app.pack.as_ref().filter(|it| it.is_running()) {
        let tally = pack.matrix.tally();
        return piece(Scope::Info, "●", format!("pack {} of {}", tally.all - tally.left, tally.all));
    }
    match &app.link {
        Link::Opening(share) => return piece(Scope::Info, "○", format!("opening {:.0} %", share * 100.0)),
        Link::Failed(_) => return piece(Scope::Error, "✗", "not open".to_owned()),
        Link::Open(_) => {}
    }
    if let Some(switching) = &app.switching {
        let share = format!("{:.0} %", switching.share * 100.0);
        return piece(Scope::Info, "○", format!("opening {share}"));
    }
    let Some(ended) = app.ended else { return piece(Scope::Dim, "○", "ready".to_owned()) };
    let elapsed = duration(ended.elapsed);
    match ended.how {
        HowEnded::Done => piece(Scope::Success, "●", format!("{elapsed}  done")),
        HowEnded::Failed => piece(Scope::Error, "✗", format!("{elapsed}  failed")),
        HowEnded::Stopped => piece(Scope::Warning, "■", format!("{elapsed}  stopped")),
    }
}
