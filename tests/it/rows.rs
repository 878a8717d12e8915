//! Sorting, filtering and copying what has come, through the doors of the result and of the run; and conditions that go
//! back into a query.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Decimal256Array, Float64Array, Int32Array, Int64Array, StringArray, new_null_array,
};
use arrow::datatypes::{DataType, i256};
use arrow::record_batch::RecordBatch;
use tallyho::kql::{ScalarType, add_condition, apply_edits};
use tallyho::result::{
    Column, CopyFormat, Matcher, Pattern, ResultSet, SortKey, Uniform, condition, copy_text, found_rows, matching_rows,
    sorted_rows, those_of, uniform_columns,
};
use tallyho::run::{CancelHandle, rows_where};

/// 5 March 2025, 08:58:11.412, in ticks.
const A_TIME: i64 = 638_767_618_914_120_000;

fn set_of(columns: Vec<(&str, ScalarType, ArrayRef)>) -> ResultSet {
    let mut set =
        ResultSet::new(columns.iter().map(|(name, ty, _)| Column { name: (*name).to_owned(), ty: *ty }).collect());
    let n_rows = columns.first().map_or(0, |it| it.2.len());
    // In batches of three rows, so that every border is crossed.
    for start in (0..n_rows).step_by(3) {
        let part = |it: &ArrayRef| it.slice(start, 3.min(n_rows - start));
        let named = columns.iter().enumerate().map(|(idx, (_, _, array))| (idx.to_string(), part(array)));
        set.push(RecordBatch::try_from_iter_with_nullable(named.map(|(name, array)| (name, array, true))).unwrap());
    }
    set
}

fn texts(values: &[&str]) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(values))
}

fn longs(values: &[Option<i64>]) -> ArrayRef {
    Arc::new(Int64Array::from(values.to_vec()))
}

