//! From a query to an address.

use url::form_urlencoded::byte_serialize;
use url::{Host, Url};

use super::{DATA_EXPLORER, Link, LinkPlace, codec};
use crate::config::{Api, Connection, ConnectionKind, TimeRange};
use crate::result::datetime_text;

/// What clusters of the public cloud are called.
pub(super) const KUSTO_DOMAIN: &str = ".kusto.windows.net";

/// Where the queries of a connection are opened.
pub(super) fn place(connection: &Connection) -> Result<LinkPlace, String> {
    let service = match &connection.kind {
        ConnectionKind::Service(service) => service,
        ConnectionKind::Recorded { .. } => return Err("recorded answers have no portal".to_owned()),
        ConnectionKind::Lab | ConnectionKind::Files { .. } => {
            return Err(format!("'{}' is data on this machine and has no portal", connection.name));
        }
    };
    if is_loopback(&service.base_url) {
        return Err("a service on this machine has no portal".to_owned());
    }
    match &service.api {
        Api::Defender | Api::Mde | Api::Graph { .. } => {
            Ok(LinkPlace::Defender { host: service.cloud.portal().to_owned() })
        }
        Api::Kusto { database, .. } => {
            Ok(LinkPlace::DataExplorer { cluster: service.base_url.clone(), database: Some(database.clone()) })
        }
        Api::LogAnalytics { resource_id: Some(id), .. } => {
            Ok(LinkPlace::LogAnalytics { host: service.cloud.azure_portal().to_owned(), resource_id: id.clone() })
        }
        Api::LogAnalytics { .. } => {
            Err("a link needs the ARM id of the workspace: set resource_id of the connection".to_owned())
        }
    }
}

fn is_loopback(base_url: &str) -> bool {
    match Url::parse(base_url.trim()).ok().as_ref().and_then(Url::host) {
        Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

pub(super) fn url(link: &Link, now: i64) -> Result<String, String> {
    match &link.place {
        LinkPlace::Defender { host } => Ok(defender(host, link, now)),
        LinkPlace::DataExplorer { cluster, database } => data_explorer(cluster, database.as_deref(), &link.query),
        LinkPlace::LogAnalytics { host, resource_id } => log_analytics(host, resource_id, link),
    }
}

fn defender(host: &str, link: &Link, now: i64) -> String {
    let query = codec::pack_utf16(&link.query);
    let range = defender_range(link.time_range.as_ref(), now);
    let tenant = link.tenant.as_deref().filter(|it| is_guid(it)).map_or_else(String::new, |it| format!("&tid={it}"));
    format!("https://{host}/v2/advanced-hunting?query={query}&{range}{tenant}")
}

/// The portal has names for three ranges; any other is written as fixed times. A service without a range asks about
/// thirty days, which is the portal's month.
fn defender_range(range: Option<&TimeRange>, now: i64) -> String {
    let named = range.map_or(Some("month"), |range| match range.text() {
        "P1D" | "PT24H" => Some("day"),
        "P7D" | "P1W" => Some("week"),
        "P30D" | "P1M" => Some("month"),
        _ => None,
    });
    if let Some(name) = named {
        return format!("timeRangeId={name}");
    }
    let (from, to) = range.map_or((now, now), |it| it.resolve(now));
    // The portal's times have milliseconds; nothing that was asked for may fall out at the end.
    let to = to.saturating_add(9_999);
    format!("fromDate={}&toDate={}", percent(&millisecond_text(from)), percent(&millisecond_text(to)))
}

/// `2025-07-01T00:00:00.000Z`
fn millisecond_text(ticks: i64) -> String {
    let text = datetime_text(ticks);
    match text.split_once('.') {
        Some((seconds, fraction)) => format!("{seconds}.{}Z", fraction.get(..3).unwrap_or("000")),
        None => text,
    }
}

fn data_explorer(cluster: &str, database: Option<&str>, query: &str) -> Result<String, String> {
    let host = Url::parse(cluster.trim()).ok().and_then(|it| it.host_str().map(str::to_owned)).unwrap_or_default();
    let Some(name) = host.strip_suffix(KUSTO_DOMAIN).filter(|it| !it.is_empty()) else {
        return Err(format!("{DATA_EXPLORER} opens clusters of {}, not '{host}'", &KUSTO_DOMAIN[1..]));
    };
    let database = database.map_or_else(String::new, |it| format!("/databases/{}", percent(it)));
    let query = percent(&codec::pack_utf8(query));
    Ok(format!("https://{DATA_EXPLORER}/clusters/{name}{database}?query={query}"))
}

fn log_analytics(host: &str, resource_id: &str, link: &Link) -> Result<String, String> {
    if !resource_id.starts_with('/') {
        return Err(format!("'{resource_id}' is no ARM id: it starts with /subscriptions/"));
    }
    let tenant = link.tenant.as_deref().map_or_else(String::new, |it| format!("@{}/", percent(it)));
    let query = percent(&codec::pack_utf8(&link.query));
    let resource = percent(resource_id);
    let range = link.time_range.as_ref().map_or_else(String::new, |it| format!("/timespan/{}", percent(it.text())));
    Ok(format!(
        "https://{host}/#{tenant}blade/Microsoft_Azure_Monitoring_Logs/LogsBlade/resourceId/{resource}/source/\
         LogsBlade.AnalyticsShareLinkToQuery/q/{query}{range}"
    ))
}

/// Percent-encoded, blanks too: a plus is a plus only in forms.
fn percent(text: &str) -> String {
    byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}

/// `tid` is an id; a domain is none.
fn is_guid(text: &str) -> bool {
    crate::result::parse_guid(text).is_some() && text.len() == 36
}
