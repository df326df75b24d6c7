//! Writes what changes on a protein.

use std::fmt::{Display, Formatter, Result};

use super::{composition::Member, joined};
use crate::hgvs::{Count, InsertedResidues, NewStop, ProteinChange, ProteinEdit, ProteinLocation, Residue};

impl Member for ProteinChange {
    type Context = ();

    fn is_predicted(&self) -> bool {
        self.predicted
    }

    fn shares_place(&self, before: &Self) -> bool {
        self.location == before.location
            && self.location != ProteinLocation::Whole
            && !matches!(self.edit, ProteinEdit::Repeat(_) | ProteinEdit::Absent | ProteinEdit::ProbablyAbsent)
    }

    fn write(&self, f: &mut Formatter<'_>, (): (), with_place: bool) -> Result {
        if with_place {
            self.location.fmt(f)?;
        }
        self.edit.fmt(f)
    }
}

impl Display for Residue {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "{}{}", self.amino_acid, self.position)
    }
}

impl Display for ProteinLocation {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Whole => Ok(()),
            Self::Single(residue) => residue.fmt(f),
            Self::Range(first, last) => write!(f, "{first}_{last}"),
        }
    }
}

impl Display for ProteinEdit {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Substitution(found) => found.fmt(f),
            Self::Deletion => f.write_str("del"),
            Self::Duplication => f.write_str("dup"),
            Self::Insertion(residues) => write!(f, "ins{residues}"),
            Self::DeletionInsertion(residues) => write!(f, "delins{residues}"),
            Self::Frameshift { first, stop } => {
                optional(f, first)?;
                f.write_str("fs")?;
                optional(f, stop)
            }
            Self::NTerminalExtension { first, added } => {
                optional(f, first)?;
                f.write_str("ext-")?;
                added.map_or_else(|| "?".to_owned(), |n| n.to_string()).fmt(f)
            }
            Self::CTerminalExtension { first, tail, stop } => {
                optional(f, first)?;
                f.write_str("ext")?;
                joined(f, tail, "", Display::fmt)?;
                optional(f, stop)
            }
            Self::Repeat(copies) => write!(f, "[{copies}]"),
            Self::Identity => f.write_str("="),
            Self::Unknown => f.write_str("?"),
            Self::Absent => f.write_str("0"),
            Self::ProbablyAbsent => f.write_str("0?"),
        }
    }
}

fn optional(f: &mut Formatter<'_>, part: &Option<impl Display>) -> Result {
    part.as_ref().map_or(Ok(()), |part| part.fmt(f))
}

impl Display for InsertedResidues {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Residues(residues) => joined(f, residues, "", Display::fmt),
            Self::Number(Count::Exact(1)) => f.write_str("Xaa"),
            Self::Number(number) => write!(f, "Xaa[{number}]"),
            Self::UpToStop(stop) => write!(f, "Ter{stop}"),
        }
    }
}

impl Display for NewStop {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::At(position) => write!(f, "Ter{position}"),
            Self::Unknown => f.write_str("Ter?"),
            Self::Unplaced => f.write_str("Ter"),
        }
    }
}
