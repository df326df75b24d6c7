//! Who the peers are, and what is offered to them: acts of this node alone, each with its ledger entry.

use crate::error::NodeError;
use crate::ledger::{self, Event};
use crate::node::Node;
use cairn_core::data_use::PurposeKind;
use cairn_core::id::UserId;
use cairn_ledger::leaf::Kind;
use cairn_protocol::{Invitation, Terms};
use cairn_store::Connection;
use cairn_store::peer::{self, NewPeer, PeerState, RecordedPeer, agreement};
use cairn_store::serial::PeerSerial;

/// What stands between this node and a peer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreed {
    /// What this node offers now.
    pub offered: Terms,
    /// What it offered in the agreement that both signed.
    pub signed: Terms,
    /// What the peer gives by that agreement.
    pub received: Terms,
    /// The version of that agreement.
    pub version: i64,
}

impl Agreed {
    /// Whether anything is given on a day: now and by the agreement.
    pub fn is_in_force(&self, today: &str) -> bool {
        self.offered.is_in_force(today) && self.signed.is_in_force(today)
    }

    /// Whether anything is given on a day for a purpose.
    pub fn allows(&self, purpose: PurposeKind, today: &str) -> bool {
        let has_purpose = [&self.offered, &self.signed].iter().all(|terms| terms.purposes.contains(&purpose));
        self.is_in_force(today) && has_purpose
    }

    /// Whether what touches these genes is given.
    pub fn covers(&self, genes: &[String]) -> bool {
        self.offered.covers(genes) && self.signed.covers(genes)
    }

    /// Whether only some genes are given.
    pub fn is_of_some_genes(&self) -> bool {
        self.offered.genes.is_some() || self.signed.genes.is_some()
    }
}

impl Node {
    /// Makes a peer of the node that introduces itself by a text, and offers it terms. One that is a peer already gets its
    /// new name and address.
    ///
    /// # Errors
    /// When the text is none, is this node's own, or another peer has the name.
    pub async fn add_peer(&self, text: &str, terms: &Terms, user: Option<UserId>) -> Result<RecordedPeer, NodeError> {
        let invitation = Invitation::read(text).map_err(|error| NodeError::Refused(error.to_string()))?;
        if invitation.node() == self.peer_key()?.id() {
            return Err(NodeError::Refused(
                "this is this node's own pairing text; ask the peer for its one".to_owned(),
            ));
        }
        let new = NewPeer {
            id: invitation.node().to_string(),
            name: invitation.name.trim().to_owned(),
            address: invitation.address.clone(),
            public_key: invitation.key.to_string(),
            certificate: hex::encode(invitation.certificate),
            user,
        };
        let mut writer = self.store().write().await?;
        let (entry, _) = writer.enter(self.now()).await?;
        let serial = peer::add(&mut writer, entry, &new).await?;
        let offered = agreement::last(&mut writer, serial).await?.map(|last| last.offered);
        if offered != Some(terms.to_bytes()) {
            agreement::offer(&mut writer, entry, serial, &terms.to_bytes(), user).await?;
        }
        let event = Event::new(Kind::Policy).with("what", "peer added").with("peer", new.name.as_str());
        ledger::append(&mut writer, self, event.with("key", new.public_key.as_str())).await?;
        let added = peer::by_key(&mut writer, &new.public_key).await?;
        writer.commit().await?;
        added.ok_or_else(|| NodeError::Refused("the peer was not recorded".to_owned()))
    }

    /// Offers a peer other terms. What they no longer hold is not given from this moment on.
    ///
    /// # Errors
    /// When there is no such peer, or the record fails.
    pub async fn offer_peer(&self, name: &str, terms: &Terms, user: Option<UserId>) -> Result<(), NodeError> {
        let mut writer = self.store().write().await?;
        let found = known(&mut writer, name).await?;
        let (entry, _) = writer.enter(self.now()).await?;
        agreement::offer(&mut writer, entry, found.serial, &terms.to_bytes(), user).await?;
        let event = Event::new(Kind::Policy).with("what", "terms offered to a peer").with("peer", found.name);
        ledger::append(&mut writer, self, event).await?;
        Ok(writer.commit().await?)
    }

    /// Says whether a peer is spoken with.
    ///
    /// # Errors
    /// When there is no such peer, or the record fails.
    pub async fn set_peer_state(&self, name: &str, state: PeerState) -> Result<(), NodeError> {
        let mut writer = self.store().write().await?;
        let found = known(&mut writer, name).await?;
        peer::set_state(&mut writer, found.serial, state).await?;
        let what = match state {
            PeerState::Active => "peer spoken with again",
            PeerState::Suspended => "peer suspended",
            PeerState::Removed => "peer removed",
        };
        let event = Event::new(Kind::Policy).with("what", what).with("peer", found.name);
        ledger::append(&mut writer, self, event).await?;
        Ok(writer.commit().await?)
    }

    /// What this node offers a peer now.
    ///
    /// # Errors
    /// When there is no such peer, or the record fails.
    pub async fn offered_to(&self, name: &str) -> Result<Terms, NodeError> {
        let mut reader = self.store().read().await?;
        let found = known(&mut reader, name).await?;
        let last = agreement::last(&mut reader, found.serial).await?;
        last.map_or(Ok(Terms::nothing()), |last| read(&last.offered))
    }
}

async fn known(connection: &mut Connection, name: &str) -> Result<RecordedPeer, NodeError> {
    let found = peer::find(connection, name).await?;
    found.ok_or_else(|| NodeError::Refused(format!("no peer `{name}` here; `cairn peer list` shows all")))
}

/// Terms as recorded.
pub(super) fn read(bytes: &[u8]) -> Result<Terms, NodeError> {
    Terms::read(bytes)
        .map_err(|error| NodeError::Refused(format!("the record's terms with a peer are damaged: {error}")))
}

/// What is agreed with a peer; `None` until both have signed.
pub(super) async fn agreed(connection: &mut Connection, peer: PeerSerial) -> Result<Option<Agreed>, NodeError> {
    let (Some(last), Some(signed)) =
        (agreement::last(connection, peer).await?, agreement::signed(connection, peer).await?)
    else {
        return Ok(None);
    };
    Ok(Some(Agreed {
        offered: read(&last.offered)?,
        received: signed.received.as_deref().map_or(Ok(Terms::nothing()), read)?,
        signed: read(&signed.offered)?,
        version: signed.version,
    }))
}
