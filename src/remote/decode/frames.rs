//! Version 2 of Kusto's query API: a list of frames, of which one or several make a table.
//!
//! Only the first result is shown. A frame whose rows come before what says where they belong is kept as text until it
//! has ended; no service is known that writes so.

use std::collections::HashMap;

use bytes::Bytes;
use serde_json::Value;

use super::aside::{Aside, each_row};
use super::lexer::Lexer;
use super::schema::WireColumn;
use super::table::Table;
use super::{Fault, RemoteEvent, rows, schema};

pub(super) fn read(lexer: &mut Lexer<'_>, table: &mut Table<'_, '_>, aside: &mut Aside) -> Result<(), Fault> {
    lexer.begin(b'[', "a list of frames")?;
    let mut answer = Answer { table, aside, known: HashMap::new(), primary: None, has_completed: false };
    let mut is_first = true;
    while lexer.next(&mut is_first, b']')? {
        answer.read_frame(lexer)?;
    }
    if !answer.has_completed {
        answer.aside.add_note("the service did not say that the answer is complete".to_owned());
    }
    Ok(())
}

/// The frames read so far.
struct Answer<'s, 'a, 'e> {
    table: &'s mut Table<'a, 'e>,
    aside: &'s mut Aside,
    /// Tables that come in fragments, by their number.
    known: HashMap<i64, Head>,
    /// The number of the table that is shown.
    primary: Option<i64>,
    has_completed: bool,
}

/// What is said of a table before its rows.
#[derive(Debug, Clone, Default)]
struct Head {
    kind: String,
    name: String,
    columns: Vec<WireColumn>,
}

/// A frame as far as it has been read.
#[derive(Default)]
struct Frame {
    kind: String,
    id: i64,
    table_kind: String,
    table_name: String,
    columns: Option<Vec<WireColumn>>,
    fragment: String,
    /// Rows that could not be placed yet.
    kept_rows: Option<String>,
    row_count: Option<u64>,
    progress: Option<f64>,
    is_cancelled: bool,
}

