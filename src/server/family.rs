//! Which service a path belongs to, and so how it is refused, counted and told.

use super::routes::Dialect;
use crate::result::GraphStyle;

/// A service, or a part of Tallyho's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    Defender,
    Mde,
    Graph(GraphStyle),
    Kusto,
    LogAnalytics,
    /// Where tokens come from.
    Login,
    /// What is for whoever looks after the server.
    Own,
}

impl Family {
    /// By the path alone. What is not known is taken for an API, so that it is guarded like one.
    pub(super) fn of(path: &str) -> Self {
        let mut words = path.split('/').skip(1);
        match (words.next().unwrap_or(""), words.next(), words.next()) {
            // A Kusto client asks at the last of these where to sign in, so it cannot have a token yet.
            ("" | "healthz", None, _) | ("tallyho", Some(_), _) | ("v1", Some("rest"), Some("auth")) => Self::Own,
            ("metadata", Some("identity"), _) | (_, Some("oauth2"), _) | (_, Some("v2.0"), Some(".well-known")) => {
                Self::Login
            }
            ("api", Some("advancedqueries"), _) => Self::Mde,
            ("v1.0", ..) => Self::Graph(GraphStyle::V1),
            ("beta", ..) => Self::Graph(GraphStyle::Beta),
            ("v1" | "v2", Some("rest"), _) => Self::Kusto,
            ("v1", ..) => Self::LogAnalytics,
            _ => Self::Defender,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Defender => "defender",
            Self::Mde => "mde",
            Self::Graph(_) => "graph",
            Self::Kusto => "kusto",
            Self::LogAnalytics => "loganalytics",
            Self::Login => "login",
            Self::Own => "tallyho",
        }
    }

    /// In which envelope its errors come.
    pub(super) fn dialect(self) -> Dialect {
        match self {
            Self::Graph(style) => Dialect::Graph(style),
            Self::Kusto => Dialect::Kusto,
            Self::LogAnalytics => Dialect::LogAnalytics,
            _ => Dialect::Defender,
        }
    }

    /// True for what answers queries, and so wants a token and is counted.
    pub(super) fn is_api(self) -> bool {
        !matches!(self, Self::Login | Self::Own)
    }
}

#[cfg(test)]
mod tests {
    use super::Family;

    #[test]
    fn paths_belong_to_their_service() {
        let named = [
            ("/", "tallyho"),
            ("/healthz", "tallyho"),
            ("/healthz/x", "defender"),
            ("/tallyho/device", "tallyho"),
            ("/tallyho", "defender"),
            ("/api/advancedhunting/run", "defender"),
            ("/api/advancedqueries/run/", "mde"),
            ("/v1.0/security/runHuntingQuery", "graph"),
            ("/beta/security/getHuntingSchema", "graph"),
            ("/v2/rest/query", "kusto"),
            ("/v1/rest/mgmt", "kusto"),
            ("/v1/rest/auth/metadata", "tallyho"),
            ("/v1/workspaces/0/query", "loganalytics"),
            ("/common/oauth2/v2.0/token", "login"),
            ("/common/v2.0/.well-known/openid-configuration", "login"),
            ("/metadata/identity/oauth2/token", "login"),
            ("//", "defender"),
            ("/nothing", "defender"),
        ];
        for (path, name) in named {
            assert_eq!(Family::of(path).name(), name, "{path}");
        }
    }
}
