//! Taking what peers give: each peer in a task of its own, by the cursor in the record.

use super::{Federation, PeerError};
use cairn_core::data_use::PurposeKind;
use cairn_protocol::answer::{Arrived, Reply};
use cairn_protocol::{Question, Refusal, Requester};
use cairn_store::peer::{self, PeerState, RecordedPeer};
use cairn_store::serial::PeerSerial;
use jiff::Timestamp;
use std::collections::HashMap;
use std::sync::{Arc, PoisonError};
use std::time::Duration;
use tokio::task::JoinSet;

/// Items asked for at one time.
const MOST: u64 = 2_000;
/// How long a peer may take to answer with them.
const PATIENCE: Duration = Duration::from_secs(30);
/// The longest pause after failures.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
/// How often the record says when a peer was last heard of.
const NOTED: Duration = Duration::from_secs(60);

/// Items of a stream, and how many come after them.
type Page = (Vec<Arrived>, u64);

impl Federation {
    /// Takes what peers give, and decides what they are given and what is taken back from them, whether they ask or not;
    /// until the future that holds this call is dropped.
    pub async fn run(self: Arc<Self>) {
        tokio::join!(self.follow_all(), self.look_ahead());
    }

    /// Looks through what is new for every peer: one that cannot be reached has its tombstones waiting, and is named as
    /// outstanding.
    async fn look_ahead(self: &Arc<Self>) {
        loop {
            let looked = async {
                for peer in self.peers().await? {
                    while let Some(current) = self.recorded(&peer).await?
                        && let Some(agreed) = self.agreed(&peer).await?
                        && self.look_through(&current, &agreed).await?
                    {}
                }
                Ok::<(), PeerError>(())
            };
            if let Err(error) = looked.await {
                tracing::error!(%error, "what is new for peers cannot be looked through");
            }
            tokio::time::sleep(self.settings.pause).await;
        }
    }

    /// Takes what each peer gives, in a task of its own.
    async fn follow_all(self: &Arc<Self>) {
        let mut tasks: JoinSet<PeerSerial> = JoinSet::new();
        let mut running: HashMap<PeerSerial, tokio::task::Id> = HashMap::new();
        loop {
            while let Some(ended) = tasks.try_join_next_with_id() {
                let id = ended.map_or_else(|error| error.id(), |(id, _)| id);
                running.retain(|_, task| *task != id);
            }
            match self.peers().await {
                Ok(peers) => {
                    let to_call = peers.iter().filter(|peer| !peer.address.is_empty());
                    for peer in to_call {
                        if running.contains_key(&peer.serial) {
                            continue;
                        }
                        let (here, serial, key) = (self.clone(), peer.serial, peer.public_key.clone());
                        let task = tasks.spawn(async move {
                            here.follow(serial, &key).await;
                            serial
                        });
                        running.insert(peer.serial, task.id());
                    }
                }
                Err(error) => tracing::error!(%error, "peers cannot be read"),
            }
            tokio::time::sleep(self.settings.pause).await;
        }
    }

    /// The active peers; what look-ups know of them is brought up to date.
    pub(super) async fn peers(&self) -> Result<Vec<RecordedPeer>, PeerError> {
        let all = peer::all(&mut *self.node.store().read().await?).await?;
        let active: Vec<RecordedPeer> = all.into_iter().filter(|peer| peer.state == PeerState::Active).collect();
        self.active.store(&active);
        Ok(active)
    }

    /// Takes what one peer gives, until it is active no longer.
    async fn follow(self: &Arc<Self>, serial: PeerSerial, key: &str) {
        let mut failures = 0_u32;
        let mut noted = None;
        loop {
            match self.round(key).await {
                Ok(None) => return,
                Ok(Some(_)) => {
                    if failures > 0 || noted.is_none_or(|at: tokio::time::Instant| at.elapsed() > NOTED) {
                        noted = Some(tokio::time::Instant::now());
                        self.note_reached(serial).await;
                    }
                    failures = 0;
                    self.active.reached(serial, true);
                }
                Err(error) => {
                    self.active.reached(serial, false);
                    if failures == 0 {
                        self.note_failed(serial, &error).await;
                    }
                    failures = failures.saturating_add(1);
                }
            }
            let pause = self.settings.pause.saturating_mul(1 << failures.min(6)).min(LONGEST_PAUSE);
            tokio::time::sleep(if failures == 0 { self.settings.pause } else { pause }).await;
        }
    }

    /// Comes to an agreement when there is none, takes everything that waits, and tells what became of tombstones; how
    /// many items were new. `None`: the peer is active no longer.
    pub async fn round(self: &Arc<Self>, key: &str) -> Result<Option<u64>, PeerError> {
        let mut taken = 0;
        // The next items are on their way while these are landed.
        let mut ahead: JoinSet<Result<Page, PeerError>> = JoinSet::new();
        loop {
            let found = peer::by_key(&mut *self.node.store().read().await?, key).await?;
            let Some(peer) = found.filter(|peer| peer.state == PeerState::Active) else { return Ok(None) };
            if !self.agree(&peer).await? {
                return Ok(Some(0));
            }
            let (items, waiting) = match ahead.join_next().await {
                Some(page) => page.map_err(crate::error::NodeError::from)??,
                None => self.page(&peer, peer.taken).await?,
            };
            let Some(last) = items.iter().map(|item| item.position).max() else {
                self.tell(&peer).await?;
                return Ok(Some(taken));
            };
            if waiting > 0 {
                let (here, peer) = (self.clone(), peer.clone());
                ahead.spawn(async move { here.page(&peer, last).await });
            }
            taken += self.take(&peer, items, waiting).await?;
        }
    }

    /// Items of a peer's stream behind a place. What is durable here is acknowledged, and nothing beyond.
    async fn page(&self, peer: &RecordedPeer, from: u64) -> Result<Page, PeerError> {
        let question = Question::Pull { after: peer.taken, from, most: MOST };
        let reply = self.ask_peer(peer, &question, PurposeKind::ClinicalCare, Requester::node(), PATIENCE).await?;
        let Reply::Page { items, waiting } = reply else { return Err(PeerError::Refusal(Refusal::Answer)) };
        Ok((items, waiting))
    }

    pub(super) fn note_contact(&self, peer: PeerSerial) {
        let mut contacts = self.contacts.lock().unwrap_or_else(PoisonError::into_inner);
        contacts.insert(peer, self.node.now());
    }

    /// When a peer was last heard of by this process.
    pub(super) fn contact(&self, peer: PeerSerial) -> Option<Timestamp> {
        self.contacts.lock().unwrap_or_else(PoisonError::into_inner).get(&peer).copied()
    }

    async fn note_reached(&self, peer: PeerSerial) {
        let now = self.node.now();
        let noted = async {
            let mut writer = self.node.store().write().await?;
            peer::reached(&mut writer, peer, now).await?;
            writer.commit().await
        };
        if let Err(error) = noted.await {
            tracing::error!(%error, "a peer's contact cannot be recorded");
        }
    }

    async fn note_failed(&self, peer: PeerSerial, why: &PeerError) {
        let (now, why) = (self.node.now(), why.to_string());
        tracing::warn!(why, "a peer was not reached");
        let noted = async {
            let mut writer = self.node.store().write().await?;
            peer::failed(&mut writer, peer, now, &why).await?;
            writer.commit().await
        };
        if let Err(error) = noted.await {
            tracing::error!(%error, "a peer's failure cannot be recorded");
        }
    }
}
