//! Variants seen in cases: lists for the laboratory whose cases they are, counts for all.

use crate::case::Seen;
use crate::dialect::{Connection, Database};
use crate::entry::AsOf;
use crate::error::StoreError;
use crate::insert::select_in;
use crate::serial::{CaseSerial, LaboratorySerial, VariantSerial};
use crate::word::{parse, read_document, read_word};
use cairn_core::case::{AffectedStatus, Case, Zygosity};
use cairn_core::curie::Curie;
use cairn_core::id::{CaseId, ObservationId};
use sqlx::QueryBuilder;
use std::collections::HashMap;

/// An observation as recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordedObservation {
    /// Its opaque id.
    pub id: ObservationId,
    /// Key of the case.
    pub case: CaseSerial,
    /// Opaque id of the case.
    pub case_id: CaseId,
    /// The laboratory's pseudonym of the case; for that laboratory only.
    pub local_id: String,
    /// Whose case it is.
    pub laboratory: LaboratorySerial,
    /// The variant, after mergers.
    pub variant: VariantSerial,
    /// What was seen.
    pub seen: Seen,
}

/// Number of cases by zygosity and laboratory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZygosityCount {
    /// Whose cases.
    pub laboratory: LaboratorySerial,
    /// Copies.
    pub zygosity: Zygosity,
    /// Cases, each once.
    pub cases: u64,
}

/// Number of cases by feature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeatureCount {
    /// The HPO term.
    pub term: Curie,
    /// Its name as one of the cases gives it.
    pub label: String,
    /// Looked for and absent.
    pub excluded: bool,
    /// Cases, each once.
    pub cases: u64,
}

/// The columns of [`Row`], of case versions current as of `$1`.
macro_rules! select {
    ($name:literal, $rest:literal) => {
        concat!(
            "/* observation::",
            $name,
            " */
            SELECT o.uid, o.clinical_case_id, c.uid AS case_uid, c.local_id, c.laboratory_id,
                COALESCE(a.merged_into, a.variant_id) AS variant_id, o.expression, o.zygosity,
                o.fraction, o.origin, o.affected, o.phase, o.role, o.classification
            FROM observation o
            JOIN clinical_case_version v
                ON v.clinical_case_id = o.clinical_case_id AND v.version = o.version
            JOIN clinical_case c ON c.clinical_case_id = o.clinical_case_id
            JOIN variant a ON a.variant_id = o.variant_id
            WHERE v.entry_id <= $1 AND NOT EXISTS (SELECT 1 FROM clinical_case_version n
                WHERE n.clinical_case_id = v.clinical_case_id AND n.version > v.version
                    AND n.entry_id <= $1) ",
            $rest
        )
    };
}

#[derive(sqlx::FromRow)]
struct Row {
    uid: String,
    clinical_case_id: CaseSerial,
    case_uid: String,
    local_id: String,
    laboratory_id: LaboratorySerial,
    variant_id: VariantSerial,
    expression: String,
    zygosity: String,
    fraction: Option<f64>,
    origin: String,
    affected: String,
    phase: Option<String>,
    role: String,
    classification: Option<String>,
}

impl Row {
    fn read(self) -> Result<RecordedObservation, StoreError> {
        const TABLE: &str = "observation";
        let class = self.classification.map(|code| parse(TABLE, &code));
        Ok(RecordedObservation {
            id: parse(TABLE, &self.uid)?,
            case: self.clinical_case_id,
            case_id: parse(TABLE, &self.case_uid)?,
            local_id: self.local_id,
            laboratory: self.laboratory_id,
            variant: self.variant_id,
            seen: Seen {
                expression: self.expression,
                zygosity: read_word(TABLE, &self.zygosity)?,
                fraction: self.fraction,
                origin: read_word(TABLE, &self.origin)?,
                affected: read_word(TABLE, &self.affected)?,
                phase: self.phase,
                role: read_word(TABLE, &self.role)?,
                classification: class.transpose()?,
            },
        })
    }
}

