//! Whom a change concerns, and what a change is told with.

use crate::case::Opener;
use crate::dialect::Connection;
use crate::entry::AsOf;
use crate::error::StoreError;
use crate::insert::select_in;
use crate::key_store::KeyStore;
use crate::serial::{CaseSerial, LaboratorySerial, StatementSerial, VariantSerial};
use crate::word::{parse, read_document, read_word};
use cairn_core::case::{Case, Progress};
use cairn_core::change::Classes;
use cairn_core::classification::Classification;
use cairn_core::criterion::Outcome;
use cairn_core::statement::StatementBody;
use std::collections::BTreeMap;

/// A case in which a variant was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CaseOfVariant {
    /// The variant, after mergers.
    pub variant: VariantSerial,
    /// The case.
    pub case: CaseSerial,
    /// Whose.
    pub laboratory: LaboratorySerial,
    /// How far the laboratory has come with it.
    pub progress: Progress,
}

/// Whether a member other than these laboratories has statements or cases, or anybody subscribed.
/// While nobody else has, a change concerns nobody and needs no further look.
pub async fn members_beside(connection: &mut Connection, sole: Option<LaboratorySerial>) -> Result<bool, StoreError> {
    let found: i64 = sqlx::query_scalar(
        "/* alert::members_beside */
        SELECT EXISTS (SELECT 1 FROM subscription
                WHERE ended IS NULL AND subject IN ('variant', 'gene', 'condition', 'phenotype'))
            OR EXISTS (SELECT 1 FROM clinical_case WHERE clinical_case_id > 0)
            OR EXISTS (SELECT 1 FROM laboratory l
                WHERE l.laboratory_id > 0 AND l.is_member = 1 AND ($1 IS NULL OR l.laboratory_id <> $1)
                AND EXISTS (SELECT 1 FROM statement s WHERE s.laboratory_id = l.laboratory_id))",
    )
    .bind(sole)
    .fetch_one(connection)
    .await?;
    Ok(found == 1)
}

/// Members that have a current statement about one of these variants, with the variant.
pub async fn owners_of_variants(
    connection: &mut Connection,
    variants: &[VariantSerial],
    as_of: AsOf,
) -> Result<Vec<(VariantSerial, LaboratorySerial)>, StoreError> {
    select_in(
        connection,
        |query| {
            query.push(
                "/* alert::owners_of_variants */
                SELECT DISTINCT v.variant_id, s.laboratory_id
                FROM statement_version v
                JOIN statement s ON s.statement_id = v.statement_id
                JOIN laboratory l ON l.laboratory_id = s.laboratory_id
                WHERE l.is_member = 1 AND v.standing = 'current' AND v.entry_id <= ",
            );
            query.push_bind(as_of.bound());
            query.push(
                " AND NOT EXISTS (SELECT 1 FROM statement_version n
                    WHERE n.statement_id = v.statement_id AND n.version > v.version)
                AND v.variant_id IN",
            );
        },
        variants,
        |_| {},
    )
    .await
}

/// Cases in which one of these variants was seen, by their current versions.
pub async fn cases_of_variants(
    connection: &mut Connection,
    keys: &KeyStore,
    variants: &[VariantSerial],
) -> Result<Vec<CaseOfVariant>, StoreError> {
    type Row = (VariantSerial, CaseSerial, LaboratorySerial, String, i64, String);
    let rows: Vec<Row> = select_in(
        connection,
        |query| {
            query.push(
                "/* alert::cases_of_variants */
                SELECT DISTINCT o.variant_id, o.clinical_case_id, c.laboratory_id, c.uid, v.version, v.body
                FROM observation o
                JOIN clinical_case c ON c.clinical_case_id = o.clinical_case_id
                JOIN clinical_case_version v
                    ON v.clinical_case_id = o.clinical_case_id AND v.version = o.version
                WHERE c.erased_by IS NULL AND NOT EXISTS (SELECT 1 FROM clinical_case_version n
                        WHERE n.clinical_case_id = v.clinical_case_id AND n.version > v.version)
                    AND o.variant_id IN",
            );
        },
        variants,
        |_| {},
    )
    .await?;
    let opener = Opener::of(keys, rows.iter().map(|row| row.3.as_str())).await?;
    let read = |(variant, case, laboratory, uid, version, body): Row| {
        let body: Option<Case> = opener.version("body", &uid, version, &body)?;
        Ok(body.map(|body| CaseOfVariant { variant, case, laboratory, progress: body.progress }))
    };
    rows.into_iter().filter_map(|row| read(row).transpose()).collect()
}

/// The genes that these variants touch.
pub async fn genes_of_variants(
    connection: &mut Connection,
    variants: &[VariantSerial],
) -> Result<Vec<(VariantSerial, String)>, StoreError> {
    select_in(
        connection,
        |query| {
            query.push(
                "/* alert::genes_of_variants */
                SELECT variant_id, gene FROM variant_gene WHERE variant_id IN",
            );
        },
        variants,
        |_| {},
    )
    .await
}

