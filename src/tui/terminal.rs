//! Entering and leaving the terminal. What is entered here is left whatever happens: at the end of the loop, in a panic,
//! on SIGTERM and on SIGHUP.

mod clipboard;
mod frames;
mod thrift;

use std::io::{self, IsTerminal, Write};
use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::thread::ThreadId;
use std::time::Instant;

use crossterm::event::{
    DisableBracketedPaste, EnableBracketedPaste, KeyboardEnhancementFlags, PopKeyboardEnhancementFlags,
    PushKeyboardEnhancementFlags,
};
use crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode};
use crossterm::{cursor, execute};
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;

use self::clipboard::Between;
use self::frames::Frames;
pub use self::frames::Meter;
use super::handover::{Gate, Handover};
use super::input;
use super::msg::Msg;
use super::options::Options;
use super::runtime::Workbench;

/// What was asked of the terminal beyond what every one knows, and is taken back on the way out.
static KEYBOARD: AtomicBool = AtomicBool::new(false);
static MOUSE: AtomicBool = AtomicBool::new(false);

/// Clicks, drags with a button and the wheel, with places beyond column 223. Not every move of the mouse: over a slow line
/// that is a flood.
const MOUSE_ON: &[u8] = b"\x1b[?1000h\x1b[?1002h\x1b[?1006h";
const MOUSE_OFF: &[u8] = b"\x1b[?1006l\x1b[?1002l\x1b[?1000l";
/// Asks for the colour of the ground. The answer comes between the keys (`input`).
const GROUND: &[u8] = b"\x1b]11;?\x1b\\";

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
    let meter = Arc::new(Meter::default());
    let settings = options.terminal.clone();
    let out = Frames::new(io::stdout(), Arc::clone(&meter), settings.synchronized);
    let terminal = Terminal::new(CrosstermBackend::new(out))?;
    let mut workbench = Workbench::new(options, terminal, copy).on_terminal(meter, use_keyboard, use_mouse);
    let gate = Gate::default();
    workbench.set_handover(handover(&gate, workbench.sender()));
    listen_to_signals(workbench.sender(), gate.clone())?;
    let hook = install_panic_hook(std::thread::current().id(), workbench.sender());
    // From here to `leave` the terminal is ours.
    let outcome = enter().and_then(|()| {
        let asked = ask_for_ground()?;
        input::read_events(workbench.sender(), gate, asked, settings.keyboard)
    });
    use_mouse(settings.mouse && outcome.is_ok());
    if outcome.is_ok() {
        run_to_the_end(&mut workbench);
    }
    leave();
    drop(panic::take_hook());
    panic::set_hook(Box::new(move |info| hook(info)));
    outcome
}

/// How another program gets the terminal, and how it comes back.
fn handover(gate: &Gate, sender: Sender<Msg>) -> Handover {
    let (given, taken) = (gate.clone(), gate.clone());
    // What was asked of the terminal is asked again when it comes back.
    let (keyboard, mouse) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let (had_keyboard, had_mouse) = (Arc::clone(&keyboard), Arc::clone(&mouse));
    let give = move || {
        given.close(wake_reader);
        keyboard.store(KEYBOARD.load(Ordering::SeqCst), Ordering::SeqCst);
        mouse.store(MOUSE.load(Ordering::SeqCst), Ordering::SeqCst);
        leave();
    };
    let take = move || {
        // A terminal that cannot be taken back is gone.
        let size = enter().and_then(|()| crossterm::terminal::size());
        if had_keyboard.load(Ordering::SeqCst) {
            use_keyboard();
        }
        use_mouse(had_mouse.load(Ordering::SeqCst));
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
fn run_to_the_end(workbench: &mut Workbench<CrosstermBackend<Frames>>) {
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
    use_mouse(false);
    if KEYBOARD.swap(false, Ordering::SeqCst) {
        let _ = execute!(io::stdout(), PopKeyboardEnhancementFlags);
    }
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

/// Asks a terminal for the colour of its ground; returns when, or `None` for one that would show the question.
fn ask_for_ground() -> io::Result<Option<Instant>> {
    let variable = |name: &str| std::env::var(name).ok().filter(|it| !it.is_empty());
    let term = variable("TERM").unwrap_or_default();
    let is_dumb = ["dumb", "linux", "eterm", "vt"].iter().any(|it| term.starts_with(it)) || term.is_empty();
    if is_dumb || Between::of(variable) == Between::Screen {
        return Ok(None);
    }
    let mut out = io::stdout().lock();
    out.write_all(GROUND)?;
    out.flush()?;
    Ok(Some(Instant::now()))
}

/// Asks for the newer keyboard protocol, which the terminal has said that it has: keys come with all their modifiers.
fn use_keyboard() {
    let flags = KeyboardEnhancementFlags::DISAMBIGUATE_ESCAPE_CODES | KeyboardEnhancementFlags::REPORT_ALTERNATE_KEYS;
    if !KEYBOARD.swap(true, Ordering::SeqCst) {
        let _ = execute!(io::stdout(), PushKeyboardEnhancementFlags(flags));
    }
}

/// Takes the mouse, or gives it back.
fn use_mouse(wanted: bool) {
    if MOUSE.swap(wanted, Ordering::SeqCst) != wanted {
        let mut out = io::stdout().lock();
        let _ = out.write_all(if wanted { MOUSE_ON } else { MOUSE_OFF }).and_then(|()| out.flush());
    }
}

/// Puts text on the clipboard by the terminal's own means, which also work over ssh.
fn copy(text: &str) {
    let between = Between::of(|name| std::env::var(name).ok().filter(|it| !it.is_empty()));
    let mut out = io::stdout().lock();
    let _ = out.write_all(clipboard::sequence(text, between).as_bytes()).and_then(|()| out.flush());
}
