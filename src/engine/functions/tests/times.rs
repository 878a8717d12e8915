//! Functions on datetimes and timespans.

use crate::kql::ScalarType::{Datetime, Int, Long, Real, String, Timespan};

use super::{check, dt, l, r, s, ts};

#[test]
fn periods() {
    let date = dt("2017-01-03T10:10:00");
    check("startofweek", std::slice::from_ref(&date), Datetime, "\"2017-01-01T00:00:00.0000000Z\"");
    check("startofmonth", &[date.clone(), l(-1)], Datetime, "\"2016-12-01T00:00:00.0000000Z\"");
    check("endofday", std::slice::from_ref(&date), Datetime, "\"2017-01-03T23:59:59.9999999Z\"");
    check("endofweek", std::slice::from_ref(&date), Datetime, "\"2017-01-07T23:59:59.9999999Z\"");
    check("endofyear", &[dt("9999-05-05")], Datetime, "\"9999-12-31T23:59:59.9999999Z\"");
    check("dayofweek", &[dt("1970-05-11")], Timespan, "\"1.00:00:00\"");
    check("week_of_year", &[dt("2017-10-30")], Int, "44");
    check("week_of_year", &[dt("2024-03-05")], Int, "10");
    check("dayofyear", &[dt("2020-12-31")], Int, "366");
}

#[test]
fn parts_and_differences() {
    let date = dt("2017-10-30T01:02:03.7654321");
    check("datetime_part", &[s("nanosecond"), date.clone()], Long, "765432100");
    check("datetime_part", &[s("dayOfYear"), date], Long, "303");
    check("datetime_diff", &[s("year"), dt("2017-01-01"), dt("2000-12-31")], Long, "17");
    check("datetime_diff", &[s("week"), dt("2017-10-29"), dt("2017-09-30T23:59:00")], Real, "5.0");
    check("datetime_diff", &[s("hour"), dt("2017-10-31T01:00:00"), dt("2017-10-30T23:59:00")], Long, "2");
    check("datetime_add", &[s("month"), l(1), dt("2020-01-31")], Datetime, "\"2020-02-29T00:00:00.0000000Z\"");
    check("datetime_add", &[s("year"), l(9000), dt("2020-01-31")], Datetime, "null");
}

#[test]
fn times_are_made() {
    let parts = [l(2017), l(10), l(1), l(12), l(10), r(0.123_456_7)];
    check("make_datetime", &parts, Datetime, "\"2017-10-01T12:10:00.1234567Z\"");
    check("make_datetime", &[l(2017), l(13), l(1)], Datetime, "null");
    check("make_timespan", &[l(1), l(12), l(30), r(55.123)], Timespan, "\"1.12:30:55.1230000\"");
    check(
        "unixtime_nanoseconds_todatetime",
        &[l(1_546_300_800_000_000_000)],
        Datetime,
        "\"2019-01-01T00:00:00.0000000Z\"",
    );
}

#[test]
fn formats() {
    let date = dt("2009-06-05T03:04:05");
    check("format_datetime", &[date.clone(), s("ddd ss.FFF MMM")], String, "\"055 05. 066\"");
    check("format_datetime", &[date.clone(), s("yyyyy tttt h:mm")], String, "\"20099 AMAM 3:04\"");
    check("format_datetime", &[date, s("yyyy-MM-dd HH:mm:ss.fffffff")], String, "\"2009-06-05 03:04:05.0000000\"");
    check("format_timespan", &[ts("29.09:00:05.12345"), s("dd.hh:mm:ss:FF")], String, "\"29.09:00:05:12\"");
    check(
        "format_timespan",
        &[ts("29.09:00:05.12345"), s("ddd.h:mm:ss [fffffff]")],
        String,
        "\"029.9:00:05 [1234500]\"",
    );
}
