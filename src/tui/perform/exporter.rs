//! Writes files of results, aside.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::Performer;
use crate::library::expand_home;
use crate::result::{FileError, FileOptions, FileProgress, write_file};
use crate::run::CancelHandle;
use crate::tui::app::App;
use crate::tui::msg::Msg;

/// How often it is told how far a file has come.
const BETWEEN_WORDS: Duration = Duration::from_millis(200);

impl Performer {
    pub(super) fn export(&mut self, id: u64, path: PathBuf, options: FileOptions, seen: bool, app: &App) {
        let cancel = CancelHandle::new();
        self.exporting = Some((id, cancel.clone()));
        self.sender.expect_one();
        // Rows are shared, not copied.
        let (set, rows) = (app.results.set.clone(), app.results.view_rows());
        let columns = app.results.view_columns().to_vec();
        let (sender, failed) = (self.sender.clone(), self.sender.clone());
        let write = move || {
            let told = Mutex::new(Instant::now());
            let go_on = |progress: FileProgress| {
                if let Ok(mut told) = told.lock()
                    && told.elapsed() >= BETWEEN_WORDS
                {
                    *told = Instant::now();
                    sender.send(Msg::ExportProgress { id, progress });
                }
                !cancel.is_cancelled()
            };
            let whole = || -> Result<_, FileError> {
                let part = if seen {
                    set.select(rows.as_ref().map(|it| it.as_slice()), &columns).map_err(FileError::Unfit)?
                } else {
                    set
                };
                write_file(&part, &in_full(&path), options, &go_on)
            };
            let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(whole)).unwrap_or_else(|_| {
                Err(FileError::Unfit("internal error, please report it: writing stopped unexpectedly".to_owned()))
            });
            sender.answer(Msg::Exported { id, outcome: outcome.map_err(Arc::new) });
        };
        if let Err(error) = std::thread::Builder::new().name("export".to_owned()).spawn(write) {
            let error = FileError::Unfit(format!("cannot start a thread: {error}"));
            failed.answer(Msg::Exported { id, outcome: Err(Arc::new(error)) });
        }
    }

    pub(super) fn stop_export(&mut self, id: u64) {
        if let Some((_, cancel)) = self.exporting.as_ref().filter(|it| it.0 == id) {
            cancel.cancel();
        }
    }
}

/// The path as one means it; what names no folder lies in the folder that Tallyho was started in, said in full so that one
/// finds it.
fn in_full(path: &Path) -> PathBuf {
    let path = path.to_str().map_or_else(|| path.to_owned(), expand_home);
    std::path::absolute(&path).unwrap_or(path)
}
