//! A repeat whose range is one unit, while the reference has more copies: `c.66_67AG[1]`.
//!
//! The nomenclature has counted in two ways. Today the range is the whole tract, so that one unit is replaced by so
//! many; before, and in ClinVar to this day, the range is the place of the first unit and the count is that of the
//! whole tract. Where both mean the same there is nothing to say. Where today's reading would change nothing, only
//! the other can be meant. Else the text means either, and the answer says so.

use cairn_variant::hgvs::{
    Anchor, Axis, Bound, Count, Hgvs, Location, NucleotideChange, NucleotideEdit, Offset, Position, Reference,
};

use super::{Identifying, stop::Stop};
use crate::{
    Identity,
    identity::{Candidate, Notice},
};

impl Identifying<'_> {
    /// One change on one reference, where `first_unit` is the same repeat counted from its first base.
    pub fn repeat_of_one_unit(
        self,
        reference: &Reference,
        axis: Axis,
        change: &NucleotideChange,
        first_unit: &NucleotideChange,
    ) -> Result<Identity, Stop> {
        let replaced = self.one_change(reference, axis, change)?;
        let Ok(mut counted) = self.one_change(reference, axis, first_unit) else { return Ok(replaced) };
        if replaced.variant_id == counted.variant_id {
            return Ok(replaced);
        }
        let written = |change: &NucleotideChange| Hgvs::nucleotide(reference.clone(), axis, change.clone()).to_string();
        if copies(change) == Some(1) {
            let message = format!("the range is one unit of a longer repeat; it is read as {}", written(first_unit));
            counted.warnings.push(Notice::new("repeat_counted_whole", message));
            return Ok(counted);
        }
        let candidate = |identity: Identity, why: &str| Candidate {
            expression: identity.hgvs.g.clone().unwrap_or_else(|| written(first_unit)),
            variant_id: identity.variant_id,
            why: why.to_owned(),
        };
        let notice = Notice::new("repeat_ambiguous", "the range is one unit of a longer repeat");
        Err(Stop::ambiguous(
            vec![
                candidate(replaced, "so many copies in place of this one"),
                candidate(counted, "so many copies in the whole repeat"),
            ],
            notice.with_remedy("give the first and the last base of the whole repeat"),
        ))
    }
}

/// The same repeat written from its first base alone, if its range is exactly one unit.
pub(super) fn from_first_unit(change: &NucleotideChange) -> Option<NucleotideChange> {
    let NucleotideEdit::Repeat(units) = &change.edit else { return None };
    let [unit] = units.as_slice() else { return None };
    let Location::Range(Bound::At(first), Bound::At(last)) = change.location else { return None };
    let is_one_unit = bases_between(first, last)? + 1 == unit.unit.as_ref()?.as_str().len() as u32;
    is_one_unit.then(|| NucleotideChange { location: Location::Single(Bound::At(first)), ..change.clone() })
}

fn copies(change: &NucleotideChange) -> Option<u32> {
    match &change.edit {
        NucleotideEdit::Repeat(units) => match units.as_slice() {
            [unit] => match unit.copies {
                Count::Exact(copies) => Some(copies),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    }
}

/// Steps from one position to another of the same exon or the same side of an intron.
fn bases_between(first: Position, last: Position) -> Option<u32> {
    match (first.offset, last.offset) {
        (Offset::None, Offset::None) => match (first.anchor, last.anchor) {
            (Anchor::Base(a), Anchor::Base(b)) | (Anchor::AfterStop(a), Anchor::AfterStop(b)) => b.checked_sub(a),
            (Anchor::BeforeStart(a), Anchor::BeforeStart(b)) => a.checked_sub(b),
            _ => None,
        },
        (Offset::Plus(a), Offset::Plus(b)) if first.anchor == last.anchor => b.checked_sub(a),
        (Offset::Minus(a), Offset::Minus(b)) if first.anchor == last.anchor => a.checked_sub(b),
        _ => None,
    }
}
