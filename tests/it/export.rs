//! Results as files: what every format holds, that nothing is half there, and that no file is lost to another.

use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use tallyho::kql::ScalarType;
use tallyho::result::{Column, FileError, FileFormat, FileOptions, ResultSet, Written, parse_iso_datetime, write_file};

use crate::headless::{tallyho, told};
use crate::support_keys::Player;

const EVERY_TYPE: &str = r#"print b = true, i = int(-7), l = 9007199254740993, r = 1.5, d = decimal(2.50),
    t = datetime(2025-03-05 08:58:11.4120001), s = 1d, g = guid(74be27de-1e4e-49d9-b579-fe0b331d3642), x = "=1+1",
    j = dynamic({"a": [1, 2]}), n = int(null)"#;

fn options(format: FileFormat) -> FileOptions {
    FileOptions { format, raw: false, overwrite: false }
}

fn write(set: &ResultSet, path: &Path, options: FileOptions) -> Result<Written, FileError> {
    write_file(set, path, options, &|_| true)
}

fn column(name: &str, ty: ScalarType) -> Column {
    Column { name: name.to_owned(), ty }
}

fn set_of(columns: Vec<Column>, arrays: Vec<ArrayRef>) -> ResultSet {
    let named = columns.iter().map(|it| it.name.clone()).zip(arrays);
    let batch = RecordBatch::try_from_iter_with_nullable(named.map(|(name, array)| (name, array, true))).unwrap();
    let mut set = ResultSet::new(columns);
    set.push(batch);
    set
}

fn texts(values: &[&str]) -> ResultSet {
    set_of(vec![column("Value", ScalarType::String)], vec![Arc::new(StringArray::from(values.to_vec()))])
}

fn names_in(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|it| it.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn csv_is_safe_for_spreadsheets_says_what_it_changed_and_is_raw_on_request() {
    let folder = tempfile::tempdir().unwrap();
    let set = texts(&["=cmd|' /C calc'!A0", "-5", "plain", "@x, \"y\""]);
    let path = folder.path().join("a.csv");
    let written = write(&set, &path, options(FileFormat::Csv)).unwrap();
    let text = fs::read_to_string(&path).unwrap();
    assert_eq!(text, "Value\r\n'=cmd|' /C calc'!A0\r\n-5\r\nplain\r\n\"'@x, \"\"y\"\"\"\r\n");
    assert_eq!(written.notes, ["2 cells begin like formulas and got an apostrophe before them"]);
    assert_eq!((written.n_rows, written.n_bytes), (4, text.len() as u64));
    let raw = FileOptions { raw: true, overwrite: true, ..options(FileFormat::Csv) };
    assert!(write(&set, &path, raw).unwrap().notes.is_empty());
    assert!(fs::read_to_string(&path).unwrap().contains("\r\n=cmd|' /C calc'!A0\r\n"));
    // A column's name can be a formula too; a number in a column of numbers never is.
    let named = set_of(vec![column("=x", ScalarType::Long)], vec![Arc::new(Int64Array::from(vec![-1]))]);
    write(&named, &folder.path().join("b.tsv"), options(FileFormat::Tsv)).unwrap();
    assert_eq!(fs::read_to_string(folder.path().join("b.tsv")).unwrap(), "'=x\r\n-1\r\n");
}

#[test]
fn a_file_is_whole_or_not_there_and_only_its_owner_reads_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.ndjson");
    let long = "x".repeat(1000);
    let set = texts(&vec![long.as_str(); 2_000]);
    for format in FileFormat::ALL.map(|it| it.0) {
        let n_asked = AtomicUsize::new(0);
        let stops = |_| n_asked.fetch_add(1, Ordering::SeqCst) < 1;
        let outcome = write_file(&set, &path, options(format), &stops);
        let stopped_or_small = matches!(outcome, Err(FileError::Stopped));
        assert!(stopped_or_small, "{format:?}: {outcome:?}");
        assert_eq!(names_in(folder.path()), [""; 0], "{format:?} leaves nothing behind");
    }
    write(&set, &path, options(FileFormat::Ndjson)).unwrap();
    #[cfg(unix)]
    assert_eq!(std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&path).unwrap().permissions()) & 0o777, 0o600);
    // A file is replaced only when that was asked for, and stays as it was when the new one is given up.
    let before = fs::read(&path).unwrap();
    assert!(matches!(write(&texts(&["y"]), &path, options(FileFormat::Ndjson)), Err(FileError::Exists(_))));
    let replace = FileOptions { overwrite: true, ..options(FileFormat::Ndjson) };
    assert!(matches!(write_file(&set, &path, replace, &|_| false), Err(FileError::Stopped)));
    assert_eq!(fs::read(&path).unwrap(), before);
    write(&texts(&["y"]), &path, replace).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "{\"Value\":\"y\"}\n");
    assert_eq!(names_in(folder.path()), ["a.ndjson"]);
    let nowhere = folder.path().join("missing/a.csv");
    assert!(matches!(write(&set, &nowhere, options(FileFormat::Csv)), Err(FileError::Io { .. })));
    assert!(matches!(write(&set, folder.path(), replace), Err(FileError::Unfit(_))));
}

