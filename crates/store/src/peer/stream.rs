//! A peer's stream: what is new for it, and what it was given, in the order of places.

use crate::dialect::Connection;
use crate::error::StoreError;
use crate::peer::release::last_place;
use crate::serial::{LaboratorySerial, LedgerSerial, PeerSerial, StatementSerial, SubmissionSerial, VariantSerial};

/// Items that are counted one by one.
const COUNTED: u64 = 2_000;

/// A current version of a statement that a peer might get.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct Candidate {
    /// The entry that brought the version.
    pub entry_id: i64,
    /// The statement.
    pub statement_id: StatementSerial,
    /// The version.
    pub version: i64,
    /// Whether the laboratory took it back: 1.
    pub is_withdrawn: i64,
    /// What it is about, after mergers.
    pub variant_id: VariantSerial,
    /// Whose it is.
    pub laboratory_id: LaboratorySerial,
    /// The submission that brought it.
    pub submission_id: SubmissionSerial,
    /// The peer that brought it; `None`: it was made here.
    pub brought_by: Option<PeerSerial>,
}

/// The columns of [`Candidate`], of current versions that members of this node sent themselves or that came from other
/// peers than `$1`.
macro_rules! select {
    ($name:literal, $rest:literal) => {
        concat!(
            "/* stream::",
            $name,
            " */
            SELECT v.entry_id, v.statement_id, v.version,
                CASE WHEN v.standing = 'withdrawn' THEN 1 ELSE 0 END AS is_withdrawn,
                COALESCE(a.merged_into, a.variant_id) AS variant_id, s.laboratory_id, v.submission_id,
                g.peer_id AS brought_by
            FROM statement_version v
            JOIN statement s ON s.statement_id = v.statement_id
            JOIN laboratory l ON l.laboratory_id = s.laboratory_id
            JOIN submission b ON b.submission_id = v.submission_id
            JOIN variant a ON a.variant_id = v.variant_id
            LEFT JOIN signed_statement g ON g.statement_id = v.statement_id AND g.statement_version = v.version
                AND g.peer_id IS NOT NULL
            WHERE NOT EXISTS (SELECT 1 FROM statement_version n
                    WHERE n.statement_id = v.statement_id AND n.version > v.version)
                AND ((g.peer_id IS NULL AND l.is_member = 1 AND b.laboratory_id = s.laboratory_id)
                    OR (g.peer_id IS NOT NULL AND g.peer_id <> $1)) ",
            $rest
        )
    };
}

/// Current versions after a place in the order of recording that a peer was not given yet.
pub async fn candidates(
    connection: &mut Connection,
    peer: PeerSerial,
    after: (i64, i64),
    most: u32,
) -> Result<Vec<Candidate>, StoreError> {
    let found = sqlx::query_as(select!(
        "candidates",
        "AND (v.entry_id, v.statement_id) > ($2, $3)
            AND NOT EXISTS (SELECT 1 FROM peer_release r
                WHERE r.peer_id = $1 AND r.statement_id = v.statement_id AND r.statement_version = v.version)
        ORDER BY v.entry_id, v.statement_id LIMIT 0 + $4"
    ));
    Ok(found.bind(peer).bind(after.0).bind(after.1).bind(i64::from(most)).fetch_all(connection).await?)
}

/// Current versions on a variant, whether the peer was given them or not; `variants` is it and what was merged into it.
pub async fn of_variant(
    connection: &mut Connection,
    peer: PeerSerial,
    variants: &[VariantSerial],
    most: u32,
) -> Result<Vec<Candidate>, StoreError> {
    let mut all: Vec<Candidate> = Vec::new();
    for variant in variants {
        let found: Vec<Candidate> = sqlx::query_as(select!(
            "of_variant",
            "AND v.variant_id = $2 AND v.standing = 'current' ORDER BY v.statement_id LIMIT 0 + $3"
        ))
        .bind(peer)
        .bind(variant)
        .bind(i64::from(most))
        .fetch_all(&mut *connection)
        .await?;
        all.extend(found);
    }
    all.truncate(most as usize);
    Ok(all)
}

