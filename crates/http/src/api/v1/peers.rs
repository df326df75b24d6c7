//! `GET /api/v1/peers`: the other nodes and how each stands.

use crate::app::Shared;
use crate::pages::peers;
use crate::person::Caller;
use crate::problem::ApiProblem;
use axum::Json;
use axum::extract::State;
use cairn_node::federation::{Beyond, PeerStatus};
use serde::Serialize;
use utoipa::ToSchema;

/// The peers of this node.
#[derive(Debug, Serialize, ToSchema)]
pub struct PeersAnswer {
    /// This node's id, which peers know it by; null when it speaks with no other node.
    node: Option<String>,
    /// Each peer: agreement, `taken` and `waiting` of its stream, last contact, `given`, `received`, `withheld` by reason,
    /// `taken_back` and `unacknowledged`, what was refused of it (`refused`, `refused_items`) and what it cannot be given
    /// because it does not read (`unreadable`).
    #[schema(value_type = Vec<Object>)]
    peers: Vec<PeerStatus>,
    /// Nodes that hubs passed on to what was taken back: `through` which, `taken_back`, `unacknowledged` by the node
    /// itself, when it was `told` and when it `acknowledged` the last.
    #[schema(value_type = Vec<Object>)]
    beyond: Vec<Beyond>,
}

/// The other nodes that this one speaks with: agreement, lag, last contact, what was withheld and why, what is not
/// acknowledged.
#[utoipa::path(
    get,
    path = "/api/v1/peers",
    tag = "network",
    responses((status = 200, description = "The peers", body = PeersAnswer)),
    security(("token" = []))
)]
pub async fn get(State(app): State<Shared>, _caller: Caller) -> Result<Json<PeersAnswer>, ApiProblem> {
    let node = app.settings.federation.as_ref().map(|federation| federation.id().to_string());
    Ok(Json(PeersAnswer { node, peers: peers::standing(&app).await?, beyond: app.node.beyond_peers().await? }))
}
