//! The workbench as it was: what is kept of it, and how it comes back.

use super::{connections, save};
use crate::config::{ConnectionKind, Scope, TimeRange};
use crate::history::{LoadedSession, SavedFile, SavedTab, Session};
use crate::library::{Encoding, Form, Stamp, Tally};
use crate::tui::action::Action;
use crate::tui::app::{App, Fingerprint, Leaving, Link, Pane, Side, SideRegion, Tab, TabFile};
use crate::tui::effect::Effect;
use crate::tui::files::{FileJob, Reading};
use crate::tui::keymap::Section;
use crate::tui::panes::editor::Editor;
use crate::tui::panes::pack::Pack;

const PANES: &[(Pane, &str)] =
    &[(Pane::Editor, "editor"), (Pane::Results, "results"), (Pane::Side, "side"), (Pane::Cost, "cost")];
const SIDES: &[(Side, &str)] = &[(Side::History, "history"), (Side::Tables, "tables"), (Side::Library, "library")];

/// What there is to save.
pub(in crate::tui) fn session(app: &App) -> Session {
    let focus = PANES.iter().find(|(it, _)| *it == app.focus).map_or("", |(_, name)| name);
    let side = SIDES.iter().find(|(it, _)| *it == app.side.side).map_or("", |(_, name)| name);
    Session {
        tabs: app.texts().map(|(tab, editor)| saved(tab, editor)).collect(),
        active: app.tabs.active(),
        closed: app.tabs.closed().iter().map(|tab| saved(tab, &tab.editor)).collect(),
        connection: app.connection().map_or_else(String::new, |it| it.name.clone()),
        time_range: time_range(app),
        focus: focus.to_owned(),
        zoom: app.zoom,
        side: side.to_owned(),
        side_shown: app.side.shown(),
        parameters: app.parameters.kept().to_vec(),
        packs: app.pack.iter().chain(&app.packs_aside).filter_map(|it| it.matrix.to_kept()).collect(),
        ..Session::default()
    }
}

/// The time that queries are asked about, where it is not the connection's own.
fn time_range(app: &App) -> Option<String> {
    let own = app.connection().and_then(|it| it.time_range.as_ref());
    let set = app.time_range.as_ref();
    let is_known = matches!(app.link, Link::Open(_)) && own != set;
    is_known.then(|| set.map_or_else(String::new, |it| it.text().to_owned()))
}

/// What is kept beside the texts; when it changes it is saved.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct View {
    connection: usize,
    time_range: Option<String>,
    zoom: bool,
    side: SideRegion,
    tabs: u64,
    packs: Vec<(u64, Tally, bool, bool)>,
}

pub(super) fn view(app: &App) -> View {
    let (connection, time_range) = (app.connection, time_range(app));
    let packs = app.pack.iter().chain(&app.packs_aside).map(Pack::shape).collect();
    View { connection, time_range, zoom: app.zoom, side: app.side, tabs: app.tabs.shape(), packs }
}

fn saved(tab: &Tab, editor: &Editor) -> SavedTab {
    let file = tab.file.as_ref().and_then(|file| {
        Some(SavedFile {
            // A name that is not text cannot be kept; the text itself is.
            path: file.path.to_str()?.to_owned(),
            seen: file.stamp.as_ref().map(|it| (it.modified, it.n_bytes, it.hash)),
            encoding: file.form.encoding.name().to_owned(),
            mark: file.form.mark,
            crlf: file.form.crlf,
            saved: file.saved.parts(),
        })
    });
    SavedTab {
        name: tab.name.clone(),
        text: editor.text().to_owned(),
        cursor: editor.cursor(),
        top: editor.top(),
        file,
    }
}

/// Brings back what was there the last time. What was typed meanwhile stays in a tab of its own.
pub(super) fn session_read(app: &mut App, outcome: Result<Option<LoadedSession>, String>) -> Vec<Effect> {
    app.saving.is_restored = true;
    let mut effects = match outcome {
        Ok(Some(loaded)) => restore(app, loaded),
        Ok(None) => {
            show_sample(app);
            Vec::new()
        }
        Err(failure) => {
            app.notify(Scope::Error, format!("The texts of the last time cannot be read: {failure}"));
            Vec::new()
        }
    };
    effects.extend(connections::open_first(app));
    for (at, path) in std::mem::take(&mut app.files).into_iter().enumerate() {
        let why = if at == 0 { Reading::Open } else { Reading::Beside(at) };
        effects.push(Effect::File(FileJob::Read { path, why }));
    }
    if effects.iter().all(|it| !matches!(it, Effect::File(_))) {
        effects.extend(super::files::check(app));
    }
    if app.leaving != Leaving::No {
        // The end came before this; now nothing is written over.
        effects.extend(save::save(app));
    }
    effects
}

