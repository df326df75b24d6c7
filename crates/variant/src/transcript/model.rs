//! What is known about a transcript besides its alignments.

use std::ops::Range;
use std::sync::Arc;

use super::{AlignmentId, CodonTable};
use crate::hgvs::Accession;

/// The gene a transcript belongs to, as its source says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gene {
    /// The approved symbol, `BRCA1`.
    pub symbol: Box<str>,
    /// The number of the HGNC identifier: 1100 for `HGNC:1100`.
    pub hgnc_id: Option<u32>,
}

/// The kind of a transcript, as coarse as projection and consequence need it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Biotype {
    /// Messenger RNA with a coding sequence.
    #[default]
    ProteinCoding,
    /// Any RNA without a coding sequence.
    NonCoding,
    /// A transcript of a pseudogene.
    Pseudogene,
    /// Degraded before translation.
    NonsenseMediatedDecay,
}

/// The place of a transcript in the Matched Annotation from NCBI and EMBL-EBI.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, PartialOrd, Ord)]
pub enum Mane {
    /// The one default transcript of the gene.
    Select,
    /// Named beside the default because it is needed to report known pathogenic variants.
    PlusClinical,
    /// Neither.
    #[default]
    None,
}

/// The coding sequence on the transcript, stop codon included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cds {
    /// First base of the start codon, 0-based.
    pub start: u32,
    /// After the last base of the stop codon.
    pub end: u32,
    /// False when the annotated start is missing (`cds_start_NF`): nothing upstream can be numbered.
    pub start_complete: bool,
    /// False when the annotated stop is missing (`cds_end_NF`).
    pub end_complete: bool,
}

impl Cds {
    /// A coding sequence with both ends known.
    pub fn complete(start: u32, end: u32) -> Self {
        Self { start, end, start_complete: true, end_complete: true }
    }
}

/// Where the bases of a transcript come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SequenceOrigin {
    /// The archive's own record of the transcript.
    Transcript,
    /// Cut from the exons of the genome, for lack of the record: equal to it only where the two do not differ.
    Genome,
}

/// One transcript of a [`super::TranscriptSet`].
#[derive(Debug, Clone)]
pub struct Transcript {
    pub(super) accession: Accession,
    pub(super) gene: Option<Arc<Gene>>,
    pub(super) biotype: Biotype,
    pub(super) cds: Option<Cds>,
    pub(super) protein: Option<Accession>,
    pub(super) mane: Mane,
    pub(super) is_canonical: bool,
    pub(super) codon_table: CodonTable,
    pub(super) selenocysteines: Box<[u32]>,
    pub(super) length: u32,
    pub(super) sequence: Option<(SequenceOrigin, Box<[u8]>)>,
    pub(super) source: Arc<str>,
    /// Where each exon ends on the transcript, in order.
    pub(super) exon_ends: Box<[u32]>,
    pub(super) alignments: Vec<AlignmentId>,
    pub(super) rank: u32,
}

impl Transcript {
    /// Its accession with version.
    pub fn accession(&self) -> &Accession {
        &self.accession
    }

    /// Its gene, when the source names one.
    pub fn gene(&self) -> Option<&Gene> {
        self.gene.as_deref()
    }

    /// Its kind.
    pub fn biotype(&self) -> Biotype {
        self.biotype
    }

    /// Its coding sequence; `None` for a non-coding transcript.
    pub fn cds(&self) -> Option<Cds> {
        self.cds
    }

    /// The accession of the protein it is translated to.
    pub fn protein(&self) -> Option<&Accession> {
        self.protein.as_ref()
    }

    /// Its place in MANE.
    pub fn mane(&self) -> Mane {
        self.mane
    }

    /// Whether its source calls it the canonical transcript of the gene (RefSeq Select, Ensembl canonical).
    pub fn is_canonical(&self) -> bool {
        self.is_canonical
    }

    /// The table that translates it.
    pub fn codon_table(&self) -> CodonTable {
        self.codon_table
    }

    /// First bases (0-based on the transcript) of the `TGA` codons that are read as selenocysteine.
    pub fn selenocysteines(&self) -> &[u32] {
        &self.selenocysteines
    }

    /// Length in bases.
    pub fn length(&self) -> u32 {
        self.length
    }

    /// Its bases, upper case `ACGTN`, when loaded.
    pub fn sequence(&self) -> Option<&[u8]> {
        self.sequence.as_ref().map(|(_, bases)| &**bases)
    }

    /// Where its bases come from, when loaded.
    pub fn sequence_origin(&self) -> Option<SequenceOrigin> {
        self.sequence.as_ref().map(|(origin, _)| *origin)
    }

    /// The file and version that described it.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Its alignments, one for each sequence it was placed on.
    pub fn alignments(&self) -> &[AlignmentId] {
        &self.alignments
    }

    /// The exon, on the transcript, that holds a base; the whole transcript when its exons are not known.
    pub fn exon_around(&self, base: u32) -> Range<u32> {
        let next = self.exon_ends.partition_point(|end| *end <= base);
        let start = next.checked_sub(1).map_or(0, |before| self.exon_ends[before]);
        start..self.exon_ends.get(next).copied().unwrap_or(self.length)
    }

    /// Its place in the order of a report: MANE Select first, then MANE Plus Clinical, canonical, coding, newest.
    pub fn rank(&self) -> u32 {
        self.rank
    }
}
