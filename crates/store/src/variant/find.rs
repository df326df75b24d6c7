//! Finding variants: by id, name, place or gene.

use super::{Allele, GeneEffect, Notation, RecordedVariant, Row, VariantStatus};
use crate::dialect::{Connection, Database};
use crate::entry::AsOf;
use crate::error::StoreError;
use crate::fold::fold;
use crate::insert::select_in;
use crate::serial::VariantSerial;
use crate::word::{parse, word};
use cairn_core::id::VariantId;
use cairn_variant::contig::Contig;
use sqlx::QueryBuilder;
use std::collections::HashMap;

/// Gene or variant, HGVS, HGVS of the protein, first residue.
type EffectRow<K> = (K, Option<String>, Option<String>, Option<i64>);

/// The recorded variants of these serials, in the order of recording; mergers are not followed.
pub async fn by_serials(
    connection: &mut Connection,
    serials: &[VariantSerial],
) -> Result<Vec<RecordedVariant>, StoreError> {
    let mut rows: Vec<Row> = select_in(
        connection,
        |query| {
            query.push(
                "/* variant::by_serials */
                SELECT variant_id, uid, canonical_key, status, kind, label,
                    vrs_id, vrs_version, hgvs_c, hgvs_p
                FROM variant WHERE variant_id IN",
            );
        },
        serials,
        |_| {},
    )
    .await?;
    rows.sort_by_key(|row| row.variant_id);
    rows.into_iter().map(Row::read).collect()
}

/// A variant, and every other that was found to be it: statements may hang on any of them. `None` when there is no such
/// variant; mergers of the variant itself are not followed.
pub async fn with_others(
    connection: &mut Connection,
    serial: VariantSerial,
) -> Result<Option<(RecordedVariant, Vec<VariantSerial>)>, StoreError> {
    let mut rows: Vec<Row> = sqlx::query_as(
        "/* variant::with_others */
        SELECT variant_id, uid, canonical_key, status, kind, label, vrs_id, vrs_version, hgvs_c, hgvs_p
        FROM variant WHERE variant_id = $1
        UNION ALL
        SELECT variant_id, uid, canonical_key, status, kind, label, vrs_id, vrs_version, hgvs_c, hgvs_p
        FROM variant WHERE merged_into = $1",
    )
    .bind(serial)
    .fetch_all(connection)
    .await?;
    rows.sort_by_key(|row| (row.variant_id != serial, row.variant_id));
    let all = rows.iter().map(|row| row.variant_id).collect();
    let own = rows.into_iter().next().filter(|row| row.variant_id == serial);
    own.map(|row| Ok((row.read()?, all))).transpose()
}

