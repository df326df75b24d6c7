//! Passkeys: public keys of people's authenticators (W3C Web Authentication).

use crate::account::user;
use crate::dialect::{Connection, DatabaseRow};
use crate::entry::moment_of;
use crate::error::StoreError;
use cairn_core::id::UserId;
use cairn_core::user::User;
use jiff::Timestamp;
use sqlx::Row;

/// What an authenticator made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    /// The authenticator's name for it, base64url.
    pub id: String,
    /// The relying party it was made for: a host name.
    pub host: String,
    /// COSE algorithm: -7 ES256, -8 EdDSA, -257 RS256.
    pub algorithm: i64,
    /// As the algorithm's verifier takes it.
    pub public_key: Vec<u8>,
    /// Signatures so far, as the authenticator says; 0 where it does not count.
    pub counter: u32,
}

/// A passkey as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passkey {
    /// Names it in addresses, 32 hexadecimal digits.
    pub id: String,
    /// What the authenticator made.
    pub credential: Credential,
    /// In its owner's words.
    pub name: String,
    /// Since when.
    pub created: Timestamp,
    /// Last used; `None`: never.
    pub seen: Option<Timestamp>,
}

/// Keeps a passkey. Returns `false` when the credential is known already.
///
/// # Errors
/// When there is no such account, or the database fails.
pub async fn add(
    connection: &mut Connection,
    id: u128,
    user: UserId,
    credential: &Credential,
    name: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "/* passkey::add */
         INSERT INTO passkey (uid, account_id, credential, host, algorithm, public_key, counter, name, created)
         VALUES ($1, (SELECT account_id FROM account WHERE uid = $2), $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (credential) DO NOTHING",
    )
    .bind(format!("{id:032x}"))
    .bind(user.to_string())
    .bind(&credential.id)
    .bind(&credential.host)
    .bind(credential.algorithm)
    .bind(hex_of(&credential.public_key))
    .bind(i64::from(credential.counter))
    .bind(name)
    .bind(now.as_microsecond())
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The good passkey with this credential id and whose it is, while the account is open.
///
/// # Errors
/// When the database fails.
pub async fn find(connection: &mut Connection, credential: &str) -> Result<Option<(User, Passkey)>, StoreError> {
    let row = sqlx::query(
        "/* passkey::find */
         SELECT a.uid, l.uid AS laboratory_uid, a.username, a.name, a.role,
                p.uid AS passkey_uid, p.credential, p.host, p.algorithm, p.public_key, p.counter,
                p.name AS passkey_name, p.created, p.seen
         FROM passkey p
         JOIN account a ON a.account_id = p.account_id
         JOIN laboratory l ON l.laboratory_id = a.laboratory_id
         WHERE p.credential = $1 AND p.ended IS NULL AND a.closed IS NULL",
    )
    .bind(credential)
    .fetch_optional(connection)
    .await?;
    row.map(|row| Ok((user(&row)?, passkey(&row)?))).transpose()
}

/// The good passkeys of a person, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn list(connection: &mut Connection, user: UserId) -> Result<Vec<Passkey>, StoreError> {
    let rows = sqlx::query(
        "/* passkey::list */
         SELECT p.uid AS passkey_uid, p.credential, p.host, p.algorithm, p.public_key, p.counter,
                p.name AS passkey_name, p.created, p.seen
         FROM passkey p JOIN account a ON a.account_id = p.account_id
         WHERE a.uid = $1 AND p.ended IS NULL ORDER BY p.passkey_id",
    )
    .bind(user.to_string())
    .fetch_all(connection)
    .await?;
    rows.iter().map(passkey).collect()
}

/// Notes a use. Returns `false` when the counter did not grow although the authenticator counts: then two
/// authenticators hold this key, and the use must be refused.
///
/// # Errors
/// When the database fails.
pub async fn used(
    connection: &mut Connection,
    passkey: &str,
    counter: u32,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "/* passkey::used */
         UPDATE passkey SET counter = $2, seen = $3
         WHERE uid = $1 AND ended IS NULL AND (counter < $2 OR (counter = 0 AND $2 = 0))",
    )
    .bind(passkey)
    .bind(i64::from(counter))
    .bind(now.as_microsecond())
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends a passkey of this person. Returns `false` when they have no such good passkey.
///
/// # Errors
/// When the database fails.
pub async fn end(connection: &mut Connection, user: UserId, passkey: &str, now: Timestamp) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "/* passkey::end */
         UPDATE passkey SET ended = $3
         WHERE uid = $1 AND ended IS NULL AND account_id = (SELECT account_id FROM account WHERE uid = $2)",
    )
    .bind(passkey)
    .bind(user.to_string())
    .bind(now.as_microsecond())
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends all passkeys of a person; returns how many.
///
/// # Errors
/// When the database fails.
pub async fn end_all(connection: &mut Connection, user: UserId, now: Timestamp) -> Result<u64, StoreError> {
    let done = sqlx::query(
        "/* passkey::end_all */
         UPDATE passkey SET ended = $2
         WHERE ended IS NULL AND account_id = (SELECT account_id FROM account WHERE uid = $1)",
    )
    .bind(user.to_string())
    .bind(now.as_microsecond())
    .execute(connection)
    .await?;
    Ok(done.rows_affected())
}

fn passkey(row: &DatabaseRow) -> Result<Passkey, StoreError> {
    let key: &str = row.try_get("public_key")?;
    let counter: i64 = row.try_get("counter")?;
    let seen: Option<i64> = row.try_get("seen")?;
    Ok(Passkey {
        id: row.try_get("passkey_uid")?,
        credential: Credential {
            id: row.try_get("credential")?,
            host: row.try_get("host")?,
            algorithm: row.try_get("algorithm")?,
            public_key: bytes_of(key).ok_or_else(|| StoreError::damaged("passkey", "no key"))?,
            counter: u32::try_from(counter).map_err(|error| StoreError::damaged("passkey", error))?,
        },
        name: row.try_get("passkey_name")?,
        created: moment_of("passkey", row.try_get("created")?)?,
        seen: seen.map(|moment| moment_of("passkey", moment)).transpose()?,
    })
}

fn hex_of(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn bytes_of(text: &str) -> Option<Vec<u8>> {
    let pairs = text.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).ok());
    pairs.map(|pair| u8::from_str_radix(pair?, 16).ok()).collect()
}
