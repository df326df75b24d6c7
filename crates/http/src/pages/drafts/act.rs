//! Signing, sharing, withdrawing.

use super::show::page;
use super::{actor, id, sentence};
use crate::app::Shared;
use crate::form::OwnForm;
use crate::pages::frame::PageError;
use crate::person::SignedIn;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use cairn_core::curation::Audience;
use cairn_core::submission::Channel;
use cairn_node::curation::CurationError;
use cairn_store::curation::Subject;
use serde::Deserialize;

/// What a button brings.
#[derive(Debug, Default, Deserialize)]
pub struct Decision {
    /// The revision that the person saw.
    #[serde(default)]
    seen: u32,
    /// Why, where a reason is asked for.
    #[serde(default)]
    reason: String,
    /// With whom, when sharing.
    #[serde(default)]
    audience: String,
    /// Whether the person knows that the class differs from what others say; for signing.
    #[serde(default)]
    confirmed: String,
}

/// `POST /drafts/{id}/{act}`
pub async fn act(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    Path((draft, act)): Path<(String, String)>,
    OwnForm(decision): OwnForm<Decision>,
) -> Result<Response, PageError> {
    let (by, id) = (actor(&person), id(&draft)?);
    let node = &app.node;
    let Decision { seen, reason, audience, confirmed } = &decision;
    let audience = if audience == "laboratory" { Audience::Laboratory } else { Audience::Network };
    let done = match act.as_str() {
        "sign" if !confirmed.is_empty() => node.sign_draft_that_differs(&by, id, *seen).await,
        "sign" => node.sign_draft(&by, id, *seen).await,
        "send-back" => node.send_draft_back(&by, id, reason).await,
        "share" => node.share_draft(&by, id, audience, Channel::Page).await,
        "withdraw" => node.withdraw_draft(&by, id, reason, Channel::Page).await,
        "reopen" => node.reopen_draft(&by, id, reason).await,
        _ => return Err(PageError::NotFound),
    };
    match done {
        Ok(_) => Ok(Redirect::to(&format!("/drafts/{id}")).into_response()),
        Err(error @ (CurationError::Node(_) | CurationError::NotFound)) => Err(error.into()),
        Err(refused) => {
            let report = node.draft(&by, id).await?;
            let told = Some(sentence(&refused.to_string()));
            if matches!(report.head.subject, Subject::Gene(_)) {
                let sheet = super::sheet::page(&app, &person, &report, &[], told);
                return Ok((StatusCode::CONFLICT, sheet).into_response());
            }
            Ok((StatusCode::CONFLICT, page(&app, &person, &report, Vec::new(), told).await?).into_response())
        }
    }
}

/// `GET /drafts/{id}/statement.json`: what would be contributed.
pub async fn file(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    Path(draft): Path<String>,
) -> Result<Response, PageError> {
    let bytes = app.node.draft_file(&actor(&person), id(&draft)?).await?;
    Ok(([(header::CONTENT_TYPE, "application/json")], bytes).into_response())
}