impl Answer<'_, '_, '_> {
    fn read_frame(&mut self, lexer: &mut Lexer<'_>) -> Result<(), Fault> {
        lexer.begin(b'{', "a frame as an object")?;
        let (mut frame, mut is_first) = (Frame::default(), true);
        while lexer.next(&mut is_first, b'}')? {
            match lexer.lower_key()?.as_str() {
                "frametype" => frame.kind = text(lexer)?,
                "tableid" => frame.id = lexer.tree()?.as_i64().unwrap_or_default(),
                "tablekind" => frame.table_kind = text(lexer)?,
                "tablename" => frame.table_name = text(lexer)?,
                "columns" => frame.columns = schema::read(lexer)?,
                "tablefragmenttype" => frame.fragment = text(lexer)?,
                "rowcount" => frame.row_count = lexer.tree()?.as_u64(),
                "tableprogress" => frame.progress = lexer.tree()?.as_f64(),
                "cancelled" => frame.is_cancelled = lexer.tree()? == Value::Bool(true),
                "haserrors" => self.aside.has_errors |= lexer.tree()? == Value::Bool(true),
                "oneapierrors" | "exceptions" | "error" => self.aside.add_error(lexer.tree()?),
                "rows" => match self.head_of(&frame) {
                    Some(head) => self.read_rows(lexer, &frame, &head)?,
                    None => frame.kept_rows = Some(lexer.raw()?.to_owned()),
                },
                _ => drop(lexer.raw()?),
            }
        }
        self.end_frame(frame)
    }

    /// The table that the rows of this frame belong to, when enough of it is known.
    fn head_of(&self, frame: &Frame) -> Option<Head> {
        match frame.kind.as_str() {
            "DataTable" if !frame.table_kind.is_empty() => {
                let (kind, name) = (frame.table_kind.clone(), frame.table_name.clone());
                Some(Head { kind, name, columns: frame.columns.clone()? })
            }
            "TableFragment" if !frame.fragment.is_empty() => self.known.get(&frame.id).cloned(),
            _ => None,
        }
    }

    fn end_frame(&mut self, mut frame: Frame) -> Result<(), Fault> {
        if let Some(kept) = frame.kept_rows.take() {
            let head = self.head_of(&frame).ok_or_else(|| {
                Fault::Malformed(format!("a frame '{}' has rows of a table that was not announced", frame.kind))
            })?;
            let mut pieces = std::iter::once(Ok(Bytes::from(kept)));
            self.read_rows(&mut Lexer::new(&mut pieces), &frame, &head)?;
        }
        match frame.kind.as_str() {
            "TableHeader" => {
                let (kind, name) = (frame.table_kind, frame.table_name);
                let head = Head { kind, name, columns: frame.columns.unwrap_or_default() };
                self.is_primary(frame.id, &head)?;
                self.known.insert(frame.id, head);
            }
            "TableCompletion" => self.compare_counts(&frame),
            "DataSetCompletion" => {
                self.has_completed = true;
                if frame.is_cancelled {
                    self.aside.add_note("the query was cancelled at the service; the answer is not complete".into());
                }
            }
            "TableProgress" => {
                if let Some(percent) = frame.progress.filter(|_| self.primary == Some(frame.id)) {
                    self.table.send(RemoteEvent::Progress((percent / 100.0).clamp(0.0, 1.0) as f32))?;
                }
            }
            "DataSetHeader" | "DataTable" | "TableFragment" => {}
            other => self.aside.add_note(format!("a part of the answer of the kind '{other}' is not known")),
        }
        Ok(())
    }

    /// True for the table that is shown. Its columns go out as soon as they are known.
    fn is_primary(&mut self, id: i64, head: &Head) -> Result<bool, Fault> {
        if head.kind != "PrimaryResult" {
            return Ok(false);
        }
        if self.primary.is_none() {
            self.primary = Some(id);
            self.table.start(head.columns.clone())?;
        }
        Ok(self.primary == Some(id))
    }

    fn read_rows(&mut self, lexer: &mut Lexer<'_>, frame: &Frame, head: &Head) -> Result<(), Fault> {
        let mut failures = Vec::new();
        if self.is_primary(frame.id, head)? {
            if frame.fragment == "DataReplace" {
                self.table.replace()?;
            }
            rows::read_lists(lexer, self.table, &mut failures)?;
        } else {
            match head.kind.as_str() {
                "QueryCompletionInformation" => self.read_small(lexer, head, Aside::add_completion)?,
                "QueryProperties" => self.read_small(lexer, head, Aside::add_property)?,
                kind => {
                    let n_rows = rows::count_lists(lexer, &mut failures)?;
                    if kind == "PrimaryResult" {
                        self.aside.add_further_result(&head.name, n_rows);
                    }
                }
            }
        }
        self.aside.add_error(Value::Array(failures));
        Ok(())
    }

    fn read_small(
        &mut self,
        lexer: &mut Lexer<'_>,
        head: &Head,
        take: fn(&mut Aside, &super::aside::Row<'_>),
    ) -> Result<(), Fault> {
        let names: Vec<String> = head.columns.iter().map(|column| column.name.clone()).collect();
        each_row(self.aside, &names, lexer.tree()?, take);
        Ok(())
    }

    /// The service counts its rows too.
    fn compare_counts(&mut self, frame: &Frame) {
        let n_rows = self.table.n_rows();
        if let Some(n_said) = frame.row_count.filter(|it| self.primary == Some(frame.id) && *it != n_rows) {
            self.aside.add_note(format!("the service counts {n_said} rows, and {n_rows} arrived"));
        }
    }
}

/// A text, or nothing when it is something else.
fn text(lexer: &mut Lexer<'_>) -> Result<String, Fault> {
    Ok(lexer.tree()?.as_str().unwrap_or_default().to_owned())
}
