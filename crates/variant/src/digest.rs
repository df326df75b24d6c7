//! GA4GH digests: `sha512t24u` (truncated SHA-512, base64url) and the refget sequence identifiers made from it.

use std::{fmt, str::FromStr};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use md5::Md5;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha512, block_api::compress512};

/// Characters in the text form of a [`Digest`].
pub const DIGEST_TEXT_LENGTH: usize = 32;

/// The first 24 bytes of a SHA-512, written as 32 characters of base64url (GA4GH `sha512t24u`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Digest([u8; 24]);

/// The refget identifier of a sequence, `SQ.` and a digest: the same for the same residues, whatever the sequence is called.
///
/// This is how the whole workspace names a sequence, be it a chromosome, a transcript, a protein or a test string.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct RefgetAccession(Digest);

/// The text is not a digest.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadDigest {
    /// Not 32 characters of the base64url alphabet.
    #[error("`{0}` is not a GA4GH digest: 32 characters of A-Z, a-z, 0-9, - and _ are expected")]
    Digest(String),
    /// No `SQ.` in front.
    #[error("`{0}` is not a refget accession: `SQ.` and 32 characters are expected")]
    Accession(String),
}

/// The `sha512t24u` of a blob as text.
pub fn sha512t24u(blob: &[u8]) -> String {
    Digest::of(blob).to_string()
}

impl Digest {
    /// Digests a blob.
    pub fn of(blob: &[u8]) -> Self {
        of_two_blocks(blob).unwrap_or_else(|| Self::of_sha512(&Sha512::digest(blob).into()))
    }

    /// Truncates a whole SHA-512.
    pub fn of_sha512(whole: &[u8; 64]) -> Self {
        let mut bytes = [0; 24];
        bytes.copy_from_slice(&whole[..24]);
        Self(bytes)
    }

    /// A digest from its 24 bytes, as a database keeps it.
    pub const fn from_bytes(bytes: [u8; 24]) -> Self {
        Self(bytes)
    }

    /// The 24 bytes.
    pub const fn as_bytes(&self) -> &[u8; 24] {
        &self.0
    }

    /// Writes the 32 characters without allocating.
    pub fn write_text(&self, text: &mut [u8; DIGEST_TEXT_LENGTH]) {
        const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        for (three, four) in self.0.chunks_exact(3).zip(text.chunks_exact_mut(4)) {
            let bits = u32::from(three[0]) << 16 | u32::from(three[1]) << 8 | u32::from(three[2]);
            for (character, shift) in four.iter_mut().zip([18, 12, 6, 0]) {
                *character = ALPHABET[(bits >> shift & 63) as usize];
            }
        }
    }

    /// Refget v1's `TRUNC512` form of the same 24 bytes: 48 lower-case hexadecimal digits.
    pub fn to_trunc512(&self) -> String {
        hex(&self.0)
    }
}

/// The digest of a blob that fits two blocks with its padding (FIPS 180-4 §5.1.2), as the canonical JSON of a location
/// and of a short allele does; `None` for a longer one.
///
/// The message is padded where it is compressed: a genome has millions of them, and the general way copies each
/// through a buffer of its own.
fn of_two_blocks(blob: &[u8]) -> Option<Digest> {
    const BLOCK: usize = 128;
    let after = blob.len() + 1 + 16;
    if after > 2 * BLOCK {
        return None;
    }
    let mut blocks = [[0; BLOCK]; 2];
    let message = blocks.as_flattened_mut();
    message[..blob.len()].copy_from_slice(blob);
    message[blob.len()] = 0x80;
    let used = after.div_ceil(BLOCK);
    let bits = (blob.len() as u64 * 8).to_be_bytes();
    message[used * BLOCK - bits.len()..used * BLOCK].copy_from_slice(&bits);
    let mut state = INITIAL;
    compress512(&mut state, &blocks[..used]);
    let mut bytes = [0; 24];
    for (eight, word) in bytes.chunks_exact_mut(8).zip(state) {
        eight.copy_from_slice(&word.to_be_bytes());
    }
    Some(Digest(bytes))
}

/// The initial hash value of SHA-512 (FIPS 180-4 §5.3.5).
const INITIAL: [u64; 8] = [
    0x6a09_e667_f3bc_c908,
    0xbb67_ae85_84ca_a73b,
    0x3c6e_f372_fe94_f82b,
    0xa54f_f53a_5f1d_36f1,
    0x510e_527f_ade6_82d1,
    0x9b05_688c_2b3e_6c1f,
    0x1f83_d9ab_fb41_bd6b,
    0x5be0_cd19_137e_2179,
];

/// The MD5 of a sequence as refget and SAM's `@SQ M5` take it: upper case, no white space; lower-case hexadecimal.
///
/// A name of the sequence in other systems, never a proof of anything.
pub fn md5_of_sequence(residues: &[u8]) -> String {
    let mut hasher = Md5::new();
    for_each_plain(residues, |plain| hasher.update(plain));
    hex(&hasher.finalize())
}

