//! Recording versions of statements.

use super::citing::add_citations;
use super::{KnownStatement, NewVersion, Replaced, Target};
use crate::condition;
use crate::dialect::Connection;
use crate::error::StoreError;
use crate::insert::{last_serial, rows, select_in};
use crate::serial::{ConditionSerial, EntrySerial, LaboratorySerial, StatementSerial, SubmissionSerial, VariantSerial};
use crate::word::{document, parse, read_document, read_word, word};
use cairn_core::criterion::Criterion;
use cairn_core::id::StatementId;
use cairn_core::statement::StatementBody;
use std::collections::HashMap;

/// The key by which a record names a statement itself, whatever made it a record of its own before.
pub fn own_key(id: StatementId) -> String {
    format!("{OWN}{id}")
}

const OWN: &str = "statement:";

/// The id of the statement that a record key names itself ([`own_key`]).
fn named(key: &str) -> Option<String> {
    let id = key.strip_prefix("key:")?.strip_prefix(OWN)?;
    id.parse::<StatementId>().ok().map(|known| known.to_string()).filter(|known| known == id)
}

/// Which of these record keys of a laboratory are recorded, with their current versions. A key that
/// names a statement itself finds it under whatever key it is recorded.
pub async fn known(
    connection: &mut Connection,
    laboratory: LaboratorySerial,
    keys: &[String],
) -> Result<Vec<KnownStatement>, StoreError> {
    let mut known = by_column(connection, laboratory, "s.record_key", keys).await?;
    let ids: Vec<String> = keys.iter().filter_map(|key| named(key)).collect();
    let by_id = by_column(connection, laboratory, "s.uid", &ids).await?;
    known.extend(by_id.into_iter().map(|one| {
        let record_key = format!("key:{OWN}{}", one.record_key);
        KnownStatement { record_key, ..one }
    }));
    Ok(known)
}

/// Statements of a laboratory whose column is among the values; the value found stands as their key.
async fn by_column(
    connection: &mut Connection,
    laboratory: LaboratorySerial,
    column: &'static str,
    values: &[String],
) -> Result<Vec<KnownStatement>, StoreError> {
    type Row = (String, StatementSerial, i64, String, String, VariantSerial, Option<String>);
    let found: Vec<Row> = select_in(
        connection,
        |query| {
            query.push("/* statement::known */ SELECT ").push(column).push(
                ", s.statement_id, v.version, v.digest, v.classification,
                    COALESCE(a.merged_into, a.variant_id), v.last_evaluated
                FROM statement s
                JOIN statement_version v ON v.statement_id = s.statement_id
                JOIN variant a ON a.variant_id = v.variant_id
                WHERE v.version = (SELECT MAX(n.version) FROM statement_version n
                        WHERE n.statement_id = s.statement_id)
                    AND s.laboratory_id = ",
            );
            query.push_bind(laboratory);
            query.push(" AND ").push(column).push(" IN");
        },
        values,
        |_| {},
    )
    .await?;
    let read = |(record_key, serial, version, digest, class, variant, date): Row| {
        const TABLE: &str = "statement_version";
        let version = u32::try_from(version).map_err(|_| StoreError::damaged(TABLE, "version"))?;
        let last_evaluated = date.map(|date| parse(TABLE, &date)).transpose()?;
        let classification = parse(TABLE, &class)?;
        Ok(KnownStatement { record_key, serial, version, digest, classification, last_evaluated, variant })
    };
    found.into_iter().map(read).collect()
}

/// What these statements said in the version before their last; those with one version have none.
pub async fn replaced(
    connection: &mut Connection,
    statements: &[StatementSerial],
) -> Result<HashMap<StatementSerial, Replaced>, StoreError> {
    type Row = (StatementSerial, LaboratorySerial, String, String, VariantSerial);
    let found: Vec<Row> = select_in(
        connection,
        |query| {
            query.push(
                "/* statement::replaced */
                SELECT s.statement_id, s.laboratory_id, v.body, v.standing, COALESCE(a.merged_into, a.variant_id)
                FROM statement s
                JOIN statement_version v ON v.statement_id = s.statement_id
                JOIN variant a ON a.variant_id = v.variant_id
                WHERE v.version = (SELECT MAX(n.version) - 1 FROM statement_version n
                        WHERE n.statement_id = s.statement_id)
                    AND s.statement_id IN",
            );
        },
        statements,
        |_| {},
    )
    .await?;
    let read = |(serial, laboratory, body, standing, variant): Row| {
        const TABLE: &str = "statement_version";
        let body = read_document(TABLE, &body)?;
        Ok((serial, Replaced { laboratory, body, standing: read_word(TABLE, &standing)?, variant }))
    };
    found.into_iter().map(read).collect()
}

/// The current statements of a laboratory on these variants, each with what it says.
pub async fn known_on(
    connection: &mut Connection,
    laboratory: LaboratorySerial,
    variants: &[VariantSerial],
) -> Result<Vec<(KnownStatement, StatementBody)>, StoreError> {
    type Row = (String, StatementSerial, i64, String, String, VariantSerial, String);
    let found: Vec<Row> = select_in(
        connection,
        |query| {
            query.push(
                "/* statement::known_on */
                SELECT s.record_key, s.statement_id, v.version, v.digest, v.classification,
                    COALESCE(a.merged_into, a.variant_id), v.body
                FROM statement_version v
                JOIN statement s ON s.statement_id = v.statement_id
                JOIN variant a ON a.variant_id = v.variant_id
                WHERE v.standing = 'current'
                    AND v.version = (SELECT MAX(n.version) FROM statement_version n
                        WHERE n.statement_id = v.statement_id)
                    AND s.laboratory_id = ",
            );
            query.push_bind(laboratory);
            query.push(" AND v.variant_id IN");
        },
        variants,
        |_| {},
    )
    .await?;
    let read = |(record_key, serial, version, digest, class, variant, body): Row| {
        const TABLE: &str = "statement_version";
        let version = u32::try_from(version).map_err(|_| StoreError::damaged(TABLE, "version"))?;
        let classification = parse(TABLE, &class)?;
        let body: StatementBody = read_document(TABLE, &body)?;
        let last_evaluated = body.last_evaluated;
        Ok((KnownStatement { record_key, serial, version, digest, classification, last_evaluated, variant }, body))
    };
    found.into_iter().map(read).collect()
}

