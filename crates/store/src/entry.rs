//! The order of the record: entries, and reading as of one of them.

use crate::dialect::Connection;
use crate::error::StoreError;
use crate::serial::EntrySerial;
use jiff::Timestamp;

/// How much of the record a read may see: the entries up to and with this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct AsOf(EntrySerial);

impl AsOf {
    /// The bound as it stands in SQL.
    pub(crate) fn bound(self) -> i64 {
        self.0.number()
    }

    /// Up to and with this entry.
    pub fn up_to(entry: EntrySerial) -> Self {
        Self(entry)
    }

    /// The last entry that may be seen.
    pub fn entry(self) -> EntrySerial {
        self.0
    }
}

/// The whole record as it stands. Hold on to the answer: reads with the same bound agree with
/// each other whatever is added meanwhile.
pub async fn now(connection: &mut Connection) -> Result<AsOf, StoreError> {
    let last: i64 = sqlx::query_scalar(
        "/* entry::now */
        SELECT COALESCE(MAX(entry_id), 0) FROM entry",
    )
    .fetch_one(connection)
    .await?;
    Ok(AsOf(EntrySerial::new(last)))
}

/// The record as it stood at a moment, that moment included.
pub async fn at(connection: &mut Connection, moment: Timestamp) -> Result<AsOf, StoreError> {
    let last: i64 = sqlx::query_scalar(
        "/* entry::at */
        SELECT COALESCE((SELECT entry_id FROM entry WHERE recorded <= $1
            ORDER BY recorded DESC, entry_id DESC LIMIT 1), 0)",
    )
    .bind(moment.as_microsecond())
    .fetch_one(connection)
    .await?;
    Ok(AsOf(EntrySerial::new(last)))
}

/// The moment of the last entry that a read may see; `None` while there is none.
pub async fn moment(connection: &mut Connection, as_of: AsOf) -> Result<Option<Timestamp>, StoreError> {
    let recorded: Option<i64> = sqlx::query_scalar(
        "/* entry::moment */
        SELECT recorded FROM entry WHERE entry_id = $1",
    )
    .bind(as_of.bound())
    .fetch_optional(connection)
    .await?;
    recorded.map(|micros| moment_of("entry", micros)).transpose()
}

/// The moment of the last entry; `None` while there is none.
pub async fn last(connection: &mut Connection) -> Result<Option<Timestamp>, StoreError> {
    let recorded: Option<i64> = sqlx::query_scalar(
        "/* entry::last */
        SELECT recorded FROM entry ORDER BY entry_id DESC LIMIT 1",
    )
    .fetch_optional(connection)
    .await?;
    recorded.map(|micros| moment_of("entry", micros)).transpose()
}

/// Dates what set the node up back to this moment, so that a replay may begin there. Only while
/// nothing was submitted: what a laboratory sent keeps its date. The moment that the clock showed is
/// kept beside the earlier one. Whether it was done comes back.
pub async fn redate_set_up(connection: &mut Connection, moment: Timestamp) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "/* entry::redate_set_up */
        UPDATE entry SET entered = COALESCE(entered, recorded), recorded = $1
        WHERE recorded > $1 AND NOT EXISTS (SELECT 1 FROM submission)",
    )
    .bind(moment.as_microsecond())
    .execute(connection)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Adds an entry. When the clock stands behind the last entry, the last entry's moment is kept:
/// the record's time never runs backwards.
pub(crate) async fn add(
    connection: &mut Connection,
    moment: Timestamp,
) -> Result<(EntrySerial, Timestamp), StoreError> {
    let (serial, recorded): (i64, i64) = sqlx::query_as(
        "/* entry::add */
        INSERT INTO entry (entry_id, recorded)
        SELECT e.entry_id + 1, CASE WHEN e.recorded > $1 THEN e.recorded ELSE $1 END
        FROM (SELECT entry_id, recorded FROM entry UNION ALL SELECT 0, 0
            ORDER BY entry_id DESC LIMIT 1) e
        RETURNING entry_id, recorded",
    )
    .bind(moment.as_microsecond())
    .fetch_one(connection)
    .await?;
    Ok((EntrySerial::new(serial), moment_of("entry", recorded)?))
}

/// The moment of a stored number of microseconds.
pub(crate) fn moment_of(table: &'static str, micros: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_microsecond(micros).map_err(|error| StoreError::damaged(table, error))
}
