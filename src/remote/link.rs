//! Links into the portals: a query becomes an address, and an address a query. Nothing here sends or runs anything.
//!
//! The three portals carry a query packed by gzip in base64; they differ in the text's encoding, in the alphabet and in
//! where the parts stand. Reading accepts what any of them has been seen to write; a link that Tallyho writes never asks
//! the portal to run the query.

mod codec;
mod read;
mod write;

use url::Url;

use crate::config::{Cloud, Connection, TimeRange};

/// A query with its place in a portal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// As it was written; it comes from whoever made the link and is as hostile as any data.
    pub query: String,
    pub place: LinkPlace,
    pub time_range: Option<TimeRange>,
    /// A tenant's id, or its domain where the portal takes one.
    pub tenant: Option<String>,
}

/// Where a query is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkPlace {
    /// Defender's portal, by its host: `security.microsoft.com`.
    Defender { host: String },
    /// The web page of Azure Data Explorer: the cluster's address, and a database.
    DataExplorer { cluster: String, database: Option<String> },
    /// The logs page of Azure's portal, by its host and the ARM id of what is asked.
    LogAnalytics { host: String, resource_id: String },
}

/// Portals take addresses of about this length; what is longer is cut somewhere on the way.
const MAX_URL: usize = 8000;

/// The page of Azure Data Explorer, which serves the clusters of the public cloud.
const DATA_EXPLORER: &str = "dataexplorer.azure.com";

impl Link {
    /// The address. `now`, in ticks, is what a range like the last twelve hours ends at, for a portal that takes only
    /// fixed times. Fails where the portal cannot take the query, with one sentence.
    pub fn encode(&self, now: i64) -> Result<String, String> {
        let url = write::url(self, now)?;
        if url.len() > MAX_URL {
            return Err(format!(
                "the link would have {} characters, and portals take about {MAX_URL}; copy the query instead",
                url.len()
            ));
        }
        Ok(url)
    }

    /// Reads an address. Fails with one sentence that says why it is no link to a query.
    pub fn decode(text: &str) -> Result<Self, String> {
        read::link(text)
    }
}

/// The link that opens a query in the portal of a connection; a sentence that says why there is none otherwise. The
/// portal shows the query and does not run it.
pub fn deep_link(connection: &Connection, query: &str, time_range: Option<&TimeRange>) -> Result<String, String> {
    let place = write::place(connection)?;
    let tenant = connection.kind.service().and_then(|it| it.sign_in.tenant.clone());
    let link = Link { query: query.to_owned(), place, time_range: time_range.cloned(), tenant };
    link.encode(now())
}

/// What a link of this connection cannot carry, as one sentence.
pub fn deep_link_note(connection: &Connection, time_range: Option<&TimeRange>) -> Option<String> {
    let range = time_range?;
    let place = write::place(connection).ok()?;
    matches!(place, LinkPlace::DataExplorer { .. }).then(|| {
        format!("the link carries no time range: set {} in the query, or choose it on the page", range.words())
    })
}

/// Opens a link of [`deep_link`] in the user's browser. Refuses any other address.
pub fn open_in_browser(link: &str) -> Result<(), String> {
    let url = portal_page(link)?;
    open::that_detached(url.as_str()).map_err(|it| format!("no browser could be opened: {it}"))
}

/// The address, if it is a page of a portal that Tallyho links to and does not ask it to run something.
fn portal_page(link: &str) -> Result<Url, String> {
    let url = Url::parse(link).map_err(|it| format!("this is no address: {it}"))?;
    let host = url.host_str().unwrap_or_default();
    let known = Cloud::ALL.into_iter().any(|it| it.portal() == host || it.azure_portal() == host);
    let plain = url.port().is_none() && url.username().is_empty() && url.password().is_none();
    if url.scheme() != "https" || !plain || !(known || host == DATA_EXPLORER) {
        return Err(format!("'{host}' is no portal that Tallyho links to; only those are opened"));
    }
    let runs = url.query_pairs().any(|(key, value)| key.eq_ignore_ascii_case("runQuery") && value != "false");
    if runs { Err("this link asks the portal to run the query; it is not opened".to_owned()) } else { Ok(url) }
}

/// Ticks.
fn now() -> i64 {
    let since_epoch = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    crate::kql::UNIX_EPOCH_TICKS + (since_epoch.as_nanos() / 100) as i64
}

#[cfg(test)]
mod tests;
