//! One `[connections.NAME]` of the configuration file, and one `[quota.NAME]`.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;

use super::connection::{Clock, Connection, ConnectionKind, parse_instant};
use super::file::ConfigError;
use super::quota::QuotaProfile;
use super::service::{Api, Cloud, Service, SignIn, SignInMethod};
use super::time_range::TimeRange;

/// Every key that a connection may have.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ConnectionEntry {
    kind: String,
    folder: Option<PathBuf>,
    geo_database: Option<PathBuf>,
    cloud: Option<String>,
    base_url: Option<String>,
    resource: Option<String>,
    version: Option<String>,
    workspace: Option<String>,
    more_workspaces: Option<Vec<String>>,
    resource_id: Option<String>,
    database: Option<String>,
    progressive: Option<bool>,
    sign_in: Option<String>,
    tenant: Option<String>,
    client_id: Option<String>,
    authority: Option<String>,
    remember: Option<bool>,
    token_variable: Option<String>,
    secret_variable: Option<String>,
    certificate: Option<PathBuf>,
    certificate_password_variable: Option<String>,
    certificate_chain: Option<bool>,
    token_file: Option<PathBuf>,
    timeout: Option<String>,
    clock: Option<String>,
    max_rows: Option<u64>,
    time_range: Option<String>,
    quota: Option<String>,
    record: Option<PathBuf>,
    production: Option<bool>,
    allowed_hosts: Option<Vec<String>>,
}

/// Every key that a quota profile may have; durations are written `10m`, `4h`, `200s`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct QuotaEntry {
    calls_per_minute: Option<u32>,
    calls_per_hour: Option<u32>,
    running_per_hour: Option<String>,
    running_per_day: Option<String>,
    cpu_per_quarter: Option<String>,
    request_timeout: Option<String>,
    max_rows: Option<u64>,
    max_bytes: Option<u64>,
    days: Option<u32>,
}

/// The profiles of the file over those that come with the program; one of the same name takes the place of the other.
pub(super) fn quota_profiles(entries: BTreeMap<String, QuotaEntry>) -> Result<Vec<QuotaProfile>, ConfigError> {
    let mut profiles = QuotaProfile::built_in();
    for (name, entry) in entries {
        let span = |key: &str, text: Option<String>| duration(&format!("quota '{name}': {key}"), text.as_deref());
        let profile = QuotaProfile {
            calls_per_minute: entry.calls_per_minute,
            calls_per_hour: entry.calls_per_hour,
            running_per_hour: span("running_per_hour", entry.running_per_hour)?,
            running_per_day: span("running_per_day", entry.running_per_day)?,
            cpu_per_quarter: span("cpu_per_quarter", entry.cpu_per_quarter)?,
            request_timeout: span("request_timeout", entry.request_timeout)?,
            max_rows: entry.max_rows,
            max_bytes: entry.max_bytes,
            days: entry.days,
            name: name.clone(),
        };
        if profile.calls_per_minute == Some(0) || profile.calls_per_hour == Some(0) {
            return Err(ConfigError::new(format!("quota '{name}': a limit of no calls allows nothing; leave it out")));
        }
        match profiles.iter_mut().find(|it| it.name == name) {
            Some(built_in) => *built_in = profile,
            None => profiles.push(profile),
        }
    }
    Ok(profiles)
}

/// `90s`, `10m`, `4h`.
fn duration(what: &str, text: Option<&str>) -> Result<Option<Duration>, ConfigError> {
    let Some(text) = text else { return Ok(None) };
    let text = text.trim();
    let units = [('s', 1), ('m', 60), ('h', 3600)];
    let seconds =
        units.iter().find_map(|(unit, seconds)| text.strip_suffix(*unit)?.parse::<u64>().ok()?.checked_mul(*seconds));
    match seconds {
        Some(seconds @ 1..=86_400) => Ok(Some(Duration::from_secs(seconds))),
        _ => Err(ConfigError::new(format!("{what} is a time up to 24h, like 90s, 10m or 4h, not '{text}'"))),
    }
}

