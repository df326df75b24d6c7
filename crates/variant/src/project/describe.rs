//! One replacement in the words of HGVS: the smallest change, at its most 3′ place, as `>`, `del`, `dup`, `ins`,
//! `inv`, `delins` or a repeat (HGVS general recommendations, 3′ rule and prioritisation).

use crate::replacement::shared_ends;
use crate::sequence::{SequenceError, SequenceSource};

use crate::transcript::Strand;

use super::strand::{Reading, reverse_complement};

/// A change and the bases it concerns, 0-based on the sequence as stored, in reading direction: on the minus
/// strand `first` lies behind `last`. For an insertion they are its two neighbours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Described {
    /// The first base.
    pub first: u64,
    /// The last base.
    pub last: u64,
    /// What happens there.
    pub edit: Edit,
}

/// What happens to the bases of a [`Described`]; letters are on the strand read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// `=`.
    Identity,
    /// `A>G`.
    Substitution {
        /// The base of the reference.
        reference: u8,
        /// The base found.
        alternative: u8,
    },
    /// `del`.
    Deletion,
    /// `dup`.
    Duplication,
    /// `insACG`.
    Insertion(Vec<u8>),
    /// `delinsACG`.
    DeletionInsertion(Vec<u8>),
    /// `inv`.
    Inversion,
    /// `CAG[23]`: `first..last` is the whole tract of the reference.
    Repeat {
        /// One copy.
        unit: Vec<u8>,
        /// How many are found.
        copies: u32,
    },
}

impl Described {
    /// Back to what is replaced by what, as stored.
    ///
    /// # Errors
    /// When the bases concerned are not loaded.
    pub(crate) fn as_replacement<S: SequenceSource>(
        &self,
        on: &Reading<'_, S>,
    ) -> Result<(u64, u64, Vec<u8>), SequenceError> {
        let (start, end) = (self.first.min(self.last), self.first.max(self.last) + 1);
        let behind = match on.strand {
            Strand::Plus => end,
            Strand::Minus => start,
        };
        Ok(match &self.edit {
            Edit::Identity => (start, end, on.stored(start, end)?.into_owned()),
            Edit::Substitution { alternative, .. } => (start, end, on.read(&[*alternative])),
            Edit::Deletion => (start, end, Vec::new()),
            Edit::Duplication => (behind, behind, on.stored(start, end)?.into_owned()),
            Edit::Insertion(bases) => (end - 1, end - 1, on.read(bases)),
            Edit::DeletionInsertion(bases) => (start, end, on.read(bases)),
            Edit::Inversion => (start, end, reverse_complement(&on.stored(start, end)?)),
            Edit::Repeat { unit, copies } => {
                let held = (end - start) / unit.len().max(1) as u64;
                let added = u64::from(*copies).saturating_sub(held) as usize;
                (behind, behind, on.read(&unit.repeat(added)))
            }
        })
    }
}

/// Where more than one added copy may be written as a repeat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RepeatRule {
    /// Everywhere: genomic and non-coding descriptions.
    Any,
    /// Only units of three, six … bases: coding sequence, where others break the frame.
    WholeCodons,
    /// Never.
    Never,
}

/// A replacement on a sequence as stored: `start..end` is replaced by `inserted`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Replaced<'a> {
    pub start: u64,
    pub end: u64,
    /// What stands in `start..end`, when known without asking.
    pub deleted: Option<&'a [u8]>,
    pub inserted: &'a [u8],
}

/// Describes a replacement.
pub(crate) fn describe<S: SequenceSource>(
    on: &Reading<'_, S>,
    change: Replaced<'_>,
    repeats: RepeatRule,
) -> Result<Described, SequenceError> {
    let Replaced { start, end, deleted, inserted } = change;
    if inserted.is_empty() && start < end {
        return deletion(on, start, end, deleted);
    }
    if start == end {
        return match inserted {
            [] => Ok(described(on, start, start + 1, Edit::Identity)),
            _ => insertion(on, start, inserted, repeats),
        };
    }
    let stored;
    let deleted = match deleted {
        Some(bases) => bases,
        None => {
            stored = on.stored(start, end)?;
            &stored
        }
    };
    let (prefix, suffix) = shared_ends(deleted, inserted);
    let (from, to) = (start + prefix as u64, end - suffix as u64);
    let deleted = &deleted[prefix..deleted.len() - suffix];
    let inserted = &inserted[prefix..inserted.len() - suffix];
    match (deleted, inserted) {
        ([], []) => Ok(described(on, start, end, Edit::Identity)),
        (_, []) => deletion(on, from, to, Some(deleted)),
        ([], _) => insertion(on, from, inserted, repeats),
        _ => Ok(described(on, from, to, replacement(on, deleted, inserted))),
    }
}

