//! What a token is for: from the scope that is asked for to the API, and from the API to what it demands.

use url::Url;

use crate::server::family::Family;

/// An API that tokens are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::server) enum Api {
    Graph,
    Defender,
    Mde,
    Kusto,
    LogAnalytics,
    /// This server by its own address: all of them.
    Here,
}

const GRAPH: &[&str] = &["ThreatHunting.Read.All"];
const DEFENDER: &[&str] = &["AdvancedHunting.Read.All", "AdvancedHunting.Read"];
const MDE: &[&str] = &["AdvancedQuery.Read.All", "AdvancedQuery.Read"];
const LOG_ANALYTICS: &[&str] = &["Data.Read"];
const KUSTO: &[&str] = &["user_impersonation"];

/// What an administrator has agreed to when nothing else is said.
pub(super) const ALL_PERMISSIONS: &[&str] = &[
    "ThreatHunting.Read.All",
    "AdvancedHunting.Read.All",
    "AdvancedHunting.Read",
    "AdvancedQuery.Read.All",
    "AdvancedQuery.Read",
    "Data.Read",
    "user_impersonation",
];

/// What one of which a token must have; nothing for Kusto, whose databases say who may read them.
pub(in crate::server) fn required(api: Api, family: Family) -> &'static [&'static str] {
    match (api, family) {
        (Api::Mde, Family::Defender) | (_, Family::Mde) => MDE,
        (_, Family::Defender) => DEFENDER,
        (_, Family::Graph(_)) => GRAPH,
        (_, Family::LogAnalytics) => LOG_ANALYTICS,
        (_, Family::Kusto | Family::Login | Family::Own) => &[],
    }
}

impl Api {
    /// By the resource's address, whatever cloud it is in, or by its well-known id.
    pub(in crate::server) fn of_resource(resource: &str) -> Option<Self> {
        match resource {
            "00000003-0000-0000-c000-000000000000" => return Some(Self::Graph),
            "8ee8fdad-f234-4243-8f3b-15c294843740" => return Some(Self::Defender),
            "fc780465-2017-40d4-a0c5-307022471b92" => return Some(Self::Mde),
            _ => {}
        }
        let url = Url::parse(resource).ok()?;
        let host = url.host_str()?;
        let is_under = |domain: &str| host.strip_suffix(domain).is_some_and(|it| it.is_empty() || it.ends_with('.'));
        let is_here = match url.host()? {
            url::Host::Domain(name) => name == "localhost",
            url::Host::Ipv4(ip) => ip.is_loopback(),
            url::Host::Ipv6(ip) => ip.is_loopback(),
        };
        if is_here {
            return Some(Self::Here);
        }
        if url.scheme() != "https" {
            return None;
        }
        let is_one_of = |domains: &[&str]| domains.iter().any(|it| is_under(it));
        match host {
            _ if is_one_of(&["graph.microsoft.com", "graph.microsoft.us", "microsoftgraph.chinacloudapi.cn"]) => {
                Some(Self::Graph)
            }
            "dod-graph.microsoft.us" => Some(Self::Graph),
            _ if is_one_of(&[
                "securitycenter.microsoft.com",
                "securitycenter.microsoft.us",
                "securitycenter.windows.com",
                "securitycenter.onmicrosoft.com",
            ]) =>
            {
                Some(Self::Mde)
            }
            _ if is_one_of(&["security.microsoft.com", "security.microsoft.us"]) => Some(Self::Defender),
            _ if is_one_of(&[
                "loganalytics.io",
                "loganalytics.us",
                "loganalytics.azure.com",
                "loganalytics.azure.cn",
            ]) =>
            {
                Some(Self::LogAnalytics)
            }
            _ if host.split('.').any(|word| word == "kusto" || word == "kustomfa") => Some(Self::Kusto),
            _ => None,
        }
    }

    /// True when a token for this is good for that.
    pub(in crate::server) fn serves(self, family: Family) -> bool {
        match self {
            Self::Here => true,
            Self::Graph => matches!(family, Family::Graph(_)),
            Self::Defender => family == Family::Defender,
            // Clients send the older service's tokens to the newer path of its host.
            Self::Mde => matches!(family, Family::Mde | Family::Defender),
            Self::Kusto => family == Family::Kusto,
            Self::LogAnalytics => family == Family::LogAnalytics,
        }
    }

