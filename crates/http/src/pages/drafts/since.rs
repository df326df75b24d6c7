//! What others did to a draft while its page is open: the page asks quietly, and learns of it before it saves.

use super::save::{newer, others, part};
use super::{actor, id};
use crate::app::Shared;
use crate::pages::frame::PageError;
use crate::person::SignedIn;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

/// What the page has seen.
#[derive(Debug, Deserialize)]
pub struct Seen {
    /// Its revision.
    #[serde(default)]
    seen: u32,
}

/// `GET /drafts/{id}/since?seen=`: the parts of the page that changed since; nothing (204) when none did.
pub async fn since(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    Path(draft): Path<String>,
    Query(Seen { seen }): Query<Seen>,
) -> Result<Response, PageError> {
    let (by, id) = (actor(&person), id(&draft)?);
    if app.node.draft_revision(&by, id).await? <= seen {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let report = app.node.draft(&by, id).await?;
    let (keys, others) = (newer(&report, seen), others(&report, seen, &person));
    part(&app, &person, &report, Vec::new(), keys, others).await
}
