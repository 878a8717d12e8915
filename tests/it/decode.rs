//! The decoder of answers, without a network: each file of `tests/answers` is one body and what it means. Every body is
//! also read in pieces of several sizes, and cut at each of its bytes.
//!
//! `UPDATE_EXPECT=1` writes what a body means now.

use std::path::PathBuf;

use bytes::Bytes;
use serde_json::{Map, Value, json};
use tallyho::remote::{DecodeError, Decoded, RemoteEvent, Shape, decode};
use tallyho::result::{ResultSet, RunStats, Truncation};

/// What came of a body.
struct Outcome {
    answer: Result<Decoded, DecodeError>,
    rows: ResultSet,
    progress: Vec<f32>,
}

fn read(body: &[u8], shape: Shape, piece: usize) -> Outcome {
    let body = Bytes::copy_from_slice(body);
    let mut pieces = (0..body.len()).step_by(piece).map(|at| Ok(body.slice(at..(at + piece).min(body.len()))));
    let (mut rows, mut progress) = (ResultSet::default(), Vec::new());
    let answer = decode(&mut pieces, shape, &mut |event| {
        match event {
            RemoteEvent::Columns(columns) => rows = ResultSet::new(columns),
            RemoteEvent::Batch(batch) => rows.push(batch),
            RemoteEvent::Progress(share) => progress.push(share),
            other => panic!("{other:?} is not the decoder's to say"),
        }
        true
    });
    Outcome { answer, rows, progress }
}

fn shape_of(name: &str) -> Shape {
    match name {
        "hunting" => Shape::Hunting { graph: false },
        "graph" => Shape::Hunting { graph: true },
        "kusto_v2" => Shape::KustoV2,
        "kusto_v1" => Shape::KustoV1,
        "loganalytics" => Shape::LogAnalytics,
        other => panic!("no shape '{other}'"),
    }
}

/// Each file: its name, and what it holds.
fn answers() -> Vec<(PathBuf, Map<String, Value>)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/answers");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(paths.len() >= 20, "only {} answers were found", paths.len());
    let parse = |path: PathBuf| {
        let file = serde_json::from_str(&std::fs::read_to_string(&path).unwrap());
        (path.clone(), file.unwrap_or_else(|error| panic!("{}: {error}", path.display())))
    };
    paths.into_iter().map(parse).collect()
}

fn body_of(file: &Map<String, Value>) -> Vec<u8> {
    let body = &file["body"];
    body.as_str().map_or_else(|| body.to_string(), str::to_owned).into_bytes()
}

/// What a file says beside its body.
fn meaning(outcome: &Outcome) -> Map<String, Value> {
    let rows = &outcome.rows;
    let mut meaning = Map::new();
    let columns: Value = rows.columns().iter().map(|column| json!([column.name, column.ty.name()])).collect();
    let cell = |row, col| serde_json::from_str::<Value>(&rows.cell_json(row, col)).unwrap();
    let cells: Value =
        (0..rows.n_rows()).map(|row| (0..rows.columns().len()).map(|col| cell(row, col)).collect::<Value>()).collect();
    meaning.insert("columns".to_owned(), columns);
    meaning.insert("rows".to_owned(), cells);
    if !outcome.progress.is_empty() {
        meaning.insert("progress".to_owned(), json!(outcome.progress));
    }
    match &outcome.answer {
        Ok(decoded) => {
            assert_eq!(decoded.n_rows, rows.n_rows() as u64);
            add_decoded(&mut meaning, decoded);
        }
        Err(error) => drop(meaning.insert("error".to_owned(), json!(format!("{error:?}")))),
    }
    meaning
}

