//! An open node.

use crate::error::NodeError;
use crate::folder::DataFolder;
use crate::world::World;
use cairn_store::Store;
use cairn_store::entry::{self, AsOf};
use jiff::Timestamp;

/// An open node.
#[derive(Debug, Clone)]
pub struct Node {
    folder: DataFolder,
    store: Store,
    world: World,
}

impl Node {
    /// Opens the node in a folder; creates what is missing.
    ///
    /// # Errors
    /// When the folder or the record cannot be opened.
    pub async fn open(folder: DataFolder, world: World) -> Result<Self, NodeError> {
        folder.create()?;
        let store = Store::open(&folder.record()).await?;
        Ok(Self { folder, store, world })
    }

    /// Its data folder.
    pub fn folder(&self) -> &DataFolder {
        &self.folder
    }

    /// Its record.
    pub fn store(&self) -> &Store {
        &self.store
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
