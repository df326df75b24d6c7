//! How the network stands, for who oversees it: members with approval, sharing and differences, and the other nodes.
//! Numbers only; no case, no person, no variant.

use super::frame::{Frame, Page, PageError};
use super::list::{Cell, ListPage, Table};
use crate::app::Shared;
use crate::person::{Person, SignedIn};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use cairn_core::decision::{Action, Resource};
use cairn_core::sharing::Outcome;
use cairn_node::discordance::export::written;
use cairn_node::federation::PeerStatus;
use cairn_node::report::oversight::{Overseen, Oversight};
use cairn_store::serial::LaboratorySerial;
use jiff::civil::Date;

/// Whether a person oversees the network: by the policy may list the figures of laboratories that are not their own.
pub(crate) fn oversees(person: &Person) -> bool {
    // Nobody works at this one: the policy's answer for it is the one for every other laboratory.
    let another = LaboratorySerial::new(i64::MAX);
    person.viewer.may(Action::List, Resource::Sharing, another)
}

/// How the network stands, for a person who oversees it.
async fn standing(app: &Shared, person: &Person) -> Result<Oversight, PageError> {
    if !oversees(person) {
        let who = "The data-access approver and the operator oversee the network.";
        return Err(PageError::NotAllowed(who.to_owned()));
    }
    Ok(app.node.oversight().await?)
}

/// `GET /network`
pub async fn show(State(app): State<Shared>, SignedIn(person): SignedIn) -> Result<Response, PageError> {
    let stands = standing(&app, &person).await?;
    let page = ListPage {
        frame: Frame::of(&app, &person, "peers"),
        kicker: "Oversight".to_owned(),
        title: "How the network stands".to_owned(),
        sentence: sentence(&stands),
        tables: vec![members(&stands), nodes(&stands.peers)],
        facts: vec![
            ("As of", stands.day.to_string()),
            (
                "Mandate",
                if stands.mandate == 0 { "none published".to_owned() } else { format!("version {}", stands.mandate) },
            ),
        ],
        links: vec![
            ("The same as a sheet (CSV)".to_owned(), "/network.csv".to_owned()),
            ("The sharing mandate".to_owned(), "/mandate".to_owned()),
            ("Other nodes in full".to_owned(), "/peers".to_owned()),
        ],
        ..ListPage::default()
    };
    Ok(Page(page).into_response())
}

fn sentence(stands: &Oversight) -> String {
    let may_share = |one: &&Overseen| one.membership.as_ref().is_some_and(|member| member.standing.may_share());
    let approved = stands.laboratories.iter().filter(may_share).count();
    let complete =
        stands.laboratories.iter().filter(|one| one.sharing.as_ref().is_some_and(|s| s.is_complete())).count();
    let overdue: u64 = stands.laboratories.iter().map(|one| one.overdue).sum();
    let outstanding: u64 = stands.peers.iter().map(|peer| peer.unacknowledged).sum();
    let all = stands.laboratories.len();
    format!(
        "{approved} of {all} members are approved, {complete} of {all} meet every requirement of the mandate; {overdue} discordances are overdue, counted for each member; {outstanding} tombstones are not acknowledged by other nodes."
    )
}

const HEADINGS: &[&str] = &[
    "Laboratory",
    "Standing",
    "Accreditation",
    "Reported variants shared",
    "Requirements met",
    "Last sent",
    "Open discordances",
    "Overdue",
];

/// A member as words, in the order of [`HEADINGS`].
fn line(one: &Overseen, today: Date) -> Vec<String> {
    let member = one.membership.as_ref();
    let accreditation = member.and_then(|member| member.accreditation.as_ref());
    let met = |sharing: &cairn_node::sharing::Sharing| {
        let met = sharing.requirements.iter().filter(|one| one.outcome == Outcome::Met).count();
        format!("{met} of {}", sharing.requirements.len())
    };
    let not_yet = || "not measured yet".to_owned();
    vec![
        one.laboratory.name.clone(),
        member.map_or("not decided", |member| member.standing.label()).to_owned(),
        accreditation.map_or_else(|| "none named".to_owned(), |one| one.words(today)),
        one.sharing.as_ref().map_or_else(not_yet, |sharing| sharing.counted.shared.words()),
        one.sharing.as_ref().map_or_else(not_yet, met),
        one.last_sent.map_or_else(|| "never".to_owned(), |at| at.strftime("%Y-%m-%d").to_string()),
        one.discordances.to_string(),
        one.overdue.to_string(),
    ]
}

fn members(stands: &Oversight) -> Table {
    let row = |one: &Overseen| {
        let mut words = line(one, stands.day).into_iter();
        let name = words.next().unwrap_or_default();
        let mut cells = vec![Cell::link(name, format!("/laboratories/{}/sharing", one.laboratory.slug))];
        cells.extend(words.map(Cell::text));
        cells
    };
    Table {
        title: "Members",
        headings: HEADINGS,
        rows: stands.laboratories.iter().map(row).collect(),
        empty: "None yet; `cairn lab add` makes a laboratory a member.",
        more: None,
    }
}

fn nodes(peers: &[PeerStatus]) -> Table {
    let row = |peer: &PeerStatus| {
        let contact = peer.last_contact.map(|at| at.strftime("%Y-%m-%d %H:%M UTC").to_string());
        vec![
            Cell::text(peer.name.clone()),
            Cell::text(peer.state),
            Cell::text(contact.unwrap_or_else(|| "never".to_owned())),
            Cell::text(peer.waiting.to_string()),
            Cell::text(peer.given.to_string()),
            Cell::text(peer.unacknowledged.to_string()),
        ]
    };
    Table {
        title: "Other nodes",
        headings: &["Node", "State", "Last contact", "Still to come", "Given", "Not acknowledged"],
        rows: peers.iter().map(row).collect(),
        empty: "This node speaks with no other node.",
        more: None,
    }
}

/// `GET /network.csv`
pub async fn sheet(State(app): State<Shared>, SignedIn(person): SignedIn) -> Result<Response, PageError> {
    let stands = standing(&app, &person).await?;
    let heading: Vec<String> = HEADINGS.iter().map(|word| (*word).to_owned()).collect();
    let lines = stands.laboratories.iter().map(|one| line(one, stands.day));
    let text: String = std::iter::once(heading)
        .chain(lines)
        .map(|cells| cells.iter().map(|cell| written(cell, ',')).collect::<Vec<_>>().join(",") + "\n")
        .collect();
    let head = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"network.csv\""),
    ];
    Ok((head, text).into_response())
}
