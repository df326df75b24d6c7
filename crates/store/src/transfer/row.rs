//! Rows as values of their own, and the digest of a table.

use super::Copied;
use super::plan::{Column, Table};
use crate::dialect::DatabaseRow;
use crate::driver::{Argument, Kind};
use sha2::{Digest as _, Sha256};
use sqlx::Row as _;

/// The values of a row, in the order of the columns.
pub(super) struct Values(Vec<Argument>);

impl Values {
    /// Reads a row by what its columns are declared to hold.
    ///
    /// # Errors
    /// When a column holds something else.
    pub(super) fn read(row: &DatabaseRow, columns: &[Column]) -> Result<Self, sqlx::Error> {
        let value = |(place, column): (usize, &Column)| {
            let value = match column.kind {
                Kind::Text => row.try_get::<Option<String>, _>(place)?.map(Argument::Text),
                Kind::Bytes => row.try_get::<Option<Vec<u8>>, _>(place)?.map(Argument::Bytes),
                Kind::Real => row.try_get::<Option<f64>, _>(place)?.map(Argument::Real),
                _ => row.try_get::<Option<i64>, _>(place)?.map(Argument::Integer),
            };
            Ok(value.unwrap_or(Argument::Null(column.kind)))
        };
        Ok(Self(columns.iter().enumerate().map(value).collect::<Result<_, sqlx::Error>>()?))
    }

    /// Bytes they take, roughly.
    pub(super) fn bytes(&self) -> usize {
        let bytes = |value: &Argument| match value {
            Argument::Text(text) => text.len(),
            Argument::Bytes(bytes) => bytes.len(),
            _ => 8,
        };
        self.0.iter().map(bytes).sum()
    }

    pub(super) fn into_values(self) -> impl Iterator<Item = Argument> {
        self.0.into_iter()
    }
}

/// What all rows of a table add up to, the same for the same values in the same order.
#[derive(Default)]
pub(super) struct Digest {
    rows: u64,
    hash: Sha256,
}

impl Digest {
    pub(super) fn add(&mut self, values: &Values) {
        self.rows += 1;
        for value in &values.0 {
            match value {
                Argument::Null(_) => self.hash.update([0]),
                Argument::Integer(number) => self.sized(1, &number.to_be_bytes()),
                Argument::Real(number) => self.sized(2, &number.to_bits().to_be_bytes()),
                Argument::Text(text) => self.sized(3, text.as_bytes()),
                Argument::Bytes(bytes) => self.sized(4, bytes),
            }
        }
    }

    /// The kind and the length in front, so that no two rows have the same bytes.
    fn sized(&mut self, kind: u8, bytes: &[u8]) {
        self.hash.update([kind]);
        self.hash.update(bytes.len().to_be_bytes());
        self.hash.update(bytes);
    }

    pub(super) fn of(self, table: &Table) -> Copied {
        Copied { table: table.name.clone(), rows: self.rows, digest: hex::encode(self.hash.finalize()) }
    }
}
