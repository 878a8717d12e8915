//! The answers of Defender and Graph: `Stats`, `Schema` and `Results` in any order and case.
//!
//! Rows that come before their schema, or without one, are kept as JSON text until the body has ended.

use bytes::Bytes;

use super::aside::Aside;
use super::lexer::Lexer;
use super::table::Table;
use super::{Fault, rows, schema};
use crate::result::RunStats;

pub(super) fn read(lexer: &mut Lexer<'_>, table: &mut Table<'_, '_>, aside: &mut Aside) -> Result<(), Fault> {
    lexer.begin(b'{', "an object with schema and results")?;
    let mut early = Early::default();
    let mut is_first = true;
    while lexer.next(&mut is_first, b'}')? {
        match lexer.lower_key()?.as_str() {
            "schema" => {
                let columns = schema::read(lexer)?;
                // A second schema is ignored.
                if let Some(columns) = columns.filter(|_| !table.is_started()) {
                    table.start(columns)?;
                }
            }
            "results" if table.is_started() => rows::read_objects(lexer, table)?,
            "results" => early.keep(lexer)?,
            "stats" => aside.stats = Some(RunStats::from_wire(&lexer.tree()?)),
            "error" => aside.add_error(lexer.tree()?),
            "@odata.nextlink" => {
                lexer.raw()?;
                aside.set_limit("the service has more rows on a further page, which is not fetched");
            }
            _ => drop(lexer.raw()?),
        }
    }
    early.pour_into(table)
}

/// Rows that came before a schema.
#[derive(Default)]
struct Early {
    rows: Option<Vec<String>>,
}

impl Early {
    fn keep(&mut self, lexer: &mut Lexer<'_>) -> Result<(), Fault> {
        let kept = self.rows.get_or_insert_default();
        if lexer.peek()? == b'n' {
            return lexer.null();
        }
        lexer.begin(b'[', "a list of rows")?;
        let mut is_first = true;
        while lexer.next(&mut is_first, b']')? {
            if lexer.peek()? != b'{' {
                return Err(lexer.malformed("a row as an object"));
            }
            kept.push(lexer.raw()?.to_owned());
        }
        Ok(())
    }

    /// Reads the rows once more, when there will be no other schema.
    fn pour_into(self, table: &mut Table<'_, '_>) -> Result<(), Fault> {
        let Some(kept) = self.rows else { return Ok(()) };
        if !table.is_started() {
            let mut guess = rows::Guess::default();
            for row in &kept {
                guess.look_at(row);
            }
            table.start(guess.into_columns())?;
        }
        let bracket = |byte: &'static [u8]| std::iter::once(Ok(Bytes::from_static(byte)));
        let rows = kept.into_iter().enumerate().flat_map(|(idx, row)| {
            let comma = (idx > 0).then(|| Ok(Bytes::from_static(b",")));
            comma.into_iter().chain(std::iter::once(Ok(Bytes::from(row))))
        });
        let mut pieces = bracket(b"[").chain(rows).chain(bracket(b"]"));
        rows::read_objects(&mut Lexer::new(&mut pieces), table)
    }
}
