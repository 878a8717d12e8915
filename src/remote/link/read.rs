//! From an address to a query.

use url::Url;

use super::codec::percent_decoded;
use super::write::KUSTO_DOMAIN;
use super::{DATA_EXPLORER, Link, LinkPlace, codec};
use crate::config::{Cloud, TimeRange};

/// Hosts of Defender's portal: today's, and those of older links.
const OLD_PORTALS: [&str; 3] =
    ["securitycenter.windows.com", "securitycenter.microsoft.com", "mto.security.microsoft.com"];
/// Azure's portal in China, whose links look the same.
const AZURE_CHINA: &str = "portal.azure.cn";
/// An address longer than this is none.
const MAX_TEXT: usize = 2 * 1024 * 1024;

pub(super) fn link(text: &str) -> Result<Link, String> {
    if text.len() > MAX_TEXT {
        return Err("this is too long for a link".to_owned());
    }
    let url = Url::parse(text.trim()).map_err(|it| format!("this is no address: {it}"))?;
    if url.scheme() != "https" {
        return Err(format!("a link into a portal starts with https, not '{}'", url.scheme()));
    }
    let host = url.host_str().unwrap_or_default().to_ascii_lowercase();
    let is_defender = Cloud::ALL.into_iter().any(|it| it.portal() == host) || OLD_PORTALS.contains(&host.as_str());
    if is_defender {
        return defender(&url, host);
    }
    if host == DATA_EXPLORER || host.ends_with(KUSTO_DOMAIN) {
        return data_explorer(&url, &host);
    }
    if Cloud::ALL.into_iter().any(|it| it.azure_portal() == host) || host == AZURE_CHINA {
        return log_analytics(&url, host);
    }
    Err(format!("'{host}' is no portal whose links Tallyho reads: Defender, Azure Data Explorer, Azure's logs"))
}

/// The value of a parameter, its name in any case.
fn parameter(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.into_owned())
}

fn no_query() -> String {
    "there is no query in this link".to_owned()
}

fn defender(url: &Url, host: String) -> Result<Link, String> {
    let query = codec::unpack(&parameter(url, "query").filter(|it| !it.is_empty()).ok_or_else(no_query)?)?;
    let time_range = match parameter(url, "timeRangeId") {
        Some(id) => Some(match id.to_ascii_lowercase().as_str() {
            "day" => range("P1D")?,
            "week" => range("P7D")?,
            "month" => range("P30D")?,
            _ => return Err(format!("the link asks about the time '{id}', which Tallyho does not know")),
        }),
        None => match (parameter(url, "fromDate"), parameter(url, "toDate")) {
            (Some(from), Some(to)) => Some(range(&format!("{from}/{to}"))?),
            (Some(from), None) => Some(range(&from)?),
            (None, Some(to)) => return Err(format!("the link asks about the time until '{to}' and no time from")),
            (None, None) => None,
        },
    };
    Ok(Link { query, place: LinkPlace::Defender { host }, time_range, tenant: parameter(url, "tid") })
}

fn range(text: &str) -> Result<TimeRange, String> {
    TimeRange::parse(text).ok_or_else(|| format!("the link asks about the time '{text}', which is none"))
}

fn data_explorer(url: &Url, host: &str) -> Result<Link, String> {
    let query = codec::unpack(&parameter(url, "query").filter(|it| !it.is_empty()).ok_or_else(no_query)?)?;
    let segments: Vec<String> =
        url.path_segments().into_iter().flatten().filter(|it| !it.is_empty()).map(percent_decoded).collect();
    let behind = |name: &str| {
        let at = segments.iter().position(|it| it.eq_ignore_ascii_case(name))?;
        segments.get(at + 1).cloned()
    };
    let (cluster, database) = if host == DATA_EXPLORER {
        let name = behind("clusters").ok_or_else(|| "there is no cluster in this link".to_owned())?;
        (cluster_address(&name), behind("databases"))
    } else {
        (format!("https://{host}"), segments.first().cloned())
    };
    let place = LinkPlace::DataExplorer { cluster, database };
    Ok(Link { query, place, time_range: None, tenant: parameter(url, "tenant") })
}

/// `help` and `soc.westeurope` are short for clusters of the public cloud.
fn cluster_address(name: &str) -> String {
    let name = name.trim_start_matches("https://");
    if name.contains(".kusto.") { format!("https://{name}") } else { format!("https://{name}{KUSTO_DOMAIN}") }
}

/// Everything stands behind the `#`, as names and values between slashes.
fn log_analytics(url: &Url, host: String) -> Result<Link, String> {
    let fragment = url.fragment().unwrap_or_default();
    let segments: Vec<&str> = fragment.split('/').collect();
    let behind = |name: &str| {
        let at = segments.iter().position(|it| it.eq_ignore_ascii_case(name))?;
        segments.get(at + 1).filter(|it| !it.is_empty()).map(|it| percent_decoded(it))
    };
    let query = match (behind("q"), behind("query")) {
        (Some(packed), _) => codec::unpack(&packed)?,
        (None, Some(plain)) => plain,
        (None, None) => return Err(no_query()),
    };
    let resource_id = behind("resourceId").ok_or_else(|| "there is no workspace in this link".to_owned())?;
    let time_range = behind("timespan").map(|it| range(&it)).transpose()?;
    let tenant = segments.first().and_then(|it| it.strip_prefix('@')).map(percent_decoded);
    Ok(Link { query, place: LinkPlace::LogAnalytics { host, resource_id }, time_range, tenant })
}
