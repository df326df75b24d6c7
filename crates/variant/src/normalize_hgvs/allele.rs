//! Changes on one molecule: which are one, which are several, and the words for each.

use crate::hgvs::{Location, NucleotideChange, NucleotideEdit, Offset, Position};
use crate::interbase::Interval;
use crate::project::{
    Described, Edit, GenomicChange, Point, Projector, Reading, Replaced, Whole, describe, edit_words,
    reverse_complement,
};
use crate::sequence::SequenceSource;
use crate::transcript::{Place, Strand};

use super::NormalizeError;
use super::ground::{Ground, own_reading};
use super::resolve::Resolved;

/// One change of a molecule, on the ground's sequence as stored.
#[derive(Debug, Clone)]
pub(super) struct Member {
    pub start: u64,
    pub end: u64,
    pub inserted: Vec<u8>,
    unit: Option<Vec<u8>>,
}

/// Changes further apart than this are not tried as one inversion.
const LONGEST_JOINED_INVERSION: u64 = 100;

impl Member {
    pub fn new(resolved: Resolved) -> Self {
        let Resolved { start, end, inserted, unit } = resolved;
        Self { start, end, inserted, unit }
    }

    fn is_same_length(&self) -> bool {
        self.end - self.start == self.inserted.len() as u64
    }

    fn plain(start: u64, end: u64, inserted: Vec<u8>) -> Self {
        Self { start, end, inserted, unit: None }
    }
}

