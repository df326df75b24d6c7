//! Columns of an answer, for what copies tables without knowing them.

use super::Driver;
use super::value::Kind;

/// A column of an answer.
#[derive(Debug, Clone)]
pub struct Column {
    pub(super) ordinal: usize,
    pub(super) name: String,
    pub(super) kind: Kind,
}

impl sqlx::Column for Column {
    type Database = Driver;

    fn ordinal(&self) -> usize {
        self.ordinal
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn type_info(&self) -> &Kind {
        &self.kind
    }
}

/// Columns of one of the two as ours.
pub(super) fn columns<C: sqlx::Column>(
    columns: &[C],
    kind: impl Fn(&<C::Database as sqlx::Database>::TypeInfo) -> Kind,
) -> Vec<Column> {
    let ours = |column: &C| Column {
        ordinal: column.ordinal(),
        name: column.name().to_owned(),
        kind: kind(column.type_info()),
    };
    columns.iter().map(ours).collect()
}
