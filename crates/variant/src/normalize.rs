//! When two replacements are the same: trim what both alleles share, then find how far an insertion or a deletion
//! can roll along the reference without changing the result.
//!
//! One pass gives every convention: fully justified (VRS 2 "Allele normalization", SPDI's blossom), leftmost (VCF)
//! and rightmost (HGVS 3′ rule on the plus strand of the sequence). Work grows with the length of the roll only.
//! A roll that reaches bases not loaded stops with the error that names them.

use crate::{
    digest::RefgetAccession,
    interbase::Interval,
    replacement::Replacement,
    residues::Residues,
    sequence::{SequenceError, SequenceSource},
};

/// A replacement in its smallest form and the room it can roll in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Normalized {
    trimmed: Replacement,
    room: Room,
    /// A change of nothing keeps its place and residues as given.
    unchanged: Option<Replacement>,
}

/// How many residues an insertion or deletion can move to either side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Room {
    /// Towards the start of the sequence.
    pub left: u64,
    /// Towards its end.
    pub right: u64,
}

/// What a replacement turns out to be once trimmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shape {
    /// Nothing changes.
    Reference,
    /// Residues by as many others.
    Substitution,
    /// Residues by more or fewer others.
    DeletionInsertion,
    /// Residues go.
    Deletion,
    /// Residues come.
    Insertion,
}

/// Normalises a replacement against the sequence it changes.
///
/// Nothing is read for substitutions and for deletion-insertions. The deleted residues are taken as stated:
/// [`Replacement::check_reference`] is a question of its own.
pub fn normalize(source: &impl SequenceSource, change: &Replacement) -> Result<Normalized, SequenceError> {
    let length = source.length(change.sequence()).unwrap_or(u64::MAX);
    crate::sequence::check_bounds(change.sequence(), change.interval(), length)?;
    let trimmed = trim_only(change);
    let room = match trimmed.shape() {
        Shape::Deletion | Shape::Insertion => {
            let whole = Interval::new(0, length).expect("starts at 0");
            roll(source, change.sequence(), trimmed.trimmed.interval(), trimmed.seed().as_bytes(), whole)?
        }
        Shape::Reference | Shape::Substitution | Shape::DeletionInsertion => Room::default(),
    };
    Ok(Normalized { room, ..trimmed })
}

/// The smallest form of a replacement, not rolled: for an insertion or deletion where the reference is not loaded.
///
/// Identities made from it are provisional: another spelling of the same change may give another one.
pub fn trim_only(change: &Replacement) -> Normalized {
    let trimmed = change.trimmed();
    let unchanged = (shape(&trimmed) == Shape::Reference).then(|| change.clone());
    Normalized { trimmed, room: Room::default(), unchanged }
}

/// The room that `seed`, deleted from `interval` or inserted at the empty `interval`, has to roll inside `bounds`.
///
/// Bounds that are narrower than the sequence keep a roll on one side of an exon border.
pub fn roll(
    source: &impl SequenceSource,
    sequence: &RefgetAccession,
    interval: Interval,
    seed: &[u8],
    bounds: Interval,
) -> Result<Room, SequenceError> {
    if seed.is_empty() {
        return Ok(Room::default());
    }
    let left = roll_left(source, sequence, interval.start(), seed, bounds.start())?;
    let right = roll_right(source, sequence, interval.end(), seed, bounds.end())?;
    Ok(Room { left, right })
}

impl Normalized {
    /// What kind of change it is.
    pub fn shape(&self) -> Shape {
        shape(&self.trimmed)
    }

    /// How far it can move.
    pub const fn room(&self) -> Room {
        self.room
    }

    /// The smallest form, where the text had it. Empty when nothing changes.
    pub const fn trimmed(&self) -> &Replacement {
        &self.trimmed
    }

    /// Length of the residues deleted or inserted: VRS's seed length.
    pub fn seed_length(&self) -> u64 {
        self.trimmed.deleted().length().max(self.trimmed.inserted().length())
    }

    /// The whole stretch within which the change could be written, and its residues before and after: the fully
    /// justified form of VRS and SPDI. When nothing changes this is the change as given.
    pub fn fully_justified(&self) -> Replacement {
        if let Some(unchanged) = &self.unchanged {
            return unchanged.clone();
        }
        let start = self.justified_interval().start();
        replaced(&self.trimmed, start, self.expanded(self.trimmed.deleted()), self.justified_inserted())
    }

    /// The interval of the fully justified form.
    pub fn justified_interval(&self) -> Interval {
        if let Some(unchanged) = &self.unchanged {
            return unchanged.interval();
        }
        let trimmed = self.trimmed.interval();
        Interval::new(trimmed.start() - self.room.left, trimmed.end() + self.room.right).expect("ordered")
    }

    /// The replacing residues of the fully justified form.
    pub fn justified_inserted(&self) -> Residues {
        match &self.unchanged {
            Some(unchanged) => unchanged.inserted().clone(),
            None => self.expanded(self.trimmed.inserted()),
        }
    }

    /// The leftmost form, without the anchor base that VCF adds. When nothing changes, the change as given.
    pub fn leftmost(&self) -> Replacement {
        self.unchanged.clone().unwrap_or_else(|| self.moved(-(self.room.left as i64)))
    }

