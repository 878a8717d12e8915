//! Answers what the editor asks the language, on a thread of its own that waits between questions. A newer question of
//! the same sort takes the place of one that still waits, so that no answer comes late because of what nobody wants any
//! more.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use self::pending::{fixes, format, hover, signature_help};
use super::Answers;
use crate::kql::{Completion, Context, Span, TextEdit, complete, definition, references, renamable, rename};
use crate::run::OpenConnection;
use crate::tui::language::{Answer, Found, Offer, Question, Wanted};
use crate::tui::msg::Msg;

/// A question and the connection that it is about.
type Waiting = (Question, Arc<OpenConnection>);

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

    pub(super) fn ask(&mut self, question: Question, open: &Arc<OpenConnection>) {
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
        questions.retain(|(older, _)| !question.supersedes(older));
        if questions.len() == before {
            self.sender.expect_one();
        }
        questions.push_back((question, Arc::clone(open)));
        self.desk.put.notify_one();
    }
}

fn work(sender: &Answers, desk: &Desk) {
    loop {
        let mut questions = desk.questions.lock().unwrap_or_else(PoisonError::into_inner);
        let (question, open) = loop {
            match questions.pop_front() {
                Some(question) => break question,
                None => questions = desk.put.wait(questions).unwrap_or_else(PoisonError::into_inner),
            }
        };
        drop(questions);
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
        Wanted::Fixes => Found::Fixes(fixes(text, offset, start, &context)),
        Wanted::Format => Found::Formatted(moved_edits(format(text), start)),
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

mod pending {
    use crate::kql::{Context, Fix, Hover, SignatureHelp, TextEdit};
    pub(super) fn hover(_text: &str, _offset: usize, _context: &Context<'_>) -> Option<Hover> {
        None
    }
    pub(super) fn signature_help(_text: &str, _offset: usize, _context: &Context<'_>) -> Option<SignatureHelp> {
        None
    }
    pub(super) fn format(_text: &str) -> Vec<TextEdit> {
        Vec::new()
    }
    pub(super) fn fixes(_text: &str, _offset: usize, _start: usize, _context: &Context<'_>) -> Vec<Fix> {
        Vec::new()
    }
}
