//! What can go wrong with the record.

/// A failure of the record, told apart by who must act.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database or the disk below it failed.
    #[error("the database failed: {0}")]
    Driver(#[from] sqlx::Error),
    /// The database is of another, perhaps newer, program version.
    #[error("the database cannot be brought to this program's version: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// A stored value does not read back; the file was changed by other means.
    #[error("the record is damaged: {what} in `{table}`; run `cairn fsck` or restore a backup")]
    Damaged {
        /// Where.
        table: &'static str,
        /// What is wrong there.
        what: String,
    },
    /// Somebody else wrote the same thing first; nothing was stored by this attempt.
    #[error("{0}")]
    Conflict(String),
}

impl StoreError {
    /// A value of this table does not read back.
    pub(crate) fn damaged(table: &'static str, what: impl std::fmt::Display) -> Self {
        Self::Damaged { table, what: what.to_string() }
    }
}
