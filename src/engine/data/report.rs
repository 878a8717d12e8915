//! Findings while files are read: counted by file and reason, with the first line of each.

use std::collections::HashMap;

use super::super::{LoadFinding, LoadReport};

/// Reasons kept for one file. A file with a fault in each of thousands of columns must not become thousands of lines.
const REASONS_PER_FILE: usize = 200;

/// The findings of one file.
#[derive(Debug, Default)]
pub(super) struct Findings {
    list: Vec<Finding>,
    by_reason: HashMap<String, usize>,
    beyond: u64,
}

/// Lines named beside the first of one reason.
const FURTHER_LINES: usize = 9;

#[derive(Debug)]
struct Finding {
    line: Option<u64>,
    further: Vec<u64>,
    count: u64,
    reason: String,
}

impl Findings {
    /// One more row or value of this reason.
    pub(super) fn add(&mut self, line: Option<u64>, reason: &str) {
        self.add_many(line, 1, reason);
    }

    pub(super) fn add_many(&mut self, line: Option<u64>, count: u64, reason: &str) {
        if let Some(&at) = self.by_reason.get(reason) {
            let finding = &mut self.list[at];
            finding.count += count;
            if let (Some(_), Some(line)) = (finding.line, line)
                && finding.further.len() < FURTHER_LINES
            {
                finding.further.push(line);
            }
        } else if self.list.len() < REASONS_PER_FILE {
            self.by_reason.insert(reason.to_owned(), self.list.len());
            self.list.push(Finding { line, further: Vec::new(), count, reason: reason.to_owned() });
        } else {
            self.beyond += count;
        }
    }

    /// Appends everything found in `file` to the report.
    pub(super) fn report(self, file: &str, table: Option<&str>, report: &mut LoadReport) {
        let table = table.map(str::to_owned);
        for Finding { line, further, count, mut reason } in self.list {
            if !further.is_empty() {
                let lines: Vec<_> = further.iter().map(u64::to_string).collect();
                let more = if count > 1 + lines.len() as u64 { " and more" } else { "" };
                reason = format!("{reason} (also lines {}{more})", lines.join(", "));
            }
            let (file, table) = (file.to_owned(), table.clone());
            report.findings.push(LoadFinding { file, table, line, count, reason });
        }
        if self.beyond > 0 {
            let reason = "further findings of other kinds".to_owned();
            report.findings.push(LoadFinding { file: file.to_owned(), table, line: None, count: self.beyond, reason });
        }
    }
}
