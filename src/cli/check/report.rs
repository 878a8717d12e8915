//! What was found, and how it is told.

mod json;
mod sarif;

use std::io::{self, BufWriter, Write};

use super::super::{Failure, narrate};
use super::CheckFormat;
use crate::kql::{self, Diagnostic, Severity, Span};
use crate::library::Lines;
use crate::text;

/// Everything of one run.
#[derive(Default)]
pub(super) struct Report {
    pub(super) files: Vec<Outcome>,
    /// Files and folders that could not be read, and why.
    pub(super) unread: Vec<(String, String)>,
}

/// One file.
pub(super) struct Outcome {
    pub(super) name: String,
    pub(super) n_queries: usize,
    pub(super) findings: Vec<Finding>,
}

/// One finding with its place in the file: lines and columns counted from 1, columns in characters.
pub(super) struct Finding {
    start: (usize, usize),
    end: (usize, usize),
    severity: Severity,
    code: &'static str,
    message: String,
    hint: Option<String>,
}

impl Finding {
    /// `span` is the place in the file, not in the query.
    pub(super) fn new(lines: &Lines<'_>, span: Span, found: Diagnostic) -> Self {
        let (start, end) = (lines.place(span.start), lines.place(span.end.max(span.start)));
        // Messages quote what the file holds.
        let message = text::sanitize(&found.message).into_owned();
        let hint = found.hint.map(|hint| text::sanitize(&hint).into_owned());
        Self { start, end, severity: found.severity, code: found.code, message, hint }
    }

    fn level(&self) -> &'static str {
        level(self.severity)
    }
}

/// `error`, `warning` or `note`.
fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error | Severity::Refusal => "error",
        Severity::Warning => "warning",
        Severity::Information => "note",
    }
}

impl Report {
    pub(super) fn count(&self, severity: Severity) -> usize {
        self.files.iter().flat_map(|file| &file.findings).filter(|finding| finding.severity == severity).count()
    }
}

pub(super) fn write(report: &Report, format: CheckFormat) -> Result<(), Failure> {
    let mut out = BufWriter::new(io::stdout().lock());
    match format {
        CheckFormat::Text => text(report, &mut out)?,
        CheckFormat::Json => writeln!(out, "{:#}", json::document(report))?,
        CheckFormat::Sarif => writeln!(out, "{:#}", sarif::document(report))?,
    }
    out.flush()?;
    Ok(())
}

/// `file:line:column: error SEM0100: message`, its hint below; how many there were goes to standard error.
fn text(report: &Report, out: &mut impl Write) -> io::Result<()> {
    for file in &report.files {
        let name = text::sanitize(&file.name);
        for finding in &file.findings {
            let (line, column) = finding.start;
            writeln!(out, "{name}:{line}:{column}: {} {}: {}", finding.level(), finding.code, finding.message)?;
            if let Some(hint) = &finding.hint {
                writeln!(out, "  {hint}")?;
            }
        }
    }
    out.flush()?;
    let n_queries: usize = report.files.iter().map(|file| file.n_queries).sum();
    narrate(&format!(
        "{} in {}: {}, {}",
        counted(n_queries, "query", "queries"),
        counted(report.files.len(), "file", "files"),
        counted(report.count(Severity::Error), "error", "errors"),
        counted(report.count(Severity::Warning), "warning", "warnings"),
    ));
    Ok(())
}

fn counted(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// Every rule of the lint: code, what it finds, and why it matters.
pub(super) fn rules() -> Result<(), Failure> {
    let mut out = BufWriter::new(io::stdout().lock());
    for rule in kql::lint_rules() {
        writeln!(out, "{}  {}", rule.code, rule.summary)?;
        writeln!(out, "      {}", rule.reason)?;
    }
    writeln!(
        out,
        "\nA comment `// tallyho: allow T003` on a line, above it, or at the head of the query switches a rule off."
    )?;
    out.flush()?;
    Ok(())
}
