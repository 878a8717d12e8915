//! A hunting service: which API, where it is, and how to sign in.

use std::path::PathBuf;

/// Where a service is and how it is spoken to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    pub api: Api,
    /// Scheme and host, without the API's own path: `https://graph.microsoft.com`.
    pub base_url: String,
    pub cloud: Cloud,
    /// What a token is asked for: `https://graph.microsoft.com`. Its host is the only one that the token goes to.
    pub resource: String,
    pub sign_in: SignIn,
    /// Longest time for one request, in seconds; the quota profile's where nothing is set.
    pub timeout_seconds: Option<u64>,
}

impl Service {
    /// The service at an address, to which no token is sent.
    pub fn at(api: Api, base_url: impl Into<String>) -> Self {
        let base_url = base_url.into();
        let sign_in = SignIn {
            method: SignInMethod::None,
            tenant: None,
            client_id: None,
            authority: Cloud::Global.authority().to_owned(),
            remember: false,
        };
        Self { api, resource: base_url.clone(), base_url, cloud: Cloud::Global, sign_in, timeout_seconds: None }
    }
}

/// Which service is spoken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Api {
    /// Defender's advanced hunting API.
    Defender,
    /// The older API of Defender for Endpoint.
    Mde,
    /// Microsoft Graph, `security/runHuntingQuery`.
    Graph {
        /// `v1.0` or `beta`.
        version: String,
        /// A Sentinel workspace of a tenant that has several.
        workspace_id: Option<String>,
    },
    /// Azure Data Explorer, Fabric, or the emulator.
    Kusto {
        database: String,
        /// The older wire format, for services that speak no other.
        v1: bool,
        /// Rows are sent in pieces while the query still runs.
        progressive: bool,
    },
    LogAnalytics {
        /// The workspace's id.
        workspace: String,
        /// Further workspaces that the query reads.
        more_workspaces: Vec<String>,
        /// The ARM id of the workspace, for links into the portal.
        resource_id: Option<String>,
    },
}

impl Api {
    /// As the configuration writes it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Defender => "defender",
            Self::Mde => "mde",
            Self::Graph { .. } => "graph",
            Self::Kusto { .. } => "kusto",
            Self::LogAnalytics { .. } => "loganalytics",
        }
    }

    /// As a sentence names it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Defender => "Defender",
            Self::Mde => "Defender for Endpoint",
            Self::Graph { .. } => "Microsoft Graph",
            Self::Kusto { .. } => "Kusto",
            Self::LogAnalytics { .. } => "Log Analytics",
        }
    }

    /// What a token needs here: as an application, and on behalf of a user.
    pub fn permissions(&self) -> (&'static str, &'static str) {
        match self {
            Self::Defender => ("AdvancedHunting.Read.All", "AdvancedHunting.Read"),
            Self::Mde => ("AdvancedQuery.Read.All", "AdvancedQuery.Read"),
            Self::Graph { .. } => ("ThreatHunting.Read.All", "ThreatHunting.Read.All"),
            Self::Kusto { .. } => ("the role Viewer on the database", "user_impersonation"),
            Self::LogAnalytics { .. } => ("the role Log Analytics Reader", "Data.Read"),
        }
    }

    /// True when the service takes a time range of its own beside the query.
    pub fn takes_time_range(&self) -> bool {
        matches!(self, Self::Graph { .. } | Self::Kusto { .. } | Self::LogAnalytics { .. })
    }
}

/// Microsoft's clouds that have hunting services.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Cloud {
    #[default]
    Global,
    Gcc,
    GccHigh,
    Dod,
}

impl Cloud {
    pub const ALL: [Self; 4] = [Self::Global, Self::Gcc, Self::GccHigh, Self::Dod];

