//! The state of the record, told on one connection: a row that commits make greater, read again when the database says
//! that anybody has committed.

use crate::dialect::{self, Connection, Dialect};
use crate::home::Home;
use crate::state;
use sqlx::{Connection as _, Row as _};

/// One connection as long as the record is open: what it tells has a meaning on it alone.
#[derive(Debug)]
pub(crate) struct Watch {
    home: Home,
    connection: Option<Connection>,
    is_closed: bool,
    /// What the database said last.
    said: Said,
    /// The row as it was then.
    number: i64,
}

/// What a database says of its state.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Said {
    /// SQLite's number.
    Number(i64),
    /// PostgreSQL's snapshot: which transactions have ended. It is another one after every commit.
    Snapshot(String),
    /// Nothing yet.
    Nothing,
}

impl Watch {
    /// A watch over the record with this home.
    pub(crate) async fn over(home: &Home) -> Result<Self, sqlx::Error> {
        let connection = Some(dialect::one(home).await?);
        Ok(Self { home: home.clone(), connection, is_closed: false, said: Said::Nothing, number: 0 })
    }

    /// A number that is greater than the last one when anybody has changed the record since.
    pub(crate) async fn state(&mut self) -> Result<i64, sqlx::Error> {
        let said = match self.ask().await {
            Err(error) if Dialect::at(&self.home) == Dialect::Postgres && !self.is_closed => {
                tracing::warn!(%error, "the connection that tells the record's state is opened again");
                self.connection = None;
                self.said = Said::Nothing;
                self.ask().await?
            }
            said => said?,
        };
        // In this order: what is committed between the two questions is seen by the next call.
        if said != self.said {
            let connection = self.connection.as_mut().ok_or(sqlx::Error::PoolClosed)?;
            self.number = state::number(connection).await?;
            self.said = said;
        }
        Ok(self.number)
    }

    async fn ask(&mut self) -> Result<Said, sqlx::Error> {
        if self.is_closed {
            return Err(sqlx::Error::PoolClosed);
        }
        if self.connection.is_none() {
            self.connection = Some(dialect::one(&self.home).await?);
        }
        let connection = self.connection.as_mut().ok_or(sqlx::Error::PoolClosed)?;
        let dialect = Dialect::of(connection);
        let row = sqlx::query(dialect.state()).fetch_one(connection).await?;
        Ok(match dialect {
            Dialect::Sqlite => Said::Number(row.try_get(0)?),
            Dialect::Postgres => Said::Snapshot(row.try_get(0)?),
        })
    }

    /// Ends it; it holds nothing that could be lost.
    pub(crate) async fn close(&mut self) {
        self.is_closed = true;
        if let Some(connection) = self.connection.take() {
            let _ = connection.close().await;
        }
    }
}
