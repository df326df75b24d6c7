//! How the peers stand, for people: lag, contact, what was withheld and why, what is not acknowledged.

use super::Federation;
use super::decide::{Withheld, today};
use super::peers::{self, Agreed};
use crate::error::NodeError;
use crate::node::Node;
use cairn_protocol::Terms;
use cairn_store::Connection;
use cairn_store::peer::refused::{self, RefusedItem, Unreadable};
use cairn_store::peer::release::{self, Balance};
use cairn_store::peer::{self, PeerState, RecordedPeer, acknowledgement, agreement};
use cairn_store::serial::StatementSerial;
use cairn_store::signed_statement::{self, CameFrom};
use serde::Serialize;
use std::collections::HashMap;

/// How a peer stands.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PeerStatus {
    /// What it calls itself.
    pub name: String,
    /// Its id.
    pub node: String,
    /// Where it is called; empty: it calls.
    pub address: String,
    /// `active`, `suspended` or `removed`.
    pub state: &'static str,
    /// What is agreed, in words.
    pub agreement: String,
    /// Whether both have signed what is offered now.
    pub is_signed: bool,
    /// Items of its stream that are here.
    pub taken: u64,
    /// Items of its stream that it said are still to come.
    pub waiting: u64,
    /// When it was last heard of.
    pub last_contact: Option<jiff::Timestamp>,
    /// When it was not reached, if it was not since.
    pub last_failure: Option<jiff::Timestamp>,
    /// Why it was not reached.
    pub failure: Option<String>,
    /// Statements it holds of this node.
    pub given: u64,
    /// Statements that came from it.
    pub received: u64,
    /// Statements it was not given, by reason.
    pub withheld: Vec<WithheldCount>,
    /// Statements that were taken back from it.
    pub taken_back: u64,
    /// Of those, how many it has not acknowledged.
    pub unacknowledged: u64,
    /// When the oldest of those was taken back.
    pub unacknowledged_since: Option<jiff::Timestamp>,
    /// Items of its stream that were refused.
    pub refused: u64,
    /// The last of them, fifty at most.
    pub refused_items: Vec<NamedItem>,
    /// Statements that it cannot be given because they do not read, fifty at most.
    pub unreadable: Vec<NamedItem>,
}

/// An item that is named because nobody gets it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NamedItem {
    /// An accession with its version, or a place in a stream.
    pub item: String,
    /// Why.
    pub reason: String,
}

/// A node that tombstones of this node were passed on to by hubs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Beyond {
    /// What it calls itself.
    pub name: String,
    /// Its id.
    pub node: String,
    /// The hub that says that it passed them on.
    pub through: String,
    /// Tombstones.
    pub taken_back: u64,
    /// Of those, how many it has not acknowledged itself.
    pub unacknowledged: u64,
    /// When the first of them was passed on.
    pub told: jiff::Timestamp,
    /// When it acknowledged the last of them; null while any is outstanding.
    pub acknowledged: Option<jiff::Timestamp>,
}

/// Statements that a peer was not given, for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WithheldCount {
    /// `agreement`, `gene`, `passing_on`, `standing`, `policy`, `consent`, `unidentified` or `unreadable`.
    pub reason: String,
    /// The same in words.
    pub words: &'static str,
    /// How many.
    pub statements: u64,
}

impl Node {
    /// How every peer stands, by the record.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn peers(&self) -> Result<Vec<PeerStatus>, NodeError> {
        let mut reader = self.store().read().await?;
        let mut all = Vec::new();
        for found in peer::all(&mut reader).await? {
            let agreed = peers::agreed(&mut reader, found.serial).await?;
            let last = agreement::last(&mut reader, found.serial).await?;
            let is_signed = last.is_some_and(|last| last.peer_signature.is_some());
            let balance = release::balance(&mut reader, found.serial).await?;
            let not_taken = refused::of_peer(&mut reader, found.serial).await?;
            let not_given = refused::unreadable(&mut reader, found.serial).await?;
            let status = status(found, agreed, is_signed, balance, &today(self.now()));
            all.push(status.with_names(not_taken, not_given));
        }
        Ok(all)
    }

    /// The nodes that hubs passed tombstones of this node on to, and what each of them acknowledged.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn beyond_peers(&self) -> Result<Vec<Beyond>, NodeError> {
        let found = acknowledgement::beyond(&mut *self.store().read().await?).await?;
        let read = |one: acknowledgement::Beyond| Beyond {
            name: one.name,
            node: one.node,
            through: one.through,
            taken_back: one.tombstones,
            unacknowledged: one.outstanding,
            told: one.told,
            acknowledged: one.acknowledged,
        };
        Ok(found.into_iter().map(read).collect())
    }
}