/// Reads one connection. Keys that its kind does not have are mistakes, since they would be ignored in silence.
pub(super) fn connection(
    name: String,
    entry: ConnectionEntry,
    profiles: &[QuotaProfile],
) -> Result<Connection, ConfigError> {
    check_keys(&name, &entry)?;
    let kind = kind(&name, &entry)?;
    let clock = clock(&name, entry.clock.as_deref(), &kind)?;
    let mut connection = Connection::new(name, kind, clock);
    let fail = |what: String| ConfigError::new(format!("connection '{}': {what}", connection.name));
    if let Some(max_rows) = entry.max_rows {
        connection.max_rows = max_rows;
    }
    if connection.max_rows == 0 {
        return Err(fail("max_rows must be at least 1".to_owned()));
    }
    if let Some(text) = &entry.time_range {
        let range = TimeRange::parse(text);
        let forms = "P30D, PT12H, 2024-02-01T08:00:00Z or two of these with a / between";
        connection.time_range = Some(range.ok_or_else(|| fail(format!("time_range is {forms}, not '{text}'")))?);
    }
    if connection.time_range.is_some() && !takes_time_range(&connection.kind) {
        let kind = connection.kind.name();
        return Err(fail(format!("kind '{kind}' takes no time_range beside the query; filter in the query instead")));
    }
    let wanted = entry.quota.as_deref().unwrap_or(default_quota(&connection.kind));
    let profile = profiles.iter().find(|it| it.name == wanted).cloned();
    connection.quota = profile.ok_or_else(|| {
        let names: Vec<&str> = profiles.iter().map(|it| it.name.as_str()).collect();
        fail(format!("there is no quota '{wanted}'; there are: {}", names.join(", ")))
    })?;
    connection.geo_database = entry.geo_database;
    connection.record = entry.record;
    connection.production = entry.production.unwrap_or(false);
    connection.allowed_hosts = entry.allowed_hosts.unwrap_or_default();
    Ok(connection)
}

fn takes_time_range(kind: &ConnectionKind) -> bool {
    kind.is_local() || kind.service().is_some_and(|it| it.api.takes_time_range())
}

fn default_quota(kind: &ConnectionKind) -> &'static str {
    match kind.service().map(|it| &it.api) {
        Some(Api::Defender | Api::Graph { .. }) => "today",
        Some(Api::Mde) => "mde",
        Some(Api::Kusto { .. }) => "kusto",
        Some(Api::LogAnalytics { .. }) => "loganalytics",
        None => "none",
    }
}

const KINDS: &str = "lab, files, defender, graph, mde, kusto, loganalytics, recorded";

/// Each key belongs to some kinds; says which, where it stands with another.
fn check_keys(name: &str, entry: &ConnectionEntry) -> Result<(), ConfigError> {
    const SERVICES: &[&str] = &["defender", "graph", "mde", "kusto", "loganalytics"];
    if !KINDS.split(", ").any(|it| it == entry.kind) {
        let kind = &entry.kind;
        return Err(ConfigError::new(format!("connection '{name}': unknown kind '{kind}'; there are: {KINDS}")));
    }
    let keys: [(&str, bool, &[&str]); 23] = [
        ("folder", entry.folder.is_some(), &["files", "recorded"]),
        ("geo_database", entry.geo_database.is_some(), &["lab", "files"]),
        ("cloud", entry.cloud.is_some(), SERVICES),
        ("base_url", entry.base_url.is_some(), SERVICES),
        ("resource", entry.resource.is_some(), SERVICES),
        ("version", entry.version.is_some(), &["graph", "kusto"]),
        ("workspace", entry.workspace.is_some(), &["graph", "loganalytics"]),
        ("more_workspaces", entry.more_workspaces.is_some(), &["loganalytics"]),
        ("resource_id", entry.resource_id.is_some(), &["loganalytics"]),
        ("database", entry.database.is_some(), &["kusto"]),
        ("progressive", entry.progressive.is_some(), &["kusto"]),
        ("sign_in", entry.sign_in.is_some(), SERVICES),
        ("tenant", entry.tenant.is_some(), SERVICES),
        ("client_id", entry.client_id.is_some(), SERVICES),
        ("authority", entry.authority.is_some(), SERVICES),
        ("remember", entry.remember.is_some(), SERVICES),
        ("token_variable", entry.token_variable.is_some(), SERVICES),
        ("secret_variable", entry.secret_variable.is_some(), SERVICES),
        ("certificate", entry.certificate.is_some(), SERVICES),
        ("token_file", entry.token_file.is_some(), SERVICES),
        ("timeout", entry.timeout.is_some(), SERVICES),
        ("record", entry.record.is_some(), SERVICES),
        ("quota", entry.quota.is_some(), SERVICES),
    ];
    for (key, is_set, kinds) in keys {
        if is_set && !kinds.contains(&entry.kind.as_str()) {
            let whose = match kinds {
                [one] => format!("kind '{one}'"),
                _ => format!("the kinds {}", kinds.join(", ")),
            };
            return Err(ConfigError::new(format!("connection '{name}': {key} belongs to {whose}")));
        }
    }
    Ok(())
}