/// What was seen in a case, in the order of the source.
pub async fn of_case(
    connection: &mut Connection,
    case: CaseSerial,
    as_of: AsOf,
) -> Result<Vec<RecordedObservation>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(select!("of_case", "AND o.clinical_case_id = $2 ORDER BY o.observation_id"))
        .bind(as_of.bound())
        .bind(case)
        .fetch_all(connection)
        .await?;
    rows.into_iter().map(Row::read).collect()
}

/// A laboratory's own observations of a variant, in the order of its cases, from after a case.
pub async fn of_variant(
    connection: &mut Connection,
    variants: &[VariantSerial],
    laboratory: LaboratorySerial,
    as_of: AsOf,
    after: CaseSerial,
    limit: u32,
) -> Result<Vec<RecordedObservation>, StoreError> {
    let mut found = Vec::new();
    for variant in variants {
        let rows: Vec<Row> = sqlx::query_as(select!(
            "of_variant",
            "AND o.variant_id = $2 AND c.laboratory_id = $3 AND o.clinical_case_id > $4
            ORDER BY o.clinical_case_id, o.observation_id LIMIT $5"
        ))
        .bind(as_of.bound())
        .bind(variant)
        .bind(laboratory)
        .bind(after)
        .bind(i64::from(limit))
        .fetch_all(&mut *connection)
        .await?;
        for row in rows {
            found.push(row.read()?);
        }
    }
    found.sort_by_key(|observation| observation.case);
    found.truncate(limit as usize);
    Ok(found)
}

/// How many cases of which laboratory carry these variants (one variant and what was merged into
/// it) in how many copies.
pub async fn zygosities(
    connection: &mut Connection,
    variants: &[VariantSerial],
    as_of: AsOf,
) -> Result<Vec<ZygosityCount>, StoreError> {
    let rows: Vec<(LaboratorySerial, String, i64)> = select_in(
        connection,
        |query| {
            query.push(
                "/* observation::zygosities */
                SELECT c.laboratory_id, o.zygosity, COUNT(DISTINCT o.clinical_case_id)
                FROM observation o
                JOIN clinical_case_version v
                    ON v.clinical_case_id = o.clinical_case_id AND v.version = o.version
                JOIN clinical_case c ON c.clinical_case_id = o.clinical_case_id
                WHERE ",
            );
            push_current(query, as_of);
            query.push(" AND o.variant_id IN");
        },
        variants,
        |query| {
            query.push(" GROUP BY c.laboratory_id, o.zygosity ORDER BY c.laboratory_id, o.zygosity");
        },
    )
    .await?;
    let read = |(laboratory, zygosity, cases): (_, String, i64)| {
        Ok(ZygosityCount { laboratory, zygosity: read_word("observation", &zygosity)?, cases: cases.unsigned_abs() })
    };
    rows.into_iter().map(read).collect()
}

/// How many cases of which laboratory carry these variants, each case once.
pub async fn laboratories(
    connection: &mut Connection,
    variants: &[VariantSerial],
    as_of: AsOf,
) -> Result<Vec<(LaboratorySerial, u64)>, StoreError> {
    let rows: Vec<(LaboratorySerial, i64)> = select_in(
        connection,
        |query| {
            query.push(
                "/* observation::laboratories */
                SELECT c.laboratory_id, COUNT(DISTINCT o.clinical_case_id)
                FROM observation o
                JOIN clinical_case_version v
                    ON v.clinical_case_id = o.clinical_case_id AND v.version = o.version
                JOIN clinical_case c ON c.clinical_case_id = o.clinical_case_id
                WHERE ",
            );
            push_current(query, as_of);
            query.push(" AND o.variant_id IN");
        },
        variants,
        |query| {
            query.push(" GROUP BY c.laboratory_id ORDER BY c.laboratory_id");
        },
    )
    .await?;
    Ok(rows.into_iter().map(|(laboratory, cases)| (laboratory, cases.unsigned_abs())).collect())
}

