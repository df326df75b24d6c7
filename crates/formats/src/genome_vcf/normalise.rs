//! Trimming and rolling alleles against the part of the reference under the current rows.
//!
//! The rule is that of [`cairn_variant::normalize`], which also does the few alleles that roll out of the window.

use std::borrow::Cow;

use cairn_variant::{
    digest::RefgetAccession,
    interbase::Interval,
    normalize::{Room, roll},
    replacement::shared_ends,
    sequence::SequenceSource,
};

use super::allele::AlleleStatus;

/// Bases before and after a row that are fetched with it.
const BEFORE: u64 = 1 << 10;
const AFTER: u64 = 1 << 16;

/// A stretch of one chromosome's reference, moved along with the rows.
pub(super) struct Window<'s, S> {
    source: &'s S,
    sequence: RefgetAccession,
    start: u64,
    residues: Cow<'s, [u8]>,
}

/// An allele in VCF's leftmost form.
pub(super) struct Leftmost {
    /// 0-based start of the first reference base.
    pub(super) start: u64,
    pub(super) status: AlleleStatus,
    pub(super) room: u64,
    pub(super) anchored_behind: bool,
}

impl<'s, S: SequenceSource> Window<'s, S> {
    /// Over no bases yet.
    pub(super) fn new(source: &'s S, sequence: RefgetAccession) -> Self {
        Self { source, sequence, start: 0, residues: Cow::Borrowed(&[]) }
    }

    /// Makes the window cover an interval; `false` when that is not loaded.
    fn cover(&mut self, interval: Interval) -> bool {
        if self.at(interval).is_some() {
            return true;
        }
        let Some(region) = self.source.loaded_around(&self.sequence, interval.start()) else { return false };
        if !region.contains(interval) {
            return false;
        }
        let start = interval.start().saturating_sub(BEFORE).max(region.start());
        let end = interval.end().saturating_add(AFTER).min(region.end());
        let Some(wanted) = Interval::new(start, end) else { return false };
        match self.source.residues(&self.sequence, wanted) {
            Ok(residues) => {
                (self.start, self.residues) = (start, residues);
                true
            }
            Err(_) => false,
        }
    }

    /// The residues of an interval inside the window.
    fn at(&self, interval: Interval) -> Option<&[u8]> {
        let from = interval.start().checked_sub(self.start)? as usize;
        let to = interval.end().checked_sub(self.start)? as usize;
        self.residues.get(from..to)
    }

    /// Whether the reference has these bases at `start`.
    fn compare(&mut self, start: u64, bases: &[u8]) -> AlleleStatus {
        let Some(interval) = Interval::at(start, bases.len() as u64) else { return AlleleStatus::ReferenceDiffers };
        if !self.cover(interval) {
            return AlleleStatus::NotLoaded;
        }
        match self.at(interval) == Some(bases) {
            true => AlleleStatus::Normalised,
            false => AlleleStatus::ReferenceDiffers,
        }
    }

    /// Normalises one allele; `bases` gets the reference and then the alternate bases of the leftmost form, and the
    /// length of the first is given back.
    pub(super) fn normalise(
        &mut self,
        start: u64,
        reference: &[u8],
        alternate: &[u8],
        bases: &mut Vec<u8>,
    ) -> (Leftmost, usize) {
        let status = self.compare(start, reference);
        if let ([_], [_]) = (reference, alternate) {
            bases.extend_from_slice(&[reference[0], alternate[0]]);
            return (Leftmost { start, status, room: 0, anchored_behind: false }, 1);
        }
        let (prefix, suffix) = shared_ends(reference, alternate);
        let deleted = &reference[prefix..reference.len() - suffix];
        let inserted = &alternate[prefix..alternate.len() - suffix];
        let inner = start + prefix as u64;
        if !deleted.is_empty() && !inserted.is_empty() {
            bases.extend_from_slice(deleted);
            bases.extend_from_slice(inserted);
            return (Leftmost { start: inner, status, room: 0, anchored_behind: false }, deleted.len());
        }
        self.indel(Indel { start, reference, prefix, deleted, inserted, status }, bases)
    }

    /// An insertion or deletion: rolled when the reference agrees, then given its anchor base.
    fn indel(&mut self, indel: Indel<'_>, bases: &mut Vec<u8>) -> (Leftmost, usize) {
        let Indel { start, reference, prefix, deleted, inserted, mut status } = indel;
        let at = start + prefix as u64;
        let seed = if deleted.is_empty() { inserted } else { deleted };
        let mut room = Room::default();
        if status == AlleleStatus::Normalised {
            match self.roll(at, deleted.len() as u64, seed) {
                Some(rolled) => room = rolled,
                None => status = AlleleStatus::NotLoaded,
            }
        }
        let leftmost = at - room.left;
        let anchor = leftmost.checked_sub(1).and_then(|before| {
            let stated = (room.left == 0 && prefix > 0).then(|| reference[prefix - 1]);
            stated.or_else(|| self.base(before))
        });
        let turn = (room.left % seed.len() as u64) as usize;
        let turned = |bases: &mut Vec<u8>| {
            bases.extend_from_slice(&seed[seed.len() - turn..]);
            bases.extend_from_slice(&seed[..seed.len() - turn]);
        };
        let mut write = |is_seed: bool| {
            let before = bases.len();
            bases.extend(anchor);
            if is_seed {
                turned(bases);
            }
            if anchor.is_none() {
                bases.extend(
                    self.base(leftmost + deleted.len() as u64).or(reference.get(prefix + deleted.len()).copied()),
                );
            }
            bases.len() - before
        };
        let reference_length = write(!deleted.is_empty());
        write(deleted.is_empty());
        let start = if anchor.is_some() { leftmost - 1 } else { leftmost };
        let leftmost = Leftmost { start, status, room: room.left + room.right, anchored_behind: anchor.is_none() };
        (leftmost, reference_length)
    }

    fn base(&mut self, position: u64) -> Option<u8> {
        let one = Interval::at(position, 1)?;
        if self.cover(one) { self.at(one).map(|bases| bases[0]) } else { None }
    }

    /// The room of a seed at an interval; `None` when the roll reaches bases that are not loaded.
    fn roll(&mut self, at: u64, deleted: u64, seed: &[u8]) -> Option<Room> {
        let whole = Interval::new(0, self.source.length(&self.sequence)?)?;
        let interval = Interval::at(at, deleted)?;
        let inside = |bound: u64| bound.checked_sub(self.start).map(|at| at as usize);
        let before = inside(interval.start()).and_then(|at| self.residues.get(..at)).unwrap_or_default();
        let after = inside(interval.end()).and_then(|at| self.residues.get(at..)).unwrap_or_default();
        let same = |(found, wanted): &(&u8, &u8)| found == wanted;
        let left = before.iter().rev().zip(seed.iter().rev().cycle()).take_while(same).count();
        let right = after.iter().zip(seed.iter().cycle()).take_while(same).count();
        if left < before.len() && right < after.len() {
            return Some(Room { left: left as u64, right: right as u64 });
        }
        roll(self.source, &self.sequence, interval, seed, whole).ok()
    }
}

/// An allele that is empty on one side once trimmed.
struct Indel<'a> {
    start: u64,
    reference: &'a [u8],
    prefix: usize,
    deleted: &'a [u8],
    inserted: &'a [u8],
    status: AlleleStatus,
}
