//! From a call to an answer whose body has not begun, with the few repetitions that are safe.
//!
//! A query changes nothing, but each one costs quota. So a call is repeated only when the service cannot have begun to
//! answer it: nobody took the connection, or the service said that it is busy and when to come back. And a token that is
//! not accepted is renewed once, where the way of signing in can give another.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use reqwest::StatusCode;
use secrecy::SecretString;

use super::auth::Person;
use super::call::Call;
use super::decode::RemoteEvent;
use super::error::RemoteError;
use super::record::Incoming;
use super::{Asked, Session, http};

/// How often a call is repeated at most.
const MAX_REPEATS: u32 = 2;
/// The pause before the first repetition; it doubles for the next.
const FIRST_PAUSE: Duration = Duration::from_millis(300);
/// A service that wants a longer pause is not waited for here.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// A good answer whose body has not been read.
pub(super) struct Answered {
    pub(super) response: Incoming,
    /// What it was asked with.
    pub(super) token: Option<SecretString>,
    /// When it was asked, the last time.
    pub(super) asked_at: Instant,
    /// Why it was asked more than once.
    pub(super) notes: Vec<String>,
}

/// A call that got no answer.
pub(super) struct Refused {
    pub(super) error: RemoteError,
    /// The service's status; none where no answer came at all.
    pub(super) status: Option<StatusCode>,
    /// What the service wants to see in another token.
    pub(super) claims: Option<String>,
    /// Nothing had been sent yet.
    pub(super) unsent: bool,
}

impl From<RemoteError> for Refused {
    fn from(error: RemoteError) -> Self {
        Self { error, status: None, claims: None, unsent: false }
    }
}

/// Signs in, sends the call and repeats it where that is safe. `sent` is filled before the first byte goes out.
pub(super) async fn answer(
    session: &Session,
    call: &Call,
    timeout: Duration,
    sent: &OnceLock<Option<SecretString>>,
    sink: &mut dyn FnMut(RemoteEvent),
) -> Result<Answered, Refused> {
    let (mut n_repeats, mut renewed) = (0, false);
    let mut notes = call.notes.clone();
    loop {
        let prompt = &mut |prompt| sink(RemoteEvent::SignIn(prompt));
        let token = session.tokens.token(&mut Person::Shown(prompt)).await?;
        let asked = Asked { session, call, token: token.as_ref(), timeout };
        let asked_at = Instant::now();
        let _ = sent.set(token.clone());
        let mut refused = match http::send(&asked, sink).await {
            Ok(response) if response.status() == StatusCode::OK => {
                return Ok(Answered { response, token, asked_at, notes });
            }
            Ok(response) => http::refusal(&asked, response).await,
            Err(refused) => refused,
        };
        refused.error = refused.error.without(token.as_ref());
        if refused.status == Some(StatusCode::UNAUTHORIZED)
            && !renewed
            && session.tokens.can_renew()
            && let Some(token) = &token
        {
            session.tokens.refused(token, refused.claims.take());
            renewed = true;
            notes
                .push("The service did not accept the token any more; it was renewed and the query sent again.".into());
            continue;
        }
        let Some(pause) = pause(&refused, n_repeats) else { return Err(refused) };
        n_repeats += 1;
        notes.push(format!("Asked again after {} ms: {}.", pause.as_millis(), refused.error.message));
        tokio::time::sleep(session.tick.mul_f32(pause.as_secs_f32())).await;
    }
}

/// How long to wait before the call is repeated; `None` when it must not be.
fn pause(refused: &Refused, n_repeats: u32) -> Option<Duration> {
    if n_repeats >= MAX_REPEATS {
        return None;
    }
    if refused.unsent {
        // Clients that failed together should not come back together.
        let backed_off = FIRST_PAUSE * 2_u32.pow(n_repeats);
        return Some(backed_off.mul_f32(0.5 + fastrand::f32() / 2.0));
    }
    let busy = refused.status == Some(StatusCode::SERVICE_UNAVAILABLE);
    refused.error.retry_after.filter(|it| busy && *it <= LONGEST_PAUSE)
}