/// How many cases carry each of these variants, after mergers, each case once.
pub async fn cases_by_variant(
    connection: &mut Connection,
    variants: &[VariantSerial],
    as_of: AsOf,
) -> Result<HashMap<VariantSerial, u64>, StoreError> {
    let rows: Vec<(VariantSerial, i64)> = select_in(
        connection,
        |query| {
            query.push(
                "/* observation::cases_by_variant */
                SELECT COALESCE(a.merged_into, a.variant_id), COUNT(DISTINCT o.clinical_case_id)
                FROM observation o
                JOIN variant a ON a.variant_id = o.variant_id
                JOIN clinical_case_version v
                    ON v.clinical_case_id = o.clinical_case_id AND v.version = o.version
                WHERE ",
            );
            push_current(query, as_of);
            query.push(" AND o.variant_id IN");
        },
        variants,
        |query| {
            query.push(" GROUP BY 1");
        },
    )
    .await?;
    let mut counts = HashMap::new();
    for (variant, cases) in rows {
        *counts.entry(variant).or_insert(0) += cases.unsigned_abs();
    }
    Ok(counts)
}

/// A carrier of a variant, without who and where: affected as seen with the variant, and the case as
/// recorded.
pub type CarrierRow = (AffectedStatus, Case);

/// The current cases that carry these variants, each case once.
pub async fn carriers(
    connection: &mut Connection,
    variants: &[VariantSerial],
    as_of: AsOf,
) -> Result<Vec<CarrierRow>, StoreError> {
    let rows: Vec<(CaseSerial, String, String)> = select_in(
        connection,
        |query| {
            query.push(
                "/* observation::carriers */
                SELECT o.clinical_case_id, o.affected, v.body
                FROM observation o
                JOIN clinical_case_version v
                    ON v.clinical_case_id = o.clinical_case_id AND v.version = o.version
                WHERE ",
            );
            push_current(query, as_of);
            query.push(" AND o.variant_id IN");
        },
        variants,
        |query| {
            query.push(" ORDER BY o.clinical_case_id, o.observation_id");
        },
    )
    .await?;
    let mut seen = std::collections::HashSet::new();
    let once = rows.into_iter().filter(|(case, ..)| seen.insert(*case));
    once.map(|(_, affected, body)| {
        Ok((read_word("observation", &affected)?, read_document("clinical_case_version", &body)?))
    })
    .collect()
}

/// Leaves the version `v` of each case that is current.
fn push_current(query: &mut QueryBuilder<Database>, as_of: AsOf) {
    query.push("v.entry_id <= ").push_bind(as_of.bound()).push(
        " AND NOT EXISTS (SELECT 1 FROM clinical_case_version n
            WHERE n.clinical_case_id = v.clinical_case_id AND n.version > v.version
                AND n.entry_id <= ",
    );
    query.push_bind(as_of.bound()).push(")");
}

/// How many cases that carry these variants have, or were found not to have, which feature; the
/// most frequent first, at most `limit`.
pub async fn features(
    connection: &mut Connection,
    variants: &[VariantSerial],
    as_of: AsOf,
    limit: u32,
) -> Result<Vec<FeatureCount>, StoreError> {
    let rows: Vec<(String, String, i64, i64)> = select_in(
        connection,
        |query| {
            query.push(
                "/* observation::features */
                SELECT f.term, MAX(f.label), f.excluded, COUNT(DISTINCT f.clinical_case_id)
                FROM observation o
                JOIN clinical_case_version v
                    ON v.clinical_case_id = o.clinical_case_id AND v.version = o.version
                JOIN case_feature f
                    ON f.clinical_case_id = v.clinical_case_id AND f.version = v.version
                WHERE ",
            );
            push_current(query, as_of);
            query.push(" AND o.variant_id IN");
        },
        variants,
        |query| {
            query.push(" GROUP BY f.term, f.excluded ORDER BY 4 DESC, f.term LIMIT ");
            query.push_bind(i64::from(limit));
        },
    )
    .await?;
    let read = |(term, label, excluded, cases): (String, _, i64, i64)| {
        Ok(FeatureCount {
            term: parse("case_feature", &term)?,
            label,
            excluded: excluded == 1,
            cases: cases.unsigned_abs(),
        })
    };
    rows.into_iter().map(read).collect()
}
