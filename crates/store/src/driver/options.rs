//! How a connection is opened.

use super::Connection;
use sqlx::ConnectOptions;
use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx_core::Url;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// How a connection is opened.
#[derive(Clone)]
pub enum Options {
    /// To a file.
    Sqlite(Box<SqliteConnectOptions>),
    /// To a server.
    Postgres(Box<PgConnectOptions>),
}

/// Which of the two, and nothing that may be secret.
impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sqlite(_) => "SQLite",
            Self::Postgres(_) => "PostgreSQL",
        })
    }
}

impl FromStr for Options {
    type Err = sqlx::Error;

    fn from_str(address: &str) -> Result<Self, sqlx::Error> {
        Self::from_url(&address.parse().map_err(sqlx::Error::config)?)
    }
}

impl ConnectOptions for Options {
    type Connection = Connection;

    fn from_url(url: &Url) -> Result<Self, sqlx::Error> {
        Ok(match url.scheme() {
            "postgres" | "postgresql" => Self::Postgres(Box::new(PgConnectOptions::from_url(url)?)),
            _ => Self::Sqlite(Box::new(SqliteConnectOptions::from_url(url)?)),
        })
    }

    async fn connect(&self) -> Result<Connection, sqlx::Error> {
        Ok(match self {
            Self::Sqlite(options) => Connection::Sqlite(options.connect().await?),
            Self::Postgres(options) => Connection::Postgres(options.connect().await?),
        })
    }

    fn log_statements(self, level: log::LevelFilter) -> Self {
        match self {
            Self::Sqlite(options) => Self::Sqlite(Box::new(options.log_statements(level))),
            Self::Postgres(options) => Self::Postgres(Box::new(options.log_statements(level))),
        }
    }

    fn log_slow_statements(self, level: log::LevelFilter, duration: Duration) -> Self {
        match self {
            Self::Sqlite(options) => Self::Sqlite(Box::new(options.log_slow_statements(level, duration))),
            Self::Postgres(options) => Self::Postgres(Box::new(options.log_slow_statements(level, duration))),
        }
    }
}
