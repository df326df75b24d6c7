//! What a change replaces by what, checked against the reference.

use crate::hgvs::{
    Anchor, Bases as Letters, Count, Location, NucleotideChange, NucleotideEdit, Offset, Position, RepeatUnit, Stated,
};
use crate::project::{Point, Projector, Side, carry, reverse_complement};
use crate::sequence::SequenceSource;
use crate::transcript::Strand;

use super::NormalizeError;
use super::ground::{Ground, OnTranscript};

/// A replacement on the sequence of a ground, as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Resolved {
    pub start: u64,
    pub end: u64,
    pub inserted: Vec<u8>,
    /// The unit, in the direction of the description, when it was written as a repeat.
    pub unit: Option<Vec<u8>>,
}

/// A stretch in the direction of the description: on `Own` and `Genomic` as stored, on `Through` as stored too,
/// with the bases of the transcript that an alignment gap hides.
#[derive(Debug, Clone, Default)]
struct Stretch {
    start: u64,
    end: u64,
    before: Vec<u8>,
    after: Vec<u8>,
}

/// More bases than this are not written out.
pub(super) const LONGEST_INSERTION: u64 = 1_000_000;

impl<S: SequenceSource> Projector<'_, S> {
    pub(super) fn resolve(&self, ground: &Ground<'_>, change: &NucleotideChange) -> Result<Resolved, NormalizeError> {
        let location = &change.location;
        let (first, last) = location.exact().ok_or(NormalizeError::Uncertain { location: *location })?;
        if let NucleotideEdit::Insertion(inserted) = &change.edit {
            let stretch = self.between(ground, location, first, last)?;
            let inserted = self.inserted_bases(ground, inserted)?;
            return Ok(finish(ground, stretch, inserted, None));
        }
        let stretch = self.stretch(ground, location, first, last)?;
        let here = || match stretch.end - stretch.start > LONGEST_INSERTION {
            true => Err(NormalizeError::TooLong { limit: LONGEST_INSERTION }),
            false => self.bases_of(ground, &stretch, first, last),
        };
        let none = Vec::new();
        let (inserted, unit) = match &change.edit {
            NucleotideEdit::Substitution { reference, alternative } => {
                self.check_bases(location, reference, &here()?)?;
                (alternative.as_str().as_bytes().to_vec(), None)
            }
            NucleotideEdit::Deletion(stated) => {
                self.check(ground, location, stated, &stretch, (first, last))?;
                (none, None)
            }
            NucleotideEdit::Duplication(stated) => {
                self.check(ground, location, stated, &stretch, (first, last))?;
                let bases = here()?;
                ([&*bases, &*bases].concat(), None)
            }
            NucleotideEdit::Inversion(stated) => {
                self.check(ground, location, stated, &stretch, (first, last))?;
                (reverse_complement(&here()?), None)
            }
            NucleotideEdit::DeletionInsertion { deleted, inserted } => {
                self.check(ground, location, deleted, &stretch, (first, last))?;
                (self.inserted_bases(ground, inserted)?, None)
            }
            NucleotideEdit::Conversion(inserted) => (self.inserted_bases(ground, inserted)?, None),
            NucleotideEdit::Identity(stated) => {
                self.check(ground, location, stated, &stretch, (first, last))?;
                (here()?, None)
            }
            NucleotideEdit::Repeat(units) => return self.repeat(ground, location, stretch, units, (first, last)),
            NucleotideEdit::Insertion(_)
            | NucleotideEdit::Unknown
            | NucleotideEdit::Absent
            | NucleotideEdit::Splicing => return Err(NormalizeError::Uncertain { location: *location }),
        };
        Ok(finish(ground, stretch, inserted, unit))
    }

    /// A tract of copies. A single position is where the first copy begins: the tract is as long as the reference
    /// repeats the unit from there. A range is the tract itself.
    fn repeat(
        &self,
        ground: &Ground<'_>,
        location: &Location,
        mut stretch: Stretch,
        units: &[RepeatUnit],
        (first, last): (Position, Position),
    ) -> Result<Resolved, NormalizeError> {
        if stretch.end - stretch.start > LONGEST_INSERTION {
            return Err(NormalizeError::TooLong { limit: LONGEST_INSERTION });
        }
        let here = self.bases_of(ground, &stretch, first, last)?;
        let mut inserted = Vec::new();
        for unit in units {
            let Count::Exact(copies) = unit.copies else { return Err(NormalizeError::UncertainCopies) };
            if here.is_empty() {
                return Err(NormalizeError::Uncertain { location: *location });
            }
            let letters = unit.unit.as_ref().map_or(&*here, |u| u.as_str().as_bytes());
            if letters.len() as u64 * u64::from(copies) + inserted.len() as u64 > LONGEST_INSERTION {
                return Err(NormalizeError::TooLong { limit: LONGEST_INSERTION });
            }
            inserted.extend(letters.repeat(copies as usize));
        }
        let [RepeatUnit { unit, .. }] = units else {
            return match location {
                Location::Range(..) => Ok(finish(ground, stretch, inserted, None)),
                _ => Err(NormalizeError::RepeatRange { location: *location }),
            };
        };
        let letters = unit.as_ref().map_or_else(|| here.clone(), |u| u.as_str().as_bytes().to_vec());
        if first == last && unit.is_some() {
            self.extend_tract(ground, &mut stretch, &letters, location)?;
        } else if here.len() % letters.len() != 0 || here.chunks(letters.len()).any(|c| c != letters) {
            return Err(mismatch(location, &letters, &here));
        }
        Ok(finish(ground, stretch, inserted, Some(letters)))
    }

    fn extend_tract(
        &self,
        ground: &Ground<'_>,
        stretch: &mut Stretch,
        unit: &[u8],
        location: &Location,
    ) -> Result<(), NormalizeError> {
        let length = unit.len() as u64;
        let backwards = ground.is_read_backwards();
        let (mut from, mut copies) = (if backwards { stretch.end } else { stretch.start }, 0u32);
        loop {
            let next = if backwards {
                from.checked_sub(length).map(|s| (s, from))
            } else {
                Some((from, from.saturating_add(length)))
            };
            let Some((start, end)) = next else { break };
            let found = self.stored(ground, start, end);
            let found = match found {
                Ok(bases) if backwards => reverse_complement(&bases),
                Ok(bases) => bases,
                Err(error) if copies == 0 => return Err(error),
                Err(_) => break,
            };
            if found != unit {
                if copies == 0 {
                    return Err(mismatch(location, unit, &found));
                }
                break;
            }
            copies += 1;
            from = if backwards { start } else { end };
        }
        if backwards {
            stretch.start = from;
        } else {
            stretch.end = from;
        }
        Ok(())
    }

    /// The place between two neighbours.
    fn between(
        &self,
        ground: &Ground<'_>,
        location: &Location,
        first: Position,
        last: Position,
    ) -> Result<Stretch, NormalizeError> {
        let not_neighbours = NormalizeError::NotNeighbours { location: *location };
        if let Ground::Through { on, alignment, .. } = ground
            && let Some((a, b)) = exonic(on, first, last)?
        {
            return if a + 1 == b { through_gap(on, alignment, b, b) } else { Err(not_neighbours) };
        }
        let (a, b) = (self.base(ground, first)?, self.base(ground, last)?);
        let (low, high) = if ground.is_read_backwards() { (b, a) } else { (a, b) };
        match low.checked_add(1) {
            Some(next) if high == 0 && ground.ends_its_circle_at(next) => {
                Err(NormalizeError::AcrossOrigin { location: *location })
            }
            Some(next) if next == high => Ok(Stretch { start: high, end: high, ..Stretch::default() }),
            _ => Err(not_neighbours),
        }
    }

    fn stretch(
        &self,
        ground: &Ground<'_>,
        location: &Location,
        first: Position,
        last: Position,
    ) -> Result<Stretch, NormalizeError> {
        let reversed = NormalizeError::Reversed { location: *location };
        if let Ground::Through { on, alignment, .. } = ground
            && let Some((a, b)) = exonic(on, first, last)?
        {
            return if a <= b { through_gap(on, alignment, a, b + 1) } else { Err(reversed) };
        }
        let (a, b) = (self.base(ground, first)?, self.base(ground, last)?);
        let (low, high) = if ground.is_read_backwards() { (b, a) } else { (a, b) };
        if low > high {
            return Err(if ground.is_circular() {
                NormalizeError::AcrossOrigin { location: *location }
            } else {
                reversed
            });
        }
        Ok(Stretch { start: low, end: high + 1, ..Stretch::default() })
    }

    /// The base at a position, 0-based on the sequence as stored.
    pub(super) fn base(&self, ground: &Ground<'_>, position: Position) -> Result<u64, NormalizeError> {
        let not_counted = NormalizeError::NotCounted { position, axis: super::axis_letter(ground.axis()) };
        match ground {
            Ground::Genomic { length, .. } => {
                let base = match (position.anchor, position.offset) {
                    (Anchor::Base(n), Offset::None) => u64::from(n) - 1,
                    (Anchor::Pter, Offset::None) => 0,
                    (Anchor::Qter, Offset::None) => length - 1,
                    _ => return Err(not_counted),
                };
                match base < *length {
                    true => Ok(base),
                    false => Err(NormalizeError::OutOfBounds { position, length: *length }),
                }
            }
            Ground::Own(on) => match Point::of_position(position, on.axis, on.transcript)? {
                Point { base, offset: 0 } => Ok(base as u64),
                _ => Err(not_counted),
            },
            Ground::Through { on, alignment, .. } => {
                let point = Point::of_position(position, on.axis, on.transcript)?;
                Ok(point.on_target(alignment, on.transcript, position)?)
            }
        }
    }

    /// The bases between two positions, in the direction of the description.
    pub(super) fn bases_at(&self, ground: &Ground<'_>, location: &Location) -> Result<Vec<u8>, NormalizeError> {
        let (first, last) = location.exact().ok_or(NormalizeError::Uncertain { location: *location })?;
        let stretch = self.stretch(ground, location, first, last)?;
        if stretch.end - stretch.start > LONGEST_INSERTION {
            return Err(NormalizeError::TooLong { limit: LONGEST_INSERTION });
        }
        self.bases_of(ground, &stretch, first, last)
    }

    /// Inside an exon the transcript's own bases where there are any, else those of the genome: between two exons a
    /// genomic reference means the intron too.
    fn bases_of(
        &self,
        ground: &Ground<'_>,
        stretch: &Stretch,
        first: Position,
        last: Position,
    ) -> Result<Vec<u8>, NormalizeError> {
        if let Ground::Through { on, .. } = ground
            && let Some((a, b)) = exonic(on, first, last)?
            && on.transcript.exon_around(a).contains(&b)
            && let Some(own) = on.transcript.sequence()
            && let Some(bases) = own.get(a as usize..b as usize + 1)
        {
            return Ok(bases.to_vec());
        }
        let bases = self.stored(ground, stretch.start, stretch.end)?;
        Ok(if ground.is_read_backwards() { reverse_complement(&bases) } else { bases })
    }

    /// The bases of a stretch of the ground's sequence, as stored.
    pub(super) fn stored(&self, ground: &Ground<'_>, start: u64, end: u64) -> Result<Vec<u8>, NormalizeError> {
        match ground {
            Ground::Genomic { sequence, .. } | Ground::Through { sequence, .. } => {
                let interval = crate::interbase::Interval::new(start, end).ok_or(NormalizeError::NotNucleotides)?;
                Ok(self.sequences.residues(sequence, interval)?.into_owned())
            }
            Ground::Own(on) => {
                let accession = || on.transcript.accession().to_string();
                let own = on.transcript.sequence();
                let own = own.ok_or_else(|| NormalizeError::UnknownReference { accession: accession() })?;
                let bases = own.get(start as usize..end as usize);
                bases.map(<[u8]>::to_vec).ok_or(NormalizeError::NotNucleotides)
            }
        }
    }

    fn check(
        &self,
        ground: &Ground<'_>,
        location: &Location,
        stated: &Stated,
        stretch: &Stretch,
        (first, last): (Position, Position),
    ) -> Result<(), NormalizeError> {
        match stated {
            Stated::Nothing => Ok(()),
            Stated::Bases(bases) if bases.as_str().len() as u64 != stretch.end - stretch.start => {
                let found = stretch.end - stretch.start;
                Err(NormalizeError::LengthMismatch { location: *location, stated: bases.as_str().len() as u64, found })
            }
            Stated::Bases(bases) => self.check_bases(location, bases, &self.bases_of(ground, stretch, first, last)?),
            Stated::Length(length) => {
                let found = stretch.end - stretch.start + (stretch.before.len() + stretch.after.len()) as u64;
                match found == u64::from(*length) {
                    true => Ok(()),
                    false => {
                        Err(NormalizeError::LengthMismatch { location: *location, stated: u64::from(*length), found })
                    }
                }
            }
        }
    }

    fn check_bases(&self, location: &Location, stated: &Letters, found: &[u8]) -> Result<(), NormalizeError> {
        match stated.as_str().as_bytes() == found {
            true => Ok(()),
            false => Err(mismatch(location, stated.as_str().as_bytes(), found)),
        }
    }
}