#[test]
fn parquet_and_datatable_are_the_same_table_again() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let run = |arguments: &[&str]| {
        let output = tallyho(folder.path(), arguments, b"");
        assert!(output.status.success(), "{}", told(&output));
        String::from_utf8(output.stdout).unwrap()
    };
    let file = at("data/Kept.parquet");
    let output = tallyho(folder.path(), &["run", "--data", "data", "--output", &file, EVERY_TYPE], b"");
    assert!(told(&output).starts_with("wrote 1 row, "), "{}", told(&output));
    let asked = run(&["run", "--data", "data", "--format", "ndjson", EVERY_TYPE]);
    let shape = "| project b, i, l, r, d = todecimal(d), t, s, g = toguid(g), x, j = todynamic(j), n";
    let query = format!("Kept {shape}");
    assert_eq!(run(&["run", "--data", "data", "--format", "ndjson", &query]), asked);
    run(&["run", "--data", "data", "--output", &at("Kept.kql"), EVERY_TYPE]);
    assert_eq!(run(&["run", "--data", "data", "--format", "ndjson", "--file", &at("Kept.kql")]), asked);
}

/// The first sheet of a workbook, unpacked.
fn sheet(path: &Path) -> String {
    let bytes = fs::read(path).unwrap();
    let name = b"xl/worksheets/sheet1.xml";
    let at = bytes.windows(name.len()).position(|it| it == name).unwrap();
    let extra = usize::from(u16::from_le_bytes([bytes[at - 2], bytes[at - 1]]));
    let mut text = String::new();
    flate2::read::DeflateDecoder::new(&bytes[at + name.len() + extra..]).read_to_string(&mut text).unwrap();
    text
}

#[test]
fn a_workbook_keeps_numbers_that_it_would_round_as_text_and_has_no_formulas() {
    let folder = tempfile::tempdir().unwrap();
    let ticks = parse_iso_datetime("2025-03-05T12:00:00Z").unwrap();
    let columns = [("l", ScalarType::Long), ("t", ScalarType::Datetime), ("x", ScalarType::String)];
    let long = "y".repeat(40_000);
    let set = set_of(
        columns.map(|(name, ty)| column(name, ty)).to_vec(),
        vec![
            Arc::new(Int64Array::from(vec![Some(42), Some(9_007_199_254_740_993), None])),
            Arc::new(Int64Array::from(vec![ticks; 3])),
            Arc::new(StringArray::from(vec!["=1+1", "\u{1b}[31m", &long])),
        ],
    );
    let path = folder.path().join("a.xlsx");
    let written = write(&set, &path, options(FileFormat::Xlsx)).unwrap();
    assert_eq!(
        written.notes,
        ["1 text was cut at 32,767 characters", "1 number is text, since a spreadsheet would round it"]
    );
    let sheet = sheet(&path);
    assert!(sheet.contains("<v>42</v>") && sheet.contains("<v>45721.5</v>"), "{}", &sheet[..1500.min(sheet.len())]);
    assert!(!sheet.contains("<f>"), "there is a formula");
    // More rows than a sheet has are refused by name, never cut.
    let many = texts(&vec![""; 1_048_576]);
    let refused = write(&many, &folder.path().join("b.xlsx"), options(FileFormat::Xlsx)).unwrap_err().to_string();
    assert_eq!(refused, "a sheet holds 1048575 rows, and there are 1048576: take Parquet or CSV");
    assert_eq!(names_in(folder.path()), ["a.xlsx"]);
}

