//! Whose quota a connection uses.

use sha2::{Digest as _, Sha256};
use url::{Host, Url};

use crate::config::{Api, Connection};

/// What shares one quota. Two connections may have the same one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Account {
    /// `graph contoso.onmicrosoft.com`, or `kusto https://help.kusto.windows.net`.
    pub(super) name: String,
}

impl Account {
    /// Services count per tenant and API, whatever regional host is asked. Where no tenant is known, on this machine,
    /// and for clusters of Kusto, which each have their own limits, the address is the account. `None` for local data.
    pub(crate) fn of(connection: &Connection) -> Option<Self> {
        let service = connection.kind.service()?;
        let tenant = service.sign_in.tenant.as_deref().map(str::trim).filter(|it| !is_no_tenant(it));
        let owner = match (&service.api, tenant) {
            (Api::Kusto { .. }, _) | (_, None) => address(&service.base_url),
            (_, Some(_)) if is_loopback(&service.base_url) => address(&service.base_url),
            (_, Some(tenant)) => tenant.to_ascii_lowercase(),
        };
        // The name stands on a line of a file.
        let owner: String = owner.chars().filter(|it| !it.is_whitespace() && !it.is_control()).collect();
        Some(Self { name: format!("{} {owner}", service.api.kind()) })
    }

    /// A file name that says nothing about the tenant to who lists the folder.
    pub(super) fn file_name(&self) -> String {
        let digest = Sha256::digest(self.name.as_bytes());
        let hash = digest.iter().take(8).fold(0_u64, |hash, byte| hash << 8 | u64::from(*byte));
        let kind = self.name.split(' ').next().unwrap_or_default();
        format!("{kind}-{hash:016x}.quota")
    }
}

/// Names that stand for whatever tenant the person belongs to.
fn is_no_tenant(tenant: &str) -> bool {
    tenant.is_empty() || ["organizations", "common", "consumers"].iter().any(|it| tenant.eq_ignore_ascii_case(it))
}

/// Scheme, host and port in one spelling.
fn address(base_url: &str) -> String {
    match Url::parse(base_url.trim()) {
        Ok(url) => url.origin().ascii_serialization(),
        Err(_) => base_url.to_owned(),
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
