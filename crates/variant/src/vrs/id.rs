//! Computed identifiers: `ga4gh:VA.` and a digest.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::digest::Digest;

/// The identifiable classes of VRS 2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VrsKind {
    /// `VA`
    Allele,
    /// `SL`
    SequenceLocation,
    /// `CPB`
    CisPhasedBlock,
    /// `AJ`
    Adjacency,
    /// `TM`
    Terminus,
    /// `DM`
    DerivativeMolecule,
    /// `CN`
    CopyNumberCount,
    /// `CX`
    CopyNumberChange,
}

/// The computed identifier of a VRS object: its class and the digest of its content.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct VrsId {
    /// The class.
    pub kind: VrsKind,
    /// The digest.
    pub digest: Digest,
}

/// The text is not a VRS 2 identifier.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadVrsId {
    /// Not of the form at all.
    #[error("`{0}` is not a VRS identifier: `ga4gh:VA.` and 32 characters is one")]
    Form(String),
    /// A prefix of VRS 1 or of none.
    #[error(
        "`{0}` is not a type of VRS 2: VA, SL, CPB, AJ, TM, DM, CN and CX are; identifiers of VRS 1 differ and cannot be converted without the variant"
    )]
    Prefix(String),
}

impl VrsKind {
    /// Every class.
    pub const ALL: [Self; 8] = [
        Self::Allele,
        Self::SequenceLocation,
        Self::CisPhasedBlock,
        Self::Adjacency,
        Self::Terminus,
        Self::DerivativeMolecule,
        Self::CopyNumberCount,
        Self::CopyNumberChange,
    ];

    /// The type prefix of its identifiers.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Allele => "VA",
            Self::SequenceLocation => "SL",
            Self::CisPhasedBlock => "CPB",
            Self::Adjacency => "AJ",
            Self::Terminus => "TM",
            Self::DerivativeMolecule => "DM",
            Self::CopyNumberCount => "CN",
            Self::CopyNumberChange => "CX",
        }
    }

    /// The class's name, as in the `type` member of its JSON.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Allele => "Allele",
            Self::SequenceLocation => "SequenceLocation",
            Self::CisPhasedBlock => "CisPhasedBlock",
            Self::Adjacency => "Adjacency",
            Self::Terminus => "Terminus",
            Self::DerivativeMolecule => "DerivativeMolecule",
            Self::CopyNumberCount => "CopyNumberCount",
            Self::CopyNumberChange => "CopyNumberChange",
        }
    }
}

impl fmt::Display for VrsId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ga4gh:{}.{}", self.kind.prefix(), self.digest)
    }
}

impl fmt::Debug for VrsId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for VrsId {
    type Err = BadVrsId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bad = || BadVrsId::Form(text.chars().take(64).collect());
        let (prefix, digest) = text.strip_prefix("ga4gh:").and_then(|bare| bare.split_once('.')).ok_or_else(bad)?;
        let digest = digest.parse().map_err(|_| bad())?;
        let kind = VrsKind::ALL.into_iter().find(|kind| kind.prefix() == prefix);
        let kind = kind.ok_or_else(|| BadVrsId::Prefix(prefix.to_owned()))?;
        Ok(Self { kind, digest })
    }
}

impl TryFrom<String> for VrsId {
    type Error = BadVrsId;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<VrsId> for String {
    fn from(id: VrsId) -> Self {
        id.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_prints_and_reads_back() {
        for kind in VrsKind::ALL {
            let id = VrsId { kind, digest: Digest::of(kind.class().as_bytes()) };
            assert_eq!(id.to_string().parse(), Ok(id));
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for text in ["", "VA.0AePZIWZUNsUlQTamyLrjm2HWUw2opLt", "ga4gh:VA", "ga4gh:VA.short"] {
            assert!(matches!(text.parse::<VrsId>(), Err(BadVrsId::Form(_))), "{text}");
        }
        let old = "ga4gh:VSL.0AePZIWZUNsUlQTamyLrjm2HWUw2opLt".parse::<VrsId>();
        assert_eq!(old, Err(BadVrsId::Prefix("VSL".into())));
    }
}
