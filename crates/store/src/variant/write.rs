//! Recording variants, and what later becomes known of them.

use super::{Allele, GeneEffect, LONG, Notation, PlacedAs, VariantRecord, add_places};
use crate::dialect::Connection;
use crate::error::StoreError;
use crate::fold::fold;
use crate::insert::{last_serial, rows, select_in};
use crate::serial::{EntrySerial, VariantSerial};
use crate::word::word;
use cairn_core::id::VariantId;
use std::collections::HashMap;

/// Which of these canonical keys are recorded, and as which variant (after mergers).
pub async fn find_keys(
    connection: &mut Connection,
    keys: &[String],
) -> Result<HashMap<String, VariantSerial>, StoreError> {
    let found: Vec<(String, VariantSerial)> = select_in(
        connection,
        |query| {
            query.push(
                "/* variant::find_keys */
                SELECT canonical_key, COALESCE(merged_into, variant_id) FROM variant
                WHERE canonical_key IN",
            );
        },
        keys,
        |_| {},
    )
    .await?;
    Ok(found.into_iter().collect())
}

/// Adds variants whose keys are not recorded yet; their serials come back in the same order.
pub async fn add(
    connection: &mut Connection,
    entry: EntrySerial,
    variants: &[(VariantId, &VariantRecord)],
) -> Result<Vec<VariantSerial>, StoreError> {
    let last =
        last_serial(connection, "/* variant::add (last) */ SELECT COALESCE(MAX(variant_id), 0) FROM variant").await?;
    let serials: Vec<_> = (1..=variants.len() as i64).map(|n| VariantSerial::new(last + n)).collect();
    let numbered: Vec<_> = serials.iter().copied().zip(variants).collect();
    rows(
        connection,
        "/* variant::add */
        INSERT INTO variant (variant_id, uid, canonical_key, status, kind, label,
            vrs_id, vrs_version, hgvs_c, hgvs_p, entry_id)",
        11,
        "",
        &numbered,
        |row, (serial, (id, variant))| {
            row.push_bind(*serial)
                .push_bind(id.to_string())
                .push_bind(variant.key.clone())
                .push_bind(word(&variant.status))
                .push_bind(variant.kind.clone())
                .push_bind(variant.label.clone())
                .push_bind(variant.vrs_id.clone())
                .push_bind(variant.vrs_version.clone())
                .push_bind(variant.hgvs_c.clone())
                .push_bind(variant.hgvs_p.clone())
                .push_bind(entry);
        },
    )
    .await?;
    let described: Vec<_> = numbered.iter().map(|(serial, (_, v))| (*serial, *v)).collect();
    add_extents(connection, &described).await?;
    Ok(serials)
}

/// Alleles, places and genes.
async fn add_extents(
    connection: &mut Connection,
    variants: &[(VariantSerial, &VariantRecord)],
) -> Result<(), StoreError> {
    let alleles: Vec<(VariantSerial, &Allele)> =
        variants.iter().flat_map(|(serial, v)| v.alleles.iter().map(move |allele| (*serial, allele))).collect();
    add_allele_rows(connection, &alleles).await?;
    let placed: Vec<(VariantSerial, &[PlacedAs])> =
        variants.iter().map(|(serial, v)| (*serial, v.places.as_slice())).collect();
    add_places(connection, &placed).await?;
    let genes: Vec<(VariantSerial, &GeneEffect)> =
        variants.iter().flat_map(|(serial, v)| v.genes.iter().map(move |gene| (*serial, gene))).collect();
    add_genes(connection, &genes).await
}

/// Adds where a variant lies on assemblies it had no place on; known places stay.
pub async fn add_alleles(
    connection: &mut Connection,
    serial: VariantSerial,
    alleles: &[Allele],
) -> Result<(), StoreError> {
    let alleles: Vec<_> = alleles.iter().map(|allele| (serial, allele)).collect();
    add_allele_rows(connection, &alleles).await
}

