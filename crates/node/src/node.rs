//! An open node.

use crate::error::NodeError;
use crate::folder::DataFolder;
use crate::ledger::{self, Ledger};
use crate::world::World;
use cairn_reference::Reference;
use cairn_reference::folder::ReferenceFolder;
use cairn_store::Store;
use cairn_store::entry::{self, AsOf};
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
}

/// A state of the reference, and the one that came after it while the node was open. Earlier ones stay in memory until
/// the process ends, so that who works with one is never disturbed; files arrive a few times in the life of a process.
#[derive(Debug)]
struct Generation {
    reference: Reference,
    next: OnceLock<Box<Generation>>,
}

impl Generation {
    fn new(reference: Reference) -> Self {
        Self { reference, next: OnceLock::new() }
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
        let store = Store::open(&folder.record()).await?;
        let ledger = Arc::new(Ledger::new(ledger::begin(&folder, &store, &world).await?));
        let node = Self { folder, store, references: Arc::new(Generation::new(reference)), world, ledger };
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
        let _ = self.references.last().next.set(Box::new(Generation::new(reference)));
        self.note_reference().await?;
        Ok(true)
    }

    /// What it keeps of its ledger in memory.
    pub(crate) fn ledger(&self) -> &Ledger {
        &self.ledger
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
        if let Err(error) = self.seal().await {
            tracing::error!(%error, "the ledger cannot be sealed");
        }
        self.store.close().await;
    }
}
