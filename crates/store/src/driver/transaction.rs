//! Transactions: each database's own.

use super::{Connection, Driver};
use sqlx::SqlStr;
use sqlx::postgres::PgTransactionManager;
use sqlx::sqlite::SqliteTransactionManager;
use sqlx_core::transaction::TransactionManager;

/// Begins, commits and rolls back.
#[derive(Debug)]
pub struct Transactions;

impl TransactionManager for Transactions {
    type Database = Driver;

    async fn begin(connection: &mut Connection, statement: Option<SqlStr>) -> Result<(), sqlx::Error> {
        match connection {
            Connection::Sqlite(connection) => SqliteTransactionManager::begin(connection, statement).await,
            Connection::Postgres(connection) => PgTransactionManager::begin(connection, statement).await,
        }
    }

    async fn commit(connection: &mut Connection) -> Result<(), sqlx::Error> {
        match connection {
            Connection::Sqlite(connection) => SqliteTransactionManager::commit(connection).await,
            Connection::Postgres(connection) => PgTransactionManager::commit(connection).await,
        }
    }

    async fn rollback(connection: &mut Connection) -> Result<(), sqlx::Error> {
        match connection {
            Connection::Sqlite(connection) => SqliteTransactionManager::rollback(connection).await,
            Connection::Postgres(connection) => PgTransactionManager::rollback(connection).await,
        }
    }

    fn start_rollback(connection: &mut Connection) {
        match connection {
            Connection::Sqlite(connection) => SqliteTransactionManager::start_rollback(connection),
            Connection::Postgres(connection) => PgTransactionManager::start_rollback(connection),
        }
    }

    fn get_transaction_depth(connection: &Connection) -> usize {
        match connection {
            Connection::Sqlite(connection) => SqliteTransactionManager::get_transaction_depth(connection),
            Connection::Postgres(connection) => PgTransactionManager::get_transaction_depth(connection),
        }
    }
}
