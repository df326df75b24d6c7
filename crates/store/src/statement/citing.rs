//! Which statements cite a publication.

use super::write::Numbered;
use crate::dialect::Connection;
use crate::entry::AsOf;
use crate::error::StoreError;
use crate::insert::rows;
use crate::serial::StatementSerial;
use crate::word::read_document;
use cairn_core::citation::Citation;
use cairn_core::statement::StatementBody;
use std::collections::BTreeSet;

/// A citation as it is looked for.
fn sought(citation: &Citation) -> String {
    citation.to_string().to_lowercase()
}

/// Everything that a statement cites, as a whole and for its evidence.
fn cited(body: &StatementBody) -> BTreeSet<String> {
    let of_evidence = body.evidence.iter().flat_map(|item| &item.citations);
    body.citations.iter().chain(of_evidence).map(sought).collect()
}

/// The current statements that cite a publication, the last recorded first, at most so many; withdrawn ones are left out.
pub async fn citing(
    connection: &mut Connection,
    citation: &Citation,
    as_of: AsOf,
    limit: u32,
) -> Result<Vec<StatementSerial>, StoreError> {
    Ok(sqlx::query_scalar(
        "/* statement::citing */
        SELECT v.statement_id FROM statement_citation c
        JOIN statement_version v ON v.statement_id = c.statement_id AND v.version = c.version
        WHERE c.citation = $1 AND v.standing = 'current' AND v.entry_id <= $2
            AND NOT EXISTS (SELECT 1 FROM statement_version n
                WHERE n.statement_id = v.statement_id AND n.version > v.version AND n.entry_id <= $2)
        ORDER BY v.statement_id DESC LIMIT 0 + $3",
    )
    .bind(sought(citation))
    .bind(as_of.bound())
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await?)
}

/// Enters what new versions cite.
pub(super) async fn add_citations(connection: &mut Connection, numbered: &[Numbered<'_>]) -> Result<(), StoreError> {
    let all: Vec<Cited> = numbered
        .iter()
        .flat_map(|(serial, version, new)| cited(&new.body).into_iter().map(move |one| (one, *serial, *version)))
        .collect();
    enter(connection, &all).await
}

/// A citation, and the version that cites it.
type Cited = (String, StatementSerial, u32);

async fn enter(connection: &mut Connection, all: &[Cited]) -> Result<(), StoreError> {
    rows(
        connection,
        "/* statement::add_citations */
        INSERT INTO statement_citation (citation, statement_id, version)",
        3,
        " ON CONFLICT DO NOTHING",
        all,
        |row, (citation, statement, version)| {
            row.push_bind(citation.clone()).push_bind(*statement).push_bind(i64::from(*version));
        },
    )
    .await
}

/// Whether versions from before citations were entered are left.
pub async fn has_uncited(connection: &mut Connection) -> Result<bool, StoreError> {
    let left: Option<StatementSerial> = sqlx::query_scalar(
        "/* statement::has_uncited */
        SELECT statement_id FROM uncited_version WHERE statement_id > 0 LIMIT 1",
    )
    .fetch_optional(connection)
    .await?;
    Ok(left.is_some())
}

/// Enters what versions cite that were recorded before citations were, at most so many; how many there were comes back.
pub async fn cite_some(connection: &mut Connection, limit: u32) -> Result<usize, StoreError> {
    let open: Vec<(StatementSerial, i64, String)> = sqlx::query_as(
        "/* statement::cite_some */
        SELECT v.statement_id, v.version, v.body FROM uncited_version u
        JOIN statement_version v ON v.statement_id = u.statement_id AND v.version = u.version
        WHERE u.statement_id > 0 ORDER BY u.statement_id, u.version LIMIT 0 + $1",
    )
    .bind(i64::from(limit))
    .fetch_all(&mut *connection)
    .await?;
    let mut all: Vec<Cited> = Vec::new();
    for (serial, version, body) in &open {
        let body: StatementBody = read_document("statement_version", body)?;
        let version = u32::try_from(*version).map_err(|_| StoreError::damaged("statement_version", "version"))?;
        all.extend(cited(&body).into_iter().map(|citation| (citation, *serial, version)));
    }
    enter(connection, &all).await?;
    if let Some((serial, version, _)) = open.last() {
        sqlx::query(
            "/* statement::cite_some (done) */
            DELETE FROM uncited_version WHERE statement_id < $1 OR (statement_id = $1 AND version <= $2)",
        )
        .bind(*serial)
        .bind(*version)
        .execute(connection)
        .await?;
    }
    Ok(open.len())
}