/// Where a name may stand, each with its rank among the places of one name: the name, rank, variant, variant after
/// mergers.
const NAMED: [&str; 4] = [
    "SELECT v.canonical_key, 0, v.variant_id, COALESCE(v.merged_into, v.variant_id)
        FROM variant v WHERE v.canonical_key IN (",
    "SELECT a.vrs_id, 1, v.variant_id, COALESCE(v.merged_into, v.variant_id)
        FROM variant_allele a JOIN variant v ON v.variant_id = a.variant_id WHERE a.vrs_id IN (",
    "SELECT p.vrs_id, 1, v.variant_id, COALESCE(v.merged_into, v.variant_id)
        FROM variant_place p JOIN variant v ON v.variant_id = p.variant_id WHERE p.vrs_id IN (",
    "SELECT v.vrs_id, 1, v.variant_id, COALESCE(v.merged_into, v.variant_id)
        FROM variant v WHERE v.vrs_id IN (",
];

/// The variant, after mergers, of the first of these names that is known here: as a canonical key, else as a VRS
/// identifier on any assembly.
pub async fn by_keys(connection: &mut Connection, names: &[&str]) -> Result<Option<VariantSerial>, StoreError> {
    if names.is_empty() {
        return Ok(None);
    }
    let mut query = QueryBuilder::<Database>::new("/* variant::by_keys */ ");
    for (at, question) in NAMED.iter().enumerate() {
        query.push(if at == 0 { "" } else { " UNION ALL " }).push(question);
        let mut list = query.separated(", ");
        for name in names {
            list.push_bind((*name).to_owned());
        }
        list.push_unseparated(")");
    }
    type Row = (String, i64, VariantSerial, VariantSerial);
    let rows: Vec<Row> = query.build_query_as().fetch_all(connection).await?;
    let place = |row: &Row| (names.iter().position(|name| *name == row.0), row.1, row.2);
    Ok(rows.into_iter().min_by_key(place).map(|row| row.3))
}

/// The variant with this opaque id, after mergers.
pub async fn by_id(connection: &mut Connection, id: VariantId) -> Result<Option<VariantSerial>, StoreError> {
    Ok(sqlx::query_scalar(
        "/* variant::by_id */
        SELECT COALESCE(merged_into, variant_id) FROM variant WHERE uid = $1",
    )
    .bind(id.to_string())
    .fetch_optional(connection)
    .await?)
}

/// The variants that a source calls by this name, after mergers; at most 50.
pub async fn by_xref(connection: &mut Connection, xref: &str) -> Result<Vec<VariantSerial>, StoreError> {
    Ok(sqlx::query_scalar(
        "/* variant::by_xref */
        SELECT DISTINCT COALESCE(v.merged_into, v.variant_id)
        FROM variant_xref x JOIN variant v ON v.variant_id = x.variant_id
        WHERE x.xref = $1 LIMIT 50",
    )
    .bind(xref)
    .fetch_all(connection)
    .await?)
}

/// The variants that came in under exactly this notation, but for case and spaces; at most 50.
pub async fn by_expression(connection: &mut Connection, expression: &str) -> Result<Vec<VariantSerial>, StoreError> {
    Ok(sqlx::query_scalar(
        "/* variant::by_expression */
        SELECT DISTINCT COALESCE(v.merged_into, v.variant_id)
        FROM variant_expression x JOIN variant v ON v.variant_id = x.variant_id
        WHERE x.expression_folded = $1 LIMIT 50",
    )
    .bind(fold(expression))
    .fetch_all(connection)
    .await?)
}

/// The variants that came in under exactly these notations, by the folded notation, after mergers.
pub async fn by_expressions(
    connection: &mut Connection,
    expressions: impl Iterator<Item = &str>,
) -> Result<HashMap<String, Vec<VariantSerial>>, StoreError> {
    let folded: Vec<String> = expressions.map(fold).collect();
    let rows: Vec<(String, VariantSerial)> = select_in(
        connection,
        |query| {
            query.push(
                "/* variant::by_expressions */
                SELECT x.expression_folded, COALESCE(v.merged_into, v.variant_id)
                FROM variant_expression x JOIN variant v ON v.variant_id = x.variant_id
                WHERE x.expression_folded IN",
            );
        },
        &folded,
        |_| {},
    )
    .await?;
    let mut found: HashMap<String, Vec<VariantSerial>> = HashMap::new();
    for (text, serial) in rows {
        let serials = found.entry(text).or_default();
        if !serials.contains(&serial) {
            serials.push(serial);
        }
    }
    Ok(found)
}

/// The variants that have these VRS identifiers as alleles on an assembly, after mergers.
pub async fn of_alleles(
    connection: &mut Connection,
    vrs_ids: &[String],
) -> Result<HashMap<String, VariantSerial>, StoreError> {
    let rows: Vec<(String, VariantSerial)> = select_in(
        connection,
        |query| {
            query.push(
                "/* variant::of_alleles */
                SELECT a.vrs_id, COALESCE(v.merged_into, v.variant_id)
                FROM variant_allele a JOIN variant v ON v.variant_id = a.variant_id WHERE a.vrs_id IN",
            );
        },
        vrs_ids,
        |_| {},
    )
    .await?;
    Ok(rows.into_iter().collect())
}

/// The variant and every other that was found to be it; statements may hang on any of them.
pub async fn merged(connection: &mut Connection, serial: VariantSerial) -> Result<Vec<VariantSerial>, StoreError> {
    let mut all = vec![serial];
    let others: Vec<VariantSerial> = sqlx::query_scalar(
        "/* variant::merged */
        SELECT variant_id FROM variant WHERE merged_into = $1 ORDER BY variant_id",
    )
    .bind(serial)
    .fetch_all(connection)
    .await?;
    all.extend(others);
    Ok(all)
}

/// These variants and every other that was found to be one of them.
pub async fn with_merged(
    connection: &mut Connection,
    serials: &[VariantSerial],
) -> Result<Vec<VariantSerial>, StoreError> {
    let others: Vec<(VariantSerial,)> = select_in(
        connection,
        |query| {
            query.push(
                "/* variant::with_merged */
                SELECT variant_id FROM variant WHERE merged_into IN",
            );
        },
        serials,
        |_| {},
    )
    .await?;
    Ok(serials.iter().copied().chain(others.into_iter().map(|row| row.0)).collect())
}

/// Reads a serial through mergers.
pub async fn unify(connection: &mut Connection, serial: VariantSerial) -> Result<VariantSerial, StoreError> {
    Ok(sqlx::query_scalar(
        "/* variant::unify */
        SELECT COALESCE(merged_into, variant_id) FROM variant WHERE variant_id = $1",
    )
    .bind(serial)
    .fetch_one(connection)
    .await?)
}

/// Where a variant lies, GRCh37 first.
pub async fn alleles(connection: &mut Connection, serial: VariantSerial) -> Result<Vec<Allele>, StoreError> {
    #[derive(sqlx::FromRow)]
    struct Row {
        assembly: String,
        contig: i64,
        start_pos: i64,
        end_pos: i64,
        vrs_id: Option<String>,
        spdi: Option<String>,
        hgvs_g: Option<String>,
        vcf: Option<String>,
    }
    let rows: Vec<Row> = sqlx::query_as(
        "/* variant::alleles */
        SELECT assembly, contig, start_pos, end_pos, vrs_id, spdi, hgvs_g, vcf
        FROM variant_allele WHERE variant_id = $1 ORDER BY assembly",
    )
    .bind(serial)
    .fetch_all(connection)
    .await?;
    let read = |row: Row| {
        let contig = usize::try_from(row.contig).ok().and_then(Contig::from_rank);
        Ok(Allele {
            assembly: parse("variant_allele", &row.assembly)?,
            contig: contig.ok_or_else(|| StoreError::damaged("variant_allele", "contig rank"))?,
            start: row.start_pos.unsigned_abs(),
            end: row.end_pos.unsigned_abs(),
            vrs_id: row.vrs_id,
            spdi: row.spdi,
            hgvs_g: row.hgvs_g,
            vcf: row.vcf,
        })
    };
    rows.into_iter().map(read).collect()
}

/// These variants as a caller writes them, by assembly, GRCh37 first: `17-43045712-T-C`.
pub async fn vcf_of(
    connection: &mut Connection,
    serials: &[VariantSerial],
) -> Result<Vec<(VariantSerial, String, String)>, StoreError> {
    select_in(
        connection,
        |query| {
            query.push(
                "/* variant::vcf_of */
                SELECT variant_id, assembly, vcf FROM variant_allele WHERE vcf IS NOT NULL AND variant_id IN",
            );
        },
        serials,
        |query| {
            query.push(" ORDER BY variant_id, assembly");
        },
    )
    .await
}

/// The genes a variant touches, by symbol.
pub async fn genes(connection: &mut Connection, serial: VariantSerial) -> Result<Vec<GeneEffect>, StoreError> {
    let rows: Vec<EffectRow<String>> = sqlx::query_as(
        "/* variant::genes */
        SELECT gene, hgvs_c, hgvs_p, protein_start
        FROM variant_gene WHERE variant_id = $1 ORDER BY gene",
    )
    .bind(serial)
    .fetch_all(connection)
    .await?;
    let read = |(gene, hgvs_c, hgvs_p, start): (_, _, _, Option<i64>)| GeneEffect {
        gene,
        hgvs_c,
        hgvs_p,
        protein_start: start.and_then(|n| u32::try_from(n).ok()),
    };
    Ok(rows.into_iter().map(read).collect())
}

/// The genes of many variants, by symbol.
pub async fn gene_symbols(
    connection: &mut Connection,
    serials: &[VariantSerial],
) -> Result<Vec<(VariantSerial, String)>, StoreError> {
    select_in(
        connection,
        |query| {
            query.push("/* variant::gene_symbols */ SELECT variant_id, gene FROM variant_gene WHERE variant_id IN");
        },
        serials,
        |_| {},
    )
    .await
}

/// What these variants do in one gene.
pub async fn effects_in(
    connection: &mut Connection,
    gene: &str,
    serials: &[VariantSerial],
) -> Result<HashMap<VariantSerial, GeneEffect>, StoreError> {
    let rows: Vec<EffectRow<VariantSerial>> = select_in(
        connection,
        |query| {
            query.push(
                "/* variant::effects_in */
                SELECT variant_id, hgvs_c, hgvs_p, protein_start FROM variant_gene WHERE gene = ",
            );
            query.push_bind(gene.to_owned());
            query.push(" AND variant_id IN");
        },
        serials,
        |_| {},
    )
    .await?;
    let read = |(serial, hgvs_c, hgvs_p, start): (_, _, _, Option<i64>)| {
        let protein_start = start.and_then(|n| u32::try_from(n).ok());
        (serial, GeneEffect { gene: gene.to_owned(), hgvs_c, hgvs_p, protein_start })
    };
    Ok(rows.into_iter().map(read).collect())
}

/// What a variant is called beside its identifiers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Names {
    /// Symbols of the genes it touches.
    pub genes: Vec<String>,
    /// Every notation it came in under; at most 200.
    pub expressions: Vec<String>,
    /// Its names at its sources; at most 200.
    pub xrefs: Vec<String>,
}

/// What a variant is called; `all` is the variant and every other that was found to be it.
pub async fn names(
    connection: &mut Connection,
    serial: VariantSerial,
    all: &[VariantSerial],
) -> Result<Names, StoreError> {
    let mut query = QueryBuilder::<Database>::new(
        "/* variant::names */ SELECT 0 AS sort, gene AS name FROM variant_gene WHERE variant_id = ",
    );
    query.push_bind(serial);
    for (sort, column, table) in [(1, "expression", "variant_expression"), (2, "xref", "variant_xref")] {
        query.push(format_args!(
            " UNION ALL SELECT * FROM (SELECT DISTINCT {sort} AS sort, {column} FROM {table} WHERE variant_id IN ("
        ));
        let mut list = query.separated(", ");
        for one in all {
            list.push_bind(*one);
        }
        list.push_unseparated(") ");
        query.push(format_args!("ORDER BY {column} LIMIT 200) a"));
    }
    let rows: Vec<(i64, String)> = query.build_query_as().fetch_all(connection).await?;
    let mut names = Names::default();
    for (sort, name) in rows {
        match sort {
            0 => names.genes.push(name),
            1 => names.expressions.push(name),
            _ => names.xrefs.push(name),
        }
    }
    names.genes.sort_unstable();
    names.expressions.sort_unstable();
    names.xrefs.sort_unstable();
    Ok(names)
}

/// The notations a variant came in under, the surest first; at most 20.
pub async fn notations(connection: &mut Connection, serial: VariantSerial) -> Result<Vec<Notation>, StoreError> {
    let rows: Vec<(String, Option<String>, i64)> = sqlx::query_as(
        "/* variant::notations */
        SELECT expression, assembly, trust FROM variant_expression WHERE variant_id = $1
        ORDER BY trust, expression LIMIT 20",
    )
    .bind(serial)
    .fetch_all(connection)
    .await?;
    let read = |(expression, assembly, trust): (_, _, i64)| Notation {
        expression,
        assembly,
        trust: u32::try_from(trust).unwrap_or(u32::MAX),
    };
    Ok(rows.into_iter().map(read).collect())
}

/// A page of the variants of a gene, after mergers, in the order of recording, from after a
/// serial.
pub async fn in_gene(
    connection: &mut Connection,
    gene: &str,
    as_of: AsOf,
    after: VariantSerial,
    limit: u32,
) -> Result<Vec<VariantSerial>, StoreError> {
    Ok(sqlx::query_scalar(
        "/* variant::in_gene */
        SELECT v.variant_id FROM variant_gene g JOIN variant v ON v.variant_id = g.variant_id
        WHERE g.gene = $1 AND g.variant_id > $2 AND v.entry_id <= $3 AND v.merged_into IS NULL
        ORDER BY g.variant_id LIMIT 0 + $4",
    )
    .bind(gene)
    .bind(after)
    .bind(as_of.bound())
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await?)
}

/// A page of the variants whose identity is still open in this way, from after a serial.
pub async fn open(
    connection: &mut Connection,
    status: VariantStatus,
    after: VariantSerial,
    limit: u32,
) -> Result<Vec<VariantSerial>, StoreError> {
    Ok(sqlx::query_scalar(
        "/* variant::open */
        SELECT variant_id FROM variant
        WHERE status = $1 AND variant_id > $2 AND merged_into IS NULL
            AND status IN ('provisional', 'not_verified', 'unresolved')
        ORDER BY variant_id LIMIT 0 + $3",
    )
    .bind(word(&status))
    .bind(after)
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await?)
}

/// Variants that stand for themselves, in the order of recording, from after one of them.
pub async fn unmerged(
    connection: &mut Connection,
    after: VariantSerial,
    limit: u32,
) -> Result<Vec<VariantSerial>, StoreError> {
    Ok(sqlx::query_scalar(
        "/* variant::unmerged */
        SELECT variant_id FROM variant WHERE variant_id > $1 AND merged_into IS NULL
        ORDER BY variant_id LIMIT 0 + $2",
    )
    .bind(after)
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await?)
}
