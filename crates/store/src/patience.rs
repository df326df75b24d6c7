//! What is tried again because of the database, and how often it was.
//!
//! A server may cut a connection, take part in a deadlock of others, or be away while it starts anew. What had not
//! begun, or was rolled back as a whole, may be done again; whether a commit whose answer was lost happened is not
//! known, so that only what may be done twice is repeated behind one.

use crate::error::StoreError;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// How long it is tried.
const LONGEST: Duration = Duration::from_secs(30);
/// From the first failure to the next try; then twice as long each time.
const FIRST_PAUSE: Duration = Duration::from_millis(20);
/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// How often something was tried again since the record was opened, by cause.
#[derive(Debug, Default)]
pub struct Retries {
    connections: AtomicU64,
    conflicts: AtomicU64,
}

impl Retries {
    /// Because a connection was cut or could not be had.
    pub fn connections(&self) -> u64 {
        self.connections.load(Ordering::Relaxed)
    }

    /// Because of a deadlock, a failed serialization or a lock that was held for long.
    pub fn conflicts(&self) -> u64 {
        self.conflicts.load(Ordering::Relaxed)
    }
}

/// Why something may be tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cause {
    Connection,
    Conflict,
}

/// How long somebody has waited for the database.
#[derive(Debug)]
pub struct Patience<'a> {
    retries: &'a Retries,
    began: Instant,
    pause: Duration,
}

impl<'a> Patience<'a> {
    /// Nothing failed yet.
    pub fn new(retries: &'a Retries) -> Self {
        Self { retries, began: Instant::now(), pause: FIRST_PAUSE }
    }

    /// Waits before the next try.
    ///
    /// # Errors
    /// The failure itself, when trying again would not help or has been done for long.
    pub async fn wait_out(&mut self, error: StoreError) -> Result<(), StoreError> {
        let Some(cause) = cause(&error).filter(|_| self.began.elapsed() + self.pause < LONGEST) else {
            return Err(error);
        };
        let counter = match cause {
            Cause::Connection => &self.retries.connections,
            Cause::Conflict => &self.retries.conflicts,
        };
        counter.fetch_add(1, Ordering::Relaxed);
        tracing::warn!(?cause, pause = ?self.pause, "the database is asked again");
        tokio::time::sleep(self.pause).await;
        self.pause = (2 * self.pause).min(LONGEST_PAUSE);
        Ok(())
    }
}

impl StoreError {
    /// Whether the same may be tried again as it is: the database was away, or others were in the way. What was
    /// written in the failed transaction did not happen, unless it failed while it was committed.
    pub fn is_passing(&self) -> bool {
        cause(self).is_some()
    }
}

fn cause(error: &StoreError) -> Option<Cause> {
    let StoreError::Driver(error) = error else { return None };
    match error {
        sqlx::Error::Io(_) => Some(Cause::Connection),
        sqlx::Error::Database(error) => cause_of_code(&error.code()?),
        _ => None,
    }
}

/// By PostgreSQL's codes; SQLite's are numbers, and what may pass there (`busy`) has been waited for.
fn cause_of_code(code: &str) -> Option<Cause> {
    match code {
        // serialization_failure, deadlock_detected, lock_not_available
        "40001" | "40P01" | "55P03" => Some(Cause::Conflict),
        // admin_shutdown, crash_shutdown, cannot_connect_now, too_many_connections
        "57P01" | "57P02" | "57P03" | "53300" => Some(Cause::Connection),
        // Class 08: connection exceptions.
        code if code.len() == 5 && code.starts_with("08") => Some(Cause::Connection),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_is_told_from_what_stays() {
        for code in ["40001", "40P01", "55P03"] {
            assert_eq!(cause_of_code(code), Some(Cause::Conflict), "{code}");
        }
        for code in ["57P01", "08006", "08001"] {
            assert_eq!(cause_of_code(code), Some(Cause::Connection), "{code}");
        }
        // A broken rule, a full disk, a wrong password; SQLite's busy and full.
        for code in ["23505", "53100", "28P01", "5", "13"] {
            assert_eq!(cause_of_code(code), None, "{code}");
        }
    }

    #[tokio::test]
    async fn a_failure_that_stays_is_given_back_at_once() {
        let retries = Retries::default();
        let mut patience = Patience::new(&retries);
        let error = StoreError::Conflict("taken".into());
        assert!(patience.wait_out(error).await.is_err());
        let cut = || StoreError::Driver(sqlx::Error::Io(std::io::ErrorKind::ConnectionReset.into()));
        patience.wait_out(cut()).await.unwrap();
        assert_eq!((retries.connections(), retries.conflicts()), (1, 0));
    }
}
