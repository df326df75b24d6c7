//! Whether the node is well, for those who watch over it.
//!
//! Alive (`/livez`) is a program that answers: one that is not should be started again. Ready (`/readyz`) is a node that
//! can be asked: one that is not should get no requests for now. A full disk or a ledger behind its entries are neither:
//! look-ups go on, and `/metrics` says so.

use crate::app::Shared;
use crate::metrics::{Door, Scene, write_gauges};
use axum::extract::{MatchedPath, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use cairn_node::room::Room;
use cairn_store::gauge::{self, Gauges};
use std::time::Instant;

/// `GET /livez`
pub async fn livez() -> Response {
    (StatusCode::OK, "alive\n").into_response()
}

/// `GET /readyz`, and `/healthz` as it was called first: 200 once everything loaded can be queried, 503 when not or when
/// the node stops.
pub async fn readyz(State(app): State<Shared>) -> Response {
    if app.metrics.is_stopping() {
        return (StatusCode::SERVICE_UNAVAILABLE, "the node stops\n").into_response();
    }
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
    let mut text = app.metrics.text();
    let record = gauges(&app).await;
    let scene = Scene {
        lanes: &app.lanes,
        record: record.as_ref(),
        room: Room::of(app.node.folder()).ok(),
        now: app.node.now(),
        up_for: app.metrics.up_for(),
    };
    write_gauges(&scene, &mut text);
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
}

async fn gauges(app: &Shared) -> Option<Gauges> {
    let mut reader = app.node.store().read().await.ok()?;
    let read = gauge::read(&mut reader).await;
    read.inspect_err(|error| tracing::error!(cause = %crate::problem::chain(error), "the gauges cannot be read")).ok()
}

/// Notes each answer; the log line names the route as it is written in the router, never the address that was asked.
pub async fn measure(State(app): State<Shared>, request: Request, next: Next) -> Response {
    let (door, begun) = (Door::of(request.uri().path()), Instant::now());
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let response = next.run(request).await;
    let (status, took) = (response.status().as_u16(), begun.elapsed());
    app.metrics.answered(door, status, took);
    let route = route.as_ref().map_or("none", MatchedPath::as_str);
    tracing::info!(%method, route, status, milliseconds = took.as_secs_f64() * 1000.0, "answered");
    response
}
