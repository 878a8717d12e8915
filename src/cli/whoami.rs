//! `tallyho whoami`: whom a connection's token speaks for.

use std::io::{self, Write};
use std::time::{SystemTime, UNIX_EPOCH};

use super::{Chosen, Failure, SignInArgs, input_token, run};
use crate::config::Connection;
use crate::kql::{MAX_DATETIME_TICKS, TICKS_PER_SECOND, UNIX_EPOCH_TICKS};
use crate::result::datetime_text;
use crate::run::Identity;
use crate::text;

/// Signs in as far as that needs no person, and says who it is.
pub(super) fn whoami(args: &SignInArgs) -> Result<(), Failure> {
    let chosen = super::choose(&args.source())?;
    check(&chosen)?;
    let Chosen { connection, paths, .. } = chosen;
    let runner = input_token::runner(&paths, &connection, None)?;
    let open = run::open(&runner, &connection, "")?;
    let identity = runner.identify(&open).map_err(|it| Failure::run(it, ""))?;
    print(&connection, &identity)?;
    Ok(())
}

/// Only a service is signed in to.
pub(super) fn check(chosen: &Chosen) -> Result<(), Failure> {
    let connection = &chosen.connection;
    match connection.kind.service() {
        Some(_) => Ok(()),
        None => Err(Failure::Usage(format!(
            "connection '{}' is of kind '{}', where nobody signs in; name a service with --connection",
            connection.name,
            connection.kind.name()
        ))),
    }
}

/// One line for each thing that is known, on standard output.
pub(super) fn print(connection: &Connection, identity: &Identity) -> io::Result<()> {
    let method = connection.kind.service().map_or("", |it| it.sign_in.method.name());
    let tenant = connection.kind.service().and_then(|it| it.sign_in.tenant.clone());
    let unknown = || "not said by the token".to_owned();
    let who = if identity.who.is_empty() { unknown() } else { identity.who.clone() };
    let roles = if identity.roles.is_empty() { unknown() } else { identity.roles.join(", ") };
    let lines = [
        ("connection", connection.name.clone()),
        ("sign-in", method.to_owned()),
        ("who", who),
        ("tenant", identity.tenant.clone().or(tenant).unwrap_or_else(unknown)),
        ("roles", roles),
        ("for", identity.audience.clone().unwrap_or_else(unknown)),
        ("expires", identity.expires.map_or_else(unknown, expires)),
    ];
    let mut out = io::stdout().lock();
    for (name, value) in lines {
        // A token comes from elsewhere, and its claims are no better than any data.
        writeln!(out, "{name:<11} {}", text::sanitize(&value))?;
    }
    out.flush()
}

/// `2025-03-17T08:30:00.0000000Z (in 59 minutes)`.
fn expires(seconds: u64) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |it| it.as_secs());
    let ticks = i64::try_from(seconds).ok().and_then(|it| it.checked_mul(TICKS_PER_SECOND));
    let ticks = ticks.and_then(|it| it.checked_add(UNIX_EPOCH_TICKS)).filter(|it| *it <= MAX_DATETIME_TICKS);
    let Some(ticks) = ticks else { return "never".to_owned() };
    let instant = datetime_text(ticks);
    match seconds.checked_sub(now) {
        Some(left) => format!("{instant} (in {} minutes)", left / 60),
        None => format!("{instant} (over)"),
    }
}