fn add_decoded(meaning: &mut Map<String, Value>, decoded: &Decoded) {
    let mut add = |name: &str, value: Option<Value>| value.map(|value| meaning.insert(name.to_owned(), value));
    let is_set = |stats: &&RunStats| **stats != RunStats::default();
    add("stats", decoded.stats.as_ref().filter(is_set).map(RunStats::to_defender));
    let truncation = decoded.truncation.as_ref().map(|it| match it {
        Truncation::Service { message } => json!(message),
        other => panic!("the decoder knows no limit of ours: {other:?}"),
    });
    add("truncation", truncation);
    add("render", decoded.render.as_ref().map(|it| json!({ "chart": it.chart, "properties": it.properties })));
    add("notes", (!decoded.notes.is_empty()).then(|| json!(decoded.notes)));
}

#[test]
fn every_answer_means_what_its_file_says_however_it_arrives() {
    let update = std::env::var_os("UPDATE_EXPECT").is_some();
    for (path, mut file) in answers() {
        let shape = shape_of(file["shape"].as_str().unwrap());
        let body = body_of(&file);
        let found = meaning(&read(&body, shape, usize::MAX));
        for piece in [1, 2, 3, 7, 64] {
            assert_eq!(meaning(&read(&body, shape, piece)), found, "{} in pieces of {piece}", path.display());
        }
        let expected: Map<String, Value> =
            file.clone().into_iter().filter(|(key, _)| !matches!(key.as_str(), "about" | "shape" | "body")).collect();
        if update && expected != found {
            file.retain(|key, _| matches!(key.as_str(), "about" | "shape" | "body"));
            file.extend(found);
            std::fs::write(&path, serde_json::to_string_pretty(&file).unwrap() + "\n").unwrap();
            continue;
        }
        assert_eq!(Value::Object(found), Value::Object(expected), "{}", path.display());
    }
}

#[test]
fn a_body_cut_at_any_byte_is_cut_and_never_half_an_answer() {
    for (path, file) in answers() {
        let shape = shape_of(file["shape"].as_str().unwrap());
        let body = body_of(&file);
        let whole = read(&body, shape, 64);
        // Behind the last brace there may be blanks; an answer that is wrong anyway may be wrong before its end.
        if whole.answer.is_err() {
            continue;
        }
        let end = body.trim_ascii_end().len();
        // Each byte of a short body, and many of a long one.
        for cut in (0..end).step_by(1 + end / 1500) {
            let part = read(&body[..cut], shape, 64);
            let shown = path.display();
            assert!(
                matches!(part.answer, Err(DecodeError::Cut { n_rows }) if n_rows >= part.rows.n_rows() as u64),
                "{shown} cut at {cut}: {:?}",
                part.answer
            );
        }
    }
}

/// A body of any bytes is refused in words or read; it never panics, and never takes more than it brings.
#[test]
fn noise_in_a_body_never_panics() {
    let shapes = ["hunting", "graph", "kusto_v2", "kusto_v1", "loganalytics"];
    let mut seed: u64 = 7;
    let mut next = |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed % below as u64) as usize
    };
    for (path, file) in answers() {
        let whole = body_of(&file);
        for _ in 0..60 {
            let mut body = whole.clone();
            for _ in 0..=next(3) {
                let at = next(body.len());
                match next(3) {
                    0 => body[at] = [b'"', b'{', b'}', b'[', b']', b',', b':', b'\\', b'7', 0, 0xC3, b' '][next(12)],
                    1 => drop(body.remove(at)),
                    _ => body.insert(at, whole[next(whole.len())]),
                }
                if body.is_empty() {
                    break;
                }
            }
            let shape = shape_of(shapes[next(shapes.len())]);
            if let Err(DecodeError::Malformed(why)) = read(&body, shape, 1 + next(100)).answer {
                assert!(!why.is_empty(), "{}", path.display());
            }
        }
    }
}

