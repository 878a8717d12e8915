//! Loading: files are read by several threads, and a table is put together as soon as its last file is read.

use std::collections::{BTreeMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;

use arrow::array::AsArray;
use arrow::datatypes::{DataType, Int64Type};
use arrow::record_batch::RecordBatch;
use datafusion::catalog::TableProvider;
use datafusion::datasource::physical_plan::parquet::{CachedParquetFileReaderFactory, ParquetFileReaderFactory};
use datafusion::execution::cache::default_cache::DefaultCache;
use datafusion::object_store::local::LocalFileSystem;

use super::Data;
use super::folder::{self, Compression, Format, Source};
use super::parquet::{self, ParquetFile, Unpacked};
use super::raw::{RawColumn, RawTable};
use super::report::Findings;
use super::table::KqlTable;
use super::{build, columns, delimited, infer, json_rows, storage, text};
use crate::engine::{LoadFinding, LoadReport};
use crate::kql::{ColumnSymbol, ScalarType, Schema, TableSymbol, ticks_of_date};

/// Bytes of Parquet footers and page indexes kept between queries.
const FOOTER_CACHE: usize = 64 << 20;

/// What one file gave.
struct Loaded {
    shown: String,
    rows: Rows,
    findings: Findings,
}

#[derive(Default)]
enum Rows {
    #[default]
    None,
    /// Read when a query needs them.
    Parquet(ParquetFile),
    Raw(RawTable),
    /// Unpacked Parquet, already in memory.
    Unpacked(Unpacked),
}

/// One table put together, and what was found on the way.
struct Assembled {
    /// `None` when no file of an unknown name could be read: then there is no such table.
    table: Option<(TableSymbol, KqlTable)>,
    latest: Option<i64>,
    findings: Vec<(String, Findings)>,
}

/// The files of one table and what is read of them.
struct Job<'a> {
    known: Option<&'a TableSymbol>,
    name: String,
    sources: Vec<Source>,
    loaded: Mutex<Vec<Option<Loaded>>>,
    left: AtomicUsize,
}

pub(super) fn load(root: &Path, known: &Schema, progress: &dyn Fn(f32)) -> Data {
    let (sources, unreadable) = folder::list(root, known);
    let cache = Arc::new(DefaultCache::new(FOOTER_CACHE));
    let reader: Arc<dyn ParquetFileReaderFactory> =
        Arc::new(CachedParquetFileReaderFactory::new(Arc::new(LocalFileSystem::new()), cache));
    let jobs = jobs(sources, known);
    let assembled = run(&jobs, &reader, progress);

    let mut data =
        Data { schema: Schema::default(), tables: BTreeMap::new(), data_end: None, report: LoadReport::default() };
    for folder::Unreadable { shown, reason } in unreadable {
        data.report.findings.push(LoadFinding { file: shown, table: None, line: None, count: 1, reason });
    }
    for Assembled { table, latest, findings } in assembled {
        data.data_end = data.data_end.max(latest);
        for (file, findings) in findings {
            findings.report(&file, table.as_ref().map(|it| it.0.name.as_str()), &mut data.report);
        }
        if let Some((symbol, table)) = table {
            data.tables.insert(symbol.name.clone(), Arc::new(table));
            data.schema.insert(symbol);
        }
    }
    for symbol in known.tables() {
        data.tables.entry(symbol.name.clone()).or_insert_with(|| {
            data.schema.insert(symbol.clone());
            Arc::new(KqlTable::new(&symbol.columns, Vec::new(), Vec::new(), Arc::clone(&reader)))
                as Arc<dyn TableProvider>
        });
    }
    data.report.findings.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
    data
}

fn jobs(sources: Vec<Source>, known: &Schema) -> Vec<Job<'_>> {
    let mut by_table: BTreeMap<String, Vec<Source>> = BTreeMap::new();
    for source in sources {
        by_table.entry(source.table.clone()).or_default().push(source);
    }
    let job = |(name, sources): (String, Vec<Source>)| Job {
        known: known.table(&name),
        loaded: Mutex::new(sources.iter().map(|_| None).collect()),
        left: AtomicUsize::new(sources.len()),
        name,
        sources,
    };
    by_table.into_iter().map(job).collect()
}

