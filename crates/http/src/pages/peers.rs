//! The network page: the other nodes, how far each stream is, what was withheld or refused and what is not acknowledged.

use super::frame::{Frame, Page, PageError};
use super::list::{Cell, ListPage, Table};
use crate::app::App;
use crate::app::Shared;
use crate::person::SignedIn;
use crate::view::amount::counted;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use cairn_node::NodeError;
use cairn_node::federation::{Beyond, NamedItem, PeerStatus};
use jiff::Timestamp;

/// `GET /peers`
pub async fn show(State(app): State<Shared>, SignedIn(person): SignedIn) -> Result<Response, PageError> {
    let peers = standing(&app).await?;
    let beyond = app.node.beyond_peers().await?;
    let now = app.node.now();
    let mut tables = vec![
        Table {
            title: "Peers",
            headings: &["Node", "Agreement", "Last contact", "Received, still to come", "Given"],
            rows: peers.iter().map(|peer| line(peer, now)).collect(),
            empty: "None yet. The operator makes peers with `cairn peer invite` and `cairn peer add`.",
            more: None,
        },
        Table {
            title: "Withheld",
            headings: &["Node", "Statements", "Why"],
            rows: peers.iter().flat_map(withheld).collect(),
            empty: "Nothing is withheld from a peer.",
            more: None,
        },
        Table {
            title: "Taken back",
            headings: &["Node", "Statements", "Not acknowledged", "Waiting since"],
            rows: peers.iter().filter(|peer| peer.taken_back > 0).map(taken_back).collect(),
            empty: "Nothing that was given was taken back.",
            more: None,
        },
    ];
    if !beyond.is_empty() {
        tables.push(Table {
            title: "Taken back beyond hubs",
            headings: &["Node", "Through", "Statements", "Not acknowledged", "Waiting since"],
            rows: beyond.iter().map(passed_on).collect(),
            ..Table::default()
        });
    }
    let named: Vec<Vec<Cell>> = peers.iter().flat_map(not_taken).collect();
    if !named.is_empty() {
        tables.push(Table {
            title: "Not given or not taken, by name",
            headings: &["Node", "Item", "Why"],
            rows: named,
            ..Table::default()
        });
    }
    let mut facts = Vec::new();
    if let Some(federation) = &app.settings.federation {
        facts.push(("This node", federation.name().to_owned()));
        facts.push(("Its id", federation.id().to_string()));
    }
    let page = ListPage {
        frame: Frame::of(&app, &person, "peers"),
        kicker: "Network".to_owned(),
        title: "Other nodes".to_owned(),
        sentence: sentence(&peers, &beyond),
        tables,
        facts,
        links: vec![("What was done, in the ledger".to_owned(), "/ledger".to_owned())],
        ..ListPage::default()
    };
    Ok(Page(page).into_response())
}

/// How every peer stands.
pub(crate) async fn standing(app: &App) -> Result<Vec<PeerStatus>, NodeError> {
    match &app.settings.federation {
        Some(federation) => federation.status().await,
        None => app.node.peers().await,
    }
}

fn sentence(peers: &[PeerStatus], beyond: &[Beyond]) -> String {
    let active = peers.iter().filter(|peer| peer.state == "active");
    let silent = active.clone().filter(|peer| peer.failure.is_some()).count();
    let outstanding: u64 = peers.iter().map(|peer| peer.unacknowledged).sum();
    let outstanding = outstanding + beyond.iter().map(|node| node.unacknowledged).sum::<u64>();
    let reached = match silent {
        0 => "all were reached".to_owned(),
        n => format!("{n} not reached"),
    };
    match active.count() {
        0 => "This node speaks with no other node.".to_owned(),
        n => {
            let peers = counted(n as u64, "active peer", "active peers");
            let are = if outstanding == 1 { "is" } else { "are" };
            format!("{peers}, {reached}; {} {are} not acknowledged.", counted(outstanding, "tombstone", "tombstones"))
        }
    }
}

fn line(peer: &PeerStatus, now: Timestamp) -> Vec<Cell> {
    let contact = match (&peer.failure, peer.last_contact) {
        (Some(failure), _) => format!("not reached: {failure}"),
        (None, None) => "never".to_owned(),
        (None, Some(at)) => ago(at, now),
    };
    let state = if peer.state == "active" { String::new() } else { format!(" ({})", peer.state) };
    let signed = if peer.is_signed { "" } else { "; new terms wait for the peer's signature" };
    vec![
        Cell::text(format!("{}{state}", peer.name)),
        Cell::text(format!("{}{signed}", peer.agreement)),
        Cell::text(contact),
        Cell::text(format!("{}, {}", peer.received, peer.waiting)),
        Cell::text(peer.given.to_string()),
    ]
}

fn ago(at: Timestamp, now: Timestamp) -> String {
    match now.as_second() - at.as_second() {
        ..60 => "less than a minute ago".to_owned(),
        seconds @ 60..7200 => format!("{} minutes ago", seconds / 60),
        _ => at.strftime("%Y-%m-%d %H:%M UTC").to_string(),
    }
}

fn withheld(peer: &PeerStatus) -> Vec<Vec<Cell>> {
    let row = |one: &cairn_node::federation::WithheldCount| {
        vec![Cell::text(peer.name.clone()), Cell::text(one.statements.to_string()), Cell::text(one.words)]
    };
    peer.withheld.iter().map(row).collect()
}

fn taken_back(peer: &PeerStatus) -> Vec<Cell> {
    let since = peer.unacknowledged_since.map(|at| at.strftime("%Y-%m-%d %H:%M UTC").to_string());
    vec![
        Cell::text(peer.name.clone()),
        Cell::text(peer.taken_back.to_string()),
        Cell::text(peer.unacknowledged.to_string()),
        Cell::date(since.unwrap_or_else(|| "all acknowledged".to_owned())),
    ]
}

fn passed_on(node: &Beyond) -> Vec<Cell> {
    let since = match node.unacknowledged {
        0 => "all acknowledged".to_owned(),
        _ => node.told.strftime("%Y-%m-%d %H:%M UTC").to_string(),
    };
    vec![
        Cell::text(node.name.clone()),
        Cell::text(node.through.clone()),
        Cell::text(node.taken_back.to_string()),
        Cell::text(node.unacknowledged.to_string()),
        Cell::date(since),
    ]
}

/// Statements that a peer cannot be given, and items of its stream that were refused.
fn not_taken(peer: &PeerStatus) -> Vec<Vec<Cell>> {
    let row = |one: &NamedItem, what: &str| {
        let item = format!("{}{what}", one.item);
        vec![Cell::text(peer.name.clone()), Cell::text(item), Cell::text(one.reason.clone())]
    };
    let given = peer.unreadable.iter().map(|one| row(one, ", not given"));
    given.chain(peer.refused_items.iter().map(|one| row(one, " of its stream, not taken"))).collect()
}
