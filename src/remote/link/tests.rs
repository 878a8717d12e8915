//! Links against vectors that other programs made, and against hostile ones.

use std::io::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use super::*;
use crate::config::{Api, Clock, ConnectionKind, Service, parse_instant};

const QUERY: &str = "DeviceEvents | take 5";
/// Made by Python's gzip from UTF-16LE.
const UTF16: &str = "H4sIAAAAAAACA3NhSGUoY8hkSAbSrkBWKkMeQwlDMYMCQw0QlzAkMmQDxRQYTBkA3AV9oSoAAAA";
/// Made by Python's gzip from UTF-8.
const UTF8: &str = "H4sIAAAAAAACA3NJLctMTnUtS80rKVaoUShJzE5VMAUAdsmasxUAAAA%3D";

fn query_of(url: &str) -> String {
    Link::decode(url).unwrap_or_else(|it| panic!("{url}: {it}")).query
}

fn service(api: Api, base_url: &str) -> Connection {
    Connection::new("it", ConnectionKind::Service(Box::new(Service::at(api, base_url))), Clock::System)
}

fn defender() -> Connection {
    service(Api::Defender, "https://api.security.microsoft.com")
}

#[test]
fn vectors_of_other_programs() {
    for url in [
        format!("https://security.microsoft.com/v2/advanced-hunting?query={UTF16}&timeRangeId=week"),
        format!("https://security.microsoft.com/hunting?query={UTF16}&runQuery=true&timeRangeId=week"),
        format!("https://securitycenter.windows.com/hunting?query={UTF16}"),
        format!("https://security.microsoft.us/v2/advanced-hunting?Query={UTF16}%3D"),
        format!("  https://security.apps.mil/v2/advanced-hunting?query={UTF16}=&tid=x  "),
        format!("https://security.microsoft.com/v2/advanced-hunting?query={UTF8}"),
        "https://security.microsoft.com/v2/advanced-hunting?query=DeviceEvents%20%7C%20take+5".to_owned(),
        format!("https://dataexplorer.azure.com/clusters/help/databases/Samples?query={UTF8}"),
        format!("https://help.kusto.windows.net/Samples?web=1&query={}", UTF8.trim_end_matches("%3D")),
        "https://help.kusto.windows.net/Samples?web=1&query=DeviceEvents%20|%20take%205".to_owned(),
        format!("https://portal.azure.com/#@contoso.com/blade/x/LogsBlade/resourceId/%2Fa/q/{UTF8}/timespan/P1D"),
        "https://portal.azure.us/#blade/x/y/resourceId/%2Fa/query/DeviceEvents%20%7C%20take%205".to_owned(),
    ] {
        assert_eq!(query_of(&url), QUERY, "{url}");
    }
}

#[test]
fn both_alphabets_padding_and_double_encoding() {
    // A text whose packed bytes use both letters in which the alphabets differ.
    let (text, packed) = (0..100_000_u32)
        .map(|n| format!("print x = '{n}' // ÿþ"))
        .map(|text| (text.clone(), STANDARD.encode(URL_SAFE_NO_PAD.decode(codec::pack_utf16(&text)).unwrap())))
        .find(|(_, packed)| packed.contains('+') && packed.contains('/') && packed.ends_with('='))
        .unwrap();
    let base = "https://security.microsoft.com/v2/advanced-hunting?query=";
    for spelled in [
        packed.clone(),
        packed.replace('+', "-").replace('/', "_"),
        packed.replace('+', "-").replace('/', "_").trim_end_matches('=').to_owned(),
        packed.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D"),
        packed.replace('+', "%252B").replace('/', "%252F").replace('=', "%253D"),
    ] {
        assert_eq!(query_of(&format!("{base}{spelled}")), text, "{spelled}");
    }
}

#[test]
fn what_we_write_we_read() {
    let arm = "/subscriptions/1/resourceGroups/a b/providers/Microsoft.OperationalInsights/workspaces/soc";
    let kusto =
        |base_url| service(Api::Kusto { database: "tele metry".to_owned(), v1: false, progressive: true }, base_url);
    let log_analytics = service(
        Api::LogAnalytics { workspace: "w".to_owned(), more_workspaces: Vec::new(), resource_id: Some(arm.to_owned()) },
        "https://api.loganalytics.io",
    );
    let range = TimeRange::parse("2024-02-01T08:00:00Z/2024-02-15T08:00:00Z").unwrap();
    let queries =
        ["x", "", "T\r\n| where a == \"ä🦊\u{202e}\" and b % 2 == 0 // +/=&#?%41", &"T | take 1\n".repeat(5000)];
    for connection in [defender(), kusto("https://soc.westeurope.kusto.windows.net"), log_analytics] {
        for query in queries {
            let url = deep_link(&connection, query, Some(&range)).unwrap();
            assert!(url.bytes().all(|it| it.is_ascii_graphic()), "{url}");
            assert!(!url.to_ascii_lowercase().contains("runquery"), "{url}");
            portal_page(&url).unwrap();
            let link = Link::decode(&url).unwrap();
            assert_eq!(link.query, query, "{url}");
            assert_eq!(link.place, write::place(&connection).unwrap(), "{url}");
            match link.place {
                LinkPlace::DataExplorer { .. } => assert!(deep_link_note(&connection, Some(&range)).is_some()),
                _ => assert_eq!(link.time_range.map(|it| it.resolve(0)), Some(range.resolve(0)), "{url}"),
            }
        }
    }
}

