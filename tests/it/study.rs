//! Looking into a result: profiles, groups, pivots, differences, told by row numbers.

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use tallyho::kql::{ScalarType, TICKS_PER_DAY};
use tallyho::result::{
    Cell, Column, Difference, Edge, Figure, Grouping, Measure, ResultSet, Rows, Stop, group, parse_iso_datetime, pivot,
    profile, propose_keys,
};

fn set(columns: &[(&str, ScalarType, ArrayRef)]) -> ResultSet {
    let mut set = ResultSet::new(columns.iter().map(|it| Column { name: it.0.to_owned(), ty: it.1 }).collect());
    let named = columns.iter().enumerate().map(|(at, it)| (at.to_string(), Arc::clone(&it.2), true));
    set.push(RecordBatch::try_from_iter_with_nullable(named).unwrap());
    set
}

fn texts(values: &[&str]) -> ArrayRef {
    Arc::new(StringArray::from(values.to_vec()))
}

fn longs(values: &[Option<i64>]) -> ArrayRef {
    Arc::new(Int64Array::from(values.to_vec()))
}

/// Five logons on three machines.
fn logons() -> ResultSet {
    let day = |n: i64| parse_iso_datetime("2025-03-01T00:00:00Z").map(|it| it + n * TICKS_PER_DAY);
    set(&[
        ("When", ScalarType::Datetime, longs(&[day(0), day(2), day(1), None, day(9)])),
        ("Device", ScalarType::String, texts(&["b", "a", "b", "", "c"])),
        ("Kind", ScalarType::String, texts(&["net", "net", "local", "net", "net"])),
        ("Bytes", ScalarType::Long, longs(&[Some(5), Some(i64::MAX), Some(i64::MAX), None, Some(-3)])),
    ])
}

#[test]
fn a_profile_tells_values_by_rows_and_counts_exactly() {
    let set = logons();
    let bytes = profile(&set, Rows::All(5), 3, Stop::NEVER).unwrap();
    assert_eq!((bytes.n_null, bytes.n_empty, bytes.n_distinct, bytes.n_unique), (1, 0, 3, 2));
    assert_eq!((bytes.top[0].row, bytes.top[0].count), (1, 2));
    let summary = bytes.summary.unwrap();
    assert_eq!((set.cell(summary.least, 3), set.cell(summary.greatest, 3)), (Cell::Long(-3), Cell::Long(i64::MAX)));
    assert_eq!(summary.sum, Figure::Whole(2 + 2 * i128::from(i64::MAX)), "a sum does not overflow");
    let median = summary.percentiles.iter().find(|it| it.0 == 50).unwrap().1;
    assert_eq!(set.cell(median, 3), Cell::Long(5), "the nearest rank of four is the second");

    let device = profile(&set, Rows::All(5), 1, Stop::NEVER).unwrap();
    assert_eq!((device.n_null, device.n_empty, device.n_distinct), (0, 1, 3));
    assert_eq!(device.lengths.map(|it| (it.least, it.greatest)), Some((1, 1)));
    let of_view = profile(&set, Rows::Some(&[4, 1]), 1, Stop::NEVER).unwrap();
    assert_eq!((of_view.n_rows, of_view.n_distinct, of_view.top[0].row), (2, 2, 1), "of equals the least value first");

    let histogram = profile(&set, Rows::All(5), 0, Stop::NEVER).unwrap().histogram.unwrap();
    assert_eq!(histogram.counts.iter().sum::<usize>(), 4);
    assert!(matches!(histogram.step, Edge::Time(it) if it <= TICKS_PER_DAY));
}

#[test]
fn a_profile_of_odd_reals_and_of_nothing_says_what_there_is() {
    let reals = Float64Array::from(vec![f64::NAN, f64::INFINITY, 1.5, -1e300, 1e300]);
    let set = set(&[("x", ScalarType::Real, Arc::new(reals))]);
    let told = profile(&set, Rows::All(5), 0, Stop::NEVER).unwrap();
    let summary = told.summary.unwrap();
    assert_eq!((summary.n_nan, set.cell(summary.greatest, 0)), (1, Cell::Real(f64::INFINITY)));
    assert!(told.histogram.is_none_or(|it| it.counts.iter().sum::<usize>() == 3));
    let nothing = profile(&set, Rows::Some(&[]), 0, Stop::NEVER).unwrap();
    assert!(nothing.summary.is_none() && nothing.histogram.is_none() && nothing.top.is_empty());
    assert!(profile(&set, Rows::All(5), 7, Stop::NEVER).is_none());
    assert!(profile(&set, Rows::All(5), 0, Stop(&|| true)).is_none(), "it was given up");
}

#[test]
fn groups_have_levels_and_an_order() {
    let set = logons();
    let grouping = Grouping { by: vec![2, 1], measure: Measure::Sum(3), ..Grouping::default() };
    let groups = group(&set, Rows::All(5), &grouping, Stop::NEVER).unwrap();
    let kinds: Vec<_> = groups.iter().map(|it| (set.cell(it.row, 2).text().into_owned(), it.rows.len())).collect();
    assert_eq!(kinds, [("net".to_owned(), 4), ("local".to_owned(), 1)], "i64::MAX + 2 is more than i64::MAX");
    let devices: Vec<_> = groups[0].groups.iter().map(|it| set.cell(it.row, 1).text().into_owned()).collect();
    assert_eq!(devices, ["a", "b", "c", ""], "what has no figure comes last");
    assert!(groups[0].times.is_some_and(|(first, last)| last - first == 9 * TICKS_PER_DAY));
    let by_value = Grouping { by: vec![1], by_value: true, reversed: true, ..Grouping::default() };
    let groups = group(&set, Rows::All(5), &by_value, Stop::NEVER).unwrap();
    let devices: Vec<_> = groups.iter().map(|it| set.cell(it.row, 1).text().into_owned()).collect();
    assert_eq!(devices, ["c", "b", "a", ""]);
    assert!(group(&set, Rows::All(5), &by_value, Stop(&|| true)).is_none());
}