/// The last entry that brought a version of a statement.
pub async fn newest(connection: &mut Connection) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar("/* stream::newest */ SELECT COALESCE(MAX(entry_id), 0) FROM statement_version")
        .fetch_one(connection)
        .await?)
}

/// The last entries that changed a consent and a list of people who opted out.
pub async fn consents(connection: &mut Connection) -> Result<(i64, i64), StoreError> {
    Ok(sqlx::query_as(
        "/* stream::consents */
        SELECT (SELECT COALESCE(MAX(entry_id), 0) FROM consent),
            (SELECT COALESCE(MAX(entry_id), 0) FROM opt_out_list)",
    )
    .fetch_one(connection)
    .await?)
}

/// An item of a stream.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct StreamItem {
    /// Its place.
    pub place: i64,
    /// A signed statement, or its withdrawal.
    pub content: Vec<u8>,
    /// Its name in the network.
    pub digest: String,
    /// The ledger entry that says so.
    pub ledger_entry_id: LedgerSerial,
    /// The statement here.
    pub statement_id: StatementSerial,
    /// Its version here.
    pub version: i64,
    /// What it is about, after mergers.
    pub variant_id: VariantSerial,
    /// Whose it is.
    pub laboratory_id: LaboratorySerial,
    /// The peer that brought it; `None`: it was made here.
    pub brought_by: Option<PeerSerial>,
    /// Whether it takes something back: 1.
    pub is_tombstone: i64,
}

/// Items after a place. What was given and taken back since is left out; its tombstone is not.
pub async fn after(
    connection: &mut Connection,
    peer: PeerSerial,
    place: u64,
    most: u32,
) -> Result<Vec<StreamItem>, StoreError> {
    Ok(sqlx::query_as(
        "/* stream::after */
        SELECT i.place, g.content, g.digest, i.ledger_entry_id, i.statement_id, i.version,
            COALESCE(a.merged_into, a.variant_id) AS variant_id, s.laboratory_id, g.peer_id AS brought_by,
            i.is_tombstone
        FROM (
            SELECT * FROM (
                SELECT place, digest, ledger_entry_id, statement_id, statement_version AS version,
                    0 AS is_tombstone
                FROM peer_release
                WHERE peer_id = $1 AND place > $2 AND held_back = 0 AND withdrawn_at IS NULL
                ORDER BY place LIMIT 0 + $3
            ) given
            UNION ALL
            SELECT * FROM (
                SELECT withdrawn_place AS place, withdrawn_digest AS digest, MAX(ledger_entry_id) AS ledger_entry_id,
                    statement_id, MAX(statement_version) AS version, 1 AS is_tombstone
                FROM peer_release WHERE peer_id = $1 AND withdrawn_place > $2
                GROUP BY withdrawn_place, withdrawn_digest, statement_id
                ORDER BY withdrawn_place LIMIT 0 + $3
            ) taken_back
            ORDER BY place LIMIT 0 + $3
        ) i
        JOIN signed_statement g ON g.digest = i.digest
        JOIN statement s ON s.statement_id = i.statement_id
        JOIN statement_version v ON v.statement_id = i.statement_id AND v.version = i.version
        JOIN variant a ON a.variant_id = v.variant_id
        ORDER BY i.place LIMIT 0 + $3",
    )
    .bind(peer)
    .bind(place as i64)
    .bind(i64::from(most))
    .fetch_all(connection)
    .await?)
}

/// How many items come after a place: the number itself while it is small, else the places that there are.
pub async fn waiting(connection: &mut Connection, peer: PeerSerial, place: u64) -> Result<u64, StoreError> {
    let places = last_place(connection, peer).await?.unsigned_abs().saturating_sub(place);
    if places > COUNTED {
        return Ok(places);
    }
    let found: i64 = sqlx::query_scalar(
        "/* stream::waiting */
        SELECT (SELECT COUNT(*) FROM peer_release
                WHERE peer_id = $1 AND place > $2 AND held_back = 0 AND withdrawn_at IS NULL)
            + (SELECT COUNT(DISTINCT withdrawn_place) FROM peer_release
                WHERE peer_id = $1 AND withdrawn_place > $2)",
    )
    .bind(peer)
    .bind(place as i64)
    .fetch_one(connection)
    .await?;
    Ok(found.unsigned_abs())
}