/// A value of every type and its null; the texts are hostile.
fn every_type() -> ResultSet {
    let dynamics = [Some(r#"{"a b":[1,"x\u001b"],"c":null}"#), None, Some("\"t\""), Some("[]"), Some("12.5")];
    let rows = 5;
    let nulls = |ty: &DataType, from: ArrayRef| {
        let parts = [from.as_ref(), new_null_array(ty, rows - from.len()).as_ref()].map(arrow::array::Array::to_data);
        arrow::array::make_array(
            arrow::compute::concat(
                &parts.each_ref().map(|it| arrow::array::make_array(it.clone())).each_ref().map(AsRef::as_ref),
            )
            .unwrap()
            .to_data(),
        )
    };
    let decimal = DataType::Decimal256(76, 38);
    let decimals =
        Decimal256Array::from(vec![Some(i256::from_i128(-25).wrapping_mul(i256::from_i128(10_i128.pow(37))))]);
    let decimals: ArrayRef = Arc::new(decimals.with_precision_and_scale(76, 38).unwrap());
    set_of(vec![
        ("b", ScalarType::Bool, nulls(&DataType::Boolean, Arc::new(BooleanArray::from(vec![true, false])))),
        ("i", ScalarType::Int, nulls(&DataType::Int32, Arc::new(Int32Array::from(vec![7, i32::MIN])))),
        ("l", ScalarType::Long, nulls(&DataType::Int64, longs(&[Some(-5), Some(i64::MIN), Some(i64::MAX)]))),
        (
            "r",
            ScalarType::Real,
            nulls(&DataType::Float64, Arc::new(Float64Array::from(vec![1.5, f64::NAN, f64::NEG_INFINITY, -1e-9]))),
        ),
        ("d", ScalarType::Decimal, nulls(&decimal, decimals)),
        ("t", ScalarType::Datetime, nulls(&DataType::Int64, longs(&[Some(A_TIME), Some(0), Some(A_TIME + 1)]))),
        ("s", ScalarType::Timespan, nulls(&DataType::Int64, longs(&[Some(-864_000_000_001), Some(10_000_000)]))),
        ("g", ScalarType::Guid, nulls(&DataType::Utf8, texts(&["74be27de-1e4e-49d9-b579-fe0b331d3642"]))),
        (
            "two words",
            ScalarType::String,
            texts(&["say \"no\" \\ '", "", "a\u{1b}]0;x\u{7}b\r\nc\td", "日本\u{202e}", "=1+1|x_"]),
        ),
        ("j", ScalarType::Dynamic, Arc::new(StringArray::from(dynamics.to_vec()))),
    ])
}

fn sorted(set: &ResultSet, keys: &[(usize, bool)]) -> Vec<u32> {
    let keys: Vec<SortKey> =
        keys.iter().map(|(col, descending)| SortKey { col: *col, descending: *descending }).collect();
    sorted_rows(set, None, &keys, &|| false).unwrap()
}

fn matching(set: &ResultSet, pattern: Pattern) -> Vec<u32> {
    let columns: Vec<usize> = (0..set.columns().len()).collect();
    matching_rows(set, None, &columns, &Matcher::new(&pattern).unwrap(), &|| false).unwrap()
}

fn text(text: &str) -> Pattern {
    Pattern::Text(text.to_owned())
}

#[test]
fn rows_are_sorted_by_several_columns_and_stay_in_order_where_they_are_equal() {
    let set = set_of(vec![
        ("name", ScalarType::String, texts(&["abcdefgh2", "abcdefgh1", "", "abcdefg", "Z", "abcdefgh1", "é"])),
        ("n", ScalarType::Long, longs(&[Some(1), Some(i64::MIN), None, Some(-1), Some(i64::MAX), Some(3), Some(3)])),
    ]);
    assert_eq!(sorted(&set, &[]), [0, 1, 2, 3, 4, 5, 6]);
    // By code points: the empty text, capitals, small letters, everything else.
    assert_eq!(sorted(&set, &[(0, false)]), [2, 4, 3, 1, 5, 0, 6]);
    assert_eq!(sorted(&set, &[(0, true)]), [6, 0, 1, 5, 3, 4, 2]);
    assert_eq!(sorted(&set, &[(0, true), (1, true)]), [6, 0, 5, 1, 3, 4, 2]);
    // A null is less than everything.
    assert_eq!(sorted(&set, &[(1, false)]), [2, 1, 3, 0, 5, 6, 4]);
    assert_eq!(sorted(&set, &[(1, true)]), [4, 5, 6, 0, 3, 1, 2]);
    let only = sorted_rows(&set, Some(&[6, 0, 4]), &[SortKey { col: 1, descending: false }], &|| false);
    assert_eq!(only.unwrap(), [0, 6, 4]);
    assert_eq!(sorted_rows(&set, None, &[SortKey { col: 0, descending: false }], &|| true), None);
}

#[test]
fn every_type_has_an_order() {
    let set = every_type();
    let order = |col| sorted(&set, &[(col, false)]);
    assert_eq!(order(0)[3..], [1, 0], "false before true");
    assert_eq!(order(2), [3, 4, 1, 0, 2]);
    assert_eq!(order(3), [4, 1, 2, 3, 0], "null, NaN, numbers");
    assert_eq!(order(5)[2..], [1, 0, 2]);
    assert_eq!(order(9), [1, 4, 2, 3, 0], "null, numbers, then the others by their JSON");
}

#[test]
fn the_order_is_the_one_that_a_plain_comparison_gives() {
    let mut seed = 1_u64;
    let mut next = |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(99);
        (seed >> 40) % below
    };
    let values: Vec<String> =
        (0..500).map(|_| (0..next(12)).map(|_| ['\0', 'a', 'b', 'é', '日'][next(5) as usize]).collect()).collect();
    let set = set_of(vec![("x", ScalarType::String, texts(&values.iter().map(String::as_str).collect::<Vec<_>>()))]);
    let mut plain: Vec<u32> = (0..500).collect();
    plain.sort_by_key(|row| values[*row as usize].clone());
    assert_eq!(sorted(&set, &[(0, false)]), plain);
}

#[test]
fn many_rows_are_sorted_as_a_plain_comparison_sorts_them() {
    const N_ROWS: usize = 20_000;
    let mut seed = 5_u64;
    let mut next = |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(99);
        (seed >> 40) % below
    };
    // Many begin alike, for longer than a number can hold; some are a part of others.
    let path = |next: &mut dyn FnMut(u64) -> u64| {
        let stem = ["C:\\Windows\\System32\\svchost.exe -k netsvcs -p -s ", "C:\\Windows\\", "D:\\\0", ""]
            [next(40).min(3) as usize];
        format!("{stem}{:x}{}", next(6_000), "\0".repeat(next(3) as usize))
    };
    let long: Vec<String> = (0..N_ROWS).map(|_| path(&mut next)).collect();
    let few: Vec<String> = (0..N_ROWS).map(|_| format!("a long text of which there are few {}", next(5))).collect();
    let numbers: Vec<Option<i64>> = (0..N_ROWS).map(|_| (next(9) > 0).then(|| next(70) as i64 - 35)).collect();
    let wide: Vec<Option<i64>> = (0..N_ROWS).map(|_| Some(next(1 << 23) as i64 * (i64::MAX >> 24))).collect();
    let as_texts = |it: &[String]| texts(&it.iter().map(String::as_str).collect::<Vec<_>>());
    let set = set_of(vec![
        ("long", ScalarType::String, as_texts(&long)),
        ("few", ScalarType::String, as_texts(&few)),
        ("n", ScalarType::Long, longs(&numbers)),
        ("wide", ScalarType::Long, longs(&wide)),
    ]);
    let compare = |col: usize, a: usize, b: usize| match col {
        0 => long[a].cmp(&long[b]),
        1 => few[a].cmp(&few[b]),
        2 => numbers[a].cmp(&numbers[b]),
        _ => wide[a].cmp(&wide[b]),
    };
    for keys in [
        &[(0, false)][..],
        &[(0, true)],
        &[(1, false), (2, true), (0, false)],
        &[(2, false), (0, true), (3, false)],
        &[(3, true), (2, false), (0, false)],
        &[(1, true), (3, false), (2, true), (0, true)],
        &[(1, true)],
    ] {
        let mut plain: Vec<u32> = (0..N_ROWS as u32).collect();
        plain.sort_by(|a, b| {
            let by_key = keys.iter().map(|(col, descending)| {
                let ordering = compare(*col, *a as usize, *b as usize);
                if *descending { ordering.reverse() } else { ordering }
            });
            by_key.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then)
        });
        assert!(sorted(&set, keys) == plain, "{keys:?}");
    }
}