/// The classes of every version of a statement before one, the first first.
pub async fn earlier_classes(
    connection: &mut Connection,
    statement: StatementSerial,
    before: u32,
) -> Result<Vec<Classes>, StoreError> {
    let bodies: Vec<String> = sqlx::query_scalar(
        "/* alert::earlier_classes */
        SELECT body FROM statement_version WHERE statement_id = $1 AND version < $2 ORDER BY version",
    )
    .bind(statement)
    .bind(i64::from(before))
    .fetch_all(connection)
    .await?;
    let read = |body: &String| Ok(Classes::of(&read_document::<StatementBody>("statement_version", body)?));
    bodies.iter().map(read).collect()
}

/// The variant as written in the newest version of each of these statements, and the record's key.
pub async fn expressions(
    connection: &mut Connection,
    statements: &[StatementSerial],
) -> Result<Vec<(StatementSerial, String, String)>, StoreError> {
    select_in(
        connection,
        |query| {
            query.push(
                "/* alert::expressions */
                SELECT v.statement_id, v.expression, s.record_key FROM statement_version v
                JOIN statement s ON s.statement_id = v.statement_id
                WHERE NOT EXISTS (SELECT 1 FROM statement_version n
                        WHERE n.statement_id = v.statement_id AND n.version > v.version)
                    AND v.statement_id IN",
            );
        },
        statements,
        |_| {},
    )
    .await
}

/// The variants that touch a gene, at most so many.
pub async fn variants_of_gene(
    connection: &mut Connection,
    gene: &str,
    limit: u32,
) -> Result<Vec<VariantSerial>, StoreError> {
    Ok(sqlx::query_scalar(
        "/* alert::variants_of_gene */
        SELECT variant_id FROM variant_gene WHERE gene = $1 ORDER BY variant_id LIMIT 0 + $2",
    )
    .bind(gene)
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await?)
}

/// A member's current statement, for what comes to be known of its variant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberStatement {
    /// The statement.
    pub serial: StatementSerial,
    /// Its current version.
    pub version: u32,
    /// Whose it is.
    pub laboratory: LaboratorySerial,
    /// What it is about, after mergers.
    pub variant: VariantSerial,
    /// The class it states.
    pub classification: Classification,
    /// Its criteria among those asked for, and whether each is met.
    pub criteria: Vec<(String, bool)>,
}

/// Members' current statements about these variants, recorded up to a bound, each with what it says
/// of some criteria.
pub async fn member_statements(
    connection: &mut Connection,
    variants: &[VariantSerial],
    as_of: AsOf,
    criteria: &[&str],
) -> Result<Vec<MemberStatement>, StoreError> {
    const TABLE: &str = "statement_version";
    type Row = (StatementSerial, i64, LaboratorySerial, VariantSerial, String, Option<String>, Option<String>);
    let rows: Vec<Row> = select_in(
        connection,
        |query| {
            query.push(
                "/* alert::member_statements */
                SELECT v.statement_id, v.version, s.laboratory_id, COALESCE(a.merged_into, a.variant_id),
                    v.classification, c.code, c.outcome
                FROM variant a
                JOIN statement_version v ON v.variant_id = a.variant_id
                JOIN statement s ON s.statement_id = v.statement_id
                JOIN laboratory l ON l.laboratory_id = s.laboratory_id
                LEFT JOIN statement_criterion c ON c.statement_id = v.statement_id AND c.version = v.version
                WHERE l.is_member = 1 AND v.standing = 'current' AND v.entry_id <= ",
            );
            query.push_bind(as_of.bound());
            query.push(
                " AND NOT EXISTS (SELECT 1 FROM statement_version n
                    WHERE n.statement_id = v.statement_id AND n.version > v.version)
                AND a.variant_id IN",
            );
        },
        variants,
        |_| {},
    )
    .await?;
    let mut found: BTreeMap<StatementSerial, MemberStatement> = BTreeMap::new();
    for (serial, version, laboratory, variant, class, code, outcome) in rows {
        let version = u32::try_from(version).map_err(|_| StoreError::damaged(TABLE, "version"))?;
        let classification = parse(TABLE, &class)?;
        let statement = found.entry(serial).or_insert_with(|| MemberStatement {
            serial,
            version,
            laboratory,
            variant,
            classification,
            criteria: Vec::new(),
        });
        let (Some(code), Some(outcome)) = (code, outcome) else { continue };
        if criteria.contains(&code.as_str()) {
            let outcome: Outcome = read_word("statement_criterion", &outcome)?;
            statement.criteria.push((code, outcome == Outcome::Met));
        }
    }
    Ok(found.into_values().collect())
}