    /// Of what was agreed to: what concerns this API, and what concerns none of ours.
    pub(super) fn permissions(self, agreed: &[String]) -> Vec<String> {
        let own = match self {
            Self::Graph => GRAPH,
            Self::Defender => DEFENDER,
            Self::Mde => MDE,
            Self::Kusto => KUSTO,
            Self::LogAnalytics => LOG_ANALYTICS,
            Self::Here => ALL_PERMISSIONS,
        };
        let concerns = |name: &str| own.contains(&name) || !ALL_PERMISSIONS.contains(&name);
        agreed.iter().filter(|name| concerns(name)).cloned().collect()
    }
}

/// A scope taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wanted {
    /// Without a slash behind.
    pub(super) resource: String,
    pub(super) api: Api,
    /// `.default`, or names of permissions.
    pub(super) names: Vec<String>,
    pub(super) openid: bool,
    pub(super) offline: bool,
}

/// Why a scope is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum BadScope {
    /// Nothing that can be given, or things of several resources.
    Scope,
    UnknownResource(String),
}

impl Wanted {
    /// Names divided by blanks: each a resource and a permission of it, or one of sign-in itself. A permission without a
    /// resource is Graph's.
    pub(super) fn parse(scope: &str) -> Result<Self, BadScope> {
        let (mut resource, mut names) = (None::<String>, Vec::new());
        let (mut openid, mut offline) = (false, false);
        for word in scope.split_ascii_whitespace() {
            match word {
                "openid" => openid = true,
                "offline_access" => offline = true,
                "profile" | "email" => {}
                _ => {
                    let (of, name) = word.rsplit_once('/').unwrap_or(("https://graph.microsoft.com", word));
                    let of = of.trim_end_matches('/');
                    if name.is_empty() || resource.as_deref().is_some_and(|it| it != of) {
                        return Err(BadScope::Scope);
                    }
                    resource = Some(of.to_owned());
                    names.push(name.to_owned());
                }
            }
        }
        let resource = match resource {
            Some(resource) => resource,
            None if openid || offline => {
                names.push("User.Read".to_owned());
                "https://graph.microsoft.com".to_owned()
            }
            None => return Err(BadScope::Scope),
        };
        match Api::of_resource(&resource) {
            Some(api) => Ok(Self { resource, api, names, openid, offline }),
            None => Err(BadScope::UnknownResource(resource)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Api, BadScope, Wanted};

    #[test]
    fn scopes_name_their_api() {
        let api = |scope: &str| Wanted::parse(scope).map(|it| it.api);
        let named = [
            ("https://graph.microsoft.com/.default", Api::Graph),
            ("https://dod-graph.microsoft.us/ThreatHunting.Read.All offline_access", Api::Graph),
            ("ThreatHunting.Read.All", Api::Graph),
            ("00000003-0000-0000-c000-000000000000/.default", Api::Graph),
            ("https://api.security.microsoft.com/AdvancedHunting.Read", Api::Defender),
            ("https://api-gov.security.microsoft.us//.default", Api::Defender),
            ("https://api.securitycenter.microsoft.com/.default", Api::Mde),
            ("https://securitycenter.onmicrosoft.com/windowsatpservice/.default", Api::Mde),
            ("https://api.loganalytics.io/.default", Api::LogAnalytics),
            ("https://kusto.kusto.windows.net/.default", Api::Kusto),
            ("https://help.westeurope.kusto.windows.net/.default openid", Api::Kusto),
            ("http://127.0.0.1:7878/.default", Api::Here),
            ("openid profile", Api::Graph),
        ];
        for (scope, expected) in named {
            assert_eq!(api(scope), Ok(expected), "{scope}");
        }
        for bad in
            ["", "  ", "https://graph.microsoft.com/", "https://graph.microsoft.com/a https://api.loganalytics.io/b"]
        {
            assert_eq!(api(bad), Err(BadScope::Scope), "{bad}");
        }
        for unknown in [
            "https://evil.example/.default",
            "http://graph.microsoft.com/.default",
            "https://xgraph.microsoft.com.evil/.default",
            "https://notgraph.microsoft.com/.default",
        ] {
            assert!(matches!(api(unknown), Err(BadScope::UnknownResource(_))), "{unknown}");
        }
    }

    #[test]
    fn permissions_of_other_apis_stay_out_of_a_token() {
        let agreed = ["Data.Read", "ThreatHunting.Read.All", "Policy.Read.All"].map(str::to_owned);
        assert_eq!(Api::Graph.permissions(&agreed), ["ThreatHunting.Read.All", "Policy.Read.All"]);
        assert_eq!(Api::Here.permissions(&agreed), agreed);
    }
}
