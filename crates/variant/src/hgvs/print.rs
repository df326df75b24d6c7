//! Writes descriptions in the recommended form: three-letter amino acids, `Ter`, nothing that the position tells.
//!
//! The alternate form `{:#}` also writes the bases or lengths that the text stated (`delAG`).

use std::fmt::{Display, Formatter, Result};

use super::{
    Axis, Bases, Bound, Change, Composition, Count, FusionPart, Hgvs, Inserted, InsertedResidues, Location, NewStop,
    NucleotideChange, NucleotideEdit, Piece, ProteinChange, ProteinEdit, ProteinLocation, Relation, RepeatUnit,
    Residue, Stated, Variant,
};

impl Display for Hgvs {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Variant(variant) => variant.fmt(f),
            Self::Combination(composition) => composition.fmt(f),
            Self::Fusion(parts) => joined(f, parts, "::", Display::fmt),
        }
    }
}

impl Display for Variant {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "{}:", self.reference)?;
        self.change.fmt(f)
    }
}

impl Display for Change {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Nucleotide { axis, changes } => {
                write!(f, "{}.", axis.letter())?;
                compose(f, changes, *axis)
            }
            Self::Protein(changes) => {
                f.write_str("p.")?;
                compose(f, changes, ())
            }
        }
    }
}

impl Display for Composition<Variant> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        compose(f, self, ())
    }
}

impl Display for FusionPart {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Stretch { reference, axis, location } => write!(f, "{reference}:{}.{location}", axis.letter()),
            Self::Linker(bases) => f.write_str(&bases.as_str().to_ascii_lowercase().replace('t', "u")),
            Self::Gene(gene) => gene.fmt(f),
        }
    }
}

/// A change as the printer of compositions sees it.
trait Member: Sized {
    /// What is known of all members, such as the axis.
    type Context: Copy;

    fn is_predicted(&self) -> bool;

    /// Whether this can be written behind `before` without its own place.
    fn shares_place(&self, before: &Self) -> bool;

    /// The change without the parentheses of a prediction, with or without its place.
    fn write(&self, f: &mut Formatter<'_>, context: Self::Context, with_place: bool) -> Result;
}

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

impl Member for Variant {
    type Context = ();

    fn is_predicted(&self) -> bool {
        false
    }

    fn shares_place(&self, _before: &Self) -> bool {
        false
    }

    fn write(&self, f: &mut Formatter<'_>, (): (), _with_place: bool) -> Result {
        self.fmt(f)
    }
}

fn joined<T>(
    f: &mut Formatter<'_>,
    items: &[T],
    separator: &str,
    write: impl Fn(&T, &mut Formatter<'_>) -> Result,
) -> Result {
    for (rank, item) in items.iter().enumerate() {
        if rank > 0 {
            f.write_str(separator)?;
        }
        write(item, f)?;
    }
    Ok(())
}

fn single<M: Member>(
    f: &mut Formatter<'_>,
    change: &M,
    context: M::Context,
    with_place: bool,
    in_parentheses: bool,
) -> Result {
    if change.is_predicted() && !in_parentheses {
        f.write_str("(")?;
        change.write(f, context, with_place)?;
        return f.write_str(")");
    }
    change.write(f, context, with_place)
}

fn compose<M: Member>(f: &mut Formatter<'_>, composition: &Composition<M>, context: M::Context) -> Result {
    match composition {
        Composition::Single(change) => single(f, change, context, true, false),
        Composition::Joined { relation, members } => match relation {
            Relation::Cis => bracket(f, members, ";", context),
            Relation::Products => bracket(f, members, ",", context),
            Relation::Trans => joined(f, members, ";", |member, f| allele(f, member, context)),
            Relation::UnknownPhase => joined(f, members, "(;)", |member, f| compose(f, member, context)),
            Relation::Mosaic => same_place(f, members, "/", context, false),
            Relation::Chimeric => same_place(f, members, "//", context, false),
            Relation::Alternative => same_place(f, members, "^", context, false),
        },
    }
}

/// A member of a pair of alleles, always in brackets.
fn allele<M: Member>(f: &mut Formatter<'_>, member: &Composition<M>, context: M::Context) -> Result {
    if let Composition::Joined { relation: Relation::Cis | Relation::Products, .. } = member {
        return compose(f, member, context);
    }
    f.write_str("[")?;
    compose(f, member, context)?;
    f.write_str("]")
}

/// `[a;b]`; `[(a;b)]` when all are predicted.
fn bracket<M: Member>(
    f: &mut Formatter<'_>,
    members: &[Composition<M>],
    separator: &str,
    context: M::Context,
) -> Result {
    let one_prediction = separator == ";" && members.len() > 1 && members.iter().all(all_predicted);
    f.write_str(if one_prediction { "[(" } else { "[" })?;
    joined(f, members, separator, |member, f| match member {
        Composition::Single(change) => single(f, change, context, true, one_prediction),
        Composition::Joined { relation, members } => same_place(f, members, sign(*relation), context, one_prediction),
    })?;
    f.write_str(if one_prediction { ")]" } else { "]" })
}

const fn sign(relation: Relation) -> &'static str {
    match relation {
        Relation::Cis | Relation::Trans => ";",
        Relation::UnknownPhase => "(;)",
        Relation::Mosaic => "/",
        Relation::Chimeric => "//",
        Relation::Products => ",",
        Relation::Alternative => "^",
    }
}

fn all_predicted<M: Member>(composition: &Composition<M>) -> bool {
    composition.changes().iter().all(|change| change.is_predicted())
}

/// `85=/T>C`: what follows the first shares its place where it can; `(a^b)` when all are predicted.
fn same_place<M: Member>(
    f: &mut Formatter<'_>,
    members: &[Composition<M>],
    separator: &str,
    context: M::Context,
    in_parentheses: bool,
) -> Result {
    let parenthesis =
        !in_parentheses && members.iter().all(|m| matches!(m, Composition::Single(c) if c.is_predicted()));
    let inside = parenthesis || in_parentheses;
    if parenthesis {
        f.write_str("(")?;
    }
    for (rank, member) in members.iter().enumerate() {
        if rank > 0 {
            f.write_str(separator)?;
        }
        match (member, members[0].only_bare()) {
            (Composition::Single(change), Some(first)) => {
                let shares = rank > 0 && change.shares_place(first) && (inside || !change.is_predicted());
                single(f, change, context, !shares, inside)?;
            }
            _ => compose(f, member, context)?,
        }
    }
    if parenthesis {
        f.write_str(")")?;
    }
    Ok(())
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

impl Display for Bases {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str(self.as_str())
    }
}
