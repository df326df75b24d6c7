//! Coming to an agreement: each side states its terms, both sign both.

use super::peers::read;
use super::{Federation, PeerError};
use crate::error::NodeError;
use crate::ledger::{self, Event};
use cairn_core::data_use::PurposeKind;
use cairn_ledger::leaf::Kind;
use cairn_protocol::answer::Reply;
use cairn_protocol::{Agreement, Answer, PublicKey, Question, Requester, Signature, Terms};
use cairn_store::peer::RecordedPeer;
use cairn_store::peer::agreement::{self, RecordedAgreement};
use std::time::Duration;

/// How long a peer may take over an agreement.
const PATIENCE: Duration = Duration::from_secs(10);

impl Federation {
    /// Asks a peer to sign what is offered, when it has not. Whether both have signed comes back.
    pub(super) async fn agree(&self, peer: &RecordedPeer) -> Result<bool, PeerError> {
        let last = agreement::last(&mut *self.node.store().read().await?, peer.serial).await?;
        let Some(last) = last else { return Ok(false) };
        if last.peer_signature.is_some() {
            return Ok(true);
        }
        let own = read(&last.offered)?;
        let key = key_of(peer)?;
        let (terms, peer_signature) = self.ask_terms(peer, &own, None).await?;
        let agreement = self.between(&own, key, &terms);
        let signature = agreement.sign(&self.key);
        // The peer signs what it knows of this node's terms: that is what it was just told.
        if !agreement.is_signed_by(&key, &peer_signature) {
            return Err(PeerError::Refusal(cairn_protocol::Refusal::Signature));
        }
        self.ask_terms(peer, &own, Some(signature)).await?;
        let signed = RecordedAgreement {
            version: last.version,
            offered: last.offered,
            received: Some(terms.to_bytes()),
            signature: Some(hex::encode(signature)),
            peer_signature: Some(hex::encode(peer_signature)),
        };
        self.keep(peer, &signed).await?;
        Ok(true)
    }

    async fn ask_terms(
        &self,
        peer: &RecordedPeer,
        own: &Terms,
        signature: Option<Signature>,
    ) -> Result<(Terms, Signature), PeerError> {
        let question = Question::Agree { terms: own.clone(), signature };
        match self.ask_peer(peer, &question, PurposeKind::Operation, Requester::node(), PATIENCE).await? {
            Reply::Terms { terms, signature } => Ok((terms, signature)),
            _ => Err(PeerError::Refusal(cairn_protocol::Refusal::Answer)),
        }
    }

    /// Answers a peer that states its terms; keeps the agreement once the peer has signed it.
    pub(super) async fn answer_terms(
        &self,
        peer: &RecordedPeer,
        theirs: Terms,
        signature: Option<Signature>,
    ) -> Result<Answer, NodeError> {
        let mut reader = self.node.store().read().await?;
        let last = agreement::last(&mut reader, peer.serial).await?;
        let before = agreement::signed(&mut reader, peer.serial).await?;
        drop(reader);
        let Some(last) = last else { return Ok(Answer::refused("this node offers no terms yet")) };
        let own = read(&last.offered)?;
        let key = key_of(peer)?;
        let agreement = self.between(&own, key, &theirs);
        let own_signature = agreement.sign(&self.key);
        if let Some(signature) = signature {
            if !agreement.is_signed_by(&key, &signature) {
                return Ok(Answer::refused("the terms changed meanwhile; ask for them again"));
            }
            let signed = RecordedAgreement {
                version: last.version,
                offered: last.offered,
                received: Some(theirs.to_bytes()),
                signature: Some(hex::encode(own_signature)),
                peer_signature: Some(hex::encode(signature)),
            };
            let is_new =
                before.is_none_or(|before| (&before.offered, &before.received) != (&signed.offered, &signed.received));
            if is_new {
                self.keep(peer, &signed).await?;
            }
        }
        Ok(Answer::terms(&own, own_signature))
    }

    fn between(&self, own: &Terms, key: PublicKey, theirs: &Terms) -> Agreement {
        Agreement::between((self.id(), own.clone()), (key.id(), theirs.clone()))
    }

    async fn keep(&self, peer: &RecordedPeer, signed: &RecordedAgreement) -> Result<(), NodeError> {
        let mut writer = self.node.store().write().await?;
        let (entry, _) = writer.enter(self.node.now()).await?;
        agreement::sign(&mut writer, entry, peer.serial, signed).await?;
        let event = Event::new(Kind::Policy).with("what", "agreement with a peer signed");
        let event = event.with("peer", peer.name.as_str());
        let event = event.with("signature", signed.peer_signature.clone().unwrap_or_default());
        ledger::append(&mut writer, &self.node, event).await?;
        Ok(writer.commit().await?)
    }
}

/// The key of a peer.
pub(super) fn key_of(peer: &RecordedPeer) -> Result<PublicKey, NodeError> {
    let damaged = |error| NodeError::Refused(format!("the key of `{}` is damaged: {error}; add it again", peer.name));
    peer.public_key.parse().map_err(damaged)
}
