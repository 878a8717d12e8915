//! `tallyho check --batch`: JSON lines in, JSON lines out, in order. What a request wants to know stands in its `ops`;
//! offsets and lengths count UTF-16 code units, as editors do.

use std::io::{self, BufRead, BufWriter, Write};

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::super::Failure;
use super::surrogates;
use crate::kql::{self, Context, Diagnostic, LineEnds, Severity};
use crate::schema;

/// One request. The id is given back as it came.
#[derive(Deserialize)]
struct Request {
    id: Value,
    query: String,
    #[serde(default)]
    ops: Vec<String>,
    /// Where the cursor is; at the end when nobody says.
    offset: Option<usize>,
}

pub(super) fn run() -> Result<(), Failure> {
    let mut out = BufWriter::new(io::stdout().lock());
    let mut line = Vec::new();
    let mut input = io::stdin().lock();
    while input.read_until(b'\n', &mut line)? > 0 {
        if !line.trim_ascii().is_empty() {
            if let Some(mended) = surrogates::mended(&line) {
                line = mended;
            }
            let answer = match serde_json::from_slice::<Request>(&line) {
                Ok(request) => answer(&request),
                Err(error) => {
                    json!({"id": id_of(&line), "error": format!("no {{\"id\", \"query\", \"ops\"}}: {error}")})
                }
            };
            writeln!(out, "{answer}")?;
            // A reader that waits for each answer before it asks again must not wait for a full buffer.
            out.flush()?;
        }
        line.clear();
    }
    Ok(())
}

/// Who asks for the answer of a line that is no request can still tell which it is, where it has an id.
fn id_of(line: &[u8]) -> Value {
    let value: Option<Value> = serde_json::from_slice(line).ok();
    value.and_then(|mut value| value.get_mut("id").map(Value::take)).unwrap_or_default()
}

fn answer(request: &Request) -> Value {
    let context = Context::new(schema::advanced_hunting(), 0, None);
    let mut answer = Map::new();
    answer.insert("id".to_owned(), request.id.clone());
    for op in &request.ops {
        match op.as_str() {
            "analyze" => analyze(&request.query, &context, &mut answer),
            "classify" => classify(&request.query, &context, &mut answer),
            "complete" => complete(&request.query, request.offset, &context, &mut answer),
            "format" => format(&request.query, &mut answer),
            unknown => {
                answer.insert("error".to_owned(), json!(format!("no such op: {unknown}")));
            }
        }
    }
    Value::Object(answer)
}

fn analyze(text: &str, context: &Context<'_>, answer: &mut Map<String, Value>) {
    let has_errors = |findings: &[Diagnostic]| findings.iter().any(|it| it.severity == Severity::Error);
    let syntax_ok = !has_errors(kql::parse(text).errors());
    let analysis = kql::analyze(text, context);
    let semantic_ok = syntax_ok && !has_errors(&analysis.diagnostics);
    let units = Units::new(text);
    let diagnostics: Vec<Value> = analysis.diagnostics.iter().map(|it| diagnostic(it, &units)).collect();
    answer.insert("diagnostics".to_owned(), diagnostics.into());
    answer.insert("syntax_ok".to_owned(), syntax_ok.into());
    answer.insert("semantic_ok".to_owned(), semantic_ok.into());
    let output = analysis.output.filter(|_| semantic_ok);
    let columns = output.as_ref().map(|output| {
        let columns = output.columns.iter();
        columns.map(|column| json!({"name": column.name, "type": column.ty.name()})).collect::<Vec<_>>()
    });
    answer.insert("result_columns".to_owned(), json!(columns));
    answer.insert("result_open".to_owned(), output.is_some_and(|output| output.is_open).into());
}

fn classify(text: &str, context: &Context<'_>, answer: &mut Map<String, Value>) {
    let units = Units::new(text);
    let pieces = kql::classify(&kql::inspect(text, context));
    let pieces = pieces.into_iter().map(|(span, class)| {
        let (start, end) = (units.of(span.start), units.of(span.end));
        json!([start, end - start, class.name()])
    });
    answer.insert("classify".to_owned(), pieces.collect::<Vec<_>>().into());
}

fn complete(text: &str, offset: Option<usize>, context: &Context<'_>, answer: &mut Map<String, Value>) {
    let units = Units::new(text);
    let offset = offset.map_or(text.len(), |offset| units.byte_at(offset, text.len()));
    let completion = kql::complete(text, offset, context);
    let (start, end) = (units.of(completion.edit.start), units.of(completion.edit.end));
    answer.insert("edit_start".to_owned(), start.into());
    answer.insert("edit_length".to_owned(), (end - start).into());
    let items: Vec<String> = completion.items.into_iter().map(|item| item.label).collect();
    answer.insert("items".to_owned(), items.into());
}

fn format(text: &str, answer: &mut Map<String, Value>) {
    let text = kql::format_with(text, LineEnds::Official);
    answer.insert("format".to_owned(), text.into());
}

fn diagnostic(finding: &Diagnostic, units: &Units) -> Value {
    let severity = match finding.severity {
        Severity::Error => "error",
        Severity::Refusal => "refusal",
        Severity::Warning => "warning",
        Severity::Information => "information",
    };
    let (start, end) = (units.of(finding.span.start), units.of(finding.span.end));
    json!({
        "start": start,
        "length": end - start,
        "severity": severity,
        "message": finding.message,
        "code": finding.code,
    })
}

/// The UTF-16 offsets of a text's bytes.
struct Units {
    /// The offset at each byte and at the end; `None` for a text of ASCII, where both are the same.
    table: Option<Vec<usize>>,
}

impl Units {
    fn new(text: &str) -> Self {
        if text.is_ascii() {
            return Self { table: None };
        }
        let mut table = Vec::with_capacity(text.len() + 1);
        let mut unit = 0;
        for c in text.chars() {
            table.extend(std::iter::repeat_n(unit, c.len_utf8()));
            unit += c.len_utf16();
        }
        table.push(unit);
        Self { table: Some(table) }
    }

    /// The byte at an offset of UTF-16 units: the start of the character that holds it.
    fn byte_at(&self, unit: usize, length: usize) -> usize {
        match &self.table {
            Some(table) => table.partition_point(|before| *before < unit).min(length),
            None => unit.min(length),
        }
    }

    fn of(&self, byte: usize) -> usize {
        match &self.table {
            Some(table) => table.get(byte).or(table.last()).copied().unwrap_or(0),
            None => byte,
        }
    }
}
