//! The sequence a description refers to: `NM_007294.4(BRCA1)`, `NC_000017.11`, `LRG_292t1`, `GRCh38(chr17)`, `BRCA1`.

use std::fmt::{self, Write};

use compact_str::CompactString;

use super::text::Text;
use crate::{assembly::Assembly, contig::Contig};

/// What stands before the colon.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Reference {
    /// A sequence by its accession, the only form HGVS knows.
    Sequence {
        /// The sequence.
        accession: Accession,
        /// What is named in parentheses after it.
        selector: Option<Selector>,
    },
    /// A chromosome by name; without an assembly the positions mean nothing yet.
    Chromosome {
        /// The chromosome.
        contig: Contig,
        /// The assembly, if the text names it.
        assembly: Option<Assembly>,
    },
    /// A gene by its symbol as typed; which transcript or protein is meant is for a table of genes to say.
    Gene(Text),
}

/// What stands in parentheses after an accession.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Selector {
    /// A gene symbol, for the reader's convenience: `NM_007294.4(BRCA1)`.
    Gene(Text),
    /// The transcript that positions count on, placed on a genomic sequence: `NG_012232.1(NM_004006.2)`.
    Sequence(Accession),
}

/// The stable name of a sequence, with its version when one is given.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Accession {
    /// The name without the version: `NM_007294`, `LRG_292t1`, `ENST00000357654`.
    pub name: Text,
    /// The version. LRG sequences never change and have none; elsewhere `None` leaves open which sequence is meant.
    pub version: Option<u32>,
}

/// What sort of sequence an accession names, as far as its form tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AccessionKind {
    /// A RefSeq chromosome or other complete molecule: `NC_`, `AC_`.
    Chromosome,
    /// A contig, scaffold, gene region or LRG: `NG_`, `NT_`, `NW_`, `LRG_292`, `ENSG`.
    Genomic,
    /// A transcript with a coding sequence: `NM_`, `XM_`.
    CodingTranscript,
    /// A transcript without one: `NR_`, `XR_`.
    NonCodingTranscript,
    /// A transcript of either sort: `ENST`, `LRG_292t1`.
    Transcript,
    /// A protein: `NP_`, `XP_`, `YP_`, `ENSP`, `LRG_292p1`.
    Protein,
    /// Any other accession, such as one of GenBank (`L37425.1`).
    Other,
}

impl Reference {
    /// A sequence without anything in parentheses.
    pub const fn sequence(accession: Accession) -> Self {
        Self::Sequence { accession, selector: None }
    }

    /// The sequence that positions of a transcript axis count on: the selected one, or else the accession itself.
    pub const fn transcript(&self) -> Option<&Accession> {
        match self {
            Self::Sequence { selector: Some(Selector::Sequence(transcript)), .. } => Some(transcript),
            Self::Sequence { accession, .. } => Some(accession),
            Self::Chromosome { .. } | Self::Gene(_) => None,
        }
    }

    /// The gene named, if one is.
    pub const fn gene(&self) -> Option<&Text> {
        match self {
            Self::Sequence { selector: Some(Selector::Gene(gene)), .. } | Self::Gene(gene) => Some(gene),
            _ => None,
        }
    }
}

impl Accession {
    /// An accession from its parts.
    pub fn new(name: &str, version: Option<u32>) -> Self {
        Self { name: name.into(), version }
    }

    /// The sort of sequence, from the accession's prefix.
    pub fn kind(&self) -> AccessionKind {
        let name = self.name.as_str();
        if let Some(rest) = name.strip_prefix("LRG_") {
            return match rest.trim_start_matches(|c: char| c.is_ascii_digit()).as_bytes().first() {
                Some(b't') => AccessionKind::Transcript,
                Some(b'p') => AccessionKind::Protein,
                _ => AccessionKind::Genomic,
            };
        }
        match name.get(..3) {
            Some("NC_" | "AC_") => AccessionKind::Chromosome,
            Some("NG_" | "NT_" | "NW_") => AccessionKind::Genomic,
            Some("NM_" | "XM_") => AccessionKind::CodingTranscript,
            Some("NR_" | "XR_") => AccessionKind::NonCodingTranscript,
            Some("NP_" | "XP_" | "YP_" | "AP_" | "WP_") => AccessionKind::Protein,
            Some("ENS") => match name.get(3..4) {
                Some("T") => AccessionKind::Transcript,
                Some("P") => AccessionKind::Protein,
                Some("G") => AccessionKind::Genomic,
                _ => AccessionKind::Other,
            },
            _ => AccessionKind::Other,
        }
    }

    /// As it is written, without memory of its own for up to 24 letters: accessions are looked up and written by the
    /// million.
    pub fn text(&self) -> CompactString {
        let mut text = CompactString::new(self.name.as_str());
        match self.version {
            Some(version @ 0..10) => {
                text.push('.');
                text.push(char::from(b'0' + version as u8));
            }
            Some(version) => {
                // Writing to a text cannot fail.
                let _ = write!(text, ".{version}");
            }
            None => {}
        }
        text
    }

    /// Whether a version is expected and missing.
    pub fn lacks_version(&self) -> bool {
        self.version.is_none() && !self.name.starts_with("LRG_")
    }
}

impl fmt::Display for Accession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.version {
            Some(_) => f.write_str(&self.text()),
            None => self.name.fmt(f),
        }
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gene(gene) => gene.fmt(f),
            Self::Sequence(accession) => accession.fmt(f),
        }
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sequence { accession, selector: None } => accession.fmt(f),
            Self::Sequence { accession, selector: Some(selector) } => write!(f, "{accession}({selector})"),
            Self::Chromosome { contig, assembly: None } => write!(f, "chr{contig}"),
            Self::Chromosome { contig, assembly: Some(assembly) } => write!(f, "{assembly}(chr{contig})"),
            Self::Gene(symbol) => symbol.fmt(f),
        }
    }
}
