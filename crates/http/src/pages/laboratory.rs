//! The laboratories of this node, and each with its statements.

use super::frame::{Frame, Page, PageError};
use super::list::{Cell, ContactForm, ListPage, Table};
use super::membership;
use crate::app::{App, Shared};
use crate::as_of::AsOfQuery;
use crate::form::OwnForm;
use crate::mark::Mark;
use crate::person::{Person, SignedIn};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use cairn_core::decision::{Action, Resource};
use cairn_core::membership::MemberState;
use cairn_node::NodeError;
use cairn_node::lookup::statement::StatementView;
use cairn_node::mail::ContactError;
use cairn_store::laboratory::RecordedLaboratory;
use cairn_store::membership::RecordedMembership;
use cairn_store::serial::{LaboratorySerial, StatementSerial};
use serde::Deserialize;

/// Statements on one page.
const ROWS: u32 = 200;

/// Where the page begins.
#[derive(Debug, Deserialize)]
pub struct From {
    /// The cursor of the page before.
    #[serde(default)]
    after: i64,
}

/// `GET /laboratories`
pub async fn list(State(app): State<Shared>, SignedIn(person): SignedIn) -> Result<Response, PageError> {
    let mut all = app.node.laboratories().await?;
    all.sort_by_key(|found| (!found.laboratory.is_member, found.laboratory.name.to_lowercase()));
    let members = all.iter().filter(|found| found.laboratory.is_member).count();
    let table = |title, member, empty| Table {
        title,
        headings: &["Laboratory", "ClinVar organisation", "Membership"],
        rows: all.iter().filter(|found| found.laboratory.is_member == member).map(line).collect(),
        empty,
        more: None,
    };
    let tables = vec![
        table("Members of this node", true, "None yet; the operator of this node makes a laboratory a member."),
        table("Known by their statements", false, "None. Archives such as ClinVar bring them."),
    ];
    let sentence = format!(
        "{members} laboratories have accounts on this node; {} more are known by statements that an archive brought.",
        all.len() - members
    );
    let frame = Frame::of(&app, &person, "laboratories");
    Ok(Page(ListPage { frame, title: "Laboratories".to_owned(), sentence, tables, ..ListPage::default() })
        .into_response())
}

fn line(found: &RecordedLaboratory) -> Vec<Cell> {
    let laboratory = &found.laboratory;
    vec![
        Cell::link(laboratory.name.clone(), format!("/laboratories/{}", laboratory.slug)),
        Cell::text(laboratory.clinvar_org_id.map(|id| id.to_string()).unwrap_or_default()),
        Cell::text(found.standing.map_or("", MemberState::label)),
    ]
}

/// `GET /laboratories/{slug}`
pub async fn show(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    Path(slug): Path<String>,
    Query(from): Query<From>,
    Query(asked): Query<AsOfQuery>,
) -> Result<Response, PageError> {
    let found = match app.node.laboratory(&slug).await {
        Err(NodeError::UnknownLaboratory(_)) => return Err(PageError::NotFound),
        found => found?,
    };
    let (as_of, shown) = super::frame::moment(&app, &asked).await?;
    let after = StatementSerial::new(from.after);
    let mut statements = app.node.laboratory_statements(found.serial, as_of, after, ROWS + 1).await?;
    let has_more = statements.len() > ROWS as usize;
    statements.truncate(ROWS as usize);
    let last = statements.last().filter(|_| has_more);
    let of = found.clone();
    let laboratory = found.laboratory;
    let sentence = match (laboratory.is_member, statements.len()) {
        (true, 0) => "A member of this node; it has not contributed a statement yet.".to_owned(),
        (true, _) => "A member of this node.".to_owned(),
        (false, _) => "Known by statements that an archive brought; it has no accounts on this node.".to_owned(),
    };
    let table = Table {
        title: "Statements",
        headings: &["Class", "Variant", "Condition", "Last evaluated", "Version"],
        rows: statements.iter().map(row).collect(),
        empty: "None yet.",
        more: last.map(|last| asked.on(&format!("?after={}", last.statement.accession.serial()))),
    };
    let mut tables = vec![table];
    let mut links = Vec::new();
    if laboratory.is_member {
        tables.push(decisions(&app, &of).await?);
        if person.viewer.may(Action::Read, Resource::Sharing, found.serial) {
            links.push(("How complete its sharing is".to_owned(), format!("/laboratories/{slug}/sharing")));
        }
        links.push(("The sharing mandate".to_owned(), "/mandate".to_owned()));
    }
    let mut facts = vec![("Short name", laboratory.slug)];
    facts.extend(found.standing.map(|standing| ("Membership", standing.label().to_owned())));
    facts.extend(laboratory.clinvar_org_id.map(|id| ("ClinVar organisation", id.to_string())));
    let frame = Frame { as_of: shown, ..Frame::of(&app, &person, "laboratories") };
    let kicker = "Laboratory".to_owned();
    let contact = contact_form(&app, &person, found.serial, None).await?;
    let membership = membership::form(&app, &person, &of, None).await?;
    Ok(Page(ListPage {
        frame,
        kicker,
        title: laboratory.name,
        sentence,
        tables,
        facts,
        links,
        contact,
        membership,
        ..ListPage::default()
    })
    .into_response())
}

