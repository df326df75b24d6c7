//! What a loader says about one transcript, and the checks it must pass.

use std::ops::Range;

use thiserror::Error;

use crate::hgvs::Accession;

use super::accession::parse_accession;
use super::alignment::{Alignment, Block, Strand};
use super::{AccessionError, Biotype, Cds, CodonTable, GapOp, Gene, Mane, TargetId, TranscriptId};

/// One transcript as a loader read it. Fill what the source knows and leave the rest at its default.
#[derive(Debug, Clone, Default)]
pub struct TranscriptRecord {
    /// Accession with version, `NM_007294.4`.
    pub accession: String,
    /// The gene it belongs to.
    pub gene: Option<Gene>,
    /// Its kind.
    pub biotype: Biotype,
    /// Coding sequence on the transcript, 0-based, stop codon included.
    pub cds: Option<Cds>,
    /// Accession of the protein, with version.
    pub protein: Option<String>,
    /// Its place in MANE.
    pub mane: Mane,
    /// RefSeq Select or Ensembl canonical.
    pub is_canonical: bool,
    /// The table that translates it.
    pub codon_table: CodonTable,
    /// First bases (0-based on the transcript) of `TGA` codons read as selenocysteine.
    pub selenocysteines: Vec<u32>,
    /// Its exons on itself, for a source that gives them without an alignment; in order, without gaps.
    pub exons: Vec<Range<u32>>,
    /// Length in bases; taken from the sequence or the exons when absent.
    pub length: Option<u32>,
    /// Its own bases, any case; `U` is read as `T`.
    pub sequence: Option<Vec<u8>>,
    /// The file and version that described it, for provenance.
    pub source: String,
    /// Where it lies; several for several assemblies.
    pub alignments: Vec<AlignmentRecord>,
}

/// How a transcript lies on one sequence.
#[derive(Debug, Clone)]
pub struct AlignmentRecord {
    /// Accession with version of the sequence: `NC_000017.11`, `NG_005905.2`, `NC_012920.1`.
    pub target: String,
    /// The strand of the target that reads as the transcript.
    pub strand: Strand,
    /// Exons in any order; they are sorted along the transcript.
    pub exons: Vec<ExonRecord>,
}

/// One exon, 0-based interbase on both sequences.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExonRecord {
    /// Its bases on the transcript.
    pub transcript: Range<u32>,
    /// Its bases on the target, `start < end` on either strand.
    pub target: Range<u32>,
    /// Its gaps in transcript order; empty when none is known. Lengths that differ without a known gap are
    /// kept as an uncertain stretch, and nothing is projected through it.
    pub gaps: Vec<GapOp>,
}

impl ExonRecord {
    /// Exons of an ungapped alignment from target ranges in transcript order: transcript ranges follow from the lengths.
    pub fn ungapped(targets: impl IntoIterator<Item = Range<u32>>) -> Vec<Self> {
        let mut at = 0u32;
        let place = |target: Range<u32>| {
            let start = at;
            at = at.saturating_add(target.end.saturating_sub(target.start));
            Self { transcript: start..at, target, gaps: Vec::new() }
        };
        targets.into_iter().map(place).collect()
    }
}

/// Why a record was refused; the transcript is named by the caller's accession.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RecordError {
    /// An accession that cannot be read.
    #[error(transparent)]
    Accession(#[from] AccessionError),
    /// An exon without bases or with its end before its start.
    #[error("{accession}: exon {exon} is empty or reversed")]
    EmptyExon {
        /// The transcript.
        accession: String,
        /// 1-based, in transcript order.
        exon: usize,
    },
    /// Exons that do not follow each other on the transcript or overlap on the target.
    #[error("{accession}: exon {exon} does not follow the one before it on {target}")]
    Order {
        /// The transcript.
        accession: String,
        /// 1-based, in transcript order.
        exon: usize,
        /// The aligned sequence.
        target: String,
    },
    /// A gap structure that does not fill its exon.
    #[error("{accession}: the gaps of exon {exon} on {target} do not add up to its length")]
    Gap {
        /// The transcript.
        accession: String,
        /// 1-based, in transcript order.
        exon: usize,
        /// The aligned sequence.
        target: String,
    },
    /// Exons that end behind the transcript's last base.
    #[error("{accession}: its exons end at base {end}, and it has {length}")]
    Beyond {
        /// The transcript.
        accession: String,
        /// Where the last exon ends.
        end: u32,
        /// Length of the transcript.
        length: u32,
    },
    /// A coding sequence outside the transcript.
    #[error("{accession}: coding sequence {start}..{end} does not lie in the {length} bases of the transcript")]
    Cds {
        /// The transcript.
        accession: String,
        /// 0-based start.
        start: u32,
        /// End, excluded.
        end: u32,
        /// Length of the transcript.
        length: u32,
    },
    /// A sequence with other letters than IUPAC bases, or of another length than declared.
    #[error("{accession}: the sequence is not {length} IUPAC bases")]
    Sequence {
        /// The transcript.
        accession: String,
        /// Expected length.
        length: u32,
    },
    /// The same accession described twice in different ways.
    #[error("{accession}: {what} differs from what {source_before} says")]
    Disagrees {
        /// The transcript.
        accession: String,
        /// The field.
        what: &'static str,
        /// The source that was loaded first.
        source_before: String,
    },
}

