//! `tallyho check`: what is wrong with queries, without running them.

mod batch;
mod report;
mod surrogates;

use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, ValueEnum};

use super::{Failure, SourceArgs, choose, narrate, run};
use crate::kql::{self, Context, Diagnostic, Schema, Severity};
use crate::library::{self, Lines, Named, Source};
use crate::run::Runner;
use crate::schema;
use report::{Finding, Outcome, Report};

#[derive(Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(super) struct CheckArgs {
    /// Files and folders; - is standard input. Queries are read from .kql, .csl and .txt files, fenced blocks of .md
    /// files that say kql, and the YAML of Sentinel's rules.
    #[arg(value_name = "FILE|DIR")]
    paths: Vec<PathBuf>,
    /// How findings are written.
    #[arg(long, value_enum, default_value_t = CheckFormat::Text)]
    format: CheckFormat,
    /// Check against the tables that this connection of the configuration has told; without it all of Advanced Hunting.
    #[arg(long, short, value_name = "NAME", conflicts_with = "schema")]
    connection: Option<String>,
    /// Check against the tables of a schema file.
    #[arg(long, value_name = "FILE")]
    schema: Option<PathBuf>,
    /// Let tables and functions pass that the schema does not have.
    #[arg(long)]
    open: bool,
    /// Also say what costs more than it need or may not mean what it seems to.
    #[arg(long)]
    lint: bool,
    /// End with 1 for warnings too.
    #[arg(long)]
    deny_warnings: bool,
    /// Print the rules of --lint.
    #[arg(long, conflicts_with = "paths")]
    rules: bool,
    /// Answer JSON lines {"id","query","ops"} from standard input with JSON lines on standard output.
    #[arg(long, conflicts_with = "paths")]
    batch: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum CheckFormat {
    /// file:line:column: severity code: message
    Text,
    Json,
    /// SARIF 2.1.0, for code hosts.
    Sarif,
}

/// The code of a file that is not of its format.
const BROKEN_FILE: &str = "TLY0030";

pub(super) fn check(args: &CheckArgs) -> Result<(), Failure> {
    if args.batch {
        return batch::run();
    }
    if args.rules {
        return report::rules();
    }
    if args.paths.is_empty() {
        return Err(Failure::Usage("name files or folders to check; - is standard input".to_owned()));
    }
    let schema = schema(args)?;
    let mut report = Report::default();
    for path in &args.paths {
        let unread = &mut report.unread;
        let complain = &mut |path: &Path, why: String| unread.push((path.display().to_string(), why));
        for named in library::files(path, complain) {
            match load(&named) {
                Ok(Some(source)) => report.files.push(examine(args, &schema, source)),
                Ok(None) => {}
                Err(why) => report.unread.push((named.path.display().to_string(), why)),
            }
        }
    }
    for (path, why) in &report.unread {
        narrate(&format!("error: {path}: {why}"));
    }
    report::write(&report, args.format)?;
    let fails = report.count(Severity::Error) > 0 || args.deny_warnings && report.count(Severity::Warning) > 0;
    if fails {
        return Err(Failure::Found);
    }
    match report.unread.len() {
        0 => Ok(()),
        1 => Err(Failure::Io("1 file was not checked".to_owned())),
        n => Err(Failure::Io(format!("{n} files were not checked"))),
    }
}

/// What tables there are: those of a connection, of a file, or all of Advanced Hunting.
fn schema(args: &CheckArgs) -> Result<Arc<Schema>, Failure> {
    if let Some(file) = &args.schema {
        let unreadable = |why: String| Failure::Usage(format!("cannot read the schema {}: {why}", file.display()));
        let text = std::fs::read_to_string(file).map_err(|error| unreadable(error.to_string()))?;
        return schema::read_schema_file(&text).map(Arc::new).map_err(|error| unreadable(error.to_string()));
    }
    let Some(connection) = &args.connection else { return Ok(Arc::new(schema::advanced_hunting().clone())) };
    let chosen = choose(&SourceArgs { connection: Some(connection.clone()), data: None })?;
    Ok(run::open(&Runner::new(&chosen.paths), &chosen.connection, "")?.schema())
}

/// Reads a file; `None` for one that was found in a folder and holds no query as far as can be seen.
fn load(named: &Named) -> Result<Option<Source>, String> {
    let path = &named.path;
    let is_input = path.as_os_str() == "-";
    let bytes = if is_input {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
    } else {
        std::fs::read(path)
    };
    let bytes = bytes.map_err(|error| error.to_string())?;
    let name = if is_input { "<stdin>".to_owned() } else { path.display().to_string() };
    let is_utf16 = bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]);
    if !is_utf16 && bytes.contains(&0) {
        return Err("it is no text: it holds the byte 0x00".to_owned());
    }
    let source = library::read(name, path, bytes).map_err(|why| format!("it is not text in UTF-8: {why}"))?;
    let is_text = path.extension().is_some_and(|it| it.eq_ignore_ascii_case("txt"));
    // Folders are full of texts that are no queries, such as licences.
    if is_text && !named.is_asked && !looks_like_a_query(&source.text) {
        narrate(&format!("note: {}: no query is in it", source.name));
        return Ok(None);
    }
    Ok(Some(source))
}

/// A line that begins with `|` or ends with `;` is a query's.
fn looks_like_a_query(text: &str) -> bool {
    text.lines().any(|line| line.trim_start().starts_with('|') || line.trim_end().ends_with(';'))
}

/// The findings of one file, in its order.
fn examine(args: &CheckArgs, schema: &Schema, source: Source) -> Outcome {
    let context = Context { is_open: args.open, ..Context::new(schema, 0, None) };
    let lines = Lines::of(&source.text);
    let mut findings = Vec::new();
    if let Some((at, why)) = &source.broken {
        findings.push(Finding::new(&lines, *at..*at, Diagnostic::error(BROKEN_FILE, 0..0, why.as_str())));
    }
    for query in &source.queries {
        let mut found = kql::analyze(&query.text, &context).diagnostics;
        // A refusal speaks of running the query on this machine.
        found.retain(|finding| finding.severity != Severity::Refusal);
        if args.lint {
            found.extend(kql::lint(&query.text, &context));
        }
        found.sort_by_key(|finding| finding.span.start);
        findings.extend(found.into_iter().map(|finding| {
            let span = query.in_file(finding.span.start)..query.in_file(finding.span.end);
            Finding::new(&lines, span, finding)
        }));
    }
    Outcome { name: source.name, n_queries: source.queries.len(), findings }
}
