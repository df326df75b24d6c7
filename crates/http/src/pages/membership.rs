//! Decisions about the membership of a laboratory, by the operator, on the laboratory's page.

use super::frame::PageError;
use crate::app::Shared;
use crate::form::OwnForm;
use crate::person::{Person, SignedIn};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use cairn_core::decision::{Action, Resource};
use cairn_core::membership::{Accreditation, MemberState, Membership};
use cairn_node::NodeError;
use cairn_store::laboratory::RecordedLaboratory;
use serde::Deserialize;

/// The form that decides on a membership.
#[derive(Default)]
pub struct MembershipForm {
    /// The laboratory.
    pub slug: String,
    /// What it can become from how it stands.
    pub steps: Vec<MemberState>,
    /// Who accredited it, or what was typed.
    pub body: String,
    /// Its number there.
    pub number: String,
    /// The last day of the accreditation.
    pub until: String,
    /// The agreement it signed.
    pub agreement: String,
    /// Why.
    pub reason: String,
    /// Why what was sent was not recorded.
    pub problem: Option<String>,
}

/// What the form sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Sent {
    standing: String,
    body: String,
    number: String,
    until: String,
    agreement: String,
    reason: String,
}

fn stated(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

impl Sent {
    fn read(&self) -> Result<Membership, String> {
        let standing = MemberState::from_code(&self.standing).ok_or("choose how it stands from now on")?;
        let until =
            stated(&self.until).map(|day| day.parse().map_err(|_| "write the last day as 2028-06-30")).transpose()?;
        let number = stated(&self.number);
        let body = stated(&self.body);
        if body.is_none() && (number.is_some() || until.is_some()) {
            return Err("name the body that accredited it".to_owned());
        }
        Ok(Membership {
            standing,
            accreditation: body.map(|body| Accreditation { body, number, until }),
            agreement: stated(&self.agreement),
            reason: stated(&self.reason),
        })
    }
}

/// The form, for who may decide; begins with what the last decision rests on, or with what was typed.
pub(super) async fn form(
    app: &Shared,
    person: &Person,
    of: &RecordedLaboratory,
    refused: Option<(Sent, String)>,
) -> Result<Option<MembershipForm>, PageError> {
    if !of.laboratory.is_member || !person.viewer.may(Action::Approve, Resource::Membership, of.serial) {
        return Ok(None);
    }
    let steps = MemberState::ALL.iter().copied().filter(|next| next.after(of.standing).is_ok()).collect();
    let slug = of.laboratory.slug.clone();
    if let Some((sent, problem)) = refused {
        let Sent { body, number, until, agreement, reason, .. } = sent;
        return Ok(Some(MembershipForm {
            slug,
            steps,
            body,
            number,
            until,
            agreement,
            reason,
            problem: Some(problem),
        }));
    }
    let last = app.node.membership_history(of).await?.pop().map(|last| last.membership);
    let rests = last.as_ref().and_then(|last| last.accreditation.clone()).unwrap_or_default();
    Ok(Some(MembershipForm {
        slug,
        steps,
        body: rests.body,
        number: rests.number.unwrap_or_default(),
        until: rests.until.map(|day| day.to_string()).unwrap_or_default(),
        agreement: last.and_then(|last| last.agreement).unwrap_or_default(),
        ..MembershipForm::default()
    }))
}

/// `POST /laboratories/{slug}/membership`: how the laboratory stands from now on.
pub async fn decide(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    Path(slug): Path<String>,
    OwnForm(sent): OwnForm<Sent>,
) -> Result<Response, PageError> {
    let of = match app.node.laboratory(&slug).await {
        Err(NodeError::UnknownLaboratory(_)) => return Err(PageError::NotFound),
        of => of?,
    };
    if !person.viewer.may(Action::Approve, Resource::Membership, of.serial) {
        return Err(PageError::NotAllowed("The operator of this node writes down who is approved.".to_owned()));
    }
    let problem = match sent.read() {
        Err(problem) => problem,
        Ok(membership) => match app.node.set_membership(&of, &membership, Some(person.user.id)).await {
            Ok(()) => return Ok(Redirect::to(&format!("/laboratories/{slug}")).into_response()),
            Err(NodeError::Refused(why)) => why,
            Err(error) => return Err(error.into()),
        },
    };
    super::laboratory::refused(&app, &person, of, (sent, problem)).await
}
