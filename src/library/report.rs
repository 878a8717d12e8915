//! A matrix for others: Markdown to read, and a layer of MITRE's ATT&CK Navigator.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use serde_json::{Value, json};

use super::matrix::{Matrix, MatrixRow, Verdict};
use crate::text;

/// Colours of the layer: what was found, what was looked for and not found, what could not be looked for.
const FOUND: &str = "#e60d0d";
const CLEAN: &str = "#8ec843";
const BLIND: &str = "#bdbdbd";

/// The matrix as a Markdown document. Names and messages come from files and services: nothing in them is markup.
pub fn markdown(matrix: &Matrix, when: &str) -> String {
    let mut out = format!("# {}\n\n", plain(&matrix.title));
    let (elapsed, cpu) = matrix.cost();
    let cpu = cpu.map_or_else(|| "–".to_owned(), seconds);
    let _ = writeln!(out, "Connection: {}  \nWhen: {when}  ", plain(&matrix.connection));
    let _ = writeln!(out, "{}  \nTime: {}, CPU: {cpu}\n", matrix.tally().words(), seconds(elapsed));
    out.push_str("| Query | Tactics | Techniques | Outcome | Rows | Time | CPU |\n");
    out.push_str("|---|---|---|---|--:|--:|--:|\n");
    for row in &matrix.rows {
        let hunt = &row.hunt;
        let outcome = if row.verdict.why().is_empty() {
            row.verdict.name().to_owned()
        } else {
            format!("{}: {}", row.verdict.name(), row.verdict.why())
        };
        let cells = [
            plain(&hunt.name),
            plain(&hunt.tactics.join(", ")),
            plain(&hunt.techniques.join(", ")),
            plain(&outcome),
            rows_text(&row.verdict),
            row.elapsed.map_or_else(|| "–".to_owned(), seconds),
            row.stats.cpu_total.map_or_else(|| "–".to_owned(), seconds),
        ];
        let _ = writeln!(out, "| {} |", cells.join(" | "));
    }
    out
}

/// `3`, `100000+`, `0`, or `–` for a query that did not run.
fn rows_text(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Hits { rows, or_more: true } => format!("{rows}+"),
        Verdict::Hits { rows, .. } => rows.to_string(),
        Verdict::Empty => "0".to_owned(),
        _ => "–".to_owned(),
    }
}

/// Three significant digits.
fn seconds(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    match seconds {
        0.0..1.0 => format!("{seconds:.3} s"),
        1.0..10.0 => format!("{seconds:.2} s"),
        10.0..100.0 => format!("{seconds:.1} s"),
        _ => format!("{seconds:.0} s"),
    }
}

/// In one line, harmless, and without what Markdown or HTML would take for markup.
fn plain(written: &str) -> String {
    let line = written.split_whitespace().collect::<Vec<_>>().join(" ");
    let safe = text::sanitize(&line);
    let mut out = String::with_capacity(safe.len() + 8);
    for it in safe.chars() {
        match it {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '|' | '`' | '*' | '_' | '[' | ']' | '#' | '!' | '~' => out.extend(['\\', it]),
            it => out.push(it),
        }
    }
    out
}

/// The matrix as a layer of ATT&CK Navigator, version 4.5 of its format: a technique is red where a query has found
/// something, green where all that could look has found nothing, grey where none could look.
pub fn navigator(matrix: &Matrix, when: &str) -> String {
    let mut techniques: BTreeMap<&str, Vec<&MatrixRow>> = BTreeMap::new();
    for row in &matrix.rows {
        for technique in &row.hunt.techniques {
            techniques.entry(technique).or_default().push(row);
        }
    }
    let most = techniques.values().map(|rows| n_found(rows)).max().unwrap_or(0).max(1);
    let listed: Vec<Value> = techniques.iter().map(|(technique, rows)| layer_entry(technique, rows)).collect();
    let description = format!("{}, {when}. {}", matrix.connection, matrix.tally().words());
    let layer = json!({
        "name": text::sanitize(&matrix.title),
        "versions": { "navigator": "5.1.0", "layer": "4.5" },
        "domain": "enterprise-attack",
        "description": text::sanitize(&description),
        "sorting": 3,
        "hideDisabled": false,
        "techniques": listed,
        "gradient": { "colors": ["#ffe0e0", FOUND], "minValue": 0, "maxValue": most },
        "legendItems": [
            { "label": "a query found rows", "color": FOUND },
            { "label": "queries ran and found nothing", "color": CLEAN },
            { "label": "no query could run", "color": BLIND },
        ],
        "showTacticRowBackground": false,
        "selectTechniquesAcrossTactics": true,
        "selectSubtechniquesWithParent": false,
    });
    format!("{layer:#}\n")
}

