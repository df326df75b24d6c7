//! Challenges for passkeys: bound to the browser's cookie and to what they are for, good for some minutes and once.
//!
//! Nothing is kept of a challenge that was given, so that nobody can fill the node with them; what is kept, until
//! it would be over anyway, is which ones were answered rightly.

use crate::secret::Secret;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac;
use std::collections::HashMap;
use std::sync::Mutex;

/// Seconds that a challenge is good for.
const GOOD_FOR: i64 = 600;
/// Bytes of a challenge: when it is over, chance, and a tag (clause 13.4.3 asks for 16 of chance at least).
const LENGTH: usize = 8 + 16 + 32;

/// What a challenge is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// To sign in.
    SignIn,
    /// To show once more who one is.
    Confirm,
    /// To make a passkey.
    Create,
}

/// The challenges of a running node; those given before it was started again are over.
#[derive(Debug)]
pub struct Challenges {
    key: hmac::Key,
    answered: Mutex<HashMap<String, i64>>,
}

impl Default for Challenges {
    fn default() -> Self {
        let key: [u8; 32] = rand::random();
        Self { key: hmac::Key::new(hmac::HMAC_SHA256, &key), answered: Mutex::default() }
    }
}

impl Challenges {
    /// A challenge for the browser with this cookie, base64url; `now` in seconds since 1970.
    pub fn give(&self, cookie: &Secret, to: Use, now: i64) -> String {
        let chance: [u8; 16] = rand::random();
        let head = [&(now + GOOD_FOR).to_be_bytes()[..], &chance].concat();
        let tag = hmac::sign(&self.key, &message(&head, cookie, to));
        URL_SAFE_NO_PAD.encode([&head, tag.as_ref()].concat())
    }

    /// Whether a challenge is one of ours for this browser and use, and not over or answered.
    pub fn is_good(&self, challenge: &str, cookie: &Secret, to: Use, now: i64) -> bool {
        let Some(ends) = self.read(challenge, cookie, to) else { return false };
        now < ends && !self.lock().contains_key(challenge)
    }

    /// Notes that a challenge was answered rightly. Returns `false` when it was before.
    pub fn answer(&self, challenge: &str, now: i64) -> bool {
        let mut answered = self.lock();
        answered.retain(|_, ends| *ends > now);
        answered.insert(challenge.to_owned(), now + GOOD_FOR).is_none()
    }

    fn read(&self, challenge: &str, cookie: &Secret, to: Use) -> Option<i64> {
        let bytes = URL_SAFE_NO_PAD.decode(challenge).ok().filter(|bytes| bytes.len() == LENGTH)?;
        let (head, tag) = bytes.split_at_checked(24)?;
        hmac::verify(&self.key, &message(head, cookie, to), tag).ok()?;
        Some(i64::from_be_bytes(*head.first_chunk()?))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, i64>> {
        self.answered.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

fn message(head: &[u8], cookie: &Secret, to: Use) -> Vec<u8> {
    [head, &[to as u8], cookie.digest().as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_challenge_is_for_one_browser_one_use_some_minutes_and_once() {
        let (challenges, mine, other) = (Challenges::default(), Secret::cookie([1; 32]), Secret::cookie([2; 32]));
        let challenge = challenges.give(&mine, Use::SignIn, 1_000);
        assert!(challenges.is_good(&challenge, &mine, Use::SignIn, 1_000));
        assert!(!challenges.is_good(&challenge, &other, Use::SignIn, 1_000));
        assert!(!challenges.is_good(&challenge, &mine, Use::Create, 1_000));
        assert!(!challenges.is_good(&challenge, &mine, Use::SignIn, 1_600));
        assert!(!Challenges::default().is_good(&challenge, &mine, Use::SignIn, 1_000));
        for text in ["", "AAAA", &challenge[1..], &"A".repeat(75)] {
            assert!(!challenges.is_good(text, &mine, Use::SignIn, 1_000), "{text}");
        }
        assert!(challenges.answer(&challenge, 1_100));
        assert!(!challenges.is_good(&challenge, &mine, Use::SignIn, 1_100));
        assert!(!challenges.answer(&challenge, 1_100));
    }
}
