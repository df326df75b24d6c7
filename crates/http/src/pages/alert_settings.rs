//! What a laboratory is told, and how: subscriptions, policy, webhooks.

use super::frame::{Frame, Page, PageError};
use crate::app::Shared;
use crate::form::OwnForm;
use crate::pages::sign_in::Nothing;
use crate::person::{Person, SignedIn};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use cairn_core::alert::{Reanalysis, Subject};
use cairn_core::id::{SubscriptionId, WebhookId};
use cairn_node::NodeError;
use cairn_store::alert::{Policy, Webhook};
use cairn_store::subscription::Subscription;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "alert_settings.html")]
struct SettingsPage {
    frame: Frame,
    subscriptions: Vec<Subscription>,
    policy: Policy,
    webhooks: Vec<Webhook>,
    may_decide: bool,
    problem: Option<String>,
}

/// `GET /alerts/settings`
pub async fn show(State(app): State<Shared>, SignedIn(person): SignedIn) -> Result<Response, PageError> {
    page(&app, &person, None).await
}

async fn page(app: &Shared, person: &Person, problem: Option<String>) -> Result<Response, PageError> {
    let (node, laboratory) = (&app.node, person.at.serial);
    Ok(Page(SettingsPage {
        frame: Frame::of(app, person, "alerts"),
        subscriptions: node.subscriptions(laboratory).await?,
        policy: node.alert_policy(laboratory).await?,
        webhooks: node.webhooks(laboratory).await?,
        may_decide: person.user.role.may_contribute(),
        problem,
    })
    .into_response())
}

/// Back to the page; what a person asked for and cannot have stands there.
async fn back(app: &Shared, person: &Person, done: Result<(), NodeError>) -> Result<Response, PageError> {
    match done {
        Ok(()) => Ok(Redirect::to("/alerts/settings").into_response()),
        Err(NodeError::Refused(why)) => page(app, person, Some(why)).await,
        Err(other) => Err(other.into()),
    }
}

fn allowed(person: &Person) -> Result<(), PageError> {
    let who = "A clinical scientist, a curator or the laboratory's head may change what the laboratory is told.";
    if person.user.role.may_contribute() { Ok(()) } else { Err(PageError::NotAllowed(who.to_owned())) }
}

/// What the form of a subscription brings.
#[derive(Debug, Deserialize)]
pub struct NewSubscription {
    subject: String,
    text: String,
}

/// `POST /alerts/settings/subscriptions`
pub async fn subscribe(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    OwnForm(sent): OwnForm<NewSubscription>,
) -> Result<Response, PageError> {
    allowed(&person)?;
    let subject = Subject::from_code(&sent.subject).unwrap_or(Subject::Gene);
    let done = app.node.subscribe(person.at.serial, subject, &sent.text, Some(person.user.id)).await;
    back(&app, &person, done.map(|_| ())).await
}

/// `POST /alerts/settings/subscriptions/{id}/end`
pub async fn unsubscribe(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    Path(id): Path<String>,
    OwnForm(_): OwnForm<Nothing>,
) -> Result<Response, PageError> {
    allowed(&person)?;
    let id: SubscriptionId = id.parse().map_err(|_| PageError::NotFound)?;
    let done = app.node.unsubscribe(person.at.serial, id).await;
    back(&app, &person, done.map(|_| ())).await
}

/// What the form of the policy brings.
#[derive(Debug, Deserialize)]
pub struct NewPolicy {
    reanalysis: String,
    delay_days: u16,
    #[serde(default)]
    digest: String,
}

/// `POST /alerts/settings/policy`
pub async fn set_policy(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    OwnForm(sent): OwnForm<NewPolicy>,
) -> Result<Response, PageError> {
    allowed(&person)?;
    let reanalysis = Reanalysis::from_code(&sent.reanalysis).unwrap_or(Reanalysis::OnRequest);
    let policy = Policy { reanalysis, delay_days: sent.delay_days, digest: !sent.digest.is_empty() };
    let done = app.node.set_alert_policy(person.at.serial, policy, Some(person.user.id)).await;
    back(&app, &person, done).await
}

/// What the form of a webhook brings.
#[derive(Debug, Deserialize)]
pub struct NewWebhook {
    url: String,
}

/// `POST /alerts/settings/webhooks`
pub async fn add_webhook(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    OwnForm(sent): OwnForm<NewWebhook>,
) -> Result<Response, PageError> {
    allowed(&person)?;
    let done = app.node.add_webhook(person.at.serial, &sent.url, Some(person.user.id)).await;
    back(&app, &person, done.map(|_| ())).await
}

/// `POST /alerts/settings/webhooks/{id}/end`
pub async fn end_webhook(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    Path(id): Path<String>,
    OwnForm(_): OwnForm<Nothing>,
) -> Result<Response, PageError> {
    allowed(&person)?;
    let id: WebhookId = id.parse().map_err(|_| PageError::NotFound)?;
    let done = app.node.end_webhook(person.at.serial, id).await;
    back(&app, &person, done.map(|_| ())).await
}
