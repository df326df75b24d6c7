//! The codons of a transcript before and after a change, read without building either sequence.

use crate::hgvs::AminoAcid;
use crate::transcript::{Cds, CodonTable, Transcript};

use super::Spliced;

/// A coding transcript and a change in it.
pub(super) struct Reading<'a> {
    bases: &'a [u8],
    cds: Cds,
    table: CodonTable,
    selenocysteines: &'a [u32],
    change: Spliced<'a>,
}

impl<'a> Reading<'a> {
    /// `None` without a coding sequence or bases, or when the change reaches beyond them.
    pub fn new(transcript: &'a Transcript, change: Spliced<'a>) -> Option<Self> {
        let (bases, cds) = (transcript.sequence()?, transcript.cds()?);
        if change.start > change.end || change.end as usize > bases.len() {
            return None;
        }
        let (table, selenocysteines) = (transcript.codon_table(), transcript.selenocysteines());
        Some(Self { bases, cds, table, selenocysteines, change })
    }

    pub fn change(&self) -> Spliced<'a> {
        self.change
    }

    /// Whether the inserted bases are those of the transcript.
    pub fn is_unchanged(&self) -> bool {
        self.bases.get(self.change.start as usize..self.change.end as usize) == Some(self.change.inserted)
    }

    /// How far the frame behind the change is moved: 0, 1 or 2.
    pub fn shift(&self) -> u32 {
        let deleted = self.change.end - self.change.start;
        (self.change.inserted.len() as u32 % 3 + 3 - deleted % 3) % 3
    }

    /// First base of the stop codon, or where it would be when the annotation lacks it.
    pub fn stop_codon(&self) -> u32 {
        if self.cds.end_complete { self.cds.end - 3.min(self.cds.end - self.cds.start) } else { self.cds.end }
    }

    /// Whether the codon at the place of the start codon is no longer the same.
    pub fn loses_start(&self) -> bool {
        let start = self.cds.start;
        if self.change.start < start {
            return true;
        }
        let before = self.codon(start, |i| self.bases.get(i as usize).copied());
        let after = self.codon(start, |i| self.altered(i));
        before.is_none() || before != after
    }

    /// The 0-based residue that holds the first changed base.
    pub fn first_codon(&self) -> u32 {
        self.change.start.saturating_sub(self.cds.start) / 3
    }

    /// The 0-based residue that begins at or behind the interbase position.
    pub fn residue_behind(&self, position: u32) -> u32 {
        position.saturating_sub(self.cds.start).div_ceil(3)
    }

    /// How many codons the coding sequence has, a started one included.
    pub fn codon_count(&self) -> u32 {
        (self.cds.end - self.cds.start).div_ceil(3)
    }

    /// The residue (0-based) of the protein as annotated.
    pub fn reference_residue(&self, residue: u32) -> AminoAcid {
        let at = self.cds.start + residue * 3;
        if self.selenocysteines.contains(&at) {
            return AminoAcid::Sec;
        }
        self.codon(at, |i| self.bases.get(i as usize).copied().filter(|_| i < self.cds.end))
            .or_else(|| self.completed(at))
            .map_or(AminoAcid::Xaa, |codon| self.table.translate(codon))
    }

    /// The residue (0-based) after the change; `None` behind the transcript's last whole codon.
    pub fn altered_residue(&self, residue: u32) -> Option<AminoAcid> {
        let at = self.cds.start + residue * 3;
        if let Some(before) = self.untouched(at)
            && self.selenocysteines.contains(&before)
        {
            return Some(AminoAcid::Sec);
        }
        let codon = self.codon(at, |i| self.altered(i)).or_else(|| match self.untouched(at) {
            Some(before) => self.completed(before),
            None => None,
        })?;
        Some(self.table.translate(codon))
    }

    /// The first residue, from the changed codon on, that is not as annotated.
    pub fn first_difference(&self) -> Option<u32> {
        (self.first_codon()..self.codon_count())
            .find(|residue| self.altered_residue(*residue) != Some(self.reference_residue(*residue)))
    }

    /// How many residues stand from `residue` to the first stop, not counting the stop; `None` when none comes.
    pub fn stop_from(&self, residue: u32) -> Option<u32> {
        let mut at = residue;
        loop {
            match self.altered_residue(at)? {
                AminoAcid::Ter => return Some(at - residue),
                _ => at += 1,
            }
        }
    }

    fn codon(&self, at: u32, base: impl Fn(u32) -> Option<u8>) -> Option<[u8; 3]> {
        Some([base(at)?, base(at + 1)?, base(at + 2)?])
    }

    /// A last codon that polyadenylation completes, as in mitochondrial genes.
    fn completed(&self, at: u32) -> Option<[u8; 3]> {
        let held = self.cds.end.checked_sub(at).filter(|n| (1..3).contains(n))?;
        let mut codon = *b"AAA";
        let bases = self.bases.get(at as usize..(at + held) as usize)?;
        codon[..held as usize].copy_from_slice(bases);
        (self.table == CodonTable::VertebrateMitochondrial).then_some(codon)
    }

    fn altered(&self, i: u32) -> Option<u8> {
        let Spliced { start, end, inserted } = self.change;
        if i < start {
            return self.bases.get(i as usize).copied();
        }
        let within = (i - start) as usize;
        match inserted.get(within) {
            Some(base) => Some(*base),
            None => self.bases.get(end as usize + within - inserted.len()).copied(),
        }
    }

    /// Where a codon of the changed transcript stands in the transcript, when the change left it whole and in frame.
    fn untouched(&self, at: u32) -> Option<u32> {
        let Spliced { start, end, inserted } = self.change;
        if at + 3 <= start {
            return Some(at);
        }
        let behind = at.checked_sub(start + inserted.len() as u32)?;
        (self.shift() == 0).then_some(end + behind)
    }
}
