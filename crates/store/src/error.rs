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
    /// A sealed value does not open: it was changed by other means, or record and key store are not of one time.
    #[error(
        "`{column}` of `{row}` in `{table}` does not open with the key of `{row}` in `keys/case-keys.sqlite`: it was changed, or the key store is another one. Put the keys back with `cairn keys restore FOLDER` from the backup of the keys; if it still does not open, restore the record with `cairn restore` from a backup"
    )]
    Unopened {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// The row, by an opaque name, which is also the owner of the key.
        row: String,
    },
    /// The database cannot hold a record, or not as the configuration asks for; what to do is said.
    #[error("{0}")]
    Unfit(String),
    /// The key store does not open with the root key given.
    #[error("the key store is sealed with another root key: give the passphrase or the root key it was sealed with")]
    OtherRoot,
    /// Somebody else wrote the same thing first; nothing was stored by this attempt.
    #[error("{0}")]
    Conflict(String),
}

impl StoreError {
    /// Whether a failure, or what caused it, is that the disk has no room left.
    pub fn is_disk_full(error: &(dyn std::error::Error + 'static)) -> bool {
        let mut next = Some(error);
        while let Some(error) = next {
            if error.downcast_ref::<sqlx::Error>().is_some_and(is_full)
                || error.downcast_ref::<std::io::Error>().is_some_and(is_no_room)
            {
                return true;
            }
            next = error.source();
        }
        false
    }

    /// A value of this table does not read back.
    pub(crate) fn damaged(table: &'static str, what: impl std::fmt::Display) -> Self {
        Self::Damaged { table, what: what.to_string() }
    }
}

/// Whether a database says that its disk is full: 13 in the low byte of SQLite's code, 4874 when the index of a journal
/// cannot grow, 53100 of PostgreSQL.
fn is_full(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code());
    code.is_some_and(|code| code == "53100" || code.parse::<u32>().is_ok_and(|code| code & 0xff == 13 || code == 4874))
}

fn is_no_room(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{QuotaExceeded, StorageFull};
    matches!(error.kind(), StorageFull | QuotaExceeded)
}

/// What to do about a failure of the disk or the server that is not ours, in front of its cause.
fn advice(error: &sqlx::Error) -> &'static str {
    let code = error.as_database_error().and_then(|error| error.code());
    match code.as_deref() {
        // PostgreSQL's codes have five letters and digits.
        Some(code) if code.len() == 5 => advice_of_server(code),
        // SQLite's primary result codes are the low byte: 8 read-only, 13 full, 14 cannot open.
        Some(code) => match code.parse::<u32>().ok().map(|code| code & 0xff) {
            Some(8 | 14) => "the data folder cannot be written: make it and its files writable for this user: ",
            Some(13) => "the disk is full: make room and try again: ",
            _ => "the database failed: ",
        },
        None => match error {
            sqlx::Error::PoolTimedOut => "the database is too busy or away: try again later: ",
            sqlx::Error::Io(_) => "the database cannot be reached: see whether it runs, and its address: ",
            _ => "the database failed: ",
        },
    }
}

fn advice_of_server(code: &str) -> &'static str {
    match code {
        "53100" => "the database server's disk is full: make room and try again: ",
        "53300" => "the database server has no connection left: raise `max_connections`: ",
        "55P03" => "another program has been writing for long: try again: ",
        "28000" | "28P01" => "the database server refuses this user: see the user and password of its address: ",
        "3D000" => "the database does not exist: make it with `createdb`: ",
        "42501" => "the user may not do that in the database: let it own the database: ",
        "22021" | "22P05" => "a text holds a character that PostgreSQL does not keep (NUL): remove it: ",
        _ => "the database failed: ",
    }
}
