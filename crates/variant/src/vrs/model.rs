//! The classes of VRS 2, without the decoration (names, notes, other people's ids) that does not enter identity.

use super::{
    id::{VrsId, VrsKind},
    quantity::Quantity,
};
use crate::{digest::RefgetAccession, interbase::Interval, residues::Residues};

/// An object inside another, or a reference to it by identifier.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Referable<T> {
    /// The object itself.
    Inline(T),
    /// Its computed identifier.
    Id(VrsId),
    /// Some other reference, which must be resolved before an identity can be computed.
    Iri(String),
}

/// A place on a sequence.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SequenceLocation {
    /// The sequence; `None` when not stated, as between the known ends of an ambiguous junction.
    pub sequence: Option<RefgetAccession>,
    /// Inter-residue start.
    pub start: Option<Quantity>,
    /// Inter-residue end. Before the start only on a circular sequence.
    pub end: Option<Quantity>,
}

/// What a sequence is at a place.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum SequenceExpression {
    /// `LiteralSequenceExpression`: these residues.
    Literal(Residues),
    /// `ReferenceLengthExpression`: so many residues of the reference at the location, repeated.
    ReferenceLength {
        /// Number of residues.
        length: Quantity,
        /// Residues of a repeat.
        repeat_subunit_length: u64,
        /// The residues, for readers; not part of the identity.
        sequence: Option<Residues>,
    },
    /// `LengthExpression`: so many residues, not known which.
    Length(Option<Quantity>),
}

/// A state of a sequence at a location.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Allele {
    /// Where.
    pub location: Referable<SequenceLocation>,
    /// What is there.
    pub state: SequenceExpression,
}

/// Alleles on one molecule.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CisPhasedBlock {
    /// At least two, in no order.
    pub members: Vec<Referable<Allele>>,
}

/// Two sequence ends joined.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Adjacency {
    /// The end of the first and the beginning of the second: a location with `end` only is left of the junction in
    /// its own direction, one with `start` only right of it.
    pub adjoined_sequences: [Referable<SequenceLocation>; 2],
    /// Residues between them.
    pub linker: Option<SequenceExpression>,
    /// Whether ranges in the locations come from homology; not part of the identity.
    pub homology: Option<bool>,
}

/// The end of a molecule.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Terminus {
    /// Where it ends.
    pub location: Referable<SequenceLocation>,
}

/// Which way a block is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Orientation {
    /// As written.
    Forward,
    /// From its other end on the other strand.
    ReverseComplement,
}

/// An adjacency with a direction.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TraversalBlock {
    /// Direction.
    pub orientation: Option<Orientation>,
    /// The junction.
    pub component: Option<Adjacency>,
}

/// A part of a derivative molecule.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum DerivativeComponent {
    /// A small change.
    Allele(Allele),
    /// Small changes together.
    CisPhasedBlock(CisPhasedBlock),
    /// An end.
    Terminus(Terminus),
    /// A junction.
    TraversalBlock(TraversalBlock),
    /// Any of these by identifier.
    Id(VrsId),
    /// Some other reference.
    Iri(String),
}

/// A molecule put together from pieces of others.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DerivativeMolecule {
    /// At least two, in order.
    pub components: Vec<DerivativeComponent>,
    /// Whether it closes on itself; not part of the identity.
    pub circular: Option<bool>,
}

/// How many copies of a place a genome has.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CopyNumberCount {
    /// The place.
    pub location: Referable<SequenceLocation>,
    /// Copies.
    pub copies: Quantity,
}

/// Whether there are more or fewer copies of a place than usual.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CopyNumberChange {
    /// The place.
    pub location: Referable<SequenceLocation>,
    /// More or fewer.
    pub copy_change: CopyChange,
}

/// Degrees of copy number change, by the labels of VRS 2.0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CopyChange {
    /// No copy left.
    CompleteGenomicLoss,
    /// Many copies lost.
    HighLevelLoss,
    /// Few copies lost.
    LowLevelLoss,
    /// Copies lost.
    Loss,
    /// As the region usually has.
    RegionalBasePloidy,
    /// Copies gained.
    Gain,
    /// Few copies gained.
    LowLevelGain,
    /// Many copies gained.
    HighLevelGain,
}

/// Any variation.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Variation {
    /// A sequence change.
    Allele(Allele),
    /// Several on one molecule.
    CisPhasedBlock(CisPhasedBlock),
    /// A junction.
    Adjacency(Adjacency),
    /// An end.
    Terminus(Terminus),
    /// A rearranged molecule.
    DerivativeMolecule(DerivativeMolecule),
    /// A number of copies.
    CopyNumberCount(CopyNumberCount),
    /// A change in the number of copies.
    CopyNumberChange(CopyNumberChange),
}

/// Anything VRS JSON can hold at its top: a variation, a location, or a mere expression.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum VrsObject {
    /// A variation.
    Variation(Variation),
    /// A place.
    SequenceLocation(SequenceLocation),
    /// A sequence expression, which has no identifier.
    SequenceExpression(SequenceExpression),
}

impl SequenceLocation {
    /// A definite interval of a sequence.
    pub const fn of(sequence: RefgetAccession, interval: Interval) -> Self {
        Self {
            sequence: Some(sequence),
            start: Some(Quantity::Exact(interval.start())),
            end: Some(Quantity::Exact(interval.end())),
        }
    }

    /// The interval, when both ends are definite and in order.
    pub fn interval(&self) -> Option<Interval> {
        Interval::new(self.start?.exact()?, self.end?.exact()?)
    }
}

impl Orientation {
    /// VRS's word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Forward => "forward",
            Self::ReverseComplement => "reverse_complement",
        }
    }
}

impl CopyChange {
    /// Every degree.
    pub const ALL: [Self; 8] = [
        Self::CompleteGenomicLoss,
        Self::HighLevelLoss,
        Self::LowLevelLoss,
        Self::Loss,
        Self::RegionalBasePloidy,
        Self::Gain,
        Self::LowLevelGain,
        Self::HighLevelGain,
    ];

    /// VRS's label.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CompleteGenomicLoss => "complete genomic loss",
            Self::HighLevelLoss => "high-level loss",
            Self::LowLevelLoss => "low-level loss",
            Self::Loss => "loss",
            Self::RegionalBasePloidy => "regional base ploidy",
            Self::Gain => "gain",
            Self::LowLevelGain => "low-level gain",
            Self::HighLevelGain => "high-level gain",
        }
    }
}

impl Variation {
    /// Its class.
    pub const fn kind(&self) -> VrsKind {
        match self {
            Self::Allele(_) => VrsKind::Allele,
            Self::CisPhasedBlock(_) => VrsKind::CisPhasedBlock,
            Self::Adjacency(_) => VrsKind::Adjacency,
            Self::Terminus(_) => VrsKind::Terminus,
            Self::DerivativeMolecule(_) => VrsKind::DerivativeMolecule,
            Self::CopyNumberCount(_) => VrsKind::CopyNumberCount,
            Self::CopyNumberChange(_) => VrsKind::CopyNumberChange,
        }
    }
}