async fn add_allele_rows(connection: &mut Connection, alleles: &[(VariantSerial, &Allele)]) -> Result<(), StoreError> {
    rows(
        connection,
        "/* variant::add_allele_rows */
        INSERT INTO variant_allele (variant_id, assembly, contig, start_pos, end_pos, is_long,
            vrs_id, spdi, hgvs_g, vcf)",
        10,
        " ON CONFLICT DO NOTHING",
        alleles,
        |row, (serial, allele)| {
            row.push_bind(*serial)
                .push_bind(allele.assembly.name())
                .push_bind(allele.contig.rank() as i64)
                .push_bind(allele.start as i64)
                .push_bind(allele.end as i64)
                .push_bind(i64::from(allele.end.saturating_sub(allele.start) > LONG))
                .push_bind(allele.vrs_id.clone())
                .push_bind(allele.spdi.clone())
                .push_bind(allele.hgvs_g.clone())
                .push_bind(allele.vcf.clone());
        },
    )
    .await
}

/// Adds genes that variants touch; known ones stay as they are.
pub async fn add_genes(connection: &mut Connection, genes: &[(VariantSerial, &GeneEffect)]) -> Result<(), StoreError> {
    rows(
        connection,
        "/* variant::add_genes */
        INSERT INTO variant_gene (gene, variant_id, hgvs_c, hgvs_p, protein_start)",
        5,
        " ON CONFLICT DO NOTHING",
        genes,
        |row, (serial, gene)| {
            row.push_bind(gene.gene.clone())
                .push_bind(*serial)
                .push_bind(gene.hgvs_c.clone())
                .push_bind(gene.hgvs_p.clone())
                .push_bind(gene.protein_start.map(i64::from));
        },
    )
    .await
}

/// Adds notations and source names under which variants came in; known ones stay.
pub async fn add_names(
    connection: &mut Connection,
    notations: &[(VariantSerial, Notation)],
    xrefs: &[(VariantSerial, String)],
) -> Result<(), StoreError> {
    rows(
        connection,
        "/* variant::add_names (notations) */
        INSERT INTO variant_expression (expression_folded, variant_id, expression, assembly, trust)",
        5,
        " ON CONFLICT DO NOTHING",
        notations,
        |row, (serial, notation)| {
            row.push_bind(fold(&notation.expression))
                .push_bind(*serial)
                .push_bind(notation.expression.clone())
                .push_bind(notation.assembly.clone())
                .push_bind(i64::from(notation.trust));
        },
    )
    .await?;
    rows(
        connection,
        "/* variant::add_names (xrefs) */
        INSERT INTO variant_xref (xref, variant_id)",
        2,
        " ON CONFLICT DO NOTHING",
        xrefs,
        |row, (serial, xref)| {
            row.push_bind(xref.clone()).push_bind(*serial);
        },
    )
    .await
}

/// Replaces what is known of a variant by better knowledge with a key nobody else has.
pub async fn resolve(
    connection: &mut Connection,
    serial: VariantSerial,
    variant: &VariantRecord,
) -> Result<(), StoreError> {
    sqlx::query(
        "/* variant::resolve */
        UPDATE variant SET canonical_key = $2, status = $3, kind = $4, label = $5, vrs_id = $6,
            vrs_version = $7, hgvs_c = $8, hgvs_p = $9
        WHERE variant_id = $1",
    )
    .bind(serial)
    .bind(&variant.key)
    .bind(word(&variant.status))
    .bind(&variant.kind)
    .bind(&variant.label)
    .bind(&variant.vrs_id)
    .bind(&variant.vrs_version)
    .bind(&variant.hgvs_c)
    .bind(&variant.hgvs_p)
    .execute(&mut *connection)
    .await?;
    for delete in [
        "/* variant::resolve (alleles) */ DELETE FROM variant_allele WHERE variant_id = $1",
        "/* variant::resolve (places) */ DELETE FROM variant_place WHERE variant_id = $1",
        "/* variant::resolve (genes) */ DELETE FROM variant_gene WHERE variant_id = $1",
    ] {
        sqlx::query(delete).bind(serial).execute(&mut *connection).await?;
    }
    add_extents(connection, &[(serial, variant)]).await
}

/// Notes that two recorded variants are one: from now on `serial` is read as `into`, and so is
/// what was merged into `serial` before.
pub async fn merge(
    connection: &mut Connection,
    entry: EntrySerial,
    serial: VariantSerial,
    into: VariantSerial,
) -> Result<(), StoreError> {
    sqlx::query(
        "/* variant::merge */
        UPDATE variant SET merged_into = $2, merged_entry_id = COALESCE(merged_entry_id, $3)
        WHERE (variant_id = $1 OR merged_into = $1) AND variant_id <> $2",
    )
    .bind(serial)
    .bind(into)
    .bind(entry)
    .execute(connection)
    .await?;
    Ok(())
}
