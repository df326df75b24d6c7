//! Who has carried out a tombstone, beyond the peer that it was given to.
//!
//! A node that took out what a tombstone takes back signs that; a hub signs to whom it passed the tombstone on. Both go
//! back to whoever brought the tombstone, hop by hop, until they are where it was made. So the node of the laboratory
//! names every recipient, and none is taken for done by another's word.

use super::{Federation, PeerError, micros};
use crate::error::NodeError;
use cairn_core::data_use::PurposeKind;
use cairn_protocol::answer::Reply;
use cairn_protocol::{Acknowledgement, Answer, NodeId, Question, Refusal, Requester};
use cairn_store::Writer;
use cairn_store::peer::acknowledgement::{self, NewAcknowledgement};
use cairn_store::peer::{RecordedPeer, release};
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::time::Duration;

/// Tombstones that are carried out, by name.
pub(super) type Carried = BTreeSet<String>;

/// Acknowledgements in one message.
const MOST: u32 = 1_000;
/// How long a peer may take over them.
const PATIENCE: Duration = Duration::from_secs(10);

impl Federation {
    /// Signs that tombstones are carried out here, for the peer that brought them.
    pub(super) async fn carry_out(
        &self,
        writer: &mut Writer,
        peer: &RecordedPeer,
        carried: &Carried,
    ) -> Result<(), NodeError> {
        let tombstones: Vec<String> = carried.iter().cloned().collect();
        acknowledgement::owe(writer, peer.serial, &tombstones).await?;
        let done: Vec<NewAcknowledgement> = tombstones.iter().map(|tombstone| self.say(tombstone, None)).collect();
        Ok(acknowledgement::add(writer, &done).await?)
    }

    /// Signs that a tombstone which another node made is passed on to a peer.
    pub(super) async fn pass_on(
        &self,
        writer: &mut Writer,
        peer: &RecordedPeer,
        tombstone: &str,
    ) -> Result<(), NodeError> {
        let Ok(node) = peer.id.parse::<NodeId>() else { return Ok(()) };
        let told = self.say(tombstone, Some((node, peer.name.clone())));
        Ok(acknowledgement::add(writer, &[told]).await?)
    }

    fn say(&self, tombstone: &str, passed_on: Option<(NodeId, String)>) -> NewAcknowledgement {
        let said = Acknowledgement {
            tombstone: tombstone.to_owned(),
            signer: self.key.public(),
            signer_name: self.settings.name.clone(),
            passed_on,
            said: micros(&self.node),
        };
        let content = said.seal(&self.key);
        recorded(&said, content, self.node.now())
    }

    /// Tells a peer what became of the tombstones that it brought.
    pub(super) async fn tell(&self, peer: &RecordedPeer) -> Result<(), PeerError> {
        loop {
            let due = acknowledgement::due(&mut *self.node.store().read().await?, peer.serial, MOST).await?;
            if due.is_empty() {
                return Ok(());
            }
            let (serials, all): (Vec<i64>, Vec<Vec<u8>>) = due.into_iter().unzip();
            let question = Question::Acknowledge { all };
            let reply = self.ask_peer(peer, &question, PurposeKind::Operation, Requester::node(), PATIENCE).await?;
            if reply != Reply::Noted {
                return Err(PeerError::Refusal(Refusal::Answer));
            }
            let mut writer = self.node.store().write().await?;
            acknowledgement::sent(&mut writer, peer.serial, &serials).await?;
            writer.commit().await?;
        }
    }

    /// Keeps what a peer tells of tombstones that it was given. The answer is the same whatever they were about.
    pub(super) async fn hear(&self, peer: &RecordedPeer, all: Vec<Vec<u8>>) -> Result<Answer, NodeError> {
        let mut writer = self.node.store().write().await?;
        let mut kept = Vec::new();
        for content in all.into_iter().take(MOST as usize) {
            let said = match Acknowledgement::read(&content) {
                Ok(said) => said,
                Err(error) => {
                    tracing::warn!(%error, peer = peer.name, "an acknowledgement is refused");
                    continue;
                }
            };
            let is_about_others = said.recipient().0 != self.id();
            if is_about_others && release::took_back(&mut writer, peer.serial, &said.tombstone).await? {
                kept.push(recorded(&said, content, self.node.now()));
            }
        }
        acknowledgement::add(&mut writer, &kept).await?;
        writer.commit().await?;
        Ok(Answer::noted())
    }
}

/// An acknowledgement as it is kept. A moment that is none, or lies ahead, counts as now.
fn recorded(said: &Acknowledgement, content: Vec<u8>, now: Timestamp) -> NewAcknowledgement {
    let (node, name) = said.recipient();
    let moment = i64::try_from(said.said).ok().and_then(|micros| Timestamp::from_microsecond(micros).ok());
    NewAcknowledgement {
        tombstone: said.tombstone.clone(),
        node: node.to_string(),
        name: name.to_owned(),
        is_done: said.passed_on.is_none(),
        signer: said.signer.id().to_string(),
        signer_name: said.signer_name.clone(),
        said: moment.map_or(now, |moment| moment.min(now)),
        content,
    }
}
