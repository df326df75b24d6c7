//! Sequence accessions with their version: `NM_007294.4`, `ENST00000357654.9`, `LRG_292t1`.

use std::fmt;

use thiserror::Error;

/// An accession as its source writes it, with its version apart.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Accession {
    text: Box<str>,
    stem: u16,
    version: Option<u32>,
}

/// Why a text is not an accession.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum AccessionError {
    /// Empty, too long, or with characters that no accession has.
    #[error("`{0}` is not a sequence accession: expected letters, digits, `_`, `-` and one version after `.`")]
    Malformed(String),
}

/// Longer texts are refused: no archive has such accessions.
const MAX_LENGTH: usize = 64;

impl Accession {
    /// Reads an accession; a version is the number after the last `.`.
    ///
    /// # Errors
    /// When the text is empty, longer than 64 bytes, or has other characters than letters, digits, `_`, `-`, `.`.
    pub fn parse(text: &str) -> Result<Self, AccessionError> {
        let malformed = || AccessionError::Malformed(text.chars().take(MAX_LENGTH).collect());
        let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.');
        if text.is_empty() || text.len() > MAX_LENGTH || !text.bytes().all(allowed) {
            return Err(malformed());
        }
        let split = text.rsplit_once('.');
        let version = split.and_then(|(_, v)| v.parse().ok());
        let stem = match (split, version) {
            (Some((stem, _)), Some(_)) if !stem.is_empty() => stem.len(),
            _ => text.len(),
        };
        Ok(Self { text: text.into(), stem: stem as u16, version })
    }

    /// The whole text, with its version where it has one.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The part before the version.
    pub fn stem(&self) -> &str {
        &self.text[..usize::from(self.stem)]
    }

    /// The version, `None` for accessions that have none (`LRG_292t1`) or were written without.
    pub fn version(&self) -> Option<u32> {
        self.version
    }
}

impl fmt::Display for Accession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, stem: &str, version: Option<u32>) {
        let accession = Accession::parse(text).unwrap();
        assert_eq!((accession.stem(), accession.version()), (stem, version));
        assert_eq!(accession.to_string(), text);
    }

    #[test]
    fn version_is_the_number_after_the_last_dot() {
        check("NM_007294.4", "NM_007294", Some(4));
        check("ENST00000357654.9", "ENST00000357654", Some(9));
        check("LRG_292t1", "LRG_292t1", None);
        check("NM_007294", "NM_007294", None);
        check("NM_007294.x", "NM_007294.x", None);
    }

    #[test]
    fn other_text_is_refused() {
        for text in ["", "NM 1", "NM_1:c", &"A".repeat(65)] {
            assert!(Accession::parse(text).is_err(), "{text}");
        }
    }
}
