//! Who has carried out a tombstone beyond the peer it was given to, as each recipient signed it and hubs pass it back.

use crate::dialect::Connection;
use crate::entry::moment_of;
use crate::error::StoreError;
use crate::insert::{last_serial, rows};
use crate::serial::{CaseSerial, PeerSerial};
use jiff::Timestamp;

/// What a node says about a tombstone, signed by it.
#[derive(Debug, Clone)]
pub struct NewAcknowledgement {
    /// The withdrawal, by its name in the network.
    pub tombstone: String,
    /// The recipient's id.
    pub node: String,
    /// What it calls itself.
    pub name: String,
    /// Whether it has taken it out; else a hub has passed it on to it.
    pub is_done: bool,
    /// The node that signed.
    pub signer: String,
    /// What that node calls itself.
    pub signer_name: String,
    /// When, by that node's clock.
    pub said: Timestamp,
    /// The signed bytes.
    pub content: Vec<u8>,
}

/// A node that a hub passed a tombstone on to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beyond {
    /// Its id.
    pub node: String,
    /// What it calls itself.
    pub name: String,
    /// The hub that passed it on; the node itself, where no hub has said so.
    pub through: String,
    /// When the first of what it had to take out was passed on to it.
    pub told: Timestamp,
    /// Tombstones that were passed on to it.
    pub tombstones: u64,
    /// Of those, how many it has not acknowledged.
    pub outstanding: u64,
    /// When it acknowledged the last of them.
    pub acknowledged: Option<Timestamp>,
}

fn kind(is_done: bool) -> &'static str {
    if is_done { "done" } else { "told" }
}

/// Keeps what a node says; what is known stays. The tombstone must be kept here.
pub async fn add(connection: &mut Connection, all: &[NewAcknowledgement]) -> Result<(), StoreError> {
    if all.is_empty() {
        return Ok(());
    }
    let last = "/* acknowledgement::add (last) */
        SELECT COALESCE(MAX(peer_acknowledgement_id), 0) FROM peer_acknowledgement";
    let last = last_serial(connection, last).await?;
    let numbered: Vec<(i64, &NewAcknowledgement)> = (last + 1..).zip(all).collect();
    rows(
        connection,
        "/* acknowledgement::add */
        INSERT INTO peer_acknowledgement
            (peer_acknowledgement_id, tombstone, node, name, kind, signer, signer_name, said, content)",
        9,
        " ON CONFLICT (tombstone, node, kind) DO NOTHING",
        &numbered,
        |row, (serial, one)| {
            row.push_bind(*serial)
                .push_bind(one.tombstone.clone())
                .push_bind(one.node.clone())
                .push_bind(one.name.clone())
                .push_bind(kind(one.is_done))
                .push_bind(one.signer.clone())
                .push_bind(one.signer_name.clone())
                .push_bind(one.said.as_microsecond())
                .push_bind(one.content.clone());
        },
    )
    .await
}

/// Notes that a peer brought these tombstones, and is to be told what became of them.
pub async fn owe(connection: &mut Connection, peer: PeerSerial, tombstones: &[String]) -> Result<(), StoreError> {
    rows(
        connection,
        "/* acknowledgement::owe */ INSERT INTO peer_acknowledgement_owed (peer_id, tombstone)",
        2,
        " ON CONFLICT DO NOTHING",
        tombstones,
        |row, tombstone| {
            row.push_bind(peer).push_bind(tombstone.clone());
        },
    )
    .await
}

/// What a peer is still to be told: serial and signed bytes, the oldest first.
pub async fn due(connection: &mut Connection, peer: PeerSerial, most: u32) -> Result<Vec<(i64, Vec<u8>)>, StoreError> {
    Ok(sqlx::query_as(
        "/* acknowledgement::due */
        SELECT a.peer_acknowledgement_id, a.content FROM peer_acknowledgement_owed o
        JOIN peer_acknowledgement a ON a.tombstone = o.tombstone
        WHERE o.peer_id = $1 AND NOT EXISTS (SELECT 1 FROM peer_acknowledgement_sent s
            WHERE s.peer_id = o.peer_id AND s.peer_acknowledgement_id = a.peer_acknowledgement_id)
        ORDER BY a.peer_acknowledgement_id LIMIT 0 + $2",
    )
    .bind(peer)
    .bind(i64::from(most))
    .fetch_all(connection)
    .await?)
}

/// Notes that a peer was told these.
pub async fn sent(connection: &mut Connection, peer: PeerSerial, serials: &[i64]) -> Result<(), StoreError> {
    rows(
        connection,
        "/* acknowledgement::sent */ INSERT INTO peer_acknowledgement_sent (peer_id, peer_acknowledgement_id)",
        2,
        " ON CONFLICT DO NOTHING",
        serials,
        |row, serial| {
            row.push_bind(peer).push_bind(*serial);
        },
    )
    .await
}

type Row = (String, String, Option<String>, Option<i64>, Option<i64>, i64, i64, Option<i64>);

/// The columns of [`Beyond`], of the recipients that this node did not give it to itself, where `d` is a table of tombstones.
macro_rules! select {
    ($name:literal, $tombstones:literal) => {
        concat!(
            "/* acknowledgement::",
            $name,
            " */
            SELECT a.node, MAX(a.name), MAX(CASE WHEN a.kind = 'told' THEN a.signer_name END),
                MIN(CASE WHEN a.kind = 'told' THEN a.said END), MIN(a.said), COUNT(DISTINCT a.tombstone),
                COUNT(DISTINCT CASE WHEN a.kind = 'done' THEN a.tombstone END),
                MAX(CASE WHEN a.kind = 'done' THEN a.said END)
            FROM peer_acknowledgement a
            JOIN (",
            $tombstones,
            ") d ON d.tombstone = a.tombstone
            WHERE NOT EXISTS (SELECT 1 FROM peer_release g JOIN peer p ON p.peer_id = g.peer_id
                WHERE g.withdrawn_digest = a.tombstone AND p.uid = a.node)
            GROUP BY a.node ORDER BY 2, a.node"
        )
    };
}

fn read((node, name, through, told, first, all, done, last): Row) -> Result<Beyond, StoreError> {
    const TABLE: &str = "peer_acknowledgement";
    let outstanding = all.saturating_sub(done).unsigned_abs();
    let acknowledged = last.filter(|_| outstanding == 0).map(|at| moment_of(TABLE, at)).transpose()?;
    Ok(Beyond {
        through: through.unwrap_or_else(|| name.clone()),
        told: moment_of(TABLE, told.or(first).unwrap_or_default())?,
        node,
        name,
        tombstones: all.unsigned_abs(),
        outstanding,
        acknowledged,
    })
}

/// The nodes that hubs passed tombstones of this node on to.
pub async fn beyond(connection: &mut Connection) -> Result<Vec<Beyond>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(select!(
        "beyond",
        "SELECT DISTINCT withdrawn_digest AS tombstone FROM peer_release WHERE withdrawn_digest IS NOT NULL"
    ))
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(read).collect()
}

/// The same, of what was taken back because of a case.
pub async fn beyond_of_case(connection: &mut Connection, case: CaseSerial) -> Result<Vec<Beyond>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(select!(
        "beyond_of_case",
        "SELECT DISTINCT r.withdrawn_digest AS tombstone FROM peer_release r
            JOIN peer_release_case c ON c.peer_release_id = r.peer_release_id
            WHERE c.clinical_case_id = $1 AND r.withdrawn_digest IS NOT NULL"
    ))
    .bind(case)
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(read).collect()
}