impl TranscriptRecord {
    /// The length: declared, or that of the sequence, or where the exons end.
    pub(super) fn effective_length(&self) -> u32 {
        let of_exons = || self.alignments.iter().flat_map(|a| &a.exons).map(|e| e.transcript.end).max();
        let of_bases = || self.sequence.as_ref().map(|s| s.len() as u32);
        self.length.or_else(of_bases).or_else(of_exons).unwrap_or(0)
    }

    /// Where its exons end, from the record or else from the first alignment.
    pub(super) fn exon_ends(&self) -> Box<[u32]> {
        if !self.exons.is_empty() {
            return self.exons.iter().map(|e| e.end).collect();
        }
        let mut ends: Vec<u32> =
            self.alignments.first().map_or_else(Vec::new, |a| a.exons.iter().map(|e| e.transcript.end).collect());
        ends.sort_unstable();
        ends.into()
    }

    pub(super) fn checked_sequence(&mut self, length: u32) -> Result<Option<Box<[u8]>>, RecordError> {
        let Some(mut bases) = self.sequence.take() else { return Ok(None) };
        for base in &mut bases {
            *base = match base.to_ascii_uppercase() {
                b'U' => b'T',
                upper => upper,
            };
        }
        let valid = bases.iter().all(|b| b"ACGTNRYSWKMBDHV".contains(b));
        if !valid || bases.len() != length as usize {
            return Err(RecordError::Sequence { accession: self.accession.clone(), length });
        }
        Ok(Some(bases.into()))
    }

    pub(super) fn check_cds(&self, length: u32) -> Result<(), RecordError> {
        match self.cds {
            Some(Cds { start, end, .. }) if start >= end || end > length => {
                Err(RecordError::Cds { accession: self.accession.clone(), start, end, length })
            }
            _ => Ok(()),
        }
    }

    pub(super) fn check_exons(&self, length: u32) -> Result<(), RecordError> {
        let of_alignments = self.alignments.iter().flat_map(|a| &a.exons).map(|e| e.transcript.end);
        match of_alignments.chain(self.exons.iter().map(|e| e.end)).max() {
            Some(end) if end > length => Err(RecordError::Beyond { accession: self.accession.clone(), end, length }),
            _ => Ok(()),
        }
    }

    pub(super) fn protein_accession(&self) -> Result<Option<Accession>, RecordError> {
        Ok(self.protein.as_deref().map(parse_accession).transpose()?)
    }
}

impl AlignmentRecord {
    /// Checks the exons and flattens them into blocks.
    pub(super) fn flatten(
        mut self,
        accession: &str,
        transcript: TranscriptId,
        target: TargetId,
    ) -> Result<Alignment, RecordError> {
        self.exons.sort_by_key(|e| e.transcript.start);
        let mut blocks = Vec::with_capacity(self.exons.len());
        for (i, exon) in self.exons.iter().enumerate() {
            let (accession, number) = (accession.to_owned(), i + 1);
            if exon.transcript.is_empty() || exon.target.is_empty() {
                return Err(RecordError::EmptyExon { accession, exon: number });
            }
            if i > 0 && !follows(&self.exons[i - 1], exon, self.strand) {
                return Err(RecordError::Order { accession, exon: number, target: self.target });
            }
            if push_exon(&mut blocks, exon, i as u16, self.strand).is_none() {
                return Err(RecordError::Gap { accession, exon: number, target: self.target });
            }
        }
        if blocks.is_empty() {
            return Err(RecordError::EmptyExon { accession: accession.to_owned(), exon: 0 });
        }
        Ok(Alignment::new(transcript, target, self.strand, blocks))
    }
}

fn follows(before: &ExonRecord, exon: &ExonRecord, strand: Strand) -> bool {
    let on_transcript = before.transcript.end == exon.transcript.start;
    let on_target = match strand {
        Strand::Plus => before.target.end <= exon.target.start,
        Strand::Minus => before.target.start >= exon.target.end,
    };
    on_transcript && on_target
}

/// Adds the blocks of an exon; `None` when its gaps do not fill it.
fn push_exon(blocks: &mut Vec<Block>, exon: &ExonRecord, number: u16, strand: Strand) -> Option<()> {
    if exon.gaps.is_empty() {
        blocks.push(Block::new(exon.transcript.clone(), exon.target.clone(), number));
        return Some(());
    }
    let (mut at, mut from_start) = (exon.transcript.start, 0u32);
    let target_length = exon.target.end - exon.target.start;
    for run in &exon.gaps {
        let (on_transcript, on_target) = run.lengths();
        let end = at.checked_add(on_transcript)?;
        let to = from_start.checked_add(on_target).filter(|to| *to <= target_length)?;
        let target = match strand {
            Strand::Plus => exon.target.start + from_start..exon.target.start + to,
            Strand::Minus => exon.target.end - to..exon.target.end - from_start,
        };
        blocks.push(Block::new(at..end, target, number));
        (at, from_start) = (end, to);
    }
    (at == exon.transcript.end && from_start == target_length).then_some(())
}