#[test]
fn a_pattern_is_looked_for_in_every_type_that_can_have_it() {
    let set = every_type();
    let columns: Vec<usize> = (0..set.columns().len()).collect();
    for pattern in [
        "[a-z]+",
        "^[^a-z]+$",
        "(?i)NAN|x{2}",
        "T0",
        r"\d{4}-",
        "z?",
        "(true|x)y*",
        "inf",
        r"^\W",
        "[q-t]ue",
        r"\.5$",
        "e-?0",
    ] {
        let plain = regex::Regex::new(pattern).unwrap();
        let has = |row: usize| {
            let mut cells = columns.iter().map(|col| set.cell(row, *col));
            cells.any(|it| !matches!(it, tallyho::result::Cell::Null) && plain.is_match(&it.text()))
        };
        let wanted: Vec<u32> = (0..set.n_rows()).filter(|row| has(*row)).map(|row| row as u32).collect();
        assert_eq!(matching(&set, Pattern::Regex(pattern.to_owned())), wanted, "{pattern}");
    }
}

#[test]
fn a_longer_text_is_looked_for_where_the_shorter_was_found() {
    let set = every_type();
    let columns: Vec<usize> = (0..set.columns().len()).collect();
    for typed in ["2025-03", "-5", "true", "1,5", "e-09", "日本", "74be"] {
        let mut candidates = None;
        for end in typed.char_indices().map(|(at, it)| at + it.len_utf8()) {
            let pattern = text(&typed[..end]);
            let matcher = Matcher::new(&pattern).unwrap();
            let found = found_rows(&set, candidates.as_deref(), &columns, &matcher, &|| false).unwrap();
            assert_eq!(those_of(&set, None, &found), matching(&set, pattern.clone()), "{}", &typed[..end]);
            assert!(text(typed).narrows(&pattern) && !pattern.narrows(&text("x")));
            candidates = Some(found);
        }
    }
}

