//! `tallyho run`: one query, its rows on standard output.

use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc;
use std::time::{Duration, SystemTime};

use clap::{Args, ValueEnum};

use super::{Chosen, Failure, QueryArgs, SourceArgs, input_token, narrate, output, query_text};
use crate::config::TimeRange;
use crate::result::{
    ResultSet, Truncation, stage_lines, stats_lines, write_csv, write_defender, write_json, write_ndjson, write_table,
};
use crate::run::{OpenConnection, QueryRequest, RunEvent, RunId, RunSummary, Runner, SignInPrompt};
use crate::tui;

#[derive(Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(super) struct RunArgs {
    #[command(flatten)]
    pub(super) query: QueryArgs,
    #[command(flatten)]
    pub(super) source: SourceArgs,
    /// How rows are written.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(super) format: Format,
    /// Say on standard error what the query cost.
    #[arg(long)]
    pub(super) stats: bool,
    /// Write the rows to a file instead: the end of its name says the format (.csv, .tsv, .json, .ndjson, .md,
    /// .parquet, .xlsx, .kql). The file is written whole or not at all, for its owner alone.
    #[arg(long, short, value_name = "FILE", conflicts_with_all = ["format", "batch"])]
    pub(super) output: Option<PathBuf>,
    /// Replace the file of --output if it is there.
    #[arg(long, requires = "output")]
    pub(super) overwrite: bool,
    /// In .csv and .tsv leave texts as they are that a spreadsheet would take for formulas; without it they get an
    /// apostrophe.
    #[arg(long, requires = "output")]
    pub(super) raw: bool,
    /// Rows after which the result is cut, with a notice.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(super) max_rows: Option<u64>,
    /// The time that the query is asked about: P7D, PT12H, 2024-02-01T08:00:00Z, or two of these with a / between.
    #[arg(long, value_name = "RANGE")]
    pub(super) time_range: Option<String>,
    /// The value of a `declare query_parameters` of the query, as a KQL literal; may stand several times.
    #[arg(long = "param", value_name = "NAME=VALUE", value_parser = parameter)]
    pub(super) parameters: Vec<(String, String)>,
    /// Where the service's quota is used up, wait until the query fits instead of sending it all the same.
    #[arg(long)]
    pub(super) wait: bool,
    /// Answer JSON lines {"id","query"} from standard input with JSON lines on standard output.
    #[arg(long, conflicts_with_all = ["query", "file"])]
    pub(super) batch: bool,
}

/// `name=value`.
fn parameter(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("a parameter is written NAME=VALUE")?;
    Ok((name.trim().to_owned(), value.to_owned()))
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    Table,
    Csv,
    Json,
    Ndjson,
    /// The body that Defender's API would answer, with Stats, Schema and Results.
    Defender,
}

/// Even a service that asks for no pause gets one.
const SHORTEST_WAIT: Duration = Duration::from_millis(200);

pub(super) fn run(args: &RunArgs) -> Result<(), Failure> {
    let Chosen { connection, paths, .. } = super::choose(&args.source)?;
    let input_is = query_text::is_on_input(&args.query).then_some("the query");
    let runner = input_token::runner(&paths, &connection, input_is)?;
    let file = args.output.as_deref().map(|path| output::options(args, path).map(|it| (path, it))).transpose()?;
    let text = query_text::read(&args.query)?;
    let connection = open(&runner, &connection, &text)?;
    let opened = Arc::clone(&connection);
    // A table that could not be read is missing, so why it could not is the better half of the error.
    let request = request(args, RunId(1), text, connection)?;
    let (rows, summary) =
        answer_when_it_fits(&runner, args.wait, request).inspect_err(|_| tell_notes(&opened.notes()))?;
    match file {
        Some((path, options)) => {
            output::write(&rows, path, options)?;
            tell_more(&summary);
        }
        None => write(args.format, &rows, &summary)?,
    }
    tell_notes(&summary.notes);
    if let Some(truncation) = &summary.truncation {
        narrate(&format!("note: {}", truncation_text(truncation)));
    }
    if args.stats {
        let lines = stats_lines(&summary.stats).into_iter().chain(stage_lines(&summary.stages));
        lines.for_each(|line| narrate(&line));
    }
    Ok(())
}

/// Opens the connection, saying what takes longer than a moment.
pub(super) fn open(
    runner: &Runner,
    connection: &crate::config::Connection,
    text: &str,
) -> Result<Arc<OpenConnection>, Failure> {
    let told = std::cell::Cell::new(0);
    let shows = io::stderr().is_terminal();
    let progress = |share: f32| {
        let percent = (share * 100.0) as u32;
        if shows && percent >= told.get() + 5 {
            told.set(percent);
            let _ = write!(io::stderr().lock(), "\ropening {percent:3} %");
        }
    };
    let opened = runner.open(connection, &progress);
    if told.get() > 0 {
        let _ = write!(io::stderr().lock(), "\r               \r");
    }
    opened.map_err(|it| Failure::run(it, text))
}

