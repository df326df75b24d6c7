//! HGVS nomenclature: what a description says, read from text and written back.
//!
//! Follows the HGVS recommendations, version 21 (<https://hgvs-nomenclature.org>). [`Hgvs`] is the whole of a
//! description; each noun below it has its room: [`reference`](mod@reference) (`NM_007294.4(BRCA1)`), [`position`]
//! (`-19+5`), [`nucleotide`] and [`protein`] (what changes there), [`composition`] (`[a;b]`, `[a];[b]`, `a/b`).
//! Printing gives the recommended form, so reading what was printed gives the same value.
//!
//! Nothing here knows a sequence: whether the bases exist is asked later, by whoever has them.

pub mod amino_acid;
pub mod composition;
pub mod nucleotide;
pub mod parse;
pub mod position;
mod print;
pub mod protein;
pub mod reference;
#[cfg(test)]
mod tests;
pub mod text;

pub use amino_acid::AminoAcid;
pub use composition::{Composition, Relation};
pub use nucleotide::{Bases, Inserted, NucleotideChange, NucleotideEdit, Piece, RepeatUnit, Stated};
pub use position::{Anchor, Bound, Count, Location, Offset, Position};
pub use protein::{InsertedResidues, NewStop, ProteinChange, ProteinEdit, ProteinLocation, Residue};
pub use reference::{Accession, AccessionKind, Reference, Selector};
pub use text::Text;

/// A description in HGVS nomenclature.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Hgvs {
    /// Changes of one reference sequence: `NM_007294.4:c.68_69del`, `NM_007294.4:c.[68del;80A>G]`.
    Variant(Variant),
    /// Changes that name their own reference each: `[NM_1.1:c.100A>G;NM_1.1:c.200C>T]`.
    Combination(Composition<Variant>),
    /// Two or more sequences joined to one: `NM_152263.2:r.-115_775::NM_002609.3:r.1580_*1924`.
    Fusion(Vec<FusionPart>),
}

/// What happens to one reference sequence.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Variant {
    /// The sequence that positions count on.
    pub reference: Reference,
    /// What changes.
    pub change: Change,
}

/// The changes, by the kind of molecule.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Change {
    /// Described on DNA or RNA (`g. m. o. c. n. r.`).
    Nucleotide {
        /// How positions count.
        axis: Axis,
        /// One change, or several and how they go together.
        changes: Composition<NucleotideChange>,
    },
    /// Described on protein (`p.`).
    Protein(Composition<ProteinChange>),
}

/// How positions on a nucleotide sequence count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Axis {
    /// `g.`: linear genomic, from the first base.
    Genomic,
    /// `m.`: mitochondrial, circular.
    Mitochondrial,
    /// `o.`: another circular genomic sequence.
    Circular,
    /// `c.`: coding DNA, from the A of the start codon.
    Coding,
    /// `n.`: non-coding DNA, from the first base of the transcript.
    NonCoding,
    /// `r.`: RNA, counted as `c.` on a coding and as `n.` on a non-coding transcript; bases in lower case, `u` for `t`.
    Rna,
}

/// One stretch of a fusion.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum FusionPart {
    /// A stretch of a reference sequence, first and last position; read backwards when the first lies behind the last.
    Stretch {
        /// The sequence.
        reference: Reference,
        /// How its positions count.
        axis: Axis,
        /// From where to where.
        location: Location,
    },
    /// Bases between the partners that belong to neither.
    Linker(Bases),
    /// A partner of which only the gene is known: `BCR::ABL1`.
    Gene(Text),
}

impl Axis {
    /// The letter before the point.
    pub const fn letter(self) -> char {
        match self {
            Self::Genomic => 'g',
            Self::Mitochondrial => 'm',
            Self::Circular => 'o',
            Self::Coding => 'c',
            Self::NonCoding => 'n',
            Self::Rna => 'r',
        }
    }

    /// Whether positions count along a transcript and may carry an offset into an intron.
    pub const fn is_transcript(self) -> bool {
        matches!(self, Self::Coding | Self::NonCoding | Self::Rna)
    }
}

impl Hgvs {
    /// The one simple nucleotide change, if that is all the description says.
    pub fn as_nucleotide(&self) -> Option<(&Reference, Axis, &NucleotideChange)> {
        match self {
            Self::Variant(Variant {
                reference,
                change: Change::Nucleotide { axis, changes: Composition::Single(change) },
            }) => Some((reference, *axis, change)),
            _ => None,
        }
    }

    /// The one simple protein change, if that is all the description says.
    pub fn as_protein(&self) -> Option<(&Reference, &ProteinChange)> {
        match self {
            Self::Variant(Variant { reference, change: Change::Protein(Composition::Single(change)) }) => {
                Some((reference, change))
            }
            _ => None,
        }
    }

    /// A description of one nucleotide change.
    pub fn nucleotide(reference: Reference, axis: Axis, change: NucleotideChange) -> Self {
        Self::Variant(Variant { reference, change: Change::Nucleotide { axis, changes: Composition::Single(change) } })
    }

    /// A description of one protein change.
    pub fn protein(reference: Reference, change: ProteinChange) -> Self {
        Self::Variant(Variant { reference, change: Change::Protein(Composition::Single(change)) })
    }
}