#[test]
fn a_text_is_found_in_any_case_and_never_across_two_values() {
    let set = set_of(vec![
        ("a", ScalarType::String, texts(&["Power", "shell", "POWERSHELL.exe", "", "straße", "x"])),
        ("b", ScalarType::Long, longs(&[Some(7412), Some(-17), None, Some(1_234_567), Some(0), Some(17)])),
        ("c", ScalarType::Datetime, longs(&[Some(A_TIME), None, None, None, None, Some(0)])),
    ]);
    assert_eq!(matching(&set, text("powershell")), [2]);
    assert_eq!(matching(&set, text("rs")), [2]);
    assert_eq!(matching(&set, text("")), [0, 1, 2, 3, 4, 5]);
    assert_eq!(matching(&set, text("STRASSE")), [] as [u32; 0]);
    assert_eq!(matching(&set, text("STRAßE")), [4]);
    assert_eq!(matching(&set, text("1,234,567")), [3], "as the grid writes it");
    assert_eq!(matching(&set, text("-17")), [1]);
    assert_eq!(matching(&set, text("2025-03-05 08:58")), [0], "as the grid writes it");
    assert_eq!(matching(&set, text("2025-03-05T08:58:11.412Z")), [0]);
    assert_eq!(matching(&set, Pattern::Regex("^x$|^-?17$".to_owned())), [1, 5]);
    assert_eq!(
        matching(&set, Pattern::Regex("power".to_owned())),
        [] as [u32; 0],
        "a pattern says itself what case it means"
    );
    let within = matching_rows(&set, Some(&[5, 2, 0]), &[0, 1, 2], &Matcher::new(&text("7")).unwrap(), &|| false);
    assert_eq!(within.unwrap(), [5, 0], "in the order that is given");
    assert!(Matcher::new(&Pattern::Regex("(".to_owned())).unwrap_err().contains("unclosed group"));
    assert!(Matcher::new(&Pattern::Regex(r"\w{9000}{9}".to_owned())).is_err());
    assert_eq!(matching_rows(&set, None, &[0], &Matcher::new(&text("x")).unwrap(), &|| true), None);
}

#[test]
fn what_is_found_is_what_each_value_has() {
    let set = every_type();
    let columns: Vec<usize> = (0..set.columns().len()).collect();
    for needle in ["a", "t", "true", "1", "-", ".5", "2025", "nan", "\u{1b}", "null", "e", ":", "74BE", "inf", "日"] {
        let matcher = Matcher::new(&text(needle)).unwrap();
        let has = |row: usize| {
            columns.iter().any(|col| set.cell(row, *col).text().to_lowercase().contains(&needle.to_lowercase()))
        };
        let plain: Vec<u32> = (0..set.n_rows()).filter(|row| has(*row)).map(|row| row as u32).collect();
        assert_eq!(matching(&set, text(needle)), plain, "{needle}");
        let one_by_one: Vec<u32> = (0..set.n_rows())
            .filter(|row| columns.iter().any(|col| matcher.is_in(set.cell(*row, *col))))
            .map(|row| row as u32)
            .collect();
        assert_eq!(one_by_one, plain, "{needle}");
    }
}

