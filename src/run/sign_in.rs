//! Signing in and out of a connection without running a query.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::error::{RunError, RunErrorKind};
use super::open::{OpenConnection, Source};
use super::runner::{CancelHandle, Runner};
use crate::remote::{Identity, RemoteErrorKind, Session, SignInPrompt};

/// Something that happened while signing in. The last one is an ending: `Done`, `Failed` or `Cancelled`.
#[derive(Debug, Clone)]
pub enum SignInEvent {
    /// A person has to act, or should know something.
    Prompt(SignInPrompt),
    Done(Identity),
    Failed(RunError),
    Cancelled,
}

impl OpenConnection {
    /// Whom the token at hand speaks for. `None` before the first sign-in, and where no token is sent.
    pub fn identity(&self) -> Option<Identity> {
        self.session()?.identity()
    }

    /// Throws the token away, so that the next run signs in again. What the keyring keeps stays there.
    pub fn forget_token(&self) {
        if let Some(session) = self.session() {
            session.forget_token();
        }
    }

    fn session(&self) -> Option<&Session> {
        if let Source::Service(session) = &self.source { Some(session) } else { None }
    }
}

impl Runner {
    /// Signs in and returns at once. `sink` is called from a thread of its own, last with an ending.
    pub fn sign_in(
        &self,
        connection: &Arc<OpenConnection>,
        sink: impl Fn(SignInEvent) + Send + Sync + 'static,
    ) -> CancelHandle {
        let cancel = CancellationToken::new();
        let handle = CancelHandle(cancel.clone());
        let network = match self.network() {
            Ok(network) => network,
            Err(error) => {
                sink(SignInEvent::Failed(error));
                return handle;
            }
        };
        let connection = Arc::clone(connection);
        let sink = Arc::new(sink);
        let on_thread = Arc::clone(&sink);
        let born = std::thread::Builder::new().name("sign-in".to_owned()).spawn(move || {
            let Some(session) = connection.session() else {
                return on_thread(SignInEvent::Failed(nothing_to_sign_in_to(&connection)));
            };
            let mut prompt = |prompt| on_thread(SignInEvent::Prompt(prompt));
            let answer = network.block_on(session.sign_in(&cancel, &mut prompt));
            on_thread(match answer {
                Ok(identity) => SignInEvent::Done(identity),
                Err(error) if error.kind == RemoteErrorKind::Cancelled => SignInEvent::Cancelled,
                Err(error) => SignInEvent::Failed(RunError::of_remote(error)),
            });
        });
        if let Err(error) = born {
            sink(SignInEvent::Failed(RunError::new(RunErrorKind::Limit, format!("cannot start to sign in: {error}"))));
        }
        handle
    }

    /// Signs in as far as that needs no person, and says who it is. Blocks.
    pub fn identify(&self, connection: &OpenConnection) -> Result<Identity, RunError> {
        let session = connection.session().ok_or_else(|| nothing_to_sign_in_to(connection))?;
        self.network()?.block_on(session.identify()).map_err(RunError::of_remote)
    }

    /// Forgets the token, and deletes what the keyring keeps of this connection. True when it kept something. Blocks.
    pub fn sign_out(&self, connection: &OpenConnection) -> Result<bool, RunError> {
        let session = connection.session().ok_or_else(|| nothing_to_sign_in_to(connection))?;
        self.network()?.block_on(session.sign_out()).map_err(RunError::of_remote)
    }
}

fn nothing_to_sign_in_to(connection: &OpenConnection) -> RunError {
    let name = &connection.connection.name;
    RunError::new(
        RunErrorKind::Connection,
        format!("connection '{name}' is no service: there is nothing to sign in to"),
    )
    .with_advice("Choose the connection of a service.")
}
