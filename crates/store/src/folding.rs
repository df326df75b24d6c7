//! The journal is folded into the file behind the writer, so that no acknowledged landing waits for it; and the digests of
//! what was committed are taken.
//!
//! A commit is durable once the journal is synced. Without this, every thousandth page of the journal would make the
//! commit that wrote it also copy the journal into the file and sync that, which costs it several times its own work.

use crate::content::Content;
use crate::dialect::{self, Connection};
use crate::home::Home;
use sqlx::Connection as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::Mutex;

/// From a commit to the folding of what it and those after it wrote.
const PAUSE: Duration = Duration::from_secs(2);

/// Folds the journal from time to time, on a connection of its own.
#[derive(Debug, Clone)]
pub(crate) struct Folding {
    connection: Arc<Mutex<Option<Connection>>>,
    is_due: Arc<AtomicBool>,
    content: Content,
}

impl Folding {
    /// Nothing to fold yet.
    pub(crate) async fn of(home: &Home, content: Content) -> Result<Self, sqlx::Error> {
        let connection = dialect::one(home).await?;
        Ok(Self { connection: Arc::new(Mutex::new(Some(connection))), is_due: Arc::default(), content })
    }

    /// Something was committed: the journal is folded after a pause, once for all commits of that time.
    pub(crate) fn ask(&self) {
        if self.is_due.swap(true, Ordering::AcqRel) {
            return;
        }
        let folding = self.clone();
        tokio::spawn(async move {
            tokio::time::sleep(PAUSE).await;
            folding.is_due.store(false, Ordering::Release);
            // Nothing is lost when it fails: what is due stays due.
            let _ = folding.content.take_all().await;
            if let Some(connection) = folding.connection.lock().await.as_mut() {
                // Nothing is lost when it fails: the journal stays, and the next folding or the last closing does it.
                let _ = sqlx::query(dialect::FOLD).execute(connection).await;
            }
        });
    }

    /// Ends it, after a folding that runs.
    pub(crate) async fn close(&self) {
        if let Some(connection) = self.connection.lock().await.take() {
            // It holds nothing that could be lost.
            let _ = connection.close().await;
        }
    }
}
