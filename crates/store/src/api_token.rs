//! API tokens: what a script signs in with. Each carries its owner's laboratory, a purpose and what it may be used
//! for; it may end by itself. Those that a system was given for some minutes are here too.

use crate::account::user;
use crate::dialect::{Connection, DatabaseRow};
use crate::entry::moment_of;
use crate::error::StoreError;
use crate::session::SEEN_STEP;
use cairn_core::id::UserId;
use cairn_core::token_scope::TokenScopes;
use cairn_core::user::{Purpose, User};
use jiff::Timestamp;
use sqlx::Row;

/// A token to be made.
#[derive(Debug, Clone)]
pub struct NewApiToken<'a> {
    /// Random bits to name it by.
    pub id: u128,
    /// SHA-256 of the token.
    pub digest: &'a str,
    /// Whose.
    pub user: UserId,
    /// What it is for, in its owner's words.
    pub name: &'a str,
    /// The purpose of every request with it.
    pub purpose: Purpose,
    /// What it may be used for.
    pub scopes: TokenScopes,
    /// When.
    pub created: Timestamp,
    /// When it ends by itself; `None`: never.
    pub expires: Option<Timestamp>,
    /// The `client_id` of the system it is given to; `None`: a person made it.
    pub client: Option<&'a str>,
}

/// A token as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiToken {
    /// Names it in addresses, 32 hexadecimal digits.
    pub id: String,
    /// What it is for, in its owner's words.
    pub name: String,
    /// The purpose of every request with it.
    pub purpose: Purpose,
    /// What it may be used for.
    pub scopes: TokenScopes,
    /// Since when.
    pub created: Timestamp,
    /// When it ends by itself; `None`: never.
    pub expires: Option<Timestamp>,
    /// Last used, to the minute; `None`: never.
    pub seen: Option<Timestamp>,
}

/// Makes an API token.
///
/// # Errors
/// When there is no such account, or the database fails.
pub async fn add(connection: &mut Connection, new: &NewApiToken<'_>) -> Result<(), StoreError> {
    sqlx::query(
        "/* api_token::add */
         INSERT INTO api_token (uid, digest, account_id, name, purpose, created, scopes, expires, system_client_id)
         VALUES ($1, $2, (SELECT account_id FROM account WHERE uid = $3), $4, $5, $6, $7, $8,
                 (SELECT system_client_id FROM system_client WHERE uid = $9))",
    )
    .bind(format!("{:032x}", new.id))
    .bind(new.digest)
    .bind(new.user.to_string())
    .bind(new.name)
    .bind(new.purpose.code())
    .bind(new.created.as_microsecond())
    .bind(new.scopes.to_string())
    .bind(new.expires.map(|moment| moment.as_microsecond()))
    .bind(new.client)
    .execute(connection)
    .await?;
    Ok(())
}

/// A good token as found by its digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundToken {
    /// Whose it is.
    pub user: User,
    /// The purpose of every request with it.
    pub purpose: Purpose,
    /// What it may be used for.
    pub scopes: TokenScopes,
    /// When it ends by itself; `None`: never.
    pub expires: Option<Timestamp>,
    /// Last used, to the minute; `None`: never.
    pub seen: Option<Timestamp>,
}

impl FoundToken {
    /// Whether it has ended by itself, since it was found.
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.expires.is_some_and(|expires| now >= expires)
    }

    /// Whether the last use noted is more than a minute ago.
    pub fn is_stale(&self, now: Timestamp) -> bool {
        self.seen.is_none_or(|seen| now.duration_since(seen) >= SEEN_STEP)
    }
}

/// The token with this digest, while it, the system it was given to and its owner's account are good.
///
/// # Errors
/// When the database fails.
pub async fn find(connection: &mut Connection, digest: &str, now: Timestamp) -> Result<Option<FoundToken>, StoreError> {
    let row = sqlx::query(
        "/* api_token::find */
        SELECT a.uid, l.uid AS laboratory_uid, a.username, a.name, a.role, t.purpose, t.scopes, t.expires, t.seen
        FROM api_token t
        JOIN account a ON a.account_id = t.account_id
        JOIN laboratory l ON l.laboratory_id = a.laboratory_id
        LEFT JOIN system_client c ON c.system_client_id = t.system_client_id
        WHERE t.digest = $1 AND t.revoked IS NULL AND a.closed IS NULL AND c.ended IS NULL
          AND (t.expires IS NULL OR t.expires > $2)",
    )
    .bind(digest)
    .bind(now.as_microsecond())
    .fetch_optional(connection)
    .await?;
    row.map(|row| {
        Ok(FoundToken {
            user: user(&row)?,
            purpose: purpose(&row)?,
            scopes: scopes(&row)?,
            expires: expires_of(&row)?,
            seen: seen_of(&row)?,
        })
    })
    .transpose()
}

