//! Agreements between laboratories: who may see whose cases, as far as consent allows.

use crate::dialect::Connection;
use crate::error::StoreError;
use crate::serial::{EntrySerial, LaboratorySerial};
use cairn_core::id::UserId;

/// The laboratories whose cases a laboratory may see.
pub async fn open_to(
    connection: &mut Connection,
    partner: LaboratorySerial,
) -> Result<Vec<LaboratorySerial>, StoreError> {
    Ok(sqlx::query_scalar(
        "/* agreement::open_to */
        SELECT a.laboratory_id FROM sharing_agreement a
        WHERE a.partner_id = $1 AND a.in_force = 1 AND NOT EXISTS (SELECT 1 FROM sharing_agreement n
            WHERE n.laboratory_id = a.laboratory_id AND n.partner_id = a.partner_id AND n.version > a.version)
        ORDER BY a.laboratory_id",
    )
    .bind(partner)
    .fetch_all(connection)
    .await?)
}

/// The laboratories that may see the cases of a laboratory.
pub async fn partners_of(
    connection: &mut Connection,
    laboratory: LaboratorySerial,
) -> Result<Vec<LaboratorySerial>, StoreError> {
    Ok(sqlx::query_scalar(
        "/* agreement::partners_of */
        SELECT a.partner_id FROM sharing_agreement a
        WHERE a.laboratory_id = $1 AND a.in_force = 1 AND NOT EXISTS (SELECT 1 FROM sharing_agreement n
            WHERE n.laboratory_id = a.laboratory_id AND n.partner_id = a.partner_id AND n.version > a.version)
        ORDER BY a.partner_id",
    )
    .bind(laboratory)
    .fetch_all(connection)
    .await?)
}

/// Records that an agreement is in force from now on, or no longer.
pub async fn set(
    connection: &mut Connection,
    entry: EntrySerial,
    laboratory: LaboratorySerial,
    partner: LaboratorySerial,
    in_force: bool,
    user: Option<UserId>,
) -> Result<(), StoreError> {
    sqlx::query(
        "/* agreement::set */
        INSERT INTO sharing_agreement (laboratory_id, partner_id, version, in_force, user_uid, entry_id)
        SELECT $1, $2, COALESCE(MAX(version), 0) + 1, $3, $4, $5 FROM sharing_agreement
        WHERE laboratory_id = $1 AND partner_id = $2",
    )
    .bind(laboratory)
    .bind(partner)
    .bind(i64::from(in_force))
    .bind(user.map(|user| user.to_string()))
    .bind(entry)
    .execute(connection)
    .await?;
    Ok(())
}
