//! Entries: events with what is published of them and what is kept apart.

use crate::dialect::Connection;
use crate::entry::moment_of;
use crate::error::StoreError;
use crate::insert;
use crate::serial::{CaseSerial, LaboratorySerial, LedgerSerial};
use crate::store::Writer;
use jiff::Timestamp;

/// An event to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLedgerEntry {
    /// What happened, such as `read-case`.
    pub kind: &'static str,
    /// When; not before the entry before.
    pub moment: Timestamp,
    /// What is published.
    pub leaf: Vec<u8>,
    /// The case it is about.
    pub case: Option<CaseSerial>,
    /// Whose event it is.
    pub laboratory: Option<LaboratorySerial>,
    /// The key of the commitment.
    pub salt: Vec<u8>,
    /// What it is about.
    pub body: Vec<u8>,
    /// The key that salt and body are sealed with; `None`: they are not.
    pub body_key: Option<String>,
}

/// An event as recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerEntry {
    /// Its place in the order.
    pub serial: LedgerSerial,
    /// What happened.
    pub kind: String,
    /// When.
    pub moment: Timestamp,
    /// What is published.
    pub leaf: Vec<u8>,
    /// The case it is about.
    pub case: Option<CaseSerial>,
    /// Whose event it is.
    pub laboratory: Option<LaboratorySerial>,
    /// Salt and body, until the case is erased.
    pub opening: Option<(Vec<u8>, Vec<u8>)>,
    /// The key that salt and body are sealed with.
    pub body_key: Option<String>,
    /// The entry by which salt and body were erased.
    pub erased_by: Option<LedgerSerial>,
}

/// A leaf with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedLeaf {
    /// Its place in the order.
    pub serial: LedgerSerial,
    /// When.
    pub moment: Timestamp,
    /// What happened.
    pub kind: String,
    /// What is published.
    pub leaf: Vec<u8>,
}

type Row = (
    LedgerSerial,
    String,
    i64,
    Vec<u8>,
    Option<CaseSerial>,
    Option<LaboratorySerial>,
    Option<Vec<u8>>,
    Option<Vec<u8>>,
    Option<String>,
    Option<LedgerSerial>,
);

/// The last entry's serial and moment; serial 0 while there is none.
pub async fn last(connection: &mut Connection) -> Result<(LedgerSerial, Timestamp), StoreError> {
    let row: Option<(LedgerSerial, i64)> = sqlx::query_as(
        "/* ledger::entry::last */
        SELECT ledger_entry_id, moment FROM ledger_entry
        WHERE ledger_entry_id = (SELECT MAX(ledger_entry_id) FROM ledger_entry)",
    )
    .fetch_optional(connection)
    .await?;
    let (serial, moment) = row.unwrap_or((LedgerSerial::new(0), 0));
    Ok((serial, moment_of("ledger_entry", moment)?))
}

/// Adds entries after the last one, in their order; the serial of the first comes back.
pub async fn add(writer: &mut Writer, entries: &[NewLedgerEntry]) -> Result<LedgerSerial, StoreError> {
    let (before, _) = last(writer).await?;
    let first = before.number() + 1;
    let numbered: Vec<(i64, &NewLedgerEntry)> = (first..).zip(entries).collect();
    let head = "/* ledger::entry::add */ INSERT INTO ledger_entry (ledger_entry_id, kind, moment, leaf, \
        clinical_case_id, laboratory_id, salt, body, body_key)";
    insert::rows(writer, head, 9, "", &numbered, |row, (serial, entry)| {
        row.push_bind(*serial)
            .push_bind(entry.kind)
            .push_bind(entry.moment.as_microsecond())
            .push_bind(entry.leaf.clone())
            .push_bind(entry.case)
            .push_bind(entry.laboratory)
            .push_bind(entry.salt.clone())
            .push_bind(entry.body.clone())
            .push_bind(entry.body_key.clone());
    })
    .await?;
    Ok(LedgerSerial::new(first))
}

/// The leaves from a serial on, at most `limit`, in their order.
pub async fn leaves(
    connection: &mut Connection,
    from: LedgerSerial,
    limit: u32,
) -> Result<Vec<PlacedLeaf>, StoreError> {
    let rows: Vec<(LedgerSerial, i64, String, Vec<u8>)> = sqlx::query_as(
        "/* ledger::entry::leaves */
        SELECT ledger_entry_id, moment, kind, leaf FROM ledger_entry
        WHERE ledger_entry_id >= $1 ORDER BY ledger_entry_id LIMIT $2",
    )
    .bind(from)
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await?;
    let read = |(serial, moment, kind, leaf)| {
        Ok(PlacedLeaf { serial, moment: moment_of("ledger_entry", moment)?, kind, leaf })
    };
    rows.into_iter().map(read).collect()
}

/// An entry; `None` when there is none of this serial.
pub async fn find(connection: &mut Connection, serial: LedgerSerial) -> Result<Option<LedgerEntry>, StoreError> {
    Ok(page(connection, serial, 1).await?.into_iter().find(|entry| entry.serial == serial))
}

/// Entries from a serial on, at most `limit`, in their order.
pub async fn page(connection: &mut Connection, from: LedgerSerial, limit: u32) -> Result<Vec<LedgerEntry>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(
        "/* ledger::entry::page */
        SELECT ledger_entry_id, kind, moment, leaf, clinical_case_id, laboratory_id, salt, body, body_key, erased_by
        FROM ledger_entry WHERE ledger_entry_id >= $1 ORDER BY ledger_entry_id LIMIT $2",
    )
    .bind(from)
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(entry_of).collect()
}

pub(super) fn entry_of(row: Row) -> Result<LedgerEntry, StoreError> {
    let (serial, kind, moment, leaf, case, laboratory, salt, body, body_key, erased_by) = row;
    let moment = moment_of("ledger_entry", moment)?;
    let opening = salt.zip(body);
    Ok(LedgerEntry { serial, kind, moment, leaf, case, laboratory, opening, body_key, erased_by })
}