/// Both positions as bases of the transcript, when both are exonic.
fn exonic(on: &OnTranscript<'_>, first: Position, last: Position) -> Result<Option<(u32, u32)>, NormalizeError> {
    if first.offset != Offset::None || last.offset != Offset::None {
        return Ok(None);
    }
    let point = |p| Point::of_position(p, on.axis, on.transcript);
    Ok(Some((point(first)?.base as u32, point(last)?.base as u32)))
}

/// A stretch of the transcript on the genome; bases that only the transcript has are kept beside it.
fn through_gap(
    on: &OnTranscript<'_>,
    alignment: &crate::transcript::Alignment,
    start: u32,
    end: u32,
) -> Result<Stretch, NormalizeError> {
    let carried = carry(alignment, Side::Transcript, start, end)
        .map_err(|gap| NormalizeError::Gap { accession: on.transcript.accession().to_string(), gap })?;
    let of = |range: &std::ops::Range<u32>| {
        let own = on.transcript.sequence().and_then(|s| s.get(range.start as usize..range.end as usize));
        own.unwrap_or_default().to_vec()
    };
    Ok(Stretch {
        start: u64::from(carried.there.start),
        end: u64::from(carried.there.end),
        before: of(&carried.before),
        after: of(&carried.after),
    })
}

/// To the sequence as stored.
fn finish(ground: &Ground<'_>, stretch: Stretch, inserted: Vec<u8>, unit: Option<Vec<u8>>) -> Resolved {
    let Stretch { start, end, before, after } = stretch;
    let read = if before.is_empty() && after.is_empty() { inserted } else { [before, inserted, after].concat() };
    let inserted = match ground {
        Ground::Through { alignment, .. } if alignment.strand() == Strand::Minus => reverse_complement(&read),
        _ => read,
    };
    Resolved { start, end, inserted, unit }
}

fn mismatch(location: &Location, stated: &[u8], found: &[u8]) -> NormalizeError {
    let text = |bases: &[u8]| String::from_utf8_lossy(&bases[..bases.len().min(50)]).into_owned();
    NormalizeError::ReferenceMismatch { location: *location, stated: text(stated), found: text(found) }
}