/// Rows that queries have found.
fn n_found(rows: &[&MatrixRow]) -> u64 {
    rows.iter().map(|row| if let Verdict::Hits { rows, .. } = row.verdict { rows } else { 0 }).sum()
}

fn layer_entry(technique: &str, rows: &[&MatrixRow]) -> Value {
    let found = n_found(rows);
    let color = match (found, rows.iter().any(|row| row.verdict.ran())) {
        (1.., _) => FOUND,
        (0, true) => CLEAN,
        (0, false) => BLIND,
    };
    let metadata: Vec<Value> = rows
        .iter()
        .map(|row| {
            let outcome = format!("{}, rows {}", row.verdict.name(), rows_text(&row.verdict));
            json!({ "name": text::sanitize(&row.hunt.name), "value": outcome })
        })
        .collect();
    let names: Vec<_> = rows.iter().map(|row| text::sanitize(&row.hunt.name)).collect();
    json!({
        "techniqueID": technique,
        "score": found,
        "color": color,
        "comment": names.join("; "),
        "enabled": true,
        "metadata": metadata,
        "links": [],
        "showSubtechniques": technique.contains('.'),
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::hunt::Hunt;
    use super::*;

    fn matrix() -> Matrix {
        let hunt = |name: &str, technique: &str| {
            Arc::new(Hunt { name: name.to_owned(), techniques: vec![technique.to_owned()], ..Hunt::default() })
        };
        let hunts =
            vec![hunt("a | <b>\u{1b}[2J\nc", "T1059"), hunt("e", "T1059"), hunt("f", "T1003.001"), hunt("g", "T1071")];
        let mut matrix = Matrix::new("my *pack*", "lab", hunts);
        matrix.rows[0].verdict = Verdict::Hits { rows: 7, or_more: true };
        matrix.rows[0].elapsed = Some(Duration::from_millis(1_234));
        matrix.rows[1].verdict = Verdict::Empty;
        matrix.rows[2].verdict = Verdict::TableMissing("X|Y".to_owned());
        matrix.rows[3].verdict = Verdict::Empty;
        matrix
    }

    #[test]
    fn a_table_of_markdown_is_not_broken_by_what_it_holds() {
        let text = markdown(&matrix(), "2025-03-17T00:00:00Z");
        assert!(text.starts_with("# my \\*pack\\*\n"), "{text}");
        assert!(text.contains("4 queries: 1 with hits, 2 empty, 1 table missing"), "{text}");
        assert!(text.contains("| a \\| &lt;b&gt;␛\\[2J c |  | T1059 | hits | 7+ | 1.23 s | – |\n"), "{text}");
        assert!(text.contains("| f |  | T1003.001 | table missing: X\\|Y | – | – | – |"), "{text}");
        assert!(!text.contains('\u{1b}'));
    }

    #[test]
    fn a_layer_says_what_was_found_and_what_could_not_be_looked_for() {
        let layer: Value = serde_json::from_str(&navigator(&matrix(), "now")).unwrap();
        let techniques = layer["techniques"].as_array().unwrap();
        let seen: Vec<_> = techniques
            .iter()
            .map(|it| {
                (it["techniqueID"].as_str().unwrap(), it["color"].as_str().unwrap(), it["score"].as_u64().unwrap())
            })
            .collect();
        assert_eq!(seen, [("T1003.001", BLIND, 0), ("T1059", FOUND, 7), ("T1071", CLEAN, 0)]);
        assert_eq!(layer["versions"]["layer"], "4.5");
        assert_eq!(layer["domain"], "enterprise-attack");
    }
}
