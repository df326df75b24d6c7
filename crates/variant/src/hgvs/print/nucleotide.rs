//! Writes what changes on DNA or RNA.

use std::fmt::{Display, Formatter, Result};

use super::{composition::Member, joined};
use crate::hgvs::{
    Axis, Bases, Bound, Inserted, Location, NucleotideChange, NucleotideEdit, Piece, RepeatUnit, Stated,
};

impl Member for NucleotideChange {
    type Context = Axis;

    fn is_predicted(&self) -> bool {
        self.predicted
    }

    fn shares_place(&self, before: &Self) -> bool {
        // Behind `/`, a number, a bracket or a parenthesis would be read as a place of its own.
        self.location == before.location
            && self.location != Location::Whole
            && !matches!(&self.edit, NucleotideEdit::Absent | NucleotideEdit::Splicing)
            && !matches!(&self.edit, NucleotideEdit::Repeat(units) if units.iter().any(|u| u.unit.is_none()))
    }

    fn write(&self, f: &mut Formatter<'_>, axis: Axis, with_place: bool) -> Result {
        if with_place {
            self.location.fmt(f)?;
        }
        nucleotide_edit(f, &self.edit, axis, &self.location)
    }
}

fn nucleotide_edit(f: &mut Formatter<'_>, edit: &NucleotideEdit, axis: Axis, location: &Location) -> Result {
    match edit {
        NucleotideEdit::Substitution { reference, alternative } => {
            letters(f, reference, axis)?;
            f.write_str(">")?;
            letters(f, alternative, axis)
        }
        NucleotideEdit::Deletion(said) => keyword(f, "del", said, axis, location),
        NucleotideEdit::Duplication(said) => keyword(f, "dup", said, axis, location),
        NucleotideEdit::Inversion(said) => keyword(f, "inv", said, axis, location),
        NucleotideEdit::Insertion(pieces) => inserted(f, "ins", pieces, axis),
        NucleotideEdit::DeletionInsertion { deleted, inserted: pieces } => {
            keyword(f, "del", deleted, axis, location)?;
            inserted(f, "ins", pieces, axis)
        }
        NucleotideEdit::Conversion(pieces) => inserted(f, "con", pieces, axis),
        NucleotideEdit::Identity(said) => {
            if let (Stated::Bases(bases), true) = (said, f.alternate()) {
                letters(f, bases, axis)?;
            }
            f.write_str("=")
        }
        NucleotideEdit::Repeat(units) => units.iter().try_for_each(|unit| repeat(f, unit, axis)),
        NucleotideEdit::Unknown => f.write_str("?"),
        NucleotideEdit::Absent => f.write_str("0"),
        NucleotideEdit::Splicing => f.write_str("spl"),
    }
}

fn letters(f: &mut Formatter<'_>, bases: &Bases, axis: Axis) -> Result {
    if axis == Axis::Rna {
        return f.write_str(&bases.as_str().to_ascii_lowercase().replace('t', "u"));
    }
    f.write_str(bases.as_str())
}

fn keyword(f: &mut Formatter<'_>, word: &str, said: &Stated, axis: Axis, location: &Location) -> Result {
    f.write_str(word)?;
    // Somewhere in an uncertain stretch: only the text knows how much.
    let uncertain = matches!(location, Location::Single(Bound::Between(..) | Bound::About(_)));
    match said {
        Stated::Length(length) if uncertain => {
            f.write_str(if axis == Axis::Rna { "n" } else { "N" })?;
            write!(f, "[{length}]")
        }
        Stated::Bases(bases) if uncertain || f.alternate() => letters(f, bases, axis),
        Stated::Length(length) if f.alternate() => write!(f, "{length}"),
        _ => Ok(()),
    }
}

fn inserted(f: &mut Formatter<'_>, word: &str, Inserted(pieces): &Inserted, axis: Axis) -> Result {
    f.write_str(word)?;
    match pieces.as_slice() {
        [one @ (Piece::Bases { .. } | Piece::Copy { source: None, .. })] => piece(f, one, axis),
        several => {
            f.write_str("[")?;
            joined(f, several, ";", |p, f| piece(f, p, axis))?;
            f.write_str("]")
        }
    }
}

fn piece(f: &mut Formatter<'_>, piece: &Piece, axis: Axis) -> Result {
    let copies = match piece {
        Piece::Bases { bases, copies } => {
            letters(f, bases, axis)?;
            copies
        }
        Piece::Copy { source, location, inverted, copies } => {
            if let Some((reference, axis)) = source {
                write!(f, "{reference}:{}.", axis.letter())?;
            }
            location.fmt(f)?;
            if *inverted {
                f.write_str("inv")?;
            }
            copies
        }
    };
    copies.map_or(Ok(()), |copies| write!(f, "[{copies}]"))
}

fn repeat(f: &mut Formatter<'_>, unit: &RepeatUnit, axis: Axis) -> Result {
    if let Some(bases) = &unit.unit {
        letters(f, bases, axis)?;
    }
    write!(f, "[{}]", unit.copies)
}

impl Display for Bases {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str(self.as_str())
    }
}
