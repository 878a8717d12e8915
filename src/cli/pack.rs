//! `tallyho pack`: the queries of a folder one after another, and what came of each.

use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use clap::{Args, ValueEnum};

use serde_json::{Value, json};

use super::{Chosen, Failure, SourceArgs, choose, input_token, narrate, run};
use crate::kql::UNIX_EPOCH_TICKS;
use crate::library::{
    Fault, Matrix, MatrixRow, PackControl, PackEvent, PackRun, PackState, Shelf, Verdict, expected, markdown,
    navigator, write_private,
};
use crate::result::datetime_text;
use crate::run::{OpenConnection, Runner};
use crate::text;

#[derive(Args)]
pub(super) struct PackArgs {
    #[command(flatten)]
    source: SourceArgs,
    /// Folders and files.
    #[arg(value_name = "FOLDER|FILE", required = true)]
    paths: Vec<PathBuf>,
    /// Run nothing: say what would be run, and what stands against it.
    #[arg(long)]
    plan: bool,
    /// How outcomes are written.
    #[arg(long, value_enum, default_value_t = PackFormat::Table)]
    format: PackFormat,
    /// Also write the outcomes as Markdown.
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,
    /// Also write the outcomes as a layer of MITRE's ATT&CK Navigator.
    #[arg(long, value_name = "FILE")]
    navigator: Option<PathBuf>,
    /// Replace files that are there already.
    #[arg(long)]
    overwrite: bool,
    /// Send every query at once, whatever is left of the quota.
    #[arg(long)]
    no_wait: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum PackFormat {
    /// One line for each query, as it ends.
    Table,
    Json,
}

/// How often it is asked whether the process was told to end.
const LOOK: Duration = Duration::from_millis(50);

pub(super) fn pack(args: &PackArgs) -> Result<(), Failure> {
    let Chosen { connection, paths, .. } = choose(&args.source)?;
    for file in [&args.markdown, &args.navigator].into_iter().flatten() {
        if file.exists() && !args.overwrite {
            return Err(Failure::Usage(format!("{} is there already; add --overwrite to replace it", file.display())));
        }
    }
    let (hunts, faults) = read(&args.paths)?;
    let n_fatal = faults.iter().filter(|it| it.is_fatal).count();
    for fault in &faults {
        narrate(&fault_line(fault));
    }
    if hunts.is_empty() {
        return Err(Failure::Usage("there is no query in what was named".to_owned()));
    }
    let runner = input_token::runner(&paths, &connection, None)?;
    let open = run::open(&runner, &connection, "")?;
    run::tell_notes(&open.notes());
    let mut matrix = Matrix::new(title(&args.paths), &connection.name, hunts);
    if args.plan {
        plan(&mut matrix, &open);
        for row in matrix.rows.iter().filter(|_| args.format == PackFormat::Table) {
            line(row)?;
        }
    } else {
        play(args, &runner, &open, &mut matrix)?;
    }
    if args.format == PackFormat::Json {
        writeln!(io::stdout().lock(), "{:#}", document(&matrix))?;
    }
    narrate(&matrix.tally().words());
    let when = now();
    for (file, text) in [(&args.markdown, markdown(&matrix, &when)), (&args.navigator, navigator(&matrix, &when))] {
        let Some(file) = file else { continue };
        let failed = |error| Failure::Io(format!("cannot write {}: {error}", file.display()));
        write_private(file, &text, args.overwrite).map_err(failed)?;
        narrate(&format!("written: {}", file.display()));
    }
    ending(&matrix, n_fatal, args.plan)
}

/// All queries of the folders and files, and what is wrong with them.
fn read(paths: &[PathBuf]) -> Result<(Vec<Arc<crate::library::Hunt>>, Vec<Fault>), Failure> {
    let (mut hunts, mut faults) = (Vec::new(), Vec::new());
    for path in paths {
        let shelf = Shelf::read(path);
        if shelf.is_missing {
            return Err(Failure::Usage(format!("there is no {}", path.display())));
        }
        hunts.extend(shelf.hunts.into_iter().map(Arc::new));
        faults.extend(shelf.faults);
    }
    Ok((hunts, faults))
}

fn title(paths: &[PathBuf]) -> String {
    let name = |it: &PathBuf| {
        let whole = it.canonicalize().unwrap_or_else(|_| it.clone());
        whole.file_name().map_or_else(|| it.display().to_string(), |name| name.to_string_lossy().into_owned())
    };
    paths.iter().map(name).collect::<Vec<_>>().join(", ")
}

/// What would come of each query, as far as it can be told without asking.
fn plan(matrix: &mut Matrix, open: &OpenConnection) {
    for row in &mut matrix.rows {
        if let Some(verdict) = expected(&row.hunt.query, open) {
            row.verdict = verdict;
        }
    }
}

fn play(args: &PackArgs, runner: &Runner, open: &Arc<OpenConnection>, matrix: &mut Matrix) -> Result<(), Failure> {
    let control = PackControl::default();
    let over = Arc::new(AtomicBool::new(false));
    watch(&control, &over)?;
    let told = std::cell::RefCell::new(Ok(()));
    let shown = std::cell::RefCell::new(matrix);
    let sink = |event: PackEvent| {
        let mut matrix = shown.borrow_mut();
        matrix.take(&event);
        match &event {
            PackEvent::Waiting { at, until, why } => tell_wait(&matrix.rows[*at], *until, why),
            PackEvent::SignIn(prompt) => run::tell_prompt(prompt),
            PackEvent::Ended { at, .. } if args.format == PackFormat::Table => {
                let outcome = line(&matrix.rows[*at]);
                if outcome.is_err() {
                    // Nobody reads on, so nothing more is asked.
                    control.pause();
                    *told.borrow_mut() = outcome;
                }
            }
            PackEvent::Started { .. } | PackEvent::Ended { .. } | PackEvent::Paused(_) | PackEvent::Over => {}
        }
    };
    let left = shown.borrow().left();
    PackRun { runner, connection: open, first_id: 1, control: &control, waits: !args.no_wait }.run(&left, &sink);
    over.store(true, Ordering::Relaxed);
    told.into_inner()
}

/// Ctrl+C ends the pack, and what is known by then is still written.
fn watch(control: &PackControl, over: &Arc<AtomicBool>) -> Result<(), Failure> {
    let asked = Arc::new(AtomicBool::new(false));
    for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
        // Asked a second time it ends at once.
        signal_hook::flag::register_conditional_shutdown(signal, 130, Arc::clone(&asked))?;
        signal_hook::flag::register(signal, Arc::clone(&asked))?;
    }
    let (control, over) = (control.clone(), Arc::clone(over));
    std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
        while !over.load(Ordering::Relaxed) {
            if asked.load(Ordering::Relaxed) {
                narrate("stopping; what has run so far is kept");
                return control.pause();
            }
            std::thread::sleep(LOOK);
        }
    })?;
    Ok(())
}

