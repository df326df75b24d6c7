//! One driver for sqlx over two: the SQL of this crate runs on SQLite and on PostgreSQL, decided when a connection is
//! opened.
//!
//! Every noun of the record writes its SQL once and reads its rows once, with [`Driver`] as the database. What comes
//! back stays in the form its driver gave it until a column is read: nothing is copied on the way. What is bound is
//! kept as a value and handed to the driver of the connection. Why neither sqlx's `Any` nor two sets of functions:
//! `docs/decisions/0014-one-store-two-databases.md`.
//!
//! What an integer, a truth or a text is, is said here once for both (`types`): a truth is bound as 0 or 1, a count, a
//! sum and the answer of `EXISTS` are read as `i64`, whatever width the database gave them.

mod argument;
mod column;
mod connection;
mod executor;
mod migrate;
mod numeric;
mod options;
mod placeholder;
mod row;
mod statement;
mod transaction;
mod types;
mod value;

pub(crate) use argument::Argument;
pub use connection::Connection;
pub(crate) use options::Options;
pub(crate) use row::Row;
pub(crate) use value::Kind;

/// SQLite or PostgreSQL.
#[derive(Debug)]
pub struct Driver;

impl sqlx::Database for Driver {
    type Connection = Connection;
    type TransactionManager = transaction::Transactions;
    type Row = Row;
    type QueryResult = executor::Done;
    type Column = column::Column;
    type TypeInfo = Kind;
    type Value = value::Value;
    type ValueRef<'r> = value::ValueRef<'r>;
    type Arguments = argument::Arguments;
    type ArgumentBuffer = Vec<Argument>;
    type Statement = statement::Statement;

    const NAME: &'static str = "SQLite or PostgreSQL";
    const URL_SCHEMES: &'static [&'static str] = &["sqlite", "postgres", "postgresql"];
}
