//! `tallyho logout`: delete what the system's keyring keeps of a connection's sign-in.

use super::{Chosen, Failure, SignInArgs, narrate, run, whoami};
use crate::config::SignInMethod;
use crate::run::{Environment, Runner};

pub(super) fn logout(args: &SignInArgs) -> Result<(), Failure> {
    let mut chosen = super::choose(&args.source())?;
    whoami::check(&chosen)?;
    // What was remembered is deleted also when the connection has since been told to remember nothing, and no secret
    // has to be there for it.
    if let crate::config::ConnectionKind::Service(service) = &mut chosen.connection.kind {
        service.sign_in.remember = service.sign_in.method.can_remember();
        if !service.sign_in.remember {
            service.sign_in.method = SignInMethod::None;
        }
    }
    let Chosen { connection, paths, .. } = chosen;
    let runner = Runner::with_environment(&paths, Environment::of_process());
    let open = run::open(&runner, &connection, "")?;
    let name = &connection.name;
    let had_one = runner.sign_out(&open).map_err(|it| Failure::run(it, ""))?;
    if had_one {
        narrate(&format!("the sign-in of '{name}' is forgotten"));
    } else {
        narrate(&format!("nothing was remembered of '{name}'"));
    }
    Ok(())
}
