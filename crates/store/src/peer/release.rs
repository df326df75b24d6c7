//! Who has what: what was given to peers, taken back, acknowledged and withheld.

use crate::dialect::Connection;
use crate::entry::moment_of;
use crate::error::StoreError;
use crate::insert::{rows, select_in};
use crate::serial::{CaseSerial, LaboratorySerial, LedgerSerial, PeerSerial, StatementSerial, VariantSerial};
use jiff::Timestamp;
use std::collections::HashSet;

/// What is given to a peer.
#[derive(Debug, Clone)]
pub struct NewRelease {
    /// Its name in the network.
    pub digest: String,
    /// The statement here.
    pub statement: StatementSerial,
    /// Its version here.
    pub version: u32,
    /// The cases of its laboratory that carry the variant.
    pub cases: Vec<CaseSerial>,
}

/// Something given that may have to be taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct Given {
    /// The statement here.
    pub statement_id: StatementSerial,
    /// Its version here.
    pub statement_version: i64,
    /// What it is about, after mergers.
    pub variant_id: VariantSerial,
    /// Whose it is.
    pub laboratory_id: LaboratorySerial,
}

/// The last place in a peer's stream, of what was given and what was taken back.
pub(super) async fn last_place(connection: &mut Connection, peer: PeerSerial) -> Result<i64, StoreError> {
    // Two questions to two indexes: one over both columns would read every row of the peer.
    Ok(sqlx::query_scalar(
        "/* release::last_place */
        SELECT COALESCE(MAX(m.place), 0) FROM (
            SELECT MAX(place) AS place FROM peer_release WHERE peer_id = $1
            UNION ALL
            SELECT MAX(withdrawn_place) FROM peer_release WHERE peer_id = $1 AND withdrawn_place IS NOT NULL
        ) m",
    )
    .bind(peer)
    .fetch_one(connection)
    .await?)
}

async fn next_place(connection: &mut Connection, peer: PeerSerial) -> Result<i64, StoreError> {
    Ok(last_place(connection, peer).await? + 1)
}

/// Records what is given, in the transaction of the ledger entry that says so.
pub async fn add(
    connection: &mut Connection,
    peer: PeerSerial,
    given: &[NewRelease],
    ledger: LedgerSerial,
    now: Timestamp,
) -> Result<(), StoreError> {
    let place = next_place(connection, peer).await?;
    let serial: i64 =
        sqlx::query_scalar("/* release::add (last) */ SELECT COALESCE(MAX(peer_release_id), 0) + 1 FROM peer_release")
            .fetch_one(&mut *connection)
            .await?;
    let numbered: Vec<(i64, i64, &NewRelease)> =
        (serial..).zip(place..).zip(given).map(|((serial, place), one)| (serial, place, one)).collect();
    rows(
        connection,
        "/* release::add */
        INSERT INTO peer_release (peer_release_id, peer_id, place, held_back, digest, statement_id, statement_version,
            ledger_entry_id, released_at)",
        9,
        "",
        &numbered,
        |row, (serial, place, one)| {
            row.push_bind(*serial)
                .push_bind(peer)
                .push_bind(*place)
                .push_bind(0_i64)
                .push_bind(one.digest.clone())
                .push_bind(one.statement)
                .push_bind(i64::from(one.version))
                .push_bind(ledger)
                .push_bind(now.as_microsecond());
        },
    )
    .await?;
    let cases: Vec<(i64, CaseSerial)> =
        numbered.iter().flat_map(|(serial, _, one)| one.cases.iter().map(|case| (*serial, *case))).collect();
    rows(
        connection,
        "/* release::add (cases) */ INSERT INTO peer_release_case (peer_release_id, clinical_case_id)",
        2,
        " ON CONFLICT DO NOTHING",
        &cases,
        |row, (serial, case)| {
            row.push_bind(*serial).push_bind(*case);
        },
    )
    .await
}

/// Which of these bytes a peer was given, whether it still has them or not.
pub async fn given(
    connection: &mut Connection,
    peer: PeerSerial,
    digests: &[String],
) -> Result<HashSet<String>, StoreError> {
    let found: Vec<(String,)> = select_in(
        connection,
        |query| {
            query.push("/* release::given */ SELECT digest FROM peer_release WHERE peer_id = ");
            query.push_bind(peer).push(" AND digest IN");
        },
        digests,
        |_| {},
    )
    .await?;
    Ok(found.into_iter().map(|(digest,)| digest).collect())
}

