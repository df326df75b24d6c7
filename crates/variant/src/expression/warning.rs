//! What was read although it is not the recommended form.

/// A remark on a text that was read: its meaning is clear, its form is not as recommended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Warning {
    /// An accession has no version, so which sequence is meant depends on the release in use.
    VersionMissing,
    /// A gene stands where a reference sequence belongs.
    GeneAsReference,
    /// A chromosome stands where a reference sequence belongs.
    ChromosomeAsReference,
    /// Gene and transcript are swapped: `BRCA1(NM_007294.4)`.
    SelectorSwapped,
    /// The axis does not fit the sort of sequence, such as `p.` on a transcript.
    AxisDoesNotFit,
    /// A transcript position on a genomic sequence that names no transcript.
    TranscriptNotNamed,
    /// Upper and lower case are not as recommended.
    LetterCase,
    /// Blanks were left out, or typographic signs read as their plain ones.
    Spelling,
    /// A change repeats the bases that its position tells (`delAG`).
    RedundantBases,
    /// A change repeats the length that its position tells (`del3`).
    RedundantLength,
    /// Several bases were written as a substitution; read as `delins`.
    SubstitutionOfSeveral,
    /// A base is replaced by itself; read as `=`.
    SubstitutionBySame,
    /// A single base is given for a range, or a length differs from the range: the reference will tell.
    LengthDiffersFromRange,
    /// A range from a position to the same; read as the position.
    RangeOfOne,
    /// An older form (`con`, `(3_6)`, `ins(12)`, `ins10`, `copy2`, `IVS`, `fs*`, `X` for a stop); read as its successor.
    OlderForm,
    /// Positions before the first base of a non-coding transcript.
    BeforeTranscript,
    /// An accession in an insertion has no axis; read with the axis of the description.
    AxisAssumed,
    /// One-letter amino acid codes.
    OneLetterCode,
    /// The assembly is not named; positions mean nothing until it is chosen.
    AssemblyMissing,
}

impl Warning {
    /// The code as it appears in output, stable over releases.
    pub const fn code(self) -> &'static str {
        match self {
            Self::VersionMissing => "version_missing",
            Self::GeneAsReference => "gene_as_reference",
            Self::ChromosomeAsReference => "chromosome_as_reference",
            Self::SelectorSwapped => "selector_swapped",
            Self::AxisDoesNotFit => "axis_does_not_fit",
            Self::TranscriptNotNamed => "transcript_not_named",
            Self::LetterCase => "letter_case",
            Self::Spelling => "spelling",
            Self::RedundantBases => "redundant_bases",
            Self::RedundantLength => "redundant_length",
            Self::SubstitutionOfSeveral => "substitution_of_several",
            Self::SubstitutionBySame => "substitution_by_same",
            Self::LengthDiffersFromRange => "length_differs_from_range",
            Self::RangeOfOne => "range_of_one",
            Self::OlderForm => "older_form",
            Self::BeforeTranscript => "before_transcript",
            Self::AxisAssumed => "axis_assumed",
            Self::OneLetterCode => "one_letter_code",
            Self::AssemblyMissing => "assembly_missing",
        }
    }

    /// What to know, for a person.
    pub const fn message(self) -> &'static str {
        match self {
            Self::VersionMissing => {
                "the accession has no version; give one, such as NM_007294.4, to name one sequence for good"
            }
            Self::GeneAsReference => "a gene is given in place of a reference sequence; its transcript is a choice",
            Self::ChromosomeAsReference => "a chromosome is given in place of its accession, such as NC_000017.11",
            Self::SelectorSwapped => "the gene belongs in the parentheses: NM_007294.4(BRCA1)",
            Self::AxisDoesNotFit => "the letter before the point does not fit the sort of reference sequence",
            Self::TranscriptNotNamed => "positions on a transcript need one: NC_000017.11(NM_007294.4):c.",
            Self::LetterCase => "upper and lower case are not as HGVS writes them",
            Self::Spelling => "blanks or typographic signs were read as the plain form",
            Self::RedundantBases => "the bases behind the change are redundant; they are checked against the reference",
            Self::RedundantLength => "the length behind the change is redundant; it is checked against the range",
            Self::SubstitutionOfSeveral => "a change of several bases is written with delins",
            Self::SubstitutionBySame => "a base replaced by itself is written with =",
            Self::LengthDiffersFromRange => "the bases or the length given do not fill the range",
            Self::RangeOfOne => "a range from a position to itself is written as the position",
            Self::OlderForm => "an older form of the nomenclature was read as its successor",
            Self::BeforeTranscript => "a non-coding transcript has no positions before its first base in HGVS",
            Self::AxisAssumed => "the inserted sequence has no axis, such as g.; the one of the description is assumed",
            Self::OneLetterCode => "three-letter amino acid codes are recommended",
            Self::AssemblyMissing => "the assembly is not named; say GRCh38 or GRCh37",
        }
    }
}
