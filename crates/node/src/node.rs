//! An open node.

use crate::error::NodeError;
use crate::folder::DataFolder;
use crate::kept::Kept;
use crate::keys;
use crate::ledger::{self, Ledger};
use crate::world::World;
use cairn_reference::folder::ReferenceFolder;
use cairn_reference::{IdentifyOptions, Identity, Reference, identify};
use cairn_store::entry::{self, AsOf};
use cairn_store::{KeyStore, Store};
use jiff::Timestamp;
use std::sync::{Arc, OnceLock};

/// An open node.
#[derive(Debug, Clone)]
pub struct Node {
    folder: DataFolder,
    store: Store,
    references: Arc<Generation>,
    world: World,
    ledger: Arc<Ledger>,
    keys: KeyStore,
}

/// A state of the reference, and the one that came after it while the node was open. Earlier ones stay in memory until
/// the process ends, so that who works with one is never disturbed; files arrive a few times in the life of a process.
#[derive(Debug)]
struct Generation {
    /// From 0, the number of the one before and one.
    number: u32,
    reference: Reference,
    /// What texts mean by this reference, in bytes by estimate.
    meanings: Kept<(), String, Arc<Identity>>,
    next: OnceLock<Box<Generation>>,
}

/// What every answer is made of, as long as this process lasts; the later is the greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct State {
    reference: u32,
    record: i64,
}

/// Bytes of meanings that are kept, by estimate.
const MEANINGS: usize = 64 << 20;

/// Bytes of a meaning, by estimate: a description on one transcript and its protein has some ten short texts.
fn weight(text: &str, identity: &Identity) -> usize {
    2 * text.len() + 2_000 + 500 * identity.consequences.len() + 300 * identity.candidates.len()
}

impl Generation {
    fn new(number: u32, reference: Reference) -> Self {
        Self { number, reference, meanings: Kept::within(MEANINGS), next: OnceLock::new() }
    }

    fn last(&self) -> &Self {
        let mut last = self;
        while let Some(next) = last.next.get() {
            last = next;
        }
        last
    }
}

impl Node {
    /// Opens the node in a folder with the reference of that folder; creates what is missing.
    ///
    /// # Errors
    /// When the folder, the record or the reference cannot be opened.
    pub async fn open(folder: DataFolder, world: World) -> Result<Self, NodeError> {
        let path = folder.path().to_owned();
        let reference = tokio::task::spawn_blocking(move || Reference::open(&path)).await??;
        Self::with_reference(folder, reference, world).await
    }

    /// Opens the node in a folder with a reference that is loaded already; creates what is missing.
    /// When the reference holds a file that the node has not worked with before, a job is asked for
    /// that looks again at the variants whose identity is still open.
    ///
    /// # Errors
    /// When the folder or the record cannot be opened.
    pub async fn with_reference(folder: DataFolder, reference: Reference, world: World) -> Result<Self, NodeError> {
        folder.create()?;
        let store = Store::open_at(&folder.home()?).await?;
        let ledger = Arc::new(Ledger::new(ledger::begin(&folder, &store, &world).await?));
        let keys = keys::store::open(&folder, &store, &world).await?;
        let references = Arc::new(Generation::new(0, reference));
        let node = Self { folder, store, references, world, ledger, keys };
        node.seal_record().await?;
        node.finish_erasures().await?;
        node.note_reference().await?;
        node.note_rules().await?;
        node.note_guidelines().await?;
        node.note_aggregate_basis().await?;
        Ok(node)
    }

    /// Its data folder.
    pub fn folder(&self) -> &DataFolder {
        &self.folder
    }

    /// Its record.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The keys that case content is sealed with.
    pub fn keys(&self) -> &KeyStore {
        &self.keys
    }

    /// The sequences, transcripts and vocabularies it works with.
    pub fn reference(&self) -> &Reference {
        &self.references.last().reference
    }

    /// Works with what lies in the reference folder from now on, when that is not what was loaded last; then a job
    /// looks again at the variants whose identity is still open. Whether there was something new comes back.
    ///
    /// # Errors
    /// When the folder cannot be read or the record fails; then the node works on with what it had.
    pub async fn take_new_reference(&self) -> Result<bool, NodeError> {
        let path = self.folder.path().to_owned();
        let loaded = self.reference().sources().to_vec();
        let reading = move || {
            let listed = ReferenceFolder::of(&path).sources()?;
            if listed == loaded { Ok::<_, NodeError>(None) } else { Ok(Some(Reference::open(&path)?)) }
        };
        let Some(reference) = tokio::task::spawn_blocking(reading).await?? else { return Ok(false) };
        let last = self.references.last();
        let _ = last.next.set(Box::new(Generation::new(last.number + 1, reference)));
        self.note_reference().await?;
        Ok(true)
    }

    /// What it keeps of its ledger in memory.
    pub(crate) fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Which variant a text means, without assuming an assembly: what is on record must not be missed by reading it on
    /// the wrong one. Kept, for what a reference says of a text never changes.
    pub(crate) fn meaning(&self, text: &str) -> Arc<Identity> {
        let last = self.references.last();
        if let Some(kept) = last.meanings.get(&(), text) {
            return kept;
        }
        let found = Arc::new(identify(text, &last.reference, IdentifyOptions::default()));
        last.meanings.insert((), text.to_owned(), Arc::clone(&found), weight(text, &found));
        found
    }

    /// What every answer is made of; equal as long as the same question would be answered alike.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn state(&self) -> Result<State, NodeError> {
        let reference = self.references.last().number;
        Ok(State { reference, record: self.store.state().await? })
    }

    /// Its clock and chance.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// The present moment by its clock.
    pub fn now(&self) -> Timestamp {
        (self.world.now)()
    }

    /// The record as it stood at a moment; without one as it stands.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn as_of(&self, moment: Option<Timestamp>) -> Result<AsOf, NodeError> {
        let mut reader = self.store.read().await?;
        Ok(match moment {
            Some(moment) => entry::at(&mut reader, moment).await?,
            None => entry::now(&mut reader).await?,
        })
    }

    /// Ends all work: brings what was recorded under a checkpoint and folds the journal into the record.
    pub async fn close(&self) {
        if let Err(error) = self.record_lookups().await {
            tracing::error!(%error, "counted look-ups were not recorded");
        }
        if let Err(error) = self.seal().await {
            tracing::error!(%error, "the ledger cannot be sealed");
        }
        self.store.close().await;
        self.keys.close().await;
    }
}
