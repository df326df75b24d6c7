//! What can go wrong with the record.

/// A failure of the record, told apart by who must act.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database or the disk below it failed.
    #[error("{what}{0}", what = advice(.0))]
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

/// What to do about a failure of the disk that is not ours, in front of its cause.
fn advice(error: &sqlx::Error) -> &'static str {
    // SQLite's primary result codes are the low byte: 8 read-only, 13 full, 14 cannot open.
    let code = error.as_database_error().and_then(|error| error.code()).and_then(|code| code.parse::<u32>().ok());
    match code.map(|code| code & 0xff) {
        Some(8 | 14) => "the data folder cannot be written: make it and its files writable for this user: ",
        Some(13) => "the disk is full: make room and try again: ",
        _ => "the database failed: ",
    }
}
