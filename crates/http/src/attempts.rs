//! Slows down guessing: after a few failed sign-ins under one name or from one address, further
//! ones wait, twice as long each time. Nobody is locked out for good, so that nobody can lock
//! another person out.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Failures that cost nothing: people mistype.
const FREE: u32 = 5;
/// The first wait; doubles with each further failure.
const FIRST_WAIT: Duration = Duration::from_secs(2);
/// The longest wait.
const LONGEST_WAIT: Duration = Duration::from_secs(15 * 60);
/// Failures are forgotten after this long without another.
const FORGOTTEN: Duration = Duration::from_secs(60 * 60);
/// Most names and addresses remembered.
const MOST: usize = 20_000;

/// Failed sign-ins by name and by address.
#[derive(Debug, Default)]
pub struct Attempts {
    failures: Mutex<HashMap<String, Failures>>,
}

#[derive(Debug, Clone, Copy)]
struct Failures {
    count: u32,
    last: Instant,
}

impl Failures {
    fn wait(self, now: Instant) -> Option<Duration> {
        let beyond = self.count.checked_sub(FREE)?;
        let wait = FIRST_WAIT.saturating_mul(2_u32.saturating_pow(beyond.min(16)));
        let passed = now.saturating_duration_since(self.last);
        wait.min(LONGEST_WAIT).checked_sub(passed).filter(|left| !left.is_zero())
    }
}

impl Attempts {
    /// How long somebody must wait before any of these keys may be tried; `None`: not at all.
    pub fn wait(&self, keys: &[&str], now: Instant) -> Option<Duration> {
        let failures = self.lock();
        keys.iter().filter_map(|key| failures.get(*key)?.wait(now)).max()
    }

    /// Notes a failure under each of these keys.
    pub fn failed(&self, keys: &[&str], now: Instant) {
        let mut failures = self.lock();
        if failures.len() >= MOST {
            failures.retain(|_, f| now.saturating_duration_since(f.last) < FORGOTTEN);
        }
        if failures.len() >= MOST {
            failures.clear();
        }
        for key in keys {
            let found = failures.entry((*key).to_owned()).or_insert(Failures { count: 0, last: now });
            if now.saturating_duration_since(found.last) >= FORGOTTEN {
                found.count = 0;
            }
            *found = Failures { count: found.count.saturating_add(1), last: now };
        }
    }

    /// Forgets this key: the right password was given.
    pub fn succeeded(&self, key: &str) {
        self.lock().remove(key);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Failures>> {
        self.failures.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistyping_is_free_guessing_waits_longer_each_time() {
        let (attempts, start) = (Attempts::default(), Instant::now());
        for _ in 0..FREE - 1 {
            attempts.failed(&["anna"], start);
            assert_eq!(attempts.wait(&["anna"], start), None);
        }
        let mut waits = Vec::new();
        for _ in 0..4 {
            attempts.failed(&["anna"], start);
            waits.extend(attempts.wait(&["anna"], start).map(|w| w.as_secs()));
        }
        assert_eq!(waits, [2, 4, 8, 16]);
        assert_eq!(attempts.wait(&["berta"], start), None);
        assert_eq!(attempts.wait(&["anna"], start + Duration::from_secs(16)), None);
    }

    #[test]
    fn the_right_password_and_time_forget() {
        let (attempts, start) = (Attempts::default(), Instant::now());
        for _ in 0..40 {
            attempts.failed(&["anna"], start);
        }
        assert_eq!(attempts.wait(&["anna"], start), Some(LONGEST_WAIT));
        attempts.failed(&["anna"], start + FORGOTTEN);
        assert_eq!(attempts.wait(&["anna"], start + FORGOTTEN), None);
        attempts.succeeded("anna");
        assert_eq!(attempts.wait(&["anna"], start), None);
    }
}
