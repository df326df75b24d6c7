//! The ids under which recipients know cases: random, one for each recipient.

use crate::dialect::Connection;
use crate::error::StoreError;
use crate::insert::select_in;
use crate::serial::{CaseSerial, LaboratorySerial};
use crate::word::parse;
use cairn_core::id::CaseId;
use std::collections::HashMap;

/// The ids of these cases for a recipient; a case that has none yet is left out.
pub async fn ids(
    connection: &mut Connection,
    recipient: LaboratorySerial,
    cases: &[CaseSerial],
) -> Result<HashMap<CaseSerial, CaseId>, StoreError> {
    let rows: Vec<(CaseSerial, String)> = select_in(
        connection,
        |query| {
            query.push(
                "/* recipient::ids */
                SELECT clinical_case_id, uid FROM recipient_case WHERE recipient_id = ",
            );
            query.push_bind(recipient).push(" AND clinical_case_id IN");
        },
        cases,
        |_| {},
    )
    .await?;
    rows.into_iter().map(|(case, uid)| Ok((case, parse("recipient_case", &uid)?))).collect()
}

/// Gives a case an id for a recipient, unless it has one.
pub async fn add(
    connection: &mut Connection,
    recipient: LaboratorySerial,
    case: CaseSerial,
    id: CaseId,
) -> Result<(), StoreError> {
    sqlx::query(
        "/* recipient::add */
        INSERT INTO recipient_case (clinical_case_id, recipient_id, uid) VALUES ($1, $2, $3)
        ON CONFLICT (clinical_case_id, recipient_id) DO NOTHING",
    )
    .bind(case)
    .bind(recipient)
    .bind(id.to_string())
    .execute(connection)
    .await?;
    Ok(())
}

/// The case that a recipient knows by this id.
pub async fn find(
    connection: &mut Connection,
    recipient: LaboratorySerial,
    id: CaseId,
) -> Result<Option<CaseSerial>, StoreError> {
    Ok(sqlx::query_scalar(
        "/* recipient::find */
        SELECT clinical_case_id FROM recipient_case WHERE recipient_id = $1 AND uid = $2",
    )
    .bind(recipient)
    .bind(id.to_string())
    .fetch_optional(connection)
    .await?)
}
