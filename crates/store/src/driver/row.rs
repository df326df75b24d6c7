//! Rows as a database gave them.

use super::Driver;
use super::column::{self, Column};
use super::value::{Kind, ValueRef};
use sqlx::ColumnIndex;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use std::sync::OnceLock;

/// A row.
pub struct Row {
    inner: Inner,
    /// Made when somebody asks, which reading by name or place does not.
    columns: OnceLock<Box<[Column]>>,
}

enum Inner {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl From<SqliteRow> for Row {
    fn from(row: SqliteRow) -> Self {
        Self { inner: Inner::Sqlite(row), columns: OnceLock::new() }
    }
}

impl From<PgRow> for Row {
    fn from(row: PgRow) -> Self {
        Self { inner: Inner::Postgres(row), columns: OnceLock::new() }
    }
}

impl sqlx::Row for Row {
    type Database = Driver;

    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn len(&self) -> usize {
        match &self.inner {
            Inner::Sqlite(row) => row.len(),
            Inner::Postgres(row) => row.len(),
        }
    }

    fn columns(&self) -> &[Column] {
        self.columns.get_or_init(|| match &self.inner {
            Inner::Sqlite(row) => column::columns(row.columns(), Kind::of_sqlite).into(),
            Inner::Postgres(row) => column::columns(row.columns(), Kind::of_postgres).into(),
        })
    }

    fn try_get_raw<I>(&self, index: I) -> Result<ValueRef<'_>, sqlx::Error>
    where
        I: ColumnIndex<Self>,
    {
        let index = index.index(self)?;
        Ok(match &self.inner {
            Inner::Sqlite(row) => ValueRef::Sqlite(row.try_get_raw(index)?),
            Inner::Postgres(row) => ValueRef::Postgres(row.try_get_raw(index)?),
        })
    }
}

impl ColumnIndex<Row> for &'_ str {
    fn index(&self, row: &Row) -> Result<usize, sqlx::Error> {
        match &row.inner {
            Inner::Sqlite(row) => self.index(row),
            Inner::Postgres(row) => self.index(row),
        }
    }
}

sqlx_core::impl_column_index_for_row!(Row);
