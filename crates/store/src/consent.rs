//! What tested people agreed to: versions for each case.

use crate::case::Opener;
use crate::dialect::Connection;
use crate::entry::moment_of;
use crate::error::StoreError;
use crate::insert::select_in;
use crate::key_store::KeyStore;
use crate::serial::{CaseSerial, EntrySerial, LaboratorySerial};
use crate::word::{document, parse, read_document};
use cairn_core::consent::{Consent, Recipients};
use cairn_core::id::CaseId;
use jiff::Timestamp;
use std::collections::HashMap;

/// A version as recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedConsent {
    /// Of which case.
    pub case: CaseSerial,
    /// The version, from 1.
    pub version: u32,
    /// When it was made durable.
    pub recorded: Timestamp,
    /// What it says.
    pub consent: Consent,
    /// The laboratory's signature of the stored body, 128 hexadecimal digits.
    pub signature: Option<String>,
}

type Row = (CaseSerial, i64, i64, String, Option<String>);

fn read((case, version, recorded, body, signature): Row) -> Result<RecordedConsent, StoreError> {
    const TABLE: &str = "consent";
    Ok(RecordedConsent {
        case,
        version: u32::try_from(version).map_err(|_| StoreError::damaged(TABLE, "version"))?,
        recorded: moment_of(TABLE, recorded)?,
        consent: read_document(TABLE, &body)?,
        signature,
    })
}

/// The current version of each of these cases; a case of which nothing is recorded is left out.
pub async fn current(
    connection: &mut Connection,
    cases: &[CaseSerial],
) -> Result<HashMap<CaseSerial, RecordedConsent>, StoreError> {
    let rows: Vec<Row> = select_in(
        connection,
        |query| {
            query.push(
                "/* consent::current */
                SELECT c.clinical_case_id, c.version, e.recorded, c.body, c.signature
                FROM consent c JOIN entry e ON e.entry_id = c.entry_id
                WHERE NOT EXISTS (SELECT 1 FROM consent n
                        WHERE n.clinical_case_id = c.clinical_case_id AND n.version > c.version)
                    AND c.clinical_case_id IN",
            );
        },
        cases,
        |_| {},
    )
    .await?;
    rows.into_iter().map(|row| read(row).map(|found| (found.case, found))).collect()
}

/// Every version of a case, the first first.
pub async fn history(connection: &mut Connection, case: CaseSerial) -> Result<Vec<RecordedConsent>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(
        "/* consent::history */
        SELECT c.clinical_case_id, c.version, e.recorded, c.body, c.signature
        FROM consent c JOIN entry e ON e.entry_id = c.entry_id
        WHERE c.clinical_case_id = $1 ORDER BY c.version",
    )
    .bind(case)
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(read).collect()
}

/// A case of a laboratory with the current version of its consent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsentLine {
    /// The case.
    pub case: CaseSerial,
    /// Its id.
    pub case_id: CaseId,
    /// The laboratory's pseudonym.
    pub local_id: String,
    /// The current version; `None`: nothing is recorded.
    pub consent: Option<RecordedConsent>,
}

/// A page of the cases of a laboratory with their consents, in the order of recording.
pub async fn of_laboratory(
    connection: &mut Connection,
    keys: &KeyStore,
    laboratory: LaboratorySerial,
    after: CaseSerial,
    limit: u32,
) -> Result<Vec<ConsentLine>, StoreError> {
    let cases: Vec<(CaseSerial, String, String)> = sqlx::query_as(
        "/* consent::of_laboratory */
        SELECT clinical_case_id, uid, COALESCE(label, local_id) FROM clinical_case
        WHERE laboratory_id = $1 AND clinical_case_id > $2 AND erased_by IS NULL ORDER BY clinical_case_id LIMIT $3",
    )
    .bind(laboratory)
    .bind(after)
    .bind(i64::from(limit))
    .fetch_all(&mut *connection)
    .await?;
    let serials: Vec<CaseSerial> = cases.iter().map(|(serial, ..)| *serial).collect();
    let mut known = current(connection, &serials).await?;
    let opener = Opener::of(keys, cases.iter().map(|(_, uid, _)| uid.as_str())).await?;
    let line = |(case, uid, label): (CaseSerial, String, String)| {
        let Some(local_id) = opener.label(&uid, &label)? else { return Ok(None) };
        let case_id = parse("clinical_case", &uid)?;
        Ok(Some(ConsentLine { case, case_id, local_id, consent: known.remove(&case) }))
    };
    cases.into_iter().map(line).filter_map(Result::transpose).collect()
}

/// The stored form of a version, which its signature covers.
pub fn body_of(consent: &Consent) -> String {
    document(consent)
}

/// Adds the next version of a case's consent; its number comes back.
pub async fn add(
    connection: &mut Connection,
    entry: EntrySerial,
    case: CaseSerial,
    consent: &Consent,
    signature: &str,
) -> Result<u32, StoreError> {
    let version: i64 = sqlx::query_scalar(
        "/* consent::add */
        INSERT INTO consent
            (clinical_case_id, version, standing, reanalysis, recontact, body, signature, user_uid, entry_id)
        SELECT $1, COALESCE(MAX(version), 0) + 1, $2, $3, $4, $5, $6, $7, $8 FROM consent WHERE clinical_case_id = $1
        RETURNING version",
    )
    .bind(case)
    .bind(consent.standing.code())
    .bind(consent.reanalysis.code())
    .bind(consent.recontact.code())
    .bind(body_of(consent))
    .bind(signature)
    .bind(consent.recorder.map(|user| user.to_string()))
    .bind(entry)
    .fetch_one(&mut *connection)
    .await?;
    for (ordinal, scope) in (1_i64..).zip(&consent.scopes) {
        let codes: Vec<&str> = scope.conditions.iter().map(|condition| condition.code.as_str()).collect();
        let recipients = match scope.recipients {
            Recipients::Agreed => "agreed",
            Recipients::Network => "network",
            Recipients::Named(_) => "named",
        };
        sqlx::query(
            "/* consent::add scope */
            INSERT INTO consent_scope (clinical_case_id, version, ordinal, tier, conditions, recipients, starts, ends)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(case)
        .bind(version)
        .bind(ordinal)
        .bind(scope.tier.code())
        .bind(codes.join(" "))
        .bind(recipients)
        .bind(scope.from.map(|day| day.to_string()))
        .bind(scope.until.map(|day| day.to_string()))
        .execute(&mut *connection)
        .await?;
    }
    u32::try_from(version).map_err(|_| StoreError::damaged("consent", "version"))
}