fn replacement<S: SequenceSource>(on: &Reading<'_, S>, deleted: &[u8], inserted: &[u8]) -> Edit {
    let read = on.read(inserted);
    if let ([reference], [alternative]) = (&*on.read(deleted), &*read) {
        return Edit::Substitution { reference: *reference, alternative: *alternative };
    }
    if inserted.len() == deleted.len() && inserted == reverse_complement(deleted) {
        return Edit::Inversion;
    }
    Edit::DeletionInsertion(read)
}

fn deletion<S: SequenceSource>(
    on: &Reading<'_, S>,
    start: u64,
    end: u64,
    deleted: Option<&[u8]>,
) -> Result<Described, SequenceError> {
    let room = match deleted {
        Some(seed) => on.room(start, end, seed)?,
        None => deletion_room(on, start, end)?,
    };
    Ok(described(on, on.onward(start, room), on.onward(end, room), Edit::Deletion))
}

/// How far a deletion can move, reading no more of it than that needs: a roll follows the deleted bases from where
/// reading enters them, and most rolls are short.
fn deletion_room<S: SequenceSource>(on: &Reading<'_, S>, start: u64, end: u64) -> Result<u64, SequenceError> {
    let mut length = (end - start).min(64);
    loop {
        let seed = match on.strand {
            Strand::Plus => on.stored(start, start + length)?,
            Strand::Minus => on.stored(end - length, end)?,
        };
        if length == end - start {
            return on.room(start, end, &seed);
        }
        let room = on.room(start, end, &seed)?;
        if room < length {
            return Ok(room);
        }
        length = (length * 16).min(end - start);
    }
}

fn insertion<S: SequenceSource>(
    on: &Reading<'_, S>,
    at: u64,
    inserted: &[u8],
    repeats: RepeatRule,
) -> Result<Described, SequenceError> {
    let room = on.room(at, at, inserted)?;
    let (mut at, mut bases, length) = (on.onward(at, room), on.read(inserted), inserted.len() as u64);
    bases.rotate_left((room % length) as usize);
    if on.before(at, length).is_some_and(|before| before == bases) {
        let from = on.back(at, length);
        return Ok(described(on, from.min(at), from.max(at), Edit::Duplication));
    }
    if let Some(repeat) = repeat(on, at, &bases, repeats) {
        return Ok(repeat);
    }
    if room > 0 && is_end(on, at) {
        at = on.back(at, 1);
        bases.rotate_right(1);
    }
    beside_an_end(on, at, bases)
}

/// An insertion needs two neighbours: at an end of the sequence the base there is written as replaced.
fn beside_an_end<S: SequenceSource>(on: &Reading<'_, S>, at: u64, bases: Vec<u8>) -> Result<Described, SequenceError> {
    let length = on.source.length(&on.sequence).unwrap_or(u64::MAX);
    if at != 0 && at != length || length == 0 {
        return Ok(described(on, at, at, Edit::Insertion(bases)));
    }
    let start = at.min(length - 1);
    let mut base = on.bases(start, start + 1)?;
    let inserted = if is_end(on, at) { [base, bases].concat() } else { [bases, std::mem::take(&mut base)].concat() };
    Ok(described(on, start, start + 1, Edit::DeletionInsertion(inserted)))
}

/// Whether the position is where reading ends.
fn is_end<S: SequenceSource>(on: &Reading<'_, S>, at: u64) -> bool {
    match on.strand {
        Strand::Plus => on.source.length(&on.sequence) == Some(at),
        Strand::Minus => at == 0,
    }
}

/// Two or more new copies behind existing ones.
fn repeat<S: SequenceSource>(on: &Reading<'_, S>, at: u64, bases: &[u8], rule: RepeatRule) -> Option<Described> {
    let unit = smallest_unit(bases);
    let allowed = match rule {
        RepeatRule::Never => false,
        RepeatRule::Any => true,
        RepeatRule::WholeCodons => unit.len().is_multiple_of(3),
    };
    if !allowed || unit.len() == bases.len() {
        return None;
    }
    let length = unit.len() as u64;
    let (mut from, mut copies) = (at, 0u64);
    while on.before(from, length).is_some_and(|before| before == unit) {
        from = on.back(from, length);
        copies += 1;
    }
    if copies == 0 {
        return None;
    }
    let copies = u32::try_from(copies + bases.len() as u64 / length).ok()?;
    Some(described(on, from.min(at), from.max(at), Edit::Repeat { unit: unit.to_vec(), copies }))
}

