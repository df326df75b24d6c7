//! Notices: read, acknowledged, escalated, sent.

use super::{NoticeEvent, RecordedNotice};
use crate::dialect::Connection;
use crate::entry::{AsOf, moment_of};
use crate::error::StoreError;
use crate::serial::{LaboratorySerial, NoticeSerial};
use crate::word::{parse, read_word};
use cairn_core::alert::{Trigger, Urgency};
use cairn_core::id::{NoticeId, UserId};
use jiff::Timestamp;

const TABLE: &str = "notice";

/// The columns of [`Row`] and the tables they come from.
macro_rules! select {
    ($name:literal, $rest:literal) => {
        concat!(
            "/* alert::",
            $name,
            " */
            SELECT n.notice_id, n.uid, n.laboratory_id, e.recorded, n.cause, n.urgency, n.alerts, n.due,
                n.acknowledged, n.escalated
            FROM notice n JOIN entry e ON e.entry_id = n.entry_id ",
            $rest
        )
    };
}

#[derive(sqlx::FromRow)]
struct Row {
    notice_id: NoticeSerial,
    uid: String,
    laboratory_id: LaboratorySerial,
    recorded: i64,
    cause: String,
    urgency: String,
    alerts: i64,
    due: i64,
    acknowledged: Option<i64>,
    escalated: Option<i64>,
}

impl Row {
    fn read(self) -> Result<RecordedNotice, StoreError> {
        let moment = |micros: Option<i64>| micros.map(|micros| moment_of(TABLE, micros)).transpose();
        Ok(RecordedNotice {
            serial: self.notice_id,
            id: parse(TABLE, &self.uid)?,
            laboratory: self.laboratory_id,
            recorded: moment_of(TABLE, self.recorded)?,
            cause: read_word(TABLE, &self.cause)?,
            urgency: read_word(TABLE, &self.urgency)?,
            alerts: self.alerts.unsigned_abs(),
            due: moment_of(TABLE, self.due)?,
            acknowledged: moment(self.acknowledged)?,
            escalated: moment(self.escalated)?,
        })
    }
}

fn read_all(rows: Vec<Row>) -> Result<Vec<RecordedNotice>, StoreError> {
    rows.into_iter().map(Row::read).collect()
}

/// A laboratory's notices, the newest first, from before one; only the open ones, or all.
pub async fn notices(
    connection: &mut Connection,
    laboratory: LaboratorySerial,
    only_open: bool,
    filter: (Option<Trigger>, Option<Urgency>),
    as_of: AsOf,
    before: NoticeSerial,
    limit: u32,
) -> Result<Vec<RecordedNotice>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(select!(
        "notices",
        "WHERE n.laboratory_id = $1 AND n.notice_id < $2 AND n.entry_id <= $3
            AND ($4 = 0 OR n.acknowledged IS NULL)
            AND ($5 IS NULL OR n.cause = $5) AND ($6 IS NULL OR n.urgency = $6)
        ORDER BY n.notice_id DESC LIMIT $7"
    ))
    .bind(laboratory)
    .bind(before)
    .bind(as_of.bound())
    .bind(i64::from(only_open))
    .bind(filter.0.map(Trigger::code))
    .bind(filter.1.map(Urgency::code))
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await?;
    read_all(rows)
}

/// How many notices of a laboratory are open, by urgency: high, medium, low.
pub async fn open_counts(connection: &mut Connection, laboratory: LaboratorySerial) -> Result<[u64; 3], StoreError> {
    let rows: Vec<(String, i64)> = sqlx::query_as(
        "/* alert::open_counts */
        SELECT urgency, COUNT(*) FROM notice WHERE laboratory_id = $1 AND acknowledged IS NULL GROUP BY urgency",
    )
    .bind(laboratory)
    .fetch_all(connection)
    .await?;
    let of = |urgency: Urgency| {
        let found = rows.iter().find(|(code, _)| code == urgency.code());
        found.map_or(0, |(_, count)| count.unsigned_abs())
    };
    Ok([of(Urgency::High), of(Urgency::Medium), of(Urgency::Low)])
}

/// The notice of this id.
pub async fn notice_by_id(connection: &mut Connection, id: NoticeId) -> Result<Option<RecordedNotice>, StoreError> {
    let row: Option<Row> = sqlx::query_as(select!("notice_by_id", "WHERE n.uid = $1"))
        .bind(id.to_string())
        .fetch_optional(connection)
        .await?;
    row.map(Row::read).transpose()
}

/// The key of the newest notice, 0 when there is none.
pub async fn newest(connection: &mut Connection) -> Result<NoticeSerial, StoreError> {
    let last: i64 = sqlx::query_scalar(
        "/* alert::newest */
        SELECT COALESCE(MAX(notice_id), 0) FROM notice",
    )
    .fetch_one(connection)
    .await?;
    Ok(NoticeSerial::new(last))
}

