//! Reads sequence accessions: `NM_007294.4`, `ENST00000357654.9`, `LRG_292t1`.

use thiserror::Error;

use crate::hgvs::Accession;

/// Why a text is not an accession.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum AccessionError {
    /// Empty, too long, or with characters that no accession has.
    #[error("`{0}` is not a sequence accession: expected letters, digits, `_`, `-` and one version after `.`")]
    Malformed(String),
}

/// Longer texts are refused: no archive has such accessions.
const MAX_LENGTH: usize = 64;

/// Reads an accession; a version is the number after the last `.`.
///
/// # Errors
/// When the text is empty, longer than 64 bytes, or has other characters than letters, digits, `_`, `-`, `.`.
pub fn parse_accession(text: &str) -> Result<Accession, AccessionError> {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.');
    if text.is_empty() || text.len() > MAX_LENGTH || !text.bytes().all(allowed) {
        return Err(AccessionError::Malformed(text.chars().take(MAX_LENGTH).collect()));
    }
    if let Some((name, version)) = text.rsplit_once('.')
        && let Ok(version) = version.parse()
        && !name.is_empty()
    {
        return Ok(Accession::new(name, Some(version)));
    }
    Ok(Accession::new(text, None))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, name: &str, version: Option<u32>) {
        let accession = parse_accession(text).unwrap();
        assert_eq!(accession, Accession::new(name, version));
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
            assert!(parse_accession(text).is_err(), "{text}");
        }
    }
}
