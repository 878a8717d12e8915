//! Which path is answered by what.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{StatusCode, Uri};
use axum::middleware;
use axum::response::Response;
use axum::routing::{get, post};
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;

use super::answer::{answer_query, json_response};
use super::family::Family;
use super::fault::Fault;
use super::{ServerState, auth, body, dto, guard, hunting_schema, kusto, log_analytics, login, meter, told};
use crate::result::GraphStyle;

type Shared = State<Arc<ServerState>>;
/// A body, or why it could not be read.
type Body = Result<Bytes, BytesRejection>;

/// Which service is spoken, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    Defender,
    Graph(GraphStyle),
    Kusto,
    LogAnalytics,
}

pub(super) fn router(state: Arc<ServerState>) -> Router {
    Router::new()
        .route("/", get(contents))
        .route("/healthz", get(health))
        .route("/api/advancedhunting/run", post(defender))
        .route("/api/advancedhunting/run/", post(defender))
        .route("/api/advancedqueries/run", post(defender))
        .route("/api/advancedqueries/run/", post(defender))
        .route("/v1.0/security/runHuntingQuery", post(graph_v1))
        .route("/v1.0/security/microsoft.graph.security.runHuntingQuery", post(graph_v1))
        .route("/beta/security/runHuntingQuery", post(graph_beta))
        .route("/beta/security/microsoft.graph.security.runHuntingQuery", post(graph_beta))
        .merge(hunting_schema::routes())
        .merge(kusto::routes())
        .merge(login::routes())
        .merge(log_analytics::routes())
        .fallback(unknown_path)
        .method_not_allowed_fallback(wrong_method)
        // From here outwards: the innermost first. Bodies are read, and limited, before a handler sees them.
        .layer(DefaultBodyLimit::disable())
        .layer(middleware::from_fn_with_state(Arc::clone(&state), meter::meter))
        .layer(middleware::from_fn_with_state(Arc::clone(&state), body::read))
        .layer(middleware::from_fn_with_state(Arc::clone(&state), auth::check))
        .layer(middleware::from_fn_with_state(Arc::clone(&state), guard::known_host))
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
        .layer(middleware::from_fn_with_state(Arc::clone(&state), told::tell))
        .with_state(state)
}

async fn contents(State(state): Shared) -> Response {
    json_response(StatusCode::OK, dto::contents(&state.connection.connection.name))
}

async fn health(State(state): Shared) -> Response {
    let (n_running, n_queued) = state.queue.counts();
    let health = dto::Health {
        connection: &state.connection.connection.name,
        uptime: state.started.elapsed(),
        n_running,
        n_queued,
        n_connections: state.connections.count(),
        auth: state.options.auth.name(),
        quota: state.options.quota.as_ref().map(|it| it.name.as_str()),
    };
    json_response(StatusCode::OK, health.json())
}

async fn defender(state: Shared, body: Body) -> Response {
    answer(state, body, Dialect::Defender).await
}

async fn graph_v1(state: Shared, body: Body) -> Response {
    answer(state, body, Dialect::Graph(GraphStyle::V1)).await
}

async fn graph_beta(state: Shared, body: Body) -> Response {
    answer(state, body, Dialect::Graph(GraphStyle::Beta)).await
}

async fn answer(State(state): Shared, body: Body, dialect: Dialect) -> Response {
    let asked = match (body, dialect) {
        (Err(rejection), _) => Err(Fault::unreadable(&rejection)),
        (Ok(body), Dialect::Graph(_)) => dto::graph_query(&body),
        (Ok(body), _) => dto::defender_query(&body),
    };
    match asked {
        Ok(asked) => answer_query(&state, asked, dialect).await,
        Err(fault) => Err(fault),
    }
    .unwrap_or_else(|fault| fault.response(dialect))
}

async fn unknown_path(uri: Uri) -> Response {
    Fault::unknown_path(uri.path()).response(Family::of(uri.path()).dialect())
}

async fn wrong_method(uri: Uri) -> Response {
    Fault::wrong_method(uri.path()).response(Family::of(uri.path()).dialect())
}