/// Whether a tombstone takes back what a peer was given: only then has the peer anything to say of it.
pub async fn took_back(connection: &mut Connection, peer: PeerSerial, tombstone: &str) -> Result<bool, StoreError> {
    let found: i64 = sqlx::query_scalar(
        "/* release::took_back */
        SELECT COUNT(*) FROM peer_release WHERE withdrawn_digest = $2 AND peer_id = $1",
    )
    .bind(peer)
    .bind(tombstone)
    .fetch_one(connection)
    .await?;
    Ok(found > 0)
}

/// Whether a peer has a version of a statement that was not taken back.
pub async fn holds(
    connection: &mut Connection,
    peer: PeerSerial,
    statement: StatementSerial,
) -> Result<bool, StoreError> {
    let found: i64 = sqlx::query_scalar(
        "/* release::holds */
        SELECT COUNT(*) FROM peer_release WHERE peer_id = $1 AND statement_id = $2 AND withdrawn_at IS NULL",
    )
    .bind(peer)
    .bind(statement)
    .fetch_one(connection)
    .await?;
    Ok(found > 0)
}

/// Everything that a peer holds of a statement is taken back by this tombstone, which gets one place in its stream.
pub async fn take_back(
    connection: &mut Connection,
    peer: PeerSerial,
    statement: StatementSerial,
    tombstone: (&str, &str),
    now: Timestamp,
) -> Result<u64, StoreError> {
    let place = next_place(connection, peer).await?;
    let (digest, reason) = tombstone;
    let changed = sqlx::query(
        "/* release::take_back */
        UPDATE peer_release SET withdrawn_place = $3, withdrawn_digest = $4, withdrawn_reason = $5, withdrawn_at = $6
        WHERE peer_id = $1 AND statement_id = $2 AND withdrawn_at IS NULL",
    )
    .bind(peer)
    .bind(statement)
    .bind(place)
    .bind(digest)
    .bind(reason)
    .bind(now.as_microsecond())
    .execute(connection)
    .await?;
    Ok(changed.rows_affected())
}