/// Reads all files on all cores, the tables in order of their size so that the last to finish is a small one.
fn run(jobs: &[Job<'_>], reader: &Arc<dyn ParquetFileReaderFactory>, progress: &dyn Fn(f32)) -> Vec<Assembled> {
    let mut order: Vec<&Job<'_>> = jobs.iter().collect();
    order.sort_by_key(|job| std::cmp::Reverse(job.sources.iter().map(|source| source.bytes).sum::<u64>()));
    let files: Vec<(&Job<'_>, usize)> =
        order.iter().flat_map(|job| (0..job.sources.len()).map(move |at| (*job, at))).collect();
    let total = files.iter().map(|(job, at)| job.sources[*at].bytes + 1).sum::<u64>();
    let next = AtomicUsize::new(0);
    let (sender, receiver) = mpsc::channel();
    thread::scope(|scope| {
        let workers = thread::available_parallelism().map_or(2, usize::from).min(files.len());
        for _ in 0..workers {
            let sender = sender.clone();
            let (files, next) = (&files, &next);
            scope.spawn(move || {
                while let Some((job, at)) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let assembled = job.read(*at, reader);
                    // The receiver is gone only when the loading thread is.
                    let _ = sender.send((job.sources[*at].bytes + 1, assembled));
                }
            });
        }
        drop(sender);
        let mut done = 0;
        let mut all = Vec::new();
        for (bytes, assembled) in receiver {
            done += bytes;
            progress(done as f32 / total as f32);
            all.extend(assembled);
        }
        all
    })
}

impl Job<'_> {
    /// Reads one file; the thread that reads the last of them puts the table together.
    fn read(&self, at: usize, reader: &Arc<dyn ParquetFileReaderFactory>) -> Option<Assembled> {
        let loaded = read_file(&self.sources[at]);
        let mut all = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        all[at] = Some(loaded);
        if self.left.fetch_sub(1, Ordering::AcqRel) > 1 {
            return None;
        }
        let files = std::mem::take(&mut *all);
        drop(all);
        Some(self.assemble(files.into_iter().flatten().collect(), reader))
    }

    fn assemble(&self, mut files: Vec<Loaded>, reader: &Arc<dyn ParquetFileReaderFactory>) -> Assembled {
        note_formats(&self.sources, &mut files);
        let readable = files.iter().any(|file| !matches!(file.rows, Rows::None));
        let columns = columns::plan(self.known, files.iter().map(|file| file.rows.columns(self.known)));
        let schema = storage::schema(&columns);
        let time = time_column(&columns);
        let mut latest = None;
        let mut batches: Vec<RecordBatch> = Vec::new();
        let mut parquet = Vec::new();
        let mut findings = Vec::new();
        for mut file in files {
            let found = &mut file.findings;
            match guarded(found, |found| Ok(file.rows.settle(&columns, found))) {
                Rows::None => {}
                Rows::Raw(rows) => {
                    batches.extend(guarded(found, |found| Ok(build::batches(&rows, &columns, &schema, found))));
                }
                Rows::Unpacked(rows) => {
                    batches.extend(guarded(found, |found| Ok(rows.batches(&columns, &schema, found))));
                }
                Rows::Parquet(rows) => {
                    latest = latest.max(time.and_then(|at| rows.latest(&columns[at].name, is_instant)));
                    note_text_columns(&rows, &columns, found);
                    note_large_numbers(&rows, found);
                    parquet.push(rows);
                }
            }
            findings.push((file.shown, file.findings));
        }
        latest = latest.max(time.and_then(|at| latest_in(&batches, at)));
        let symbol = TableSymbol {
            name: self.name.clone(),
            description: self.known.map(|table| table.description.clone()).unwrap_or_default(),
            columns: columns.into(),
        };
        let table = KqlTable::new(&symbol.columns, batches, parquet, Arc::clone(reader));
        let table = (readable || self.known.is_some()).then_some((symbol, table));
        Assembled { table, latest, findings }
    }
}

impl Rows {
    /// Of a Parquet file whose bytes are to be text, the rows in memory: its reader would take them for text unseen.
    fn settle(self, columns: &[ColumnSymbol], findings: &mut Findings) -> Self {
        match self {
            Self::Parquet(file) if file.has_bytes_for_text(columns) => match file.unpack() {
                Ok(rows) => Self::Unpacked(rows),
                Err(reason) => {
                    findings.add(None, &format!("cannot be read: {reason}"));
                    Self::None
                }
            },
            other => other,
        }
    }

    /// The columns of the file. What is official needs no inference.
    fn columns(&self, known: Option<&TableSymbol>) -> Vec<columns::FileColumn<'_>> {
        let official: HashSet<&str> =
            known.iter().flat_map(|it| it.columns.iter()).map(|it| it.name.as_str()).collect();
        match self {
            Self::None => Vec::new(),
            Self::Parquet(file) => parquet::columns(&file.schema).map(|(name, ty)| (name, Some(ty))).collect(),
            Self::Unpacked(file) => parquet::columns(&file.schema).map(|(name, ty)| (name, Some(ty))).collect(),
            Self::Raw(table) => {
                let ty = |column: &RawColumn| {
                    let known = official.contains(column.name.as_str());
                    if known { None } else { infer::infer(column, table.typed) }
                };
                table.columns().iter().map(|column| (column.name.as_str(), ty(column))).collect()
            }
        }
    }
}

