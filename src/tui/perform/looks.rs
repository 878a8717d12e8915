//! Reads themes while the workbench runs, and writes to a file what is too long for the clipboard.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::Answers;
use crate::config::Theme;
use crate::library::{complete_path, expand_home};
use crate::result::write_whole_file;
use crate::tui::look::Look;
use crate::tui::msg::Msg;
use crate::tui::options::{Options, Surroundings, ThemeChoice};

/// What a theme depends on.
pub(super) struct Looks {
    choice: ThemeChoice,
    around: Surroundings,
    folder: PathBuf,
    sender: Answers,
}

impl Looks {
    pub(super) fn new(options: &Options, sender: Answers) -> Self {
        let folder = options.paths.config.join("themes");
        Self { choice: options.theme.clone(), around: options.around.clone(), folder, sender }
    }

    /// The terminal has told its ground. A theme that was asked for by name stays.
    pub(super) fn fit_ground(&mut self, light: bool) {
        let fits = light == self.around.light;
        self.around.light = light;
        if !fits && self.choice == ThemeChoice::Auto && !self.around.no_color {
            self.read_choice(ThemeChoice::Auto);
        }
    }

    pub(super) fn read(&mut self, name: String) {
        self.choice = ThemeChoice::of_name(&name);
        self.read_choice(self.choice.clone());
    }

    fn read_choice(&self, choice: ThemeChoice) {
        let (folder, around) = (self.folder.clone(), self.around.clone());
        self.on_worker(move || {
            let name = match &choice {
                ThemeChoice::Auto => String::new(),
                ThemeChoice::Named(name) => name.clone(),
            };
            let look = Look::new(&choice, &folder, &around).map_err(|it| it.to_string());
            Msg::LookRead(look.map(|(look, _)| (name, Box::new(look))))
        });
    }

    pub(super) fn list(&self) {
        let folder = self.folder.clone();
        self.on_worker(move || Msg::ThemesListed(Theme::all(&folder)));
    }

    fn on_worker(&self, work: impl FnOnce() -> Msg + Send + 'static) {
        on_worker(&self.sender, work);
    }
}

fn on_worker(sender: &Answers, work: impl FnOnce() -> Msg + Send + 'static) {
    sender.expect_one();
    let (done, failed) = (sender.clone(), sender.clone());
    if let Err(error) = std::thread::Builder::new().name("look".to_owned()).spawn(move || done.answer(work())) {
        failed.answer(Msg::Fault(format!("cannot start a thread: {error}")));
    }
}

/// Writes copied text to a file that does not exist yet and that nobody else reads.
pub(super) fn write_copy(sender: &Answers, path: String, text: String) {
    on_worker(sender, move || Msg::CopyFileWritten(write(&expand_home(&path), &text).map(|()| path)));
}

/// The folder may be on a disk that takes its time.
pub(super) fn complete(sender: &Answers, id: u64, typed: String) {
    on_worker(sender, move || Msg::PathCompleted { id, outcome: complete_path(&typed) });
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    write_whole_file(path, false, |file| file.write_all(text.as_bytes())).map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => format!("{} exists already; nothing is overwritten", path.display()),
        _ => format!("{} cannot be written: {error}", path.display()),
    })
}
