//! All sequence that a node has loaded: any set of regions of any sequence, read without locks.

use std::{borrow::Cow, collections::HashMap};

use cairn_variant::{
    digest::RefgetAccession,
    interbase::Interval,
    sequence::{SequenceError, SequenceSource, check_bounds},
};

use super::pack::Pack;

/// Bases compared at a time when a new pack is checked against what is loaded.
const COMPARED_AT_ONCE: u64 = 1 << 20;

/// Sequences in packs. Build it once, then share it.
#[derive(Debug, Default)]
pub struct SequenceStore {
    packs: Vec<Pack>,
    sequences: HashMap<RefgetAccession, Held>,
    names: HashMap<String, RefgetAccession>,
}

#[derive(Debug)]
struct Held {
    length: u64,
    /// In order and apart from each other; each lies within one segment of one pack.
    parts: Vec<Part>,
}

#[derive(Clone, Copy, Debug)]
struct Part {
    interval: Interval,
    pack: usize,
    segment: usize,
}

/// A stretch of sequence that is loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadedRegion {
    /// The sequence.
    pub sequence: RefgetAccession,
    /// Which part of it, 0-based interbase.
    pub interval: Interval,
}

/// A new pack says something else than what is loaded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("bases {interval} (0-based) of {sequence} differ from those loaded before")]
pub struct Differs {
    /// The sequence.
    pub sequence: RefgetAccession,
    /// Where, to within a megabase.
    pub interval: Interval,
}

impl SequenceStore {
    /// Adds what a pack holds; residues that are loaded already are kept as they are.
    pub fn add(&mut self, pack: Pack) {
        let at = self.packs.len();
        for (segment_at, segment) in pack.segments.iter().enumerate() {
            for name in &segment.names {
                self.names.insert(name.clone(), segment.sequence);
            }
            let length = segment.sequence_length;
            let held = self.sequences.entry(segment.sequence).or_insert(Held { length, parts: Vec::new() });
            if let Some(interval) = segment.interval() {
                held.cover(interval, at, segment_at);
            }
        }
        self.packs.push(pack);
    }

    /// Compares a pack with what is loaded where the two overlap.
    pub fn check(&self, pack: &Pack) -> Result<(), Differs> {
        for segment in &pack.segments {
            let (Some(held), Some(whole)) = (self.sequences.get(&segment.sequence), segment.interval()) else {
                continue;
            };
            for part in held.parts.iter().filter(|part| part.interval.overlaps(whole)) {
                let mut start = part.interval.start().max(whole.start());
                let end = part.interval.end().min(whole.end());
                while start < end {
                    let next = end.min(start + COMPARED_AT_ONCE);
                    let Some(interval) = Interval::new(start, next) else { break };
                    if self.part_residues(part, interval) != pack.residues(segment, interval) {
                        return Err(Differs { sequence: segment.sequence, interval });
                    }
                    start = next;
                }
            }
        }
        Ok(())
    }

    /// The sequence with a name such as `NM_007294.4` or `LRG_292t1`.
    pub fn named(&self, name: &str) -> Option<RefgetAccession> {
        self.names.get(name).copied()
    }

    /// The names of sequences that are no chromosome, in no order.
    pub fn names(&self) -> impl Iterator<Item = (&str, RefgetAccession)> {
        self.names.iter().map(|(name, sequence)| (name.as_str(), *sequence))
    }

    /// The loaded stretches, those that touch as one.
    pub fn regions(&self) -> Vec<LoadedRegion> {
        let mut regions: Vec<LoadedRegion> = Vec::new();
        for (sequence, held) in &self.sequences {
            let mut position = 0;
            while let Some(next) = held.parts.iter().find(|part| part.interval.end() > position) {
                let Some(interval) = held.around(next.interval.start()) else { break };
                regions.push(LoadedRegion { sequence: *sequence, interval });
                position = interval.end();
            }
        }
        regions.sort_by_key(|region| (region.sequence, region.interval));
        regions
    }

    fn part_residues(&self, part: &Part, interval: Interval) -> Option<Vec<u8>> {
        let pack = &self.packs[part.pack];
        pack.residues(&pack.segments[part.segment], interval)
    }
}

impl Held {
    /// Adds the stretches of `interval` that no part covers yet.
    fn cover(&mut self, interval: Interval, pack: usize, segment: usize) {
        let mut start = interval.start();
        let mut gaps = Vec::new();
        for part in self.parts.iter().filter(|part| part.interval.overlaps(interval)) {
            gaps.push((start, part.interval.start()));
            start = part.interval.end();
        }
        gaps.push((start, interval.end()));
        let open = gaps.into_iter().filter(|(from, to)| from < to).filter_map(|(from, to)| Interval::new(from, to));
        self.parts.extend(open.map(|interval| Part { interval, pack, segment }));
        self.parts.sort_by_key(|part| part.interval);
    }

