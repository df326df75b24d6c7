//! Systems that ask for tokens by themselves, and the assertions they used.

use crate::account::user;
use crate::dialect::{Connection, DatabaseRow};
use crate::entry::moment_of;
use crate::error::StoreError;
use cairn_core::id::{LaboratoryId, UserId};
use cairn_core::token_scope::TokenScopes;
use cairn_core::user::{Purpose, User};
use jiff::Timestamp;
use sqlx::Row;

/// How a system shows who it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// By a secret, of which this is the SHA-256.
    Secret(String),
    /// By signing with a key of this JWK set (RFC 7517), as JSON.
    Keys(String),
}

/// A system to be made known.
#[derive(Debug, Clone)]
pub struct NewSystemClient<'a> {
    /// Random bits to name it by.
    pub id: u128,
    /// Who answers for it.
    pub user: UserId,
    /// What it is.
    pub name: &'a str,
    /// The purpose of all its requests.
    pub purpose: Purpose,
    /// The most it may ask for.
    pub scopes: TokenScopes,
    /// How it shows who it is.
    pub proof: &'a Proof,
    /// When.
    pub created: Timestamp,
}

/// A system that may ask for tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SystemClient {
    /// Its `client_id`, 32 hexadecimal digits.
    pub id: String,
    /// Who answers for it; its laboratory is theirs.
    pub user: User,
    /// What it is.
    pub name: String,
    /// The purpose of all its requests.
    pub purpose: Purpose,
    /// The most it may ask for.
    pub scopes: TokenScopes,
    /// How it shows who it is.
    pub proof: Proof,
    /// Since when.
    pub created: Timestamp,
}

const COLUMNS: &str = "a.uid, l.uid AS laboratory_uid, a.username, a.name, a.role, c.uid AS client_uid,
    c.name AS client_name, c.purpose, c.scopes, c.secret_digest, c.key_set, c.created";

/// Makes a system known.
///
/// # Errors
/// When there is no such account, or the database fails.
pub async fn add(connection: &mut Connection, new: &NewSystemClient<'_>) -> Result<(), StoreError> {
    let (secret, keys) = match new.proof {
        Proof::Secret(digest) => (Some(digest), None),
        Proof::Keys(keys) => (None, Some(keys)),
    };
    sqlx::query(
        "/* system_client::add */
         INSERT INTO system_client (uid, account_id, name, purpose, scopes, secret_digest, key_set, created)
         VALUES ($1, (SELECT account_id FROM account WHERE uid = $2), $3, $4, $5, $6, $7, $8)",
    )
    .bind(format!("{:032x}", new.id))
    .bind(new.user.to_string())
    .bind(new.name)
    .bind(new.purpose.code())
    .bind(new.scopes.to_string())
    .bind(secret)
    .bind(keys)
    .bind(new.created.as_microsecond())
    .execute(connection)
    .await?;
    Ok(())
}

/// The good system with this `client_id`, while the account of who answers for it is open.
///
/// # Errors
/// When the database fails.
pub async fn find(connection: &mut Connection, client: &str) -> Result<Option<SystemClient>, StoreError> {
    let text = format!(
        "/* system_client::find */
         SELECT {COLUMNS} FROM system_client c
         JOIN account a ON a.account_id = c.account_id
         JOIN laboratory l ON l.laboratory_id = a.laboratory_id
         WHERE c.uid = $1 AND c.ended IS NULL AND a.closed IS NULL"
    );
    let row = sqlx::query(sqlx::AssertSqlSafe(text)).bind(client).fetch_optional(connection).await?;
    row.as_ref().map(system_client).transpose()
}

/// The good systems of a laboratory, oldest first; `None`: of all.
///
/// # Errors
/// When the database fails.
pub async fn list(
    connection: &mut Connection,
    laboratory: Option<LaboratoryId>,
) -> Result<Vec<SystemClient>, StoreError> {
    let text = format!(
        "/* system_client::list */
         SELECT {COLUMNS} FROM system_client c
         JOIN account a ON a.account_id = c.account_id
         JOIN laboratory l ON l.laboratory_id = a.laboratory_id
         WHERE c.ended IS NULL AND ($1 IS NULL OR l.uid = $1) ORDER BY c.system_client_id"
    );
    let laboratory = laboratory.map(|id| id.to_string());
    let rows = sqlx::query(sqlx::AssertSqlSafe(text)).bind(laboratory).fetch_all(connection).await?;
    rows.iter().map(system_client).collect()
}

/// Ends a system and with it every token it was given. Returns `false` when there is no such good system.
///
/// # Errors
/// When the database fails.
pub async fn end(connection: &mut Connection, client: &str, now: Timestamp) -> Result<bool, StoreError> {
    let done =
        sqlx::query("/* system_client::end */ UPDATE system_client SET ended = $2 WHERE uid = $1 AND ended IS NULL")
            .bind(client)
            .bind(now.as_microsecond())
            .execute(connection)
            .await?;
    Ok(done.rows_affected() == 1)
}

/// Notes that an assertion was used, and forgets those that are over. Returns `false` when it was used before.
///
/// # Errors
/// When the database fails.
pub async fn use_assertion(
    connection: &mut Connection,
    digest: &str,
    expires: Timestamp,
    now: Timestamp,
) -> Result<bool, StoreError> {
    sqlx::query("/* system_client::use_assertion */ DELETE FROM used_assertion WHERE expires <= $1")
        .bind(now.as_microsecond())
        .execute(&mut *connection)
        .await?;
    let done = sqlx::query(
        "/* system_client::use_assertion */
         INSERT INTO used_assertion (digest, expires) VALUES ($1, $2) ON CONFLICT (digest) DO NOTHING",
    )
    .bind(digest)
    .bind(expires.as_microsecond())
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

fn system_client(row: &DatabaseRow) -> Result<SystemClient, StoreError> {
    let purpose: &str = row.try_get("purpose")?;
    let scopes: &str = row.try_get("scopes")?;
    let secret: Option<String> = row.try_get("secret_digest")?;
    let keys: Option<String> = row.try_get("key_set")?;
    let damaged = |what: String| StoreError::damaged("system_client", what);
    Ok(SystemClient {
        id: row.try_get("client_uid")?,
        user: user(row)?,
        name: row.try_get("client_name")?,
        purpose: Purpose::from_code(purpose).ok_or_else(|| damaged(format!("no purpose `{purpose}`")))?,
        scopes: scopes.parse().map_err(|error| damaged(format!("{error}")))?,
        proof: match (secret, keys) {
            (Some(digest), None) => Proof::Secret(digest),
            (None, Some(keys)) => Proof::Keys(keys),
            _ => return Err(damaged("not one proof".to_owned())),
        },
        created: moment_of("system_client", row.try_get("created")?)?,
    })
}
