//! Sign-in by a program that has signed in already: `az` and `azd`.

use std::ffi::OsString;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use secrecy::SecretString;
use serde_json::Value;

use super::super::environment::Environment;
use super::super::error::RemoteError;
use super::identity::seconds;
use super::scrub::quote;
use super::tokens::Tokens;
use crate::config::parse_instant;

/// Seconds that a program has; `az` starts a Python and may ask the network.
const TIME_LIMIT: u64 = 60;
/// How often it is looked whether a program has ended.
const LOOK: Duration = Duration::from_millis(10);
/// The longest output that is read of a program.
const MAX_OUTPUT: u64 = 1 << 20;
const TICKS_PER_SECOND: i64 = 10_000_000;
/// Seconds from 0001-01-01 to 1970-01-01.
const EPOCH: i64 = 62_135_596_800;

/// Which program, as the user knows it.
#[derive(Clone, Copy)]
pub(super) struct Program {
    name: &'static str,
    /// What signs it in.
    login: &'static str,
    arguments: &'static [&'static str],
    tenant_flag: &'static str,
}

pub(super) const AZ: Program = Program {
    name: "az",
    login: "az login",
    arguments: &["account", "get-access-token", "--output", "json", "--scope"],
    tenant_flag: "--tenant",
};

pub(super) const AZD: Program = Program {
    name: "azd",
    login: "azd auth login",
    arguments: &["auth", "token", "--output", "json", "--no-prompt", "--scope"],
    tenant_flag: "--tenant-id",
};

/// Kills the program when nobody waits for it any longer.
struct Wanted(Arc<AtomicBool>);

impl Drop for Wanted {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

/// Asks the program for a token.
pub(super) async fn sign_in(
    program: Program,
    scope: &str,
    tenant: Option<&str>,
    environment: &Environment,
) -> Result<Tokens, RemoteError> {
    let path = find(program.name, environment).ok_or_else(|| {
        RemoteError::connection(
            format!("the program {} is not found", program.name),
            format!("Install it and run '{}', or set another sign_in of the connection.", program.login),
        )
    })?;
    let mut command = Command::new(path);
    command.args(program.arguments).arg(scope);
    if let Some(tenant) = tenant {
        command.args([program.tenant_flag, tenant]);
    }
    let is_wanted = Arc::new(AtomicBool::new(true));
    let guard = Wanted(Arc::clone(&is_wanted));
    let limit = environment.seconds(TIME_LIMIT);
    let ended = tokio::task::spawn_blocking(move || run(command, limit, &is_wanted)).await;
    drop(guard);
    let output = ended.map_err(|_| RemoteError::internal("the wait for a program ended"))?;
    read(program, output)
}

/// How a program ended.
enum Ended {
    Well(Vec<u8>),
    /// With its exit code and what it said.
    Badly {
        code: Option<i32>,
        said: Vec<u8>,
    },
    /// It was stopped.
    TooLate,
    NotStarted(String),
}

/// Runs to the end, or to the end of the time.
fn run(mut command: Command, limit: Duration, is_wanted: &AtomicBool) -> Ended {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) => return Ended::NotStarted(error.to_string()),
    };
    let (out, said) = (drain(child.stdout.take()), drain(child.stderr.take()));
    let started = Instant::now();
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) if started.elapsed() < limit && is_wanted.load(Ordering::Relaxed) => std::thread::sleep(LOOK),
            Ok(None) | Err(_) => {
                stop(&mut child);
                return Ended::TooLate;
            }
        }
    };
    // What it started in turn may hold the pipes open; nobody waits for that.
    let collect = |pipe: mpsc::Receiver<Vec<u8>>| pipe.recv_timeout(Duration::from_secs(1)).unwrap_or_default();
    let out = collect(out);
    if status.success() { Ended::Well(out) } else { Ended::Badly { code: status.code(), said: collect(said) } }
}

fn stop(child: &mut Child) {
    let _ = child.kill();
    let _ = child.wait();
}

/// Reads a pipe on a thread of its own, so that the program never waits for us.
fn drain(pipe: Option<impl Read + Send + 'static>) -> mpsc::Receiver<Vec<u8>> {
    let (done, output) = mpsc::channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(pipe) = pipe {
            let mut pipe = pipe.take(MAX_OUTPUT);
            let _ = pipe.read_to_end(&mut bytes);
            let _ = std::io::copy(&mut pipe.into_inner(), &mut std::io::sink());
        }
        let _ = done.send(bytes);
    });
    output
}

fn read(program: Program, output: Ended) -> Result<Tokens, RemoteError> {
    let Program { name, login, .. } = program;
    let (what, advice) = match output {
        Ended::Well(out) => match tokens(&out) {
            Some(tokens) => return Ok(tokens),
            None => (
                format!("{name} answered something that holds no token"),
                format!("Run '{name} {}' by hand to see it.", program.arguments[..2].join(" ")),
            ),
        },
        Ended::TooLate => (
            format!("{name} did not answer within {TIME_LIMIT} seconds and was stopped"),
            format!("Run '{login}' by hand, and then try again."),
        ),
        Ended::NotStarted(why) => (format!("cannot start {name}: {why}"), format!("Check that {name} runs by hand.")),
        Ended::Badly { code, said } => {
            let said = said_text(&said);
            let code = code.map_or_else(|| "it was killed".to_owned(), |it| format!("exit code {it}"));
            let tail = if said.is_empty() { String::new() } else { format!(": {}", said.trim_end_matches('.')) };
            (format!("{name} gives no token ({code}){tail}"), format!("Run '{login}' and try again."))
        }
    };
    Err(RemoteError::connection(what, advice))
}

/// What a program said on its way out, without warnings before it.
fn said_text(said: &[u8]) -> String {
    let text = String::from_utf8_lossy(said);
    let lines = text.lines().filter(|it| !it.trim_start().starts_with("WARNING"));
    quote(&lines.collect::<Vec<_>>().join("\n"), &[])
}

/// Reads what either program writes.
fn tokens(out: &[u8]) -> Option<Tokens> {
    let text = std::str::from_utf8(out).ok()?;
    let answer: Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).ok()?;
    let text = |name: &str| answer.get(name).and_then(Value::as_str).filter(|it| !it.is_empty());
    let access = SecretString::from(text("accessToken").or_else(|| text("token"))?);
    // `expiresOn` of az is a local time without its zone, and of no use; of azd it is UTC and says so. Where neither
    // number is there, the token itself tells when it ends.
    let utc = text("expiresOn").filter(|it| it.ends_with('Z')).and_then(parse_instant);
    let utc = utc.and_then(|ticks| u64::try_from(ticks / TICKS_PER_SECOND - EPOCH).ok());
    Some(Tokens::new(access, answer.get("expires_on").and_then(seconds).or(utc)))
}

/// Looks for the program in the folders of `PATH`, but never in the working folder: it is handed tokens.
fn find(name: &str, environment: &Environment) -> Option<PathBuf> {
    let path: OsString = match &environment.programs {
        Some(folder) => folder.into(),
        None => std::env::var_os("PATH")?,
    };
    let names: Vec<String> =
        if cfg!(windows) { [".cmd", ".exe"].map(|end| format!("{name}{end}")).into() } else { vec![name.to_owned()] };
    let folders: Vec<PathBuf> = std::env::split_paths(&path).filter(|it| it.is_absolute()).collect();
    folders.iter().flat_map(|folder| names.iter().map(|it| folder.join(it))).find(|it| can_run(it))
}

#[cfg(unix)]
fn can_run(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(path).is_ok_and(|it| it.is_file() && it.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn can_run(path: &Path) -> bool {
    path.is_file()
}