/// Digits are looked for in numbers without writing them out, and most texts are out by a look at their ends: neither may
/// change what is found.
#[test]
fn quick_ways_find_what_the_slow_one_finds() {
    let mut seed = 5_u64;
    let mut next = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        seed >> 33
    };
    let n_rows = 300;
    let numbers: Vec<Option<i64>> =
        (0..n_rows).map(|_| (next() % 7 != 0).then(|| (next() as i64 - (1 << 30)) >> (next() % 31))).collect();
    let times: Vec<Option<i64>> = (0..n_rows)
        .map(|it| (it % 9 != 0).then(|| A_TIME - (next() as i64) * 1_000_003 * (1 + it % 3 * 100) / 10 * 10))
        .collect();
    let words = ["svchost.exe", "abc9", "Abc9", "", "é9", "日本", "a b", "x9\n", "svc.exe -k 7", "9"];
    let names: Vec<Option<&str>> =
        (0..n_rows).map(|_| (next() % 5 != 0).then(|| words[next() as usize % words.len()])).collect();
    let set = set_of(vec![
        ("n", ScalarType::Long, longs(&numbers)),
        ("t", ScalarType::Datetime, longs(&times)),
        ("s", ScalarType::String, Arc::new(StringArray::from(names))),
    ]);
    let found = |pattern: &Pattern, col: usize| {
        matching_rows(&set, None, &[col], &Matcher::new(pattern).unwrap(), &|| false).unwrap()
    };
    let plain = |col: usize, is_in: &dyn Fn(&str) -> bool| -> Vec<u32> {
        let has = |row: &usize| {
            let cell = set.cell(*row, col);
            !matches!(cell, tallyho::result::Cell::Null) && is_in(&cell.text())
        };
        (0..set.n_rows()).filter(has).map(|it| it as u32).collect()
    };
    for digits in ["0", "7", "00", "10", "74", "07", "123", "000", "025", "100", "2025", "0010", "999999999"] {
        for col in 0..2 {
            assert_eq!(found(&text(digits), col), plain(col, &|it| it.contains(digits)), "{digits} in column {col}");
        }
    }
    for pattern in ["^[a-z]+9$", r"\bsvc\w*\b", "^svc", "exe$", "^$", "^(a|é)", "9$", r"\bk 7$", "^.9", "(?m)9$", "^日"]
    {
        let regex = regex::Regex::new(pattern).unwrap();
        let wanted = plain(2, &|it| regex.is_match(it));
        assert_eq!(found(&Pattern::Regex(pattern.to_owned()), 2), wanted, "{pattern}");
    }
}

#[test]
fn columns_that_say_nothing_are_told() {
    let set = set_of(vec![
        ("empty", ScalarType::String, texts(&["", "", "", ""])),
        ("null", ScalarType::Long, longs(&[None, None, None, None])),
        ("same", ScalarType::Long, longs(&[Some(5), Some(5), Some(5), Some(5)])),
        ("late", ScalarType::Long, longs(&[Some(5), Some(5), Some(5), Some(6)])),
    ]);
    let told = uniform_columns(&set, &|| false).unwrap();
    assert_eq!(told, [Some(Uniform::Empty), Some(Uniform::Empty), Some(Uniform::Constant), None]);
    assert_eq!(uniform_columns(&set.select(Some(&[0]), &[2]).unwrap(), &|| false).unwrap(), [None]);
}

#[test]
fn a_part_of_a_result_has_its_rows_and_columns_in_that_order() {
    let set = set_of(vec![
        ("a", ScalarType::String, texts(&["0", "1", "2", "3", "4"])),
        ("b", ScalarType::Long, longs(&[Some(0), None, Some(2), Some(3), Some(4)])),
    ]);
    let part = set.select(Some(&[4, 1, 99, 0]), &[1, 7, 0, 0]).unwrap();
    assert_eq!(copy_text(&part, CopyFormat::Csv), "b,a,a\r\n4,4,4\r\n,1,1\r\n0,0,0\r\n");
    assert_eq!(set.select(None, &[0]).unwrap().n_rows(), 5);
    assert_eq!(set.select(Some(&[]), &[0]).unwrap().n_rows(), 0);
    assert_eq!(set.select(Some(&[1, 2]), &[]).unwrap().columns().len(), 0);
}

