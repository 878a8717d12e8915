//! What a person has to do to sign in: the code, large and by itself; where to type it; how long it is good for.

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::sheet;
use crate::config::Scope;
use crate::run::SignInPrompt;
use crate::text;
use crate::tui::action::Action;
use crate::tui::app::{App, SignInState, SigningIn};
use crate::tui::keymap::Section;
use crate::tui::widgets::{Painter, line_of};

pub(in crate::tui) fn draw(paint: &mut Painter<'_>, area: Rect, app: &App) {
    let Some(signing_in) = &app.sign_in else { return };
    let lines = lines(app, signing_in, usize::from(area.width.saturating_sub(6)));
    let inner = sheet(paint, area, lines.len(), "sign in", &name(app));
    for (row, (words, style)) in (0..inner.height).zip(&lines) {
        paint.text(line_of(inner, row), inner.x + 3.min(inner.width), words, *style);
    }
}

fn name(app: &App) -> String {
    app.connection().map_or_else(String::new, |it| it.name.clone())
}

fn lines(app: &App, signing_in: &SigningIn, width: usize) -> Vec<(String, Style)> {
    let look = &app.look;
    let key = |action| app.keys.name(Section::SigningIn, action);
    let (copy, open, cancel) = (key(Action::Copy), key(Action::Open), key(Action::Cancel));
    let mut lines = vec![(String::new(), look.text())];
    if let SignInState::Over(why) = &signing_in.state {
        say(&mut lines, why, look.scope(Scope::Error), width);
        lines.push((String::new(), look.text()));
        let words = format!("{open} tries again, {cancel} leaves it. The query is untouched.");
        say(&mut lines, &words, look.text(), width);
        return lines;
    }
    match &signing_in.prompt {
        SignInPrompt::DeviceCode { user_code, verification_uri, .. } => {
            say(&mut lines, "On any machine, open", look.dim(), width);
            say(&mut lines, verification_uri, look.text().add_modifier(Modifier::UNDERLINED), width);
            say(&mut lines, "and type the code", look.dim(), width);
            lines.push((String::new(), look.text()));
            // Letters apart can be read aloud; what is copied has no blanks.
            let spaced: Vec<_> = user_code.chars().map(String::from).collect();
            lines.push((format!("    {}", spaced.join(" ")), look.accent()));
            lines.push((String::new(), look.text()));
            let left =
                signing_in.countdown(app.now).map_or_else(String::new, |it| format!(" The code is good for {it}."));
            say(&mut lines, &format!("Waiting for you.{left}"), look.scope(Scope::Info), width);
            let words = format!("{copy} copies the code, {open} the address; {cancel} stops signing in.");
            say(&mut lines, &words, look.dim(), width);
        }
        SignInPrompt::Browser { url } => {
            say(
                &mut lines,
                "A browser on this machine asks you to sign in. If none has opened, open",
                look.dim(),
                width,
            );
            say(&mut lines, url, look.text().add_modifier(Modifier::UNDERLINED), width);
            lines.push((String::new(), look.text()));
            say(&mut lines, "Waiting for you.", look.scope(Scope::Info), width);
            say(&mut lines, &format!("{open} copies the address; {cancel} stops signing in."), look.dim(), width);
        }
        SignInPrompt::Note(note) => say(&mut lines, note, look.text(), width),
        SignInPrompt::Done => say(&mut lines, "Signed in.", look.scope(Scope::Success), width),
    }
    lines
}

fn say(lines: &mut Vec<(String, Style)>, words: &str, style: Style, width: usize) {
    let safe = text::sanitize(words);
    lines.extend(text::wrap(&safe, width.max(10)).into_iter().map(|it| (it.to_owned(), style)));
}