fn tell_wait(row: &MatrixRow, until: SystemTime, why: &str) {
    let left = until.duration_since(SystemTime::now()).unwrap_or_default();
    narrate(&format!("waiting {} s before '{}': {why}", left.as_secs_f64().ceil(), row.hunt.name));
}

/// One line for a query: outcome, rows, time, techniques, name.
fn line(row: &MatrixRow) -> Result<(), Failure> {
    let rows = match &row.verdict {
        Verdict::Hits { rows, or_more } => format!("{rows}{}", if *or_more { "+" } else { "" }),
        Verdict::Empty => "0".to_owned(),
        _ => "–".to_owned(),
    };
    let time = row.elapsed.map_or_else(|| "–".to_owned(), |it| format!("{:.3} s", it.as_secs_f64()));
    let techniques = row.hunt.techniques.join(",");
    let name = text::sanitize(&row.hunt.name);
    let why = match row.verdict.why() {
        "" => String::new(),
        why => format!(": {}", text::sanitize(why)),
    };
    let verdict = row.verdict.name();
    writeln!(io::stdout().lock(), "{verdict:<13} {rows:>8} {time:>10}  {techniques:<12} {name}{why}")?;
    Ok(())
}

/// `file:12:3: error: message`.
fn fault_line(fault: &Fault) -> String {
    let level = if fault.is_fatal { "error" } else { "warning" };
    format!("{}:{}:{}: {level}: {}", fault.path.display(), fault.line, fault.column, fault.message)
}

fn document(matrix: &Matrix) -> Value {
    let rows = matrix.rows.iter().map(|row| {
        let (n_rows, or_more) = match row.verdict {
            Verdict::Hits { rows, or_more } => (Some(rows), or_more),
            Verdict::Empty => (Some(0), false),
            _ => (None, false),
        };
        json!({
            "name": row.hunt.name,
            "file": row.hunt.path.display().to_string(),
            "line": row.hunt.line,
            "tactics": row.hunt.tactics,
            "techniques": row.hunt.techniques,
            "outcome": row.verdict.name(),
            "why": row.verdict.why(),
            "rows": n_rows,
            "more_rows": or_more,
            "seconds": row.elapsed.map(|it| it.as_secs_f64()),
            "cpu_seconds": row.stats.cpu_total.map(|it| it.as_secs_f64()),
        })
    });
    json!({ "pack": matrix.title, "connection": matrix.connection, "queries": rows.collect::<Vec<_>>() })
}

fn now() -> String {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    datetime_text(UNIX_EPOCH_TICKS + since_epoch.as_secs() as i64 * 10_000_000).replace(".0000000Z", "Z")
}

/// 0 when every query ran, whatever it found.
fn ending(matrix: &Matrix, n_fatal: usize, is_plan: bool) -> Result<(), Failure> {
    if let PackState::Paused(why) = &matrix.state {
        let why = why.clone().unwrap_or_else(|| "the pack was stopped before its end".to_owned());
        return Err(Failure::Io(why));
    }
    let tally = matrix.tally();
    let ran = tally.hits + tally.empty + if is_plan { tally.left } else { 0 };
    if n_fatal > 0 || ran < tally.all { Err(Failure::Found) } else { Ok(()) }
}