fn hunting(schema: &str, rows: &str) -> Outcome {
    let body = format!(r#"{{"Schema":[{schema}],"Results":[{rows}]}}"#);
    read(body.as_bytes(), Shape::Hunting { graph: false }, 1000)
}

#[test]
fn depth_width_and_length_have_limits_that_are_said() {
    let deep = |n: usize| {
        hunting(r#"{"Name":"a","Type":"Object"}"#, &format!(r#"{{"a":{}{}}}"#, "[".repeat(n), "]".repeat(n)))
    };
    let kept = deep(1000);
    assert_eq!(kept.rows.cell(0, 0).text().len(), 2000);
    assert!(matches!(deep(100_000).answer, Err(DecodeError::Malformed(why)) if why.contains("nesting")));

    let names: Vec<String> = (0..10_000).map(|col| format!(r#"{{"Name":"c{col}","Type":"Int64"}}"#)).collect();
    let row: Vec<String> = (0..10_000).map(|col| format!(r#""c{col}":{col}"#)).collect();
    let wide = hunting(&names.join(","), &format!("{{{}}},{{}}", row.join(",")));
    assert_eq!((wide.rows.columns().len(), wide.rows.n_rows()), (10_000, 2));
    assert_eq!(wide.rows.cell_json(0, 9_999), "9999");
    // What is said of its columns stays readable.
    let misfits: Vec<String> = (0..10_000).map(|col| format!(r#""c{col}":[]"#)).collect();
    let notes = hunting(&names.join(","), &format!("{{{}}}", misfits.join(","))).answer.unwrap().notes;
    assert!(notes.len() < 50 && notes.last().unwrap().starts_with("9960 more"), "{} notes", notes.len());
    // Rows that bring nothing still take room for each column.
    let empty = hunting(&names.join(","), &vec!["{}"; 2_000].join(","));
    assert!(matches!(empty.answer, Err(DecodeError::Malformed(why)) if why.contains("lack")));

    let long = hunting(r#"{"Name":"s","Type":"String"}"#, &format!(r#"{{"s":"{}\n"}}"#, "ä".repeat(3 << 20)));
    assert_eq!(long.rows.cell(0, 0).text().len(), (6 << 20) + 1);
}

#[test]
fn the_first_rows_come_before_the_rest_has_arrived() {
    let head = br#"{"Schema":[{"Name":"n","Type":"Int64"}],"Results":["#.to_vec();
    let row = |n: usize| Bytes::from(format!("{}{{\"n\":{n}}}", if n == 0 { "" } else { "," }));
    let (sizes, n_read) = (std::cell::RefCell::new(Vec::new()), std::cell::Cell::new(0));
    let rows = (0..20_000).map(|n| {
        n_read.set(n);
        Ok(row(n))
    });
    let mut body = std::iter::once(Ok(Bytes::from(head))).chain(rows).chain(std::iter::once(Ok(Bytes::from("]}"))));
    let decoded = decode(&mut body, Shape::Hunting { graph: false }, &mut |event| {
        if let RemoteEvent::Batch(batch) = event {
            sizes.borrow_mut().push((batch.num_rows(), n_read.get()));
        }
        true
    });
    assert_eq!(decoded.unwrap().n_rows, 20_000);
    let sizes = sizes.into_inner();
    assert!(sizes[0].0 <= 256 && sizes[0].1 <= 256, "the first batch: {:?}", sizes[0]);
    assert!(sizes.iter().all(|(n_rows, _)| *n_rows <= 4096), "no batch keeps rows back for long");
}

/// A service that drips: rows are shown although a batch is far from full.
#[test]
fn rows_of_a_slow_body_do_not_wait_for_others() {
    let head = r#"{"Schema":[{"Name":"n","Type":"Int64"}],"Results":[{"n":1},"#;
    let n_shown = std::cell::Cell::new(0);
    let mut before_last = 0;
    let pieces = [head, r#"{"n":2},"#, r#"{"n":3}"#, "]}"];
    let mut body = pieces.iter().enumerate().map(|(idx, piece)| {
        if idx > 0 {
            std::thread::sleep(std::time::Duration::from_millis(110));
        }
        before_last = if idx == 3 { n_shown.get() } else { before_last };
        Ok(Bytes::from_static(piece.as_bytes()))
    });
    let decoded = decode(&mut body, Shape::Hunting { graph: false }, &mut |event| {
        if let RemoteEvent::Batch(batch) = event {
            n_shown.set(n_shown.get() + batch.num_rows());
        }
        true
    });
    assert_eq!(decoded.unwrap().n_rows, 3);
    drop(body);
    assert!(before_last >= 2, "only {before_last} rows were shown before the end");
}

#[test]
fn who_wants_no_more_stops_the_reading() {
    let rows: Vec<String> = (0..5000).map(|n| format!(r#"{{"n":{n}}}"#)).collect();
    let body = format!(r#"{{"Schema":[{{"Name":"n","Type":"Int64"}}],"Results":[{}]}}"#, rows.join(","));
    let mut n_events = 0;
    let answer = decode(&mut std::iter::once(Ok(Bytes::from(body))), Shape::Hunting { graph: false }, &mut |_| {
        n_events += 1;
        n_events < 2
    });
    assert!(matches!(answer, Err(DecodeError::Stopped)));
    assert_eq!(n_events, 2);
}

/// A list of numbers as rows, without its brackets.
fn numbers(from: usize, to: usize) -> String {
    (from..to).map(|n| format!("[{n}]")).collect::<Vec<_>>().join(",")
}

#[test]
fn rows_that_were_shown_already_are_void_when_they_are_replaced() {
    let fragment = |kind: &str, rows: &str| {
        format!(
            r#"{{"FrameType":"TableFragment","TableId":1,"FieldCount":1,"TableFragmentType":"{kind}","Rows":[{rows}]}}"#
        )
    };
    let head = r#"{"FrameType":"TableHeader","TableId":1,"TableKind":"PrimaryResult","TableName":"T","Columns":[{"ColumnName":"n","ColumnType":"long"}]}"#;
    let end = r#"{"FrameType":"DataSetCompletion","HasErrors":false,"Cancelled":false}"#;
    let frames = [
        head.to_owned(),
        fragment("DataAppend", &numbers(0, 3000)),
        fragment("DataReplace", &numbers(7, 10)),
        fragment("DataAppend", &numbers(10, 12)),
        end.to_owned(),
    ];
    let found = read(format!("[{}]", frames.join(",")).as_bytes(), Shape::KustoV2, 500);
    assert_eq!(found.answer.unwrap().n_rows, 5);
    let shown: Vec<String> = (0..found.rows.n_rows()).map(|row| found.rows.cell_json(row, 0)).collect();
    assert_eq!(shown, ["7", "8", "9", "10", "11"]);
}

#[test]
fn a_key_that_comes_late_is_a_column_of_all_rows() {
    let early: Vec<String> = (0..1500).map(|n| format!(r#"{{"n":{n}}}"#)).collect();
    let rows = format!(r#"{},{{"n":1500,"late":"x"}},{{"later":[1]}}"#, early.join(","));
    let found = hunting(r#"{"Name":"n","Type":"Int64"}"#, &rows);
    let names: Vec<&str> = found.rows.columns().iter().map(|column| column.name.as_str()).collect();
    assert_eq!(names, ["n", "late", "later"]);
    assert_eq!(found.rows.n_rows(), 1502);
    for row in 0..1500 {
        assert_eq!((found.rows.cell_json(row, 0), found.rows.cell_json(row, 1)), (row.to_string(), "\"\"".to_owned()));
        assert!(found.rows.cell(row, 2).is_null());
    }
    assert_eq!(found.rows.cell_json(1500, 1), "\"x\"");
    assert_eq!(found.rows.cell_json(1501, 2), "[1]");
    // Names without end are no columns without end.
    let many: Vec<String> = (0..100).map(|n| format!(r#"{{"k{n}":{n}}}"#)).collect();
    let found = hunting("", &many.join(","));
    assert_eq!(found.rows.columns().len(), 64);
    let notes = found.answer.unwrap().notes;
    assert!(notes.iter().any(|note| note.starts_with("36 more values")), "{notes:?}");
}