    /// The rightmost form: HGVS's most 3′ position when the description is on this sequence's own strand.
    /// When nothing changes, the change as given.
    pub fn rightmost(&self) -> Replacement {
        self.unchanged.clone().unwrap_or_else(|| self.moved(self.room.right as i64))
    }

    /// The residues that roll, the deleted or the inserted ones.
    fn seed(&self) -> &Residues {
        if self.trimmed.deleted().is_empty() { self.trimmed.inserted() } else { self.trimmed.deleted() }
    }

    /// An allele with the reference it can roll over on both sides. All of it repeats the seed.
    fn expanded(&self, allele: &Residues) -> Residues {
        let (seed, room) = (self.seed().as_bytes(), self.room);
        if seed.is_empty() || room == Room::default() {
            return allele.clone();
        }
        let length = room.left + allele.length() + room.right;
        repeated(seed, -(room.left as i64), length)
    }

    /// The smallest form moved by some residues inside the room.
    fn moved(&self, by: i64) -> Replacement {
        if by == 0 {
            return self.trimmed.clone();
        }
        let rotated = |allele: &Residues| match allele.is_empty() {
            true => Residues::none(),
            false => repeated(allele.as_bytes(), by, allele.length()),
        };
        let start = self.trimmed.interval().start().checked_add_signed(by).expect("inside the sequence");
        replaced(&self.trimmed, start, rotated(self.trimmed.deleted()), rotated(self.trimmed.inserted()))
    }
}

fn shape(trimmed: &Replacement) -> Shape {
    match (trimmed.deleted().length(), trimmed.inserted().length()) {
        (0, 0) => Shape::Reference,
        (0, _) => Shape::Insertion,
        (_, 0) => Shape::Deletion,
        (deleted, inserted) if deleted == inserted => Shape::Substitution,
        _ => Shape::DeletionInsertion,
    }
}

fn replaced(like: &Replacement, start: u64, deleted: Residues, inserted: Residues) -> Replacement {
    Replacement::new(*like.sequence(), start, deleted, inserted).expect("inside the sequence")
}

/// `length` residues of an endless repetition of `seed`, from `offset` relative to a copy's start.
fn repeated(seed: &[u8], offset: i64, length: u64) -> Residues {
    let first = offset.rem_euclid(seed.len() as i64) as usize;
    let letters: Vec<u8> = seed.iter().cycle().skip(first).take(length as usize).copied().collect();
    Residues::from_bytes(&letters).expect("made of residues")
}

/// Residues looked at together: short at first, since most rolls end within a few bases, then longer.
const FIRST_WINDOW: u64 = 32;
const LONGEST_WINDOW: u64 = 1 << 16;

/// How many residues before `from` continue `seed` leftwards, no further than `bound`.
pub(crate) fn roll_left(
    source: &impl SequenceSource,
    sequence: &RefgetAccession,
    from: u64,
    seed: &[u8],
    bound: u64,
) -> Result<u64, SequenceError> {
    let (mut at, mut window) = (from, FIRST_WINDOW);
    let mut expected = seed.iter().rev().cycle();
    while at > bound {
        let region = loaded(source, sequence, at - 1)?;
        let start = at.saturating_sub(window).max(bound).max(region.start());
        let residues = source.residues(sequence, Interval::new(start, at).expect("start is before"))?;
        let same =
            residues.iter().rev().zip(&mut expected).take_while(|(found, wanted)| found == wanted).count() as u64;
        let complete = same == at - start;
        at -= same;
        if !complete {
            break;
        }
        window = (window * 2).min(LONGEST_WINDOW);
    }
    Ok(from - at)
}

/// How many residues from `from` on continue `seed` rightwards, no further than `bound`.
pub(crate) fn roll_right(
    source: &impl SequenceSource,
    sequence: &RefgetAccession,
    from: u64,
    seed: &[u8],
    bound: u64,
) -> Result<u64, SequenceError> {
    let (mut at, mut window) = (from, FIRST_WINDOW);
    let mut expected = seed.iter().cycle();
    while at < bound {
        let region = loaded(source, sequence, at)?;
        let end = at.saturating_add(window).min(bound).min(region.end());
        let residues = source.residues(sequence, Interval::new(at, end).expect("end is behind"))?;
        let same = residues.iter().zip(&mut expected).take_while(|(found, wanted)| found == wanted).count() as u64;
        let complete = same == end - at;
        at += same;
        if !complete {
            break;
        }
        window = (window * 2).min(LONGEST_WINDOW);
    }
    Ok(at - from)
}

/// The loaded region around a residue, or the error that asks for it.
fn loaded(source: &impl SequenceSource, sequence: &RefgetAccession, position: u64) -> Result<Interval, SequenceError> {
    source.loaded_around(sequence, position).ok_or_else(|| match source.length(sequence) {
        None => SequenceError::Unknown(*sequence),
        Some(_) => SequenceError::NotLoaded {
            sequence: *sequence,
            interval: Interval::at(position, 1).expect("inside the sequence"),
        },
    })
}
