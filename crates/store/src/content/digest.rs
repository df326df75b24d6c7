//! The digest of the rows of a block.

use super::{ROWS, quoted};
use crate::dialect::{Connection, DatabaseRow};
use crate::error::StoreError;
use sha2::{Digest, Sha256};
use sqlx::{AssertSqlSafe, Row};
use std::collections::BTreeMap;

/// How the rows of a table are read for their digests.
#[derive(Debug)]
pub(super) struct Table {
    relation: String,
    /// Every value as the database writes a literal of it, so that no two different rows are the same text: the row's
    /// number first.
    literals: String,
    /// The columns that hold bytes, whose literals would be twice as long.
    bytes: Vec<String>,
}

impl Table {
    /// A table by its name.
    pub(super) async fn of(connection: &mut Connection, relation: &str) -> Result<Self, StoreError> {
        let columns: Vec<(String, String)> = sqlx::query_as(
            "/* content::digest::of */
            SELECT name, type FROM pragma_table_info($1) ORDER BY cid",
        )
        .bind(relation)
        .fetch_all(connection)
        .await?;
        let (bytes, literal): (Vec<_>, Vec<_>) = columns.into_iter().partition(|(_, kind)| kind == "BLOB");
        let mut literals = "quote(rowid)".to_owned();
        for (name, _) in literal {
            literals.push_str(&format!(" || ',' || quote({})", quoted(&name)));
        }
        let bytes = bytes.into_iter().map(|(name, _)| quoted(&name)).collect();
        Ok(Self { relation: relation.to_owned(), literals, bytes })
    }

    /// The digests of the blocks from `from`, inclusive, to `to`, exclusive; a block without rows has none.
    pub(super) async fn digests(
        &self,
        connection: &mut Connection,
        from: i64,
        to: i64,
    ) -> Result<BTreeMap<i64, String>, StoreError> {
        let mut digests = BTreeMap::new();
        for block in from..to {
            let digest = match self.bytes.is_empty() {
                true => self.of_text(connection, block).await?,
                false => self.of_rows(connection, block).await?,
            };
            digests.extend(digest.map(|digest| (block, digest)));
        }
        Ok(digests)
    }

    /// All rows of a block as one text, which the database puts together: no value crosses to us by itself.
    async fn of_text(&self, connection: &mut Connection, block: i64) -> Result<Option<String>, StoreError> {
        let sql = format!(
            "/* content::digest::of_text */
            SELECT group_concat({}, ';') FROM {} WHERE rowid >= $1 AND rowid < $2",
            self.literals,
            quoted(&self.relation)
        );
        let (first, end) = rows_of(block);
        let text: Option<Vec<u8>> = sqlx::query_scalar(AssertSqlSafe(format!("SELECT CAST(({sql}) AS BLOB)")))
            .bind(first)
            .bind(end)
            .fetch_one(connection)
            .await?;
        Ok(text.map(|text| hex::encode(Sha256::new_with_prefix(&self.relation).chain_update(text).finalize())))
    }

    /// The same of a table with bytes, row by row.
    async fn of_rows(&self, connection: &mut Connection, block: i64) -> Result<Option<String>, StoreError> {
        let sql = format!(
            "/* content::digest::of_rows */
            SELECT CAST({} AS BLOB), {} FROM {} WHERE rowid >= $1 AND rowid < $2 ORDER BY rowid",
            self.literals,
            self.bytes.join(", "),
            quoted(&self.relation)
        );
        let (first, end) = rows_of(block);
        let rows = sqlx::query(AssertSqlSafe(sql)).bind(first).bind(end).fetch_all(connection).await?;
        if rows.is_empty() {
            return Ok(None);
        }
        let mut hasher = Sha256::new_with_prefix(&self.relation);
        rows.iter().try_for_each(|row| hash_row(&mut hasher, row))?;
        Ok(Some(hex::encode(hasher.finalize())))
    }
}

/// The numbers of a block's rows: from, inclusive, to, exclusive.
fn rows_of(block: i64) -> (i64, i64) {
    (block.saturating_mul(ROWS), block.saturating_add(1).saturating_mul(ROWS))
}

/// Every value with its length.
fn hash_row(hasher: &mut Sha256, row: &DatabaseRow) -> Result<(), StoreError> {
    for at in 0..row.len() {
        let value: Option<&[u8]> = row.try_get(at)?;
        hasher.update(value.map_or(u64::MAX, |bytes| bytes.len() as u64).to_be_bytes());
        hasher.update(value.unwrap_or_default());
    }
    Ok(())
}
