//! The keys that case content is sealed with, in a file of their own beside the record.
//!
//! A root key seals the node's key, that seals one key for each laboratory, and that seals one key for each case and each
//! submission. Whoever has the record without this file has no case; whoever has this file without the root has no key.
//! To destroy the key of a case is to erase the case, in every copy of the record that there is.
//!
//! The file is SQLite whatever database the record is in. A key is durable before anything that is sealed with it is.
//! Freed space is overwritten, and the journal is folded away after a key was destroyed.

mod data_key;
mod rotate;

use crate::error::StoreError;
use crate::seal::{Key, Place, Random, Unopened};
use jiff::Timestamp;
use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

pub use rotate::Rotated;

/// Data keys kept in memory at most; then all are let go and read again as needed.
const KEPT: usize = 250_000;
/// What rotation and destruction do with the journal: nothing of it stays on disk.
const FOLD: &str = "PRAGMA wal_checkpoint(TRUNCATE)";

/// The open key store. Clones share it.
#[derive(Clone)]
pub struct KeyStore(Arc<Open>);

struct Open {
    pool: SqlitePool,
    uid: String,
    random: Random,
    root: Key,
    index: Key,
    node: RwLock<HashMap<i64, Key>>,
    laboratories: RwLock<HashMap<(String, i64), Key>>,
    data: RwLock<HashMap<String, Key>>,
}

/// How many keys there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyCounts {
    /// Version of the node's key.
    pub node_version: i64,
    /// When that was made.
    pub node_made: Timestamp,
    /// Laboratories with a key.
    pub laboratories: u64,
    /// Keys of cases.
    pub cases: u64,
    /// Keys of submissions.
    pub submissions: u64,
    /// Keys that were destroyed.
    pub destroyed: u64,
}

impl From<Unopened> for StoreError {
    fn from(error: Unopened) -> Self {
        let Unopened { table, column, row } = error;
        Self::Unopened { table, column, row }
    }
}

impl KeyStore {
    /// Opens the file; begins it when there is none.
    ///
    /// # Errors
    /// When the disk fails, or the root is not the one that the file was sealed with.
    pub async fn open(path: &Path, root: Key, random: Random, now: Timestamp) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(Duration::from_secs(60))
            .pragma("secure_delete", "ON")
            .pragma("temp_store", "MEMORY");
        let pool = SqlitePoolOptions::new().max_connections(4).test_before_acquire(false);
        // As for the record: a connection whose transaction a full disk ended is closed.
        let pool = pool.after_release(|connection, _| {
            Box::pin(async move {
                connection.ping().await?;
                Ok(!connection.is_in_transaction())
            })
        });
        let pool = pool.connect_with(options).await?;
        sqlx::raw_sql(include_str!("key_store/schema.sql")).execute(&pool).await?;
        begin(&pool, &root, random, now).await?;
        let uid: String =
            sqlx::query_scalar("/* key_store::open */ SELECT uid FROM key_store").fetch_one(&pool).await?;
        let (version, wrapped): (i64, Vec<u8>) =
            sqlx::query_as("/* key_store::open (index) */ SELECT node_version, wrapped FROM index_key")
                .fetch_one(&pool)
                .await?;
        let node = node_key(&pool, &root, version).await?;
        let index = unwrap(&node, INDEX, &wrapped)?;
        Ok(Self(Arc::new(Open {
            pool,
            uid,
            random,
            root,
            index,
            node: RwLock::new(HashMap::from([(version, node)])),
            laboratories: RwLock::default(),
            data: RwLock::default(),
        })))
    }

    /// Its name, which the record keeps.
    pub fn uid(&self) -> &str {
        &self.0.uid
    }

    /// Where sealing takes nonces from.
    pub fn random(&self) -> Random {
        self.0.random
    }

    /// A digest that finds the same text again and tells nothing without the key: of a purpose, such as `case label`,
    /// and a part of the record within which it is compared.
    pub fn blind(&self, purpose: &str, within: &str, text: &str) -> String {
        format!("h1.{}", self.0.index.digest(&[purpose, within, text]))
    }

    /// How many keys there are.
    pub async fn counts(&self) -> Result<KeyCounts, StoreError> {
        let pool = &self.0.pool;
        let (node_version, made): (i64, i64) =
            sqlx::query_as("/* key_store::counts */ SELECT version, made FROM node_key ORDER BY version DESC LIMIT 1")
                .fetch_one(pool)
                .await?;
        let (cases, submissions, destroyed): (i64, i64, i64) = sqlx::query_as(
            "/* key_store::counts (data) */
            SELECT COALESCE(SUM(wrapped IS NOT NULL AND owner LIKE 'case:%'), 0),
                COALESCE(SUM(wrapped IS NOT NULL AND owner LIKE 'submission:%'), 0),
                COALESCE(SUM(wrapped IS NULL), 0) FROM data_key",
        )
        .fetch_one(pool)
        .await?;
        let laboratories: i64 = sqlx::query_scalar(
            "/* key_store::counts (laboratories) */ SELECT COUNT(DISTINCT laboratory) FROM laboratory_key",
        )
        .fetch_one(pool)
        .await?;
        Ok(KeyCounts {
            node_version,
            node_made: crate::entry::moment_of("node_key", made)?,
            laboratories: laboratories.unsigned_abs(),
            cases: cases.unsigned_abs(),
            submissions: submissions.unsigned_abs(),
            destroyed: destroyed.unsigned_abs(),
        })
    }

    /// Writes a copy of the file as of one moment to a new file, durable when this returns. Its keys are sealed as here.
    ///
    /// # Errors
    /// When the file exists or the disk fails.
    pub async fn copy(&self, to: &Path) -> Result<(), StoreError> {
        let path = to.to_string_lossy().into_owned();
        sqlx::query("/* key_store::copy */ VACUUM INTO $1").bind(path).execute(&self.0.pool).await?;
        std::fs::File::open(to).and_then(|file| file.sync_all()).map_err(sqlx::Error::Io)?;
        Ok(())
    }

    /// Closes the file after the running work.
    pub async fn close(&self) {
        self.0.pool.close().await;
    }

    /// The node key of a version.
    async fn node(&self, version: i64) -> Result<Key, StoreError> {
        if let Some(key) = self.0.node.read().unwrap_or_else(PoisonError::into_inner).get(&version) {
            return Ok(key.clone());
        }
        let key = node_key(&self.0.pool, &self.0.root, version).await?;
        self.0.node.write().unwrap_or_else(PoisonError::into_inner).insert(version, key.clone());
        Ok(key)
    }
}

