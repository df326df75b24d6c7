//! Secrets a browser or a script holds: session and visit cookies, API tokens.
//!
//! 256 random bits each. The node keeps only a digest: whoever reads the record cannot sign in.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// What starts every API token, so that a scanner finds one left in a file.
const TOKEN_PREFIX: &str = "cairn_";

/// A secret in its readable form.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// A cookie made of these random bits.
    pub fn cookie(bits: [u8; 32]) -> Self {
        Self(URL_SAFE_NO_PAD.encode(bits))
    }

    /// An API token made of these random bits.
    pub fn token(bits: [u8; 32]) -> Self {
        Self(format!("{TOKEN_PREFIX}{}", URL_SAFE_NO_PAD.encode(bits)))
    }

    /// The secret a client sent; `None` when it cannot be one of ours.
    pub fn read(text: &str) -> Option<Self> {
        let body = text.strip_prefix(TOKEN_PREFIX).unwrap_or(text);
        let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        (body.len() == 43 && body.bytes().all(plain)).then(|| Self(text.to_owned()))
    }

    /// The form the client keeps. Shown once, never logged, never stored.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The form the node keeps: SHA-256, lower-case hexadecimal. A fast digest is right here: the
    /// secret has 256 random bits, so there is nothing to guess.
    pub fn digest(&self) -> String {
        hex::encode(Sha256::digest(self.0.as_bytes()))
    }

    /// What a form must bring back to show that it came from a page of ours: bound to the cookie,
    /// useless for signing in.
    pub fn form_token(&self) -> String {
        let mut hasher = Sha256::new();
        hasher.update(b"cairn form v1\0");
        hasher.update(self.0.as_bytes());
        URL_SAFE_NO_PAD.encode(hasher.finalize())
    }

    /// Whether a form brought the right token.
    pub fn accepts_form(&self, sent: &str) -> bool {
        same(self.form_token().as_bytes(), sent.as_bytes())
    }
}

/// Compares without telling by its duration where two texts differ.
fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |seen, (x, y)| seen | (x ^ y)) == 0
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_back_what_it_made_and_nothing_else() {
        for secret in [Secret::cookie([7; 32]), Secret::token([9; 32])] {
            assert_eq!(Secret::read(secret.reveal()), Some(secret));
        }
        for text in ["", "cairn_", "a", &"x".repeat(44), &"é".repeat(43)] {
            assert_eq!(Secret::read(text), None, "{text}");
        }
    }

    #[test]
    fn a_form_token_is_good_for_its_cookie_only() {
        let (mine, other) = (Secret::cookie([1; 32]), Secret::cookie([2; 32]));
        assert!(mine.accepts_form(&mine.form_token()));
        assert!(!mine.accepts_form(&other.form_token()));
        assert!(!mine.accepts_form(""));
        assert_eq!(format!("{mine:?}"), "Secret");
    }
}