fn kind(name: &str, entry: &ConnectionEntry) -> Result<ConnectionKind, ConfigError> {
    let needs = |key: &str| ConfigError::new(format!("connection '{name}': kind '{}' needs {key} = \"…\"", entry.kind));
    let folder = || entry.folder.clone().ok_or_else(|| needs("folder"));
    let api = match entry.kind.as_str() {
        "lab" => return Ok(ConnectionKind::Lab),
        "files" => return Ok(ConnectionKind::Files { folder: folder()? }),
        "recorded" => return Ok(ConnectionKind::Recorded { folder: folder()? }),
        "defender" => Api::Defender,
        "mde" => Api::Mde,
        "graph" => Api::Graph {
            version: choice(name, "version", entry.version.as_deref(), &["v1.0", "beta"])?.to_owned(),
            workspace_id: entry.workspace.clone(),
        },
        "kusto" => Api::Kusto {
            database: entry.database.clone().ok_or_else(|| needs("database"))?,
            v1: choice(name, "version", entry.version.as_deref(), &["v2", "v1"])? == "v1",
            progressive: entry.progressive.unwrap_or(true),
        },
        _ => Api::LogAnalytics {
            workspace: entry.workspace.clone().ok_or_else(|| needs("workspace"))?,
            more_workspaces: entry.more_workspaces.clone().unwrap_or_default(),
            resource_id: entry.resource_id.clone(),
        },
    };
    service(name, entry, api).map(|it| ConnectionKind::Service(Box::new(it)))
}

