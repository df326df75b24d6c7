//! Variants that are kept as the text that nobody could read, by how their text begins.

use crate::dialect::{Connection, Database};
use crate::entry::AsOf;
use crate::error::StoreError;
use crate::fold::prefix_range;
use crate::serial::VariantSerial;
use sqlx::QueryBuilder;

/// Beginnings in one question; SQLite joins 500 questions at most.
const AT_ONCE: usize = 200;

/// The variants kept as text whose folded notation begins with one of these folded texts, each with that notation.
pub async fn kept_as_text(
    connection: &mut Connection,
    beginnings: &[String],
    as_of: AsOf,
) -> Result<Vec<(String, VariantSerial)>, StoreError> {
    let mut found = Vec::new();
    for chunk in beginnings.chunks(AT_ONCE) {
        let mut query = QueryBuilder::<Database>::new(
            "/* variant::kept_as_text */ SELECT a.expression_folded, v.variant_id FROM (",
        );
        for (at, beginning) in chunk.iter().enumerate() {
            let (from, to) = prefix_range(beginning);
            query.push(if at == 0 { "" } else { " UNION ALL " });
            query.push("SELECT variant_id, expression_folded FROM variant_expression WHERE expression_folded >= ");
            query.push_bind(from).push(" AND expression_folded < ").push_bind(to);
        }
        query.push(
            ") a JOIN variant v ON v.variant_id = a.variant_id
            WHERE v.status = 'unresolved' AND v.merged_into IS NULL AND v.entry_id <= ",
        );
        query.push_bind(as_of.bound());
        found.extend(query.build_query_as::<(String, VariantSerial)>().fetch_all(&mut *connection).await?);
    }
    Ok(found)
}
