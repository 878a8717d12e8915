//! Entering and leaving the terminal. What is entered here is left whatever happens: at the end of the loop, in a panic,
//! on SIGTERM and on SIGHUP.

use std::io::{self, BufWriter, IsTerminal, Stdout, Write};
use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::thread::ThreadId;

use crossterm::clipboard::CopyToClipboard;
use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode};
use crossterm::{cursor, execute};
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;

use super::handover::{Gate, Handover};
use super::input;
use super::msg::Msg;
use super::options::Options;
use super::runtime::Workbench;

/// One frame is written at once: no half-drawn screens.
const FRAME_BYTES: usize = 64 * 1024;

/// Columns of the terminal that standard output is; `None` when it is a file or a pipe.
pub fn width_of_output() -> Option<usize> {
    let (columns, _) = io::stdout().is_terminal().then(crossterm::terminal::size)?.ok()?;
    Some(usize::from(columns)).filter(|it| *it > 0)
}

/// Opens the workbench and returns when the user has left it. Fails when there is no terminal, or it cannot be set up.
pub fn run(options: Options) -> io::Result<()> {
    if !io::stdout().is_terminal() {
        let message = "the workbench needs a terminal; `tallyho run` prints rows to a pipe or a file";
        return Err(io::Error::new(io::ErrorKind::Unsupported, message));
    }
    let out = BufWriter::with_capacity(FRAME_BYTES, Squiggles(io::stdout()));
    let terminal = Terminal::new(CrosstermBackend::new(out))?;
    let mut workbench = Workbench::new(options, terminal, copy);
    let gate = Gate::default();
    workbench.set_handover(handover(&gate, workbench.sender()));
    listen_to_signals(workbench.sender(), gate.clone())?;
    let hook = install_panic_hook(std::thread::current().id(), workbench.sender());
    // From here to `leave` the terminal is ours.
    let outcome = enter().and_then(|()| input::read_events(workbench.sender(), gate));
    if outcome.is_ok() {
        run_to_the_end(&mut workbench);
    }
    leave();
    drop(panic::take_hook());
    panic::set_hook(Box::new(move |info| hook(info)));
    outcome
}

/// Writes the wavy line for what stands for it (`look::SQUIGGLE`). One frame comes in one piece, so that what is looked
/// for is not torn; if it were, there would be no line at one place for one frame.
struct Squiggles(Stdout);

impl Write for Squiggles {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut rest = bytes;
        while let Some(at) =
            memchr::memmem::find(rest, b"\x1b[6m").into_iter().chain(memchr::memmem::find(rest, b"\x1b[25m")).min()
        {
            self.0.write_all(&rest[..at])?;
            let starts = rest[at..].starts_with(b"\x1b[6m");
            self.0.write_all(if starts { b"\x1b[4:3m" } else { b"\x1b[24m" })?;
            rest = &rest[at + if starts { 4 } else { 5 }..];
        }
        self.0.write_all(rest)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// How another program gets the terminal, and how it comes back.
fn handover(gate: &Gate, sender: Sender<Msg>) -> Handover {
    let (given, taken) = (gate.clone(), gate.clone());
    let give = move || {
        given.close(wake_reader);
        leave();
    };
    let take = move || {
        // A terminal that cannot be taken back is gone.
        let size = enter().and_then(|()| crossterm::terminal::size());
        taken.open();
        let msg = size.map_or(Msg::Hangup, |(columns, rows)| Msg::Resize { columns, rows });
        let _ = sender.send(msg);
    };
    Handover { give: Box::new(give), take: Box::new(take) }
}

/// Makes the thread that reads return: it is told that the window has another size.
fn wake_reader() {
    #[cfg(unix)]
    let _ = signal_hook::low_level::raise(signal_hook::consts::SIGWINCH);
}

/// A panic goes on from here, with the text saved and the terminal given back.
fn run_to_the_end(workbench: &mut Workbench<CrosstermBackend<BufWriter<Squiggles>>>) {
    let Err(panicked) = panic::catch_unwind(AssertUnwindSafe(|| workbench.run())) else { return };
    // The state may be half changed, but the text was typed by someone.
    let saved = panic::catch_unwind(AssertUnwindSafe(|| workbench.save_now()));
    leave();
    let words = match saved {
        Ok(Ok(())) => "The text of the editor is saved.".to_owned(),
        Ok(Err(failure)) => format!("The text of the editor could not be saved: {failure}"),
        Err(_) => "The text of the editor could not be saved.".to_owned(),
    };
    let _ = writeln!(io::stderr(), "{words}");
    panic::resume_unwind(panicked);
}

fn enter() -> io::Result<()> {
    enable_raw_mode()?;
    execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste)
}

/// Gives the terminal back as it was found. Harmless when done twice, and when the terminal is gone.
fn leave() {
    let _ = execute!(io::stdout(), DisableBracketedPaste, LeaveAlternateScreen, cursor::Show);
    let _ = disable_raw_mode();
}

type Hook = Arc<dyn Fn(&panic::PanicHookInfo<'_>) + Send + Sync>;

/// A panic of the user interface gives the terminal back before anything is printed; one of a worker is caught and told
/// where it works, and must not write over the screen. Returns the hook that was there.
fn install_panic_hook(user_interface: ThreadId, sender: Sender<Msg>) -> Hook {
    let previous: Hook = Arc::from(panic::take_hook());
    let hook = Arc::clone(&previous);
    panic::set_hook(Box::new(move |info| {
        if std::thread::current().id() == user_interface {
            leave();
            hook(info);
        } else {
            let _ = sender.send(Msg::Fault(info.to_string()));
        }
    }));
    previous
}

#[cfg(unix)]
fn listen_to_signals(sender: Sender<Msg>, gate: Gate) -> io::Result<()> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    let mut signals = signal_hook::iterator::Signals::new([SIGTERM, SIGHUP, SIGINT])?;
    std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
        for signal in &mut signals {
            // Ctrl+C in another program that has the terminal is meant for that one.
            if signal == SIGINT && gate.is_closed() {
                continue;
            }
            if sender.send(Msg::Hangup).is_err() {
                return;
            }
        }
    })?;
    Ok(())
}

#[cfg(not(unix))]
fn listen_to_signals(_sender: Sender<Msg>, _gate: Gate) -> io::Result<()> {
    Ok(())
}

/// Puts text on the clipboard by the terminal's own means, which also work over ssh. Only ever writes; what the clipboard
/// holds is never asked for.
fn copy(text: &str) {
    let _ = execute!(io::stdout(), CopyToClipboard::to_clipboard_from(text));
}
