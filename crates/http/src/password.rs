//! Passwords: Argon2id with the OWASP parameters (19 MiB, 2 passes), each with its own salt.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use rand::RngExt;
use std::sync::LazyLock;
use tokio::sync::Semaphore;

/// Shortest password accepted (NIST SP 800-63B asks for 8; length is what protects).
pub const SHORTEST: usize = 12;
/// Longest accepted, so that hashing stays bounded.
pub const LONGEST: usize = 256;

/// A check takes 19 MiB and some milliseconds: two at a time keep the node answering.
static ROOM: Semaphore = Semaphore::const_new(2);

/// Verified when no such account exists, so that the answer takes as long as for one that does.
static NOBODY: LazyLock<String> = LazyLock::new(|| hashed("nobody has this password").unwrap_or_default());

/// Why a password cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Fewer than [`SHORTEST`] characters.
    #[error("the password is too short: use at least {SHORTEST} characters, such as four words")]
    TooShort,
    /// More than [`LONGEST`] bytes.
    #[error("the password is too long: use at most {LONGEST} characters")]
    TooLong,
    /// No randomness or memory for a hash.
    #[error("the password could not be hashed: the system gave no random bytes")]
    NotHashed,
}

/// The form to store, as a PHC string.
pub fn hash(password: &str) -> Result<String, PasswordError> {
    if password.chars().count() < SHORTEST {
        return Err(PasswordError::TooShort);
    }
    if password.len() > LONGEST {
        return Err(PasswordError::TooLong);
    }
    hashed(password)
}

fn hashed(password: &str) -> Result<String, PasswordError> {
    let hash = Argon2::default().hash_password(password.as_bytes());
    hash.map(|hash| hash.to_string()).map_err(|_| PasswordError::NotHashed)
}

/// Whether this is the password of an account with this stored hash; `None` stands for an account
/// that does not exist, takes as long, and is never right.
pub async fn verify(password: String, stored: Option<String>) -> bool {
    let Ok(_room) = ROOM.acquire().await else {
        return false;
    };
    let check = move || {
        let known = stored.is_some();
        let stored = stored.unwrap_or_else(|| NOBODY.clone());
        password.len() <= LONGEST && is_password(&password, &stored) && known
    };
    tokio::task::spawn_blocking(check).await.unwrap_or(false)
}

fn is_password(password: &str, stored: &str) -> bool {
    PasswordHash::new(stored).is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

/// A password for somebody who did not bring one: 20 letters and digits that are not mistaken for
/// one another, in groups of five; 99 random bits.
pub fn made_up(random: &mut impl rand::Rng) -> String {
    const LETTERS: &[u8] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut text = String::with_capacity(23);
    for place in 0..20 {
        if place > 0 && place % 5 == 0 {
            text.push('-');
        }
        text.push(char::from(LETTERS[random.random_range(0..LETTERS.len())]));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_right_password_of_a_real_account_alone_is_accepted() {
        let stored = hash("four words make one").unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        let check = |password: &str, stored: Option<&str>| verify(password.to_owned(), stored.map(str::to_owned));
        assert!(check("four words make one", Some(&stored)).await);
        assert!(!check("four words make two", Some(&stored)).await);
        assert!(!check("nobody has this password", None).await);
        assert!(!check("four words make one", Some("not a hash")).await);
    }

    #[test]
    fn short_and_endless_passwords_are_refused() {
        assert_eq!(hash("elevenchars"), Err(PasswordError::TooShort));
        assert_eq!(hash(&"x".repeat(257)), Err(PasswordError::TooLong));
    }

    #[test]
    fn a_made_up_password_can_be_set() {
        let text = made_up(&mut rand::rng());
        assert_eq!(text.len(), 23);
        assert!(hash(&text).is_ok());
    }
}