    /// As the configuration writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Global => "global",
            Self::Gcc => "gcc",
            Self::GccHigh => "gcc-high",
            Self::Dod => "dod",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }

    /// Where people and applications sign in (Microsoft's list of national clouds).
    pub fn authority(self) -> &'static str {
        match self {
            Self::Global | Self::Gcc => "https://login.microsoftonline.com",
            Self::GccHigh | Self::Dod => "https://login.microsoftonline.us",
        }
    }

    /// The host of Defender's portal, for links.
    pub fn portal(self) -> &'static str {
        match self {
            Self::Global | Self::Gcc => "security.microsoft.com",
            Self::GccHigh => "security.microsoft.us",
            Self::Dod => "security.apps.mil",
        }
    }

    /// The host of Azure's portal, for links.
    pub fn azure_portal(self) -> &'static str {
        match self {
            Self::Global | Self::Gcc => "portal.azure.com",
            Self::GccHigh | Self::Dod => "portal.azure.us",
        }
    }

    /// The base address of an API; `None` for Kusto, each cluster of which has its own.
    pub fn base_url(self, api: &Api) -> Option<&'static str> {
        let [graph, defender, mde, log_analytics] = match self {
            Self::Global => [
                "https://graph.microsoft.com",
                "https://api.security.microsoft.com",
                "https://api.securitycenter.microsoft.com",
                "https://api.loganalytics.io",
            ],
            Self::Gcc => [
                "https://graph.microsoft.com",
                "https://api-gcc.security.microsoft.us",
                "https://api-gcc.securitycenter.microsoft.us",
                "https://api.loganalytics.io",
            ],
            Self::GccHigh => [
                "https://graph.microsoft.us",
                "https://api-gov.security.microsoft.us",
                "https://api-gov.securitycenter.microsoft.us",
                "https://api.loganalytics.us",
            ],
            Self::Dod => [
                "https://dod-graph.microsoft.us",
                "https://api-gov.security.microsoft.us",
                "https://api-gov.securitycenter.microsoft.us",
                "https://api.loganalytics.us",
            ],
        };
        match api {
            Api::Graph { .. } => Some(graph),
            Api::Defender => Some(defender),
            Api::Mde => Some(mde),
            Api::LogAnalytics { .. } => Some(log_analytics),
            Api::Kusto { .. } => None,
        }
    }
}

/// Who asks, and how that is shown to the service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignIn {
    pub method: SignInMethod,
    /// A tenant's id or domain; `organizations` where nothing is set.
    pub tenant: Option<String>,
    /// The application's (client's) id.
    pub client_id: Option<String>,
    /// Where to sign in, scheme and host: the cloud's, unless set.
    pub authority: String,
    /// Keep a refresh token in the system's keyring.
    pub remember: bool,
}

/// The way to a token. Secrets are named, never held: the value stands in an environment variable or a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignInMethod {
    /// No token is sent.
    None,
    /// A bearer token in an environment variable.
    TokenVariable(String),
    /// A bearer token on standard input, read once at the start.
    TokenInput,
    ClientSecret {
        variable: String,
    },
    /// A certificate with its key: PEM or PFX.
    Certificate {
        path: PathBuf,
        /// The environment variable that holds the file's password.
        password_variable: Option<String>,
        /// Send the whole chain (`x5c`), for sign-in by subject name and issuer.
        send_chain: bool,
    },
    DeviceCode,
    /// Authorisation code with PKCE: a browser on this machine.
    Browser,
    AzureCli,
    /// `azd auth token`.
    AzureDeveloperCli,
    /// The identity of the Azure machine or App Service that Tallyho runs on; `client_id` picks one of several.
    ManagedIdentity,
    /// A federated token in a file: `AZURE_FEDERATED_TOKEN_FILE`, unless set.
    WorkloadIdentity {
        token_file: Option<PathBuf>,
    },
}

impl SignInMethod {
    /// As the configuration writes it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::None => "none",
            Self::TokenVariable(_) => "token-variable",
            Self::TokenInput => "token-input",
            Self::ClientSecret { .. } => "client-secret",
            Self::Certificate { .. } => "certificate",
            Self::DeviceCode => "device-code",
            Self::Browser => "browser",
            Self::AzureCli => "az",
            Self::AzureDeveloperCli => "azd",
            Self::ManagedIdentity => "managed-identity",
            Self::WorkloadIdentity { .. } => "workload-identity",
        }
    }

    /// True when a person has to act at sign-in.
    pub fn needs_person(&self) -> bool {
        matches!(self, Self::DeviceCode | Self::Browser)
    }

    /// True when a refresh token may come with the token.
    pub fn can_remember(&self) -> bool {
        self.needs_person()
    }
}
