//! Recovery codes: on paper, for the day a phone is lost. 80 random bits each, so a fast digest is enough to store.

use super::totp::base32;
use sha2::{Digest, Sha256};

/// How many codes a person is given.
pub const MANY: usize = 10;
/// Letters of a code, without the hyphens.
const LENGTH: usize = 16;

/// A code of these random bytes, as it is shown: `ABCD-EFGH-IJKL-MNOP`.
pub fn code(random: [u8; 10]) -> String {
    let text = base32(&random);
    let groups: Vec<_> = text.as_bytes().chunks(4).map(|group| String::from_utf8_lossy(group)).collect();
    groups.join("-")
}

/// The form the node keeps of what somebody typed: SHA-256, hexadecimal. Case, blanks and hyphens do not count.
pub fn digest(typed: &str) -> String {
    let plain: String = typed.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
    let mut hasher = Sha256::new();
    hasher.update(b"cairn recovery code v1\0");
    hasher.update(plain.as_bytes());
    hex::encode(hasher.finalize())
}

/// Whether what somebody typed can be a recovery code.
pub fn is_like_one(typed: &str) -> bool {
    typed.chars().filter(char::is_ascii_alphanumeric).count() == LENGTH
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_known_however_it_is_typed() {
        let code = code([7; 10]);
        assert_eq!(code.len(), 19);
        assert!(is_like_one(&code) && !is_like_one("123456"));
        assert_eq!(digest(&code), digest(&code.to_lowercase().replace('-', " ")));
        assert_ne!(digest(&code), digest(&super::code([8; 10])));
    }
}