/// Notes that a token was used. Asked for only when [`FoundToken::is_stale`].
///
/// # Errors
/// When the database fails.
pub async fn seen(connection: &mut Connection, digest: &str, now: Timestamp) -> Result<(), StoreError> {
    sqlx::query("/* api_token::seen */ UPDATE api_token SET seen = $2 WHERE digest = $1")
        .bind(digest)
        .bind(now.as_microsecond())
        .execute(connection)
        .await?;
    Ok(())
}

/// The good tokens that a person made, oldest first; those that have ended by themselves are not among them.
///
/// # Errors
/// When the database fails.
pub async fn list(connection: &mut Connection, user: UserId, now: Timestamp) -> Result<Vec<ApiToken>, StoreError> {
    let rows = sqlx::query(
        "/* api_token::list */
         SELECT t.uid, t.name, t.purpose, t.scopes, t.created, t.expires, t.seen
         FROM api_token t JOIN account a ON a.account_id = t.account_id
         WHERE a.uid = $1 AND t.revoked IS NULL AND t.system_client_id IS NULL AND (t.expires IS NULL OR t.expires > $2)
         ORDER BY t.api_token_id",
    )
    .bind(user.to_string())
    .bind(now.as_microsecond())
    .fetch_all(connection)
    .await?;
    rows.iter().map(token).collect()
}

/// Ends a token of this person. Returns `false` when they have no such good token.
///
/// # Errors
/// When the database fails.
pub async fn revoke(
    connection: &mut Connection,
    user: UserId,
    token: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "/* api_token::revoke */
         UPDATE api_token SET revoked = $3
         WHERE uid = $1 AND revoked IS NULL AND account_id = (SELECT account_id FROM account WHERE uid = $2)",
    )
    .bind(token)
    .bind(user.to_string())
    .bind(now.as_microsecond())
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Removes the tokens that systems were given and that are over; returns how many.
///
/// # Errors
/// When the database fails.
pub async fn sweep(connection: &mut Connection, now: Timestamp) -> Result<u64, StoreError> {
    let done = sqlx::query(
        "/* api_token::sweep */ DELETE FROM api_token WHERE system_client_id IS NOT NULL AND expires <= $1",
    )
    .bind(now.as_microsecond())
    .execute(connection)
    .await?;
    Ok(done.rows_affected())
}

fn token(row: &DatabaseRow) -> Result<ApiToken, StoreError> {
    Ok(ApiToken {
        id: row.try_get("uid")?,
        name: row.try_get("name")?,
        purpose: purpose(row)?,
        scopes: scopes(row)?,
        expires: expires_of(row)?,
        created: moment_of("api_token", row.try_get("created")?)?,
        seen: seen_of(row)?,
    })
}

fn expires_of(row: &DatabaseRow) -> Result<Option<Timestamp>, StoreError> {
    let expires: Option<i64> = row.try_get("expires")?;
    expires.map(|moment| moment_of("api_token", moment)).transpose()
}

fn seen_of(row: &DatabaseRow) -> Result<Option<Timestamp>, StoreError> {
    let seen: Option<i64> = row.try_get("seen")?;
    seen.map(|moment| moment_of("api_token", moment)).transpose()
}

fn purpose(row: &DatabaseRow) -> Result<Purpose, StoreError> {
    let code: &str = row.try_get("purpose")?;
    Purpose::from_code(code).ok_or_else(|| StoreError::damaged("api_token", format!("no purpose `{code}`")))
}

fn scopes(row: &DatabaseRow) -> Result<TokenScopes, StoreError> {
    let text: &str = row.try_get("scopes")?;
    text.parse().map_err(|error| StoreError::damaged("api_token", error))
}
