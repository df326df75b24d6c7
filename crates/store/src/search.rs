//! Completions of a few typed letters, each from an index.

use crate::case::label_digest;
use crate::dialect::Connection;
use crate::entry::AsOf;
use crate::error::StoreError;
use crate::fold::{fold, prefix_range};
use crate::key_store::KeyStore;
use crate::serial::{ConditionSerial, LaboratorySerial, VariantSerial};
use crate::word::parse;
use cairn_core::id::CaseId;

/// Gene symbols with recorded variants that begin with the text.
pub async fn genes(connection: &mut Connection, prefix: &str, limit: u32) -> Result<Vec<String>, StoreError> {
    let (from, to) = prefix_range(&prefix.trim().to_uppercase());
    Ok(sqlx::query_scalar(
        "/* search::genes */
        SELECT DISTINCT gene FROM variant_gene WHERE gene >= $1 AND gene < $2
        ORDER BY gene LIMIT 0 + $3",
    )
    .bind(from)
    .bind(to)
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await?)
}

/// Notations that begin with the text, with their variants after mergers.
pub async fn expressions(
    connection: &mut Connection,
    prefix: &str,
    as_of: AsOf,
    limit: u32,
) -> Result<Vec<(String, VariantSerial)>, StoreError> {
    let (from, to) = prefix_range(&fold(prefix));
    Ok(sqlx::query_as(
        "/* search::expressions */
        SELECT x.expression, COALESCE(v.merged_into, v.variant_id)
        FROM variant_expression x JOIN variant v ON v.variant_id = x.variant_id
        WHERE x.expression_folded >= $1 AND x.expression_folded < $2 AND v.entry_id <= $3
        ORDER BY x.expression_folded LIMIT 0 + $4",
    )
    .bind(from)
    .bind(to)
    .bind(as_of.bound())
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await?)
}

/// Conditions whose names begin with the text.
pub async fn conditions(
    connection: &mut Connection,
    prefix: &str,
    limit: u32,
) -> Result<Vec<(ConditionSerial, String)>, StoreError> {
    let (from, to) = prefix_range(&fold(prefix));
    Ok(sqlx::query_as(
        "/* search::conditions */
        SELECT MIN(condition_id), name FROM condition WHERE name_folded >= $1 AND name_folded < $2
        GROUP BY name_folded, name ORDER BY name_folded LIMIT 0 + $3",
    )
    .bind(from)
    .bind(to)
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await?)
}

/// Conditions that were named exactly so, or carry this identifier.
pub async fn condition_named(
    connection: &mut Connection,
    text: &str,
    limit: u32,
) -> Result<Vec<(ConditionSerial, String)>, StoreError> {
    Ok(sqlx::query_as(
        "/* search::condition_named */
        SELECT condition_id, name FROM condition WHERE name_folded = $1
        UNION
        SELECT c.condition_id, c.name FROM condition_xref x
        JOIN condition c ON c.condition_id = x.condition_id WHERE x.curie = $2
        ORDER BY 1 LIMIT 0 + $3",
    )
    .bind(fold(text))
    .bind(text.trim())
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await?)
}

/// The case that a laboratory calls by this name. Only the whole name finds it: what is kept of it is a keyed digest.
pub async fn case(
    connection: &mut Connection,
    keys: &KeyStore,
    laboratory: LaboratorySerial,
    name: &str,
) -> Result<Option<CaseId>, StoreError> {
    let uid: Option<String> = sqlx::query_scalar(
        "/* search::case */
        SELECT uid FROM clinical_case WHERE laboratory_id = $1 AND local_id = $2",
    )
    .bind(laboratory)
    .bind(label_digest(keys, laboratory, name.trim()))
    .fetch_optional(connection)
    .await?;
    uid.map(|uid| parse("clinical_case", &uid)).transpose()
}