fn restore(app: &mut App, loaded: LoadedSession) -> Vec<Effect> {
    let LoadedSession { session, notice, others } = loaded;
    if let Some(notice) = notice {
        app.notify(Scope::Warning, notice);
    }
    let typed = app.editor.text().to_owned();
    let typed_at = app.editor.offset();
    let n_own = session.tabs.len();
    let brought = others.iter().flat_map(|it| &it.tabs).filter(|it| is_worth_bringing(app, it, &session)).cloned();
    let brought: Vec<_> = brought.collect();
    let n_brought = brought.len();
    let closed = others.iter().flat_map(|it| &it.closed).chain(&session.closed).cloned().collect::<Vec<_>>();
    let list: Vec<_> = session.tabs.iter().chain(&brought).map(|it| tab(app, it)).collect();
    let closed = closed.iter().map(|it| tab(app, it)).collect();
    app.set_tabs(list, session.active.min(n_own.saturating_sub(1)), closed);
    app.saving.saved = Some(app.session_revision());
    if n_brought > 0 {
        app.tabs.touch();
        app.session_changed();
        let tabs = if n_brought == 1 { "A tab".to_owned() } else { format!("{n_brought} tabs") };
        app.notify(Scope::Info, format!("{tabs} of another workbench that has ended came with yours."));
    }
    if !typed.trim().is_empty() {
        let tab = app.tabs.make(None, Editor::new(&typed, (0, 0)));
        app.add_tab(tab);
        app.editor.jump_to_offset(typed_at);
        app.session_changed();
    }
    app.parameters.restore(session.parameters.clone());
    show_as_it_was(app, &session);
    super::pack::restore(app, std::iter::once(&session).chain(&others).flat_map(|it| &it.packs));
    Vec::new()
}

/// False for a text that nobody wrote, and for one that is here already.
fn is_worth_bringing(app: &App, tab: &SavedTab, here: &Session) -> bool {
    let text = tab.text.trim();
    let is_here = here.tabs.iter().chain(&here.closed).any(|it| it.text == tab.text && it.file == tab.file);
    !text.is_empty() && text != sample(app).trim() && !is_here
}

fn tab(app: &mut App, saved: &SavedTab) -> Tab {
    let mut editor = Editor::new(&saved.text, saved.cursor);
    editor.scroll_to(saved.top);
    let mut tab = app.tabs.make(saved.name.clone(), editor);
    tab.file = saved.file.as_ref().map(|file| {
        let form = Form { encoding: Encoding::from_name(&file.encoding), mark: file.mark, crlf: file.crlf };
        let held = Fingerprint::of_parts(file.saved);
        TabFile {
            path: file.path.clone().into(),
            stamp: file.seen.map(|(modified, n_bytes, hash)| Stamp { modified, n_bytes, hash }),
            form,
            saved: held,
            modified: !held.is_of(tab.editor.text()),
        }
    });
    tab
}

/// Everything else: the region beside the editor, the focus, the time and the connection.
fn show_as_it_was(app: &mut App, session: &Session) {
    if let Some((side, _)) = SIDES.iter().find(|(_, name)| *name == session.side) {
        app.side.side = *side;
    }
    if let Some(shown) = session.side_shown {
        app.side.show(shown);
    }
    let is_seen = |pane: Pane| match pane {
        Pane::Editor | Pane::Results => true,
        Pane::Side => session.side_shown == Some(true),
        Pane::Cost => session.zoom,
    };
    if let Some((pane, _)) = PANES.iter().find(|(pane, name)| *name == session.focus && is_seen(*pane)) {
        app.focus = *pane;
        app.zoom = session.zoom;
    }
    if !app.start_is_given
        && let Some(at) = app.connections.iter().position(|it| it.name == session.connection)
    {
        app.connection = at;
    }
    if app.connection().is_some_and(|it| it.name == session.connection) {
        // No text says that no time was set.
        app.restored_range = session.time_range.as_deref().map(|it| (app.connection, TimeRange::parse(it)));
    }
}

fn show_sample(app: &mut App) {
    if app.editor.text().is_empty() {
        let sample = sample(app);
        app.editor = Editor::new(&sample, (0, 0));
        app.editor.jump_to_offset(sample.len());
    }
}

/// What a first start shows: a hunt that finds something, and the keys to go on with.
fn sample(app: &App) -> String {
    let key = |action| app.keys.name(Section::Editor, action);
    let (run, history, help) = (key(Action::Run), key(Action::ToggleHistory), key(Action::Help));
    let hello = format!("// {run} runs the query at the cursor. {history}: what you ran. {help}: all keys.\n");
    if app.connection().is_some_and(|it| matches!(it.kind, ConnectionKind::Files { .. })) {
        return hello;
    }
    // Five lines: the smallest editor shows all of it.
    hello
        + "DeviceProcessEvents\n\
           | where InitiatingProcessFileName =~ \"powershell.exe\"\n\
           | project Timestamp, FileName, InitiatingProcessFileName\n\
           | order by Timestamp desc | limit 2"
}
