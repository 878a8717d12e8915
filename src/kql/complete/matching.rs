//! Choosing among the items by what is typed already.

use super::{Completion, CompletionItem};

/// How well a label answers what is typed; better first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Match {
    Exact,
    Prefix,
    /// The typed letters begin words of the label: `ipfn` in `InitiatingProcessFileName`.
    WordStarts,
    Inside,
    Scattered,
}

impl Completion {
    /// The items that what is typed can mean, best first: those that begin with it, then those where it begins words,
    /// then those that hold its letters in order. Among equals the names that were used recently (`recent`, latest
    /// first) come first, as far as rank lets them. With nothing typed, all items.
    pub fn matching(&self, typed: &str, recent: &[&str]) -> Vec<&CompletionItem> {
        let mut found: Vec<_> = self
            .items
            .iter()
            .enumerate()
            .filter_map(|(index, item)| {
                let use_of = recent.iter().position(|name| *name == item.label).unwrap_or(usize::MAX);
                Some(((quality(&item.label, typed)?, item.rank, use_of, index), item))
            })
            .collect();
        found.sort_by_key(|(key, _)| *key);
        found.into_iter().map(|(_, item)| item).collect()
    }
}

fn quality(label: &str, typed: &str) -> Option<Match> {
    if typed.is_empty() || label == typed {
        return Some(Match::Exact);
    }
    if starts_with(label, typed) {
        return Some(Match::Prefix);
    }
    if begins_words(label.as_bytes(), typed.as_bytes()) {
        return Some(Match::WordStarts);
    }
    let inside = label.is_ascii() && (1..label.len()).any(|start| starts_with(&label[start..], typed));
    if inside {
        return Some(Match::Inside);
    }
    let mut rest = label.bytes();
    let holds = typed.bytes().all(|wanted| rest.any(|byte| byte.eq_ignore_ascii_case(&wanted)));
    // One or two letters are somewhere in almost every label.
    (holds && typed.len() > 2).then_some(Match::Scattered)
}

fn starts_with(label: &str, typed: &str) -> bool {
    label.as_bytes().get(..typed.len()).is_some_and(|start| start.eq_ignore_ascii_case(typed.as_bytes()))
}

/// Each typed letter begins a word of the label or follows the letter before it. The first one begins the label.
fn begins_words(label: &[u8], typed: &[u8]) -> bool {
    // `reach[i]`: the typed letters so far can end with the label's letter `i`.
    let mut reach = vec![false; label.len()];
    for (index, wanted) in typed.iter().enumerate() {
        let mut next = vec![false; label.len()];
        let mut before = false;
        for at in 0..label.len() {
            let fits = label[at].eq_ignore_ascii_case(wanted);
            next[at] = fits
                && match index {
                    0 => at == 0,
                    _ => (at > 0 && reach[at - 1]) || (before && is_word_start(label, at)),
                };
            before |= reach[at];
        }
        reach = next;
    }
    reach.contains(&true)
}

fn is_word_start(label: &[u8], at: usize) -> bool {
    let Some(before) = at.checked_sub(1).map(|before| label[before]) else { return true };
    !before.is_ascii_alphanumeric() || (label[at].is_ascii_uppercase() && !before.is_ascii_uppercase())
}
