//! The digest of the rows of a block.

use super::{ROWS, quoted};
use crate::dialect::{Connection, Database, DatabaseRow};
use crate::driver::Kind;
use crate::error::StoreError;
use sha2::{Digest, Sha256};
use sqlx::{Decode, Row, ValueRef};
use std::collections::BTreeMap;

/// Blocks read with one statement.
const BLOCKS: i64 = 4;

/// The digests of the blocks from `from`, inclusive, to `to`, exclusive; a block without rows has none.
pub(super) async fn digests(
    connection: &mut Connection,
    relation: &str,
    from: i64,
    to: i64,
) -> Result<BTreeMap<i64, String>, StoreError> {
    let mut hashers: BTreeMap<i64, Sha256> = BTreeMap::new();
    let sql = format!(
        "/* content::digest::digests */
        SELECT rowid, * FROM {} WHERE rowid >= $1 AND rowid < $2 ORDER BY rowid",
        quoted(relation)
    );
    let mut next = from;
    while next < to {
        let end = next.saturating_add(BLOCKS).min(to);
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql.clone()))
            .bind(next.saturating_mul(ROWS))
            .bind(end.saturating_mul(ROWS))
            .fetch_all(&mut *connection)
            .await?;
        for row in &rows {
            let number: i64 = row.try_get(0)?;
            let hasher = hashers.entry(number.div_euclid(ROWS)).or_insert_with(|| Sha256::new_with_prefix(relation));
            hash_row(hasher, row)?;
        }
        next = end;
    }
    Ok(hashers.into_iter().map(|(block, hasher)| (block, hex::encode(hasher.finalize()))).collect())
}

/// Every value with its kind and length, so that no two different rows are the same bytes.
fn hash_row(hasher: &mut Sha256, row: &DatabaseRow) -> Result<(), StoreError> {
    hasher.update([0xff]);
    hasher.update((row.len() as u64).to_be_bytes());
    for at in 0..row.len() {
        let value = row.try_get_raw(at)?;
        if value.is_null() {
            hasher.update([Kind::Null as u8]);
            continue;
        }
        let kind = *value.type_info();
        hasher.update([kind as u8]);
        match kind {
            Kind::Real => hasher.update(decoded::<f64>(value)?.to_bits().to_be_bytes()),
            Kind::Integer => hasher.update(decoded::<i64>(value)?.to_be_bytes()),
            _ => {
                let bytes: &[u8] = decoded(value)?;
                hasher.update((bytes.len() as u64).to_be_bytes());
                hasher.update(bytes);
            }
        }
    }
    Ok(())
}

fn decoded<'r, T: Decode<'r, Database>>(value: <Database as sqlx::Database>::ValueRef<'r>) -> Result<T, StoreError> {
    T::decode(value).map_err(|error| StoreError::Driver(sqlx::Error::Decode(error)))
}
