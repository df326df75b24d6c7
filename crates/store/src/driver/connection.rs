//! A connection to one of the two.

use super::{Driver, Options};
use futures_util::future::BoxFuture;
use sqlx::postgres::PgConnection;
use sqlx::sqlite::SqliteConnection;
use sqlx::{SqlSafeStr, Transaction};

/// A connection to the record.
#[derive(Debug)]
pub enum Connection {
    /// To a file.
    Sqlite(SqliteConnection),
    /// To a server.
    Postgres(PgConnection),
}

impl sqlx::Connection for Connection {
    type Database = Driver;
    type Options = Options;

    async fn close(self) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite(connection) => connection.close().await,
            Self::Postgres(connection) => connection.close().await,
        }
    }

    async fn close_hard(self) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite(connection) => connection.close_hard().await,
            Self::Postgres(connection) => connection.close_hard().await,
        }
    }

    async fn ping(&mut self) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite(connection) => connection.ping().await,
            Self::Postgres(connection) => connection.ping().await,
        }
    }

    async fn begin(&mut self) -> Result<Transaction<'_, Driver>, sqlx::Error> {
        Transaction::begin(self, None).await
    }

    fn begin_with(
        &mut self,
        statement: impl SqlSafeStr,
    ) -> impl Future<Output = Result<Transaction<'_, Driver>, sqlx::Error>> + Send + '_ {
        Transaction::begin(self, Some(statement.into_sql_str()))
    }

    fn shrink_buffers(&mut self) {
        match self {
            Self::Sqlite(connection) => connection.shrink_buffers(),
            Self::Postgres(connection) => connection.shrink_buffers(),
        }
    }

    async fn flush(&mut self) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite(connection) => connection.flush().await,
            Self::Postgres(connection) => connection.flush().await,
        }
    }

    fn should_flush(&self) -> bool {
        match self {
            Self::Sqlite(connection) => connection.should_flush(),
            Self::Postgres(connection) => connection.should_flush(),
        }
    }
}

impl<'c> sqlx::Acquire<'c> for &'c mut Connection {
    type Database = Driver;
    type Connection = Self;

    fn acquire(self) -> BoxFuture<'c, Result<Self, sqlx::Error>> {
        Box::pin(std::future::ready(Ok(self)))
    }

    fn begin(self) -> BoxFuture<'c, Result<Transaction<'c, Driver>, sqlx::Error>> {
        Transaction::begin(self, None)
    }
}