#[test]
fn time_ranges_and_tenants_of_the_portal() {
    let now = parse_instant("2025-03-17T12:00:00Z").unwrap();
    let mut link = Link {
        query: QUERY.to_owned(),
        place: LinkPlace::Defender { host: "security.microsoft.com".to_owned() },
        time_range: None,
        tenant: Some("contoso.com".to_owned()),
    };
    let tail = |link: &Link| link.encode(now).unwrap().split_once('&').unwrap().1.to_owned();
    assert_eq!(tail(&link), "timeRangeId=month", "the service itself asks about thirty days");
    for (text, expected) in [
        ("P1D", "timeRangeId=day"),
        ("P1W", "timeRangeId=week"),
        ("P30D", "timeRangeId=month"),
        ("PT12H", "fromDate=2025-03-17T00%3A00%3A00.000Z&toDate=2025-03-17T12%3A00%3A00.000Z"),
        (
            "2025-01-01T00:00:00.1234567Z/2025-01-01T00:00:01.0000001Z",
            "fromDate=2025-01-01T00%3A00%3A00.123Z&toDate=2025-01-01T00%3A00%3A01.001Z",
        ),
    ] {
        link.time_range = TimeRange::parse(text);
        assert_eq!(tail(&link), expected, "{text}");
    }
    link.tenant = Some("7f5d2c1e-0000-4000-8000-000000000001".to_owned());
    assert!(tail(&link).ends_with("&tid=7f5d2c1e-0000-4000-8000-000000000001"));
}

#[test]
fn what_is_no_link_says_why() {
    let gzip = |bytes: &[u8]| {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        packer.write_all(bytes).unwrap();
        packer.finish().unwrap()
    };
    let bomb = gzip(&vec![b'a'; 64 << 20]);
    assert!(bomb.len() < 100_000, "a small link");
    let cut = &gzip(b"DeviceEvents | take 5")[..20];
    let odd = gzip(&[0, 1, 2]);
    let portal =
        |bytes: &[u8]| format!("https://security.microsoft.com/hunting?query={}", URL_SAFE_NO_PAD.encode(bytes));
    for (url, expected) in [
        (portal(&bomb), "longer than any query"),
        (portal(cut), "damaged"),
        (portal(&odd), "no text"),
        ("https://security.microsoft.com/hunting".to_owned(), "no query"),
        ("https://security.microsoft.com/hunting?query=".to_owned(), "no query"),
        (format!("https://security.microsoft.com/hunting?query={UTF16}&timeRangeId=fortnight"), "fortnight"),
        (format!("https://security.microsoft.com/hunting?query={UTF16}&fromDate=a&toDate=b"), "a/b"),
        (format!("https://security.microsoft.com.evil.example/hunting?query={UTF16}"), "evil.example"),
        (format!("http://security.microsoft.com/hunting?query={UTF16}"), "https"),
        ("https://portal.azure.com/#blade/x".to_owned(), "no query"),
        ("DeviceEvents".to_owned(), "no address"),
        (format!("https://dataexplorer.azure.com/?query={UTF8}"), "no cluster"),
    ] {
        let said = Link::decode(&url).unwrap_err();
        assert!(said.contains(expected), "{url:.80}: {said}");
    }
}

#[test]
fn connections_without_a_portal_say_why() {
    let kusto = |base_url| service(Api::Kusto { database: "d".to_owned(), v1: false, progressive: true }, base_url);
    for (connection, expected) in [
        (Connection::new("lab", ConnectionKind::Lab, Clock::EndOfData), "no portal"),
        (service(Api::Defender, "http://127.0.0.1:7878"), "this machine"),
        (kusto("http://localhost:8080"), "this machine"),
        (kusto("https://x.z0.kusto.fabric.microsoft.com"), "fabric"),
        (
            service(
                Api::LogAnalytics { workspace: "w".to_owned(), more_workspaces: Vec::new(), resource_id: None },
                "https://api.loganalytics.io",
            ),
            "resource_id",
        ),
    ] {
        let said = deep_link(&connection, QUERY, None).unwrap_err();
        assert!(said.contains(expected), "{said}");
    }
    let noise: String = (0..20_000).map(|_| char::from(fastrand::u8(b'a'..=b'z'))).collect();
    assert!(deep_link(&defender(), &noise, None).unwrap_err().contains("copy the query"));
}

#[test]
fn only_pages_of_known_portals_are_opened() {
    for url in [
        "http://security.microsoft.com/",
        "https://security.microsoft.com:8443/",
        "https://me@security.microsoft.com/",
        "https://security.microsoft.com.evil.example/",
        "https://evil.example/?security.microsoft.com",
        "file:///etc/passwd",
        "security.microsoft.com",
        "javascript:alert(1)",
        "https://help.kusto.windows.net/",
        "https://security.microsoft.com/hunting?query=a&runQuery=true",
        "https://security.microsoft.com/hunting?query=a&RUNQUERY=1",
    ] {
        assert!(portal_page(url).is_err(), "{url}");
    }
    for host in ["security.microsoft.com", "security.apps.mil", "portal.azure.us", "dataexplorer.azure.com"] {
        portal_page(&format!("https://{host}/x?query=a")).unwrap();
    }
}
