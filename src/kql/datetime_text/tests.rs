//! Which texts are datetimes, and which instants.

use super::super::scalar::{MAX_DATETIME_TICKS, TICKS_PER_DAY, TICKS_PER_SECOND, UNIX_EPOCH_TICKS};
use super::{parse_datetime, ticks_of_date};

fn seconds(unix: i64) -> i64 {
    UNIX_EPOCH_TICKS + unix * TICKS_PER_SECOND
}

#[test]
fn the_forms_of_one_instant_agree() {
    let noon = Some(seconds(1_669_988_756)); // 2022-12-02T13:45:56Z
    for text in [
        "2022-12-02 13:45:56",
        "2022-12-02T13:45:56",
        "2022-12-02T13:45:56Z",
        "2022-12-02T13:45:56.0000000Z",
        "2022-12-02T15:45:56+02:00",
        "2022-12-02T06:45:56-0700",
        "2022/12/02 13:45:56",
        "12-02-2022 13:45:56",
        "12/02/2022 13:45:56",
        "12.02.2022 13:45:56",
        "12/2/2022, 1:45:56 PM",
        "12/2/2022, 1:45:56\u{202f}PM",
        "Dec 2, 2022 1:45:56 PM",
        "Dec 2, 2022, 1:45:56.000 pm",
        "2 Dec 2022 13:45:56",
        "Fri, 02 Dec 2022 13:45:56 GMT",
        "Friday, 02-Dec-22 13:45:56 UTC",
        "  2022-12-02T13:45:56Z  ",
        "2022 - 12 - 02 13:45:56",
    ] {
        assert_eq!(parse_datetime(text), noon, "{text}");
    }
}

#[test]
fn dates_without_time_are_midnight() {
    let day = ticks_of_date(2022, 12, 2);
    for text in ["2022-12-02", "2022/12/2", "12-02-2022", "2 Dec 2022", "Dec 2, 2022", "December 2 2022", "20221202"] {
        assert_eq!(parse_datetime(text), day, "{text}");
    }
    assert_eq!(parse_datetime("2/3/2022"), ticks_of_date(2022, 2, 3), "month first");
    assert_eq!(parse_datetime("1/2/34"), ticks_of_date(2034, 1, 2), "two digits of the year");
    assert_eq!(parse_datetime("1970-5-12"), ticks_of_date(1970, 5, 12));
}

#[test]
fn the_whole_range_and_every_tick() {
    assert_eq!(parse_datetime("0001-01-01T00:00:00Z"), Some(0));
    assert_eq!(parse_datetime("9999-12-31T23:59:59.9999999Z"), Some(MAX_DATETIME_TICKS));
    assert_eq!(parse_datetime("0001-01-01T00:00:00+01:00"), None, "before the first instant");
    assert_eq!(parse_datetime("0001-01-02T00:00:00.1234567").map(|t| t - TICKS_PER_DAY), Some(1_234_567));
    assert_eq!(parse_datetime("0001-01-01T00:00:00.123456789"), Some(1_234_567), "the eighth digit is dropped");
    assert_eq!(parse_datetime("2018-02-24T15:14"), Some(seconds(1_519_485_240)));
    assert_eq!(parse_datetime("12/2/2022 12:00:00 AM"), ticks_of_date(2022, 12, 2), "midnight of the 12-hour clock");
}

#[test]
fn what_is_not_a_datetime() {
    for text in [
        "",
        " ",
        "not a date",
        "Invalid date",
        "x12-02-2022",
        "13-01-2022",
        "2022-13-01",
        "2022-02-29",
        "2022-12-02T24:00:00",
        "2016-12-31T23:59:60Z",
        "2022-12-02T",
        "2022-12-02T13",
        "2022-12-02 13:45:56 Q",
        "2022-12-02T13:45:56.",
        "2022-12-02,",
        "12/2/2022 13:45 PM",
        "2022-12/02",
        "1.2.3.4",
        "10.0.19041.1",
        "999999999999999999999",
        "0000-01-01",
        "２０２２-12-02",
    ] {
        assert_eq!(parse_datetime(text), None, "{text}");
    }
}