/// A query with what the command line says beside it.
pub(super) fn request(
    args: &RunArgs,
    id: RunId,
    text: String,
    connection: Arc<OpenConnection>,
) -> Result<QueryRequest, Failure> {
    let mut request = QueryRequest { parameters: args.parameters.clone(), ..QueryRequest::new(id, text, connection) };
    if let Some(max_rows) = args.max_rows {
        request.max_rows = max_rows;
    }
    if let Some(text) = &args.time_range {
        let service = request.connection.connection.kind.service();
        if let Some(api) = service.map(|it| &it.api).filter(|it| !it.takes_time_range()) {
            let why = format!("{} takes no time range beside the query; filter in the query instead", api.name());
            return Err(Failure::Usage(why));
        }
        let forms = "P7D, PT12H, 2024-02-01T08:00:00Z, or two of these with a / between";
        let range = TimeRange::parse(text);
        request.time_range =
            Some(range.ok_or_else(|| Failure::Usage(format!("--time-range is {forms}, not '{text}'")))?);
    }
    Ok(request)
}

/// What a person has to do to sign in, on standard error.
pub(super) fn tell_prompt(prompt: &SignInPrompt) {
    match prompt {
        SignInPrompt::DeviceCode { user_code, verification_uri, .. } => {
            narrate(&format!("to sign in, open {verification_uri} and enter the code {user_code}"));
        }
        SignInPrompt::Browser { url } => narrate(&format!("to sign in, open {url}")),
        SignInPrompt::Note(note) => narrate(&format!("note: {note}")),
        SignInPrompt::Done => narrate("signed in"),
    }
}

/// Runs to the end and collects the rows. Where the service's quota is used up, says so before it sends; or waits, if
/// that is wanted, until the query fits and again as often as the service refuses it for its quota.
pub(super) fn answer_when_it_fits(
    runner: &Runner,
    wait: bool,
    request: QueryRequest,
) -> Result<(ResultSet, RunSummary), Failure> {
    let connection = Arc::clone(&request.connection);
    loop {
        let forecast = runner.forecast(&connection, SystemTime::now());
        match forecast.fits_at {
            Some(fits_at) if wait => {
                wait_until(fits_at, &forecast.reason);
                continue;
            }
            Some(_) => narrate(&format!("warning: {}. It is sent all the same; --wait waits.", forecast.reason)),
            None => {}
        }
        match answer(runner, request.clone()) {
            Err(Failure::Run { error, text }) if wait => {
                let Some(waiting) = runner.waiting(&connection, &error, SystemTime::now()) else {
                    return Err(Failure::Run { error, text });
                };
                narrate(&format!("note: {}", error.message));
                wait_until(waiting.until, &waiting.why);
            }
            other => return other,
        }
    }
}

/// Sleeps, at least a moment: a service that says "at once" and refuses again is not to be asked in a frenzy.
fn wait_until(until: SystemTime, why: &str) {
    let wait = until.duration_since(SystemTime::now()).unwrap_or_default().max(SHORTEST_WAIT);
    narrate(&format!("waiting {} s: {why}", wait.as_secs_f64().ceil()));
    std::thread::sleep(wait);
}

/// Runs to the end and collects the rows.
pub(super) fn answer(runner: &Runner, request: QueryRequest) -> Result<(ResultSet, RunSummary), Failure> {
    let text = request.text.clone();
    let (sender, receiver) = mpsc::channel();
    runner.start(request, move |event| {
        let _ = sender.send(event);
    });
    let mut rows = ResultSet::default();
    for event in receiver {
        match event {
            RunEvent::Started | RunEvent::Progress(_) | RunEvent::Cancelled { .. } => {}
            RunEvent::SignIn(prompt) => tell_prompt(&prompt),
            RunEvent::Columns(columns) => rows = ResultSet::new(columns),
            RunEvent::Batch(batch) => rows.push(batch),
            RunEvent::Finished(summary) => {
                rows.truncation.clone_from(&summary.truncation);
                return Ok((rows, *summary));
            }
            RunEvent::Failed(error) => return Err(Failure::run(error, &text)),
        }
    }
    Err(Failure::Io("the run was stopped".to_owned()))
}

pub(super) fn write(format: Format, rows: &ResultSet, summary: &RunSummary) -> Result<(), Failure> {
    let mut out = BufWriter::new(io::stdout().lock());
    match format {
        Format::Table => {
            write_table(rows, tui::width_of_output(), &mut out)?;
            for result in &summary.more {
                writeln!(out, "\n{}", result.name.as_deref().unwrap_or_default())?;
                write_table(&result.set, tui::width_of_output(), &mut out)?;
            }
        }
        Format::Csv => write_csv(rows, &mut out)?,
        Format::Json => write_json(rows, &mut out)?,
        Format::Ndjson => write_ndjson(rows, &mut out)?,
        Format::Defender => {
            write_defender(rows, &summary.stats, &mut out)?;
            writeln!(out)?;
        }
    }
    out.flush()?;
    if format != Format::Table {
        tell_more(summary);
    }
    Ok(())
}

/// That a format of one table does not hold what the query gives besides.
fn tell_more(summary: &RunSummary) {
    match summary.more.len() {
        0 => {}
        n => narrate(&format!("note: this is the first of {} results; --format table and --batch give all", n + 1)),
    }
}

/// What reading the data found.
pub(super) fn tell_notes(notes: &[String]) {
    for note in notes {
        narrate(&format!("note: {note}"));
    }
}

/// One sentence that says rows are missing.
pub(super) fn truncation_text(truncation: &Truncation) -> String {
    match truncation {
        Truncation::Rows { limit } => format!("the result was cut at {limit} rows; there are more"),
        Truncation::Bytes { limit } => format!("the result was cut at {limit} bytes; there are more rows"),
        Truncation::Service { message } => format!("the service cut the result: {message}"),
    }
}
