//! `tallyho run --batch`: JSON lines in, JSON lines out, one process, in order.

use std::io::{self, BufRead, BufWriter, Write};
use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;

use super::{Chosen, Failure, RunArgs, input_token, place, run};
use crate::kql::Severity;
use crate::result::write_batch_line;
use crate::run::{OpenConnection, RunId, Runner};

/// One request. The id is given back as it came.
#[derive(Deserialize)]
struct Request {
    id: Value,
    query: String,
}

pub(super) fn run(args: &RunArgs) -> Result<(), Failure> {
    let Chosen { connection, paths, .. } = super::choose(&args.source)?;
    let runner = input_token::runner(&paths, &connection, Some("the requests"))?;
    let connection = run::open(&runner, &connection, "")?;
    run::tell_notes(&connection.notes());
    let mut out = BufWriter::new(io::stdout().lock());
    let mut line = Vec::new();
    let mut input = io::stdin().lock();
    let mut n_lines = 0;
    while input.read_until(b'\n', &mut line)? > 0 {
        n_lines += 1;
        if !line.trim_ascii().is_empty() {
            answer(&runner, &connection, args, &line, n_lines, &mut out)?;
            // A reader that waits for each answer before it asks again must not wait for a full buffer.
            out.flush()?;
        }
        line.clear();
    }
    Ok(())
}

fn answer(
    runner: &Runner,
    connection: &Arc<OpenConnection>,
    args: &RunArgs,
    line: &[u8],
    line_number: u64,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let request: Request = match serde_json::from_slice(line) {
        Ok(request) => request,
        Err(error) => {
            let message = format!("line {line_number} is no {{\"id\", \"query\"}}: {error}");
            return write_error(&id_of(line), &message, out);
        }
    };
    let query = run::request(args, RunId(line_number), request.query, Arc::clone(connection))?;
    match run::answer_when_it_fits(runner, args.wait, query) {
        Ok((rows, summary)) => Ok(write_batch_line(&request.id, &rows, &summary.more, &summary.stats, out)?),
        Err(Failure::Run { error, text }) => {
            // What warnings say may hold of a query that runs: the mistake that stopped this one speaks.
            let mistake = error.diagnostics.iter().find(|it| it.severity <= Severity::Refusal);
            let message = match mistake.or_else(|| error.diagnostics.first()) {
                Some(first) => place::line(first, &text),
                None => error.message.clone(),
            };
            write_error(&request.id, &message, out)
        }
        Err(other) => Err(other),
    }
}

/// Who asks for the answer of a line that is no request can still tell which it is, where it has an id.
fn id_of(line: &[u8]) -> Value {
    let value: Option<Value> = serde_json::from_slice(line).ok();
    value.and_then(|mut value| value.get_mut("id").map(Value::take)).unwrap_or_default()
}

fn write_error(id: &Value, message: &str, out: &mut impl Write) -> Result<(), Failure> {
    let answer = serde_json::json!({ "id": id, "error": message });
    writeln!(out, "{answer}")?;
    Ok(())
}
