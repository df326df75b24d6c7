//! Variants by the residue of a gene's protein that they change first.

use crate::dialect::Connection;
use crate::entry::AsOf;
use crate::error::StoreError;
use crate::serial::VariantSerial;

/// The variants of a gene whose first changed residue lies in `first..=last`, in the order of residues; at most `limit`.
pub async fn variants(
    connection: &mut Connection,
    gene: &str,
    first: u32,
    last: u32,
    as_of: AsOf,
    limit: u32,
) -> Result<Vec<VariantSerial>, StoreError> {
    Ok(sqlx::query_scalar(
        "/* residue::variants */
        SELECT v.variant_id FROM variant_gene g JOIN variant v ON v.variant_id = g.variant_id
        WHERE g.gene = $1 AND g.protein_start >= $2 AND g.protein_start <= $3 AND v.entry_id <= $4
            AND v.merged_into IS NULL
        ORDER BY g.protein_start, g.variant_id LIMIT $5",
    )
    .bind(gene)
    .bind(i64::from(first))
    .bind(i64::from(last))
    .bind(as_of.bound())
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await?)
}
