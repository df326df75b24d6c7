//! Why a description has no recommended form.

use thiserror::Error;

use crate::hgvs::{Location, Position};
use crate::project::{PlaceError, ProjectError};
use crate::sequence::SequenceError;
use crate::transcript::TargetGap;

/// Why a description cannot be normalised.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NormalizeError {
    /// Nobody has loaded the transcript or the sequence.
    #[error("{accession} is not loaded: add it with `cairn reference add FILE` or `cairn setup --from DIR`")]
    UnknownReference {
        /// As written.
        accession: String,
    },
    /// Another version of the transcript is loaded.
    #[error("{accession} is not loaded, but {} is: positions may differ between versions", .loaded.join(", "))]
    OtherVersion {
        /// As written.
        accession: String,
        /// What is loaded, newest first.
        loaded: Vec<String>,
    },
    /// Several transcripts could be meant.
    #[error("{reference} names no single transcript: choose one of {}", .candidates.join(", "))]
    Ambiguous {
        /// As written.
        reference: String,
        /// The transcripts it could be.
        candidates: Vec<String>,
    },
    /// `g.` on a transcript, `c.` on a chromosome and the like.
    #[error("`{axis}.` does not count on {reference}: {remedy}")]
    AxisMismatch {
        /// The letter of the axis.
        axis: char,
        /// The reference as written.
        reference: String,
        /// What to write.
        remedy: &'static str,
    },
    /// A chromosome without its assembly.
    #[error("`{reference}` is on GRCh37 and on GRCh38 another sequence: write the assembly or an NC_ accession")]
    AssemblyMissing {
        /// As written.
        reference: String,
    },
    /// A range or a count that is not known exactly.
    #[error("`{location}` is not known exactly: it has no single normal form")]
    Uncertain {
        /// As written.
        location: Location,
    },
    /// A number of copies that is not exact.
    #[error("the number of copies is not known exactly")]
    UncertainCopies,
    /// The last position lies before the first.
    #[error("`{location}` ends before it begins")]
    Reversed {
        /// As written.
        location: Location,
    },
    /// A stretch of a circular sequence that runs over its origin.
    #[error(
        "`{location}` runs over the origin of a circular sequence: VRS can write such a place, but nobody has published \
         how a change there is normalised"
    )]
    AcrossOrigin {
        /// As written.
        location: Location,
    },
    /// An insertion whose positions are not neighbours.
    #[error("`{location}`: an insertion stands between two neighbouring bases")]
    NotNeighbours {
        /// As written.
        location: Location,
    },
    /// The description states other bases than the reference has.
    #[error("`{location}` is `{found}` in the reference, not `{stated}`")]
    ReferenceMismatch {
        /// Where.
        location: Location,
        /// What the description says.
        stated: String,
        /// What the reference has.
        found: String,
    },
    /// The description states another length than the location has.
    #[error("`{location}` has {found} bases, not {stated}")]
    LengthMismatch {
        /// Where.
        location: Location,
        /// What the description says.
        stated: u64,
        /// What the location has.
        found: u64,
    },
    /// A position beyond a genomic sequence.
    #[error("position `{position}` lies beyond the {length} bases of the sequence")]
    OutOfBounds {
        /// As written.
        position: Position,
        /// Bases of the sequence.
        length: u64,
    },
    /// `-`, `*` or an offset where positions count plainly.
    #[error("position `{position}` cannot be counted here: no coding sequence and no introns on `{axis}.`")]
    NotCounted {
        /// As written.
        position: Position,
        /// The letter of the axis.
        axis: char,
    },
    /// A repeat of several units without its range.
    #[error("`{location}`: several repeat units need the first and the last base of the tract")]
    RepeatRange {
        /// As written.
        location: Location,
    },
    /// More bases than anything that is written out.
    #[error("the description stands for more than {limit} inserted bases")]
    TooLong {
        /// The most that is spelt out.
        limit: u64,
    },
    /// Members of an allele that overlap.
    #[error("two changes of one allele overlap at `{location}`")]
    Overlap {
        /// Where the second one is.
        location: Location,
    },
    /// Nothing that a letter code can write.
    #[error("the bases of the sequence are no nucleotides")]
    NotNucleotides,
    /// Several molecules, or a protein.
    #[error("the description is not of nucleotides of one molecule")]
    NotOneMolecule,
    /// A place that the transcript does not have.
    #[error(transparent)]
    Place(#[from] PlaceError),
    /// An alignment gap.
    #[error("{accession}: {gap}")]
    Gap {
        /// The transcript.
        accession: String,
        /// The gap.
        gap: TargetGap,
    },
    /// A change that cannot be projected.
    #[error(transparent)]
    Project(#[from] ProjectError),
    /// Bases that are not loaded.
    #[error(transparent)]
    Sequence(#[from] SequenceError),
}
