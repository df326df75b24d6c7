//! The one place that knows which database runs the SQL.

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection as _};
use std::path::Path;
use std::time::Duration;

/// The database that runs the SQL.
pub(crate) type Database = sqlx::Sqlite;
/// A connection to it.
pub type Connection = sqlx::SqliteConnection;
/// A row it answers.
pub(crate) type DatabaseRow = sqlx::sqlite::SqliteRow;
/// A pool of connections.
pub(crate) type Pool = SqlitePool;

/// Starts a transaction that will write, so that a later write cannot find the lock taken.
pub(crate) const BEGIN_WRITE: &str = "BEGIN IMMEDIATE";

/// Asks whether the file's structure is whole; answers `ok` or one fault a row.
pub(crate) const CHECK_STRUCTURE: &str = "PRAGMA integrity_check";
/// Lists rows that name a row that is not there: table, row, named table, number of the link.
pub(crate) const CHECK_LINKS: &str = "PRAGMA foreign_key_check";

/// A number that has grown whenever another connection has committed since it was last asked for on this one.
pub(crate) const STATE: &str = "PRAGMA data_version";

/// Copies into the file what the journal holds, as far as no reader needs it there, without waiting for anybody.
pub(crate) const FOLD: &str = "PRAGMA wal_checkpoint(PASSIVE)";

/// Pages of the journal at which the writer folds it itself, should nobody have done so behind it: 64 MiB.
const LONGEST_JOURNAL: &str = "16384";

/// Bound values that one statement may carry (SQLite 3.32: 32,766; PostgreSQL: 65,535).
pub(crate) const MAX_BOUND: usize = 32_766;

/// Readers at one time; each is a thread and a page cache.
const READERS: u32 = 8;

/// Opens the one writer. `synchronous = FULL` syncs the journal at every commit, which is what
/// makes an acknowledged commit durable in WAL mode.
pub(crate) async fn writer(path: &Path) -> Result<Pool, sqlx::Error> {
    let options = options(path)
        .create_if_missing(true)
        .synchronous(SqliteSynchronous::Full)
        .pragma("cache_size", "-65536")
        .pragma("wal_autocheckpoint", LONGEST_JOURNAL);
    let pool = pool().max_connections(1).acquire_timeout(Duration::from_secs(300));
    pool.connect_with(options).await
}

/// Opens the readers; the file must exist.
pub(crate) async fn readers(path: &Path) -> Result<Pool, sqlx::Error> {
    let options = options(path).pragma("cache_size", "-16384").pragma("query_only", "ON");
    pool().max_connections(READERS).connect_with(options).await
}

/// A connection to a file does not go stale as one over a network may: it is not asked each time whether it lives.
fn pool() -> SqlitePoolOptions {
    SqlitePoolOptions::new().test_before_acquire(false)
}

/// One connection of its own to a file that exists.
pub(crate) async fn one(path: &Path) -> Result<Connection, sqlx::Error> {
    options(path).create_if_missing(false).connect().await
}

/// Writes the state that a connection sees to a new file, makes it durable, and closes the connection.
pub(crate) async fn copy_into(mut connection: Connection, to: &Path) -> Result<(), sqlx::Error> {
    let to = to.to_string_lossy().into_owned();
    sqlx::query("/* dialect::copy_into */ VACUUM INTO $1").bind(&to).execute(&mut connection).await?;
    connection.close().await?;
    std::fs::File::open(&to).and_then(|file| file.sync_all()).map_err(sqlx::Error::Io)
}

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(60))
        .statement_cache_capacity(256)
        .pragma("temp_store", "MEMORY")
        .pragma("mmap_size", "268435456")
}
