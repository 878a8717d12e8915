//! The text forms, on the borders of each type.

use super::super::civil::days_in_month;
use super::*;
use crate::kql::UNIX_EPOCH_TICKS;

/// The last digit is even where two shortest texts are equally near, as .NET, which Kusto writes with, has it too.
#[test]
fn reals_have_the_fewest_digits_that_mean_them() {
    let texts = [
        ("697110855639861.25", "697110855639861.2"),
        ("697110855639861.75", "697110855639861.8"),
        ("8388608.0009765625", "8388608.000976562"),
        ("0.30000000000000004", "0.30000000000000004"),
        ("9007199254740993", "9007199254740992.0"),
        ("-0", "-0.0"),
        ("1e-4", "0.0001"),
    ];
    for (value, text) in texts {
        assert_eq!(real_text(value.parse().unwrap()), text);
    }
    // Whatever the digits are, they mean the value.
    let mut seed = 11_u64;
    for n in 0..20_000 {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let value = (seed >> 11) as f64 / 10_f64.powi(n % 20);
        assert_eq!(real_text(value).parse(), Ok(value));
    }
}

#[test]
fn civil_dates_count_every_day_once() {
    let mut expected = CivilDate { year: 1, month: 1, day: 1 };
    for day in 0..=MAX_DATETIME_TICKS / TICKS_PER_DAY {
        let date = CivilDate::of_day(day);
        assert_eq!(date, expected);
        assert_eq!(date.days(), day);
        expected.day += 1;
        if expected.day > days_in_month(expected.year, expected.month) {
            expected = CivilDate { year: expected.year, month: expected.month + 1, day: 1 };
        }
        if expected.month > 12 {
            expected = CivilDate { year: expected.year + 1, month: 1, day: 1 };
        }
    }
    assert_eq!(expected, CivilDate { year: 10_000, month: 1, day: 1 });
    assert_eq!(CivilDate::of_ticks(UNIX_EPOCH_TICKS), CivilDate { year: 1970, month: 1, day: 1 });
    assert_eq!(CivilDate::new(2024, 2, 29).unwrap().day_of_year(), 60);
    assert_eq!(CivilDate::new(2023, 2, 29), None);
}

#[test]
fn datetimes() {
    assert_eq!(datetime_text(0), "0001-01-01T00:00:00.0000000Z");
    assert_eq!(datetime_text(MAX_DATETIME_TICKS), "9999-12-31T23:59:59.9999999Z");
    assert_eq!(datetime_cell(UNIX_EPOCH_TICKS), "1970-01-01T00:00:00Z");
    assert_eq!(datetime_cell(UNIX_EPOCH_TICKS + 9_000_000), "1970-01-01T00:00:00.9Z");
    assert_eq!(datetime_cell(UNIX_EPOCH_TICKS + 1), "1970-01-01T00:00:00.0000001Z");
    for ticks in [0, 1, UNIX_EPOCH_TICKS, 637_343_591_157_664_356, MAX_DATETIME_TICKS] {
        assert_eq!(parse_iso_datetime(&datetime_text(ticks)), Some(ticks));
        assert_eq!(parse_iso_datetime(&datetime_cell(ticks)), Some(ticks));
    }
    let noon = parse_iso_datetime("2020-08-30T12:00:00Z").unwrap();
    for same in
        ["2020-08-30 12:00", "2020-08-30T14:00:00+02:00", "2020-08-30T12:00:00.00000009", "2020-08-30T05:30-0630"]
    {
        assert_eq!(parse_iso_datetime(same), Some(noon), "{same}");
    }
    for bad in ["", "2020", "2020-13-01", "2020-02-30", "2020-08-30T25:00", "2020-08-30T24:00:00", "2020-08-30T1", "x"]
    {
        assert_eq!(parse_iso_datetime(bad), None, "{bad}");
    }
    assert_eq!(parse_iso_datetime("0001-01-01T00:00:00+01:00"), None, "before the first tick");
    assert_eq!(parse_iso_datetime("2020-08-3é"), None, "cut inside a character");
}

#[test]
fn timespans() {
    let hour = 3600 * TICKS_PER_SECOND;
    for (ticks, text) in [
        (0, "00:00:00"),
        (10_000, "00:00:00.0010000"),
        (24 * hour, "1.00:00:00"),
        (-2 * hour, "-02:00:00"),
        (-36 * hour, "-1.12:00:00"),
        (1_234_567, "00:00:00.1234567"),
        (i64::MAX, "10675199.02:48:05.4775807"),
        (i64::MIN, "-10675199.02:48:05.4775808"),
    ] {
        assert_eq!(timespan_text(ticks), text);
        assert_eq!(parse_timespan(text), Some(ticks), "{text}");
    }
    assert_eq!(parse_timespan("1.02:03"), Some(26 * hour + 3 * 60 * TICKS_PER_SECOND));
    for bad in ["", "10", "1.", "24:00:00", "00:60:00", "99999999.00:00:00", "00:00:00.", "--00:00:00"] {
        assert_eq!(parse_timespan(bad), None, "{bad}");
    }
}

#[test]
fn reals() {
    for (value, text) in [
        (6.0, "6.0"),
        (1.5, "1.5"),
        (-3.0, "-3.0"),
        (-0.0, "-0.0"),
        (0.1 + 0.2, "0.30000000000000004"),
        (2.209_049_699_858_543_8e-5, "2.2090496998585438e-05"),
        (1e20, "1e+20"),
        (1e-300, "1e-300"),
        (123_456_789_012_345.0, "123456789012345.0"),
        (f64::NAN, "NaN"),
        (f64::INFINITY, "inf"),
        (f64::NEG_INFINITY, "-inf"),
    ] {
        assert_eq!(real_text(value), text);
    }
}

#[test]
fn decimals() {
    for (text, canonical) in [
        ("123.45678", "123.45678"),
        ("-0.50", "-0.5"),
        ("7.000", "7"),
        ("0", "0"),
        ("-0.0", "0"),
        ("1e3", "1000"),
        ("1.5E-3", "0.0015"),
        (".5", "0.5"),
        ("99999999999999999999999999999999999999", "99999999999999999999999999999999999999"),
        ("0.00000000000000000000000000000000000001", "0.00000000000000000000000000000000000001"),
        ("0.000000000000000000000000000000000000019", "0.00000000000000000000000000000000000001"),
    ] {
        assert_eq!(decimal_text(parse_decimal(text).unwrap()), canonical, "{text}");
    }
    for bad in ["", ".", "-", "x", "1.2.3", "1e", "1e999", "100000000000000000000000000000000000000"] {
        assert_eq!(parse_decimal(bad), None, "{bad}");
    }
}

#[test]
fn guids() {
    let guid = Some("74be27de-1e4e-49d9-b579-fe0b331d3642".to_owned());
    assert_eq!(parse_guid("74BE27DE-1E4E-49D9-B579-FE0B331D3642"), guid);
    assert_eq!(parse_guid("{74be27de1e4e49d9b579fe0b331d3642}"), guid);
    assert_eq!(parse_guid("74be27de"), None);
    assert_eq!(parse_guid("74be27de-1e4e-49d9-b579-fe0b331d36421"), None);
}
