//! The login server: gives out tokens as the real one does, so that every way to sign in can be tried.

use std::sync::Arc;

use axum::Router;

use super::ServerState;

/// Who may sign in, and for how long.
#[derive(Debug, Clone, Default)]
pub struct LoginOptions {}

pub(super) fn routes() -> Router<Arc<ServerState>> {
    Router::new()
}
