//! The report as SARIF 2.1.0, which code hosts show beside the changed lines.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Finding, Report};
use crate::kql;

pub(super) fn document(report: &Report) -> Value {
    // Every rule that has a finding, and every rule of the lint, found or not: hosts list what was looked for.
    let mut rules: BTreeMap<&str, Value> = BTreeMap::new();
    for finding in report.files.iter().flat_map(|file| &file.findings) {
        rules.entry(finding.code).or_insert_with(|| json!({"id": finding.code}));
    }
    for rule in kql::lint_rules() {
        let described = json!({
            "id": rule.code,
            "shortDescription": {"text": rule.summary},
            "fullDescription": {"text": rule.reason},
            "defaultConfiguration": {"level": super::level(rule.severity)},
        });
        rules.insert(rule.code, described);
    }
    let places: BTreeMap<&str, usize> = rules.keys().enumerate().map(|(index, code)| (*code, index)).collect();
    let results = report.files.iter().flat_map(|file| {
        let uri = uri(&file.name);
        let places = &places;
        file.findings.iter().map(move |finding| result(finding, &uri, places.get(finding.code).copied()))
    });
    let unread = report.unread.iter().map(|(path, why)| {
        json!({"level": "error", "message": {"text": format!("{path}: {why}")}, "locations": [location(&uri(path))]})
    });
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "tallyho",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules.values().collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "invocations": [{
                "executionSuccessful": report.unread.is_empty(),
                "toolExecutionNotifications": unread.collect::<Vec<_>>(),
            }],
            "results": results.collect::<Vec<_>>(),
        }],
    })
}

fn result(finding: &Finding, uri: &str, rule: Option<usize>) -> Value {
    let text = match &finding.hint {
        Some(hint) => format!("{}. {hint}", finding.message),
        None => finding.message.clone(),
    };
    let mut place = location(uri);
    place["physicalLocation"]["region"] = json!({
        "startLine": finding.start.0,
        "startColumn": finding.start.1,
        "endLine": finding.end.0,
        "endColumn": finding.end.1,
    });
    json!({
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": finding.level(),
        "message": {"text": text},
        "locations": [place],
    })
}

fn location(uri: &str) -> Value {
    json!({"physicalLocation": {"artifactLocation": {"uri": uri}}})
}

/// The path as a reference: what is no plain character of one is escaped.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    let path = if cfg!(windows) { path.replace('\\', "/") } else { path.to_owned() };
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(char::from(byte)),
            _ => {
                let _ = std::fmt::Write::write_fmt(&mut uri, format_args!("%{byte:02X}"));
            }
        }
    }
    uri
}
