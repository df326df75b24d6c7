//! What an operator watches of the record: how much there is, what waits, and since when.

use crate::dialect::Connection;
use crate::entry::moment_of;
use crate::error::StoreError;
use jiff::Timestamp;

/// Numbers of one moment. None of them says anything about a person or a variant.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Gauges {
    /// Submissions, as many as were ever taken.
    pub submissions: u64,
    /// Statements, through all their versions one each.
    pub statements: u64,
    /// Entries of the ledger.
    pub ledger_entries: u64,
    /// Those of them that no checkpoint covers yet.
    pub unsealed: u64,
    /// When the first of these was written.
    pub oldest_unsealed: Option<Timestamp>,
    /// Leaves that enough witnesses have signed, of the newest shard.
    pub cosigned: u64,
    /// Leaves under the checkpoint of the newest shard.
    pub sealed: u64,
    /// Jobs by state: `waiting`, `running`, `failed`.
    pub jobs: Vec<(String, u64)>,
    /// Attempts of jobs beyond the first.
    pub retries: u64,
    /// When the oldest job that waits was due.
    pub oldest_job: Option<Timestamp>,
    /// Letters that wait.
    pub letters: u64,
    /// Blocks of rows whose digest is not taken yet.
    pub undigested: u64,
}

fn count(number: i64) -> u64 {
    number.unsigned_abs()
}

/// The numbers as they stand.
pub async fn read(connection: &mut Connection) -> Result<Gauges, StoreError> {
    let (submissions, statements, ledger_entries, letters, undigested): (i64, i64, i64, i64, i64) = sqlx::query_as(
        "/* gauge::read */
        SELECT (SELECT COALESCE(MAX(submission_id), 0) FROM submission),
            (SELECT COALESCE(MAX(statement_id), 0) FROM statement),
            (SELECT COALESCE(MAX(ledger_entry_id), 0) FROM ledger_entry),
            (SELECT COUNT(*) FROM mail WHERE state IN ('waiting', 'sending')),
            (SELECT COUNT(*) FROM content_block WHERE digest IS NULL)",
    )
    .fetch_one(&mut *connection)
    .await?;
    let shard: Option<(i64, i64, i64)> = sqlx::query_as(
        "/* gauge::read */
        SELECT first_entry, size, cosigned_size FROM ledger_shard ORDER BY ledger_shard_id DESC LIMIT 1",
    )
    .fetch_optional(&mut *connection)
    .await?;
    let (first, sealed, cosigned) = shard.unwrap_or((1, 0, 0));
    let unsealed = (ledger_entries - (first + sealed - 1)).max(0);
    let (oldest_unsealed, oldest_job) = oldest(connection, first + sealed).await?;
    let jobs: Vec<(String, i64)> = sqlx::query_as(
        "/* gauge::read */
        SELECT state, COUNT(*) FROM job WHERE state IN ('waiting', 'running', 'failed') GROUP BY state ORDER BY state",
    )
    .fetch_all(&mut *connection)
    .await?;
    let retries: i64 = sqlx::query_scalar(
        "/* gauge::read */
        SELECT COALESCE(SUM(attempts - 1), 0) FROM job WHERE attempts > 1",
    )
    .fetch_one(connection)
    .await?;
    Ok(Gauges {
        submissions: count(submissions),
        statements: count(statements),
        ledger_entries: count(ledger_entries),
        unsealed: count(unsealed),
        oldest_unsealed,
        cosigned: count(cosigned),
        sealed: count(sealed),
        jobs: jobs.into_iter().map(|(state, number)| (state, count(number))).collect(),
        retries: count(retries),
        oldest_job,
        letters: count(letters),
        undigested: count(undigested),
    })
}

/// The moments of the first entry that waits for a checkpoint, and of the job that has been due for longest.
async fn oldest(
    connection: &mut Connection,
    first_unsealed: i64,
) -> Result<(Option<Timestamp>, Option<Timestamp>), StoreError> {
    let unsealed: Option<i64> = sqlx::query_scalar(
        "/* gauge::oldest */
        SELECT moment FROM ledger_entry WHERE ledger_entry_id = $1",
    )
    .bind(first_unsealed)
    .fetch_optional(&mut *connection)
    .await?;
    let job: Option<i64> = sqlx::query_scalar(
        "/* gauge::oldest */
        SELECT MIN(run_after) FROM job WHERE state = 'waiting'",
    )
    .fetch_one(connection)
    .await?;
    let unsealed = unsealed.map(|micros| moment_of("ledger_entry", micros)).transpose()?;
    Ok((unsealed, job.map(|micros| moment_of("job", micros)).transpose()?))
}
