//! How a laboratory curates: signatures, the usual guideline, templates.

use super::new::guidelines;
use super::{actor, sentence};
use crate::app::{App, Shared};
use crate::form::OwnForm;
use crate::pages::frame::{Frame, Page, PageError};
use crate::person::{Person, SignedIn};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use cairn_core::user::UserRole;
use cairn_node::curation::{CurationError, CurationSetting, SummaryTemplate};
use std::collections::BTreeMap;

#[derive(Template)]
#[template(path = "draft_settings.html")]
struct SettingsPage {
    frame: Frame,
    setting: CurationSetting,
    guidelines: Vec<(String, String, bool)>,
    may_change: bool,
    told: Option<String>,
    problem: Option<String>,
}

/// `GET /drafts/settings`
pub async fn show(State(app): State<Shared>, SignedIn(person): SignedIn) -> Result<Response, PageError> {
    let setting = app.node.curation_setting(person.at.serial).await?;
    page(&app, &person, setting, None, None).await
}

/// `POST /drafts/settings`
pub async fn save(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    OwnForm(pairs): OwnForm<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let posted: BTreeMap<String, String> = pairs.into_iter().collect();
    let get = |name: &str| posted.get(name).map_or("", |text| text.trim());
    let templates = (0..50).map(|at| SummaryTemplate {
        name: get(&format!("name.{at}")).to_owned(),
        text: get(&format!("text.{at}")).replace("\r\n", "\n"),
    });
    let setting = CurationSetting {
        signatures: get("signatures").parse().unwrap_or(2),
        guideline: get("guideline").to_owned(),
        method: get("method").to_owned(),
        templates: templates.filter(|template| !template.name.is_empty() || !template.text.is_empty()).collect(),
    };
    match app.node.set_curation(&actor(&person), &setting).await {
        Ok(()) => page(&app, &person, setting, Some("Saved for your laboratory.".to_owned()), None).await,
        Err(error @ CurationError::Node(_)) => Err(error.into()),
        Err(refused) => page(&app, &person, setting, None, Some(sentence(&refused.to_string()))).await,
    }
}

async fn page(
    app: &App,
    person: &Person,
    setting: CurationSetting,
    told: Option<String>,
    problem: Option<String>,
) -> Result<Response, PageError> {
    let known = app.node.guidelines(app.node.as_of(None).await?).await?;
    Ok(Page(SettingsPage {
        frame: Frame::of(app, person, "drafts"),
        guidelines: guidelines(&known, &setting.guideline),
        may_change: person.user.role == UserRole::LaboratoryHead,
        setting,
        told,
        problem,
    })
    .into_response())
}
