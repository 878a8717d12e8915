//! `tallyho serve`: the hunting APIs on this machine.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use clap::{Args, ValueEnum};

use secrecy::SecretString;
use tokio::net::TcpListener;

use super::{Chosen, Failure, SourceArgs, narrate, run};
use crate::config::{Config, QuotaProfile};
use crate::run::Runner;
use crate::server::{Auth, LogFormat, LogOptions, LoginOptions, ServerOptions, ServerState, serve as serve_on};

#[derive(Args)]
pub(super) struct ServeArgs {
    #[command(flatten)]
    source: SourceArgs,
    /// Address to listen on, alone or with a port. One that other machines can reach needs --auth token or entra.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    listen: String,
    /// Port to listen on; 0 takes a free one. 7878 when nothing says otherwise.
    #[arg(long, value_name = "N")]
    port: Option<u16>,
    /// A further name of this machine that requests may come for; needed only with --listen.
    #[arg(long = "host", value_name = "NAME")]
    hosts: Vec<String>,
    /// Simulate the limits of a service, with its 429 and 400 answers: seed, today, mde, or a profile of the
    /// configuration.
    #[arg(long, value_name = "PROFILE")]
    quota: Option<String>,
    /// What a request must show.
    #[arg(long, value_enum, default_value_t = AuthKind::None)]
    auth: AuthKind,
    /// Seconds that a token of --auth entra is good for.
    #[arg(long, value_name = "SECONDS", default_value_t = 3599, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    token_lifetime: u64,
    /// One line on standard error for each request; never tokens.
    #[arg(long, value_enum, default_value_t = LogKind::Json)]
    log: LogKind,
    /// Write the text of queries into the log too.
    #[arg(long)]
    log_queries: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum AuthKind {
    /// Nothing.
    None,
    /// The bearer token that stands in the environment variable TALLYHO_SERVE_TOKEN.
    Token,
    /// A token of the login server that is served on the same port. The environment says who may sign in and with what:
    /// TALLYHO_SERVE_CLIENT_SECRET, TALLYHO_SERVE_CERTIFICATE (a PEM file), TALLYHO_SERVE_TENANT,
    /// TALLYHO_SERVE_CLIENT_ID, TALLYHO_SERVE_ROLES.
    Entra,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum LogKind {
    Json,
    Logfmt,
    Off,
}

const DEFAULT_PORT: u16 = 7878;
/// Where the token of `--auth token` stands: an argument could be read by every user of the machine.
const TOKEN_VARIABLE: &str = "TALLYHO_SERVE_TOKEN";
/// How often it is asked whether the process was told to end.
const LOOK: Duration = Duration::from_millis(50);
/// The exit code of a second Ctrl+C, as a shell gives it.
const INTERRUPTED: i32 = 130;

/// Serves until the process is told to end: once to end well, twice to end at once.
pub(super) fn serve(args: &ServeArgs) -> Result<(), Failure> {
    let address = address(args)?;
    let mut options = options(args)?;
    options.quota = args.quota.as_deref().map(quota).transpose()?;
    if !address.ip().is_loopback() && matches!(options.auth, Auth::None) {
        let why = format!("{address} can be reached from other machines; add --auth token, or listen on 127.0.0.1");
        return Err(Failure::Usage(why));
    }
    let Chosen { connection, paths, .. } = super::choose(&args.source)?;
    if !connection.kind.is_local() {
        let (name, kind) = (&connection.name, connection.kind.name());
        let why = format!("connection '{name}' is of the kind '{kind}'; serve answers from local data: lab or files");
        return Err(Failure::Usage(why));
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    // The port is taken before the data is read, so that one which is in use is said at once.
    let in_use = |error| Failure::Io(format!("cannot listen on {address}: {error}"));
    let listener = runtime.block_on(TcpListener::bind(address)).map_err(in_use)?;
    let runner = Runner::new(&paths);
    let open = run::open(&runner, &connection, "")?;
    run::tell_notes(&open.notes());
    let stop = stop_flag()?;
    greet(&connection.name, listener.local_addr()?, &options);
    let shutdown = async move {
        while !stop.load(Ordering::Relaxed) {
            tokio::time::sleep(LOOK).await;
        }
        narrate("stopping; running queries get a few seconds, Ctrl+C again ends them");
    };
    let ended = runtime.block_on(serve_on(listener, ServerState::with_options(runner, open, options), shutdown));
    // Rows that are still being written for a client that was cut off need not be waited for.
    runtime.shutdown_timeout(Duration::from_millis(200));
    Ok(ended?)
}

/// `--listen` and `--port` together.
fn address(args: &ServeArgs) -> Result<SocketAddr, Failure> {
    let fail = |why: String| Err(Failure::Usage(why));
    if let Ok(address) = args.listen.parse::<SocketAddr>() {
        return match args.port {
            Some(port) if port != address.port() => fail(format!("--listen {address} and --port {port} differ")),
            _ => Ok(address),
        };
    }
    match args.listen.trim_matches(['[', ']']).parse::<IpAddr>() {
        Ok(ip) => Ok(SocketAddr::new(ip, args.port.unwrap_or(DEFAULT_PORT))),
        Err(_) => fail(format!("--listen {} is no address; give one as 127.0.0.1, [::1] or 0.0.0.0:7878", args.listen)),
    }
}

fn options(args: &ServeArgs) -> Result<ServerOptions, Failure> {
    let auth = match args.auth {
        AuthKind::None => Auth::None,
        AuthKind::Token => Auth::Token(token()?),
        AuthKind::Entra => Auth::Entra(Box::new(login(args)?)),
    };
    let format = match args.log {
        LogKind::Json => LogFormat::Json,
        LogKind::Logfmt => LogFormat::Logfmt,
        LogKind::Off => LogFormat::Off,
    };
    let log = LogOptions { format, queries: args.log_queries, to: None };
    Ok(ServerOptions { auth, log, hosts: args.hosts.clone(), ..ServerOptions::default() })
}

/// A profile that comes with the program or stands in the configuration.
fn quota(name: &str) -> Result<QuotaProfile, Failure> {
    let config = Config::load(&super::paths()?.config.join("config.toml"))?;
    config.quotas.iter().find(|it| it.name == name).cloned().ok_or_else(|| {
        let names: Vec<&str> = config.quotas.iter().map(|it| it.name.as_str()).collect();
        Failure::Usage(format!("there is no quota profile '{name}'; there are: {}", names.join(", ")))
    })
}

fn token() -> Result<SecretString, Failure> {
    let token = std::env::var(TOKEN_VARIABLE).unwrap_or_default();
    match token.trim() {
        "" => Err(Failure::Usage(format!("--auth token needs the token in the environment variable {TOKEN_VARIABLE}"))),
        token if token.contains(|it: char| !it.is_ascii_graphic()) => {
            Err(Failure::Usage(format!("the token in {TOKEN_VARIABLE} holds characters that no header can carry")))
        }
        token => Ok(SecretString::from(token.to_owned())),
    }
}

/// Who may sign in stands in the environment, beside the secrets that must not stand in arguments.
fn login(args: &ServeArgs) -> Result<LoginOptions, Failure> {
    let variable = |name: &str| std::env::var(name).ok().filter(|it| !it.trim().is_empty());
    let mut login = LoginOptions {
        tenant: variable("TALLYHO_SERVE_TENANT"),
        client_id: variable("TALLYHO_SERVE_CLIENT_ID"),
        client_secret: variable("TALLYHO_SERVE_CLIENT_SECRET").map(SecretString::from),
        token_lifetime: Duration::from_secs(args.token_lifetime),
        ..LoginOptions::default()
    };
    if let Some(file) = variable("TALLYHO_SERVE_CERTIFICATE") {
        let pem = std::fs::read(&file).map_err(|error| Failure::Usage(format!("cannot read {file}: {error}")))?;
        if !pem.windows(27).any(|it| it == b"-----BEGIN CERTIFICATE-----") {
            return Err(Failure::Usage(format!("{file} holds no certificate in PEM form")));
        }
        login.certificate = Some(pem);
    }
    if let Some(roles) = variable("TALLYHO_SERVE_ROLES") {
        login.permissions = roles.split([',', ' ']).filter(|it| !it.is_empty()).map(str::to_owned).collect();
    }
    Ok(login)
}

/// Becomes true with the first SIGINT or SIGTERM; a second one ends the process there and then.
fn stop_flag() -> Result<Arc<AtomicBool>, Failure> {
    let flag = Arc::new(AtomicBool::new(false));
    for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
        // In this order: the first signal must find the flag unset when it asks whether it is the second.
        signal_hook::flag::register_conditional_shutdown(signal, INTERRUPTED, Arc::clone(&flag))?;
        signal_hook::flag::register(signal, Arc::clone(&flag))?;
    }
    Ok(flag)
}

fn greet(connection: &str, address: SocketAddr, options: &ServerOptions) {
    narrate(&format!("serving '{connection}' on http://{address}"));
    narrate("  POST /api/advancedhunting/run            {\"Query\": \"…\"}");
    narrate("  POST /v1.0|beta/security/runHuntingQuery {\"Query\": \"…\"}");
    narrate(&format!("  POST /v2|v1/rest/query, /v1/rest/mgmt    {{\"db\": \"{connection}\", \"csl\": \"…\"}}"));
    narrate("  POST /v1/workspaces/<any id>/query       {\"query\": \"…\"}");
    match &options.auth {
        Auth::None => {}
        Auth::Token(_) => narrate(&format!("  with the bearer token of {TOKEN_VARIABLE}")),
        Auth::Entra(login) => {
            narrate(&format!("  with a token of the login server: http://{address}/<tenant>/oauth2/v2.0/token"));
            if login.client_secret.is_none() && login.certificate.is_none() {
                narrate("  any secret or assertion of an application counts: TALLYHO_SERVE_CLIENT_SECRET names none");
            }
        }
    }
    if !address.ip().is_loopback() {
        narrate("  over plain http: on the way, others can read tokens and rows; put TLS in front of it");
    }
    if let Some(quota) = &options.quota {
        narrate(&format!("  within the quota '{}'", quota.name));
    }
}
