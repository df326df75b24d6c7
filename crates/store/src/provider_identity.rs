//! Who a person is at the institution's OpenID provider.

use crate::account::user;
use crate::dialect::Connection;
use crate::error::StoreError;
use cairn_core::id::UserId;
use cairn_core::user::User;
use jiff::Timestamp;
use sqlx::Row;

/// Ties a person to who they are at a provider. Returns `false` when that identity is somebody's already.
///
/// # Errors
/// When there is no such account, or the database fails.
pub async fn add(
    connection: &mut Connection,
    issuer: &str,
    subject: &str,
    user: UserId,
    by_rule: bool,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "/* provider_identity::add */
         INSERT INTO provider_identity (issuer, subject, account_id, by_rule, since)
         VALUES ($1, $2, (SELECT account_id FROM account WHERE uid = $3), $4, $5)
         ON CONFLICT (issuer, subject) DO NOTHING",
    )
    .bind(issuer)
    .bind(subject)
    .bind(user.to_string())
    .bind(i64::from(by_rule))
    .bind(now.as_microsecond())
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The person with an open account who has this identity, and whether a rule made the account.
///
/// # Errors
/// When the database fails.
pub async fn find(
    connection: &mut Connection,
    issuer: &str,
    subject: &str,
) -> Result<Option<(User, bool)>, StoreError> {
    let row = sqlx::query(
        "/* provider_identity::find */
         SELECT a.uid, l.uid AS laboratory_uid, a.username, a.name, a.role, i.by_rule
         FROM provider_identity i
         JOIN account a ON a.account_id = i.account_id
         JOIN laboratory l ON l.laboratory_id = a.laboratory_id
         WHERE i.issuer = $1 AND i.subject = $2 AND a.closed IS NULL",
    )
    .bind(issuer)
    .bind(subject)
    .fetch_optional(connection)
    .await?;
    row.map(|row| Ok((user(&row)?, row.try_get::<i64, _>("by_rule")? == 1))).transpose()
}

/// Whether somebody, with an account open or closed, has this identity.
///
/// # Errors
/// When the database fails.
pub async fn is_taken(connection: &mut Connection, issuer: &str, subject: &str) -> Result<bool, StoreError> {
    let row = sqlx::query(
        "/* provider_identity::is_taken */
         SELECT 1 FROM provider_identity WHERE issuer = $1 AND subject = $2",
    )
    .bind(issuer)
    .bind(subject)
    .fetch_optional(connection)
    .await?;
    Ok(row.is_some())
}

/// Whether a person has an identity at this provider.
///
/// # Errors
/// When the database fails.
pub async fn has(connection: &mut Connection, issuer: &str, user: UserId) -> Result<bool, StoreError> {
    let row = sqlx::query(
        "/* provider_identity::has */
         SELECT 1 FROM provider_identity i JOIN account a ON a.account_id = i.account_id
         WHERE i.issuer = $1 AND a.uid = $2",
    )
    .bind(issuer)
    .bind(user.to_string())
    .fetch_optional(connection)
    .await?;
    Ok(row.is_some())
}
