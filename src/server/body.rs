//! Reads the bodies of requests, however slowly or endlessly they come, and sends those of answers piece by piece.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use futures::StreamExt as _;
use hyper::body::{Frame, SizeHint};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::ServerState;
use super::family::Family;
use super::fault::Fault;
use super::told::Told;

/// Bytes that go out at once, so that it can be seen whether the peer takes them.
pub(super) const PIECE: usize = 64 << 10;
/// A body that is too long is still read this many times over, so that its sender hears why it is refused.
const PATIENCE: usize = 8;

/// Reads the whole body before anything else is done, within the limits on size and time.
pub(super) async fn read(State(state): State<Arc<ServerState>>, request: Request, next: Next) -> Response {
    let limits = &state.options.limits;
    let (parts, body) = request.into_parts();
    let dialect = Family::of(parts.uri.path()).dialect();
    let fault = match tokio::time::timeout(limits.body_time, collect(body, limits.body, &state.bodies)).await {
        // What the body takes of all bodies' memory is held until it is answered.
        Ok(Ok((bytes, _held))) => return next.run(Request::from_parts(parts, Body::from(bytes))).await,
        Ok(Err(fault)) => fault,
        Err(_) => Fault::slow_body(limits.body_time),
    };
    // What is left of the body would be taken for the next request.
    let mut response = fault.response(dialect);
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

type Held = Option<OwnedSemaphorePermit>;

async fn collect(body: Body, limit: usize, room: &Arc<Semaphore>) -> Result<(Bytes, Held), Fault> {
    if body.size_hint().lower() > limit.saturating_mul(PATIENCE) as u64 {
        return Err(Fault::too_long(limit));
    }
    let mut pieces = body.into_data_stream();
    let (mut all, mut n_bytes) = (Vec::new(), 0);
    let (mut held, mut n_held): (Held, usize) = (None, 0);
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(|_| Fault::cut_body())?;
        n_bytes += piece.len();
        if n_bytes <= limit {
            all.extend_from_slice(&piece);
        } else if n_bytes > limit.saturating_mul(PATIENCE) {
            break;
        }
        // Small bodies are free: only many large ones at once could take too much.
        if all.len() / PIECE > n_held {
            let more = all.len() / PIECE - n_held;
            let Ok(permit) = Arc::clone(room).try_acquire_many_owned(more as u32) else { return Err(Fault::no_room()) };
            n_held += more;
            match &mut held {
                Some(held) => held.merge(permit),
                none => *none = Some(permit),
            }
        }
    }
    if n_bytes > limit { Err(Fault::too_long(limit)) } else { Ok((Bytes::from(all), held)) }
}

/// A body on its way out, which tells how far it came.
pub(super) struct Outgoing {
    inner: Body,
    /// What is left of the last frame.
    rest: Bytes,
    told: Told,
}

impl Outgoing {
    pub(super) fn new(inner: Body, told: Told) -> Self {
        Self { inner, rest: Bytes::new(), told }
    }

    fn piece(&mut self) -> Frame<Bytes> {
        let piece = self.rest.split_to(self.rest.len().min(PIECE));
        let is_last = self.is_end_stream();
        self.told.sent(piece.len(), is_last);
        Frame::data(piece)
    }
}

impl HttpBody for Outgoing {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if !self.rest.is_empty() {
            return Poll::Ready(Some(Ok(self.piece())));
        }
        match std::task::ready!(Pin::new(&mut self.inner).poll_frame(cx)) {
            Some(Ok(frame)) => Poll::Ready(Some(Ok(match frame.into_data() {
                Ok(data) => {
                    self.rest = data;
                    self.piece()
                }
                Err(other) => other,
            }))),
            Some(Err(error)) => Poll::Ready(Some(Err(error))),
            None => {
                self.told.sent(0, true);
                Poll::Ready(None)
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let left = self.rest.len() as u64;
        let inner = self.inner.size_hint();
        let mut hint = SizeHint::new();
        if let Some(upper) = inner.upper() {
            hint.set_upper(upper + left);
        }
        hint.set_lower(inner.lower() + left);
        hint
    }
}
