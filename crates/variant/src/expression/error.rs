//! Why a text is not a variant expression, where, and what to write instead.

use std::borrow::Cow;

/// A text that cannot be read as a variant.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}, at character {}", .offset + 1)]
pub struct ParseError {
    /// The sort of problem, stable over releases.
    pub code: ErrorCode,
    /// Where reading stopped: bytes from the start of the text, 0 for the first.
    pub offset: usize,
    /// What is wrong, for a person.
    pub message: Cow<'static, str>,
    /// What to do about it, for a person.
    pub remedy: Cow<'static, str>,
}

/// The sort of problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorCode {
    /// There is no text.
    Empty,
    /// The text is longer than any expression may be.
    TooLong,
    /// The text has none of the known forms.
    NotRecognised,
    /// A change without the sequence or gene it is about.
    ReferenceMissing,
    /// What stands before the colon names no sequence, chromosome or gene.
    ReferenceMalformed,
    /// `c.`, `g.` or another axis is missing or unknown.
    Axis,
    /// A position is missing or malformed.
    Position,
    /// A position is not possible on this axis, such as an offset on `g.`.
    PositionNotOnAxis,
    /// A number is beyond any sequence.
    NumberTooLarge,
    /// The end of a range lies before its start.
    RangeReversed,
    /// No change follows the position.
    EditMissing,
    /// What follows the position is no change.
    Edit,
    /// Letters that are no nucleotides, or not of this molecule.
    Bases,
    /// An insertion is not placed between two neighbours.
    InsertionPlace,
    /// A number that HGVS does not allow there, such as `dup2`.
    LengthNotAllowed,
    /// No amino acid code.
    AminoAcid,
    /// Brackets or separators of an allele do not fit together.
    Allele,
    /// Something is left over behind a complete description.
    TrailingText,
    /// Four fields that are not SPDI.
    Spdi,
    /// Chromosome, position and alleles that are not a VCF allele.
    Vcf,
    /// A VRS identifier or object that cannot be read.
    Vrs,
    /// A region of a chromosome without a clear change or end.
    Region,
    /// A cytogenetic description that cannot be read.
    Cytogenetic,
    /// An event on exons that cannot be read.
    ExonEvent,
    /// Read, but not a kind of variant this product identifies.
    Unsupported,
}

impl ErrorCode {
    /// The code as it appears in output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLong => "too_long",
            Self::NotRecognised => "not_recognised",
            Self::ReferenceMissing => "reference_missing",
            Self::ReferenceMalformed => "reference_malformed",
            Self::Axis => "axis",
            Self::Position => "position",
            Self::PositionNotOnAxis => "position_not_on_axis",
            Self::NumberTooLarge => "number_too_large",
            Self::RangeReversed => "range_reversed",
            Self::EditMissing => "edit_missing",
            Self::Edit => "edit",
            Self::Bases => "bases",
            Self::InsertionPlace => "insertion_place",
            Self::LengthNotAllowed => "length_not_allowed",
            Self::AminoAcid => "amino_acid",
            Self::Allele => "allele",
            Self::TrailingText => "trailing_text",
            Self::Spdi => "spdi",
            Self::Vcf => "vcf",
            Self::Vrs => "vrs",
            Self::Region => "region",
            Self::Cytogenetic => "cytogenetic",
            Self::ExonEvent => "exon_event",
            Self::Unsupported => "unsupported",
        }
    }
}

impl std::fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl ParseError {
    /// A problem at a byte of the text.
    pub fn new(
        code: ErrorCode,
        offset: usize,
        message: impl Into<Cow<'static, str>>,
        remedy: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self { code, offset, message: message.into(), remedy: remedy.into() }
    }
}
