//! What changes on a protein.
//!
//! Positions are 1-based from the first amino acid, usually Met1.

use super::{amino_acid::AminoAcid, position::Count};

/// A change at a place of a protein.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ProteinChange {
    /// Where.
    pub location: ProteinLocation,
    /// What.
    pub edit: ProteinEdit,
    /// In parentheses: predicted from DNA or RNA, not shown by an experiment.
    pub predicted: bool,
}

/// An amino acid of the reference at its position: `Trp24`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Residue {
    /// The amino acid the reference should have there; [`AminoAcid::Ter`] for the stop codon.
    pub amino_acid: AminoAcid,
    /// 1-based, never 0.
    pub position: u32,
}

/// The stretch that an edit is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProteinLocation {
    /// The whole protein: nothing is written, as in `p.=`, `p.?`, `p.0`.
    Whole,
    /// One residue.
    Single(Residue),
    /// From the first to the last residue, both included.
    Range(Residue, Residue),
}

/// What happens at the location.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ProteinEdit {
    /// `Trp24Cys`, `Trp24Ter`.
    Substitution(AminoAcid),
    /// `del`.
    Deletion,
    /// `dup`.
    Duplication,
    /// `insGlnSer`, between the two residues of the location.
    Insertion(InsertedResidues),
    /// `delinsTrpVal`.
    DeletionInsertion(InsertedResidues),
    /// `Arg97ProfsTer23`, `Arg97fs`.
    Frameshift {
        /// The first amino acid changed, as found; not given in the short form.
        first: Option<AminoAcid>,
        /// The new stop, counted from the first changed amino acid as 1; not given in the short form.
        stop: Option<NewStop>,
    },
    /// `Met1ext-5`, `Met1Valext-12`: translation starts upstream.
    NTerminalExtension {
        /// What the first amino acid became, if it changed.
        first: Option<AminoAcid>,
        /// How many residues are added; `None` if not known.
        added: Option<u32>,
    },
    /// `Ter110GlnextTer17`: the stop codon is lost.
    CTerminalExtension {
        /// What the stop codon became, if given.
        first: Option<AminoAcid>,
        /// The residues behind it, when they are spelt out: `Ter315TyrextAsnLysGlyThrTer`.
        tail: Vec<AminoAcid>,
        /// The new stop, counted from the lost one; not given when the tail is spelt out or nothing is known of it.
        stop: Option<NewStop>,
    },
    /// `Ala2[10]`: so many copies of the location.
    Repeat(Count),
    /// `=`: as the reference.
    Identity,
    /// `?`: not known what, as in `Met1?` and `p.?`.
    Unknown,
    /// `0`: no protein is made.
    Absent,
    /// `0?`: probably no protein is made.
    ProbablyAbsent,
}

/// Residues that come in.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum InsertedResidues {
    /// `GlnSerLys`; may end in `Ter`. Never empty.
    Residues(Vec<AminoAcid>),
    /// `Xaa[23]`: so many, not known which.
    Number(Count),
    /// `Ter63`: unknown residues, of which this one (1-based) is a stop.
    UpToStop(u32),
}

/// Where a new reading frame or an extension ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NewStop {
    /// `Ter23`: at this position, the first changed residue being 1.
    At(u32),
    /// `Ter?`: no stop is found, or it is not known where.
    Unknown,
    /// `Ter`: a stop is said to follow and nothing more.
    Unplaced,
}
