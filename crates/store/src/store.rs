//! The open database: one writer, many readers.

use crate::content::{Content, Touched};
use crate::dialect::{self, Connection, Database, Dialect, Pool};
use crate::entry;
use crate::error::StoreError;
use crate::folding::Folding;
use crate::home::Home;
use crate::patience::{Patience, Retries};
use crate::serial::EntrySerial;
use crate::state;
use crate::watch::Watch;
use jiff::Timestamp;
use std::ops::{Deref, DerefMut};
use std::path::Path;
use std::sync::Arc;
use tokio::sync::Mutex;

/// The record of a node.
#[derive(Debug, Clone)]
pub struct Store {
    home: Home,
    writer: Pool,
    readers: Pool,
    watch: Arc<Mutex<Watch>>,
    /// SQLite alone keeps no sums of its pages.
    content: Option<Content>,
    /// SQLite alone has a journal that is folded by those who write it.
    folding: Option<Folding>,
    retries: Arc<Retries>,
}

/// A connection that only looks.
pub struct Reader(sqlx::pool::PoolConnection<Database>);

/// The writer with an open transaction; what is not committed did not happen.
pub struct Writer {
    transaction: sqlx::Transaction<'static, Database>,
    content: Option<Content>,
    folding: Option<Folding>,
}

impl Store {
    /// Opens the record in a file, creates it if absent, and brings it to this program's version.
    ///
    /// # Errors
    /// When the file cannot be opened or was written by a newer version.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        Self::open_at(&Home::File(path.to_owned())).await
    }

    /// Opens the record at its home, begins it where there is none, and brings it to this program's version.
    ///
    /// # Errors
    /// When the database cannot be opened, is not fit to hold a record, or was written by a newer version.
    pub async fn open_at(home: &Home) -> Result<Self, StoreError> {
        let touched = Touched::default();
        let writer = dialect::writer(home, touched.clone()).await?;
        let readers = dialect::readers(home).await?;
        let watch = Arc::new(Mutex::new(Watch::over(home).await?));
        let (content, folding) = match home {
            Home::File(_) => {
                let content = Content::new(touched, writer.clone(), readers.clone());
                let folding = Folding::of(home, content.clone()).await?;
                // What a killed process left is taken up.
                folding.ask();
                (Some(content), Some(folding))
            }
            Home::Server(_) => (None, None),
        };
        Ok(Self { home: home.clone(), writer, readers, watch, content, folding, retries: Arc::default() })
    }

    /// Where it is kept.
    pub fn home(&self) -> &Home {
        &self.home
    }

    /// How often something was tried again because of the database.
    pub fn retries(&self) -> &Retries {
        &self.retries
    }

    /// A number that grows whenever somebody has committed anything to the record, also from another process, but for
    /// [`Writer::commit_of_ledger`]. What was read after this number was told, and before a greater one is, is what a
    /// reader would read again, the ledger's own tables left aside.
    pub async fn state(&self) -> Result<i64, StoreError> {
        Ok(self.watch.lock().await.state().await?)
    }

    /// A connection to look with. Where the server is away for a moment, it is asked again for some seconds.
    pub async fn read(&self) -> Result<Reader, StoreError> {
        let mut patience = Patience::new(&self.retries);
        loop {
            match self.readers.acquire().await {
                Ok(connection) => return Ok(Reader(connection)),
                Err(error) => patience.wait_out(error.into()).await?,
            }
        }
    }

    /// Waits for its turn and opens the one writing transaction. Where the server is away for a moment, it is asked
    /// again for some seconds: nothing was written yet.
    pub async fn write(&self) -> Result<Writer, StoreError> {
        let begin = Dialect::at(&self.home).begin_write();
        let mut patience = Patience::new(&self.retries);
        loop {
            match self.writer.begin_with(begin).await {
                Ok(transaction) => {
                    self.content.iter().for_each(Content::begin);
                    let (content, folding) = (self.content.clone(), self.folding.clone());
                    return Ok(Writer { transaction, content, folding });
                }
                Err(error) => patience.wait_out(error.into()).await?,
            }
        }
    }

    /// Writes the whole record anew, so that nothing of what was removed or replaced is left in free space.
    pub async fn compact(&self) -> Result<(), StoreError> {
        for sql in Dialect::at(&self.home).compact() {
            sqlx::query(*sql).execute(&self.writer).await?;
        }
        match &self.content {
            Some(content) => content.begin_anew().await,
            None => Ok(()),
        }
    }

    /// Closes the record after the running work; digests are taken and a journal is folded into its file.
    pub async fn close(&self) {
        if let Some(content) = &self.content {
            // What fails here is done when the record is opened again.
            let _ = content.take_all().await;
        }
        self.readers.close().await;
        if let Some(folding) = &self.folding {
            folding.close().await;
        }
        self.watch.lock().await.close().await;
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
    pub async fn commit(mut self) -> Result<(), StoreError> {
        state::advance(&mut self.transaction).await?;
        self.commit_of_ledger().await
    }

    /// Makes durable what adds to the ledger and to nothing else: entries of readings, checkpoints, what witnesses
    /// signed. The state of the record stays, and with it every kept answer; so nothing that an answer is made of may
    /// have been written.
    pub async fn commit_of_ledger(mut self) -> Result<(), StoreError> {
        if let Some(content) = &self.content {
            content.mark(&mut self.transaction).await?;
        }
        self.transaction.commit().await?;
        if let Some(folding) = &self.folding {
            folding.ask();
        }
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
