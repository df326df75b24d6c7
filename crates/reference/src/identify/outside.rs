//! HGVS changes where no sequence is loaded: the place is known, the bases only as far as the text states them.

use cairn_variant::{
    contig::GenomeContig,
    hgvs::{
        Anchor, Bases, Count, Location, NucleotideChange, NucleotideEdit, Offset, Position, RepeatUnit,
        Stated as StatedBases,
    },
    interbase::Interval,
    replacement::Replacement,
    residues::Residues,
};

use super::place::{Becomes, Placement, Stated};

/// A `g.` change with exact ends; `None` for edits that cannot be understood without bases.
pub(super) fn unread_edit(contig: GenomeContig, change: &NucleotideChange) -> Option<Placement> {
    let (first, last) = plain_ends(&change.location)?;
    let interval = match change.edit {
        NucleotideEdit::Insertion(_) => {
            (last == first + 1).then_some(())?;
            Interval::new(first, first)?
        }
        _ => Interval::from_one_based(first, last)?,
    };
    placed(contig, interval, &change.edit, false)
}

/// An edit on an interval of a chromosome, `reversed` when it is described on the minus strand. For an insertion the
/// interval is the empty place between its two neighbours.
pub(super) fn placed(
    contig: GenomeContig,
    interval: Interval,
    edit: &NucleotideEdit,
    reversed: bool,
) -> Option<Placement> {
    let residues = |bases: &Bases| {
        let plain = Residues::from_bytes(bases.as_str().as_bytes()).ok()?;
        if reversed { plain.reverse_complement() } else { Some(plain) }
    };
    let whole = |deleted: Residues, inserted: Residues| {
        (deleted.length() == interval.length()).then_some(())?;
        Some(Stated::Whole(Replacement::new(contig.refget(), interval.start(), deleted, inserted)?))
    };
    let unread = |becomes: Becomes| Some(Stated::Unread { interval, becomes });
    let change = match edit {
        NucleotideEdit::Substitution { reference, alternative } => whole(residues(reference)?, residues(alternative)?),
        NucleotideEdit::Deletion(StatedBases::Bases(bases)) => whole(residues(bases)?, Residues::none()),
        NucleotideEdit::Deletion(_) => unread(Becomes::Nothing),
        NucleotideEdit::Duplication(StatedBases::Bases(bases)) => {
            let once = residues(bases)?;
            let twice = Residues::from_bytes(&once.as_bytes().repeat(2)).ok()?;
            whole(once, twice)
        }
        NucleotideEdit::Duplication(_) => unread(Becomes::TwoCopies),
        NucleotideEdit::Insertion(inserted) => whole(Residues::none(), residues(inserted.as_bases()?)?),
        NucleotideEdit::DeletionInsertion { deleted: StatedBases::Bases(bases), inserted } => {
            whole(residues(bases)?, residues(inserted.as_bases()?)?)
        }
        NucleotideEdit::DeletionInsertion { inserted, .. } => unread(Becomes::Bases(residues(inserted.as_bases()?)?)),
        NucleotideEdit::Identity(StatedBases::Bases(bases)) => whole(residues(bases)?, residues(bases)?),
        NucleotideEdit::Identity(_) => unread(Becomes::Itself),
        NucleotideEdit::Repeat(units) => unread(Becomes::Bases(residues(&repeated(units, interval)?)?)),
        _ => None,
    };
    change.map(|change| Placement { contig, change })
}

/// Longest tract of a repeat that is written out.
const LONGEST_REPEAT: usize = 100_000;

/// The tract that so many copies make, when the interval is a tract of the same unit and not the unit itself.
fn repeated(units: &[RepeatUnit], interval: Interval) -> Option<Bases> {
    let [RepeatUnit { unit: Some(unit), copies: Count::Exact(copies) }] = units else { return None };
    let (unit, copies) = (unit.as_str(), usize::try_from(*copies).ok()?);
    let is_tract = interval.length() > unit.len() as u64 && interval.length() % unit.len() as u64 == 0;
    (is_tract && copies.checked_mul(unit.len())? <= LONGEST_REPEAT).then(|| Bases::new(&unit.repeat(copies)))?
}

/// First and last base of a plain location, 1-based.
fn plain_ends(location: &Location) -> Option<(u64, u64)> {
    let number = |position: Position| match position {
        Position { anchor: Anchor::Base(base), offset: Offset::None } => Some(u64::from(base)),
        _ => None,
    };
    let (first, last) = location.exact()?;
    Some((number(first)?, number(last)?))
}
