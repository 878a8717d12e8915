//! Follows a request from its first byte to the last of its answer, and tells the log how it went.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Instant;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use futures::FutureExt as _;

use super::ServerState;
use super::answer::Cost;
use super::body::Outgoing;
use super::connections::{Busy, Link};
use super::family::Family;
use super::fault::Fault;
use super::log::{Line, Logger};
use super::meter::Counted;

/// Writes its line when it is dropped: then the answer has gone out, or nobody waits for it any more.
pub(super) struct Told {
    logger: Arc<Logger>,
    line: Line,
    started: Instant,
    /// All of the body has gone out.
    done: bool,
    busy: Busy,
}

impl Told {
    /// So many bytes went out.
    pub(super) fn sent(&mut self, n_bytes: usize, is_last: bool) {
        self.line.bytes += n_bytes as u64;
        self.done |= is_last;
        self.busy.sending();
    }
}

impl Drop for Told {
    fn drop(&mut self) {
        self.line.duration = self.started.elapsed();
        self.line.cut = !self.done;
        self.logger.write(&self.line);
    }
}

/// Around everything else. A handler that stops unexpectedly is an answer too.
pub(super) async fn tell(State(state): State<Arc<ServerState>>, request: Request, next: Next) -> Response {
    let family = Family::of(request.uri().path());
    let Some(link) = request.extensions().get::<Arc<Link>>().cloned() else { return next.run(request).await };
    let line = Line {
        method: request.method().to_string(),
        path: request.uri().path().to_owned(),
        api: family.name(),
        status: None,
        rows: None,
        bytes: 0,
        duration: std::time::Duration::ZERO,
        cpu: None,
        client: link.peer,
        quota: None,
        cut: false,
        query: None,
    };
    let has_body = request.method() != Method::HEAD;
    let logger = Arc::clone(&state.logger);
    let mut told = Told { logger, line, started: Instant::now(), done: false, busy: Busy::new(&link) };
    let answer = AssertUnwindSafe(next.run(request)).catch_unwind().await;
    let mut response =
        answer.unwrap_or_else(|_| Fault::internal("the server stopped unexpectedly").response(family.dialect()));
    told.line.status = Some(response.status().as_u16());
    if let Some(cost) = response.extensions_mut().remove::<Cost>() {
        told.line.rows = Some(cost.rows);
        told.line.cpu = cost.cpu;
    }
    if let Some(counted) = response.extensions_mut().remove::<Counted>() {
        told.line.quota = counted.quota;
        told.line.query = counted.query;
    }
    told.done = !has_body || response.status() == StatusCode::NO_CONTENT;
    response.map(|body| Body::new(Outgoing::new(body, told)))
}