fn read_file(source: &Source) -> Loaded {
    let mut findings = Findings::default();
    let rows = guarded(&mut findings, |findings| read_rows(source, findings));
    Loaded { shown: source.shown.clone(), rows, findings }
}

/// What reading gives, or nothing and the reason why. A file can hold what no reader has met, so that a fault in one of
/// them must cost this file and no other.
fn guarded<T: Default>(findings: &mut Findings, read: impl FnOnce(&mut Findings) -> Result<T, String>) -> T {
    let outcome = catch_unwind(AssertUnwindSafe(|| read(findings)));
    outcome.unwrap_or_else(|_| Err("Tallyho failed on it; please report this".to_owned())).unwrap_or_else(|reason| {
        findings.add(None, &format!("cannot be read: {reason}"));
        T::default()
    })
}

fn read_rows(source: &Source, findings: &mut Findings) -> Result<Rows, String> {
    if let (Format::Parquet, Compression::None) = (source.format, source.compression) {
        return parquet::open(&source.path, findings).map(Rows::Parquet);
    }
    let (bytes, torn) = text::read(source, findings)?;
    let table = match source.format {
        Format::Parquet => return Unpacked::read(bytes).map(Rows::Unpacked),
        Format::Delimited(delimiter) => {
            let mut text = text::repair(text::decode(bytes, findings), findings);
            if torn {
                // Half a value is worse than none.
                text.truncate(text.rfind('\n').map_or(0, |end| end + 1));
            }
            delimited::read(&text, delimiter, findings)
        }
        Format::JsonLines => json_rows::read(text::decode(bytes, findings), true, findings),
        Format::Json => json_rows::read(text::decode(bytes, findings), false, findings),
    };
    // A table of an unknown name that has no column would be of no use to a query.
    Ok(if table.columns().is_empty() && table.rows() == 0 { Rows::None } else { Rows::Raw(table) })
}

/// One name in two formats is more likely one export kept twice than two halves of a table.
fn note_formats(sources: &[Source], files: &mut [Loaded]) {
    let Some(first) = sources.first() else { return };
    for (source, file) in sources.iter().zip(files).skip(1) {
        if source.format != first.format {
            let reason =
                format!("its rows are added to those of {}, which is of the same table in another format", first.shown);
            file.findings.add(None, &reason);
        }
    }
}

/// Values of a Parquet file are converted while a query reads them, so they cannot be counted here.
fn note_text_columns(file: &ParquetFile, columns: &[ColumnSymbol], findings: &mut Findings) {
    for (name, ty) in parquet::columns(&file.schema) {
        let due = columns.iter().find(|column| column.name == name).map_or(ty, |column| column.ty);
        let converts = matches!(due, ScalarType::String | ScalarType::Dynamic) || due == ty;
        if ty == ScalarType::String && !converts {
            let reason = format!("the column {name} is text in the file; a value that is no {due} reads as null");
            findings.add_many(None, file.rows as u64, &reason);
        }
    }
}

/// As [`note_text_columns`]: what a long or a decimal cannot hold reads as null.
fn note_large_numbers(file: &ParquetFile, findings: &mut Findings) {
    for name in file.columns_beyond_long() {
        findings.add(None, &format!("numbers of the column {name} beyond {} read as null", i64::MAX));
    }
    for field in file.schema.fields() {
        if let DataType::Decimal256(precision, scale) = field.data_type()
            && i16::from(*precision) - i16::from(*scale) > 38
        {
            findings.add(None, &format!("numbers of the column {} of more than 38 digits read as null", field.name()));
        }
    }
}

/// The column that says when a row happened.
pub(in crate::engine) fn time_column(columns: &[ColumnSymbol]) -> Option<usize> {
    let datetime =
        |name: &str| columns.iter().position(|column| column.name == name && column.ty == ScalarType::Datetime);
    datetime("Timestamp")
        .or_else(|| datetime("TimeGenerated"))
        .or_else(|| columns.iter().position(|column| column.ty == ScalarType::Datetime))
}

/// False for the last year there is: writers use it to say "never", and no data ends there.
fn is_instant(ticks: i64) -> bool {
    ticks_of_date(9999, 1, 1).is_none_or(|never| ticks < never)
}

fn latest_in(batches: &[RecordBatch], column: usize) -> Option<i64> {
    let latest = |batch: &RecordBatch| {
        let ticks = batch.column(column).as_primitive::<Int64Type>();
        ticks.iter().flatten().filter(|&value| is_instant(value)).max()
    };
    batches.iter().filter_map(latest).max()
}