impl Federation {
    /// How every peer stands, with what this process knows of the last minute.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn status(&self) -> Result<Vec<PeerStatus>, NodeError> {
        let mut all = self.node.peers().await?;
        let recorded = peer::all(&mut *self.node.store().read().await?).await?;
        for (status, recorded) in all.iter_mut().zip(recorded) {
            status.last_contact = status.last_contact.max(self.contact(recorded.serial));
        }
        Ok(all)
    }
}

impl PeerStatus {
    fn with_names(
        mut self,
        (refused, items): (u64, Vec<RefusedItem>),
        (unreadable, first): (u64, Vec<Unreadable>),
    ) -> Self {
        self.refused = refused;
        let item = |one: RefusedItem| NamedItem { item: format!("item {}", one.place), reason: one.reason };
        self.refused_items = items.into_iter().map(item).collect();
        if unreadable > 0 {
            let reason = Withheld::Unreadable.code().to_owned();
            self.withheld.push(WithheldCount { words: why(&reason), reason, statements: unreadable });
        }
        let named = |one: Unreadable| NamedItem {
            item: format!("{}.{}", one.statement.accession(), one.version),
            reason: one.reason,
        };
        self.unreadable = first.into_iter().map(named).collect();
        self
    }
}

fn status(peer: RecordedPeer, agreed: Option<Agreed>, is_signed: bool, balance: Balance, today: &str) -> PeerStatus {
    let agreement = match (&agreed, peer.state) {
        (_, PeerState::Removed) => "none any more".to_owned(),
        (None, _) => "not signed by both yet".to_owned(),
        (Some(agreed), _) => {
            format!("gives {}; gets {}", words(&agreed.offered, today), words(&agreed.received, today))
        }
    };
    let counted = |(reason, statements): (String, u64)| WithheldCount { words: why(&reason), reason, statements };
    PeerStatus {
        name: peer.name,
        node: peer.id,
        address: peer.address,
        state: peer.state.code(),
        agreement,
        is_signed,
        taken: peer.taken,
        waiting: peer.waiting,
        last_contact: peer.last_contact,
        last_failure: peer.last_failure,
        failure: peer.failure,
        given: balance.given,
        received: balance.received,
        withheld: balance.withheld.into_iter().map(counted).collect(),
        taken_back: balance.taken_back,
        unacknowledged: balance.unacknowledged,
        unacknowledged_since: balance.oldest,
        refused: 0,
        refused_items: Vec::new(),
        unreadable: Vec::new(),
    }
}

/// What terms give, for people.
fn words(terms: &Terms, today: &str) -> String {
    if !terms.gives {
        return "nothing".to_owned();
    }
    let genes = match &terms.genes {
        None => "statements on every gene".to_owned(),
        Some(genes) => format!("statements on {}", genes.join(", ")),
    };
    let purposes: Vec<&str> = terms.purposes.iter().map(|purpose| purpose.label()).collect();
    let mut text = format!("{genes} for {}", purposes.join(", "));
    if let Some(starts) = &terms.starts {
        text.push_str(&format!(" from {starts}"));
    }
    if let Some(ends) = &terms.ends {
        text.push_str(&format!(" until {ends}"));
    }
    if terms.passes_on {
        text.push_str(", to be passed on");
    }
    if !terms.is_in_force(today) {
        text.push_str(" (not in force today)");
    }
    text
}

fn why(reason: &str) -> &'static str {
    match reason {
        "agreement" => "the agreement does not hold today, or not for care",
        "gene" => "their gene is not among those agreed",
        "passing_on" => "who brought them does not let them be passed on",
        "standing" => "their laboratory is not approved now",
        "policy" => "the policy does not let peers read them",
        "consent" => "no person behind them lets them be counted",
        "unreadable" => "they, or a key of a case behind them, do not read",
        _ => "their variant is not identified",
    }
}

/// Where a statement of another node came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StatementOrigin {
    /// What the node of its laboratory calls itself.
    pub node: String,
    /// The id of that node.
    pub node_id: String,
    /// The accession there, with its version.
    pub accession: String,
    /// The peer that brought it; the node itself, or a hub.
    pub by: String,
    /// Its name in the network: SHA-256 of the bytes that the laboratory signed.
    pub digest: String,
}

/// Where these versions of statements came from; those that were made here are left out.
pub(crate) async fn origins(
    connection: &mut Connection,
    statements: &[StatementSerial],
) -> Result<HashMap<(StatementSerial, u32), StatementOrigin>, NodeError> {
    let found = signed_statement::came_from(connection, statements).await?;
    let named = |one: CameFrom| {
        let version = u32::try_from(one.statement_version).unwrap_or(u32::MAX);
        let origin = StatementOrigin {
            node: one.node,
            node_id: one.origin,
            accession: format!("{}.{}", one.accession, one.version),
            by: one.peer,
            digest: one.digest,
        };
        ((one.statement_id, version), origin)
    };
    Ok(found.into_iter().map(named).collect())
}
