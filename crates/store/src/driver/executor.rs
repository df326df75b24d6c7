//! Running a statement on one of the two.

use super::placeholder::numbered;
use super::statement::Statement;
use super::value::Kind;
use super::{Connection, Driver, Row, column};
use futures_util::future::{self, BoxFuture, FutureExt, TryFutureExt};
use futures_util::stream::{self, BoxStream, StreamExt, TryStreamExt};
use sqlx::postgres::{PgArguments, PgConnection, PgQueryResult};
use sqlx::sqlite::{SqliteArguments, SqliteConnection, SqliteQueryResult};
use sqlx::{AssertSqlSafe, Either, Execute, Executor, SqlSafeStr, SqlStr, Statement as _};

/// What a statement that answers no rows did.
#[derive(Debug, Default)]
pub struct Done {
    rows: u64,
}

impl Done {
    /// Rows added, changed or removed.
    pub fn rows_affected(&self) -> u64 {
        self.rows
    }
}

impl From<SqliteQueryResult> for Done {
    fn from(done: SqliteQueryResult) -> Self {
        Self { rows: done.rows_affected() }
    }
}

impl From<PgQueryResult> for Done {
    fn from(done: PgQueryResult) -> Self {
        Self { rows: done.rows_affected() }
    }
}

impl Extend<Self> for Done {
    fn extend<T: IntoIterator<Item = Self>>(&mut self, others: T) {
        self.rows += others.into_iter().map(|done| done.rows).sum::<u64>();
    }
}

/// A statement with its values as one of the two takes it.
enum Ready<'c> {
    Sqlite(&'c mut SqliteConnection, (SqlStr, Option<SqliteArguments>)),
    Postgres(&'c mut PgConnection, (SqlStr, Option<PgArguments>)),
}

fn ready<'q, 'c>(connection: &'c mut Connection, mut query: impl Execute<'q, Driver>) -> sqlx::Result<Ready<'c>> {
    let arguments = query.take_arguments().map_err(sqlx::Error::Encode)?;
    let sql = query.sql();
    Ok(match connection {
        Connection::Sqlite(connection) => {
            let arguments = arguments.map(|all| all.for_sqlite()).transpose().map_err(sqlx::Error::Encode)?;
            Ready::Sqlite(connection, (sql, arguments))
        }
        Connection::Postgres(connection) => {
            let arguments = arguments.map(|all| all.for_postgres()).transpose().map_err(sqlx::Error::Encode)?;
            Ready::Postgres(connection, (for_postgres(sql), arguments))
        }
    })
}

fn for_postgres(sql: SqlStr) -> SqlStr {
    // Safe as far as the statement was: only places of values are written otherwise.
    numbered(sql.as_str()).map_or(sql, |numbered| AssertSqlSafe(numbered).into_sql_str())
}

impl<'c> Executor<'c> for &'c mut Connection {
    type Database = Driver;

    fn fetch_many<'e, 'q: 'e, E>(self, query: E) -> BoxStream<'e, sqlx::Result<Either<Done, Row>>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Driver>,
    {
        match ready(self, query) {
            Ok(Ready::Sqlite(connection, query)) => {
                connection.fetch_many(query).map_ok(|step| step.map_either(Done::from, Row::from)).boxed()
            }
            Ok(Ready::Postgres(connection, query)) => {
                connection.fetch_many(query).map_ok(|step| step.map_either(Done::from, Row::from)).boxed()
            }
            Err(error) => stream::once(future::ready(Err(error))).boxed(),
        }
    }

    fn fetch_optional<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, sqlx::Result<Option<Row>>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Driver>,
    {
        match ready(self, query) {
            Ok(Ready::Sqlite(connection, query)) => {
                connection.fetch_optional(query).map_ok(|row| row.map(Row::from)).boxed()
            }
            Ok(Ready::Postgres(connection, query)) => {
                connection.fetch_optional(query).map_ok(|row| row.map(Row::from)).boxed()
            }
            Err(error) => future::ready(Err(error)).boxed(),
        }
    }

    fn prepare_with<'e>(self, sql: SqlStr, _kinds: &'e [Kind]) -> BoxFuture<'e, sqlx::Result<Statement>>
    where
        'c: 'e,
    {
        Box::pin(async move {
            Ok(match self {
                Connection::Sqlite(connection) => {
                    let own = connection.prepare_with(sql, &[]).await?;
                    let columns = column::columns(own.columns(), Kind::of_sqlite);
                    Statement { parameters: count(own.parameters()), columns, sql: own.into_sql() }
                }
                Connection::Postgres(connection) => {
                    let own = connection.prepare_with(for_postgres(sql), &[]).await?;
                    let columns = column::columns(own.columns(), Kind::of_postgres);
                    Statement { parameters: count(own.parameters()), columns, sql: own.into_sql() }
                }
            })
        })
    }

    fn describe<'e>(self, _sql: SqlStr) -> BoxFuture<'e, sqlx::Result<sqlx::Describe<Driver>>>
    where
        'c: 'e,
    {
        // Only the macros that check statements while compiling ask; this crate has its tests for that.
        let refusal = "statements are not described by this driver";
        future::ready(Err(sqlx::Error::Protocol(refusal.to_owned()))).boxed()
    }
}

fn count<T>(parameters: Option<Either<&[T], usize>>) -> usize {
    match parameters {
        Some(Either::Left(kinds)) => kinds.len(),
        Some(Either::Right(count)) => count,
        None => 0,
    }
}
