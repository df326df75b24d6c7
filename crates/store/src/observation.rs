//! Variants seen in cases: lists for the laboratory whose cases they are, counts for all.

use crate::case::{self, Opener, Seen};
use crate::dialect::{Connection, Database};
use crate::entry::AsOf;
use crate::error::StoreError;
use crate::insert::select_in;
use crate::key_store::KeyStore;
use crate::serial::{CaseSerial, LaboratorySerial, VariantSerial};
use crate::word::{parse, read_word};
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
            SELECT o.uid, o.clinical_case_id, c.uid AS case_uid, COALESCE(c.label, c.local_id) AS label, c.laboratory_id,
                COALESCE(a.merged_into, a.variant_id) AS variant_id, o.expression, o.zygosity,
                o.fraction, o.origin, o.affected, o.phase, o.role, o.classification
            FROM observation o
            JOIN clinical_case_version v
                ON v.clinical_case_id = o.clinical_case_id AND v.version = o.version
            JOIN clinical_case c ON c.clinical_case_id = o.clinical_case_id
            JOIN variant a ON a.variant_id = o.variant_id
            WHERE c.erased_by IS NULL AND v.entry_id <= $1 AND NOT EXISTS (SELECT 1 FROM clinical_case_version n
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
    label: String,
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
    /// The observation; `None` when its case was erased.
    fn read(self, opener: &Opener) -> Result<Option<RecordedObservation>, StoreError> {
        const TABLE: &str = "observation";
        let Some(local_id) = opener.label(&self.case_uid, &self.label)? else { return Ok(None) };
        let class = self.classification.map(|code| parse(TABLE, &code));
        Ok(Some(RecordedObservation {
            id: parse(TABLE, &self.uid)?,
            case: self.clinical_case_id,
            case_id: parse(TABLE, &self.case_uid)?,
            local_id,
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
        }))
    }
}

async fn read_all(keys: &KeyStore, rows: Vec<Row>) -> Result<Vec<RecordedObservation>, StoreError> {
    let opener = Opener::of(keys, rows.iter().map(|row| row.case_uid.as_str())).await?;
    rows.into_iter().filter_map(|row| row.read(&opener).transpose()).collect()
}

/// What was seen in a case, in the order of the source.
pub async fn of_case(
    connection: &mut Connection,
    keys: &KeyStore,
    case: CaseSerial,
    as_of: AsOf,
) -> Result<Vec<RecordedObservation>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(select!("of_case", "AND o.clinical_case_id = $2 ORDER BY o.observation_id"))
        .bind(as_of.bound())
        .bind(case)
        .fetch_all(connection)
        .await?;
    read_all(keys, rows).await
}

/// A laboratory's own observations of a variant, in the order of its cases, from after a case.
pub async fn of_variant(
    connection: &mut Connection,
    keys: &KeyStore,
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
        found.extend(read_all(keys, rows).await?);
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
    keys: &KeyStore,
    cases: &[CaseSerial],
    as_of: AsOf,
) -> Result<HashMap<CaseSerial, Terms>, StoreError> {
    let mut terms: HashMap<CaseSerial, Terms> = HashMap::new();
    for (serial, case) in case::bodies(connection, keys, cases, as_of).await? {
        for feature in case.features {
            let of_case = terms.entry(serial).or_default();
            (if feature.excluded { &mut of_case.1 } else { &mut of_case.0 }).push(feature.term);
        }
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
    keys: &KeyStore,
    variants: &[VariantSerial],
    cases: &HashSet<CaseSerial>,
    as_of: AsOf,
) -> Result<Vec<CarrierRow>, StoreError> {
    let rows: Vec<(CaseSerial, String, LaboratorySerial)> = select_in(
        connection,
        |query| {
            query.push(
                "/* observation::carriers */
                SELECT o.clinical_case_id, o.affected, c.laboratory_id
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
    let once: Vec<_> = rows.into_iter().filter(|(case, ..)| cases.contains(case) && seen.insert(*case)).collect();
    let serials: Vec<CaseSerial> = once.iter().map(|(case, ..)| *case).collect();
    let mut bodies: HashMap<CaseSerial, Case> =
        case::bodies(connection, keys, &serials, as_of).await?.into_iter().collect();
    let row = |(case, affected, laboratory): (CaseSerial, String, LaboratorySerial)| {
        let Some(case) = bodies.remove(&case) else { return Ok(None) };
        Ok(Some(CarrierRow { seen: read_word("observation", &affected)?, case, laboratory }))
    };
    once.into_iter().map(row).filter_map(Result::transpose).collect()
}

/// Leaves the version `v` of each case that is current.
fn push_current(query: &mut QueryBuilder<Database>, as_of: AsOf) {
    query.push("c.erased_by IS NULL AND v.entry_id <= ").push_bind(as_of.bound()).push(
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
    keys: &KeyStore,
    cases: &[CaseSerial],
    as_of: AsOf,
    limit: usize,
) -> Result<Vec<FeatureCount>, StoreError> {
    let mut counts: HashMap<(Curie, bool), (String, u64)> = HashMap::new();
    for (_, case) in case::bodies(connection, keys, cases, as_of).await? {
        let mut seen = HashSet::new();
        for feature in case.features {
            let of = (feature.term, feature.excluded);
            let is_first = seen.insert(of.clone());
            let count = counts.entry(of).or_default();
            count.1 += u64::from(is_first);
            if feature.label > count.0 {
                count.0 = feature.label;
            }
        }
    }
    let count = |((term, excluded), (label, cases))| FeatureCount { term, label, excluded, cases };
    let mut features: Vec<FeatureCount> = counts.into_iter().map(count).collect();
    features.sort_by(|a, b| (b.cases, &a.term, a.excluded).cmp(&(a.cases, &b.term, b.excluded)));
    features.truncate(limit);
    Ok(features)
}
