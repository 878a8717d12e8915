//! Answers what the editor asks the language, on a thread of its own that waits between questions. A newer question of
//! the same sort takes the place of one that still waits, so that no answer comes late because of what nobody wants any
//! more.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use super::Answers;
use super::fetched::{self, Shelf};
use crate::kql::{
    Completion, Context, Span, TextEdit, complete, definition, fixes, format, hover, refactorings, references,
    renamable, rename, signature_help,
};
use crate::run::OpenConnection;
use crate::tui::language::{Answer, Found, Offer, Question, Wanted};
use crate::tui::msg::Msg;

/// A question, the connection that it is about, and the fetched rows that it names.
type Waiting = (Question, Arc<OpenConnection>, Option<Shelf>);

pub(super) struct Linguist {
    sender: Answers,
    desk: Arc<Desk>,
    /// The thread is there.
    is_at_work: bool,
}

/// Where questions wait.
#[derive(Default)]
struct Desk {
    questions: Mutex<VecDeque<Waiting>>,
    put: Condvar,
}

impl Linguist {
    pub(super) fn new(sender: Answers) -> Self {
        Self { sender, desk: Arc::default(), is_at_work: false }
    }

    pub(super) fn ask(&mut self, question: Question, open: &Arc<OpenConnection>, shelf: Option<Shelf>) {
        if !self.is_at_work {
            let (sender, desk) = (self.sender.clone(), Arc::clone(&self.desk));
            let born = std::thread::Builder::new().name("language".to_owned()).spawn(move || work(&sender, &desk));
            self.is_at_work = born.is_ok();
        }
        if !self.is_at_work {
            // Without a thread there is no help; queries run all the same.
            return;
        }
        let mut questions = self.desk.questions.lock().unwrap_or_else(PoisonError::into_inner);
        let before = questions.len();
        questions.retain(|(older, ..)| !question.supersedes(older));
        if questions.len() == before {
            self.sender.expect_one();
        }
        questions.push_back((question, Arc::clone(open), shelf));
        self.desk.put.notify_one();
    }
}

fn work(sender: &Answers, desk: &Desk) {
    loop {
        let mut questions = desk.questions.lock().unwrap_or_else(PoisonError::into_inner);
        let (question, open, shelf) = loop {
            match questions.pop_front() {
                Some(question) => break question,
                None => questions = desk.put.wait(questions).unwrap_or_else(PoisonError::into_inner),
            }
        };
        drop(questions);
        let open = fetched::connection(shelf.as_ref(), &question.query).unwrap_or(open);
        // A fault of ours in an answer must not end all help.
        let found = catch_unwind(AssertUnwindSafe(|| answer(&question, &open))).unwrap_or(Found::Nothing);
        let offset = question.start + question.offset;
        sender.answer(Msg::Answered(Box::new(Answer { revision: question.revision, offset, found })));
    }
}

fn answer(question: &Question, open: &OpenConnection) -> Found {
    let schema = open.schema();
    let context = open.context(&schema);
    let Question { query, start, offset, .. } = question;
    let (text, offset, start) = (query.as_str(), *offset, *start);
    match &question.wanted {
        Wanted::Assistance(offer) => assistance(text, offset, start, *offer, &context),
        Wanted::Hover => Found::Hover(hover(text, offset, &context).map(|mut it| {
            it.span = moved(&it.span, start);
            it
        })),
        Wanted::Definition => Found::Definition {
            definition: definition(text, offset, &context).map(|it| moved(&it, start)),
            references: references(text, offset, &context).iter().map(|it| moved(it, start)).collect(),
        },
        Wanted::Renamable => Found::Renamable(renamable(text, offset, &context).map(|(span, name)| {
            let places = references(text, offset, &context).iter().map(|it| moved(it, start)).collect();
            (moved(&span, start), name, places)
        })),
        Wanted::Rename { name, take } => {
            let outcome = rename(text, offset, name, &context).map(|edits| moved_edits(edits, start));
            Found::Renamed { name: name.clone(), take: *take, outcome }
        }
        Wanted::Fixes(selection) => {
            let mut found = fixes(text, &(offset..offset), &context);
            found.extend(refactorings(text, selection.clone(), &context).into_iter().map(|it| it.fix));
            for fix in &mut found {
                fix.edits = moved_edits(std::mem::take(&mut fix.edits), start);
            }
            Found::Fixes(found)
        }
        Wanted::Format => Found::Formatted(moved_edits(difference(text, &format(text)), start)),
    }
}

fn assistance(text: &str, offset: usize, start: usize, offer: Offer, context: &Context<'_>) -> Found {
    let completion = match offer {
        Offer::No => Completion::default(),
        Offer::AsTyped | Offer::Asked => complete(text, offset, context),
    };
    let completion = Completion { edit: moved(&completion.edit, start), ..completion };
    Found::Assistance { offer, completion, signature: signature_help(text, offset, context) }
}

fn moved(span: &Span, by: usize) -> Span {
    span.start + by..span.end + by
}

fn moved_edits(edits: Vec<TextEdit>, by: usize) -> Vec<TextEdit> {
    edits.into_iter().map(|it| TextEdit { span: moved(&it.span, by), text: it.text }).collect()
}

/// The edit that makes one text of the other: as little of it as there can be in one piece.
fn difference(old: &str, new: &str) -> Vec<TextEdit> {
    if old == new {
        return Vec::new();
    }
    let same_start = old.bytes().zip(new.bytes()).take_while(|(a, b)| a == b).count();
    let start = old.floor_char_boundary(same_start).min(new.floor_char_boundary(same_start));
    let limit = old.len().min(new.len()) - start;
    let same_end = old.bytes().rev().zip(new.bytes().rev()).take(limit).take_while(|(a, b)| a == b).count();
    let mut end = old.ceil_char_boundary(old.len() - same_end);
    while !new.is_char_boundary(new.len() - (old.len() - end)) {
        end = old.ceil_char_boundary(end + 1);
    }
    vec![TextEdit { span: start..end, text: new[start..new.len() - (old.len() - end)].to_owned() }]
}

#[cfg(test)]
mod tests {
    use super::difference;
    use crate::kql::apply_edits;

    #[test]
    fn a_difference_makes_one_text_of_the_other() {
        let texts =
            ["", "a", "ab", "aXb", "é", "aéb", "aèb", "日本", "日x本", "aa", "aaa", "T | take 5", "T\n| take 5"];
        for old in texts {
            for new in texts {
                assert_eq!(apply_edits(old, &difference(old, new)), new, "{old} → {new}");
            }
        }
    }
}
