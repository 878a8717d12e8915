//! `tallyho login`: sign in without a query, to see that it works, and to be remembered.

use std::sync::mpsc;

use super::{Chosen, Failure, SignInArgs, input_token, narrate, run, whoami};
use crate::run::{Runner, SignInEvent};

/// Signs in, showing what a person has to do, and says who it is.
pub(super) fn login(args: &SignInArgs) -> Result<(), Failure> {
    let chosen = super::choose(&args.source())?;
    whoami::check(&chosen)?;
    let Chosen { connection, paths, .. } = chosen;
    let runner = input_token::runner(&paths, &connection, None)?;
    let open = run::open(&runner, &connection, "")?;
    let identity = wait(&runner, &open)?;
    whoami::print(&connection, &identity)?;
    let sign_in = connection.kind.service().map(|it| &it.sign_in);
    if sign_in.is_some_and(|it| it.method.needs_person() && !it.remember) {
        narrate("note: this proves that sign-in works; the token ends with this command");
        narrate("  Set remember = true in the connection to keep the sign-in in the system's keyring.");
    }
    Ok(())
}

fn wait(runner: &Runner, open: &std::sync::Arc<crate::run::OpenConnection>) -> Result<crate::run::Identity, Failure> {
    let (sender, receiver) = mpsc::channel();
    runner.sign_in(open, move |event| {
        let _ = sender.send(event);
    });
    for event in receiver {
        match event {
            SignInEvent::Prompt(prompt) => run::tell_prompt(&prompt),
            SignInEvent::Done(identity) => return Ok(identity),
            SignInEvent::Failed(error) => return Err(Failure::run(error, "")),
            SignInEvent::Cancelled => break,
        }
    }
    Err(Failure::Io("the sign-in was stopped".to_owned()))
}
