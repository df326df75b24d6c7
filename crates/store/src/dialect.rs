//! The one place that knows where the two databases differ.

mod postgres;
mod schema;
mod sqlite;

use crate::content::{self, Touched};
use crate::driver::{Driver, Row};
use crate::error::StoreError;
use crate::home::Home;

pub use crate::driver::Connection;
pub(crate) use postgres::{Standing, standing};
pub(crate) use sqlite::{FOLD, alone, copy_into, settle};

/// The database that runs the SQL.
pub(crate) type Database = Driver;
/// A row it answers.
pub(crate) type DatabaseRow = Row;
/// A pool of connections.
pub(crate) type Pool = sqlx::Pool<Driver>;

/// Bound values that one statement may carry (SQLite 3.32: 32,766; PostgreSQL: 65,535).
pub(crate) const MAX_BOUND: usize = 32_766;

/// Readers at one time; on SQLite each is a thread and a page cache, on PostgreSQL a process.
const READERS: u32 = 8;

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

impl Dialect {
    /// What is spoken there.
    pub(crate) fn at(home: &Home) -> Self {
        match home {
            Home::File(_) => Self::Sqlite,
            Home::Server(_) => Self::Postgres,
        }
    }

    /// What is spoken on a connection.
    pub(crate) fn of(connection: &Connection) -> Self {
        match connection {
            Connection::Sqlite(_) => Self::Sqlite,
            Connection::Postgres(_) => Self::Postgres,
        }
    }

    /// Starts a transaction that will write, once nobody else writes: a later write cannot find the lock taken, and
    /// what it reads is all that was written before.
    pub(crate) fn begin_write(self) -> &'static str {
        match self {
            Self::Sqlite => sqlite::BEGIN_WRITE,
            Self::Postgres => postgres::BEGIN_WRITE,
        }
    }

    /// Starts a transaction whose reads all see the record as of one moment.
    pub(crate) fn begin_snapshot(self) -> &'static str {
        match self {
            Self::Sqlite => sqlite::BEGIN_SNAPSHOT,
            Self::Postgres => postgres::BEGIN_SNAPSHOT,
        }
    }

    /// Writes everything anew, so that nothing that was removed is left in free space or a journal.
    pub(crate) fn compact(self) -> &'static [&'static str] {
        match self {
            Self::Sqlite => sqlite::COMPACT,
            Self::Postgres => postgres::COMPACT,
        }
    }

    /// Asks for a text that is another one whenever another connection has committed since.
    pub(crate) fn state(self) -> &'static str {
        match self {
            Self::Sqlite => sqlite::STATE,
            Self::Postgres => postgres::STATE,
        }
    }
}

/// Opens the one writer and brings the database to this program's version. `touched` hears of every row that changes in a
/// file.
///
/// # Errors
/// When it cannot be opened, is not fit to hold a record, or was written by a newer version.
pub(crate) async fn writer(home: &Home, touched: Touched) -> Result<Pool, StoreError> {
    let pool = match home {
        Home::File(path) => sqlite::writer(path, touched).await?,
        Home::Server(server) => postgres::writer(server).await?,
    };
    let dialect = Dialect::at(home);
    let before = migrations(dialect, &pool).await?;
    schema::migrations(dialect).run(&pool).await?;
    if dialect == Dialect::Sqlite && migrations(dialect, &pool).await? != before {
        let mut transaction = pool.begin_with(dialect.begin_write()).await?;
        content::mark_everything(&mut transaction).await?;
        transaction.commit().await?;
    }
    Ok(pool)
}

/// Migrations that a file has had; none where there is no list of them yet, or no file.
async fn migrations(dialect: Dialect, pool: &Pool) -> Result<i64, sqlx::Error> {
    match dialect {
        Dialect::Sqlite => sqlite::migrations(pool).await,
        Dialect::Postgres => Ok(0),
    }
}

/// The tables of a new record, in memory.
pub(crate) async fn new_record() -> Result<Pool, StoreError> {
    let pool = sqlite::in_memory().await?;
    schema::migrations(Dialect::Sqlite).run(&pool).await?;
    Ok(pool)
}

/// Opens the readers; there must be a record.
pub(crate) async fn readers(home: &Home) -> Result<Pool, sqlx::Error> {
    match home {
        Home::File(path) => sqlite::readers(path).await,
        Home::Server(server) => postgres::readers(server).await,
    }
}

/// One connection of its own to a record that exists.
pub(crate) async fn one(home: &Home) -> Result<Connection, sqlx::Error> {
    match home {
        Home::File(path) => sqlite::one(path).await,
        Home::Server(server) => postgres::one(server).await,
    }
}

/// What is wrong with the structure of the database or the links between its rows; one sentence each.
pub(crate) async fn faults(connection: &mut Connection) -> Result<Vec<String>, StoreError> {
    match Dialect::of(connection) {
        Dialect::Sqlite => sqlite::faults(connection).await,
        Dialect::Postgres => postgres::faults(connection).await,
    }
}