#[test]
fn every_format_takes_no_rows_and_no_columns() {
    let folder = tempfile::tempdir().unwrap();
    let empty = ResultSet::new(vec![column("a", ScalarType::String), column("a", ScalarType::Datetime)]);
    for (format, name, extension, _) in FileFormat::ALL {
        for (idx, set) in [&empty, &ResultSet::default()].into_iter().enumerate() {
            let path = folder.path().join(format!("{idx}.{extension}"));
            assert_eq!(FileFormat::of_path(&path), Some(format));
            let outcome = write(set, &path, options(format));
            assert!(outcome.is_ok(), "{name}: {outcome:?}");
        }
    }
}

#[test]
fn the_command_line_asks_before_it_runs_and_never_overwrites_unasked() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let all: Vec<_> = ["run", "--data", "data"].iter().chain(arguments).copied().collect();
        let output = tallyho(folder.path(), &all, b"");
        (output.status.code(), told(&output), String::from_utf8(output.stdout).unwrap())
    };
    let query = "datatable(x:string)['=1', 'b']";
    let (code, said, out) = run(&["-o", "a.csv", query]);
    assert_eq!((code, out.as_str()), (Some(0), ""));
    assert!(said.contains("wrote 2 rows, 11 bytes, to a.csv"), "{said}");
    assert!(said.contains("1 cell begins like a formula and got an apostrophe before it; --raw leaves"), "{said}");
    let (code, said, _) = run(&["-o", "a.csv", query]);
    assert_eq!(code, Some(2));
    assert!(said.contains("a.csv is there already; --overwrite replaces it"), "{said}");
    assert_eq!(run(&["-o", "a.csv", "--overwrite", "--raw", query]).0, Some(0));
    assert_eq!(fs::read_to_string(folder.path().join("a.csv")).unwrap(), "x\r\n=1\r\nb\r\n");
    for (arguments, expected) in [
        (["-o", "a.docx", query].as_slice(), "the end of a.docx names no format; there are .csv, .tsv"),
        (&["-o", "missing/a.csv", query], "there is no folder missing"),
        (&["-o", "data", query], "the end of data names no format"),
        (&["-o", "b.json", "--raw", query], "--raw is for .csv and .tsv"),
    ] {
        let (code, said, _) = run(arguments);
        assert_eq!(code, Some(2), "{said}");
        assert!(said.contains(expected), "{said}");
    }
    // A query that fails leaves no file.
    assert_eq!(run(&["-o", "c.csv", "Nowhere"]).0, Some(1));
    assert!(!folder.path().join("c.csv").exists());
}

#[test]
fn the_workbench_writes_a_file_and_asks_before_it_replaces_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("found.csv");
    let mut player = Player::new(120, 30);
    player.run("datatable(x:string)['=1', 'b']");
    let name = path.to_string_lossy().into_owned();
    player.play(&format!("<F6><F6>Ecsv<Enter><C-u>{name}<Enter><wait:idle>"));
    let screen = player.screen();
    assert!(screen.contains("Wrote 2 rows"), "{screen}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "x\r\n'=1\r\nb\r\n");
    fs::write(&path, "precious").unwrap();
    player.play(&format!("Ecsv<Enter><C-u>{name}<Enter><wait:idle>"));
    let screen = player.screen();
    assert!(screen.contains("found.csv is there already"), "{screen}");
    player.play("y<Enter><wait:idle>");
    assert!(player.screen().contains("Type yes to replace the file"), "{}", player.screen());
    assert_eq!(fs::read_to_string(&path).unwrap(), "precious");
    player.play("<Backspace>yes<Enter><wait:idle>");
    assert_eq!(fs::read_to_string(&path).unwrap(), "x\r\n'=1\r\nb\r\n", "{}", player.screen());
}
