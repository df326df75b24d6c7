//! Calling a peer: a connection, one question, its answer; the connection is kept for the next.

use super::{Federation, PeerError, tls, wire};
use crate::error::NodeError;
use cairn_core::data_use::PurposeKind;
use cairn_protocol::answer::Reply;
use cairn_protocol::{Message, PublicKey, Question, Requester};
use cairn_store::peer::RecordedPeer;
use cairn_store::serial::PeerSerial;
use rustls::pki_types::ServerName;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// Connections to one peer that are kept.
const KEPT: usize = 4;

type Connection = TlsStream<TcpStream>;

/// Open connections that nobody uses now.
#[derive(Debug, Default)]
pub(super) struct Idle(Mutex<HashMap<PeerSerial, Vec<Connection>>>);

impl Idle {
    fn take(&self, peer: PeerSerial) -> Option<Connection> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get_mut(&peer)?.pop()
    }

    fn keep(&self, peer: PeerSerial, connection: Connection) {
        let mut idle = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = idle.entry(peer).or_default();
        if kept.len() < KEPT {
            kept.push(connection);
        }
    }

    fn drop_all(&self, peer: PeerSerial) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&peer);
    }
}

impl Federation {
    /// Asks a peer within a time.
    pub(super) async fn ask_peer(
        &self,
        peer: &RecordedPeer,
        question: &Question,
        purpose: PurposeKind,
        requester: Requester,
        within: Duration,
    ) -> Result<Reply, PeerError> {
        let late = |_| PeerError::Unreachable(format!("no answer within {} ms", within.as_millis()));
        let answered = tokio::time::timeout(within, self.exchange(peer, question, purpose, requester)).await;
        match answered.map_err(late)?? {
            Reply::Refused(why) => Err(PeerError::Refused(why)),
            reply => Ok(reply),
        }
    }

    async fn exchange(
        &self,
        peer: &RecordedPeer,
        question: &Question,
        purpose: PurposeKind,
        requester: Requester,
    ) -> Result<Reply, PeerError> {
        // A kept connection may have been closed meanwhile; a new one is tried once then.
        if let Some(mut kept) = self.idle.take(peer.serial) {
            match self.speak(&mut kept, peer, question, purpose, requester.clone()).await {
                Ok(reply) => {
                    self.idle.keep(peer.serial, kept);
                    return Ok(reply);
                }
                Err(PeerError::Unreachable(_)) => self.idle.drop_all(peer.serial),
                Err(other) => return Err(other),
            }
        }
        let mut connection = self.connect(peer).await?;
        let reply = self.speak(&mut connection, peer, question, purpose, requester).await?;
        self.idle.keep(peer.serial, connection);
        Ok(reply)
    }

    async fn connect(&self, peer: &RecordedPeer) -> Result<Connection, PeerError> {
        if peer.address.is_empty() {
            return Err(PeerError::Unreachable("it has no address; it calls us".to_owned()));
        }
        let damaged = || NodeError::Refused(format!("the certificate of `{}` is damaged; add it again", peer.name));
        let pin = hex::decode(&peer.certificate).ok().and_then(|pin| pin.try_into().ok()).ok_or_else(damaged)?;
        let configuration = tls::client(&self.seed()?, pin)?;
        let stream = TcpStream::connect(&peer.address).await?;
        stream.set_nodelay(true)?;
        let name = ServerName::try_from("cairn.invalid").expect("the name is one");
        Ok(TlsConnector::from(Arc::new(configuration)).connect(name, stream).await?)
    }

    async fn speak(
        &self,
        connection: &mut Connection,
        peer: &RecordedPeer,
        question: &Question,
        purpose: PurposeKind,
        requester: Requester,
    ) -> Result<Reply, PeerError> {
        let key: PublicKey = peer.public_key.parse().map_err(|error| {
            NodeError::Refused(format!("the key of `{}` is damaged: {error}; add it again", peer.name))
        })?;
        let envelope = self.envelope(key.id(), None, purpose, requester);
        let asked = envelope.sequence;
        wire::send(connection, &Message::asking(envelope, question).seal(&self.key)).await?;
        let silent = || PeerError::Unreachable("it closed the connection".to_owned());
        let answer = wire::receive(connection).await?.ok_or_else(silent)?;
        let message = Message::open(&answer, &key, self.id())?;
        self.pass(message.envelope.from, message.envelope.sequence)?;
        self.note_contact(peer.serial);
        Ok(message.reply(asked)?)
    }
}
