//! Sessions: a person signed in at a browser.

use crate::account::user;
use crate::dialect::{Connection, DatabaseRow};
use crate::entry::moment_of;
use crate::error::StoreError;
use cairn_core::id::UserId;
use cairn_core::user::User;
use jiff::Timestamp;
use sqlx::Row;

/// How exact "last seen" is: a request sooner than this after another writes nothing.
pub(crate) const SEEN_STEP: jiff::SignedDuration = jiff::SignedDuration::from_mins(1);

/// How a session began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// With a password alone.
    Password,
    /// With a password and a code.
    PasswordAndCode,
    /// With a passkey, which asked for a finger or a PIN.
    Passkey,
    /// At the institution's provider.
    Provider,
}

impl Method {
    /// Every method, with its stable code and its words.
    pub const ALL: &'static [(Self, &'static str, &'static str)] = &[
        (Self::Password, "password", "password"),
        (Self::PasswordAndCode, "password_code", "password and code"),
        (Self::Passkey, "passkey", "passkey"),
        (Self::Provider, "provider", "your institution"),
    ];

    fn row(self) -> &'static (Self, &'static str, &'static str) {
        Self::ALL.iter().find(|row| row.0 == self).expect("every method has a row in ALL")
    }

    /// The stable code.
    pub fn code(self) -> &'static str {
        self.row().1
    }

    /// The words for people.
    pub fn label(self) -> &'static str {
        self.row().2
    }
}

/// When a session began, was used, and ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionTimes {
    /// When the person signed in.
    pub started: Timestamp,
    /// The last request, to the minute.
    pub seen: Timestamp,
    /// When the person last showed who they are.
    pub confirmed: Timestamp,
    /// Over by then, whatever happens.
    pub ends: Timestamp,
}

impl SessionTimes {
    /// Those of a session that begins now.
    pub fn beginning(now: Timestamp, ends: Timestamp) -> Self {
        Self { started: now, seen: now, confirmed: now, ends }
    }

    /// Whether the last use noted is more than a minute ago.
    pub fn is_stale(self, now: Timestamp) -> bool {
        now.duration_since(self.seen) >= SEEN_STEP
    }
}

/// A session to begin.
#[derive(Debug, Clone)]
pub struct NewSession<'a> {
    /// Random bits to name it by.
    pub id: u128,
    /// SHA-256 of its cookie.
    pub digest: &'a str,
    /// Whose.
    pub user: UserId,
    /// How it began.
    pub method: Method,
    /// Whether a second factor was shown.
    pub second_factor: bool,
    /// Family and system of the browser.
    pub browser: &'a str,
    /// When.
    pub times: SessionTimes,
}

/// A session as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Names it in addresses, 32 hexadecimal digits.
    pub id: String,
    /// How it began.
    pub method: Method,
    /// Whether a second factor was shown.
    pub second_factor: bool,
    /// Family and system of the browser.
    pub browser: String,
    /// When.
    pub times: SessionTimes,
}