pub(super) type Numbered<'a> = (StatementSerial, u32, &'a NewVersion);

/// Adds versions; the statement and version of each come back in the same order.
pub async fn add(
    connection: &mut Connection,
    entry: EntrySerial,
    submission: SubmissionSerial,
    versions: &[NewVersion],
) -> Result<Vec<(StatementSerial, u32)>, StoreError> {
    let last =
        last_serial(connection, "/* statement::add (last) */ SELECT COALESCE(MAX(statement_id), 0) FROM statement")
            .await?;
    let mut next = last;
    let numbered: Vec<Numbered<'_>> = versions
        .iter()
        .map(|new| match &new.target {
            Target::Next(serial, version) => (*serial, *version, new),
            Target::New { .. } => {
                next += 1;
                (StatementSerial::new(next), 1, new)
            }
        })
        .collect();
    add_statements(connection, entry, &numbered).await?;
    add_versions(connection, entry, submission, &numbered).await?;
    add_conditions(connection, &numbered).await?;
    add_criteria(connection, &numbered).await?;
    add_citations(connection, &numbered).await?;
    Ok(numbered.iter().map(|(serial, version, _)| (*serial, *version)).collect())
}

async fn add_statements(
    connection: &mut Connection,
    entry: EntrySerial,
    numbered: &[Numbered<'_>],
) -> Result<(), StoreError> {
    let new: Vec<_> = numbered
        .iter()
        .filter_map(|(serial, _, version)| match &version.target {
            Target::New { id, laboratory, record_key } => Some((*serial, id, *laboratory, record_key)),
            Target::Next(..) => None,
        })
        .collect();
    rows(
        connection,
        "/* statement::add_statements */
        INSERT INTO statement (statement_id, uid, laboratory_id, record_key, entry_id)",
        5,
        "",
        &new,
        |row, (serial, id, laboratory, record_key)| {
            row.push_bind(*serial)
                .push_bind(id.to_string())
                .push_bind(*laboratory)
                .push_bind(record_key.to_string())
                .push_bind(entry);
        },
    )
    .await
}

async fn add_versions(
    connection: &mut Connection,
    entry: EntrySerial,
    submission: SubmissionSerial,
    numbered: &[Numbered<'_>],
) -> Result<(), StoreError> {
    rows(
        connection,
        "/* statement::add_versions */
        INSERT INTO statement_version (statement_id, version, submission_id, row_number,
            variant_id, expression, source_accession, standing, classification, last_evaluated,
            body, digest, entry_id)",
        13,
        "",
        numbered,
        |row, (serial, version, new)| {
            row.push_bind(*serial)
                .push_bind(i64::from(*version))
                .push_bind(submission)
                .push_bind(new.row as i64)
                .push_bind(new.variant)
                .push_bind(new.expression.clone())
                .push_bind(new.source_accession.clone())
                .push_bind(word(&new.standing))
                .push_bind(new.body.classification.code())
                .push_bind(new.body.last_evaluated.map(|date| date.to_string()))
                .push_bind(document(&new.body))
                .push_bind(new.digest.clone())
                .push_bind(entry);
        },
    )
    .await
}

async fn add_conditions(connection: &mut Connection, numbered: &[Numbered<'_>]) -> Result<(), StoreError> {
    let stated = || numbered.iter().flat_map(|(_, _, new)| &new.body.conditions);
    let serials = condition::record(connection, stated().filter(|c| c.is_stated())).await?;
    let links: Vec<(ConditionSerial, StatementSerial, u32)> = numbered
        .iter()
        .flat_map(|(serial, version, new)| {
            let conditions = new.body.conditions.iter().map(condition::key);
            let known = conditions.filter_map(|key| serials.get(&key).copied());
            known.map(move |condition| (condition, *serial, *version))
        })
        .collect();
    rows(
        connection,
        "/* statement::add_conditions */
        INSERT INTO statement_condition (condition_id, statement_id, version)",
        3,
        " ON CONFLICT DO NOTHING",
        &links,
        |row, (condition, statement, version)| {
            row.push_bind(*condition).push_bind(*statement).push_bind(i64::from(*version));
        },
    )
    .await
}

async fn add_criteria(connection: &mut Connection, numbered: &[Numbered<'_>]) -> Result<(), StoreError> {
    let criteria: Vec<(StatementSerial, u32, i64, &Criterion)> = numbered
        .iter()
        .flat_map(|(serial, version, new)| {
            let ordered = (1..).zip(&new.body.criteria);
            ordered.map(move |(ordinal, criterion)| (*serial, *version, ordinal, criterion))
        })
        .collect();
    rows(
        connection,
        "/* statement::add_criteria */
        INSERT INTO statement_criterion (statement_id, version, ordinal, code, outcome, strength)",
        6,
        "",
        &criteria,
        |row, (serial, version, ordinal, criterion)| {
            row.push_bind(*serial)
                .push_bind(i64::from(*version))
                .push_bind(*ordinal)
                .push_bind(criterion.code.clone())
                .push_bind(word(&criterion.outcome))
                .push_bind(criterion.strength.as_ref().map(word));
        },
    )
    .await
}
