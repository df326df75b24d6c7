//! How members stand: each decision with what it rests on.

use crate::dialect::Connection;
use crate::entry::{AsOf, moment_of};
use crate::error::StoreError;
use crate::serial::{EntrySerial, LaboratorySerial};
use crate::word::{parse, read_word, word};
use cairn_core::id::UserId;
use cairn_core::membership::{Accreditation, MemberState, Membership};
use jiff::Timestamp;

/// A decision about a member as recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedMembership {
    /// About which laboratory.
    pub laboratory: LaboratorySerial,
    /// The version, from 1.
    pub version: u32,
    /// What was decided.
    pub membership: Membership,
    /// Who decided; `None`: somebody at the machine.
    pub user: Option<UserId>,
    /// When.
    pub recorded: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Row {
    laboratory_id: LaboratorySerial,
    version: i64,
    standing: String,
    accreditation_body: Option<String>,
    accreditation_number: Option<String>,
    accreditation_until: Option<String>,
    agreement: Option<String>,
    reason: Option<String>,
    user_uid: Option<String>,
    recorded: i64,
}

fn read(row: Row) -> Result<RecordedMembership, StoreError> {
    const TABLE: &str = "laboratory_standing";
    let until = row.accreditation_until.map(|day| parse(TABLE, &day)).transpose()?;
    let number = row.accreditation_number;
    Ok(RecordedMembership {
        laboratory: row.laboratory_id,
        version: u32::try_from(row.version).map_err(|_| StoreError::damaged(TABLE, "version"))?,
        membership: Membership {
            standing: read_word(TABLE, &row.standing)?,
            accreditation: row.accreditation_body.map(|body| Accreditation { body, number, until }),
            agreement: row.agreement,
            reason: row.reason,
        },
        user: row.user_uid.map(|user| parse(TABLE, &user)).transpose()?,
        recorded: moment_of(TABLE, row.recorded)?,
    })
}

/// Every decision about a laboratory up to a moment, the first first.
pub async fn history(
    connection: &mut Connection,
    laboratory: LaboratorySerial,
    as_of: AsOf,
) -> Result<Vec<RecordedMembership>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(
        "/* membership::history */
        SELECT s.laboratory_id, s.version, s.standing, s.accreditation_body, s.accreditation_number,
            s.accreditation_until, s.agreement, s.reason, s.user_uid, e.recorded
        FROM laboratory_standing s JOIN entry e ON e.entry_id = s.entry_id
        WHERE s.laboratory_id = $1 AND s.entry_id <= $2 ORDER BY s.version",
    )
    .bind(laboratory)
    .bind(as_of.bound())
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(read).collect()
}

/// The last decision about each laboratory up to a moment, in the order of laboratories.
pub async fn current(connection: &mut Connection, as_of: AsOf) -> Result<Vec<RecordedMembership>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(
        "/* membership::current */
        SELECT s.laboratory_id, s.version, s.standing, s.accreditation_body, s.accreditation_number,
            s.accreditation_until, s.agreement, s.reason, s.user_uid, e.recorded
        FROM laboratory_standing s JOIN entry e ON e.entry_id = s.entry_id
        WHERE s.entry_id <= $1 AND NOT EXISTS (SELECT 1 FROM laboratory_standing n
            WHERE n.laboratory_id = s.laboratory_id AND n.version > s.version AND n.entry_id <= $1)
        ORDER BY s.laboratory_id",
    )
    .bind(as_of.bound())
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(read).collect()
}

/// Records a decision about a laboratory.
pub async fn set(
    connection: &mut Connection,
    entry: EntrySerial,
    laboratory: LaboratorySerial,
    membership: &Membership,
    user: Option<UserId>,
) -> Result<(), StoreError> {
    let accreditation = membership.accreditation.as_ref();
    sqlx::query(
        "/* membership::set */
        INSERT INTO laboratory_standing (laboratory_id, version, standing, accreditation_body, accreditation_number,
            accreditation_until, agreement, reason, user_uid, entry_id)
        SELECT $1, COALESCE(MAX(version), 0) + 1, $2, $3, $4, $5, $6, $7, $8, $9 FROM laboratory_standing
        WHERE laboratory_id = $1",
    )
    .bind(laboratory)
    .bind(word(&membership.standing))
    .bind(accreditation.map(|one| one.body.clone()))
    .bind(accreditation.and_then(|one| one.number.clone()))
    .bind(accreditation.and_then(|one| one.until).map(|day| day.to_string()))
    .bind(membership.agreement.clone())
    .bind(membership.reason.clone())
    .bind(user.map(|user| user.to_string()))
    .bind(entry)
    .execute(&mut *connection)
    .await?;
    sqlx::query("/* membership::set (standing) */ UPDATE laboratory SET standing = $2 WHERE laboratory_id = $1")
        .bind(laboratory)
        .bind(word(&membership.standing))
        .execute(connection)
        .await?;
    Ok(())
}

/// The members that may not share now, with how they stand.
pub async fn not_approved(connection: &mut Connection) -> Result<Vec<(LaboratorySerial, MemberState)>, StoreError> {
    let rows: Vec<(LaboratorySerial, String)> = sqlx::query_as(
        "/* membership::not_approved */
        SELECT laboratory_id, standing FROM laboratory WHERE standing IN ('applied', 'suspended', 'withdrawn')",
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(|(laboratory, standing)| Ok((laboratory, read_word("laboratory", &standing)?))).collect()
}

/// The last entry that changed how a laboratory stands.
pub async fn newest(connection: &mut Connection) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar("/* membership::newest */ SELECT COALESCE(MAX(entry_id), 0) FROM laboratory_standing")
        .fetch_one(connection)
        .await?)
}
