//! The thread that reads the terminal, and what its events mean to us.

mod color_reply;
mod mended;

use std::sync::mpsc::Sender;
use std::time::Instant;

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEventKind};

use self::mended::{Mender, Said};
use super::handover::Gate;
use super::msg::{MouseDeed, Msg, TerminalFact};
use crate::config::{Chord, KeyName};

/// Reads events until nobody listens or the terminal is gone. `asked` is when the terminal was asked for its ground, if it
/// was; `wants_keyboard` that the newer keyboard protocol may be used.
pub(super) fn read_events(
    sender: Sender<Msg>,
    gate: Gate,
    asked: Option<Instant>,
    wants_keyboard: bool,
) -> std::io::Result<()> {
    std::thread::Builder::new().name("input".to_owned()).spawn(move || {
        let mut mender = Mender::new(asked.is_some());
        loop {
            gate.pass();
            let said = match mender.patience() {
                // What may be half of something gets a moment to become whole.
                Some(patience) => match crossterm::event::poll(patience) {
                    Ok(true) => None,
                    Ok(false) => Some(Ok(mender.give_up())),
                    Err(error) => Some(Err(error)),
                },
                None => None,
            };
            let said = said.unwrap_or_else(|| crossterm::event::read().map(|it| mender.take(it)));
            let Ok(said) = said else {
                let _ = sender.send(Msg::Hangup);
                return;
            };
            for it in said {
                let msgs = match it {
                    Said::Event(event) => msg(event).into_iter().collect(),
                    Said::Ground { light } => answered(light, asked, wants_keyboard),
                };
                if msgs.into_iter().any(|it| sender.send(it).is_err()) {
                    return;
                }
            }
        }
    })?;
    Ok(())
}

/// What is known now that the terminal has answered: its ground, how long the way there and back is, and, since it answers
/// at all, whether it has the newer keyboard protocol.
fn answered(light: bool, asked: Option<Instant>, wants_keyboard: bool) -> Vec<Msg> {
    let mut facts = vec![TerminalFact::Ground { light }];
    facts.extend(asked.map(|it| TerminalFact::RoundTrip(it.elapsed())));
    // Events that come meanwhile are kept and read afterwards.
    if wants_keyboard && matches!(crossterm::terminal::supports_keyboard_enhancement(), Ok(true)) {
        facts.push(TerminalFact::Keyboard);
    }
    facts.into_iter().map(Msg::Terminal).collect()
}

fn msg(event: Event) -> Option<Msg> {
    match event {
        Event::Key(key) => chord(key).map(Msg::Key),
        Event::Paste(text) => Some(Msg::Paste(text)),
        Event::Resize(columns, rows) => Some(Msg::Resize { columns, rows }),
        Event::Mouse(mouse) => {
            let deed = match mouse.kind {
                MouseEventKind::Down(MouseButton::Left) => MouseDeed::Press,
                MouseEventKind::Drag(MouseButton::Left) => MouseDeed::Drag,
                MouseEventKind::ScrollUp => MouseDeed::WheelUp,
                MouseEventKind::ScrollDown => MouseDeed::WheelDown,
                MouseEventKind::ScrollLeft => MouseDeed::WheelLeft,
                MouseEventKind::ScrollRight => MouseDeed::WheelRight,
                _ => return None,
            };
            Some(Msg::Mouse { deed, column: mouse.column, row: mouse.row })
        }
        Event::FocusGained | Event::FocusLost => None,
    }
}

/// The key as the key table names it; `None` for releases and for keys that no table can name.
fn chord(event: KeyEvent) -> Option<Chord> {
    let ours = KeyModifiers::CONTROL | KeyModifiers::ALT | KeyModifiers::SHIFT;
    if event.kind == KeyEventKind::Release || !ours.contains(event.modifiers) {
        return None;
    }
    let mut shift = event.modifiers.contains(KeyModifiers::SHIFT);
    let ctrl = event.modifiers.contains(KeyModifiers::CONTROL);
    let key = match event.code {
        // The newer protocol may tell the key and not what is written on it.
        KeyCode::Char(c) if shift && !ctrl && c.is_lowercase() => KeyName::Char(c.to_uppercase().next().unwrap_or(c)),
        KeyCode::Char(c) => KeyName::Char(c),
        KeyCode::F(number) => KeyName::F(number),
        KeyCode::Enter => KeyName::Enter,
        KeyCode::Esc => KeyName::Esc,
        KeyCode::Tab => KeyName::Tab,
        KeyCode::BackTab => {
            shift = true;
            KeyName::Tab
        }
        KeyCode::Backspace => KeyName::Backspace,
        KeyCode::Delete => KeyName::Delete,
        KeyCode::Insert => KeyName::Insert,
        KeyCode::Up => KeyName::Up,
        KeyCode::Down => KeyName::Down,
        KeyCode::Left => KeyName::Left,
        KeyCode::Right => KeyName::Right,
        KeyCode::Home => KeyName::Home,
        KeyCode::End => KeyName::End,
        KeyCode::PageUp => KeyName::PageUp,
        KeyCode::PageDown => KeyName::PageDown,
        _ => return None,
    };
    let alt = event.modifiers.contains(KeyModifiers::ALT);
    Some(Chord { ctrl, alt, shift, key }.normal())
}
