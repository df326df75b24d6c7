//! The programme that shows codes by the time (RFC 6238), one a person at most. Its secret arrives sealed.

use crate::dialect::Connection;
use crate::error::StoreError;
use cairn_core::id::UserId;
use jiff::Timestamp;
use sqlx::Row;

/// A person's code generator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeGenerator {
    /// Its secret, sealed with the node's key.
    pub secret: String,
    /// The step of the last code taken.
    pub last_step: i64,
}

/// Gives a person a code generator in place of the one before; `last_step` is that of the code that showed it works.
///
/// # Errors
/// When there is no such account, or the database fails.
pub async fn set(
    connection: &mut Connection,
    user: UserId,
    generator: &CodeGenerator,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "/* code_generator::set */
         INSERT INTO code_generator (account_id, secret, last_step, since)
         VALUES ((SELECT account_id FROM account WHERE uid = $1), $2, $3, $4)
         ON CONFLICT (account_id) DO UPDATE SET secret = $2, last_step = $3, since = $4",
    )
    .bind(user.to_string())
    .bind(&generator.secret)
    .bind(generator.last_step)
    .bind(now.as_microsecond())
    .execute(connection)
    .await?;
    Ok(())
}

/// A person's code generator; `None`: they have none.
///
/// # Errors
/// When the database fails.
pub async fn find(connection: &mut Connection, user: UserId) -> Result<Option<CodeGenerator>, StoreError> {
    let row = sqlx::query(
        "/* code_generator::find */
         SELECT g.secret, g.last_step FROM code_generator g JOIN account a ON a.account_id = g.account_id
         WHERE a.uid = $1",
    )
    .bind(user.to_string())
    .fetch_optional(connection)
    .await?;
    row.map(|row| Ok(CodeGenerator { secret: row.try_get("secret")?, last_step: row.try_get("last_step")? }))
        .transpose()
}

/// Takes the code of a step. Returns `false` when that code, or a later one, was taken before: of two
/// requests with one code, one succeeds.
///
/// # Errors
/// When the database fails.
pub async fn take(connection: &mut Connection, user: UserId, step: i64) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "/* code_generator::take */
         UPDATE code_generator SET last_step = $2
         WHERE last_step < $2 AND account_id = (SELECT account_id FROM account WHERE uid = $1)",
    )
    .bind(user.to_string())
    .bind(step)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Takes the code generator away. Returns `false` when there is none.
///
/// # Errors
/// When the database fails.
pub async fn remove(connection: &mut Connection, user: UserId) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "/* code_generator::remove */
         DELETE FROM code_generator WHERE account_id = (SELECT account_id FROM account WHERE uid = $1)",
    )
    .bind(user.to_string())
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}