impl<S: SequenceSource> Projector<'_, S> {
    /// Puts changes in order, joins those that are one and divides those that are several.
    pub(super) fn arrange(&self, ground: &Ground<'_>, mut members: Vec<Member>) -> Result<Vec<Member>, NormalizeError> {
        members.sort_by_key(|m| (m.start, m.end));
        let mut joined: Vec<Member> = Vec::with_capacity(members.len());
        for member in members {
            match joined.last_mut() {
                Some(before) if member.start < before.end => {
                    let location = self.location_of(ground, member.start, member.end);
                    return Err(NormalizeError::Overlap { location });
                }
                Some(before) if member.start == before.end => {
                    before.end = member.end;
                    before.inserted.extend(member.inserted);
                    before.unit = None;
                }
                _ => joined.push(member),
            }
        }
        if joined.len() > 1
            && let Some(inversion) = self.as_one_inversion(ground, &joined)
        {
            return Ok(vec![inversion]);
        }
        let mut divided = Vec::with_capacity(joined.len());
        for member in joined {
            self.divide(ground, member, &mut divided);
        }
        self.join_codons(ground, divided)
    }

    /// All changes as one, with the unchanged bases between them.
    pub(super) fn as_one(
        &self,
        ground: &Ground<'_>,
        mut members: Vec<Member>,
    ) -> Result<(u64, u64, Vec<u8>), NormalizeError> {
        members.sort_by_key(|m| (m.start, m.end));
        let mut members = members.into_iter();
        let Some(Member { start, mut end, mut inserted, .. }) = members.next() else {
            return Err(NormalizeError::NotOneMolecule);
        };
        for member in members {
            if member.start < end {
                let location = self.location_of(ground, member.start, member.end);
                return Err(NormalizeError::Overlap { location });
            }
            inserted.extend(self.stored(ground, end, member.start)?);
            inserted.extend(member.inserted);
            end = member.end;
        }
        Ok((start, end, inserted))
    }

    /// Substitutions that together replace a stretch by its reverse complement.
    fn as_one_inversion(&self, ground: &Ground<'_>, members: &[Member]) -> Option<Member> {
        let (start, end) = (members.first()?.start, members.last()?.end);
        if end - start > LONGEST_JOINED_INVERSION || !members.iter().all(Member::is_same_length) {
            return None;
        }
        let reference = self.stored(ground, start, end).ok()?;
        let mut altered = reference.clone();
        for member in members {
            let (from, to) = ((member.start - start) as usize, (member.end - start) as usize);
            altered[from..to].copy_from_slice(&member.inserted);
        }
        (altered == reverse_complement(&reference)).then(|| Member::plain(start, end, altered))
    }

    /// As many bases by as many others, with unchanged ones between: each run of changed bases is its own change.
    fn divide(&self, ground: &Ground<'_>, member: Member, divided: &mut Vec<Member>) {
        let length = member.inserted.len();
        if length < 3 || !member.is_same_length() {
            return divided.push(member);
        }
        let Ok(reference) = self.stored(ground, member.start, member.end) else { return divided.push(member) };
        if reference == member.inserted || is_inversion(&reference, &member.inserted) {
            return divided.push(member);
        }
        let mut at = 0;
        while at < length {
            let run = (at..length).take_while(|i| reference[*i] != member.inserted[*i]).count();
            if run > 0 {
                let (start, inserted) = (member.start + at as u64, member.inserted[at..at + run].to_vec());
                divided.push(Member::plain(start, start + run as u64, inserted));
            }
            at += run.max(1);
        }
    }

    /// Two changes one base apart in one codon are described as one.
    fn join_codons(&self, ground: &Ground<'_>, members: Vec<Member>) -> Result<Vec<Member>, NormalizeError> {
        let mut joined: Vec<Member> = Vec::with_capacity(members.len());
        for member in members {
            let together = joined.last().is_some_and(|before| self.share_codon(ground, before, &member));
            match joined.last_mut() {
                Some(before) if together => {
                    let between = self.stored(ground, before.end, member.start)?;
                    before.inserted.extend(between);
                    before.inserted.extend(member.inserted);
                    before.end = member.end;
                }
                _ => joined.push(member),
            }
        }
        Ok(joined)
    }

    fn share_codon(&self, ground: &Ground<'_>, before: &Member, member: &Member) -> bool {
        let substitutions = before.is_same_length() && member.is_same_length();
        if !substitutions || before.end + 1 != member.start || before.inserted.is_empty() {
            return false;
        }
        let codons = [before.end - 1, member.start].map(|p| codon_of(ground, p));
        codons[0].is_some() && codons[0] == codons[1]
    }

    /// The words for a change; a shift does not run into the changes before and behind it.
    pub(super) fn describe_member(
        &self,
        ground: &Ground<'_>,
        member: &Member,
        since: Option<u64>,
        until: Option<u64>,
    ) -> Result<NucleotideChange, NormalizeError> {
        let replaced = Replaced { start: member.start, end: member.end, deleted: None, inserted: &member.inserted };
        let rule = ground.repeat_rule();
        match ground {
            Ground::Genomic { sequence, length, .. } => {
                let bounds = clipped(0, *length, since, until);
                let reading = Reading { source: self.sequences, sequence: *sequence, strand: Strand::Plus, bounds };
                let described = describe(&reading, replaced, rule)?;
                let described = contracted(&reading, described, member, ground);
                let position = |p: u64| u32::try_from(p + 1).ok().map(Position::base);
                words(position(described.first), position(described.last), &described.edit)
            }
            Ground::Own(on) => {
                let accession = || on.transcript.accession().to_string();
                let own = on.transcript.sequence();
                let own = own.ok_or_else(|| NormalizeError::UnknownReference { accession: accession() })?;
                let source = Whole(own);
                let mut reading = own_reading(on, &source, member.start, member.end);
                reading.bounds = clipped(reading.bounds.start(), reading.bounds.end(), since, until);
                let described = describe(&reading, replaced, rule)?;
                let described = contracted(&reading, described, member, ground);
                let position = |p: u64| Point::exonic(p as u32).position(self.cds_of(ground));
                words(position(described.first), position(described.last), &described.edit)
            }
            Ground::Through { id, alignment, sequence, .. } => {
                let change = GenomicChange {
                    target: alignment.target(),
                    start: member.start,
                    end: member.end,
                    deleted: None,
                    inserted: &member.inserted,
                };
                let projection = self.project_on(*id, change)?;
                if projection.notes.not_shifted {
                    let around = Interval::new(member.start.saturating_sub(1), member.end + 1);
                    self.sequences.residues(sequence, around.ok_or(NormalizeError::NotNucleotides)?)?;
                }
                let position = |p: Point| p.position(self.cds_of(ground));
                words(position(projection.first), position(projection.last), &projection.edit)
            }
        }
    }

    fn cds_of(&self, ground: &Ground<'_>) -> Option<crate::transcript::Cds> {
        let on = ground.transcript()?;
        if on.axis == crate::hgvs::Axis::NonCoding { None } else { on.transcript.cds() }
    }

    fn location_of(&self, ground: &Ground<'_>, start: u64, end: u64) -> Location {
        let last = end.max(start + 1) - 1;
        let position = |p: u64| match ground {
            Ground::Own(_) => Point::exonic(p as u32).position(self.cds_of(ground)),
            Ground::Genomic { .. } => u32::try_from(p + 1).ok().map(Position::base),
            Ground::Through { alignment, .. } => {
                let place = alignment.locate(p as u32);
                Point::of_place(place, &alignment.transcript_span()).and_then(|p| p.position(self.cds_of(ground)))
            }
        };
        let position = |p| position(p).unwrap_or(Position::UNKNOWN);
        let (first, last) = (position(start), position(last));
        if ground.is_read_backwards() { Location::between(last, first) } else { Location::between(first, last) }
    }
}