impl RefgetAccession {
    /// Digests a sequence as refget v2 says: upper case, no white space.
    pub fn of_sequence(residues: &[u8]) -> Self {
        let mut hasher = Sha512::new();
        for_each_plain(residues, |plain| hasher.update(plain));
        Self(Digest::of_sha512(&hasher.finalize().into()))
    }

    /// The accession with this digest.
    pub const fn from_digest(digest: Digest) -> Self {
        Self(digest)
    }

    /// The digest without `SQ.`.
    pub const fn digest(&self) -> &Digest {
        &self.0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = [0; DIGEST_TEXT_LENGTH];
        self.write_text(&mut text);
        f.write_str(std::str::from_utf8(&text).expect("the base64url alphabet is ASCII"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Digest {
    type Err = BadDigest;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bad = || BadDigest::Digest(excerpt(text));
        if text.len() != DIGEST_TEXT_LENGTH {
            return Err(bad());
        }
        let mut bytes = [0; 24];
        BASE64_URL_SAFE_NO_PAD.decode_slice(text, &mut bytes).map_err(|_| bad())?;
        Ok(Self(bytes))
    }
}

impl fmt::Display for RefgetAccession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SQ.{}", self.0)
    }
}

impl fmt::Debug for RefgetAccession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for RefgetAccession {
    type Err = BadDigest;

    /// Reads `SQ.…`, also with the `ga4gh:` namespace in front.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digest = text
            .strip_prefix("ga4gh:")
            .unwrap_or(text)
            .strip_prefix("SQ.")
            .ok_or_else(|| BadDigest::Accession(excerpt(text)))?;
        Ok(Self(digest.parse()?))
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> Self {
        digest.to_string()
    }
}

impl TryFrom<String> for Digest {
    type Error = BadDigest;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<RefgetAccession> for String {
    fn from(accession: RefgetAccession) -> Self {
        accession.to_string()
    }
}

impl TryFrom<String> for RefgetAccession {
    type Error = BadDigest;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

/// Hands out a sequence in pieces, in upper case and without white space.
fn for_each_plain(residues: &[u8], mut piece: impl FnMut(&[u8])) {
    let mut buffer = [0; 4096];
    for chunk in residues.chunks(buffer.len()) {
        let mut length = 0;
        for residue in chunk.iter().filter(|residue| !residue.is_ascii_whitespace()) {
            buffer[length] = residue.to_ascii_uppercase();
            length += 1;
        }
        piece(&buffer[..length]);
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The start of a text from outside, short enough to be quoted in a message.
fn excerpt(text: &str) -> String {
    text.chars().take(48).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_of_nothing_is_known() {
        assert_eq!(sha512t24u(b""), "z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXc");
    }

    #[test]
    fn padding_in_place_changes_nothing() {
        let blob: Vec<u8> = (0..=255).cycle().take(400).collect();
        for length in 0..blob.len() {
            let general = Digest::of_sha512(&Sha512::digest(&blob[..length]).into());
            assert_eq!(Digest::of(&blob[..length]), general, "{length} bytes");
        }
    }

    #[test]
    fn case_and_line_ends_of_a_sequence_do_not_matter() {
        let accession = RefgetAccession::of_sequence(b"ACGT");
        assert_eq!(accession.to_string(), "SQ.aKF498dAxcJAqme6QYQ7EZ07-fiw8Kw2");
        assert_eq!(RefgetAccession::of_sequence(b"ac\r\ngt\n"), accession);
    }

    #[test]
    fn md5_is_of_the_plain_sequence_too() {
        assert_eq!(md5_of_sequence(b"g\ngc"), md5_of_sequence(b"GGC"));
        assert_eq!(md5_of_sequence(b"G"), "dfcf28d0734569a6a693bc8194de62bf");
    }

    #[test]
    fn text_and_bytes_are_the_same_digest() {
        let digest = Digest::of(b"ACGT");
        assert_eq!(digest.to_string().parse(), Ok(digest));
        assert_eq!(Digest::from_bytes(*digest.as_bytes()), digest);
        assert_eq!(digest.to_trunc512().len(), 48);
    }

    #[test]
    fn texts_that_are_no_digest_are_refused() {
        for text in ["", "aKF498dAxcJAqme6QYQ7EZ07-fiw8Kw", "aKF498dAxcJAqme6QYQ7EZ07+fiw8Kw2", "ééééééééééééééééé"]
        {
            assert!(text.parse::<Digest>().is_err(), "{text}");
        }
        assert!("aKF498dAxcJAqme6QYQ7EZ07-fiw8Kw2".parse::<RefgetAccession>().is_err());
        assert!("ga4gh:SQ.aKF498dAxcJAqme6QYQ7EZ07-fiw8Kw2".parse::<RefgetAccession>().is_ok());
    }
}
