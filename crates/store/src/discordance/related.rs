//! Which variants and which discordances belong together: one column for many keys.

use crate::dialect::{Connection, Database};
use crate::error::StoreError;
use crate::insert::select_in;
use crate::serial::{DiscordanceSerial, StatementSerial, VariantSerial};

/// The first column of a statement that ends with the list of keys, `… WHERE variant_id IN`.
async fn column<K, T>(connection: &mut Connection, question: &'static str, keys: &[K]) -> Result<Vec<T>, StoreError>
where
    K: Clone + Send + for<'q> sqlx::Encode<'q, Database> + sqlx::Type<Database>,
    T: for<'r> sqlx::Decode<'r, Database> + sqlx::Type<Database> + Send + Unpin,
{
    let ask = |query: &mut sqlx::QueryBuilder<Database>| {
        query.push(question);
    };
    let rows: Vec<(T,)> = select_in(connection, ask, keys, |_| {}).await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// The discordances that stand, or stood, at one of these variants; name merged ones too.
pub async fn placed_at(
    connection: &mut Connection,
    variants: &[VariantSerial],
) -> Result<Vec<DiscordanceSerial>, StoreError> {
    const QUESTION: &str = "/* discordance::placed_at */
        SELECT DISTINCT discordance_id FROM discordance_place WHERE variant_id IN";
    column(connection, QUESTION, variants).await
}

/// The discordances in which one of these variants is compared with others, or was.
pub async fn in_variants(
    connection: &mut Connection,
    variants: &[VariantSerial],
) -> Result<Vec<DiscordanceSerial>, StoreError> {
    const QUESTION: &str = "/* discordance::in_variants */
        SELECT DISTINCT discordance_id FROM discordance_variant WHERE variant_id IN";
    column(connection, QUESTION, variants).await
}

/// The variants that are, or were, compared as one with these, after mergers.
pub async fn partners(
    connection: &mut Connection,
    variants: &[VariantSerial],
) -> Result<Vec<VariantSerial>, StoreError> {
    const QUESTION: &str = "/* discordance::partners */
        SELECT DISTINCT COALESCE(a.merged_into, a.variant_id)
        FROM discordance_variant d
        JOIN discordance_variant o ON o.discordance_id = d.discordance_id
        JOIN variant a ON a.variant_id = o.variant_id
        WHERE d.variant_id IN";
    column(connection, QUESTION, variants).await
}

/// The discordances that have, or had, one of these statements among their members.
pub async fn of_statements(
    connection: &mut Connection,
    statements: &[StatementSerial],
) -> Result<Vec<DiscordanceSerial>, StoreError> {
    const QUESTION: &str = "/* discordance::of_statements */
        SELECT DISTINCT discordance_id FROM discordance_member WHERE statement_id IN";
    column(connection, QUESTION, statements).await
}

/// Which of these variants are exon-level events or fusions.
pub async fn shaped(connection: &mut Connection, variants: &[VariantSerial]) -> Result<Vec<VariantSerial>, StoreError> {
    const QUESTION: &str = "/* discordance::shaped */
        SELECT variant_id FROM variant
        WHERE kind IN ('exon_event', 'fusion') AND merged_into IS NULL AND variant_id IN";
    column(connection, QUESTION, variants).await
}

/// These variants after mergers.
pub async fn unified(
    connection: &mut Connection,
    variants: &[VariantSerial],
) -> Result<Vec<VariantSerial>, StoreError> {
    const QUESTION: &str = "/* discordance::unified */
        SELECT COALESCE(merged_into, variant_id) FROM variant WHERE variant_id IN";
    column(connection, QUESTION, variants).await
}

/// Other variants of the same kind that touch a gene of this one.
pub async fn sharing_genes(
    connection: &mut Connection,
    variant: VariantSerial,
) -> Result<Vec<VariantSerial>, StoreError> {
    Ok(sqlx::query_scalar(
        "/* discordance::sharing_genes */
        SELECT DISTINCT o.variant_id
        FROM variant v
        JOIN variant_gene g ON g.variant_id = v.variant_id
        JOIN variant_gene h ON h.gene = g.gene
        JOIN variant o ON o.variant_id = h.variant_id AND o.kind = v.kind
        WHERE v.variant_id = $1 AND o.variant_id <> v.variant_id AND o.merged_into IS NULL
        LIMIT 200",
    )
    .bind(variant)
    .fetch_all(connection)
    .await?)
}

/// Variants of a kind that touch one of these genes, after mergers.
pub async fn touching(
    connection: &mut Connection,
    kind: &str,
    genes: &[String],
) -> Result<Vec<VariantSerial>, StoreError> {
    let ask = |query: &mut sqlx::QueryBuilder<Database>| {
        query.push(
            "/* discordance::touching */
            SELECT DISTINCT v.variant_id FROM variant_gene g JOIN variant v ON v.variant_id = g.variant_id
            WHERE v.merged_into IS NULL AND v.kind = ",
        );
        query.push_bind(kind.to_owned()).push(" AND g.gene IN");
    };
    let rows: Vec<(VariantSerial,)> = select_in(connection, ask, genes, |_| {}).await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// Variants that a statement names, in the order of recording, from after one; mergers are not followed.
pub async fn stated_variants(
    connection: &mut Connection,
    after: VariantSerial,
    limit: u32,
) -> Result<Vec<VariantSerial>, StoreError> {
    Ok(sqlx::query_scalar(
        "/* discordance::stated_variants */
        SELECT DISTINCT variant_id FROM statement_version WHERE variant_id > $1 ORDER BY variant_id LIMIT $2",
    )
    .bind(after)
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await?)
}

/// The genes of variants, by symbol.
pub async fn genes(
    connection: &mut Connection,
    variants: &[VariantSerial],
) -> Result<Vec<(VariantSerial, String)>, StoreError> {
    select_in(
        connection,
        |query| {
            query.push("/* discordance::genes */ SELECT variant_id, gene FROM variant_gene WHERE variant_id IN");
        },
        variants,
        |query| {
            query.push(" ORDER BY variant_id, gene");
        },
    )
    .await
}
