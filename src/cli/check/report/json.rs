//! The report as one JSON document.

use serde_json::{Value, json};

use super::{Finding, Outcome, Report};
use crate::kql::Severity;

pub(super) fn document(report: &Report) -> Value {
    let unread = report.unread.iter().map(|(path, why)| json!({"path": path, "reason": why}));
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "files": report.files.iter().map(file).collect::<Vec<_>>(),
        "unread": unread.collect::<Vec<_>>(),
        "errors": report.count(Severity::Error),
        "warnings": report.count(Severity::Warning),
    })
}

fn file(file: &Outcome) -> Value {
    json!({
        "path": file.name,
        "queries": file.n_queries,
        "findings": file.findings.iter().map(finding).collect::<Vec<_>>(),
    })
}

fn finding(finding: &Finding) -> Value {
    json!({
        "line": finding.start.0,
        "column": finding.start.1,
        "end_line": finding.end.0,
        "end_column": finding.end.1,
        "severity": finding.level(),
        "code": finding.code,
        "message": finding.message,
        "hint": finding.hint,
    })
}
