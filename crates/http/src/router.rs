//! Every route of the node.

use crate::app::Shared;
use crate::pages::{account, frame, home, sign_in};
use crate::{assets, headers, health, person};
use axum::Router;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};
use tower_http::compression::CompressionLayer;

/// The node over HTTP.
pub fn router(app: Shared) -> Router {
    Router::new()
        .merge(pages())
        .fallback(|| async { StatusCode::NOT_FOUND })
        .layer(from_fn_with_state(app.clone(), frame::dress))
        .layer(from_fn_with_state(app.clone(), person::identify))
        .route("/assets/{digest}/{name}", get(assets::get))
        .route("/healthz", get(health::healthz))
        .route("/metrics", get(health::metrics))
        .layer(from_fn_with_state(app.clone(), health::measure))
        .layer(from_fn(headers::guard))
        .layer(CompressionLayer::new())
        .with_state(app)
}

fn pages() -> Router<Shared> {
    Router::new()
        .route("/", get(home::show))
        .route("/sign-in", get(sign_in::show).post(sign_in::sign_in))
        .route("/sign-out", post(sign_in::sign_out))
        .route("/account", get(account::show))
        .route("/account/tokens", post(account::make_token))
        .route("/account/tokens/{token}/end", post(account::end_token))
        .route("/account/sign-out-everywhere", post(sign_in::sign_out_everywhere))
}
