//! Accounts: who may sign in. Passwords arrive here as hashes already.

use crate::dialect::{Connection, DatabaseRow};
use crate::entry::moment_of;
use crate::error::StoreError;
use crate::word::parse;
use cairn_core::id::{LaboratoryId, UserId};
use cairn_core::user::{User, UserRole};
use jiff::Timestamp;
use sqlx::Row;

/// An account as administration sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Who.
    pub user: User,
    /// Since when.
    pub created: Timestamp,
    /// Closed since; `None`: open.
    pub closed: Option<Timestamp>,
}

/// Makes an account; `password_hash` is a PHC string. Returns `false` when the username is taken.
///
/// # Errors
/// When the laboratory is not in this node, or the database fails.
pub async fn add(
    connection: &mut Connection,
    user: &User,
    password_hash: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "/* account::add */
         INSERT INTO account (uid, laboratory_id, username, name, role, password_hash, created)
         VALUES ($1, (SELECT laboratory_id FROM laboratory WHERE uid = $2), $3, $4, $5, $6, $7)
         ON CONFLICT (username) DO NOTHING",
    )
    .bind(user.id.to_string())
    .bind(user.laboratory.to_string())
    .bind(&user.username)
    .bind(&user.name)
    .bind(user.role.code())
    .bind(password_hash)
    .bind(now.as_microsecond())
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The open account with this username, and its password hash.
///
/// # Errors
/// When the database fails.
pub async fn to_sign_in(connection: &mut Connection, username: &str) -> Result<Option<(User, String)>, StoreError> {
    let row = sqlx::query(
        "/* account::to_sign_in */
         SELECT a.uid, l.uid AS laboratory_uid, a.username, a.name, a.role, a.password_hash
         FROM account a JOIN laboratory l ON l.laboratory_id = a.laboratory_id
         WHERE a.username = $1 AND a.closed IS NULL",
    )
    .bind(username.trim().to_lowercase())
    .fetch_optional(connection)
    .await?;
    row.map(|row| Ok((user(&row)?, row.try_get("password_hash")?))).transpose()
}

/// All accounts by username, or those of one laboratory.
///
/// # Errors
/// When the database fails.
pub async fn list(connection: &mut Connection, laboratory: Option<LaboratoryId>) -> Result<Vec<Account>, StoreError> {
    let rows = sqlx::query(
        "/* account::list */
         SELECT a.uid, l.uid AS laboratory_uid, a.username, a.name, a.role, a.created, a.closed
         FROM account a JOIN laboratory l ON l.laboratory_id = a.laboratory_id
         WHERE $1 IS NULL OR l.uid = $1 ORDER BY a.username",
    )
    .bind(laboratory.map(|id| id.to_string()))
    .fetch_all(connection)
    .await?;
    rows.iter().map(account).collect()
}

/// Sets the password of an account, a PHC string. Returns `false` when there is no such account.
/// Ending its sessions is the caller's next step, in the same transaction.
///
/// # Errors
/// When the database fails.
pub async fn set_password(connection: &mut Connection, user: UserId, password_hash: &str) -> Result<bool, StoreError> {
    let done = sqlx::query("/* account::set_password */ UPDATE account SET password_hash = $2 WHERE uid = $1")
        .bind(user.to_string())
        .bind(password_hash)
        .execute(connection)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// The account with this username, open or closed.
///
/// # Errors
/// When the database fails.
pub async fn named(connection: &mut Connection, username: &str) -> Result<Option<Account>, StoreError> {
    let row = sqlx::query(
        "/* account::named */
         SELECT a.uid, l.uid AS laboratory_uid, a.username, a.name, a.role, a.created, a.closed
         FROM account a JOIN laboratory l ON l.laboratory_id = a.laboratory_id
         WHERE a.username = $1",
    )
    .bind(username.trim().to_lowercase())
    .fetch_optional(connection)
    .await?;
    row.as_ref().map(account).transpose()
}

/// Closes an account, or opens it again (`None`). Returns `false` when nothing changed. Ending its
/// sessions is the caller's next step, in the same transaction.
///
/// # Errors
/// When the database fails.
pub async fn set_closed(
    connection: &mut Connection,
    user: UserId,
    closed: Option<Timestamp>,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "/* account::set_closed */
         UPDATE account SET closed = $2 WHERE uid = $1 AND (closed IS NULL) <> ($2 IS NULL)",
    )
    .bind(user.to_string())
    .bind(closed.map(|moment| moment.as_microsecond()))
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Gives a person another part to play.
///
/// # Errors
/// When the database fails.
pub async fn set_role(connection: &mut Connection, user: UserId, role: UserRole) -> Result<(), StoreError> {
    sqlx::query("/* account::set_role */ UPDATE account SET role = $2 WHERE uid = $1")
        .bind(user.to_string())
        .bind(role.code())
        .execute(connection)
        .await?;
    Ok(())
}

fn account(row: &DatabaseRow) -> Result<Account, StoreError> {
    let closed: Option<i64> = row.try_get("closed")?;
    Ok(Account {
        user: user(row)?,
        created: moment_of("account", row.try_get("created")?)?,
        closed: closed.map(|moment| moment_of("account", moment)).transpose()?,
    })
}

/// The user of a row with `uid, laboratory_uid, username, name, role`.
pub(crate) fn user(row: &DatabaseRow) -> Result<User, StoreError> {
    let role: &str = row.try_get("role")?;
    Ok(User {
        id: parse("account", row.try_get("uid")?)?,
        laboratory: parse("account", row.try_get("laboratory_uid")?)?,
        username: row.try_get("username")?,
        name: row.try_get("name")?,
        role: UserRole::from_code(role).ok_or_else(|| StoreError::damaged("account", format!("no role `{role}`")))?,
    })
}
