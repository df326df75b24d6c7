//! Who saw a case and was told that it is withdrawn or erased, and who said that they have it no more.

use crate::dialect::Connection;
use crate::entry::moment_of;
use crate::error::StoreError;
use crate::insert::last_serial;
use crate::peer::acknowledgement;
use crate::serial::{CaseSerial, LaboratorySerial};
use crate::word::parse;
use cairn_core::id::{CaseId, UserId};
use jiff::Timestamp;

/// A recipient that was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recall {
    /// Its name in addresses, 32 hexadecimal digits.
    pub uid: String,
    /// Whose case it was.
    pub owner: String,
    /// Who was told.
    pub recipient: String,
    /// The id under which the recipient knew the case.
    pub recipient_case: CaseId,
    /// Whether the case was erased, and not only withdrawn.
    pub is_erased: bool,
    /// When it was told.
    pub told: Timestamp,
    /// When it answered; `None`: outstanding.
    pub acknowledged: Option<Timestamp>,
}

/// Tells every laboratory that saw a case; those told the same before are left alone. How many were told comes back.
pub async fn tell(
    connection: &mut Connection,
    case: CaseSerial,
    is_erased: bool,
    now: Timestamp,
    mut random: impl FnMut() -> u128,
) -> Result<u64, StoreError> {
    let seen: Vec<(LaboratorySerial, String)> = sqlx::query_as(
        "/* recall::tell (who) */
        SELECT recipient_id, uid FROM recipient_case WHERE clinical_case_id = $1 ORDER BY recipient_id",
    )
    .bind(case)
    .fetch_all(&mut *connection)
    .await?;
    let last = "/* recall::tell (last) */ SELECT COALESCE(MAX(case_recall_id), 0) FROM case_recall";
    let mut told = 0;
    for (recipient, uid) in seen {
        let done = sqlx::query(
            "/* recall::tell */
            INSERT INTO case_recall
                (case_recall_id, uid, clinical_case_id, recipient_id, recipient_uid, kind, told)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (clinical_case_id, recipient_id, kind) DO NOTHING",
        )
        .bind(last_serial(connection, last).await? + 1)
        .bind(format!("{:032x}", random()))
        .bind(case)
        .bind(recipient)
        .bind(uid)
        .bind(if is_erased { "erase" } else { "withdraw" })
        .bind(now.as_microsecond())
        .execute(&mut *connection)
        .await?;
        told += done.rows_affected();
    }
    Ok(told)
}

#[derive(sqlx::FromRow)]
struct Row {
    uid: String,
    owner: String,
    recipient: String,
    recipient_uid: String,
    kind: String,
    told: i64,
    acknowledged: Option<i64>,
}

impl Row {
    fn read(self) -> Result<Recall, StoreError> {
        const TABLE: &str = "case_recall";
        Ok(Recall {
            uid: self.uid,
            owner: self.owner,
            recipient: self.recipient,
            recipient_case: parse(TABLE, &self.recipient_uid)?,
            is_erased: self.kind == "erase",
            told: moment_of(TABLE, self.told)?,
            acknowledged: self.acknowledged.map(|at| moment_of(TABLE, at)).transpose()?,
        })
    }
}

macro_rules! select {
    ($name:literal, $rest:literal) => {
        concat!(
            "/* recall::",
            $name,
            " */
            SELECT w.uid, o.name AS owner, r.name AS recipient, w.recipient_uid, w.kind, w.told, w.acknowledged
            FROM case_recall w
            JOIN clinical_case c ON c.clinical_case_id = w.clinical_case_id
            JOIN laboratory o ON o.laboratory_id = c.laboratory_id
            JOIN laboratory r ON r.laboratory_id = w.recipient_id ",
            $rest
        )
    };
}

/// Who was told about a case, in the order of telling.
pub async fn of_case(connection: &mut Connection, case: CaseSerial) -> Result<Vec<Recall>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(select!("of_case", "WHERE w.clinical_case_id = $1 ORDER BY w.case_recall_id"))
        .bind(case)
        .fetch_all(connection)
        .await?;
    rows.into_iter().map(Row::read).collect()
}

/// A node that was given statements which a case stands behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerRecall {
    /// The node's name.
    pub peer: String,
    /// When what it has was taken back; `None`: it will be told when it asks next, if it must be.
    pub told: Option<Timestamp>,
    /// When it said that it has taken it out.
    pub acknowledged: Option<Timestamp>,
    /// The hub that passed it on to the node; `None`: this node gave it itself.
    pub through: Option<String>,
}

/// The nodes that were given statements which a case stands behind, then those that hubs passed their tombstones on to:
/// told and answered when that holds of all of them.
pub async fn peers_of_case(connection: &mut Connection, case: CaseSerial) -> Result<Vec<PeerRecall>, StoreError> {
    let rows: Vec<(String, Option<i64>, Option<i64>)> = sqlx::query_as(
        "/* recall::peers_of_case */
        SELECT p.name,
            CASE WHEN COUNT(*) = COUNT(r.withdrawn_at) THEN MAX(r.withdrawn_at) END,
            CASE WHEN COUNT(*) = COUNT(r.acknowledged_at) THEN MAX(r.acknowledged_at) END
        FROM peer_release r
        JOIN peer_release_case c ON c.peer_release_id = r.peer_release_id
        JOIN peer p ON p.peer_id = r.peer_id
        WHERE c.clinical_case_id = $1 GROUP BY p.peer_id, p.name ORDER BY p.name",
    )
    .bind(case)
    .fetch_all(&mut *connection)
    .await?;
    let moment = |micros: Option<i64>| micros.map(|micros| moment_of("peer_release", micros)).transpose();
    let read = |(peer, told, acknowledged): (String, Option<i64>, Option<i64>)| {
        Ok(PeerRecall { peer, told: moment(told)?, acknowledged: moment(acknowledged)?, through: None })
    };
    let mut all = rows.into_iter().map(read).collect::<Result<Vec<PeerRecall>, StoreError>>()?;
    all.extend(acknowledgement::beyond_of_case(connection, case).await?.into_iter().map(|one| PeerRecall {
        peer: one.name,
        told: Some(one.told),
        acknowledged: one.acknowledged,
        through: Some(one.through),
    }));
    Ok(all)
}

/// What a laboratory was told, what it has not answered first, then the newest.
pub async fn to(
    connection: &mut Connection,
    recipient: LaboratorySerial,
    limit: u32,
) -> Result<Vec<Recall>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(select!(
        "to",
        "WHERE w.recipient_id = $1
        ORDER BY CASE WHEN w.acknowledged IS NULL THEN 0 ELSE 1 END, w.case_recall_id DESC LIMIT 0 + $2"
    ))
    .bind(recipient)
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Row::read).collect()
}

/// Records that a recipient has the case no more, once; whether there was something to answer comes back.
pub async fn acknowledge(
    connection: &mut Connection,
    recipient: LaboratorySerial,
    uid: &str,
    by: UserId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "/* recall::acknowledge */
        UPDATE case_recall SET acknowledged = $3, account_uid = $4
        WHERE uid = $1 AND recipient_id = $2 AND acknowledged IS NULL",
    )
    .bind(uid)
    .bind(recipient)
    .bind(now.as_microsecond())
    .bind(by.to_string())
    .execute(connection)
    .await?;
    Ok(done.rows_affected() > 0)
}
