//! Nodes as peers: what was agreed is replicated, asked for and taken back.
//!
//! Peers speak over TLS with keys that they exchanged before ([`tls`](self)), in messages of `cairn-protocol`. Each pulls
//! what is new for it from the other by a cursor ([`Federation::run`]); the one that answers decides about every item
//! ([`decide`](self)) and writes what it gives into its ledger in the same transaction ([`release`](self)). What arrives
//! becomes part of the record by the way that every statement takes ([`receive`](self)). What was taken back reaches
//! all who have it as a tombstone, and comes back acknowledged, from beyond hubs too ([`acknowledge`](self)). Numbers
//! of cases are counted by epochs ([`count`](self)).

mod acknowledge;
mod agree;
mod answer;
mod ask;
mod call;
mod certificate;
mod count;
mod decide;
mod laboratory;
mod listen;
mod peers;
mod pull;
mod receive;
mod release;
mod sign;
mod status;
mod tls;
mod wire;

use crate::error::NodeError;
use crate::keys;
use crate::node::Node;
use cairn_core::data_use::PurposeKind;
use cairn_protocol::gate::next_sequence;
use cairn_protocol::message::Envelope;
use cairn_protocol::{Gate, Invitation, NodeId, NodeKey, Requester};
use cairn_store::serial::PeerSerial;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

pub use ask::{Asked, CaseNumbers, Heard, LiveStatement, PeerAnswer, RegionNumbers, SimilarNumbers, VariantAnswer};
pub use cairn_protocol::Terms;
pub use listen::listen_at;
pub(crate) use status::origins;
pub use status::{Beyond, NamedItem, PeerStatus, StatementOrigin, WithheldCount};

/// How a node speaks with its peers.
#[derive(Debug, Clone)]
pub struct PeerSettings {
    /// What the node calls itself.
    pub name: String,
    /// Where peers reach it, `host:port`; empty: it calls and cannot be called.
    pub address: String,
    /// How long it waits between two looks at a peer.
    pub pause: Duration,
    /// How long peers may take to answer a live question.
    pub patience: Duration,
    /// How long the numbers of cases that peers are told stay the same.
    pub epoch: Duration,
}

impl Default for PeerSettings {
    fn default() -> Self {
        Self {
            name: "Cairn node".to_owned(),
            address: String::new(),
            pause: Duration::from_secs(1),
            patience: Duration::from_millis(800),
            epoch: Duration::from_secs(24 * 60 * 60),
        }
    }
}

/// A node as its peers know it.
#[derive(Debug)]
pub struct Federation {
    node: Node,
    settings: PeerSettings,
    key: NodeKey,
    /// What was let through from whom.
    gates: Mutex<HashMap<NodeId, Gate>>,
    /// The last sequence sent to whom.
    sent: Mutex<HashMap<NodeId, u64>>,
    /// When this node started to speak, in microseconds since 1970.
    started: u64,
    /// Open connections that nobody uses now.
    idle: call::Idle,
    /// The peers as look-ups know them.
    active: ask::Active,
    /// When each peer was last heard of.
    contacts: Mutex<HashMap<PeerSerial, jiff::Timestamp>>,
}

impl Node {
    /// The key by which peers know this node; made when there is none.
    ///
    /// # Errors
    /// When the key's file cannot be written or read.
    pub fn peer_key(&self) -> Result<NodeKey, NodeError> {
        let path = self.folder().keys().join("node.ed25519");
        Ok(NodeKey::from_seed(&keys::make_seed(&path, self.world())?))
    }

    /// How this node introduces itself to another: a text that people hand over.
    ///
    /// # Errors
    /// When the key's file cannot be written or read.
    pub fn invitation(&self, name: &str, address: &str) -> Result<String, NodeError> {
        let key = self.peer_key()?;
        let seed = keys::read_seed(&self.folder().keys().join("node.ed25519"))?;
        let certificate = certificate::Certificate::of(&seed).pin();
        let invitation =
            Invitation { name: name.to_owned(), address: address.to_owned(), key: key.public(), certificate };
        Ok(invitation.to_text(&key))
    }
}

impl Federation {
    /// A node that begins to speak with its peers.
    ///
    /// # Errors
    /// When its key cannot be written or read.
    pub fn new(node: Node, settings: PeerSettings) -> Result<Arc<Self>, NodeError> {
        let key = node.peer_key()?;
        let started = micros(&node);
        Ok(Arc::new(Self {
            node,
            settings,
            key,
            gates: Mutex::default(),
            sent: Mutex::default(),
            started,
            idle: call::Idle::default(),
            active: ask::Active::default(),
            contacts: Mutex::default(),
        }))
    }

    /// The node.
    pub fn node(&self) -> &Node {
        &self.node
    }

    /// Its id.
    pub fn id(&self) -> NodeId {
        self.key.id()
    }

    /// What it calls itself.
    pub fn name(&self) -> &str {
        &self.settings.name
    }

    fn seed(&self) -> Result<[u8; 32], NodeError> {
        keys::read_seed(&self.node.folder().keys().join("node.ed25519"))
    }

    /// The outside of the next message to a peer.
    fn envelope(&self, to: NodeId, answers: Option<u64>, purpose: PurposeKind, requester: Requester) -> Envelope {
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        let last = sent.entry(to).or_insert(0);
        *last = next_sequence(*last, micros(&self.node));
        Envelope { from: self.id(), to, sequence: *last, answers, purpose, requester }
    }

    /// Lets a message of a peer through, once.
    fn pass(&self, from: NodeId, sequence: u64) -> Result<(), cairn_protocol::Refusal> {
        let mut gates = self.gates.lock().unwrap_or_else(PoisonError::into_inner);
        gates.entry(from).or_insert_with(|| Gate::after(self.started)).pass(sequence)
    }
}

/// The present moment in microseconds since 1970.
fn micros(node: &Node) -> u64 {
    node.now().as_microsecond().unsigned_abs()
}

/// What went wrong between nodes, for a person; it never holds what was asked or answered.
#[derive(Debug, thiserror::Error)]
pub enum PeerError {
    /// The peer could not be reached or went silent.
    #[error("not reached: {0}")]
    Unreachable(String),
    /// The peer did not speak as it should.
    #[error(transparent)]
    Refusal(#[from] cairn_protocol::Refusal),
    /// The peer would not answer.
    #[error("the peer refuses: {0}")]
    Refused(String),
    /// This node failed.
    #[error(transparent)]
    Node(#[from] NodeError),
}

impl From<cairn_store::StoreError> for PeerError {
    fn from(error: cairn_store::StoreError) -> Self {
        Self::Node(error.into())
    }
}

impl From<std::io::Error> for PeerError {
    fn from(error: std::io::Error) -> Self {
        Self::Unreachable(error.to_string())
    }
}
