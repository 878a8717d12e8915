//! A bearer token on standard input, for a connection that signs in by 'token-input'.

use std::io::{self, IsTerminal, Read};

use secrecy::SecretString;

use super::Failure;
use crate::config::{Connection, Paths, SignInMethod};
use crate::run::{Environment, Runner};

/// More than this is no token.
const MAX_TOKEN: u64 = 64 * 1024;

/// What runs queries on this connection, with the token that was piped in where the connection wants one. `input_is` says
/// what else standard input is read for, if anything.
pub(super) fn runner(paths: &Paths, connection: &Connection, input_is: Option<&str>) -> Result<Runner, Failure> {
    let mut environment = Environment::of_process();
    let method = connection.kind.service().map(|it| &it.sign_in.method);
    if method == Some(&SignInMethod::TokenInput) {
        let name = &connection.name;
        if let Some(other) = input_is {
            let why =
                format!("connection '{name}' reads a token from standard input, and so {other} cannot come from there");
            return Err(Failure::Usage(why));
        }
        environment.input_token = read(name)?;
    }
    Ok(Runner::with_environment(paths, environment))
}

/// `None` for an empty input. It is never asked for on the terminal, which would show it.
fn read(name: &str) -> Result<Option<SecretString>, Failure> {
    let input = io::stdin();
    if input.is_terminal() {
        let why = format!("connection '{name}' reads a token from standard input: pipe one in");
        return Err(Failure::Usage(why));
    }
    let mut text = String::new();
    let read = input.lock().take(MAX_TOKEN + 1).read_to_string(&mut text);
    let token = text.trim();
    if read.is_err() || text.len() as u64 > MAX_TOKEN || !token.bytes().all(|it| it.is_ascii_graphic()) {
        return Err(Failure::Usage("standard input holds something that is no token".to_owned()));
    }
    Ok((!token.is_empty()).then(|| SecretString::from(token)))
}