#[test]
fn cells_and_rows_are_copied_in_each_form() {
    let set = set_of(vec![
        ("Name", ScalarType::String, texts(&["a|b", "x\ty", "\u{1b}[2J<b>", "a|b"])),
        ("N", ScalarType::Long, longs(&[Some(-1), None, Some(1_000), Some(5)])),
    ]);
    let part = |rows: &[u32], cols: &[usize], format| copy_text(&set.select(Some(rows), cols).unwrap(), format);
    assert_eq!(part(&[2], &[0], CopyFormat::Text), "\u{1b}[2J<b>", "a copy keeps the value");
    assert_eq!(part(&[0, 1], &[1], CopyFormat::Text), "-1\n");
    assert_eq!(part(&[1, 2], &[0, 1], CopyFormat::Text), "Name\tN\n\"x\ty\"\t\n\u{1b}[2J<b>\t1000");
    assert_eq!(part(&[2], &[0], CopyFormat::Json), r#""\u001b[2J<b>""#);
    assert_eq!(part(&[1], &[0, 1], CopyFormat::Json), "[{\"Name\":\"x\\ty\",\"N\":null}]\n");
    assert_eq!(
        part(&[0, 2], &[0, 1], CopyFormat::Markdown),
        "| Name | N |\n| --- | ---: |\n| a\\|b | -1 |\n| ␛\\[2J\\<b\\> | 1000 |\n"
    );
    assert_eq!(
        part(&[0, 1], &[0, 1], CopyFormat::Datatable),
        "datatable(Name:string, N:long) [\n    \"a|b\", long(-1),\n    \"x\\ty\", long(null),\n]\n"
    );
    assert_eq!(part(&[0, 1, 2, 3], &[0], CopyFormat::InList), r#"Name in ("a|b", "x\ty", "\u001b[2J<b>")"#);
    assert_eq!(part(&[0, 1, 2], &[1], CopyFormat::InList), "N in (long(-1), 1000)");
}

/// Runs a query over no tables.
fn run(query: &str) -> ResultSet {
    let schema = tallyho::kql::Schema::default();
    let capabilities = tallyho::engine::Engine::capabilities();
    let context = tallyho::kql::Context::new(&schema, A_TIME, Some(&capabilities));
    let analysis = tallyho::kql::analyze(query, &context);
    let bound = analysis.query.unwrap_or_else(|| panic!("{query}\n{:?}", analysis.diagnostics));
    let engine = tallyho::engine::Engine::with_results(None, []).unwrap();
    let threads = engine.threads(|| ()).unwrap();
    let mut execution = engine.execute(&bound, threads.handle(), tokio_util::sync::CancellationToken::new());
    let mut set = ResultSet::new(execution.columns().to_vec());
    threads.block_on(async {
        while let Some(batch) = execution.next().await {
            set.push(batch.unwrap());
        }
    });
    set
}

#[test]
fn a_datatable_is_the_same_table_again() {
    let set = every_type();
    let query = copy_text(&set, CopyFormat::Datatable);
    let again = run(&query);
    assert_eq!(again.columns(), set.columns());
    assert_eq!(copy_text(&again, CopyFormat::Json), copy_text(&set, CopyFormat::Json), "{query}");
}

#[test]
fn columns_of_one_name_are_told_apart_in_a_datatable() {
    let set = set_of(vec![
        ("a", ScalarType::Long, longs(&[Some(1)])),
        ("a", ScalarType::Long, longs(&[Some(2)])),
        ("a1", ScalarType::Long, longs(&[Some(3)])),
    ]);
    let again = run(&copy_text(&set, CopyFormat::Datatable));
    let names: Vec<&str> = again.columns().iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["a", "a2", "a1"]);
}

#[test]
fn the_condition_on_a_value_is_true_of_its_row() {
    let set = every_type();
    for (col, column) in set.columns().iter().enumerate() {
        for row in 0..set.n_rows() {
            let cell = set.cell(row, col);
            let ask = |wanted| {
                let text = condition(column, cell, wanted);
                let rows = rows_where(&set, &text, A_TIME, &CancelHandle::new());
                rows.unwrap_or_else(|it| panic!("{text}: {it:?}")).unwrap()
            };
            let same: Vec<u32> = (0..set.n_rows())
                .filter(|other| {
                    let other = set.cell(*other, col);
                    other.is_null() == cell.is_null() && other.text() == cell.text()
                })
                .map(|it| it as u32)
                .collect();
            assert_eq!(ask(true), same, "{}", condition(column, cell, true));
            assert!(!ask(false).contains(&(row as u32)), "{}", condition(column, cell, false));
        }
    }
}

#[test]
fn a_condition_is_asked_of_rows_that_are_here() {
    let set = set_of(vec![
        ("RowNumber_0", ScalarType::String, texts(&["powershell -enc", "cmd", "x", "cmd", "power"])),
        ("n", ScalarType::Long, longs(&[Some(1), Some(2), None, Some(4), Some(5)])),
        ("t", ScalarType::Datetime, longs(&[Some(A_TIME), Some(0), Some(0), Some(A_TIME - 36_000_000_000), Some(0)])),
    ]);
    let ask = |text: &str| rows_where(&set, text, A_TIME, &CancelHandle::new());
    let rows = |text: &str| ask(text).unwrap().unwrap();
    assert_eq!(rows("RowNumber_0 has \"powershell\" or n >= 4"), [0, 3, 4]);
    assert_eq!(rows("| where isnull(n) // why"), [2]);
    assert_eq!(rows("t > ago(2h)"), [0, 3]);
    assert_eq!(rows("  "), [0, 1, 2, 3, 4]);
    let refused = |text: &str| ask(text).unwrap_err();
    assert!(refused("x == 1").message.contains('x'));
    assert_eq!(refused("n == 1 and x == 1").diagnostics[0].span, 11..12);
    assert!(refused("n + 1").message.contains("condition"), "{}", refused("n + 1").message);
    assert!(refused("n > 1 | take 1").message.contains("one expression"));
    assert!(refused("true) | take 1 | where (true").message.contains("one expression"));
    let cancel = CancelHandle::new();
    cancel.cancel();
    assert_eq!(rows_where(&set, "n > 1", A_TIME, &cancel).unwrap(), None);
}

#[test]
fn a_condition_stands_where_it_narrows_what_is_read() {
    let cases = [
        ("T", "T\n| where c == 1"),
        ("T | take 5", "T | where c == 1 | take 5"),
        ("T\n| take 5 // few", "T\n| where c == 1\n| take 5 // few"),
        ("T // all\n| sort by x desc\n| take 5", "T // all\n| where c == 1\n| sort by x desc\n| take 5"),
        ("T\n| where x\n| top 5 by y", "T\n| where x\n| where c == 1\n| top 5 by y"),
        ("T\n    | project c, d\n    | take 5", "T\n    | where c == 1\n    | project c, d\n    | take 5"),
        ("T\n| project c = d, e", "T\n| project c = d, e\n| where c == 1"),
        ("T\n| extend c = 1\n| take 2", "T\n| extend c = 1\n| where c == 1\n| take 2"),
        ("T\n| project-away d\n| render timechart", "T\n| where c == 1\n| project-away d\n| render timechart"),
        (
            "T\n| summarize c = count() by d\n| order by c",
            "T\n| summarize c = count() by d\n| where c == 1\n| order by c",
        ),
        (
            "let n = 5;\nT\n| join (U | take 3) on k\n| take n;",
            "let n = 5;\nT\n| join (U | take 3) on k\n| where c == 1\n| take n;",
        ),
        ("T\n| count", "T\n| count\n| where c == 1"),
        ("T\n// why\n| take 5", "T\n| where c == 1\n// why\n| take 5"),
    ];
    for (before, after) in cases {
        let edit = add_condition(before, "c", "c == 1").unwrap_or_else(|| panic!("{before}"));
        assert_eq!(apply_edits(before, &[edit]), after);
    }
    assert_eq!(add_condition("// nothing", "c", "c == 1"), None);
    assert_eq!(add_condition("", "c", "c == 1"), None);
}
