//! Recovery codes: what a person keeps on paper for a lost second factor. Each is good once.

use crate::dialect::Connection;
use crate::error::StoreError;
use cairn_core::id::UserId;
use jiff::Timestamp;
use sqlx::Row;

/// Gives a person new codes, by their digests, in place of all earlier ones.
///
/// # Errors
/// When there is no such account, or the database fails.
pub async fn replace(
    connection: &mut Connection,
    user: UserId,
    digests: &[String],
    now: Timestamp,
) -> Result<(), StoreError> {
    remove(connection, user).await?;
    for digest in digests {
        sqlx::query(
            "/* recovery_code::replace */
             INSERT INTO recovery_code (digest, account_id, created)
             VALUES ($1, (SELECT account_id FROM account WHERE uid = $2), $3)",
        )
        .bind(digest)
        .bind(user.to_string())
        .bind(now.as_microsecond())
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// Takes a code of this person. Returns `false` when they have no such code or it was used.
///
/// # Errors
/// When the database fails.
pub async fn take(connection: &mut Connection, user: UserId, digest: &str, now: Timestamp) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "/* recovery_code::take */
         UPDATE recovery_code SET used = $3
         WHERE digest = $1 AND used IS NULL AND account_id = (SELECT account_id FROM account WHERE uid = $2)",
    )
    .bind(digest)
    .bind(user.to_string())
    .bind(now.as_microsecond())
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// How many codes a person has left.
///
/// # Errors
/// When the database fails.
pub async fn left(connection: &mut Connection, user: UserId) -> Result<i64, StoreError> {
    let row = sqlx::query(
        "/* recovery_code::left */
         SELECT count(*) AS left_over FROM recovery_code c JOIN account a ON a.account_id = c.account_id
         WHERE a.uid = $1 AND c.used IS NULL",
    )
    .bind(user.to_string())
    .fetch_one(connection)
    .await?;
    Ok(row.try_get("left_over")?)
}

/// Takes all codes of a person away.
///
/// # Errors
/// When the database fails.
pub async fn remove(connection: &mut Connection, user: UserId) -> Result<(), StoreError> {
    sqlx::query(
        "/* recovery_code::remove */
         DELETE FROM recovery_code WHERE account_id = (SELECT account_id FROM account WHERE uid = $1)",
    )
    .bind(user.to_string())
    .execute(connection)
    .await?;
    Ok(())
}

/// Whether a person has this code and did not use it.
///
/// # Errors
/// When the database fails.
pub async fn is_good(connection: &mut Connection, user: UserId, digest: &str) -> Result<bool, StoreError> {
    let row = sqlx::query(
        "/* recovery_code::is_good */
         SELECT 1 FROM recovery_code c JOIN account a ON a.account_id = c.account_id
         WHERE c.digest = $1 AND a.uid = $2 AND c.used IS NULL",
    )
    .bind(digest)
    .bind(user.to_string())
    .fetch_optional(connection)
    .await?;
    Ok(row.is_some())
}