/// The page after a decision on the membership that was not recorded, with what was typed.
pub(super) async fn refused(
    app: &Shared,
    person: &Person,
    of: RecordedLaboratory,
    sent: (membership::Sent, String),
) -> Result<Response, PageError> {
    let page = ListPage {
        frame: Frame::of(app, person, "laboratories"),
        kicker: "Laboratory".to_owned(),
        title: of.laboratory.name.clone(),
        sentence: "The decision was not recorded.".to_owned(),
        tables: vec![decisions(app, &of).await?],
        membership: membership::form(app, person, &of, Some(sent)).await?,
        ..ListPage::default()
    };
    Ok((StatusCode::UNPROCESSABLE_ENTITY, Page(page)).into_response())
}

/// Every decision about its membership, the newest first.
async fn decisions(app: &App, of: &RecordedLaboratory) -> Result<Table, PageError> {
    let today = app.node.today();
    let row = |one: &RecordedMembership| {
        let decided = &one.membership;
        let accreditation = decided.accreditation.as_ref().map(|one| one.words(today)).unwrap_or_default();
        vec![
            Cell::text(decided.standing.label()),
            Cell::date(one.recorded.strftime("%Y-%m-%d").to_string()),
            Cell::text(accreditation),
            Cell::text(decided.agreement.clone().unwrap_or_default()),
            Cell::text(decided.reason.clone().unwrap_or_default()),
            Cell::text(if one.user.is_some() { "a person with an account" } else { "the operator at the machine" }),
        ]
    };
    let history = app.node.membership_history(of).await?;
    Ok(Table {
        title: "Membership",
        headings: &["Standing", "Decided on", "Accreditation", "Agreement", "Reason", "By"],
        rows: history.iter().rev().map(row).collect(),
        empty: "Nothing is decided yet.",
        more: None,
    })
}

/// Where letters go, for those of the laboratory: its head, clinical scientists and curators may say it.
async fn contact_form(
    app: &App,
    person: &Person,
    laboratory: LaboratorySerial,
    refused: Option<(String, String)>,
) -> Result<Option<ContactForm>, PageError> {
    if person.at.serial != laboratory {
        return Ok(None);
    }
    let contact = app.node.contact(laboratory).await?;
    let (typed, problem) = refused.map_or((None, None), |(typed, why)| (Some(typed), Some(why)));
    Ok(Some(ContactForm {
        seen: contact.as_ref().map_or(0, |contact| contact.version),
        address: typed.or(contact.and_then(|contact| contact.address)).unwrap_or_default(),
        may_change: person.user.role.may_contribute(),
        slug: person.laboratory().slug.clone(),
        problem,
    }))
}

/// What the form sends.
#[derive(Debug, Deserialize)]
pub struct Sent {
    #[serde(default)]
    address: String,
    #[serde(default)]
    seen: u32,
}

/// `POST /laboratories/{slug}/contact`: where the laboratory wants its letters.
pub async fn set_contact(
    State(app): State<Shared>,
    SignedIn(person): SignedIn,
    Path(slug): Path<String>,
    OwnForm(sent): OwnForm<Sent>,
) -> Result<Response, PageError> {
    if person.laboratory().slug != slug || !person.user.role.may_contribute() {
        let who = "Clinical scientists, laboratory heads and curators say where letters to their own laboratory go.";
        return Err(PageError::NotAllowed(who.to_owned()));
    }
    let kept = app.node.set_contact(person.at.serial, &sent.address, Some(person.user.id), Some(sent.seen)).await;
    let problem = match kept {
        Ok(_) => return Ok(Redirect::to(&format!("/laboratories/{slug}#contact")).into_response()),
        Err(ContactError::Node(error)) => return Err(error.into()),
        Err(why) => why.to_string(),
    };
    let contact = contact_form(&app, &person, person.at.serial, Some((sent.address, problem))).await?;
    let frame = Frame::of(&app, &person, "laboratories");
    let title = person.laboratory().name.clone();
    let sentence = "The address was not kept.".to_owned();
    let page = ListPage { frame, kicker: "Laboratory".to_owned(), title, sentence, contact, ..ListPage::default() };
    Ok((StatusCode::UNPROCESSABLE_ENTITY, Page(page)).into_response())
}

fn row(view: &StatementView) -> Vec<Cell> {
    let statement = &view.statement;
    let accession = statement.accession.to_string();
    let named = statement.body.conditions.iter().find(|condition| condition.is_stated());
    let named = named.map(crate::view::condition::ConditionView::from);
    vec![
        Cell::mark(Some(Mark::Short(statement.body.classification))),
        Cell::link(statement.expression.clone(), crate::address::variant(&statement.variant.to_string())).mono(),
        named.map_or_else(Cell::default, |condition| Cell::link(condition.name, condition.link)),
        Cell::text(statement.body.last_evaluated.map(|date| date.to_string()).unwrap_or_default()),
        Cell::link(format!("{accession}.{}", statement.version), format!("/statements/{accession}")),
    ]
}
