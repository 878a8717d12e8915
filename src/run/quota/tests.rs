//! The ledger with the time given: windows, lost calls, clocks that jump, many writers, files that grow.

use std::fs;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::account::Account;
use super::forecast::{limit_in, span_text};
use super::ledger::{Ending, Ledger};
use super::record::{Books, Record};
use super::{Forecast, QuotaKind};
use crate::config::{Api, Clock, Connection, ConnectionKind, QuotaProfile, Service};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);

fn account() -> Account {
    Account { name: "graph contoso.com".to_owned() }
}

fn start() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_763_770_000)
}

fn profile() -> QuotaProfile {
    QuotaProfile::built_in().into_iter().find(|it| it.name == "seed").unwrap()
}

fn used(forecast: &Forecast, what: QuotaKind, window: Duration) -> u64 {
    forecast.gauges.iter().find(|it| it.what == what && it.window == window).unwrap().used
}

fn call(ledger: &Ledger, at: SystemTime, ran: Duration) {
    let open = ledger.begin(&account(), &profile(), at);
    ledger.end(open, ran, None, Ending::Answered, &profile());
}

#[test]
fn windows_roll() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = Ledger::new(folder.path().join("quota"));
    for n in 0..10 {
        call(&ledger, start() + n * SECOND, SECOND);
    }
    let now = start() + 10 * SECOND;
    let forecast = ledger.forecast(&account(), &profile(), now);
    assert_eq!(used(&forecast, QuotaKind::Calls, MINUTE), 10);
    assert_eq!(used(&forecast, QuotaKind::Running, HOUR), 10_000);
    assert_eq!(forecast.fits_at, Some(start() + MINUTE), "the first call leaves the window");
    assert_eq!(forecast.reason, "the quota is used up, 10 of 10 calls a minute; a query fits in 50 s");
    let later = ledger.forecast(&account(), &profile(), start() + MINUTE);
    assert_eq!((later.fits_at, used(&later, QuotaKind::Calls, MINUTE)), (None, 9));
    assert!(
        later.reason.starts_with("9 of 10 calls a minute, 10 s of 10 min running time an hour"),
        "{}",
        later.reason
    );
}

#[test]
fn running_time_leaves_bit_by_bit() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = Ledger::new(folder.path().to_owned());
    call(&ledger, start(), 6 * MINUTE);
    call(&ledger, start() + 6 * MINUTE, 5 * MINUTE);
    let now = start() + 20 * MINUTE;
    let forecast = ledger.forecast(&account(), &profile(), now);
    assert_eq!(used(&forecast, QuotaKind::Running, HOUR), 11 * 60_000);
    // One minute of the eleven has to leave, and a bit.
    assert_eq!(forecast.fits_at, Some(start() + HOUR + MINUTE + Duration::from_millis(1)));
}

#[test]
fn a_call_that_nobody_ends_is_over_after_the_longest_time() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = Ledger::new(folder.path().to_owned());
    drop(ledger.begin(&account(), &profile(), start()));
    let running = |at| used(&ledger.forecast(&account(), &profile(), at), QuotaKind::Running, HOUR);
    assert_eq!(running(start() + MINUTE), 60_000, "it runs as far as anyone knows");
    assert_eq!(running(start() + 30 * MINUTE), 600_000, "no request runs longer than ten minutes");
    assert_eq!(running(start() + 2 * HOUR), 0);
}

#[test]
fn a_clock_that_is_set_back_blocks_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = Ledger::new(folder.path().to_owned());
    for n in 0..10 {
        call(&ledger, start() + 240 * HOUR + n * SECOND, SECOND);
    }
    let forecast = ledger.forecast(&account(), &profile(), start());
    assert_eq!((forecast.fits_at, used(&forecast, QuotaKind::Calls, MINUTE)), (None, 0));
    assert!(forecast.notes.iter().any(|it| it.contains("set back")), "{:?}", forecast.notes);
    // A little back is a correction of the clock: these calls have just been.
    let forecast = ledger.forecast(&account(), &profile(), start() + 240 * HOUR - MINUTE);
    assert_eq!(used(&forecast, QuotaKind::Calls, MINUTE), 10);
}

#[test]
fn refusals_without_a_time_wait_longer_each_time_until_one_is_answered() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = Ledger::new(folder.path().to_owned());
    let refuse = |at| {
        let open = ledger.begin(&account(), &profile(), at);
        let ending = Ending::Refused { message: "Too many.", retry_after: None };
        ledger.end(open, SECOND, None, ending, &profile()).unwrap().as_secs()
    };
    let mut at = start();
    for longest in [30, 60, 120, 240, 480, 600, 600] {
        let wait = refuse(at);
        assert!((longest..=longest * 5 / 4).contains(&wait), "{wait} of {longest}");
        at += HOUR;
    }
    call(&ledger, at, SECOND);
    assert!(ledger.forecast(&account(), &profile(), at + SECOND).fits_at.is_none());
    assert!(refuse(at + MINUTE) <= 38, "an answer ends the series");
}

#[test]
fn a_forced_query_that_is_answered_ends_the_wait() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = Ledger::new(folder.path().to_owned());
    let open = ledger.begin(&account(), &profile(), start());
    let ending = Ending::Refused { message: "Try in 600 seconds.", retry_after: Some(10 * MINUTE) };
    ledger.end(open, SECOND, None, ending, &profile());
    let now = start() + 2 * SECOND;
    assert_eq!(ledger.forecast(&account(), &profile(), now).fits_at, Some(start() + SECOND + 10 * MINUTE));
    call(&ledger, now, SECOND);
    assert_eq!(ledger.forecast(&account(), &profile(), now + SECOND).fits_at, None);
}

