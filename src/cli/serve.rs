//! `tallyho serve`: both hunting APIs on this machine.

use std::future::pending;

use tokio::net::TcpListener;

use super::{Chosen, Failure, ServeArgs, narrate, run};
use crate::run::Runner;
use crate::server::{ServerState, serve as serve_on};

/// Serves until the process is ended.
pub(super) fn serve(args: &ServeArgs) -> Result<(), Failure> {
    if !args.listen.ip().is_loopback() {
        let why = format!("{} can be reached from other machines; listen on 127.0.0.1 or [::1]", args.listen);
        return Err(Failure::Usage(why));
    }
    let Chosen { connection, paths, .. } = super::choose(&args.source)?;
    if !connection.kind.is_local() {
        let why = format!("connection '{}' is a service; serve answers from local data", connection.name);
        return Err(Failure::Usage(why));
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    // The port is taken before the data is read, so that one which is in use is said at once.
    let in_use = |error| Failure::Io(format!("cannot listen on {}: {error}", args.listen));
    let listener = runtime.block_on(TcpListener::bind(args.listen)).map_err(in_use)?;
    let runner = Runner::new(&paths);
    let open = run::open(&runner, &connection, "")?;
    run::tell_notes(&open.notes());
    narrate(&format!("serving '{}' on http://{}", connection.name, listener.local_addr()?));
    narrate("  POST /api/advancedhunting/run            {\"Query\": \"…\"}");
    narrate("  POST /v1.0|beta/security/runHuntingQuery {\"Query\": \"…\"}");
    runtime.block_on(serve_on(listener, ServerState::new(runner, open), pending()))?;
    Ok(())
}