/// Notes that a person has seen to a notice. Whether it was open comes back: a second time changes
/// nothing.
pub async fn acknowledge(
    connection: &mut Connection,
    notice: NoticeSerial,
    by: (UserId, &str),
    note: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "/* alert::acknowledge */
        UPDATE notice SET acknowledged = $2 WHERE notice_id = $1 AND acknowledged IS NULL",
    )
    .bind(notice)
    .bind(now.as_microsecond())
    .execute(&mut *connection)
    .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    note_event(connection, notice, "acknowledged", Some(by), note, now).await?;
    Ok(true)
}

/// Open notices that are past their day and were not escalated, the longest overdue first.
pub async fn overdue(
    connection: &mut Connection,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<RecordedNotice>, StoreError> {
    let rows: Vec<Row> = sqlx::query_as(select!(
        "overdue",
        "WHERE n.acknowledged IS NULL AND n.escalated IS NULL AND n.due < $1 ORDER BY n.due LIMIT $2"
    ))
    .bind(now.as_microsecond())
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await?;
    read_all(rows)
}

/// Notes that a notice was found overdue.
pub async fn escalate(
    connection: &mut Connection,
    notice: NoticeSerial,
    note: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "/* alert::escalate */
        UPDATE notice SET escalated = $2 WHERE notice_id = $1 AND escalated IS NULL",
    )
    .bind(notice)
    .bind(now.as_microsecond())
    .execute(&mut *connection)
    .await?;
    note_event(connection, notice, "escalated", None, note, now).await
}

/// Adds to the history of a notice.
pub async fn note_event(
    connection: &mut Connection,
    notice: NoticeSerial,
    what: &'static str,
    by: Option<(UserId, &str)>,
    note: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "/* alert::note_event */
        INSERT INTO notice_event (notice_id, ordinal, what, user_uid, user_name, note, moment)
        SELECT $1, COALESCE(MAX(ordinal), 0) + 1, $2, $3, $4, $5, $6 FROM notice_event WHERE notice_id = $1",
    )
    .bind(notice)
    .bind(what)
    .bind(by.map(|(user, _)| user.to_string()))
    .bind(by.map(|(_, name)| name.to_owned()))
    .bind(note)
    .bind(now.as_microsecond())
    .execute(connection)
    .await?;
    Ok(())
}

/// The history of a notice, the first event first.
pub async fn events(connection: &mut Connection, notice: NoticeSerial) -> Result<Vec<NoticeEvent>, StoreError> {
    let rows: Vec<(String, Option<String>, String, i64)> = sqlx::query_as(
        "/* alert::events */
        SELECT what, user_name, note, moment FROM notice_event WHERE notice_id = $1 ORDER BY ordinal",
    )
    .bind(notice)
    .fetch_all(connection)
    .await?;
    let read = |(what, by, note, moment): (String, Option<String>, String, i64)| {
        Ok(NoticeEvent { what, by, note, moment: moment_of(TABLE, moment)? })
    };
    rows.into_iter().map(read).collect()
}

/// A laboratory's notices since its last digest, and when that was.
pub async fn since_last_digest(
    connection: &mut Connection,
    laboratory: LaboratorySerial,
    limit: u32,
) -> Result<(Vec<RecordedNotice>, Option<Timestamp>), StoreError> {
    let last: Option<(i64, i64)> = sqlx::query_as(
        "/* alert::since_last_digest (last) */
        SELECT until_notice_id, moment FROM digest_mail WHERE laboratory_id = $1 ORDER BY moment DESC LIMIT 1",
    )
    .bind(laboratory)
    .fetch_optional(&mut *connection)
    .await?;
    let rows: Vec<Row> = sqlx::query_as(select!(
        "since_last_digest",
        "WHERE n.laboratory_id = $1 AND n.notice_id > $2 ORDER BY n.notice_id LIMIT $3"
    ))
    .bind(laboratory)
    .bind(last.map_or(0, |(until, _)| until))
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await?;
    let moment = last.map(|(_, moment)| moment_of("digest_mail", moment)).transpose()?;
    Ok((read_all(rows)?, moment))
}

/// Notes that a digest up to this notice was sent.
pub async fn note_digest(
    connection: &mut Connection,
    laboratory: LaboratorySerial,
    until: NoticeSerial,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "/* alert::note_digest */
        INSERT INTO digest_mail (laboratory_id, until_notice_id, moment) VALUES ($1, $2, $3)
        ON CONFLICT DO NOTHING",
    )
    .bind(laboratory)
    .bind(until)
    .bind(now.as_microsecond())
    .execute(connection)
    .await?;
    Ok(())
}
