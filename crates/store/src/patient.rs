//! Codes and open pages of tested persons, and the steps they took themselves.

use crate::dialect::Connection;
use crate::entry::moment_of;
use crate::error::StoreError;
use crate::insert::last_serial;
use crate::serial::{CaseSerial, LaboratorySerial};
use crate::word::parse;
use cairn_core::id::{CaseId, UserId};
use jiff::Timestamp;

/// A code that was handed out; the code itself is nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatientCode {
    /// Its name in addresses, 32 hexadecimal digits.
    pub uid: String,
    /// When it was made.
    pub made: Timestamp,
    /// Until when it opens the page.
    pub ends: Timestamp,
    /// When it was revoked.
    pub revoked: Option<Timestamp>,
}

/// A step that a tested person took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatientStep {
    /// The case.
    pub case: CaseId,
    /// The version of its consent that the step made.
    pub version: u32,
    /// When.
    pub taken: Timestamp,
}

/// Adds a code by its digest; those of the case from before end with it.
pub async fn add_code(
    connection: &mut Connection,
    case: CaseSerial,
    (uid, digest): (&str, &str),
    (made, ends): (Timestamp, Timestamp),
    user: Option<UserId>,
) -> Result<(), StoreError> {
    revoke(connection, case, made).await?;
    let last = "/* patient::add_code (last) */ SELECT COALESCE(MAX(patient_code_id), 0) FROM patient_code";
    let serial = last_serial(connection, last).await? + 1;
    sqlx::query(
        "/* patient::add_code */
        INSERT INTO patient_code (patient_code_id, uid, clinical_case_id, digest, made, ends, user_uid)
        VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(serial)
    .bind(uid)
    .bind(case)
    .bind(digest)
    .bind(made.as_microsecond())
    .bind(ends.as_microsecond())
    .bind(user.map(|user| user.to_string()))
    .execute(connection)
    .await?;
    Ok(())
}

/// Ends every code of a case, and the pages that were opened with them. How many codes were in force comes back.
pub async fn revoke(connection: &mut Connection, case: CaseSerial, now: Timestamp) -> Result<u64, StoreError> {
    let done = sqlx::query(
        "/* patient::revoke */
        UPDATE patient_code SET revoked = $2 WHERE clinical_case_id = $1 AND revoked IS NULL AND ends > $2",
    )
    .bind(case)
    .bind(now.as_microsecond())
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "/* patient::revoke (sessions) */
        DELETE FROM patient_session WHERE patient_code_id IN
            (SELECT patient_code_id FROM patient_code WHERE clinical_case_id = $1)",
    )
    .bind(case)
    .execute(connection)
    .await?;
    Ok(done.rows_affected())
}

/// The codes of a case, the newest first.
pub async fn codes(connection: &mut Connection, case: CaseSerial) -> Result<Vec<PatientCode>, StoreError> {
    let rows: Vec<(String, i64, i64, Option<i64>)> = sqlx::query_as(
        "/* patient::codes */
        SELECT uid, made, ends, revoked FROM patient_code WHERE clinical_case_id = $1 ORDER BY patient_code_id DESC",
    )
    .bind(case)
    .fetch_all(connection)
    .await?;
    let moment = |micros| moment_of("patient_code", micros);
    let read = |(uid, made, ends, revoked): (String, i64, i64, Option<i64>)| {
        Ok(PatientCode { uid, made: moment(made)?, ends: moment(ends)?, revoked: revoked.map(moment).transpose()? })
    };
    rows.into_iter().map(read).collect()
}

/// Opens a page with a code that is in force, under the digest of its cookie; whether the code was comes back.
pub async fn open(
    connection: &mut Connection,
    code: &str,
    session: &str,
    (now, ends): (Timestamp, Timestamp),
) -> Result<bool, StoreError> {
    sqlx::query("/* patient::open (old) */ DELETE FROM patient_session WHERE ends <= $1")
        .bind(now.as_microsecond())
        .execute(&mut *connection)
        .await?;
    let done = sqlx::query(
        "/* patient::open */
        INSERT INTO patient_session (digest, patient_code_id, ends)
        SELECT CAST($2 AS TEXT), patient_code_id, CAST($4 AS BIGINT) FROM patient_code WHERE digest = $1 AND revoked IS NULL AND ends > $3",
    )
    .bind(code)
    .bind(session)
    .bind(now.as_microsecond())
    .bind(ends.as_microsecond())
    .execute(connection)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// The case of an open page, and whose it is.
pub async fn case_of(
    connection: &mut Connection,
    session: &str,
    now: Timestamp,
) -> Result<Option<(CaseSerial, LaboratorySerial)>, StoreError> {
    Ok(sqlx::query_as(
        "/* patient::case_of */
        SELECT c.clinical_case_id, c.laboratory_id FROM patient_session s
        JOIN patient_code p ON p.patient_code_id = s.patient_code_id
        JOIN clinical_case c ON c.clinical_case_id = p.clinical_case_id
        WHERE s.digest = $1 AND s.ends > $2 AND p.revoked IS NULL AND p.ends > $2",
    )
    .bind(session)
    .bind(now.as_microsecond())
    .fetch_optional(connection)
    .await?)
}

/// Closes a page.
pub async fn close(connection: &mut Connection, session: &str) -> Result<(), StoreError> {
    sqlx::query("/* patient::close */ DELETE FROM patient_session WHERE digest = $1")
        .bind(session)
        .execute(connection)
        .await?;
    Ok(())
}

/// Notes that a version of a consent is a step of the tested person, for the laboratory to see.
pub async fn add_step(
    connection: &mut Connection,
    case: CaseSerial,
    version: u32,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "/* patient::add_step */
        INSERT INTO patient_step (clinical_case_id, version, taken) VALUES ($1, $2, $3)",
    )
    .bind(case)
    .bind(i64::from(version))
    .bind(now.as_microsecond())
    .execute(connection)
    .await?;
    Ok(())
}

/// The steps of tested persons of a laboratory that nobody there has seen, the first first.
pub async fn unseen_steps(
    connection: &mut Connection,
    laboratory: LaboratorySerial,
) -> Result<Vec<PatientStep>, StoreError> {
    let rows: Vec<(String, i64, i64)> = sqlx::query_as(
        "/* patient::unseen_steps */
        SELECT c.uid, s.version, s.taken FROM patient_step s
        JOIN clinical_case c ON c.clinical_case_id = s.clinical_case_id
        WHERE c.laboratory_id = $1 AND s.seen IS NULL ORDER BY s.taken",
    )
    .bind(laboratory)
    .fetch_all(connection)
    .await?;
    let read = |(uid, version, taken): (String, i64, i64)| {
        Ok(PatientStep {
            case: parse("clinical_case", &uid)?,
            version: u32::try_from(version).map_err(|_| StoreError::damaged("patient_step", "version"))?,
            taken: moment_of("patient_step", taken)?,
        })
    };
    rows.into_iter().map(read).collect()
}

/// Records that somebody of the laboratory saw the steps of the person of a case.
pub async fn see_steps(
    connection: &mut Connection,
    laboratory: LaboratorySerial,
    case: CaseId,
    by: UserId,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "/* patient::see_steps */
        UPDATE patient_step SET seen = $3, seen_by = $4 WHERE seen IS NULL AND clinical_case_id IN
            (SELECT clinical_case_id FROM clinical_case WHERE uid = $1 AND laboratory_id = $2)",
    )
    .bind(case.to_string())
    .bind(laboratory)
    .bind(now.as_microsecond())
    .bind(by.to_string())
    .execute(connection)
    .await?;
    Ok(())
}
