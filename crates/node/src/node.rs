//! An open node.

use crate::error::NodeError;
use crate::folder::DataFolder;
use crate::world::World;
use cairn_reference::Reference;
use cairn_store::Store;
use cairn_store::entry::{self, AsOf};
use jiff::Timestamp;

/// An open node.
#[derive(Debug, Clone)]
pub struct Node {
    folder: DataFolder,
    store: Store,
    reference: Reference,
    world: World,
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
        let node = Self { folder, store, reference, world };
        node.note_reference().await?;
        node.note_rules().await?;
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
        &self.reference
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

    /// Ends all work and folds the journal into the record.
    pub async fn close(&self) {
        self.store.close().await;
    }
}
