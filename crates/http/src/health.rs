//! Whether the node is well, for those who watch over it.

use crate::app::Shared;
use crate::metrics::Door;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::time::Instant;

/// `GET /healthz`: 200 once everything loaded can be queried.
pub async fn healthz(State(app): State<Shared>) -> Response {
    match app.node.store().read().await {
        Ok(_) => (StatusCode::OK, "ok\n").into_response(),
        Err(error) => {
            tracing::error!(cause = %crate::problem::chain(&error), "the record cannot be read");
            (StatusCode::SERVICE_UNAVAILABLE, "the record cannot be read\n").into_response()
        }
    }
}

/// `GET /metrics`, in the text format of Prometheus.
pub async fn metrics(State(app): State<Shared>) -> Response {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], app.metrics.text()).into_response()
}

/// Notes each answer.
pub async fn measure(State(app): State<Shared>, request: Request, next: Next) -> Response {
    let (door, begun) = (Door::of(request.uri().path()), Instant::now());
    let response = next.run(request).await;
    app.metrics.answered(door, response.status().as_u16(), begun.elapsed());
    response
}