    fn part_at(&self, position: u64) -> Option<usize> {
        let at = self.parts.partition_point(|part| part.interval.end() <= position);
        (self.parts.get(at)?.interval.start() <= position).then_some(at)
    }

    fn around(&self, position: u64) -> Option<Interval> {
        let at = self.part_at(position)?;
        let touches = |pair: &[Part]| pair[0].interval.end() == pair[1].interval.start();
        let before = self.parts[..=at].windows(2).rev().take_while(|pair| touches(pair)).count();
        let after = self.parts[at..].windows(2).take_while(|pair| touches(pair)).count();
        Interval::new(self.parts[at - before].interval.start(), self.parts[at + after].interval.end())
    }
}

impl SequenceSource for SequenceStore {
    fn length(&self, sequence: &RefgetAccession) -> Option<u64> {
        self.sequences.get(sequence).map(|held| held.length)
    }

    fn loaded_around(&self, sequence: &RefgetAccession, position: u64) -> Option<Interval> {
        self.sequences.get(sequence)?.around(position)
    }

    fn residues(&self, sequence: &RefgetAccession, interval: Interval) -> Result<Cow<'_, [u8]>, SequenceError> {
        let held = self.sequences.get(sequence).ok_or(SequenceError::Unknown(*sequence))?;
        check_bounds(sequence, interval, held.length)?;
        let not_loaded = || SequenceError::NotLoaded { sequence: *sequence, interval };
        if let Some(at) = held.part_at(interval.start())
            && held.parts[at].interval.contains(interval)
        {
            return self.part_residues(&held.parts[at], interval).map(Cow::Owned).ok_or_else(not_loaded);
        }
        let mut residues = Vec::new();
        let mut position = interval.start();
        while position < interval.end() {
            let part = &held.parts[held.part_at(position).ok_or_else(not_loaded)?];
            let wanted = Interval::new(position, interval.end().min(part.interval.end())).ok_or_else(not_loaded)?;
            residues.extend(self.part_residues(part, wanted).ok_or_else(not_loaded)?);
            position = wanted.end();
        }
        Ok(Cow::Owned(residues))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sequence::{
        pack::{Encoding, PackWriter, Segment},
        packed::Packer,
    };

    fn pack(regions: &[(u64, &[u8])]) -> Pack {
        let mut writer = PackWriter::new(Vec::new()).expect("memory");
        for (start, residues) in regions {
            let segment = Segment {
                sequence: RefgetAccession::of_sequence(b"CHROMOSOME"),
                sequence_length: 1000,
                names: Vec::new(),
                start: *start,
                length: residues.len() as u64,
                encoding: Encoding::TwoBit,
                offset: 0,
                runs: Vec::new(),
                verified: false,
            };
            let mut packer = Packer::default();
            packer.push(residues);
            writer.add_bases(segment, packer).expect("memory");
        }
        Pack::from_bytes(writer.finish().expect("memory")).expect("whole")
    }

    fn at(start: u64, end: u64) -> Interval {
        Interval::new(start, end).expect("ordered")
    }

    fn store() -> (SequenceStore, RefgetAccession) {
        let mut store = SequenceStore::default();
        store.add(pack(&[(100, b"ACGTACGT"), (120, b"GGG")]));
        store.add(pack(&[(104, b"ACGTTTTTTTTTTTTTGGGA")]));
        (store, RefgetAccession::of_sequence(b"CHROMOSOME"))
    }

    #[test]
    fn overlapping_and_touching_regions_read_as_one() {
        let (store, id) = store();
        assert_eq!(store.loaded_around(&id, 122), Some(at(100, 124)));
        let all = store.residues(&id, at(100, 124)).expect("loaded");
        assert_eq!(&*all, b"ACGTACGTTTTTTTTTTTTTGGGA");
        assert_eq!(store.regions(), [LoadedRegion { sequence: id, interval: at(100, 124) }]);
    }

    #[test]
    fn what_is_not_loaded_is_named() {
        let (store, id) = store();
        assert_eq!(store.loaded_around(&id, 99), None);
        assert_eq!(store.loaded_around(&id, 124), None);
        assert!(matches!(store.residues(&id, at(123, 125)), Err(SequenceError::NotLoaded { .. })));
        assert!(matches!(store.residues(&id, at(999, 1001)), Err(SequenceError::OutOfBounds { .. })));
        assert_eq!(store.residues(&id, at(5, 5)).as_deref(), Ok(b"".as_slice()));
    }

    #[test]
    fn a_pack_that_disagrees_is_found() {
        let (store, _) = store();
        assert_eq!(store.check(&pack(&[(104, b"ACGTT"), (500, b"A")])), Ok(()));
        assert!(store.check(&pack(&[(104, b"ACGTA")])).is_err());
    }
}
