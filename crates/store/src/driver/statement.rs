//! Prepared statements, for sqlx's own use: this crate gives every statement with its values.

use super::Driver;
use super::argument::Arguments;
use super::column::Column;
use super::value::Kind;
use sqlx::{ColumnIndex, Either, SqlStr};

/// A prepared statement.
#[derive(Debug, Clone)]
pub struct Statement {
    pub(super) sql: SqlStr,
    pub(super) parameters: usize,
    pub(super) columns: Vec<Column>,
}

impl sqlx::Statement for Statement {
    type Database = Driver;

    fn into_sql(self) -> SqlStr {
        self.sql
    }

    fn sql(&self) -> &SqlStr {
        &self.sql
    }

    fn parameters(&self) -> Option<Either<&[Kind], usize>> {
        Some(Either::Right(self.parameters))
    }

    fn columns(&self) -> &[Column] {
        &self.columns
    }

    sqlx_core::impl_statement_query!(Arguments);
}

impl ColumnIndex<Statement> for &'_ str {
    fn index(&self, statement: &Statement) -> Result<usize, sqlx::Error> {
        let found = statement.columns.iter().position(|column| column.name == **self);
        found.ok_or_else(|| sqlx::Error::ColumnNotFound((*self).to_owned()))
    }
}

sqlx_core::impl_column_index_for_statement!(Statement);
