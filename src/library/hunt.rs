//! A query of the library and what is said of it.

use std::path::{Path, PathBuf};

use super::source::Query;
use super::{Lines, tactic};
use crate::kql;

/// One query with what its file says of it. Everything here is as it was written: make it harmless before showing it.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Hunt {
    /// What it is called.
    pub name: String,
    pub description: String,
    /// Tactics of ATT&CK as Sentinel names them, and numbers of techniques.
    pub tactics: Vec<String>,
    pub techniques: Vec<String>,
    /// Tables that it says it needs.
    pub tables: Vec<String>,
    /// The id that its file gives it, often a GUID.
    pub id: Option<String>,
    pub query: String,
    /// Its file, below the folder that was read.
    pub below: PathBuf,
    pub path: PathBuf,
    /// Where the query begins in the file, counted from 1.
    pub line: usize,
    /// Which of the file's queries it is, from 0; `None` for the only one.
    pub nth: Option<usize>,
    /// The file is a text of queries, and not a description of one.
    pub is_text: bool,
}

impl Hunt {
    /// What it is known by: its file, and which of the file's queries it is.
    pub fn key(&self) -> String {
        let path = self.path.to_string_lossy();
        self.nth.map_or_else(|| path.to_string(), |nth| format!("{path}#{}", nth + 1))
    }
}

/// What is wrong with a file, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub path: PathBuf,
    /// Counted from 1; a file as a whole has its fault in line 1.
    pub line: usize,
    pub column: usize,
    pub message: String,
    /// A query could not be taken because of it; else it was, without what is at fault.
    pub is_fatal: bool,
}

/// The queries of a text file, each with the comment above it.
pub(super) fn of_text(text: &str, path: &Path, below: &Path) -> Vec<Hunt> {
    let lines = Lines::of(text);
    let blocks: Vec<_> = super::queries(text).into_iter().filter(|it| asks(&text[it.clone()])).collect();
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let alone = blocks.len() == 1;
    let hunt = |(nth, span): (usize, kql::Span)| {
        let query = text[span.clone()].to_owned();
        let comments = leading_comments(&query);
        let title = comments.first().filter(|_| !alone);
        let name = match title {
            Some(title) => format!("{stem}: {title}"),
            None if alone => stem.clone(),
            None => format!("{stem} ({})", nth + 1),
        };
        let description = comments.join("\n");
        Hunt {
            name,
            tactics: tactics_in(&comments),
            techniques: tactic::techniques_in(&description),
            description,
            line: lines.place(span.start).0,
            query,
            below: below.to_owned(),
            path: path.to_owned(),
            nth: (!alone).then_some(nth),
            is_text: true,
            ..Hunt::default()
        }
    };
    blocks.into_iter().enumerate().map(hunt).collect()
}

/// True for a text in which there is more than comments.
fn asks(text: &str) -> bool {
    kql::parse(text).leaves().any(|leaf| !leaf.kind().is_trivia() && leaf.kind() != kql::SyntaxKind::EndOfText)
}

/// The words of the comment lines that a query begins with.
fn leading_comments(query: &str) -> Vec<String> {
    let lines = query.lines().map(str::trim).take_while(|it| it.starts_with("//"));
    let words = lines.map(|it| it.trim_start_matches('/').trim().to_owned());
    words.filter(|it| !it.is_empty()).collect()
}

/// What a comment `tactics: Execution, Impact` names.
fn tactics_in(comments: &[String]) -> Vec<String> {
    let listed = comments.iter().filter_map(|it| {
        let (what, names) = it.split_once(':')?;
        matches!(what.trim().to_ascii_lowercase().as_str(), "tactic" | "tactics").then_some(names)
    });
    let names = listed.flat_map(|it| it.split(','));
    names.filter_map(tactic::tactic).map(str::to_owned).collect()
}

/// A query with its place, as one of a file that describes it.
pub(super) fn line_of_query(query: &Query, lines: &Lines<'_>) -> usize {
    let first = query.text.len() - query.text.trim_start().len();
    lines.place(query.in_file(first)).0
}
