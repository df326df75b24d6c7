//! How laboratories want to be alerted, where their notices go, and what tested people agreed to.

use super::{CaseConsent, Policy, Webhook};
use crate::dialect::Connection;
use crate::error::StoreError;
use crate::insert::select_in;
use crate::serial::{CaseSerial, EntrySerial, LaboratorySerial};
use crate::word::{parse, read_word};
use cairn_core::id::{UserId, WebhookId};
use jiff::Timestamp;

type PolicyRow = (LaboratorySerial, String, i64, i64);

fn read(row: PolicyRow) -> Result<(LaboratorySerial, Policy), StoreError> {
    let (laboratory, reanalysis, days, digest) = row;
    let delay_days = u16::try_from(days).map_err(|_| StoreError::damaged("alert_policy", "delay_days"))?;
    Ok((laboratory, Policy { reanalysis: read_word("alert_policy", &reanalysis)?, delay_days, digest: digest == 1 }))
}

/// The policies of these laboratories; one that said nothing has the default.
pub async fn policies(
    connection: &mut Connection,
    laboratories: &[LaboratorySerial],
) -> Result<Vec<(LaboratorySerial, Policy)>, StoreError> {
    let rows: Vec<PolicyRow> = select_in(
        connection,
        |query| {
            query.push(
                "/* alert::policies */
                SELECT p.laboratory_id, p.reanalysis, p.delay_days, p.digest FROM alert_policy p
                WHERE NOT EXISTS (SELECT 1 FROM alert_policy n
                        WHERE n.laboratory_id = p.laboratory_id AND n.version > p.version)
                    AND p.laboratory_id IN",
            );
        },
        laboratories,
        |_| {},
    )
    .await?;
    let known: Vec<_> = rows.into_iter().map(read).collect::<Result<_, _>>()?;
    let of = |laboratory: &LaboratorySerial| known.iter().find(|(serial, _)| serial == laboratory).map(|known| known.1);
    Ok(laboratories.iter().map(|laboratory| (*laboratory, of(laboratory).unwrap_or_default())).collect())
}

/// The policy of a laboratory.
pub async fn policy_of(connection: &mut Connection, laboratory: LaboratorySerial) -> Result<Policy, StoreError> {
    let found = policies(connection, &[laboratory]).await?;
    Ok(found.first().map(|(_, policy)| *policy).unwrap_or_default())
}

/// Records another policy.
pub async fn set_policy(
    connection: &mut Connection,
    entry: EntrySerial,
    laboratory: LaboratorySerial,
    policy: Policy,
    user: Option<UserId>,
) -> Result<(), StoreError> {
    sqlx::query(
        "/* alert::set_policy */
        INSERT INTO alert_policy (laboratory_id, version, reanalysis, delay_days, digest, user_uid, entry_id)
        SELECT $1, COALESCE(MAX(version), 0) + 1, $2, $3, $4, $5, $6 FROM alert_policy WHERE laboratory_id = $1",
    )
    .bind(laboratory)
    .bind(policy.reanalysis.code())
    .bind(i64::from(policy.delay_days))
    .bind(i64::from(policy.digest))
    .bind(user.map(|user| user.to_string()))
    .bind(entry)
    .execute(connection)
    .await?;
    Ok(())
}

/// What the tested people of these cases agreed to; a case without a word of it is left out.
pub async fn consent_of(
    connection: &mut Connection,
    cases: &[CaseSerial],
) -> Result<Vec<(CaseSerial, CaseConsent)>, StoreError> {
    let rows: Vec<(CaseSerial, String, String)> = select_in(
        connection,
        |query| {
            query.push(
                "/* alert::consent_of */
                SELECT r.clinical_case_id, r.reanalysis, r.recontact FROM consent r
                WHERE NOT EXISTS (SELECT 1 FROM consent n
                        WHERE n.clinical_case_id = r.clinical_case_id AND n.version > r.version)
                    AND r.clinical_case_id IN",
            );
        },
        cases,
        |_| {},
    )
    .await?;
    const TABLE: &str = "consent";
    let read = |(case, reanalysis, recontact): (CaseSerial, String, String)| {
        let reanalysis = read_word(TABLE, &reanalysis)?;
        Ok((case, CaseConsent { reanalysis, recontact: read_word(TABLE, &recontact)? }))
    };
    rows.into_iter().map(read).collect()
}

/// Adds a place that a laboratory's notices are sent to.
pub async fn add_webhook(
    connection: &mut Connection,
    entry: EntrySerial,
    webhook: &Webhook,
    user: Option<UserId>,
) -> Result<(), StoreError> {
    sqlx::query(
        "/* alert::add_webhook */
        INSERT INTO webhook (webhook_id, uid, laboratory_id, url, user_uid, entry_id)
        SELECT COALESCE(MAX(webhook_id), 0) + 1, $1, $2, $3, $4, $5 FROM webhook",
    )
    .bind(webhook.id.to_string())
    .bind(webhook.laboratory)
    .bind(&webhook.url)
    .bind(user.map(|user| user.to_string()))
    .bind(entry)
    .execute(connection)
    .await?;
    Ok(())
}

/// Ends a webhook of a laboratory; whether there was one comes back.
pub async fn end_webhook(
    connection: &mut Connection,
    laboratory: LaboratorySerial,
    id: WebhookId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "/* alert::end_webhook */
        UPDATE webhook SET ended = $3 WHERE uid = $1 AND laboratory_id = $2 AND ended IS NULL",
    )
    .bind(id.to_string())
    .bind(laboratory)
    .bind(now.as_microsecond())
    .execute(connection)
    .await?;
    Ok(done.rows_affected() > 0)
}

fn webhook((uid, laboratory, url): (String, LaboratorySerial, String)) -> Result<Webhook, StoreError> {
    Ok(Webhook { id: parse("webhook", &uid)?, laboratory, url })
}

/// Where a laboratory's notices are sent to.
pub async fn webhooks(connection: &mut Connection, laboratory: LaboratorySerial) -> Result<Vec<Webhook>, StoreError> {
    let rows: Vec<(String, LaboratorySerial, String)> = sqlx::query_as(
        "/* alert::webhooks */
        SELECT uid, laboratory_id, url FROM webhook WHERE laboratory_id = $1 AND ended IS NULL ORDER BY webhook_id",
    )
    .bind(laboratory)
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(webhook).collect()
}

/// The webhook of this id, unless it was ended.
pub async fn webhook_by_id(connection: &mut Connection, id: WebhookId) -> Result<Option<Webhook>, StoreError> {
    let row: Option<(String, LaboratorySerial, String)> = sqlx::query_as(
        "/* alert::webhook_by_id */
        SELECT uid, laboratory_id, url FROM webhook WHERE uid = $1 AND ended IS NULL",
    )
    .bind(id.to_string())
    .fetch_optional(connection)
    .await?;
    row.map(webhook).transpose()
}
