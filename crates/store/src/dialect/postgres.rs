//! PostgreSQL: a database of a server.

mod fitness;
mod links;

use super::{Connection, Database, Pool, READERS};
use crate::driver::Options;
use crate::error::StoreError;
use crate::home::Server;
use sqlx::pool::PoolOptions;
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Executor as _};
use std::time::Duration;

pub(crate) use fitness::{Standing, standing};
pub(super) use links::faults;

/// Writes the tables that held what is sealed now anew.
pub(super) const COMPACT: &[&str] = &[
    "VACUUM FULL clinical_case",
    "VACUUM FULL clinical_case_version",
    "VACUUM FULL case_feature",
    "VACUUM FULL submission_content",
    "VACUUM FULL submission_problem",
    "VACUUM FULL ledger_entry",
    "VACUUM FULL ledger_case",
];

/// Writers take turns, also those of other processes: a lock of this database, freed when the transaction has ended
/// and what it wrote can be seen. The number is this program's own (`cairn` in ASCII). Each statement sees what was
/// committed before it, so that the last serial is the last.
pub(super) const BEGIN_WRITE: &str =
    "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SELECT pg_advisory_xact_lock(426836062830)";

pub(super) const BEGIN_SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// Which transactions have ended: another text after every commit of anybody, in whatever order they end.
pub(super) const STATE: &str = "/* postgres::STATE */ SELECT pg_current_snapshot()::text";

/// How long a writer waits for its turn; as long as SQLite's busy timeout.
const LONGEST_WAIT: &str = "60s";

/// Opens the one writer.
pub(super) async fn writer(server: &Server) -> Result<Pool, StoreError> {
    let options = options(server)?.options([("lock_timeout", LONGEST_WAIT)]);
    let mut connection = Connection::Postgres(options.connect().await?);
    fitness::check(&mut connection, server).await?;
    sqlx::Connection::close(connection).await?;
    // A server that acknowledges before the disk has it would make our word worth nothing.
    let durable = "SELECT set_config('synchronous_commit', 'on', false)
        WHERE current_setting('synchronous_commit') = 'off'";
    let pool = PoolOptions::<Database>::new()
        .max_connections(1)
        .acquire_timeout(Duration::from_secs(300))
        .after_connect(move |connection, _| Box::pin(async move { connection.execute(durable).await.map(|_| ()) }));
    Ok(pool.connect_with(Options::Postgres(Box::new(options))).await?)
}

/// Opens the readers. Each is asked whether it lives before it is used: a network forgets connections.
pub(super) async fn readers(server: &Server) -> Result<Pool, sqlx::Error> {
    let options = options(server).map_err(sqlx::Error::config)?.options([("default_transaction_read_only", "on")]);
    let pool = PoolOptions::<Database>::new().max_connections(READERS).acquire_timeout(Duration::from_secs(60));
    pool.connect_with(Options::Postgres(Box::new(options))).await
}

/// One connection of its own.
pub(super) async fn one(server: &Server) -> Result<Connection, sqlx::Error> {
    let options = options(server).map_err(sqlx::Error::config)?;
    Ok(Connection::Postgres(options.connect().await?))
}

fn options(server: &Server) -> Result<PgConnectOptions, StoreError> {
    let options = server.options()?.application_name("cairn").statement_cache_capacity(256);
    // Compiling a plan costs more than any of our statements; numbers of a float are given in full.
    Ok(options.options([("jit", "off"), ("client_min_messages", "warning")]))
}
