//! What laboratories asked to be told about.

use crate::dialect::Connection;
use crate::error::StoreError;
use crate::insert::select_in;
use crate::serial::{EntrySerial, LaboratorySerial};
use crate::word::{parse, read_word};
use cairn_core::alert::Subject;
use cairn_core::id::{SubscriptionId, UserId};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// A subscription that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// Its opaque id.
    pub id: SubscriptionId,
    /// Whose.
    pub laboratory: LaboratorySerial,
    /// To what sort of thing.
    pub subject: Subject,
    /// Which: number of the variant, symbol, identifier or folded name, HPO term.
    pub key: String,
    /// As people read it.
    pub label: String,
}

/// Adds a subscription. Whether it is new comes back: asking twice changes nothing.
pub async fn add(
    connection: &mut Connection,
    entry: EntrySerial,
    subscription: &Subscription,
    user: Option<UserId>,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "/* subscription::add */
        INSERT INTO subscription
            (subscription_id, uid, laboratory_id, subject, subject_key, label, user_uid, entry_id)
        SELECT COALESCE(MAX(subscription_id), 0) + 1, $1, $2, $3, $4, $5, $6, $7 FROM subscription WHERE true
        ON CONFLICT DO NOTHING",
    )
    .bind(subscription.id.to_string())
    .bind(subscription.laboratory)
    .bind(subscription.subject.code())
    .bind(&subscription.key)
    .bind(&subscription.label)
    .bind(user.map(|user| user.to_string()))
    .bind(entry)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Ends a subscription of a laboratory; whether there was one comes back.
pub async fn end(
    connection: &mut Connection,
    laboratory: LaboratorySerial,
    id: SubscriptionId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "/* subscription::end */
        UPDATE subscription SET ended = $3 WHERE uid = $1 AND laboratory_id = $2 AND ended IS NULL",
    )
    .bind(id.to_string())
    .bind(laboratory)
    .bind(now.as_microsecond())
    .execute(connection)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// What a laboratory asked to be told about, in the order of asking.
pub async fn of_laboratory(
    connection: &mut Connection,
    laboratory: LaboratorySerial,
) -> Result<Vec<Subscription>, StoreError> {
    let rows: Vec<(String, String, String, String)> = sqlx::query_as(
        "/* subscription::of_laboratory */
        SELECT uid, subject, subject_key, label FROM subscription
        WHERE laboratory_id = $1 AND ended IS NULL ORDER BY subscription_id",
    )
    .bind(laboratory)
    .fetch_all(connection)
    .await?;
    let read = |(uid, subject, key, label): (String, String, String, String)| {
        let subject = read_word("subscription", &subject)?;
        Ok(Subscription { id: parse("subscription", &uid)?, laboratory, subject, key, label })
    };
    rows.into_iter().map(read).collect()
}

/// Whether anybody subscribed to anything.
pub async fn any(connection: &mut Connection) -> Result<bool, StoreError> {
    let found: i64 = sqlx::query_scalar(
        "/* subscription::any */
        SELECT EXISTS (SELECT 1 FROM subscription
            WHERE ended IS NULL AND subject IN ('variant', 'gene', 'condition', 'phenotype'))",
    )
    .fetch_one(connection)
    .await?;
    Ok(found == 1)
}

/// Everything of a sort that is subscribed to, with who did.
pub async fn all_to(
    connection: &mut Connection,
    subject: Subject,
) -> Result<BTreeMap<String, Vec<LaboratorySerial>>, StoreError> {
    let rows: Vec<(String, LaboratorySerial)> = sqlx::query_as(
        "/* subscription::all_to */
        SELECT subject_key, laboratory_id FROM subscription
        WHERE ended IS NULL AND subject = $1 ORDER BY subject_key, laboratory_id",
    )
    .bind(subject.code())
    .fetch_all(connection)
    .await?;
    let mut all: BTreeMap<String, Vec<LaboratorySerial>> = BTreeMap::new();
    rows.into_iter().for_each(|(key, laboratory)| all.entry(key).or_default().push(laboratory));
    Ok(all)
}

/// Who subscribed to one of these things of a sort, with the thing's key.
pub async fn to(
    connection: &mut Connection,
    subject: Subject,
    keys: &[String],
) -> Result<Vec<(String, LaboratorySerial)>, StoreError> {
    select_in(
        connection,
        |query| {
            query.push(
                "/* subscription::to */
                SELECT subject_key, laboratory_id FROM subscription WHERE ended IS NULL AND subject = ",
            );
            query.push_bind(subject.code());
            query.push(" AND subject_key IN");
        },
        keys,
        |_| {},
    )
    .await
}