#[test]
fn a_pivot_counts_where_values_meet_and_totals_are_of_the_rows() {
    let set = logons();
    let told = pivot(&set, Rows::All(5), 1, 2, Measure::Distinct(3), Stop::NEVER).unwrap();
    let down: Vec<_> = told.rows.iter().map(|it| set.cell(it.0, 1).text().into_owned()).collect();
    let across: Vec<_> = told.columns.iter().map(|it| set.cell(it.0, 2).text().into_owned()).collect();
    assert_eq!((down, across), (["b", "", "a", "c"].map(str::to_owned).to_vec(), vec!["net".into(), "local".into()]));
    assert_eq!((told.figure(0, 0), told.figure(0, 1)), (Figure::Whole(1), Figure::Whole(1)));
    assert_eq!(told.figure(2, 1), Figure::Absent, "no row has both");
    // Different values of the whole are not the sum of those of its parts.
    assert_eq!(
        (told.columns[0].1, told.columns[1].1, told.total),
        (Figure::Whole(3), Figure::Whole(1), Figure::Whole(3))
    );
}

#[test]
fn a_pivot_with_too_many_values_across_puts_the_rare_ones_together() {
    let many: Vec<String> = (0..300).map(|it| format!("v{it}")).collect();
    let set = set(&[
        ("n", ScalarType::Long, longs(&vec![Some(1); 300])),
        ("v", ScalarType::String, texts(&many.iter().map(String::as_str).collect::<Vec<_>>())),
    ]);
    let told = pivot(&set, Rows::All(300), 0, 1, Measure::Rows, Stop::NEVER).unwrap();
    assert_eq!((told.n_across.all, told.n_across.shown, told.columns.len()), (300, 60, 60));
    assert_eq!(told.others, [Figure::Whole(240), Figure::Whole(240)]);
}

fn machines(rows: &[(&str, &str, i64)]) -> ResultSet {
    set(&[
        ("Owner", ScalarType::String, texts(&rows.iter().map(|it| it.1).collect::<Vec<_>>())),
        ("DeviceId", ScalarType::String, texts(&rows.iter().map(|it| it.0).collect::<Vec<_>>())),
        ("Risk", ScalarType::Long, longs(&rows.iter().map(|it| Some(it.2)).collect::<Vec<_>>())),
    ])
}

#[test]
fn a_difference_tells_added_removed_and_changed_by_key() {
    let old = machines(&[("1", "ann", 3), ("2", "bob", 3), ("3", "cid", 3)]);
    let new = machines(&[("3", "cid", 3), ("4", "dan", 3), ("1", "ann", 7)]);
    assert_eq!(propose_keys(&old, &new, Stop::NEVER), Some(vec![1]), "a known name before the first column");
    let told = Difference::between(&old, &new, &[1], Stop::NEVER).unwrap();
    assert_eq!((&told.added, &told.removed, told.n_same), (&vec![1], &vec![1], 1));
    let change = &told.changed[0];
    assert_eq!((change.old, change.new, told.compared[change.cells[0]]), (0, 2, (2, 2)));
    // Without a key a changed row is one that went and one that came.
    let told = Difference::between(&old, &new, &[], Stop::NEVER).unwrap();
    assert_eq!((told.added.len(), told.removed.len(), told.changed.len(), told.n_same), (2, 2, 0, 1));
}

#[test]
fn a_difference_takes_repeated_keys_and_other_columns_as_they_are() {
    let old = set(&[
        ("k", ScalarType::Long, longs(&[Some(1), Some(1), None])),
        ("v", ScalarType::Long, longs(&[Some(5), Some(6), Some(7)])),
        ("gone", ScalarType::Long, longs(&[None, None, None])),
    ]);
    let new = set(&[
        ("v", ScalarType::String, texts(&["5", "9", "7"])),
        ("k", ScalarType::Long, longs(&[Some(1), Some(1), None])),
        ("came", ScalarType::Long, longs(&[None, None, None])),
    ]);
    let told = Difference::between(&old, &new, &[1], Stop::NEVER).unwrap();
    assert_eq!(
        (told.n_repeated, told.n_same, told.changed.len()),
        (1, 2, 1),
        "a text and a number of one text are equal"
    );
    assert_eq!((told.changed[0].old, told.changed[0].new), (1, 1));
    assert_eq!((told.only_old, told.only_new), (vec![2], vec![2]));
    let empty = ResultSet::default();
    let told = Difference::between(&old, &empty, &[], Stop::NEVER).unwrap();
    assert!(told.has_nothing_in_common());
    assert_eq!(
        (told.removed.len(), told.added.len(), told.n_same),
        (0, 0, 0),
        "nothing is said of what is not compared"
    );
    let no_rows = set(&[("k", ScalarType::Long, longs(&[]))]);
    let told = Difference::between(&old, &no_rows, &[], Stop::NEVER).unwrap();
    assert_eq!((told.removed.len(), told.added.len(), told.n_same), (3, 0, 0));
    // A key that only one of them has tells nothing apart.
    let told = Difference::between(&old, &new, &[2], Stop::NEVER).unwrap();
    assert_eq!((told.keys.len(), told.n_same), (2, 2));
}
