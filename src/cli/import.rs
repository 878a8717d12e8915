//! `tallyho import`: the tables of a folder written anew as Parquet files that queries read fast.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use clap::Args;

use tokio_util::sync::CancellationToken;

use super::{Failure, narrate};
use crate::engine::{Engine, EngineOptions, LoadReport};
use crate::result::write_whole_file;
use crate::schema;

#[derive(Args)]
pub(super) struct ImportArgs {
    /// The folder of tables: Parquet, CSV, TSV, JSON, also compressed.
    #[arg(value_name = "FROM")]
    from: PathBuf,
    /// The folder for the Parquet files, one for each table; made when it is missing.
    #[arg(value_name = "TO")]
    to: PathBuf,
    /// Write over files of these names.
    #[arg(long)]
    replace: bool,
}

pub(super) fn import(args: &ImportArgs) -> Result<(), Failure> {
    let known = schema::advanced_hunting();
    let engine = Engine::open(&args.from, known, &EngineOptions::default(), &|_| ())
        .map_err(|error| Failure::Io(error.to_string()))?;
    tell(engine.load_report());
    fs::create_dir_all(&args.to)?;
    let cancel = CancellationToken::new();
    for name in tables(&engine, known) {
        let path = args.to.join(format!("{name}.parquet"));
        let mut n_rows = 0;
        write_whole_file(&path, args.replace, |file| {
            let mut out = BufWriter::new(file);
            n_rows = engine.write_table(&name, &mut out, &cancel, &|_| ()).map_err(io::Error::other)?;
            out.flush()
        })?;
        narrate(&format!("{name}: {n_rows} rows"));
    }
    Ok(())
}

/// The tables of the folder; of the official ones only those that have rows.
fn tables(engine: &Engine, known: &crate::kql::Schema) -> Vec<String> {
    let all = engine.schema().tables().map(|table| table.name.clone());
    all.filter(|name| known.table(name).is_none() || engine.n_rows(name).is_none_or(|n_rows| n_rows > 0)).collect()
}

fn tell(report: &LoadReport) {
    for finding in &report.findings {
        let line = finding.line.map_or(String::new(), |line| format!(":{line}"));
        narrate(&format!("note: {}{line}: {}", finding.file, finding.reason));
    }
}
