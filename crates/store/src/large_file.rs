//! Files that are loaded by a job: who sent them, how they are to be taken, how far the job is.

use crate::dialect::Connection;
use crate::entry::moment_of;
use crate::error::StoreError;
use crate::serial::LaboratorySerial;
use crate::word::{document, parse, read_document, read_word, word};
use cairn_core::id::{JobId, UserId};
use cairn_core::submission::Channel;
use jiff::Timestamp;
use serde::{Serialize, de::DeserializeOwned};

/// A file that waits for its job, or was loaded by it.
#[derive(Debug, Clone, PartialEq)]
pub struct LargeFile<W> {
    /// The job that loads it.
    pub job: JobId,
    /// Who sent it.
    pub laboratory: LaboratorySerial,
    /// The person; `None` when a system sent it.
    pub user: Option<UserId>,
    /// How it came in.
    pub channel: Channel,
    /// File name without folders.
    pub file: Option<String>,
    /// SHA-256 of the bytes as they came.
    pub sha256: String,
    /// How many they are.
    pub size: u64,
    /// How it is to be taken.
    pub wish: W,
    /// The client's `Idempotency-Key`.
    pub client_key: Option<String>,
}

/// A large file with its job.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded<W, P> {
    /// The file.
    pub file: LargeFile<W>,
    /// What became of it so far.
    pub progress: P,
    /// `waiting`, `running`, `done` or `failed`.
    pub state: String,
    /// When the job was asked for.
    pub created: Timestamp,
    /// When it ended.
    pub finished: Option<Timestamp>,
}

/// Adds a file whose job was asked for in the same transaction.
pub async fn add<W: Serialize, P: Serialize>(
    connection: &mut Connection,
    new: &LargeFile<W>,
    progress: &P,
) -> Result<(), StoreError> {
    sqlx::query(
        "/* large_file::add */
        INSERT INTO large_file (job_uid, laboratory_id, user_uid, channel, file, sha256, size,
            wish, client_key, progress)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(new.job.to_string())
    .bind(new.laboratory)
    .bind(new.user.map(|user| user.to_string()))
    .bind(word(&new.channel))
    .bind(&new.file)
    .bind(&new.sha256)
    .bind(i64::try_from(new.size).unwrap_or(i64::MAX))
    .bind(document(&new.wish))
    .bind(&new.client_key)
    .bind(document(progress))
    .execute(connection)
    .await?;
    Ok(())
}

/// Notes what became of a file so far.
pub async fn set_progress<P: Serialize>(
    connection: &mut Connection,
    job: JobId,
    progress: &P,
) -> Result<(), StoreError> {
    sqlx::query("/* large_file::set_progress */ UPDATE large_file SET progress = $2 WHERE job_uid = $1")
        .bind(job.to_string())
        .bind(document(progress))
        .execute(connection)
        .await?;
    Ok(())
}

/// The file of a job.
pub async fn by_job<W: DeserializeOwned, P: DeserializeOwned>(
    connection: &mut Connection,
    job: JobId,
) -> Result<Option<Recorded<W, P>>, StoreError> {
    let row: Option<Row> = sqlx::query_as(
        "/* large_file::by_job */
        SELECT f.job_uid, f.laboratory_id, f.user_uid, f.channel, f.file, f.sha256, f.size, f.wish,
            f.client_key, f.progress, j.state, j.created, j.finished
        FROM large_file f JOIN job j ON j.uid = f.job_uid
        WHERE f.job_uid = $1",
    )
    .bind(job.to_string())
    .fetch_optional(connection)
    .await?;
    row.map(Row::read).transpose()
}

/// The digest and the job of what a client sent under this name before.
pub async fn by_client_key(
    connection: &mut Connection,
    laboratory: LaboratorySerial,
    client_key: &str,
) -> Result<Option<(String, JobId)>, StoreError> {
    let row: Option<(String, String)> = sqlx::query_as(
        "/* large_file::by_client_key */
        SELECT sha256, job_uid FROM large_file WHERE laboratory_id = $1 AND client_key = $2",
    )
    .bind(laboratory)
    .bind(client_key)
    .fetch_optional(connection)
    .await?;
    row.map(|(sha256, job)| Ok((sha256, parse("large_file", &job)?))).transpose()
}

/// The files of a laboratory whose job has not ended, the oldest first: job and file name.
pub async fn unfinished_of(
    connection: &mut Connection,
    laboratory: LaboratorySerial,
) -> Result<Vec<(JobId, Option<String>)>, StoreError> {
    let rows: Vec<(String, Option<String>)> = sqlx::query_as(
        "/* large_file::unfinished_of */
        SELECT f.job_uid, f.file FROM large_file f JOIN job j ON j.uid = f.job_uid
        WHERE f.laboratory_id = $1 AND j.state IN ('waiting', 'running') ORDER BY j.job_id",
    )
    .bind(laboratory)
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(|(job, file)| Ok((parse("large_file", &job)?, file))).collect()
}

/// The jobs that still need the bytes of their file.
pub async fn unfinished(connection: &mut Connection) -> Result<Vec<JobId>, StoreError> {
    let rows: Vec<String> = sqlx::query_scalar(
        "/* large_file::unfinished */
        SELECT f.job_uid FROM large_file f JOIN job j ON j.uid = f.job_uid
        WHERE j.state IN ('waiting', 'running')",
    )
    .fetch_all(connection)
    .await?;
    rows.iter().map(|job| parse("large_file", job)).collect()
}

#[derive(sqlx::FromRow)]
struct Row {
    job_uid: String,
    laboratory_id: LaboratorySerial,
    user_uid: Option<String>,
    channel: String,
    file: Option<String>,
    sha256: String,
    size: i64,
    wish: String,
    client_key: Option<String>,
    progress: String,
    state: String,
    created: i64,
    finished: Option<i64>,
}

impl Row {
    fn read<W: DeserializeOwned, P: DeserializeOwned>(self) -> Result<Recorded<W, P>, StoreError> {
        Ok(Recorded {
            file: LargeFile {
                job: parse("large_file", &self.job_uid)?,
                laboratory: self.laboratory_id,
                user: self.user_uid.map(|user| parse("large_file", &user)).transpose()?,
                channel: read_word("large_file", &self.channel)?,
                file: self.file,
                sha256: self.sha256,
                size: self.size.unsigned_abs(),
                wish: read_document("large_file", &self.wish)?,
                client_key: self.client_key,
            },
            progress: read_document("large_file", &self.progress)?,
            state: self.state,
            created: moment_of("job", self.created)?,
            finished: self.finished.map(|micros| moment_of("job", micros)).transpose()?,
        })
    }
}
