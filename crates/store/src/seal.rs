//! Sealed values: XChaCha20-Poly1305 under a key of 32 bytes (draft-irtf-cfrg-xchacha-03).
//!
//! A sealed value is one byte of form, 24 bytes of nonce, and the ciphertext with its tag. The nonce is random: with 192
//! bits of it none comes twice. Table, column and row are authenticated with it, so that a value that was moved to
//! another place does not open. Text in a column of text is `s1.` and base64 of the same bytes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

/// The first byte of a sealed value: its form, and the version of data keys.
const FORM: u8 = 1;
const NONCE: usize = 24;
/// How sealed text begins.
const MARK: &str = "s1.";

/// Where 128 random bits come from.
pub type Random = fn() -> u128;

/// A secret key. Its bytes are overwritten when the last copy goes.
#[derive(Clone, PartialEq, Eq)]
pub struct Key(Zeroizing<[u8; 32]>);

/// Where a sealed value stands; it opens nowhere else.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The table.
    pub table: &'static str,
    /// The column.
    pub column: &'static str,
    /// The row, by a name that leaves with a backup, never by its serial.
    pub row: &'a str,
}

/// A value that does not open: it was changed or moved, or is under another key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{column}` of `{row}` in `{table}` does not open with its key")]
pub struct Unopened {
    /// The table.
    pub table: &'static str,
    /// The column.
    pub column: &'static str,
    /// The row, by the opaque name that it was sealed with.
    pub row: String,
}

impl Key {
    /// The key of these bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// A new key.
    pub fn random(random: Random) -> Self {
        let mut bytes = Zeroizing::new([0; 32]);
        bytes[..16].copy_from_slice(&random().to_be_bytes());
        bytes[16..].copy_from_slice(&random().to_be_bytes());
        Self(bytes)
    }

    /// Its bytes.
    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Seals a value for its place.
    pub fn seal(&self, place: Place<'_>, plain: &[u8], random: Random) -> Vec<u8> {
        let mut nonce = [0; NONCE];
        nonce[..16].copy_from_slice(&random().to_be_bytes());
        nonce[16..].copy_from_slice(&random().to_be_bytes()[..8]);
        let payload = Payload { msg: plain, aad: &place.bytes() };
        let sealed = self.cipher().encrypt(&XNonce::from(nonce), payload);
        let sealed = sealed.expect("what is sealed is far below the cipher's limit of 256 GiB");
        let mut value = Vec::with_capacity(1 + NONCE + sealed.len());
        value.push(FORM);
        value.extend_from_slice(&nonce);
        value.extend_from_slice(&sealed);
        value
    }

    /// What was sealed for this place.
    ///
    /// # Errors
    /// When the value was changed or moved, or sealed with another key.
    pub fn open(&self, place: Place<'_>, value: &[u8]) -> Result<Vec<u8>, Unopened> {
        let unopened = place.unopened();
        let (Some(&FORM), Some(nonce), Some(sealed)) = (value.first(), value.get(1..=NONCE), value.get(1 + NONCE..))
        else {
            return Err(unopened);
        };
        let nonce: [u8; NONCE] = nonce.try_into().map_err(|_| unopened.clone())?;
        let payload = Payload { msg: sealed, aad: &place.bytes() };
        self.cipher().decrypt(&XNonce::from(nonce), payload).map_err(|_| unopened)
    }

    /// Seals text for a column of text.
    pub fn seal_text(&self, place: Place<'_>, plain: &str, random: Random) -> String {
        format!("{MARK}{}", STANDARD_NO_PAD.encode(self.seal(place, plain.as_bytes(), random)))
    }

    /// What [`Key::seal_text`] sealed.
    ///
    /// # Errors
    /// As [`Key::open`].
    pub fn open_text(&self, place: Place<'_>, text: &str) -> Result<String, Unopened> {
        let value = text.strip_prefix(MARK).and_then(|rest| STANDARD_NO_PAD.decode(rest).ok());
        let value = value.ok_or_else(|| place.unopened())?;
        String::from_utf8(self.open(place, &value)?).map_err(|_| place.unopened())
    }

    /// A digest that only the holder of the key can compute: HMAC-SHA-256 (RFC 2104), 64 hexadecimal digits.
    pub fn digest(&self, parts: &[&str]) -> String {
        let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(self.bytes()).expect("HMAC takes any key");
        for part in parts {
            // The length first, so that no two lists of parts are the same bytes.
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part.as_bytes());
        }
        mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(self.bytes().into())
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key")
    }
}

impl Place<'_> {
    fn unopened(&self) -> Unopened {
        Unopened { table: self.table, column: self.column, row: self.row.to_owned() }
    }

    fn bytes(&self) -> Vec<u8> {
        format!("{}\0{}\0{}\0{FORM}", self.table, self.column, self.row).into_bytes()
    }
}

/// Whether text of a column is sealed.
pub fn is_sealed(text: &str) -> bool {
    text.starts_with(MARK)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU64, Ordering};

    fn counted() -> u128 {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        u128::from(NEXT.fetch_add(1, Ordering::Relaxed)) << 64
    }

    const HERE: Place<'static> = Place { table: "a_table", column: "a_column", row: "7" };

    #[test]
    fn what_is_sealed_opens_in_its_place_with_its_key_only() {
        let key = Key::random(counted);
        let text = key.seal_text(HERE, "seizures since spring", counted);
        assert!(is_sealed(&text) && !text.contains("seizures"));
        assert_eq!(key.open_text(HERE, &text).unwrap(), "seizures since spring");
        assert!(key.open_text(Place { row: "8", ..HERE }, &text).is_err(), "another row");
        assert!(key.open_text(Place { column: "other", ..HERE }, &text).is_err(), "another column");
        assert!(Key::random(counted).open_text(HERE, &text).is_err(), "another key");
        let sealed = key.seal(HERE, b"x", counted);
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(key.open(HERE, &changed).is_err(), "byte {at}");
        }
        assert!(key.open(HERE, &sealed[..20]).is_err() && key.open(HERE, b"").is_err());
    }

    #[test]
    fn digests_are_keyed_and_know_where_parts_end() {
        let (one, other) = (Key::new([1; 32]), Key::new([2; 32]));
        assert_eq!(one.digest(&["a", "b"]), one.digest(&["a", "b"]));
        assert_ne!(one.digest(&["a", "b"]), other.digest(&["a", "b"]));
        assert_ne!(one.digest(&["ab", ""]), one.digest(&["a", "b"]));
    }
}
