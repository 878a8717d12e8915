//! What a pasted list of indicators becomes, before it is put into the query.

use std::ops::Range;

use ratatui::layout::Rect;

use super::sheet;
use crate::config::Scope;
use crate::result::Indicators;
use crate::text;
use crate::tui::widgets::{Painter, line_of};

/// Words that are told of those that are no indicators.
const MAX_TOLD: usize = 8;

/// A list under way.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::tui) struct IndicatorList {
    pub(in crate::tui) found: Indicators,
    /// Nothing has been pasted yet.
    pub(in crate::tui) is_waiting: bool,
    /// The selection that the list was, which the queries take the place of; of the text of that revision.
    pub(in crate::tui) selection: Option<Range<usize>>,
    pub(in crate::tui) revision: u64,
}

pub(in crate::tui) fn draw(paint: &mut Painter<'_>, area: Rect, list: &IndicatorList) {
    let columns = usize::from(area.width.saturating_sub(4)).max(8);
    let mut said: Vec<(String, Scope)> = Vec::new();
    if list.is_waiting {
        let words = "Paste the list now: addresses, networks, domains, URLs, mail addresses and hashes, defanged or not, \
                     with anything between them.";
        said.push((words.to_owned(), Scope::Dim));
    } else if list.found.is_empty() {
        said.push(("There is no indicator in what was pasted. Paste another list.".to_owned(), Scope::Warning));
    } else {
        said.push((list.found.words(), Scope::Success));
    }
    if list.found.n_repeated > 0 {
        said.push((format!("{} came more than once.", list.found.n_repeated), Scope::Dim));
    }
    if !list.found.left_out.is_empty() {
        said.push((left_out(&list.found), Scope::Warning));
    }
    let lines: Vec<(String, Scope)> = said
        .iter()
        .flat_map(|(words, scope)| {
            let safe = text::sanitize(words).into_owned();
            text::wrap(&safe, columns).into_iter().map(|it| (it.to_owned(), *scope)).collect::<Vec<_>>()
        })
        .collect();
    let inner = sheet(paint, area, lines.len(), "indicators", "");
    for (row, (words, scope)) in (0..inner.height).zip(&lines) {
        paint.text(line_of(inner, row), inner.x + 2, words, paint.look.scope(*scope));
    }
}

/// `3 words left out: Seen, at, dropper.exe`.
pub(in crate::tui) fn left_out(found: &Indicators) -> String {
    let n = found.left_out.len();
    let told: Vec<String> = found.left_out.iter().take(MAX_TOLD).map(|it| text::clip(it, 40).into_owned()).collect();
    let more = if n > MAX_TOLD { ", …" } else { "" };
    let words = if n == 1 { "1 word" } else { &format!("{n} words") };
    format!("{words} left out: {}{more}", told.join(", "))
}
