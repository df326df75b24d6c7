//! Statements as they travel between nodes: signed bytes, and what each is in this record.

use crate::dialect::Connection;
use crate::error::StoreError;
use crate::insert::select_in;
use crate::serial::{PeerSerial, StatementSerial};
use jiff::Timestamp;

/// Signed bytes to be kept.
#[derive(Debug, Clone)]
pub struct NewSigned<'a> {
    /// Their name in the network.
    pub digest: String,
    /// The node of the laboratory.
    pub origin: String,
    /// The accession there.
    pub accession: &'a str,
    /// The version there.
    pub version: u32,
    /// Whether they take something back.
    pub is_withdrawal: bool,
    /// Who brought them; `None`: made here.
    pub peer: Option<PeerSerial>,
    /// The statement they are here, with its version; no version: overtaken.
    pub here: Option<(StatementSerial, Option<u32>)>,
    /// The bytes.
    pub content: &'a [u8],
    /// When they were made or came.
    pub received: Timestamp,
}

/// Signed bytes as kept.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct KeptSigned {
    /// Their name in the network.
    pub digest: String,
    /// The version where it was made.
    pub version: i64,
    /// Who brought them.
    pub peer_id: Option<PeerSerial>,
    /// The statement they are here.
    pub statement_id: Option<StatementSerial>,
    /// Its version here.
    pub statement_version: Option<i64>,
    /// The bytes.
    pub content: Vec<u8>,
}

fn kind(is_withdrawal: bool) -> &'static str {
    if is_withdrawal { "withdrawal" } else { "statement" }
}

/// Keeps bytes.
pub async fn add(connection: &mut Connection, new: &NewSigned<'_>) -> Result<(), StoreError> {
    sqlx::query(
        "/* signed_statement::add */
        INSERT INTO signed_statement (digest, origin, accession, version, kind, peer_id, statement_id,
            statement_version, content, received)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(&new.digest)
    .bind(&new.origin)
    .bind(new.accession)
    .bind(i64::from(new.version))
    .bind(kind(new.is_withdrawal))
    .bind(new.peer)
    .bind(new.here.map(|(statement, _)| statement))
    .bind(new.here.and_then(|(_, version)| version).map(i64::from))
    .bind(new.content)
    .bind(new.received.as_microsecond())
    .execute(connection)
    .await?;
    Ok(())
}

/// Whether the bytes of a name are here.
pub async fn is_kept(connection: &mut Connection, digest: &str) -> Result<bool, StoreError> {
    let found: i64 =
        sqlx::query_scalar("/* signed_statement::is_kept */ SELECT COUNT(*) FROM signed_statement WHERE digest = $1")
            .bind(digest)
            .fetch_one(connection)
            .await?;
    Ok(found > 0)
}

/// What is kept of a statement of a node, the latest version first; at equal versions the withdrawal.
pub async fn of_accession(
    connection: &mut Connection,
    origin: &str,
    accession: &str,
) -> Result<Vec<(KeptSigned, bool)>, StoreError> {
    let mut all = Vec::new();
    for is_withdrawal in [true, false] {
        let found: Vec<KeptSigned> = sqlx::query_as(
            "/* signed_statement::of_accession */
            SELECT digest, version, peer_id, statement_id, statement_version, content
            FROM signed_statement WHERE origin = $1 AND accession = $2 AND kind = $3",
        )
        .bind(origin)
        .bind(accession)
        .bind(kind(is_withdrawal))
        .fetch_all(&mut *connection)
        .await?;
        all.extend(found.into_iter().map(|one| (one, is_withdrawal)));
    }
    all.sort_by_key(|(one, is_withdrawal)| (std::cmp::Reverse(one.version), !is_withdrawal));
    Ok(all)
}

/// The signed bytes of a version in this record.
pub async fn of_version(
    connection: &mut Connection,
    statement: StatementSerial,
    version: u32,
    is_withdrawal: bool,
) -> Result<Option<KeptSigned>, StoreError> {
    Ok(sqlx::query_as(
        "/* signed_statement::of_version */
        SELECT digest, version, peer_id, statement_id, statement_version, content
        FROM signed_statement WHERE statement_id = $1 AND statement_version = $2 AND kind = $3",
    )
    .bind(statement)
    .bind(i64::from(version))
    .bind(kind(is_withdrawal))
    .fetch_optional(connection)
    .await?)
}

/// Where a statement in this record came from.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct CameFrom {
    /// The statement.
    pub statement_id: StatementSerial,
    /// The version.
    pub statement_version: i64,
    /// The node of its laboratory.
    pub origin: String,
    /// What that node calls itself.
    pub node: String,
    /// The accession there.
    pub accession: String,
    /// The version there.
    pub version: i64,
    /// The peer that brought it.
    pub peer: String,
    /// Its name in the network.
    pub digest: String,
}

/// Where these statements came from; those that were made here are left out.
pub async fn came_from(
    connection: &mut Connection,
    statements: &[StatementSerial],
) -> Result<Vec<CameFrom>, StoreError> {
    select_in(
        connection,
        |query| {
            query.push(
                "/* signed_statement::came_from */
                SELECT g.statement_id, g.statement_version, g.origin, o.name AS node, g.accession, g.version,
                    p.name AS peer, g.digest
                FROM signed_statement g
                JOIN peer_origin o ON o.origin = g.origin
                JOIN peer p ON p.peer_id = g.peer_id
                WHERE g.statement_version IS NOT NULL AND g.statement_id IN",
            );
        },
        statements,
        |_| {},
    )
    .await
}