/// One of the words, the first where nothing is set.
fn choice<'a>(name: &str, key: &str, text: Option<&'a str>, words: &[&'a str]) -> Result<&'a str, ConfigError> {
    let word = text.map_or(Some(words[0]), |text| words.iter().copied().find(|it| *it == text));
    word.ok_or_else(|| {
        let (last, others) = words.split_last().unwrap_or((&"", &[]));
        let text = text.unwrap_or_default();
        ConfigError::new(format!("connection '{name}': {key} is {} or {last}, not '{text}'", others.join(", ")))
    })
}

fn service(name: &str, entry: &ConnectionEntry, api: Api) -> Result<Service, ConfigError> {
    let cloud = choice(name, "cloud", entry.cloud.as_deref(), &["global", "gcc", "gcc-high", "dod"])?;
    let cloud = Cloud::from_name(cloud).unwrap_or_default();
    let known = cloud.base_url(&api);
    let base_url = entry.base_url.clone().or(known.map(str::to_owned)).ok_or_else(|| {
        ConfigError::new(format!("connection '{name}': kind '{}' needs base_url = \"https://…\"", entry.kind))
    })?;
    // A token is asked for by the address that it goes to; a cluster of Kusto is its own.
    let resource = entry.resource.clone().or(known.map(str::to_owned)).unwrap_or_else(|| base_url.clone());
    let sign_in = sign_in(name, entry, cloud, &base_url)?;
    if !matches!(sign_in.method, SignInMethod::None) && !token_may_go(&base_url, &resource) {
        let host = host(&base_url);
        return Err(ConfigError::new(format!(
            "connection '{name}': a token for {resource} would go to {host}; if that is meant, set resource to the \
             address that the token is for"
        )));
    }
    let timeout = duration(&format!("connection '{name}': timeout"), entry.timeout.as_deref())?;
    Ok(Service { api, base_url, cloud, resource, sign_in, timeout_seconds: timeout.map(|it| it.as_secs()) })
}

/// A token goes to the host it was asked for, to regional hosts below it, and to this machine. The APIs of Defender for
/// Endpoint also stand on Defender's own host and still want its older audience.
fn token_may_go(base_url: &str, resource: &str) -> bool {
    const SAME: [&str; 3] = ["security.microsoft.com", "securitycenter.microsoft.com", "securitycenter.windows.com"];
    const SAME_GOV: [&str; 2] = ["security.microsoft.us", "securitycenter.microsoft.us"];
    const LOG_ANALYTICS: [&str; 2] = ["api.loganalytics.io", "api.loganalytics.azure.com"];
    let (to, asked) = (host(base_url), host(resource));
    let below = |host: &str, parent: &str| host == parent || host.ends_with(&format!(".{parent}"));
    let both_in = |family: &[&str]| {
        let is_in = |host: &str| family.iter().any(|it| below(host, it));
        is_in(&to) && is_in(&asked)
    };
    let kusto = asked == "kusto.kusto.windows.net" && below(&to, "kusto.windows.net");
    is_loopback(&to) || below(&to, &asked) || both_in(&SAME) || both_in(&SAME_GOV) || both_in(&LOG_ANALYTICS) || kusto
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok_and(|it| it.is_loopback())
}

/// The host of an address in lower case, without name, password and port.
fn host(address: &str) -> String {
    let behind = address.split_once("://").map_or(address, |it| it.1);
    let authority = behind.split(['/', '?', '#', '\\']).next().unwrap_or(behind);
    let host = authority.rsplit('@').next().unwrap_or(authority);
    let end = host.find(']').map_or_else(|| host.find(':').unwrap_or(host.len()), |it| it + 1);
    host[..end].to_ascii_lowercase()
}

fn sign_in(name: &str, entry: &ConnectionEntry, cloud: Cloud, base_url: &str) -> Result<SignIn, ConfigError> {
    let method = sign_in_method(name, entry, base_url)?;
    let needs = |key: &str| {
        let method = method.name();
        Err(ConfigError::new(format!("connection '{name}': sign_in '{method}' needs {key} = \"…\"")))
    };
    let application = matches!(method, SignInMethod::ClientSecret { .. } | SignInMethod::Certificate { .. });
    if application && entry.tenant.is_none() {
        return needs("tenant");
    }
    if (application || method.needs_person()) && entry.client_id.is_none() {
        return needs("client_id");
    }
    let remember = entry.remember.unwrap_or(false);
    if remember && !method.can_remember() {
        return Err(ConfigError::new(format!(
            "connection '{name}': remember keeps a refresh token, which sign_in '{}' does not get",
            method.name()
        )));
    }
    Ok(SignIn {
        method,
        tenant: entry.tenant.clone(),
        client_id: entry.client_id.clone(),
        authority: entry.authority.clone().unwrap_or_else(|| cloud.authority().to_owned()),
        remember,
    })
}

fn sign_in_method(name: &str, entry: &ConnectionEntry, base_url: &str) -> Result<SignInMethod, ConfigError> {
    const METHODS: [&str; 11] = [
        "none",
        "token-variable",
        "token-input",
        "client-secret",
        "certificate",
        "device-code",
        "browser",
        "az",
        "azd",
        "managed-identity",
        "workload-identity",
    ];
    let needs = |key: &str, method: &str| {
        ConfigError::new(format!("connection '{name}': sign_in '{method}' needs {key} = \"…\""))
    };
    let method = match entry.sign_in.as_deref() {
        Some(method) => choice(name, "sign_in", Some(method), &METHODS)?,
        None if entry.token_variable.is_some() => "token-variable",
        None if is_loopback(&host(base_url)) => "none",
        None => {
            return Err(ConfigError::new(format!("connection '{name}': set sign_in to one of {}", METHODS.join(", "))));
        }
    };
    let keys = [
        ("token_variable", entry.token_variable.is_some(), "token-variable"),
        ("secret_variable", entry.secret_variable.is_some(), "client-secret"),
        ("certificate", entry.certificate.is_some(), "certificate"),
        ("certificate_password_variable", entry.certificate_password_variable.is_some(), "certificate"),
        ("certificate_chain", entry.certificate_chain.is_some(), "certificate"),
        ("token_file", entry.token_file.is_some(), "workload-identity"),
    ];
    if let Some((key, _, owner)) = keys.iter().find(|(_, is_set, owner)| *is_set && *owner != method) {
        return Err(ConfigError::new(format!("connection '{name}': {key} belongs to sign_in '{owner}'")));
    }
    Ok(match method {
        "token-variable" => {
            SignInMethod::TokenVariable(entry.token_variable.clone().ok_or_else(|| needs("token_variable", method))?)
        }
        "token-input" => SignInMethod::TokenInput,
        "client-secret" => SignInMethod::ClientSecret {
            variable: entry.secret_variable.clone().ok_or_else(|| needs("secret_variable", method))?,
        },
        "certificate" => SignInMethod::Certificate {
            path: entry.certificate.clone().ok_or_else(|| needs("certificate", method))?,
            password_variable: entry.certificate_password_variable.clone(),
            send_chain: entry.certificate_chain.unwrap_or(false),
        },
        "device-code" => SignInMethod::DeviceCode,
        "browser" => SignInMethod::Browser,
        "az" => SignInMethod::AzureCli,
        "azd" => SignInMethod::AzureDeveloperCli,
        "managed-identity" => SignInMethod::ManagedIdentity,
        "workload-identity" => SignInMethod::WorkloadIdentity { token_file: entry.token_file.clone() },
        _ => SignInMethod::None,
    })
}

/// Data that lies still is asked as of its end; a service has its own clock.
fn clock(name: &str, text: Option<&str>, kind: &ConnectionKind) -> Result<Clock, ConfigError> {
    match text {
        None if kind.is_local() => Ok(Clock::EndOfData),
        None | Some("system") => Ok(Clock::System),
        Some(_) if !kind.is_local() => {
            Err(ConfigError::new(format!("connection '{name}': a service runs by its own clock; leave clock out")))
        }
        Some("end-of-data") => Ok(Clock::EndOfData),
        Some(text) => parse_instant(text).map(Clock::At).ok_or_else(|| {
            ConfigError::new(format!(
                "connection '{name}': clock is system, end-of-data or a time like 2025-03-17T00:00:00Z, not '{text}'"
            ))
        }),
    }
}
