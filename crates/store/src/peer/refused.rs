//! What was not taken from a peer, and what it cannot be given because it does not read: each by its name.

use crate::dialect::Connection;
use crate::entry::moment_of;
use crate::error::StoreError;
use crate::insert::rows;
use crate::serial::{PeerSerial, StatementSerial};
use jiff::Timestamp;

/// Names in one list.
const NAMED: i64 = 50;

/// An item of a peer's stream that is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedItem {
    /// Its place in the stream.
    pub place: u64,
    /// SHA-256 of its bytes, 64 hexadecimal digits.
    pub digest: String,
    /// Why, for a person.
    pub reason: String,
    /// When it was refused.
    pub refused: Timestamp,
}

/// A version of a statement that a peer cannot be given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// The statement.
    pub statement: StatementSerial,
    /// Its version.
    pub version: u32,
    /// Why, for a person.
    pub reason: String,
}

/// Names items of a peer's stream that are refused; one that was named before is left as it is.
pub async fn add(connection: &mut Connection, peer: PeerSerial, refused: &[RefusedItem]) -> Result<(), StoreError> {
    rows(
        connection,
        "/* refused::add */ INSERT INTO peer_refused (peer_id, place, digest, reason, refused_at)",
        5,
        " ON CONFLICT (peer_id, place) DO NOTHING",
        refused,
        |row, one| {
            row.push_bind(peer)
                .push_bind(one.place as i64)
                .push_bind(one.digest.clone())
                .push_bind(one.reason.clone())
                .push_bind(one.refused.as_microsecond());
        },
    )
    .await
}

/// How many items of a peer were refused, and the last of them.
pub async fn of_peer(connection: &mut Connection, peer: PeerSerial) -> Result<(u64, Vec<RefusedItem>), StoreError> {
    let all: i64 =
        sqlx::query_scalar("/* refused::of_peer (all) */ SELECT COUNT(*) FROM peer_refused WHERE peer_id = $1")
            .bind(peer)
            .fetch_one(&mut *connection)
            .await?;
    let last: Vec<(i64, String, String, i64)> = sqlx::query_as(
        "/* refused::of_peer */
        SELECT place, digest, reason, refused_at FROM peer_refused WHERE peer_id = $1
        ORDER BY place DESC LIMIT 0 + $2",
    )
    .bind(peer)
    .bind(NAMED)
    .fetch_all(connection)
    .await?;
    let read = |(place, digest, reason, at): (i64, String, String, i64)| {
        Ok(RefusedItem { place: place.unsigned_abs(), digest, reason, refused: moment_of("peer_refused", at)? })
    };
    Ok((all.unsigned_abs(), last.into_iter().map(read).collect::<Result<_, StoreError>>()?))
}

/// Names versions that a peer cannot be given.
pub async fn withhold(
    connection: &mut Connection,
    peer: PeerSerial,
    unreadable: &[Unreadable],
) -> Result<(), StoreError> {
    rows(
        connection,
        "/* refused::withhold */ INSERT INTO peer_unreadable (peer_id, statement_id, statement_version, reason)",
        4,
        " ON CONFLICT (peer_id, statement_id, statement_version) DO UPDATE SET reason = excluded.reason",
        unreadable,
        |row, one| {
            row.push_bind(peer)
                .push_bind(one.statement)
                .push_bind(i64::from(one.version))
                .push_bind(one.reason.clone());
        },
    )
    .await
}

/// Forgets what a peer could not be given: everything is looked at again.
pub async fn forget(connection: &mut Connection, peer: PeerSerial) -> Result<(), StoreError> {
    sqlx::query("/* refused::forget */ DELETE FROM peer_unreadable WHERE peer_id = $1")
        .bind(peer)
        .execute(connection)
        .await?;
    Ok(())
}

/// The versions that a peer cannot be given: how many, and the first of them.
pub async fn unreadable(connection: &mut Connection, peer: PeerSerial) -> Result<(u64, Vec<Unreadable>), StoreError> {
    let all: i64 =
        sqlx::query_scalar("/* refused::unreadable (all) */ SELECT COUNT(*) FROM peer_unreadable WHERE peer_id = $1")
            .bind(peer)
            .fetch_one(&mut *connection)
            .await?;
    let first: Vec<(StatementSerial, i64, String)> = sqlx::query_as(
        "/* refused::unreadable */
        SELECT statement_id, statement_version, reason FROM peer_unreadable WHERE peer_id = $1
        ORDER BY statement_id, statement_version LIMIT 0 + $2",
    )
    .bind(peer)
    .bind(NAMED)
    .fetch_all(connection)
    .await?;
    let read = |(statement, version, reason): (StatementSerial, i64, String)| Unreadable {
        statement,
        version: u32::try_from(version).unwrap_or(u32::MAX),
        reason,
    };
    Ok((all.unsigned_abs(), first.into_iter().map(read).collect()))
}