/// Leaves out what stands at these places: what is agreed changed before it was sent.
pub async fn hold_back(connection: &mut Connection, peer: PeerSerial, places: &[u64]) -> Result<(), StoreError> {
    for place in places {
        sqlx::query("/* release::hold_back */ UPDATE peer_release SET held_back = 1 WHERE peer_id = $1 AND place = $2")
            .bind(peer)
            .bind(*place as i64)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// Puts what was left out at the end of the peer's stream, to be decided anew.
pub async fn let_go(connection: &mut Connection, peer: PeerSerial) -> Result<(), StoreError> {
    let held: Vec<i64> = sqlx::query_scalar(
        "/* release::let_go (held) */
        SELECT peer_release_id FROM peer_release WHERE peer_id = $1 AND held_back = 1 ORDER BY place",
    )
    .bind(peer)
    .fetch_all(&mut *connection)
    .await?;
    for serial in held {
        let place = next_place(connection, peer).await?;
        sqlx::query(
            "/* release::let_go */ UPDATE peer_release SET held_back = 0, place = $2 WHERE peer_release_id = $1",
        )
        .bind(serial)
        .bind(place)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// What a peer holds that persons of cases stand behind.
pub async fn with_cases(connection: &mut Connection, peer: PeerSerial) -> Result<Vec<Given>, StoreError> {
    Ok(sqlx::query_as(
        "/* release::with_cases */
        SELECT DISTINCT r.statement_id, r.statement_version, COALESCE(a.merged_into, a.variant_id) AS variant_id,
            s.laboratory_id
        FROM peer_release r
        JOIN peer_release_case c ON c.peer_release_id = r.peer_release_id
        JOIN statement s ON s.statement_id = r.statement_id
        JOIN statement_version v ON v.statement_id = r.statement_id AND v.version = r.statement_version
        JOIN variant a ON a.variant_id = v.variant_id
        WHERE r.peer_id = $1 AND r.withdrawn_at IS NULL",
    )
    .bind(peer)
    .fetch_all(connection)
    .await?)
}

/// Whether a peer has carried out tombstones up to a place that are not noted as acknowledged.
pub async fn has_unacknowledged(connection: &mut Connection, peer: PeerSerial, place: u64) -> Result<bool, StoreError> {
    let found: i64 = sqlx::query_scalar(
        "/* release::has_unacknowledged */
        SELECT COUNT(*) FROM peer_release WHERE peer_id = $1 AND withdrawn_place <= $2 AND acknowledged_at IS NULL",
    )
    .bind(peer)
    .bind(place as i64)
    .fetch_one(connection)
    .await?;
    Ok(found > 0)
}

/// Notes that a peer has carried out every tombstone up to a place.
pub async fn acknowledge(
    connection: &mut Connection,
    peer: PeerSerial,
    place: u64,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "/* release::acknowledge */
        UPDATE peer_release SET acknowledged_at = $3
        WHERE peer_id = $1 AND withdrawn_place <= $2 AND acknowledged_at IS NULL",
    )
    .bind(peer)
    .bind(place as i64)
    .bind(now.as_microsecond())
    .execute(connection)
    .await?;
    Ok(())
}

/// Counts what is withheld from a peer; counted anew when `afresh`.
pub async fn withhold(
    connection: &mut Connection,
    peer: PeerSerial,
    counts: &[(&'static str, u64)],
    afresh: bool,
) -> Result<(), StoreError> {
    if afresh {
        sqlx::query("/* release::withhold (afresh) */ DELETE FROM peer_withheld WHERE peer_id = $1")
            .bind(peer)
            .execute(&mut *connection)
            .await?;
    }
    for (reason, statements) in counts {
        sqlx::query(
            "/* release::withhold */
            INSERT INTO peer_withheld (peer_id, reason, statements) VALUES ($1, $2, $3)
            ON CONFLICT (peer_id, reason) DO UPDATE SET statements = peer_withheld.statements + excluded.statements",
        )
        .bind(peer)
        .bind(*reason)
        .bind(*statements as i64)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// How a peer stands, for people.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Balance {
    /// Statements it holds.
    pub given: u64,
    /// Statements that were taken back.
    pub taken_back: u64,
    /// Of those, how many it has not acknowledged.
    pub unacknowledged: u64,
    /// When the oldest of those was taken back.
    pub oldest: Option<Timestamp>,
    /// Statements that came from it.
    pub received: u64,
    /// How many statements it was not given, by reason.
    pub withheld: Vec<(String, u64)>,
}

/// How a peer stands.
pub async fn balance(connection: &mut Connection, peer: PeerSerial) -> Result<Balance, StoreError> {
    let (given, taken_back, unacknowledged, oldest): (i64, i64, i64, Option<i64>) = sqlx::query_as(
        "/* release::balance */
        SELECT COUNT(DISTINCT CASE WHEN withdrawn_at IS NULL THEN statement_id END),
            COUNT(DISTINCT CASE WHEN withdrawn_at IS NOT NULL THEN statement_id END),
            COUNT(DISTINCT CASE WHEN withdrawn_at IS NOT NULL AND acknowledged_at IS NULL THEN statement_id END),
            MIN(CASE WHEN withdrawn_at IS NOT NULL AND acknowledged_at IS NULL THEN withdrawn_at END)
        FROM peer_release WHERE peer_id = $1",
    )
    .bind(peer)
    .fetch_one(&mut *connection)
    .await?;
    let received: i64 = sqlx::query_scalar(
        "/* release::balance (received) */
        SELECT COUNT(DISTINCT statement_id) FROM signed_statement WHERE peer_id = $1",
    )
    .bind(peer)
    .fetch_one(&mut *connection)
    .await?;
    let withheld: Vec<(String, i64)> = sqlx::query_as(
        "/* release::balance (withheld) */
        SELECT reason, statements FROM peer_withheld WHERE peer_id = $1 ORDER BY reason",
    )
    .bind(peer)
    .fetch_all(connection)
    .await?;
    Ok(Balance {
        given: given.unsigned_abs(),
        taken_back: taken_back.unsigned_abs(),
        unacknowledged: unacknowledged.unsigned_abs(),
        oldest: oldest.map(|at| moment_of("peer_release", at)).transpose()?,
        received: received.unsigned_abs(),
        withheld: withheld.into_iter().map(|(reason, n)| (reason, n.unsigned_abs())).collect(),
    })
}
