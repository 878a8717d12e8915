//! `tallyho history`: what was run, printed, searched, handed on and taken in; and the rows that were kept of it.

use std::fs::OpenOptions;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use clap::{Args, Subcommand, ValueEnum};

use super::{Chosen, Failure, Format, SourceArgs, narrate, run};
use crate::history::{
    Entry, ExportedRun, Finder, History, HistoryError, KeptLimits, KeptResults, Outcome, Query, Scope, private,
};
use crate::kql::UNIX_EPOCH_TICKS;
use crate::result::{datetime_text, read_arrow, stats_lines};
use crate::run::RunSummary;
use crate::text;
use crate::tui;

#[derive(Args)]
pub(super) struct HistoryArgs {
    #[command(subcommand)]
    command: Option<HistoryCommand>,
}

#[derive(Subcommand)]
pub(super) enum HistoryCommand {
    /// Print the newest runs.
    List(HistoryList),
    /// Print the runs that a search finds, written as in the workbench: words, "as written", table:Name, cost>5s, failed.
    Search {
        /// The search; its words may stand apart.
        #[arg(value_name = "SEARCH", required = true)]
        search: Vec<String>,
        #[command(flatten)]
        list: HistoryList,
    },
    /// Print one run: its query, its cost, and how often it was run.
    Show {
        #[arg(value_name = "ID")]
        id: i64,
        /// Print the query alone.
        #[arg(long)]
        query: bool,
    },
    /// Print the rows that were kept of a run; nothing is run.
    Rows {
        #[arg(value_name = "ID")]
        id: i64,
        /// How rows are written.
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// Write all runs, or those that a search finds, oldest first.
    Export {
        #[arg(value_name = "SEARCH")]
        search: Vec<String>,
        /// NDJSON, which import reads; or the queries alone, each with a comment that says what came of it.
        #[arg(long, value_enum, default_value_t = HistoryFormat::Ndjson)]
        format: HistoryFormat,
        /// Write to this file, for you alone, instead of standard output; nothing is overwritten.
        #[arg(long, short, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Take in the runs of another history: its database, damaged or not, or what export wrote.
    Import {
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Delete old runs that are neither pinned, labelled nor noted, and kept results beyond their limits.
    Prune {
        /// Runs that are older than so many days; without it only kept results go.
        #[arg(long, value_name = "DAYS")]
        older_than: Option<u32>,
        /// Delete all kept results.
        #[arg(long)]
        results: bool,
    },
}

#[derive(Args)]
pub(super) struct HistoryList {
    /// At most so many; 0 prints all.
    #[arg(long, short = 'n', value_name = "N", default_value_t = 20)]
    limit: usize,
    /// How runs are written.
    #[arg(long, value_enum, default_value_t = HistoryFormat::Table)]
    format: HistoryFormat,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum HistoryFormat {
    /// One line for each run.
    Table,
    /// One JSON object for each run.
    Ndjson,
    /// The queries, each with a comment above it.
    Kql,
}

/// Runs that are read at a time.
const PAGE: usize = 500;
const DAY: Duration = Duration::from_hours(24);

pub(super) fn history(args: &HistoryArgs) -> Result<(), Failure> {
    let chosen = super::choose(&SourceArgs { connection: None, data: None })?;
    let newest = HistoryList { limit: 20, format: HistoryFormat::Table };
    match &args.command {
        None => list(&chosen, "", &newest),
        Some(HistoryCommand::List(how)) => list(&chosen, "", how),
        Some(HistoryCommand::Search { search, list: how }) => list(&chosen, &search.join(" "), how),
        Some(HistoryCommand::Show { id, query }) => show(&chosen, *id, *query),
        Some(HistoryCommand::Rows { id, format }) => rows(&chosen, *id, *format),
        Some(HistoryCommand::Export { search, format, output }) => {
            export(&chosen, &search.join(" "), *format, output.as_deref())
        }
        Some(HistoryCommand::Import { file }) => import(&chosen, file),
        Some(HistoryCommand::Prune { older_than, results }) => prune(&chosen, *older_than, *results),
    }
}

impl From<HistoryError> for Failure {
    fn from(error: HistoryError) -> Self {
        Self::Io(format!("{}. {}", error.message, error.advice))
    }
}

fn path(chosen: &Chosen) -> PathBuf {
    chosen.paths.data.join("history.sqlite")
}

/// The history, and what the user should know about its file.
fn open(chosen: &Chosen) -> Result<History, Failure> {
    let mut history = History::open(&path(chosen))?;
    if let Some(notice) = history.notice() {
        narrate(&format!("note: {notice}"));
    }
    Ok(history)
}

/// Runs that were written by an older Tallyho are looked at first, so that they are found by table and cost.
fn describe_all(history: &mut History) -> Result<(), Failure> {
    while history.describe_old(PAGE, |text, stats| (tui::traits_of(text), tui::costs_of_text(stats)))? == PAGE {}
    Ok(())
}

/// The ids that a search finds; what of it cannot be understood is an error, since nobody is still typing it.
fn find(chosen: &Chosen, search: &str) -> Result<(Finder, Vec<i64>), Failure> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let query = Query::parse(search, i64::try_from(now.as_micros()).unwrap_or(i64::MAX));
    if let Some(fault) = query.faults.first() {
        return Err(Failure::Usage(fault.clone()));
    }
    let mut history = open(chosen)?;
    if !query.is_empty() {
        describe_all(&mut history)?;
    }
    let mut finder = Finder::open(history.path())?;
    let found = finder.find(&query, &Scope::All)?;
    if found.n_alike > 0 {
        narrate(&format!("note: {} of these have the words only with letters left out", found.n_alike));
    }
    Ok((finder, found.ids))
}

fn list(chosen: &Chosen, search: &str, how: &HistoryList) -> Result<(), Failure> {
    let (mut finder, mut ids) = find(chosen, search)?;
    let n_found = ids.len();
    if how.limit > 0 {
        ids.truncate(how.limit);
    }
    let mut out = BufWriter::new(io::stdout().lock());
    write_runs(&mut finder, &ids, how.format, &mut out)?;
    out.flush()?;
    if n_found == 0 {
        narrate(if search.is_empty() { "nothing was run yet" } else { "no run has that" });
    } else if n_found > ids.len() {
        narrate(&format!("{} of {n_found} runs; -n 0 prints all", ids.len()));
    }
    Ok(())
}

fn write_runs(finder: &mut Finder, ids: &[i64], format: HistoryFormat, out: &mut impl Write) -> Result<(), Failure> {
    if format == HistoryFormat::Table && !ids.is_empty() {
        writeln!(
            out,
            "{:>6}  {:<20}  {:>9}  {:>9}  {:>9}  {:<10}  query",
            "id", "started", "rows", "time", "cpu", "connection"
        )?;
    }
    let width = tui::width_of_output();
    for page in ids.chunks(PAGE) {
        for run in finder.runs(page)? {
            match format {
                HistoryFormat::Table => write_line(&run, width, out)?,
                HistoryFormat::Ndjson => {
                    serde_json::to_writer(&mut *out, &ExportedRun::from(&run)).map_err(io::Error::from)?;
                    writeln!(out)?;
                }
                HistoryFormat::Kql => write_query(&run, out)?,
            }
        }
    }
    Ok(())
}

fn write_line(run: &Entry, width: Option<usize>, out: &mut impl Write) -> io::Result<()> {
    let label = run.marks.label.as_ref().map_or_else(String::new, |it| format!("[{it}] "));
    let query = format!("{label}{}{}", word(run), tui::one_line(&run.text));
    let line = format!(
        "{:>6}  {:<20}  {:>9}  {:>9}  {:>9}  {:<10}  {query}",
        run.id,
        started(run),
        run.ending.n_rows,
        time(run.ending.elapsed),
        time(run.ending.costs.cpu),
        text::clip(&text::sanitize(&run.connection), 10),
    );
    let line = text::sanitize(&line);
    match width {
        Some(width) => writeln!(out, "{}", text::clip(&line, width)),
        None => writeln!(out, "{line}"),
    }
}

/// How it ended, unless it ended well.
fn word(run: &Entry) -> String {
    match run.ending.outcome {
        Outcome::Rows if run.ending.truncated => "(not all) ".to_owned(),
        Outcome::Rows => String::new(),
        other => format!("({}) ", other.name()),
    }
}

/// A query as it is, below a comment of one line that says what came of it.
fn write_query(run: &Entry, out: &mut impl Write) -> io::Result<()> {
    let label = run.marks.label.as_ref().map_or_else(String::new, |it| format!(" · {it}"));
    let about = format!("// {} · {} · {}{} rows{label}", started(run), run.connection, word(run), run.ending.n_rows);
    writeln!(out, "{}\n{}\n", text::sanitize(&about), run.text.trim_end())
}

fn started(run: &Entry) -> String {
    let whole = datetime_text(UNIX_EPOCH_TICKS.saturating_add(run.started.saturating_mul(10)));
    format!("{}Z", whole.get(..19).unwrap_or(&whole))
}

fn time(micros: Option<u64>) -> String {
    micros.map_or_else(|| "–".to_owned(), |it| tui::duration(Duration::from_micros(it)))
}

fn no_run(id: i64) -> Failure {
    Failure::Usage(format!("there is no run {id} in the history; 'tallyho history list' prints their numbers"))
}

fn show(chosen: &Chosen, id: i64, query_alone: bool) -> Result<(), Failure> {
    let mut history = open(chosen)?;
    let run = history.run(id)?.ok_or_else(|| no_run(id))?;
    let mut out = BufWriter::new(io::stdout().lock());
    if query_alone {
        writeln!(out, "{}", run.text.trim_end())?;
        return Ok(out.flush()?);
    }
    let mut lines = vec![format!("run {id} · {} · {} · {}", started(&run), run.connection, run.ending.outcome.name())];
    lines.extend(run.marks.label.iter().map(|it| format!("label: {it}")));
    lines.extend(run.marks.note.iter().map(|it| format!("note: {it}")));
    lines.extend(run.marks.pinned.map(|_| "pinned".to_owned()));
    lines.extend((run.n_redacted > 0).then(|| format!("secrets left out: {}", run.n_redacted)));
    lines.extend(run.ending.error.iter().map(|it| format!("error: {it}")));
    lines.push(format!("rows: {}{}", run.ending.n_rows, if run.ending.truncated { ", not all" } else { "" }));
    lines.extend(run.kept.map(|it| format!("rows kept: {it} bytes; 'tallyho history rows {id}' prints them")));
    let stats = run.ending.stats.as_deref().and_then(|it| serde_json::from_str(it).ok());
    lines.extend(stats.iter().flat_map(stats_lines));
    if let Some(shape) = run.shape {
        let n = history.of_shape(shape, usize::MAX >> 1)?.len();
        lines.push(format!("runs of this query: {n}"));
    }
    for line in lines {
        writeln!(out, "{}", text::sanitize(&line))?;
    }
    writeln!(out)?;
    for line in run.text.trim_end().lines() {
        writeln!(out, "{}", text::sanitize(line))?;
    }
    Ok(out.flush()?)
}

fn rows(chosen: &Chosen, id: i64, format: Format) -> Result<(), Failure> {
    let run = open(chosen)?.run(id)?.ok_or_else(|| no_run(id))?;
    let kept = KeptResults::new(&chosen.paths.data, chosen.kept);
    let file = kept.open(run.id, run.started).map_err(|it| Failure::Io(it.to_string()))?;
    let file = file.ok_or_else(|| Failure::Usage(format!("the rows of run {id} are not kept")))?;
    let set = read_arrow(file).map_err(|it| Failure::Io(format!("the kept rows of run {id}: {it}")))?;
    let stats = run.ending.stats.as_deref().and_then(|it| serde_json::from_str(it).ok()).unwrap_or_default();
    let summary = RunSummary { stats, truncation: set.truncation.clone(), ..RunSummary::default() };
    run::write(format, &set, &summary)?;
    narrate(&format!("note: rows of {}, as they were kept; nothing was run", started(&run)));
    if let Some(truncation) = &set.truncation {
        narrate(&format!("note: {}", run::truncation_text(truncation)));
    }
    Ok(())
}

fn export(chosen: &Chosen, search: &str, format: HistoryFormat, output: Option<&Path>) -> Result<(), Failure> {
    let (mut finder, mut ids) = find(chosen, search)?;
    ids.sort_unstable();
    match output {
        None => {
            let mut out = BufWriter::new(io::stdout().lock());
            write_runs(&mut finder, &ids, format, &mut out)?;
            out.flush()?;
        }
        Some(path) => {
            let file = private(&mut OpenOptions::new())
                .write(true)
                .create_new(true)
                .open(path)
                .map_err(|it| Failure::Io(format!("cannot write {}: {it}", path.display())))?;
            let mut out = BufWriter::new(file);
            let written = write_runs(&mut finder, &ids, format, &mut out).and_then(|()| Ok(out.flush()?));
            if written.is_err() {
                // Half an export would be taken for a whole one.
                let _ = std::fs::remove_file(path);
            }
            written?;
        }
    }
    narrate(&format!("{} runs", ids.len()));
    Ok(())
}

fn import(chosen: &Chosen, file: &Path) -> Result<(), Failure> {
    let mut history = open(chosen)?;
    let imported = history.import(file)?;
    describe_all(&mut history)?;
    narrate(&format!("{} runs taken in, {} were there already", imported.n_new, imported.n_known));
    for lost in imported.lost.iter().take(20) {
        narrate(&format!("note: {lost}"));
    }
    if imported.lost.len() > 20 {
        narrate(&format!("note: and {} more lines", imported.lost.len() - 20));
    }
    if imported.n_new + imported.n_known == 0 && !imported.lost.is_empty() { Err(Failure::Found) } else { Ok(()) }
}

fn prune(chosen: &Chosen, older_than: Option<u32>, all_results: bool) -> Result<(), Failure> {
    let mut history = open(chosen)?;
    let now = SystemTime::now();
    if let Some(days) = older_than {
        let before = now.checked_sub(DAY * days).unwrap_or(UNIX_EPOCH).duration_since(UNIX_EPOCH).unwrap_or_default();
        let n = history.forget_before(i64::try_from(before.as_micros()).unwrap_or(i64::MAX))?;
        narrate(&format!("{n} runs deleted"));
    }
    let limits = if all_results { KeptLimits { bytes: 0, age: Duration::ZERO } } else { chosen.kept };
    let kept = KeptResults::new(&chosen.paths.data, limits);
    let pinned = history.pinned()?;
    let mut gone = kept.prune(now, |it| pinned.contains(&it)).map_err(|it| Failure::Io(it.to_string()))?;
    // The rows of a run that is gone are nobody's.
    for file in kept.list().map_err(|it| Failure::Io(it.to_string()))? {
        if history.run(file.run)?.is_none_or(|it| it.started != file.started) {
            kept.remove(file.run, file.started).map_err(|it| Failure::Io(it.to_string()))?;
            gone.push(file);
        }
    }
    for file in &gone {
        history.set_kept(file.run, None)?;
    }
    let bytes: u64 = gone.iter().map(|it| it.bytes).sum();
    narrate(&format!("{} kept results deleted, {bytes} bytes", gone.len()));
    Ok(())
}
