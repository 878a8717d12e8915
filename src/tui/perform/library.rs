//! The library's work: reading folders, keeping favourites, running a pack.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use super::Answers;
use crate::config::Paths;
use crate::library::{
    Hunt, PackControl, PackEvent, PackRun, Shelf, expected, load_favourites, set_favourite, write_private,
};
use crate::run::{OpenConnection, Runner};
use crate::tui::msg::Msg;

pub(super) struct Librarian {
    folders: Vec<PathBuf>,
    favourites: PathBuf,
    sender: Answers,
    /// Steers the pack that was started last.
    control: PackControl,
}

impl Librarian {
    pub(super) fn new(paths: &Paths, folders: &[PathBuf], sender: Answers) -> Self {
        let favourites = paths.data.join("favourites.json");
        Self { folders: folders.to_vec(), favourites, sender, control: PackControl::default() }
    }

    /// Works on a thread of its own and answers; a thread that cannot be born answers with `failed`.
    fn work(
        &self,
        name: &str,
        failed: impl FnOnce(String) -> Msg,
        work: impl FnOnce(&Answers) -> Msg + Send + 'static,
    ) {
        self.sender.expect_one();
        let sender = self.sender.clone();
        let born = std::thread::Builder::new().name(name.to_owned()).spawn(move || {
            let msg = work(&sender);
            sender.answer(msg);
        });
        if let Err(error) = born {
            self.sender.answer(failed(format!("cannot start a thread: {error}")));
        }
    }

    pub(super) fn read(&self) {
        let (folders, favourites) = (self.folders.clone(), self.favourites.clone());
        let failed = |why| Msg::LibraryRead { shelves: Vec::new(), favourites: Err(why) };
        self.work("library", failed, move |_| Msg::LibraryRead {
            shelves: folders.iter().map(|it| Shelf::read(it)).collect(),
            favourites: load_favourites(&favourites),
        });
    }

    pub(super) fn set_favourite(&self, key: String, wanted: bool) {
        let file = self.favourites.clone();
        let failed = |why| Msg::Favourites(Err(why));
        self.work("library", failed, move |_| Msg::Favourites(set_favourite(&file, &key, wanted)));
    }

    /// Looks at the queries without sending them.
    pub(super) fn plan(&self, id: u64, hunts: Vec<Arc<Hunt>>, open: &Arc<OpenConnection>) {
        let open = Arc::clone(open);
        let failed = move |_| Msg::PackExpected { id, expected: Vec::new() };
        self.work("plan", failed, move |_| Msg::PackExpected {
            id,
            expected: hunts.iter().map(|it| expected(&it.query, &open)).collect(),
        });
    }

    pub(super) fn start(
        &mut self,
        id: u64,
        first_run: u64,
        hunts: Vec<(usize, Arc<Hunt>)>,
        runner: &Arc<Runner>,
        open: &Arc<OpenConnection>,
    ) {
        self.control = PackControl::default();
        let (runner, open, control) = (Arc::clone(runner), Arc::clone(open), self.control.clone());
        let failed = move |why| Msg::Pack(id, PackEvent::Paused(Some(why)));
        self.work("pack", failed, move |sender| {
            let last = std::cell::RefCell::new(PackEvent::Over);
            let run =
                PackRun { runner: &runner, connection: &open, first_id: first_run, control: &control, waits: true };
            run.run(&hunts, &|event| match event {
                // The last event is the answer that is awaited.
                PackEvent::Over | PackEvent::Paused(_) => *last.borrow_mut() = event,
                event => sender.send(Msg::Pack(id, event)),
            });
            Msg::Pack(id, last.into_inner())
        });
    }

    pub(super) fn control(&self) -> &PackControl {
        &self.control
    }

    pub(super) fn write(&self, path: PathBuf, text: String, replace: bool) {
        let answer = move |path: PathBuf, outcome: io::Result<()>| {
            let why = outcome.as_ref().err().map_or_else(String::new, ToString::to_string);
            Msg::PackWritten { path, outcome: outcome.map_err(|it| it.kind()), why }
        };
        let unwritten = path.clone();
        let failed = move |why: String| answer(unwritten, Err(io::Error::other(why)));
        self.work("write", failed, move |_| {
            let outcome = write_private(&path, &text, replace);
            answer(path, outcome)
        });
    }
}
