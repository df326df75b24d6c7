//! The node's ledger: a tamper-evident log of what was done with data.
//!
//! An event becomes an entry in the transaction of the event itself ([`append`]); what has no transaction of its own,
//! such as a reading, goes through [`Node::record_event`], which writes many in one. The sequencer ([`Node::seal`])
//! brings entries under a checkpoint: tiles are made durable, then the checkpoint takes the place of the one before by
//! compare-and-swap in the record. Trusted are the record's checkpoint row and the log key; tiles are not, and are made
//! again from the record when they are missing. [`Node::check_ledger`] compares everything with everything.

mod append;
mod begin;
mod check;
mod event;
mod group;
mod keys;
mod landing;
mod lookups;
mod reading;
mod receipt;
mod recover;
mod remote;
mod sealed;
mod sequencer;
mod tiles;
mod witness;

use crate::error::NodeError;
use crate::node::Node;
use cairn_store::ledger::{Identity, shard};
use std::time::Duration;
use tokio::sync::{Mutex, Notify, watch};

pub use append::{append, append_all};
pub(crate) use begin::begin;
pub use check::LedgerFindings;
pub use event::Event;
pub use keys::LedgerKeys;
pub(crate) use landing::{note as note_landing, note_key};
pub use reading::Reading;
pub use receipt::EntryView;
pub(crate) use recover::write_tiles;
pub use remote::{CheckedLog, check_log};
pub(crate) use sealed::{open as open_entry, seal_open};
pub use tiles::TileFolder;

/// How long the sequencer waits for news before it looks by itself: other programs add entries too.
const LOOK: Duration = Duration::from_millis(250);
/// How long it looks often after an entry was announced: the entry is seen once its transaction is done.
const ALERT: Duration = Duration::from_millis(500);
/// How often it looks then.
const OFTEN: Duration = Duration::from_millis(2);
/// How often look-ups that were counted are written.
const COUNT: Duration = Duration::from_secs(60);
/// Pause after a failure.
const PAUSE: Duration = Duration::from_secs(5);

/// What an open node keeps of its ledger in memory.
#[derive(Debug)]
pub(crate) struct Ledger {
    pub(crate) identity: Identity,
    /// Events that wait for a transaction.
    waiting: group::Waiting,
    lookups: lookups::Lookups,
    /// The tree as it grows; `None` until it is needed, and after a failure.
    sequencer: Mutex<Option<sequencer::Sequencer>>,
    news: Notify,
    /// The last entry under a checkpoint.
    sealed: watch::Sender<i64>,
}

impl Ledger {
    pub(crate) fn new(identity: Identity) -> Self {
        Self {
            identity,
            waiting: group::Waiting::default(),
            lookups: lookups::Lookups::default(),
            sequencer: Mutex::new(None),
            news: Notify::new(),
            sealed: watch::Sender::new(0),
        }
    }

    /// Says that an entry was or is about to be added.
    pub(crate) fn announce(&self) {
        self.news.notify_one();
    }
}

impl Node {
    /// Which ledger this node writes.
    pub fn ledger_identity(&self) -> &Identity {
        &self.ledger().identity
    }

    /// The serial of the last entry under a checkpoint, as it moves.
    pub fn sealed(&self) -> watch::Receiver<i64> {
        self.ledger().sealed.subscribe()
    }

    /// Brings every entry that is there under a checkpoint; how many were brought comes back.
    ///
    /// # Errors
    /// When the record, the disk or the log key fails, or the tree does not continue its checkpoint.
    pub async fn seal(&self) -> Result<u64, NodeError> {
        let mut slot = self.ledger().sequencer.lock().await;
        let mut sealed = 0;
        loop {
            let sequencer = match slot.take() {
                Some(sequencer) => Some(sequencer),
                None => sequencer::Sequencer::open(self).await?,
            };
            let Some(mut sequencer) = sequencer else { return Ok(sealed) };
            // A failure leaves the slot empty: the next attempt begins from the checkpoint.
            let count = sequencer.round(self).await?;
            let (last, has_more) = (sequencer.last_entry(), sequencer.has_more());
            *slot = Some(sequencer);
            self.ledger().sealed.send_replace(last);
            sealed += count;
            if !has_more {
                return Ok(sealed);
            }
        }
    }

    /// Brings entries under checkpoints as they come, until the future that holds this call is dropped.
    pub async fn run_ledger(&self) {
        let mut alert_until = tokio::time::Instant::now();
        let mut counted = alert_until;
        loop {
            if counted.elapsed() >= COUNT {
                counted = tokio::time::Instant::now();
                if let Err(error) = self.record_lookups().await {
                    tracing::error!(%error, "counted look-ups cannot be recorded yet");
                }
            }
            match self.seal().await {
                Ok(0) => {}
                Ok(count) => tracing::debug!(count, "sealed ledger entries"),
                Err(error) => {
                    tracing::error!(%error, "the ledger cannot be sealed");
                    tokio::time::sleep(PAUSE).await;
                }
            }
            let pause = if tokio::time::Instant::now() < alert_until { OFTEN } else { LOOK };
            tokio::select! {
                () = self.ledger().news.notified() => alert_until = tokio::time::Instant::now() + ALERT,
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// The newest shard; `None` before the first checkpoint.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn newest_shard(&self) -> Result<Option<shard::Shard>, NodeError> {
        Ok(shard::newest(&mut *self.store().read().await?).await?)
    }

    /// Every shard, the oldest first.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn shards(&self) -> Result<Vec<shard::Shard>, NodeError> {
        Ok(shard::all(&mut *self.store().read().await?).await?)
    }

    /// Entries under a checkpoint by day (days since 1970, UTC) and kind, from a day on.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn ledger_days(&self, from: i32) -> Result<Vec<(i32, String, u64)>, NodeError> {
        Ok(shard::days(&mut *self.store().read().await?, from).await?)
    }
}