/// The shortest stretch of which the bases are whole copies.
pub(crate) fn smallest_unit(bases: &[u8]) -> &[u8] {
    // The failure function of Knuth, Morris and Pratt: its last value tells the shortest period in one pass.
    let mut border = vec![0usize; bases.len()];
    for i in 1..bases.len() {
        let mut k = border[i - 1];
        while k > 0 && bases[i] != bases[k] {
            k = border[k - 1];
        }
        border[i] = if bases[i] == bases[k] { k + 1 } else { 0 };
    }
    let period = bases.len() - border.last().copied().unwrap_or(0);
    if period > 0 && bases.len().is_multiple_of(period) { &bases[..period] } else { bases }
}

fn described<S: SequenceSource>(on: &Reading<'_, S>, start: u64, end: u64, edit: Edit) -> Described {
    let (first, last) = on.ends(start, end);
    Described { first, last, edit }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::RefgetAccession;
    use crate::interbase::Interval;
    use crate::project::strand::Whole;

    /// `sequence` with `start..end` replaced, described on the strand; positions as HGVS counts them.
    #[track_caller]
    fn check(sequence: &str, strand: Strand, (start, end): (u64, u64), inserted: &str, expected: &str) {
        let source = Whole(sequence.as_bytes());
        let on = Reading {
            source: &source,
            sequence: RefgetAccession::of_sequence(b""),
            strand,
            bounds: Interval::new(0, sequence.len() as u64).unwrap(),
        };
        let change = Replaced { start, end, deleted: None, inserted: inserted.as_bytes() };
        let got = describe(&on, change, RepeatRule::Any).unwrap();
        let text = |bases: &[u8]| String::from_utf8(bases.to_vec()).unwrap();
        let edit = match &got.edit {
            Edit::Identity => "=".to_owned(),
            Edit::Substitution { reference, alternative } => text(&[*reference, b'>', *alternative]),
            Edit::Deletion => "del".to_owned(),
            Edit::Duplication => "dup".to_owned(),
            Edit::Insertion(bases) => format!("ins{}", text(bases)),
            Edit::DeletionInsertion(bases) => format!("delins{}", text(bases)),
            Edit::Inversion => "inv".to_owned(),
            Edit::Repeat { unit, copies } => format!("{}[{copies}]", text(unit)),
        };
        let (first, last) = (got.first + 1, got.last + 1);
        let place = if first == last { first.to_string() } else { format!("{first}_{last}") };
        assert_eq!(format!("{place}{edit}"), expected);
    }

    #[test]
    fn changes_go_to_their_most_3_prime_place() {
        check("ACGGGT", Strand::Plus, (2, 3), "", "5del");
        check("ACGGGT", Strand::Minus, (4, 5), "", "3del");
        check("ACGGGT", Strand::Plus, (2, 2), "G", "5dup");
        check("ACGGGT", Strand::Minus, (5, 5), "G", "3dup");
        check("ATCTCG", Strand::Plus, (1, 1), "TC", "4_5dup");
        check("ATCTCG", Strand::Plus, (1, 1), "TCA", "1_3dup");
        check("ATCTCG", Strand::Plus, (1, 1), "TGA", "2_3insGAT");
        check("ATCTCG", Strand::Minus, (5, 5), "TC", "3_2dup");
    }

    #[test]
    fn more_than_one_added_copy_is_a_repeat() {
        check("AGTGTC", Strand::Plus, (1, 1), "GTGTGTGT", "2_5GT[6]");
        check("AGTC", Strand::Plus, (1, 1), "GTGT", "2_3GT[3]");
        check("AGTGTC", Strand::Plus, (5, 5), "GTGT", "2_5dup");
    }

    #[test]
    fn shared_ends_are_trimmed_and_inversions_found() {
        check("TTCAGA", Strand::Plus, (1, 5), "TTAG", "3C>T");
        check("AAACTGGGT", Strand::Plus, (2, 8), "CCCAGT", "3_8inv");
        check("AAACTGGGT", Strand::Plus, (2, 8), "ACCAGT", "5_8delinsCAGT");
        check("CAATGCACAT", Strand::Plus, (1, 9), "TGTGCATT", "2_9inv");
        check("CAATGCACAT", Strand::Minus, (1, 9), "TGTGCATT", "9_2inv");
        check("CACGTT", Strand::Plus, (1, 5), "ACGT", "2_5=");
    }

    #[test]
    fn an_insertion_beside_an_end_keeps_two_neighbours() {
        check("ACA", Strand::Plus, (0, 0), "TT", "1delinsTTA");
        check("ACA", Strand::Plus, (2, 2), "AG", "2_3insAG");
        check("ACA", Strand::Plus, (3, 3), "T", "3delinsAT");
        check("ACA", Strand::Minus, (0, 0), "G", "1delinsTC");
    }
}
