//! Answering peers: connections of known peers, their messages one after the other.

use super::{Federation, PeerError, tls, wire};
use crate::error::NodeError;
use cairn_protocol::{Answer, Message, PublicKey, Requester};
use cairn_store::peer::{self, PeerState, RecordedPeer};
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// Connections at one time.
const CONNECTIONS: usize = 64;
/// How long a handshake may take.
const HANDSHAKE: Duration = Duration::from_secs(5);
/// How long a connection may be silent.
const SILENCE: Duration = Duration::from_secs(120);

impl Federation {
    /// Answers peers until the future that holds this call is dropped.
    pub async fn listen(self: Arc<Self>, listener: TcpListener) {
        let places = Arc::new(Semaphore::new(CONNECTIONS));
        let mut open = JoinSet::new();
        loop {
            let Ok(place) = places.clone().acquire_owned().await else { return };
            let stream = match listener.accept().await {
                Ok((stream, _)) => stream,
                Err(error) => {
                    tracing::warn!(%error, "a peer's connection could not be taken");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                }
            };
            while open.try_join_next().is_some() {}
            let here = self.clone();
            open.spawn(async move {
                let _place = place;
                if let Err(error) = here.attend(stream).await {
                    tracing::debug!(%error, "a peer's connection ended");
                }
            });
        }
    }

    async fn attend(&self, stream: TcpStream) -> Result<(), PeerError> {
        stream.set_nodelay(true)?;
        let peers = peer::all(&mut *self.node.store().read().await?).await?;
        let pins: HashSet<[u8; 32]> =
            peers.iter().filter(|one| one.state == PeerState::Active).filter_map(pin).collect();
        let acceptor = TlsAcceptor::from(Arc::new(tls::server(&self.seed()?, pins)?));
        let late = |_| PeerError::Unreachable("the handshake took too long".to_owned());
        let mut stream = tokio::time::timeout(HANDSHAKE, acceptor.accept(stream)).await.map_err(late)??;
        let unknown = || PeerError::Unreachable("it showed no certificate".to_owned());
        let shown = shown_pin(&stream).ok_or_else(unknown)?;
        let caller = peers.into_iter().find(|one| pin(one) == Some(shown)).ok_or_else(unknown)?;
        let key: PublicKey = caller.public_key.parse().map_err(|_| unknown())?;
        loop {
            let received = tokio::time::timeout(SILENCE, wire::receive(&mut stream)).await;
            let Ok(Some(bytes)) = received.unwrap_or(Ok(None)) else { return Ok(()) };
            let answer = self.answer_bytes(&caller, &key, &bytes).await?;
            wire::send(&mut stream, &answer).await?;
        }
    }

    /// The answer to a message in bytes. A message that is refused ends the connection: it is no peer's doing, or the
    /// two do not understand each other.
    async fn answer_bytes(&self, caller: &RecordedPeer, key: &PublicKey, bytes: &[u8]) -> Result<Vec<u8>, PeerError> {
        let message = Message::open(bytes, key, self.id())?;
        let asked = message.envelope.sequence;
        self.pass(message.envelope.from, asked)?;
        let question = message.question()?;
        // As it stands now: a peer may have been suspended while its connection was open.
        let current = peer::by_key(&mut *self.node.store().read().await?, &caller.public_key).await?;
        let answer = match current.filter(|peer| peer.state == PeerState::Active) {
            Some(peer) => {
                self.note_contact(peer.serial);
                self.answer(&peer, &message.envelope, question).await
            }
            None => Answer::refused("this node does not answer the peer for now"),
        };
        let purpose = message.envelope.purpose;
        let envelope = self.envelope(key.id(), Some(asked), purpose, Requester::node());
        Ok(Message::answering(envelope, answer).seal(&self.key))
    }
}

/// The digest of a peer's certificate.
fn pin(peer: &RecordedPeer) -> Option<[u8; 32]> {
    hex::decode(&peer.certificate).ok()?.try_into().ok()
}

fn shown_pin(stream: &TlsStream<TcpStream>) -> Option<[u8; 32]> {
    let (_, connection) = stream.get_ref();
    connection.peer_certificates()?.first().map(|certificate| super::certificate::pin_of(certificate))
}

/// A listener for peers.
///
/// # Errors
/// When the address cannot be listened at.
pub async fn listen_at(address: &str) -> Result<TcpListener, NodeError> {
    let bound = TcpListener::bind(address).await;
    bound.map_err(|error| {
        NodeError::Refused(format!("cannot listen for peers at `{address}`: {error}; name another with --peer-listen"))
    })
}

#[cfg(test)]
mod tests {
    use super::super::PeerSettings;
    use super::*;
    use crate::folder::DataFolder;
    use crate::node::Node;
    use crate::world::World;
    use cairn_core::data_use::PurposeKind;
    use cairn_protocol::{Question, Refusal, Terms};
    use cairn_reference::Reference;

    async fn node(place: &std::path::Path, reference: &Reference) -> Arc<Federation> {
        let folder = DataFolder::new(place);
        let node = Node::with_reference(folder, reference.clone(), World::real()).await.unwrap();
        Federation::new(node, PeerSettings::default()).unwrap()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_message_counts_once_for_one_node_and_unchanged() {
        let reference = Reference::bundled();
        let places = [0, 1, 2].map(|_| tempfile::tempdir().unwrap());
        let here = node(places[0].path(), &reference).await;
        let there = node(places[1].path(), &reference).await;
        let other = node(places[2].path(), &reference).await;
        let text = here.node.invitation("Here", "").unwrap();
        let caller = there.node.add_peer(&text, &Terms::for_care(), None).await.unwrap();
        let key = here.key.public();
        let ask = |to: &Federation| {
            let envelope = here.envelope(to.id(), None, PurposeKind::ClinicalCare, Requester::node());
            Message::asking(envelope, &Question::Pull { after: 0, from: 0, most: 1 }).seal(&here.key)
        };
        let refusal = async |bytes: &[u8]| match there.answer_bytes(&caller, &key, bytes).await {
            Err(PeerError::Refusal(refusal)) => Some(refusal),
            _ => None,
        };
        let bytes = ask(&there);
        assert_eq!(refusal(&bytes).await, None, "taken the first time");
        assert!(matches!(refusal(&bytes).await, Some(Refusal::Replayed { .. })));
        assert_eq!(refusal(&ask(&other)).await, Some(Refusal::Audience));
        let mut changed = ask(&there);
        let last = changed.len() - 1;
        changed[last] ^= 1;
        assert_eq!(refusal(&changed).await, Some(Refusal::Signature));
        // What was sent before a node started counts no longer.
        let old = ask(&there);
        let restarted = Federation::new(there.node.clone(), PeerSettings::default()).unwrap();
        let answered = restarted.answer_bytes(&caller, &key, &old).await;
        assert!(matches!(answered, Err(PeerError::Refusal(Refusal::Replayed { .. }))));
    }
}