/// The codon of a base in a coding sequence.
fn codon_of(ground: &Ground<'_>, position: u64) -> Option<u32> {
    let n = match ground {
        Ground::Genomic { .. } => return None,
        Ground::Own(_) => position as u32,
        Ground::Through { alignment, .. } => match alignment.locate(position as u32) {
            Place::Exon(n) => n,
            _ => return None,
        },
    };
    let cds = ground.transcript()?.transcript.cds()?;
    (cds.start..cds.end).contains(&n).then(|| (n - cds.start) / 3)
}

/// Copies that were given as a repeat and are fewer than the reference has stay a repeat.
fn contracted<T: SequenceSource>(
    on: &Reading<'_, T>,
    described: Described,
    member: &Member,
    ground: &Ground<'_>,
) -> Described {
    let Some(unit) = &member.unit else { return described };
    let length = unit.len() as u64;
    let frame_kept = ground.repeat_rule() == crate::project::RepeatRule::Any || length.is_multiple_of(3);
    if described.edit != Edit::Deletion || !frame_kept {
        return described;
    }
    let end = described.last + 1;
    let Some(copy) = on.before(end, length) else { return described };
    let (mut from, mut held) = (end, 0u64);
    while on.before(from, length).is_some_and(|before| before == copy) {
        from -= length;
        held += 1;
    }
    let deleted = (end - described.first) / length;
    match u32::try_from(held.saturating_sub(deleted)) {
        Ok(copies) if copies > 0 => {
            Described { first: from, last: described.last, edit: Edit::Repeat { unit: copy, copies } }
        }
        _ => described,
    }
}

fn clipped(start: u64, end: u64, since: Option<u64>, until: Option<u64>) -> Interval {
    let (low, high) = (since.map_or(start, |s| s.max(start)), until.map_or(end, |u| u.min(end)));
    Interval::new(low.min(high), high).expect("ordered by min")
}

fn is_inversion(reference: &[u8], altered: &[u8]) -> bool {
    // Equal ends do not hide an inversion: they are its own complement there.
    let (prefix, suffix) = crate::replacement::shared_ends(reference, altered);
    let inner = |bases: &[u8]| bases[prefix..bases.len() - suffix].to_vec();
    let (reference, altered) = (inner(reference), inner(altered));
    reference.len() > 1 && altered == reverse_complement(&reference)
}

fn words(first: Option<Position>, last: Option<Position>, edit: &Edit) -> Result<NucleotideChange, NormalizeError> {
    let (Some(first), Some(last)) = (first, last) else { return Err(NormalizeError::NotNucleotides) };
    let edit: NucleotideEdit = edit_words(edit).ok_or(NormalizeError::NotNucleotides)?;
    debug_assert!(first.offset == Offset::None || first.is_known());
    Ok(NucleotideChange { location: Location::between(first, last), edit, predicted: false })
}
