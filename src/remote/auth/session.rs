//! Sign-in as a session offers it: without a query.

use tokio_util::sync::CancellationToken;

use super::super::{RemoteError, Session};
use super::{Identity, Person, SignInPrompt};

impl Session {
    /// Signs in, unless there is a good token, and says who it is. Ends at once when cancelled.
    pub async fn sign_in(
        &self,
        cancel: &CancellationToken,
        prompt: &mut dyn FnMut(SignInPrompt),
    ) -> Result<Identity, RemoteError> {
        let mut person = Person::Shown(prompt);
        tokio::select! {
            biased;
            () = cancel.cancelled() => Err(RemoteError::cancelled()),
            answer = self.signed_in(&mut person) => answer,
        }
    }

    /// Signs in as far as that needs no person, and says who it is.
    pub async fn identify(&self) -> Result<Identity, RemoteError> {
        self.signed_in(&mut Person::Absent).await
    }

    async fn signed_in(&self, person: &mut Person<'_>) -> Result<Identity, RemoteError> {
        self.tokens.token(person).await?;
        self.tokens.identity().ok_or_else(|| {
            RemoteError::connection(
                format!("{} is asked without a token: nobody signs in", self.service().base_url),
                "Set sign_in of the connection if the service wants a token.",
            )
        })
    }

    /// Forgets the token, and deletes what the keyring keeps for this connection. True when it kept something.
    pub async fn sign_out(&self) -> Result<bool, RemoteError> {
        self.tokens.sign_out().await
    }

    /// Whom the token at hand speaks for.
    pub fn identity(&self) -> Option<Identity> {
        self.tokens.identity()
    }

    /// Throws the token away, so that the next call signs in again.
    pub fn forget_token(&self) {
        self.tokens.forget();
    }
}
