//! The open database: one writer, many readers.

use crate::dialect::{self, Connection, Database, Pool};
use crate::entry;
use crate::error::StoreError;
use crate::folding::Folding;
use crate::serial::EntrySerial;
use jiff::Timestamp;
use sqlx::Connection as _;
use std::ops::{Deref, DerefMut};
use std::path::Path;
use std::sync::Arc;
use tokio::sync::Mutex;

/// The record of a node.
#[derive(Debug, Clone)]
pub struct Store {
    writer: Pool,
    readers: Pool,
    /// One connection as long as the record is open: the number it tells has a meaning on it alone.
    watch: Arc<Mutex<Option<Connection>>>,
    folding: Folding,
}

/// A connection that only looks.
pub struct Reader(sqlx::pool::PoolConnection<Database>);

/// The writer with an open transaction; what is not committed did not happen.
pub struct Writer {
    transaction: sqlx::Transaction<'static, Database>,
    folding: Folding,
}

impl Store {
    /// Opens the database file, creates it if absent, and brings it to this program's version.
    ///
    /// # Errors
    /// When the file cannot be opened or was written by a newer version.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        let writer = dialect::writer(path).await?;
        sqlx::migrate!("./migrations").run(&writer).await?;
        let readers = dialect::readers(path).await?;
        let watch = Arc::new(Mutex::new(Some(dialect::one(path).await?)));
        let folding = Folding::of(path).await?;
        Ok(Self { writer, readers, watch, folding })
    }

    /// A number that grows whenever somebody has committed anything to the record, also from another process. What was
    /// read after this number was told, and before a greater one is, is what a reader would read again.
    pub async fn state(&self) -> Result<i64, StoreError> {
        let mut watch = self.watch.lock().await;
        let watch = watch.as_mut().ok_or(sqlx::Error::PoolClosed)?;
        Ok(sqlx::query_scalar(dialect::STATE).fetch_one(watch).await?)
    }

    /// A connection to look with.
    pub async fn read(&self) -> Result<Reader, StoreError> {
        Ok(Reader(self.readers.acquire().await?))
    }

    /// Waits for its turn and opens the one writing transaction.
    pub async fn write(&self) -> Result<Writer, StoreError> {
        let transaction = self.writer.begin_with(dialect::BEGIN_WRITE).await?;
        Ok(Writer { transaction, folding: self.folding.clone() })
    }

    /// Closes the file after the running work; the journal is folded into the database.
    pub async fn close(&self) {
        self.readers.close().await;
        self.folding.close().await;
        if let Some(watch) = self.watch.lock().await.take() {
            // It holds nothing that could be lost.
            let _ = watch.close().await;
        }
        self.writer.close().await;
    }
}

impl Writer {
    /// Adds an entry to the record; the rows that this transaction adds belong to it. The moment
    /// that comes back is the one recorded.
    pub async fn enter(&mut self, moment: Timestamp) -> Result<(EntrySerial, Timestamp), StoreError> {
        entry::add(self, moment).await
    }

    /// Makes everything durable. When this returns without error it is on disk.
    pub async fn commit(self) -> Result<(), StoreError> {
        self.transaction.commit().await?;
        self.folding.ask();
        Ok(())
    }
}

impl Deref for Reader {
    type Target = Connection;
    fn deref(&self) -> &Connection {
        &self.0
    }
}

impl DerefMut for Reader {
    fn deref_mut(&mut self) -> &mut Connection {
        &mut self.0
    }
}

impl Deref for Writer {
    type Target = Connection;
    fn deref(&self) -> &Connection {
        &self.transaction
    }
}

impl DerefMut for Writer {
    fn deref_mut(&mut self) -> &mut Connection {
        &mut self.transaction
    }
}
