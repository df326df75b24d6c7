//! Sessions: a person signed in at a browser.

use crate::account::user;
use crate::dialect::Connection;
use crate::entry::moment_of;
use crate::error::StoreError;
use cairn_core::id::UserId;
use cairn_core::user::User;
use jiff::Timestamp;
use sqlx::Row;

/// How exact "last seen" is: a request sooner than this after another writes nothing.
pub(crate) const SEEN_STEP: jiff::SignedDuration = jiff::SignedDuration::from_mins(1);

/// When a session began, was used, and ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionTimes {
    /// When the person signed in.
    pub started: Timestamp,
    /// The last request, to the minute.
    pub seen: Timestamp,
    /// Over by then, whatever happens.
    pub ends: Timestamp,
}

impl SessionTimes {
    /// Whether the last use noted is more than a minute ago.
    pub fn is_stale(self, now: Timestamp) -> bool {
        now.duration_since(self.seen) >= SEEN_STEP
    }
}

/// Begins a session, known by the digest of its cookie.
///
/// # Errors
/// When there is no such account, or the database fails.
pub async fn begin(
    connection: &mut Connection,
    digest: &str,
    user: UserId,
    times: SessionTimes,
) -> Result<(), StoreError> {
    sqlx::query(
        "/* session::begin */
         INSERT INTO session (digest, account_id, started, seen, ends)
         VALUES ($1, (SELECT account_id FROM account WHERE uid = $2), $3, $4, $5)",
    )
    .bind(digest)
    .bind(user.to_string())
    .bind(times.started.as_microsecond())
    .bind(times.seen.as_microsecond())
    .bind(times.ends.as_microsecond())
    .execute(connection)
    .await?;
    Ok(())
}

/// The session with this digest and whose it is, while the account is open. Whether its times
/// are still good is the caller's rule.
///
/// # Errors
/// When the database fails.
pub async fn find(connection: &mut Connection, digest: &str) -> Result<Option<(User, SessionTimes)>, StoreError> {
    let row = sqlx::query(
        "/* session::find */
         SELECT a.uid, l.uid AS laboratory_uid, a.username, a.name, a.role, s.started, s.seen, s.ends
         FROM session s
         JOIN account a ON a.account_id = s.account_id
         JOIN laboratory l ON l.laboratory_id = a.laboratory_id
         WHERE s.digest = $1 AND a.closed IS NULL",
    )
    .bind(digest)
    .fetch_optional(connection)
    .await?;
    row.map(|row| {
        let times = SessionTimes {
            started: moment_of("session", row.try_get("started")?)?,
            seen: moment_of("session", row.try_get("seen")?)?,
            ends: moment_of("session", row.try_get("ends")?)?,
        };
        Ok((user(&row)?, times))
    })
    .transpose()
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

/// Ends one session.
///
/// # Errors
/// When the database fails.
pub async fn end(connection: &mut Connection, digest: &str) -> Result<(), StoreError> {
    sqlx::query("/* session::end */ DELETE FROM session WHERE digest = $1").bind(digest).execute(connection).await?;
    Ok(())
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
