//! The thread that reads the terminal, and what its events mean to us.

use std::sync::mpsc::Sender;

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use super::handover::Gate;
use super::msg::Msg;
use crate::config::{Chord, KeyName};

/// Reads events until nobody listens or the terminal is gone.
pub(super) fn read_events(sender: Sender<Msg>, gate: Gate) -> std::io::Result<()> {
    std::thread::Builder::new().name("input".to_owned()).spawn(move || {
        loop {
            gate.pass();
            let msg = match crossterm::event::read() {
                Ok(event) => msg(event),
                Err(_) => Some(Msg::Hangup),
            };
            let over = matches!(msg, Some(Msg::Hangup));
            if msg.is_some_and(|it| sender.send(it).is_err()) || over {
                return;
            }
        }
    })?;
    Ok(())
}

fn msg(event: Event) -> Option<Msg> {
    match event {
        Event::Key(key) => chord(key).map(Msg::Key),
        Event::Paste(text) => Some(Msg::Paste(text)),
        Event::Resize(columns, rows) => Some(Msg::Resize { columns, rows }),
        Event::FocusGained | Event::FocusLost | Event::Mouse(_) => None,
    }
}

/// The key as the key table names it; `None` for releases and for keys that no table can name.
fn chord(event: KeyEvent) -> Option<Chord> {
    let ours = KeyModifiers::CONTROL | KeyModifiers::ALT | KeyModifiers::SHIFT;
    if event.kind == KeyEventKind::Release || !ours.contains(event.modifiers) {
        return None;
    }
    let mut shift = event.modifiers.contains(KeyModifiers::SHIFT);
    let key = match event.code {
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
    let ctrl = event.modifiers.contains(KeyModifiers::CONTROL);
    let alt = event.modifiers.contains(KeyModifiers::ALT);
    Some(Chord { ctrl, alt, shift, key }.normal())
}
