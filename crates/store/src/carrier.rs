//! Cases that carry a variant, of every laboratory, with what else was seen in them in the gene. For counting: whoever
//! reads this gives out counts, never cases.

use crate::case;
use crate::dialect::Connection;
use crate::entry::AsOf;
use crate::error::StoreError;
use crate::fold::fold;
use crate::insert::select_in;
use crate::key_store::KeyStore;
use crate::serial::{CaseSerial, VariantSerial};
use crate::word::read_word;
use cairn_core::case::{AffectedStatus, AlleleOrigin, Zygosity};
use std::collections::HashMap;

/// A variant seen in a case.
#[derive(Debug, Clone, PartialEq)]
pub struct Carrier {
    /// The case.
    pub case: CaseSerial,
    /// Copies.
    pub zygosity: Zygosity,
    /// Whether affected.
    pub affected: AffectedStatus,
    /// Where the person has it from.
    pub origin: AlleleOrigin,
    /// The same phase of one case means the same chromosome.
    pub phase: Option<String>,
}

/// Another variant of a carrier.
#[derive(Debug, Clone, PartialEq)]
pub struct Companion {
    /// The case.
    pub case: CaseSerial,
    /// The other variant, after mergers.
    pub variant: VariantSerial,
    /// Its phase.
    pub phase: Option<String>,
}

type Row = (CaseSerial, String, String, String, Option<String>);

/// The cases that carry one of these variants (one variant and what was merged into it), at most `limit`.
pub async fn of_variants(
    connection: &mut Connection,
    variants: &[VariantSerial],
    as_of: AsOf,
    limit: u32,
) -> Result<Vec<Carrier>, StoreError> {
    let mut found = Vec::new();
    for variant in variants {
        let rows: Vec<Row> = sqlx::query_as(
            "/* carrier::of_variants */
            SELECT o.clinical_case_id, o.zygosity, o.affected, o.origin, o.phase
            FROM observation o
            JOIN clinical_case_version v ON v.clinical_case_id = o.clinical_case_id AND v.version = o.version
            WHERE o.variant_id = $1 AND v.entry_id <= $2
                AND NOT EXISTS (SELECT 1 FROM clinical_case_version n
                    WHERE n.clinical_case_id = v.clinical_case_id AND n.version > v.version AND n.entry_id <= $2)
            ORDER BY o.clinical_case_id LIMIT $3",
        )
        .bind(variant)
        .bind(as_of.bound())
        .bind(i64::from(limit))
        .fetch_all(&mut *connection)
        .await?;
        for (case, zygosity, affected, origin, phase) in rows {
            found.push(Carrier {
                case,
                zygosity: read_word("observation", &zygosity)?,
                affected: read_word("observation", &affected)?,
                origin: read_word("observation", &origin)?,
                phase,
            });
        }
    }
    found.sort_by_key(|carrier| carrier.case);
    // A case counts once, whatever was noted of it twice.
    found.dedup_by_key(|carrier| carrier.case);
    Ok(found)
}

/// What else was seen in these cases in a gene, these variants left out.
pub async fn companions(
    connection: &mut Connection,
    cases: &[CaseSerial],
    gene: &str,
    without: &[VariantSerial],
    as_of: AsOf,
) -> Result<Vec<Companion>, StoreError> {
    let rows: Vec<(CaseSerial, VariantSerial, VariantSerial, Option<String>)> = select_in(
        connection,
        |query| {
            query.push(
                "/* carrier::companions */
                SELECT o.clinical_case_id, COALESCE(a.merged_into, a.variant_id), a.variant_id, o.phase
                FROM observation o
                JOIN clinical_case_version v
                    ON v.clinical_case_id = o.clinical_case_id AND v.version = o.version
                JOIN variant a ON a.variant_id = o.variant_id
                JOIN variant_gene g
                    ON g.variant_id = COALESCE(a.merged_into, a.variant_id) AND g.gene = ",
            );
            query.push_bind(gene.to_owned());
            query.push(" WHERE v.entry_id <= ").push_bind(as_of.bound());
            query.push(
                " AND NOT EXISTS (SELECT 1 FROM clinical_case_version n
                    WHERE n.clinical_case_id = v.clinical_case_id AND n.version > v.version
                        AND n.entry_id <= ",
            );
            query.push_bind(as_of.bound()).push(") AND o.clinical_case_id IN");
        },
        cases,
        |_| {},
    )
    .await?;
    let is_other = |(_, variant, as_seen, _): &(_, VariantSerial, VariantSerial, _)| {
        !without.contains(variant) && !without.contains(as_seen)
    };
    Ok(rows.into_iter().filter(is_other).map(|(case, variant, _, phase)| Companion { case, variant, phase }).collect())
}

/// The conditions of these cases: folded name and identifier, a row for each identifier.
pub async fn conditions(
    connection: &mut Connection,
    keys: &KeyStore,
    cases: &[CaseSerial],
    as_of: AsOf,
) -> Result<HashMap<CaseSerial, Vec<(String, Option<String>)>>, StoreError> {
    let mut found: HashMap<CaseSerial, Vec<(String, Option<String>)>> = HashMap::new();
    for (serial, body) in case::bodies(connection, keys, cases, as_of).await? {
        for condition in body.conditions.iter().filter(|condition| condition.is_stated()) {
            let name = fold(&condition.name);
            let rows = found.entry(serial).or_default();
            match condition.ids.as_slice() {
                [] => rows.push((name, None)),
                ids => rows.extend(ids.iter().map(|id| (name.clone(), Some(id.as_str().to_owned())))),
            }
        }
    }
    Ok(found)
}