#[test]
fn eight_writers_lose_nothing_while_the_file_is_compacted() {
    let folder = tempfile::tempdir().unwrap();
    let ledgers: Vec<Arc<Ledger>> = (0..2).map(|_| Arc::new(Ledger::new(folder.path().to_owned()))).collect();
    std::thread::scope(|scope| {
        for n in 0..8_u32 {
            let ledger = Arc::clone(&ledgers[n as usize % 2]);
            scope.spawn(move || {
                for m in 0..200_u32 {
                    call(&ledger, start() + Duration::from_millis(u64::from(n * 200 + m)), Duration::from_millis(10));
                }
            });
        }
    });
    let forecast = ledgers[0].forecast(&account(), &profile(), start() + 2 * SECOND);
    assert_eq!(used(&forecast, QuotaKind::Calls, MINUTE), 1600);
    assert_eq!(used(&forecast, QuotaKind::Running, HOUR), 16_000);
    assert!(forecast.notes.is_empty(), "{:?}", forecast.notes);
}

#[test]
fn a_file_stays_small_and_says_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = Ledger::new(folder.path().to_owned());
    // Ten hours with a call of twelve seconds every half minute: more lines than a small file has.
    for n in 0..1200_u32 {
        call(&ledger, start() + n * 30 * SECOND, 12 * SECOND);
    }
    let now = start() + 10 * HOUR;
    let forecast = ledger.forecast(&account(), &profile(), now);
    assert_eq!(used(&forecast, QuotaKind::Running, 24 * HOUR), 1200 * 12_000);
    assert_eq!(used(&forecast, QuotaKind::Running, HOUR), 120 * 12_000);
    let size = fs::metadata(folder.path().join(account().file_name())).unwrap().len();
    assert!(size < 80 * 1024, "{size}");
}

#[test]
fn compacting_changes_no_sum() {
    let now = 1_763_800_000_000;
    let mut books = Books::default();
    for n in 0..500_u64 {
        let sent = now - n * 170_000;
        books.take(&Record::End { id: format!("{n}"), sent, ran: 5_000, cpu: n }, now);
    }
    books.take(&Record::Limit { at: now, what: QuotaKind::Calls, window: 60_000, amount: 45 }, now);
    books.take(&Record::Refused { at: now, until: now + 40_000, streak: 3 }, now);
    let mut again = Books::default();
    books.compact(now).iter().for_each(|it| {
        let mut line = String::new();
        it.write(&mut line);
        again.take(&Record::parse(line.trim_end()).unwrap_or_else(|| panic!("{line}")), now);
    });
    for (what, window) in [
        (QuotaKind::Calls, 60_000),
        (QuotaKind::Calls, 3_600_000),
        (QuotaKind::Running, 3_600_000),
        (QuotaKind::Running, 86_400_000 - 120_000),
        (QuotaKind::Cpu, 900_000),
    ] {
        assert_eq!(again.used(what, window, now, now), books.used(what, window, now, now), "{what:?} {window}");
    }
    assert_eq!((again.refused, &again.learned), (books.refused, &books.learned));
}

#[test]
fn limits_in_the_words_of_a_service() {
    for (message, expected) in [
        ("API calls quota exceeded! maximum allowed 45 per 00:01:00", Some((45, 60_000))),
        ("(429): API calls quota exceeded! maximum allowed 1500 per 01:00:00.", Some((1500, 3_600_000))),
        ("maximum allowed 10 per 1.00:00:00", Some((10, 86_400_000))),
        ("maximum allowed 0 per 00:01:00", None),
        ("maximum allowed 45 per minute", None),
        ("maximum allowed 45 per 9.00:00:00", None),
        ("maximum allowed", None),
        ("Please retry after 45 seconds", None),
    ] {
        assert_eq!(limit_in(message), expected, "{message}");
    }
    assert_eq!(span_text(125_000), "2 min 5 s");
    assert_eq!(span_text(1), "1 s");
    assert_eq!(span_text(4 * 3_600_000), "4 h");
    assert_eq!(span_text(0), "0 s");
}

#[test]
fn who_shares_a_quota() {
    let service = |api: Api, base_url: &str, tenant: Option<&str>| {
        let mut service = Service::at(api, base_url);
        service.sign_in.tenant = tenant.map(str::to_owned);
        Connection::new("it", ConnectionKind::Service(Box::new(service)), Clock::System)
    };
    let account = |it: &Connection| Account::of(it).unwrap().name;
    let eu = service(Api::Defender, "https://eu.api.security.microsoft.com", Some("Contoso.com"));
    let us = service(Api::Defender, "https://us.api.security.microsoft.com", Some("contoso.com "));
    assert_eq!(account(&eu), account(&us), "regional hosts count as one");
    assert_ne!(account(&eu), account(&service(Api::Mde, "https://eu.api.security.microsoft.com", Some("contoso.com"))));
    let local = service(Api::Defender, "http://127.0.0.1:7878", Some("contoso.com"));
    assert_eq!(account(&local), "defender http://127.0.0.1:7878", "a test server is no tenant");
    let any = service(Api::Defender, "https://api.security.microsoft.com/", Some("organizations"));
    assert_eq!(account(&any), "defender https://api.security.microsoft.com");
    assert_eq!(Account::of(&Connection::new("lab", ConnectionKind::Lab, Clock::EndOfData)), None);
}
