//! Statements as they travel between nodes: signed bytes, and what each is in this record.

use crate::dialect::Connection;
use crate::error::StoreError;
use crate::insert::{rows, select_in};
use crate::serial::{PeerSerial, StatementSerial};
use jiff::Timestamp;
use std::collections::HashSet;

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

/// What is known of signed bytes, without the bytes.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct SignedHead {
    /// Their name in the network.
    pub digest: String,
    /// The accession where it was made.
    pub accession: String,
    /// The version there.
    pub version: i64,
    /// Whether they take something back: 1.
    pub is_withdrawal: i64,
    /// The statement they are here.
    pub statement_id: Option<StatementSerial>,
    /// Its version here.
    pub statement_version: Option<i64>,
}

/// Keeps bytes.
pub async fn add(connection: &mut Connection, all: &[NewSigned<'_>]) -> Result<(), StoreError> {
    rows(
        connection,
        "/* signed_statement::add */
        INSERT INTO signed_statement (digest, origin, accession, version, kind, peer_id, statement_id,
            statement_version, content, received)",
        10,
        "",
        all,
        |row, new| {
            row.push_bind(new.digest.clone())
                .push_bind(new.origin.clone())
                .push_bind(new.accession.to_owned())
                .push_bind(i64::from(new.version))
                .push_bind(kind(new.is_withdrawal))
                .push_bind(new.peer)
                .push_bind(new.here.map(|(statement, _)| statement))
                .push_bind(new.here.and_then(|(_, version)| version).map(i64::from))
                .push_bind(new.content.to_vec())
                .push_bind(new.received.as_microsecond());
        },
    )
    .await
}

/// Whether the bytes of a name are here.
pub async fn is_kept(connection: &mut Connection, digest: &str) -> Result<bool, StoreError> {
    Ok(!kept(connection, &[digest.to_owned()]).await?.is_empty())
}

/// Which of these names are here.
pub async fn kept(connection: &mut Connection, digests: &[String]) -> Result<HashSet<String>, StoreError> {
    let found: Vec<(String,)> = select_in(
        connection,
        |query| {
            query.push("/* signed_statement::kept */ SELECT digest FROM signed_statement WHERE digest IN");
        },
        digests,
        |_| {},
    )
    .await?;
    Ok(found.into_iter().map(|(digest,)| digest).collect())
}

/// What is known of these statements of a node.
pub async fn of_accessions(
    connection: &mut Connection,
    origin: &str,
    accessions: &[String],
) -> Result<Vec<SignedHead>, StoreError> {
    select_in(
        connection,
        |query| {
            query.push(
                "/* signed_statement::of_accessions */
                SELECT digest, accession, version, CASE WHEN kind = 'withdrawal' THEN 1 ELSE 0 END AS is_withdrawal,
                    statement_id, statement_version
                FROM signed_statement WHERE origin = ",
            );
            query.push_bind(origin.to_owned()).push(" AND accession IN");
        },
        accessions,
        |_| {},
    )
    .await
}

/// The names of everything that is kept, in their order: nodes that saw the same keep the same.
pub async fn names(connection: &mut Connection) -> Result<Vec<String>, StoreError> {
    let found: Vec<(String,)> =
        sqlx::query_as("/* signed_statement::names */ SELECT digest FROM signed_statement ORDER BY digest")
            .fetch_all(connection)
            .await?;
    Ok(found.into_iter().map(|(digest,)| digest).collect())
}

/// The bytes of a name.
pub async fn content(connection: &mut Connection, digest: &str) -> Result<Option<Vec<u8>>, StoreError> {
    Ok(sqlx::query_scalar("/* signed_statement::content */ SELECT content FROM signed_statement WHERE digest = $1")
        .bind(digest)
        .fetch_optional(connection)
        .await?)
}

/// The signed bytes of these statements' versions in this record.
pub async fn of_statements(
    connection: &mut Connection,
    statements: &[StatementSerial],
) -> Result<Vec<KeptSigned>, StoreError> {
    select_in(
        connection,
        |query| {
            query.push(
                "/* signed_statement::of_statements */
                SELECT digest, version, peer_id, statement_id, statement_version, content
                FROM signed_statement WHERE kind = 'statement' AND statement_id IN",
            );
        },
        statements,
        |_| {},
    )
    .await
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
