//! What stands between a request that may be asked and the engine: the quota, the queue and the limit on time.

use std::sync::Arc;
use std::time::Instant;

use axum::body::{Body, Bytes, HttpBody as _};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use serde_json::{Map, Value};

use super::ServerState;
use super::answer::Cost;
use super::auth::Caller;
use super::family::Family;
use super::fault::Fault;
use super::quota::Ledger;

/// What an answer carries for the log.
#[derive(Clone, Default)]
pub(super) struct Counted {
    pub(super) quota: Option<String>,
    pub(super) query: Option<String>,
}

/// Counts a call of an API, lets it wait for its turn, and books what it took. When the client goes away this is
/// dropped, wherever it stands.
pub(super) async fn meter(State(state): State<Arc<ServerState>>, request: Request, next: Next) -> Response {
    let family = Family::of(request.uri().path());
    if !family.is_api() {
        return next.run(request).await;
    }
    let caller = request.extensions().get::<Caller>().cloned().unwrap_or_default();
    let mut counted = Counted::default();
    let mut request = request;
    if state.logger.queries {
        (request, counted.query) = query_of(request).await;
    }
    let mut response = match &state.ledger {
        None => answer(&state, family, &caller, request, next).await,
        // Each service counts for itself.
        Some(ledger) => match ledger.admit(&format!("{} {}", family.name(), caller.tenant), Instant::now()) {
            Ok(used) => {
                counted.quota = used;
                answer(&state, family, &caller, request, next).await
            }
            Err(refused) => {
                counted.quota = Some("used up".to_owned());
                Fault::throttled(&refused, family).response(family.dialect())
            }
        },
    };
    response.extensions_mut().insert(counted);
    response
}

async fn answer(state: &ServerState, family: Family, caller: &Caller, request: Request, next: Next) -> Response {
    // A command must not wait for the very query that it is to stop; commands are small.
    let is_command = request.uri().path() == "/v1/rest/mgmt";
    let _place = if is_command { None } else { Some(state.queue.enter(&caller.client).await) };
    let Some(ledger) = &state.ledger else { return next.run(request).await };
    let started = Instant::now();
    let mut charge = Charge { ledger, tenant: format!("{} {}", family.name(), caller.tenant), started, cpu: None };
    let profile = ledger.profile();
    let response = match profile.request_timeout {
        None => next.run(request).await,
        Some(limit) => match tokio::time::timeout(limit, next.run(request)).await {
            Ok(response) => response,
            Err(_) => return Fault::out_of_time(family).response(family.dialect()),
        },
    };
    charge.cpu = response.extensions().get::<Cost>().and_then(|cost| cost.cpu);
    let is_hunting = matches!(family, Family::Defender | Family::Mde | Family::Graph(_));
    let n_bytes = response.body().size_hint().lower();
    if is_hunting && response.status().is_success() && profile.max_bytes.is_some_and(|limit| n_bytes > limit) {
        return Fault::too_much().response(family.dialect());
    }
    response
}

/// Books the time when the query ends, also by its client going away.
struct Charge<'a> {
    ledger: &'a Ledger,
    tenant: String,
    started: Instant,
    cpu: Option<std::time::Duration>,
}

impl Drop for Charge<'_> {
    fn drop(&mut self) {
        self.ledger.charge(&self.tenant, self.started.elapsed(), self.cpu, Instant::now());
    }
}

/// The text of the query in a body that was read before.
async fn query_of(request: Request) -> (Request, Option<String>) {
    let (parts, body) = request.into_parts();
    let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
    let query = text_of(&bytes);
    (Request::from_parts(parts, Body::from(bytes)), query)
}

fn text_of(body: &Bytes) -> Option<String> {
    let members: Map<String, Value> = serde_json::from_slice(body).ok()?;
    let text = members.iter().find(|(key, _)| key.eq_ignore_ascii_case("query") || *key == "csl")?.1;
    text.as_str().map(str::to_owned)
}
