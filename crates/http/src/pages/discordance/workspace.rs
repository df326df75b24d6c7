//! The workspace of one difference: who differs and how, what each side would be with the other's
//! criteria, what was said and proposed, and what can be decided.

mod pair;
mod rows;

pub use pair::Pair;

use super::forms::{self, Typed};
use super::{named, positions};
use crate::app::{App, Shared};
use crate::as_of::AsOfQuery;
use crate::pages::account::minute;
use crate::pages::frame::{Frame, Page, PageError, moment};
use crate::person::{Person, SignedIn};
use askama::Template;
use axum::extract::{Path, Query, State as Taken};
use axum::response::{IntoResponse, Response};
use cairn_core::accession::{Accession, VersionedAccession};
use cairn_core::classification::Classification;
use cairn_core::discordance::State;
use cairn_node::discordance::DiscordanceView;
use cairn_store::entry::AsOf;
use pair::{PairRow, closely};
use rows::{
    HistoryRow, MatrixRow, MemberRow, MessageRow, ProposalRow, history, matrix, member_row, message, owner, proposal,
    versioned, who,
};

#[derive(Template)]
#[template(path = "discordance.html")]
struct Workspace {
    frame: Frame,
    /// The same page as things stand, when this one shows the past.
    now: Option<String>,
    accession: String,
    version: u32,
    state: State,
    grade: &'static str,
    genes: Vec<String>,
    variant: String,
    variant_link: String,
    lead: String,
    about: String,
    stand: String,
    facts: Vec<(&'static str, String)>,
    compared: Vec<(String, String, String)>,
    members: Vec<MemberRow>,
    matrix: Vec<MatrixRow>,
    pair: Option<PairRow>,
    proposals: Vec<ProposalRow>,
    thread: Vec<MessageRow>,
    history: Vec<HistoryRow>,
    /// Whether the reader's laboratory takes part and the reader may act.
    may_act: bool,
    laboratory: String,
    people: Vec<(String, String)>,
    assigned: String,
    due: String,
    classes: Vec<Classification>,
    agreed: Vec<(String, &'static str, bool)>,
    form: forms::Lists,
    /// What the reader typed and could not be done, and why.
    typed: Typed,
}

/// `GET /discordances/{accession}`
pub async fn show(
    Taken(app): Taken<Shared>,
    SignedIn(person): SignedIn,
    Path(accession): Path<Accession>,
    Query(pair): Query<Pair>,
    Query(asked): Query<AsOfQuery>,
) -> Result<Response, PageError> {
    let (as_of, shown) = moment(&app, &asked).await?;
    let view = app.node.discordance(accession, as_of).await?.ok_or(PageError::NotFound)?;
    page(&app, &person, (view, as_of, shown), &pair, Typed::default()).await
}

/// The page of a difference as of a moment (`then` as typed; `None`: now), with what the reader typed where it could not
/// be done. What is past is read only.
pub(super) async fn page(
    app: &App,
    person: &Person,
    (view, as_of, then): (DiscordanceView, AsOf, Option<String>),
    pair: &Pair,
    typed: Typed,
) -> Result<Response, PageError> {
    let line = &view.line;
    let names: Vec<(VersionedAccession, String)> =
        view.members.iter().map(|member| (versioned(member), member.statement.laboratory.name.clone())).collect();
    let pair = closely(app, &view, as_of, pair, &names).await?;
    let may_act = then.is_none() && view.is_party(person.at.serial) && person.user.role.may_contribute();
    let people = if may_act { app.node.people_of_parties(line.accession).await? } else { Vec::new() };
    let status = typed.status();
    let seen = typed.seen();
    let page = Workspace {
        now: then.as_ref().map(|_| format!("/discordances/{}", line.accession)),
        frame: Frame { as_of: then, ..Frame::of(app, person, "discordances") }.with_query(&line.variant_label),
        accession: line.accession.to_string(),
        version: line.version,
        state: line.state,
        grade: line.grade.label(),
        genes: line.genes.clone(),
        variant: line.variant_label.clone(),
        variant_link: crate::address::variant(&line.variant.to_string()),
        lead: positions(&line.sides, line.state == State::Concordant),
        about: if line.condition.is_empty() {
            line.scope.label().to_owned()
        } else {
            format!("for {}", line.condition)
        },
        stand: stand(&view),
        facts: facts(&view),
        compared: view
            .equivalence
            .variants
            .iter()
            .map(|one| (crate::address::variant(&one.variant.to_string()), one.label.clone(), one.why.clone()))
            .collect(),
        members: view.members.iter().map(|member| member_row(app, member, person)).collect(),
        matrix: matrix(&view),
        pair,
        proposals: view.proposals.iter().map(|one| proposal(one, &view, person, may_act)).collect(),
        thread: view.thread.iter().map(message).collect(),
        history: history(&view, seen),
        may_act,
        laboratory: person.laboratory().name.clone(),
        people: people.iter().map(|one| (one.user.to_string(), who(one))).collect(),
        assigned: line.assigned.as_ref().map(|one| one.user.to_string()).unwrap_or_default(),
        due: line.due.map(|day| day.to_string()).unwrap_or_default(),
        classes: Classification::ALL.iter().copied().filter(|class| is_offered(*class, &view)).collect(),
        agreed: view.agreed.iter().map(|one| (one.statement.to_string(), one.class.label(), one.is_done)).collect(),
        form: forms::Lists::default(),
        typed,
    };
    Ok((status, Page(page)).into_response())
}

/// Whether a class answers the same question and takes a side.
fn is_offered(class: Classification, view: &DiscordanceView) -> bool {
    class.track() == view.line.track && cairn_core::discordance::side(class).is_some()
}

/// Whose turn it is, and on what.
fn stand(view: &DiscordanceView) -> String {
    let line = &view.line;
    let since = line.opened.strftime("%Y-%m-%d");
    let given = line.assigned.as_ref().map_or(String::new(), |one| format!(" Given to {}.", who(one)));
    let outcome = view.outcome.as_ref().map_or(String::new(), |outcome| {
        if outcome.text.is_empty() {
            format!(": {}", outcome.label)
        } else {
            format!(": {} – “{}”", outcome.label, outcome.text)
        }
    });
    match line.state {
        State::Open => format!("Open since {since}; nobody has said anything yet.{given}"),
        State::InDiscussion => format!("In discussion; open since {since}.{given}"),
        State::PendingConcordance => {
            let awaited: Vec<String> =
                view.agreed.iter().filter(|one| !one.is_done).map(|one| owner(view, one.statement)).collect();
            format!("Agreed; it closes by itself when the record of {} says so.{given}", named(&awaited))
        }
        State::Concordant => format!("Closed{outcome}."),
        State::Continued => format!("The laboratories go on differing{outcome}."),
    }
}

fn facts(view: &DiscordanceView) -> Vec<(&'static str, String)> {
    let line = &view.line;
    let mut facts = vec![
        ("Severity", line.grade.label().to_owned()),
        ("State", line.state.label().to_owned()),
        ("Opened", minute(&line.opened)),
        ("Last changed", minute(&line.changed)),
        ("Given to", line.assigned.as_ref().map_or_else(|| "nobody".to_owned(), who)),
        ("Due", line.due.map_or_else(|| "no day set".to_owned(), |day| day.to_string())),
    ];
    if line.times_opened > 1 {
        facts.push(("Opened", format!("{} times", line.times_opened)));
    }
    facts.push(("Compared", view.equivalence.text.clone()));
    facts
}

/// The name of the field that says what a statement is to become.
fn agree_field(accession: &str) -> String {
    format!("agree-{accession}")
}
