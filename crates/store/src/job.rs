//! Background work: claimed with a lease, retried when it fails, done once.

use crate::dialect::Connection;
use crate::entry::moment_of;
use crate::error::StoreError;
use crate::serial::JobSerial;
use crate::word::{document, parse, read_document};
use cairn_core::id::JobId;
use jiff::{SignedDuration, Timestamp};
use serde::{Serialize, de::DeserializeOwned};

/// A claimed piece of work.
#[derive(Debug, Clone, PartialEq)]
pub struct Claimed<S> {
    /// Its key.
    pub serial: JobSerial,
    /// Its opaque id.
    pub id: JobId,
    /// With what.
    pub subject: S,
    /// Times it was claimed, this one included.
    pub attempts: u32,
}

/// A job as a list shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct JobLine {
    /// Its opaque id.
    pub id: JobId,
    /// What to do.
    pub kind: String,
    /// `waiting`, `running`, `done` or `failed`.
    pub state: String,
    /// Times it was claimed.
    pub attempts: u32,
    /// Why the last attempt failed.
    pub last_error: Option<String>,
    /// When it was asked for.
    pub created: Timestamp,
    /// When it ended.
    pub finished: Option<Timestamp>,
}

/// Asks for work. The same work that already waits is not asked for twice.
pub async fn enqueue<S: Serialize>(
    connection: &mut Connection,
    id: JobId,
    kind: &'static str,
    subject: &S,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "/* job::enqueue */
        INSERT INTO job (job_id, uid, kind, subject, state, attempts, run_after, created)
        SELECT COALESCE(MAX(job_id), 0) + 1, $1, $2, $3, 'waiting', 0, $4, $4 FROM job WHERE true
        ON CONFLICT DO NOTHING",
    )
    .bind(id.to_string())
    .bind(kind)
    .bind(document(subject))
    .bind(now.as_microsecond())
    .execute(connection)
    .await?;
    Ok(())
}

/// Claims the oldest due work of a kind until `now + lease`; a lease that ran out counts as due.
pub async fn claim<S: DeserializeOwned>(
    connection: &mut Connection,
    kind: &'static str,
    now: Timestamp,
    lease: SignedDuration,
) -> Result<Option<Claimed<S>>, StoreError> {
    let row: Option<(JobSerial, String, String, i64)> = sqlx::query_as(
        "/* job::claim */
        UPDATE job SET state = 'running', attempts = attempts + 1, lease_until = $3
        WHERE job_id = (SELECT job_id FROM job
            WHERE kind = $1 AND ((state = 'waiting' AND run_after <= $2)
                OR (state = 'running' AND lease_until < $2))
            ORDER BY job_id LIMIT 1)
        RETURNING job_id, uid, subject, attempts",
    )
    .bind(kind)
    .bind(now.as_microsecond())
    .bind(now.saturating_add(lease).unwrap_or(Timestamp::MAX).as_microsecond())
    .fetch_optional(connection)
    .await?;
    let Some((serial, id, subject, attempts)) = row else {
        return Ok(None);
    };
    Ok(Some(Claimed {
        serial,
        id: parse("job", &id)?,
        subject: read_document("job", &subject)?,
        attempts: u32::try_from(attempts).unwrap_or(u32::MAX),
    }))
}

/// Notes that work is done.
pub async fn finish(connection: &mut Connection, job: JobSerial, now: Timestamp) -> Result<(), StoreError> {
    sqlx::query(
        "/* job::finish */
        UPDATE job SET state = 'done', lease_until = NULL, last_error = NULL, finished = $2
        WHERE job_id = $1",
    )
    .bind(job)
    .bind(now.as_microsecond())
    .execute(connection)
    .await?;
    Ok(())
}

/// Notes that an attempt failed: it is tried again at `retry`, or never without one.
pub async fn fail(
    connection: &mut Connection,
    job: JobSerial,
    error: &str,
    retry: Option<Timestamp>,
    now: Timestamp,
) -> Result<(), StoreError> {
    // The same work may have been asked for again meanwhile and wait already; then this attempt
    // ends here, because two rows of one subject must not wait.
    sqlx::query(
        "/* job::fail */
        UPDATE job SET
            state = CASE WHEN $3 IS NULL OR EXISTS (SELECT 1 FROM job w
                WHERE w.kind = job.kind AND w.subject = job.subject AND w.state = 'waiting')
                THEN 'failed' ELSE 'waiting' END,
            run_after = COALESCE($3, run_after), lease_until = NULL, last_error = $2, finished = $4
        WHERE job_id = $1",
    )
    .bind(job)
    .bind(error)
    .bind(retry.map(Timestamp::as_microsecond))
    .bind(now.as_microsecond())
    .execute(connection)
    .await?;
    Ok(())
}

/// Gives back what a process that is gone had claimed of a kind, so that it is due at once.
pub async fn release(connection: &mut Connection, kind: &'static str) -> Result<u64, StoreError> {
    let released = sqlx::query(
        "/* job::release */
        UPDATE job SET state = 'waiting', lease_until = NULL WHERE kind = $1 AND state = 'running'",
    )
    .bind(kind)
    .execute(connection)
    .await?;
    Ok(released.rows_affected())
}

/// When the next work of any kind is due; `None` when nothing waits or runs.
pub async fn next_due(connection: &mut Connection) -> Result<Option<Timestamp>, StoreError> {
    let due: Option<i64> = sqlx::query_scalar(
        "/* job::next_due */
        SELECT MIN(CASE WHEN state = 'waiting' THEN run_after ELSE lease_until END)
        FROM job WHERE state IN ('waiting', 'running')",
    )
    .fetch_one(connection)
    .await?;
    due.map(|micros| moment_of("job", micros)).transpose()
}

/// The latest jobs.
pub async fn latest(connection: &mut Connection, limit: u32) -> Result<Vec<JobLine>, StoreError> {
    type Row = (String, String, String, i64, Option<String>, i64, Option<i64>);
    let rows: Vec<Row> = sqlx::query_as(
        "/* job::latest */
        SELECT uid, kind, state, attempts, last_error, created, finished
        FROM job ORDER BY job_id DESC LIMIT $1",
    )
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await?;
    let read = |(id, kind, state, attempts, last_error, created, finished): Row| {
        Ok(JobLine {
            id: parse("job", &id)?,
            kind,
            state,
            attempts: u32::try_from(attempts).unwrap_or(u32::MAX),
            last_error,
            created: moment_of("job", created)?,
            finished: finished.map(|micros| moment_of("job", micros)).transpose()?,
        })
    };
    rows.into_iter().map(read).collect()
}
