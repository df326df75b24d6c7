//! People who opted out of every use but their own care: keyed digests of their numbers, never numbers.

use crate::dialect::Connection;
use crate::error::StoreError;
use crate::insert::{self, select_in};
use crate::serial::{CaseSerial, EntrySerial, LaboratorySerial};
use cairn_core::id::UserId;
use std::collections::HashSet;

/// Puts a laboratory's new list in the place of the one before.
pub async fn replace(
    connection: &mut Connection,
    entry: EntrySerial,
    laboratory: LaboratorySerial,
    digests: &[String],
    user: Option<UserId>,
) -> Result<(), StoreError> {
    let version: i64 = sqlx::query_scalar(
        "/* opt_out::replace */
        INSERT INTO opt_out_list (laboratory_id, version, people, user_uid, entry_id)
        SELECT $1, COALESCE(MAX(version), 0) + 1, $2, $3, $4 FROM opt_out_list WHERE laboratory_id = $1
        RETURNING version",
    )
    .bind(laboratory)
    .bind(i64::try_from(digests.len()).unwrap_or(i64::MAX))
    .bind(user.map(|user| user.to_string()))
    .bind(entry)
    .fetch_one(&mut *connection)
    .await?;
    insert::rows(
        connection,
        "INSERT INTO opt_out (laboratory_id, version, digest)",
        3,
        " ON CONFLICT DO NOTHING",
        digests,
        |row, digest| {
            row.push_bind(laboratory).push_bind(version).push_bind(digest.clone());
        },
    )
    .await
}

/// Says which number the person of each case has.
pub async fn link(connection: &mut Connection, people: &[(CaseSerial, String)]) -> Result<(), StoreError> {
    insert::rows(
        connection,
        "INSERT INTO case_person (clinical_case_id, digest)",
        2,
        " ON CONFLICT (clinical_case_id) DO UPDATE SET digest = excluded.digest",
        people,
        |row, (case, digest)| {
            row.push_bind(*case).push_bind(digest.clone());
        },
    )
    .await
}

/// Those of these cases whose person opted out by the list in force.
pub async fn among(connection: &mut Connection, cases: &[CaseSerial]) -> Result<HashSet<CaseSerial>, StoreError> {
    let rows: Vec<(CaseSerial,)> = select_in(
        connection,
        |query| {
            query.push(
                "/* opt_out::among */
                SELECT p.clinical_case_id FROM case_person p
                JOIN clinical_case c ON c.clinical_case_id = p.clinical_case_id
                JOIN opt_out o ON o.laboratory_id = c.laboratory_id AND o.digest = p.digest
                    AND o.version = (SELECT MAX(version) FROM opt_out_list l WHERE l.laboratory_id = c.laboratory_id)
                WHERE p.clinical_case_id IN",
            );
        },
        cases,
        |_| {},
    )
    .await?;
    Ok(rows.into_iter().map(|(case,)| case).collect())
}