impl std::fmt::Debug for KeyStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KeyStore({})", self.0.uid)
    }
}

const INDEX: Place<'static> = Place { table: "index_key", column: "wrapped", row: "1" };

fn node_place(version: &str) -> Place<'_> {
    Place { table: "node_key", column: "wrapped", row: version }
}

fn unwrap(above: &Key, place: Place<'_>, wrapped: &[u8]) -> Result<Key, StoreError> {
    let bytes = zeroize::Zeroizing::new(above.open(place, wrapped)?);
    let bytes: [u8; 32] =
        bytes.as_slice().try_into().map_err(|_| StoreError::damaged(place.table, "length of a key"))?;
    Ok(Key::new(bytes))
}

async fn node_key(pool: &SqlitePool, root: &Key, version: i64) -> Result<Key, StoreError> {
    let wrapped: Vec<u8> =
        sqlx::query_scalar("/* key_store::node_key */ SELECT wrapped FROM node_key WHERE version = $1")
            .bind(version)
            .fetch_one(pool)
            .await?;
    unwrap(root, node_place(&version.to_string()), &wrapped).map_err(|_| StoreError::OtherRoot)
}

/// The first keys, once.
async fn begin(pool: &SqlitePool, root: &Key, random: Random, now: Timestamp) -> Result<(), StoreError> {
    let mut change = pool.begin_with("BEGIN IMMEDIATE").await?;
    let there: i64 =
        sqlx::query_scalar("/* key_store::begin */ SELECT COUNT(*) FROM key_store").fetch_one(&mut *change).await?;
    if there > 0 {
        return Ok(());
    }
    let (node, index, made) = (Key::random(random), Key::random(random), now.as_microsecond());
    sqlx::query("/* key_store::begin (itself) */ INSERT INTO key_store (key_store_id, uid, made) VALUES (1, $1, $2)")
        .bind(format!("{:032x}", random()))
        .bind(made)
        .execute(&mut *change)
        .await?;
    sqlx::query("/* key_store::begin (node) */ INSERT INTO node_key (version, wrapped, made) VALUES (1, $1, $2)")
        .bind(root.seal(node_place("1"), node.bytes(), random))
        .bind(made)
        .execute(&mut *change)
        .await?;
    sqlx::query(
        "/* key_store::begin (index) */ INSERT INTO index_key (index_key_id, node_version, wrapped) VALUES (1, 1, $1)",
    )
    .bind(node.seal(INDEX, index.bytes(), random))
    .execute(&mut *change)
    .await?;
    Ok(change.commit().await?)
}
