//! SQLite: a file beside the program.

use super::{Connection, Database, Pool, READERS};
use crate::content::Touched;
use crate::driver::Options;
use crate::error::StoreError;
use sqlx::pool::PoolOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteLockingMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection as _};
use std::path::Path;
use std::time::Duration;

pub(super) const BEGIN_WRITE: &str = "BEGIN IMMEDIATE";
/// The first read of the transaction fixes what it sees.
pub(super) const BEGIN_SNAPSHOT: &str = "BEGIN DEFERRED";

/// A number that has grown whenever another connection has committed since it was last asked for on this one.
pub(super) const STATE: &str = "PRAGMA data_version";

/// Asks whether the file's structure is whole; answers `ok` or one fault a row.
const CHECK_STRUCTURE: &str = "PRAGMA integrity_check";
/// Lists rows that name a row that is not there: table, row, named table, number of the link.
const CHECK_LINKS: &str = "PRAGMA foreign_key_check";

/// Copies into the file what the journal holds, as far as no reader needs it there, without waiting for anybody.
pub(crate) const FOLD: &str = "PRAGMA wal_checkpoint(PASSIVE)";

/// Writes the whole file anew, then empties the journal: nothing that was removed is left in either.
pub(super) const COMPACT: &[&str] = &["VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"];

/// Pages of the journal at which the writer folds it itself, should nobody have done so behind it: 64 MiB.
const LONGEST_JOURNAL: &str = "16384";

/// Opens the one writer. `synchronous = FULL` syncs the journal at every commit, which is what
/// makes an acknowledged commit durable in WAL mode.
pub(super) async fn writer(path: &Path, touched: Touched) -> Result<Pool, sqlx::Error> {
    let options = options(path)
        .create_if_missing(true)
        .synchronous(SqliteSynchronous::Full)
        .pragma("cache_size", "-65536")
        .pragma("wal_autocheckpoint", LONGEST_JOURNAL);
    let pool = pool().max_connections(1).acquire_timeout(Duration::from_secs(300));
    let pool = pool.after_connect(move |connection, _| {
        let touched = touched.clone();
        Box::pin(async move {
            if let Connection::Sqlite(connection) = connection {
                let mut handle = connection.lock_handle().await?;
                handle.set_update_hook(move |change| touched.note(change.table, change.rowid));
            }
            Ok(())
        })
    });
    // A full or failing disk makes SQLite roll back by itself, which leaves the driver waiting for the end of a
    // transaction that there is no more: such a connection is closed, and the next writer gets a new one.
    let pool = pool.after_release(|connection, _| {
        Box::pin(async move {
            connection.ping().await?;
            Ok(!connection.is_in_transaction())
        })
    });
    pool.connect_with(Options::Sqlite(Box::new(options))).await
}

/// Opens the readers; the file must exist.
pub(super) async fn readers(path: &Path) -> Result<Pool, sqlx::Error> {
    let options = options(path).pragma("cache_size", "-16384").pragma("query_only", "ON");
    pool().max_connections(READERS).connect_with(Options::Sqlite(Box::new(options))).await
}

/// A connection to a file does not go stale as one over a network may: it is not asked each time whether it lives.
fn pool() -> PoolOptions<Database> {
    PoolOptions::new().test_before_acquire(false)
}

/// One connection of its own to a file that exists.
pub(super) async fn one(path: &Path) -> Result<Connection, sqlx::Error> {
    Ok(Connection::Sqlite(options(path).create_if_missing(false).connect().await?))
}

/// An empty database that nobody else sees.
pub(super) async fn in_memory() -> Result<Pool, sqlx::Error> {
    let options = SqliteConnectOptions::new().in_memory(true);
    pool().max_connections(1).connect_with(Options::Sqlite(Box::new(options))).await
}

/// Migrations that a file has had; none where there is no list of them yet.
pub(super) async fn migrations(pool: &Pool) -> Result<i64, sqlx::Error> {
    let listed: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM sqlite_schema WHERE name = '_sqlx_migrations'")
        .fetch_one(pool)
        .await?;
    if listed == 0 {
        return Ok(0);
    }
    sqlx::query_scalar("SELECT COUNT(*) FROM _sqlx_migrations").fetch_one(pool).await
}

/// A connection to a file that nobody else has open, as long as it lives; `None` when somebody has.
pub(crate) async fn alone(path: &Path) -> Result<Option<Connection>, sqlx::Error> {
    let options = options(path).create_if_missing(false).locking_mode(SqliteLockingMode::Exclusive);
    match options.busy_timeout(Duration::from_secs(2)).connect().await {
        Ok(connection) => Ok(Some(Connection::Sqlite(connection))),
        Err(error) if is_busy(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Primary result codes 5 (busy) and 6 (locked), in the low byte.
fn is_busy(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code()).and_then(|code| code.parse::<u32>().ok());
    code.is_some_and(|code| matches!(code & 0xff, 5 | 6))
}

/// Folds the journal into the file, leaves the file without one, makes it durable and closes the connection.
pub(crate) async fn settle(mut connection: Connection) -> Result<(), sqlx::Error> {
    sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut connection).await?;
    connection.close().await
}

/// Writes the state that a connection sees to a new file, makes it durable, and closes the connection.
pub(crate) async fn copy_into(mut connection: Connection, to: &Path) -> Result<(), sqlx::Error> {
    let name = to.to_string_lossy().into_owned();
    sqlx::query("/* dialect::copy_into */ VACUUM INTO $1").bind(&name).execute(&mut connection).await?;
    connection.close().await?;
    std::fs::File::open(to).and_then(|file| file.sync_all()).map_err(sqlx::Error::Io)
}

/// What SQLite finds wrong itself.
pub(super) async fn faults(connection: &mut Connection) -> Result<Vec<String>, StoreError> {
    let structure: Vec<String> = sqlx::query_scalar(CHECK_STRUCTURE).fetch_all(&mut *connection).await?;
    let mut faults: Vec<String> = structure.into_iter().filter(|line| line != "ok").collect();
    let links: Vec<(String, Option<i64>, String, i64)> = sqlx::query_as(CHECK_LINKS).fetch_all(connection).await?;
    let sentence = |(table, row, parent, _): (String, Option<i64>, String, i64)| {
        format!("row {} of `{table}` names a row of `{parent}` that is not there", row.unwrap_or_default())
    };
    faults.extend(links.into_iter().map(sentence));
    Ok(faults)
}

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(60))
        .statement_cache_capacity(256)
        .pragma("secure_delete", "ON")
        .pragma("temp_store", "MEMORY")
        .pragma("mmap_size", "268435456")
}
