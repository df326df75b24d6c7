//! Stable names of statements, submissions and discordances, with their versions: `CRN000001.2`,
//! `CRS000001`, `CRD000001`.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// What kind of record an accession names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AccessionKind {
    /// `CRN`: a statement.
    Statement,
    /// `CRS`: a submission.
    Submission,
    /// `CRD`: a discordance.
    Discordance,
}

impl AccessionKind {
    fn prefix(self) -> &'static str {
        match self {
            Self::Statement => "CRN",
            Self::Submission => "CRS",
            Self::Discordance => "CRD",
        }
    }
}

/// A stable name: prefix and serial number, at least six digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Accession {
    kind: AccessionKind,
    serial: u64,
}

/// An accession with an optional version, as a person writes it: `CRN000001` or `CRN000001.2`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VersionedAccession {
    /// The stable name.
    pub accession: Accession,
    /// The issue, counted from 1; `None` means the current one.
    pub version: Option<u32>,
}

/// The text is not an accession.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an accession: expected a form such as `CRN000001` or `CRN000001.2`")]
pub struct AccessionError(String);

impl Accession {
    /// The accession of this kind with this serial number (from 1).
    pub fn new(kind: AccessionKind, serial: u64) -> Self {
        Self { kind, serial }
    }

    /// What it names.
    pub fn kind(self) -> AccessionKind {
        self.kind
    }

    /// Its number within its kind.
    pub fn serial(self) -> u64 {
        self.serial
    }
}

impl fmt::Display for Accession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{:06}", self.kind.prefix(), self.serial)
    }
}

impl FromStr for Accession {
    type Err = AccessionError;

    fn from_str(text: &str) -> Result<Self, AccessionError> {
        let refuse = || AccessionError(text.chars().take(40).collect());
        let kind = [AccessionKind::Statement, AccessionKind::Submission, AccessionKind::Discordance]
            .into_iter()
            .find(|kind| text.get(..3).is_some_and(|p| p.eq_ignore_ascii_case(kind.prefix())))
            .ok_or_else(refuse)?;
        let digits = &text[3..];
        let well_formed = (6..=18).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        let serial = digits.parse().map_err(|_| refuse())?;
        if well_formed && serial > 0 { Ok(Self { kind, serial }) } else { Err(refuse()) }
    }
}

impl FromStr for VersionedAccession {
    type Err = AccessionError;

    fn from_str(text: &str) -> Result<Self, AccessionError> {
        let Some((name, version)) = text.split_once('.') else {
            return Ok(Self { accession: text.parse()?, version: None });
        };
        let version = version.parse::<u32>().ok().filter(|v| *v > 0);
        let version = version.ok_or_else(|| AccessionError(text.chars().take(40).collect()))?;
        Ok(Self { accession: name.parse()?, version: Some(version) })
    }
}

impl TryFrom<String> for Accession {
    type Error = AccessionError;

    fn try_from(text: String) -> Result<Self, AccessionError> {
        text.parse()
    }
}

impl From<Accession> for String {
    fn from(accession: Accession) -> String {
        accession.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_name_and_version() {
        let read: VersionedAccession = "CRN000001.2".parse().unwrap();
        assert_eq!(read.accession.to_string(), "CRN000001");
        assert_eq!(read.version, Some(2));
        assert_eq!("crs1234567".parse::<Accession>().unwrap().serial(), 1_234_567);
    }

    #[test]
    fn refuses_other_text() {
        for text in ["", "CRN", "CRN1", "CRN000000", "SCV000001", "CRN000001.0", "CRN000001.x", "CRNé00001"] {
            assert!(text.parse::<VersionedAccession>().is_err(), "{text}");
        }
    }
}
