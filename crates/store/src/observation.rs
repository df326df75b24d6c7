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
use std::collections::{HashMap, HashSet};

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
            ORDER BY o.clinical_case_id, o.observation_id LIMIT 0 + $5"
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

/// A case that carries a variant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Carrying {
    /// The variant, after mergers.
    pub variant: VariantSerial,
    /// The case.
    pub case: CaseSerial,
    /// Whose case it is.
    pub laboratory: LaboratorySerial,
    /// Copies.
    pub zygosity: Zygosity,
}

/// The current cases that carry these variants, each case once for each variant, in the order of
/// recording. Who reads this decides for each case what may be told of it.
pub async fn carrying(
    connection: &mut Connection,
    variants: &[VariantSerial],
    as_of: AsOf,
) -> Result<Vec<Carrying>, StoreError> {
    let rows: Vec<(VariantSerial, CaseSerial, LaboratorySerial, String)> = select_in(
        connection,
        |query| {
            query.push(
                "/* observation::carrying */
                SELECT COALESCE(a.merged_into, a.variant_id), o.clinical_case_id, c.laboratory_id, o.zygosity
                FROM observation o
                JOIN variant a ON a.variant_id = o.variant_id
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
            query.push(" ORDER BY o.clinical_case_id, o.observation_id");
        },
    )
    .await?;
    let mut seen = HashSet::new();
    let once = rows.into_iter().filter(|(variant, case, ..)| seen.insert((*variant, *case)));
    let read = |(variant, case, laboratory, zygosity): (_, _, _, String)| {
        Ok(Carrying { variant, case, laboratory, zygosity: read_word("observation", &zygosity)? })
    };
    once.map(read).collect()
}

/// Terms observed in a case, and terms looked for and absent.
pub type Terms = (Vec<Curie>, Vec<Curie>);

/// The terms of these cases as of a moment; a case without any is left out.
pub async fn terms_of(
    connection: &mut Connection,
    cases: &[CaseSerial],
    as_of: AsOf,
) -> Result<HashMap<CaseSerial, Terms>, StoreError> {
    let rows: Vec<(CaseSerial, String, i64)> = select_in(
        connection,
        |query| {
            query.push(
                "/* observation::terms_of */
                SELECT f.clinical_case_id, f.term, f.excluded FROM case_feature f
                JOIN clinical_case_version v
                    ON v.clinical_case_id = f.clinical_case_id AND v.version = f.version
                WHERE ",
            );
            push_current(query, as_of);
            query.push(" AND f.clinical_case_id IN");
        },
        cases,
        |_| {},
    )
    .await?;
    let mut terms: HashMap<CaseSerial, Terms> = HashMap::new();
    for (case, term, excluded) in rows {
        let term = parse("case_feature", &term)?;
        let of_case = terms.entry(case).or_default();
        (if excluded == 1 { &mut of_case.1 } else { &mut of_case.0 }).push(term);
    }
    Ok(terms)
}

/// A carrier of a variant.
#[derive(Debug, Clone, PartialEq)]
pub struct CarrierRow {
    /// Affected, as noted with the variant.
    pub seen: AffectedStatus,
    /// The case as recorded.
    pub case: Case,
    /// Whose case it is.
    pub laboratory: LaboratorySerial,
}

/// Those of these cases that carry these variants, each case once.
pub async fn carriers(
    connection: &mut Connection,
    variants: &[VariantSerial],
    cases: &HashSet<CaseSerial>,
    as_of: AsOf,
) -> Result<Vec<CarrierRow>, StoreError> {
    let rows: Vec<(CaseSerial, String, String, LaboratorySerial)> = select_in(
        connection,
        |query| {
            query.push(
                "/* observation::carriers */
                SELECT o.clinical_case_id, o.affected, v.body, c.laboratory_id
                FROM observation o
                JOIN clinical_case c ON c.clinical_case_id = o.clinical_case_id
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
    let mut seen = HashSet::new();
    let once = rows.into_iter().filter(|(case, ..)| cases.contains(case) && seen.insert(*case));
    once.map(|(_, affected, body, laboratory)| {
        let (seen, case) = (read_word("observation", &affected)?, read_document("clinical_case_version", &body)?);
        Ok(CarrierRow { seen, case, laboratory })
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

/// How many of these cases have, or were found not to have, which feature; the most frequent first,
/// at most `limit`.
pub async fn features(
    connection: &mut Connection,
    cases: &[CaseSerial],
    as_of: AsOf,
    limit: usize,
) -> Result<Vec<FeatureCount>, StoreError> {
    let rows: Vec<(String, String, i64, CaseSerial)> = select_in(
        connection,
        |query| {
            query.push(
                "/* observation::features */
                SELECT f.term, f.label, f.excluded, f.clinical_case_id FROM case_feature f
                JOIN clinical_case_version v
                    ON v.clinical_case_id = f.clinical_case_id AND v.version = f.version
                WHERE ",
            );
            push_current(query, as_of);
            query.push(" AND f.clinical_case_id IN");
        },
        cases,
        |_| {},
    )
    .await?;
    let mut counts: HashMap<(String, bool), (String, u64)> = HashMap::new();
    for (term, label, excluded, _) in rows {
        let count = counts.entry((term, excluded == 1)).or_default();
        count.1 += 1;
        if label > count.0 {
            count.0 = label;
        }
    }
    let read = |((term, excluded), (label, cases)): ((String, bool), (String, u64))| {
        Ok(FeatureCount { term: parse("case_feature", &term)?, label, excluded, cases })
    };
    let mut features: Vec<FeatureCount> = counts.into_iter().map(read).collect::<Result<_, StoreError>>()?;
    features.sort_by(|a, b| (b.cases, &a.term, a.excluded).cmp(&(a.cases, &b.term, b.excluded)));
    features.truncate(limit);
    Ok(features)
}