/// Begins a session, known by the digest of its cookie.
///
/// # Errors
/// When there is no such account, or the database fails.
pub async fn begin(connection: &mut Connection, new: &NewSession<'_>) -> Result<(), StoreError> {
    sqlx::query(
        "/* session::begin */
         INSERT INTO session (uid, digest, account_id, method, second_factor, browser, started, seen, confirmed, ends)
         VALUES ($1, $2, (SELECT account_id FROM account WHERE uid = $3), $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(format!("{:032x}", new.id))
    .bind(new.digest)
    .bind(new.user.to_string())
    .bind(new.method.code())
    .bind(i64::from(new.second_factor))
    .bind(new.browser)
    .bind(new.times.started.as_microsecond())
    .bind(new.times.seen.as_microsecond())
    .bind(new.times.confirmed.as_microsecond())
    .bind(new.times.ends.as_microsecond())
    .execute(connection)
    .await?;
    Ok(())
}

/// The session with this digest and whose it is, while the account is open. Whether its times
/// are still good is the caller's rule.
///
/// # Errors
/// When the database fails.
pub async fn find(connection: &mut Connection, digest: &str) -> Result<Option<(User, Session)>, StoreError> {
    let row = sqlx::query(
        "/* session::find */
         SELECT a.uid, l.uid AS laboratory_uid, a.username, a.name, a.role,
                s.uid AS session_uid, s.method, s.second_factor, s.browser, s.started, s.seen, s.confirmed, s.ends
         FROM session s
         JOIN account a ON a.account_id = s.account_id
         JOIN laboratory l ON l.laboratory_id = a.laboratory_id
         WHERE s.digest = $1 AND a.closed IS NULL",
    )
    .bind(digest)
    .fetch_optional(connection)
    .await?;
    row.map(|row| Ok((user(&row)?, session(&row)?))).transpose()
}

/// The sessions of a person that are not over, the one used last first.
///
/// # Errors
/// When the database fails.
pub async fn list(
    connection: &mut Connection,
    user: UserId,
    idle_since: Timestamp,
    now: Timestamp,
) -> Result<Vec<Session>, StoreError> {
    let rows = sqlx::query(
        "/* session::list */
         SELECT s.uid AS session_uid, s.method, s.second_factor, s.browser, s.started, s.seen, s.confirmed, s.ends
         FROM session s JOIN account a ON a.account_id = s.account_id
         WHERE a.uid = $1 AND s.ends > $2 AND s.seen > $3 ORDER BY s.seen DESC, s.session_id DESC",
    )
    .bind(user.to_string())
    .bind(now.as_microsecond())
    .bind(idle_since.as_microsecond())
    .fetch_all(connection)
    .await?;
    rows.iter().map(session).collect()
}

/// Notes that the session was used. Asked for only when [`SessionTimes::is_stale`], so that a
/// request seldom waits for the writer.
///
/// # Errors
/// When the database fails.
pub async fn seen(connection: &mut Connection, digest: &str, now: Timestamp) -> Result<(), StoreError> {
    sqlx::query("/* session::seen */ UPDATE session SET seen = $2 WHERE digest = $1 AND seen < $2")
        .bind(digest)
        .bind(now.as_microsecond())
        .execute(connection)
        .await?;
    Ok(())
}

/// Gives a session another cookie after its person showed once more who they are; the old cookie is
/// dead from then on. Returns `false` when there is no such session.
///
/// # Errors
/// When the database fails.
pub async fn confirm(
    connection: &mut Connection,
    digest: &str,
    new_digest: &str,
    second_factor: bool,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "/* session::confirm */
         UPDATE session SET digest = $2, confirmed = $3, seen = $3,
             second_factor = CASE WHEN $4 = 1 THEN 1 ELSE second_factor END
         WHERE digest = $1",
    )
    .bind(digest)
    .bind(new_digest)
    .bind(now.as_microsecond())
    .bind(i64::from(second_factor))
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends one session.
///
/// # Errors
/// When the database fails.
pub async fn end(connection: &mut Connection, digest: &str) -> Result<(), StoreError> {
    sqlx::query("/* session::end */ DELETE FROM session WHERE digest = $1").bind(digest).execute(connection).await?;
    Ok(())
}

/// Ends the session of a person with this name. Returns `false` when they have no such session.
///
/// # Errors
/// When the database fails.
pub async fn end_named(connection: &mut Connection, user: UserId, session: &str) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "/* session::end_named */
         DELETE FROM session WHERE uid = $1 AND account_id = (SELECT account_id FROM account WHERE uid = $2)",
    )
    .bind(session)
    .bind(user.to_string())
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends every session of a person; returns how many.
///
/// # Errors
/// When the database fails.
pub async fn end_all(connection: &mut Connection, user: UserId) -> Result<u64, StoreError> {
    let done = sqlx::query(
        "/* session::end_all */
         DELETE FROM session WHERE account_id = (SELECT account_id FROM account WHERE uid = $1)",
    )
    .bind(user.to_string())
    .execute(connection)
    .await?;
    Ok(done.rows_affected())
}

/// Removes sessions that ended before `now` or were last used before `idle_since`; returns how
/// many.
///
/// # Errors
/// When the database fails.
pub async fn sweep(connection: &mut Connection, idle_since: Timestamp, now: Timestamp) -> Result<u64, StoreError> {
    let done = sqlx::query("/* session::sweep */ DELETE FROM session WHERE ends <= $1 OR seen <= $2")
        .bind(now.as_microsecond())
        .bind(idle_since.as_microsecond())
        .execute(connection)
        .await?;
    Ok(done.rows_affected())
}

fn session(row: &DatabaseRow) -> Result<Session, StoreError> {
    let code: &str = row.try_get("method")?;
    let method = Method::ALL.iter().find(|row| row.1 == code).map(|row| row.0);
    let moment = |column| moment_of("session", row.try_get(column)?);
    Ok(Session {
        id: row.try_get("session_uid")?,
        method: method.ok_or_else(|| StoreError::damaged("session", format!("no method `{code}`")))?,
        second_factor: row.try_get::<i64, _>("second_factor")? == 1,
        browser: row.try_get("browser")?,
        times: SessionTimes {
            started: moment("started")?,
            seen: moment("seen")?,
            confirmed: moment("confirmed")?,
            ends: moment("ends")?,
        },
    })
}
