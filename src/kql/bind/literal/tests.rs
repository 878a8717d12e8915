//! Literals as recorded in `kql-semantics` §1.

use super::decode;
use crate::kql::kind::SyntaxKind;
use crate::kql::{ScalarType, TICKS_PER_DAY, TICKS_PER_SECOND, Value};

fn long(text: &str) -> Option<Value> {
    decode(SyntaxKind::LongLiteral, text, 0)
}

fn timespan(text: &str) -> Option<i64> {
    match decode(SyntaxKind::TimespanLiteral, text, 0) {
        Some(Value::Timespan(ticks)) => Some(ticks),
        _ => None,
    }
}

fn datetime(text: &str) -> Option<i64> {
    match decode(SyntaxKind::DatetimeLiteral, text, 0) {
        Some(Value::Datetime(ticks)) => Some(ticks),
        _ => None,
    }
}

#[test]
fn integers() {
    assert_eq!(long("5"), Some(Value::Long(5)));
    assert_eq!(long("0xFFFFFFFF"), Some(Value::Long(4_294_967_295)));
    assert_eq!(long("0x8000000000000000"), Some(Value::Long(i64::MIN)));
    assert_eq!(long("long(-9223372036854775808)"), Some(Value::Long(i64::MIN)));
    for bad in ["9223372036854775808", "1_0", "0x1FFFFFFFFFFFFFFFF", "long(-0x1)", "long(1.0)", "٣", ""] {
        assert_eq!(long(bad), None, "{bad}");
    }
    let int = |text| decode(SyntaxKind::IntLiteral, text, 0);
    assert_eq!(int("int(0xFFFFFFFF)"), Some(Value::Int(-1)));
    assert_eq!(int("int(010)"), Some(Value::Int(10)));
    assert_eq!(int("int(null)"), Some(Value::Null(ScalarType::Int)));
    assert_eq!(int("int(2147483648)"), None);
}

#[test]
fn reals_and_decimals() {
    let real = |text| decode(SyntaxKind::RealLiteral, text, 0);
    assert_eq!(real("1.e2"), Some(Value::Real(100.0)));
    assert_eq!(real("double(-10)"), Some(Value::Real(-10.0)));
    assert_eq!(real("real(-inf)"), Some(Value::Real(f64::NEG_INFINITY)));
    assert_eq!(real("real(infinity)"), None);
    let decimal = |text| decode(SyntaxKind::DecimalLiteral, text, 0);
    assert_eq!(decimal("decimal(1.5)"), Some(Value::Decimal("1.5".into())));
    assert_eq!(decimal("decimal(-012.30)"), Some(Value::Decimal("-12.30".into())));
    assert_eq!(decimal("decimal(1.5e3)"), Some(Value::Decimal("1500".into())));
    assert_eq!(decimal("decimal(15e-4)"), Some(Value::Decimal("0.0015".into())));
    assert_eq!(decimal("decimal(1e99)"), None);
}

#[test]
fn timespans() {
    assert_eq!(timespan("1.5d"), Some(TICKS_PER_DAY * 3 / 2));
    assert_eq!(timespan("4.534h"), Some(163_224_000_000));
    assert_eq!(timespan("1tick"), Some(1));
    assert_eq!(timespan("199nanoseconds"), Some(1));
    assert_eq!(timespan("250nanoseconds"), Some(2));
    assert_eq!(timespan("time(2)"), Some(2 * TICKS_PER_DAY));
    assert_eq!(timespan("time(-1.00:00:00)"), Some(-TICKS_PER_DAY));
    assert_eq!(timespan("time(1.02:03:04.5)"), Some(TICKS_PER_DAY + 73_845_000_000));
    assert_eq!(timespan("time(10:00)"), Some(36_000 * TICKS_PER_SECOND));
    assert_eq!(timespan("time(15 seconds)"), Some(15 * TICKS_PER_SECOND));
    assert_eq!(timespan("timespan(2d)"), Some(2 * TICKS_PER_DAY));
    for bad in ["time(a)", "5", "1w", "time(25:00:00)", "99999999999999d"] {
        assert_eq!(timespan(bad), None, "{bad}");
    }
}

#[test]
fn datetimes() {
    let day = 637_134_336_000_000_000; // 2020-01-01
    assert_eq!(datetime("datetime(2020-01-01)"), Some(day));
    assert_eq!(datetime("datetime(\"2020-01-01\")"), Some(day));
    assert_eq!(datetime("datetime(2020 - 01 - 01)"), Some(day));
    assert_eq!(datetime("datetime(2020-1-1 00:00:01.5Z)"), Some(day + 15_000_000));
    assert_eq!(datetime("datetime(2020-01-01T02:00:00+02:00)"), Some(day));
    assert_eq!(datetime("datetime(2020, 1)"), Some(day));
    assert_eq!(datetime("datetime(2020)"), Some(day));
    assert_eq!(datetime("datetime(20200101)"), Some(day));
    assert_eq!(datetime("datetime(01/01/2020)"), Some(day));
    assert_eq!(datetime("datetime(1 Jan 2020)"), Some(day));
    assert_eq!(datetime("datetime(Wed, 01 Jan 2020 00:00:00 GMT)"), Some(day));
    assert_eq!(datetime("datetime(0001-01-01)"), Some(0));
    assert_eq!(datetime("datetime(9999-12-31 23:59:59.9999999)"), Some(crate::kql::MAX_DATETIME_TICKS));
    assert_eq!(decode(SyntaxKind::DatetimeLiteral, "datetime()", 7), Some(Value::Datetime(7)));
    for bad in [
        "datetime(13-01-2022)",
        "datetime(x12-02-2022)",
        "datetime(2021-02-29)",
        "datetime(2020,1,1,1)",
        "datetime(2020-01-01 99)",
    ] {
        assert_eq!(datetime(bad), None, "{bad}");
    }
}

#[test]
fn guids() {
    let guid = |text| decode(SyntaxKind::GuidLiteral, text, 0);
    let value = Value::Guid("74be27de-1e4e-49d9-b579-fe0b331d3642".into());
    assert_eq!(guid("guid(74BE27DE-1E4E-49D9-B579-FE0B331D3642)"), Some(value));
    assert_eq!(guid("guid(74be)"), None);
}
