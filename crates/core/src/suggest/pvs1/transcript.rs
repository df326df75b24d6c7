//! A transcript after a null variant: its exons, its first stop, what is lost of the protein.

use cairn_variant::hgvs::AminoAcid;
use cairn_variant::transcript::{Cds, CodonTable, Transcript};
use std::ops::Range;

/// Bases before the last exon junction within which a stop escapes decay.
const ESCAPES: u32 = 50;

/// The exons of a transcript and where it is translated; 0-based, half-open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExonShape {
    /// The exons along the transcript.
    pub exons: Vec<Range<u32>>,
    /// The coding sequence, stop codon included.
    pub cds: Range<u32>,
}

/// What became of a transcript.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Altered {
    /// Exons that are left.
    pub exons: usize,
    /// Where the last exon junction lies; `None` for one exon.
    pub last_junction: Option<u32>,
    /// First base of a stop codon before the old one, on the altered transcript.
    pub premature_stop: Option<u32>,
    /// The codon of that stop, from 1.
    pub stop_residue: Option<u32>,
    /// Residues of the reference protein.
    pub residues: u32,
    /// Residues that are lost: all behind the new stop, or those cut out.
    pub residues_lost: u32,
    /// Coding bases that are missing, or come in addition.
    pub coding_bases_lost: u32,
    /// How far the frame behind is moved: 0, 1, 2.
    pub frame_shift: u32,
}

impl ExonShape {
    /// The shape of a coding transcript; `None` without a complete coding sequence.
    pub fn of(transcript: &Transcript) -> Option<Self> {
        let cds = transcript.cds().filter(|cds: &Cds| cds.start_complete && cds.end_complete)?;
        let (mut exons, mut base) = (Vec::new(), 0);
        while base < transcript.length() {
            let exon = transcript.exon_around(base);
            base = exon.end.max(base + 1);
            exons.push(exon);
        }
        Some(Self { exons, cds: cds.start..cds.end })
    }

    /// Residues of the protein, the stop not counted.
    pub fn residues(&self) -> u32 {
        ((self.cds.end - self.cds.start) / 3).saturating_sub(1)
    }

    /// The number of the exon that holds a base, from 1.
    pub fn exon_of(&self, base: u32) -> Option<usize> {
        self.exons.iter().position(|exon| exon.contains(&base)).map(|at| at + 1)
    }

    /// The transcript after `start..end` was replaced; `None` when the change takes an end of the coding sequence away,
    /// or the bases do not fit.
    pub fn replaced(&self, bases: &[u8], table: CodonTable, change: Range<u32>, inserted: &[u8]) -> Option<Altered> {
        let fits = change.start <= change.end && (change.end as usize) <= bases.len();
        if !fits || change.start < self.cds.start + 3 || change.end > self.cds.end {
            return None;
        }
        let mut altered = bases[..change.start as usize].to_vec();
        altered.extend_from_slice(inserted);
        altered.extend_from_slice(&bases[change.end as usize..]);
        let removed = change.end - change.start;
        let exons = self.lengths_without(&change, inserted.len() as u32);
        Some(self.judge(&altered, table, &exons, removed, inserted.len() as u32, change.start))
    }

    /// Lengths of the exons after `cut` was replaced by so many bases.
    fn lengths_without(&self, cut: &Range<u32>, inserted: u32) -> Vec<u32> {
        let mut lengths = Vec::new();
        let mut left = inserted;
        for exon in &self.exons {
            let inside = exon.end.min(cut.end).saturating_sub(exon.start.max(cut.start));
            let holds_start = exon.contains(&cut.start) || (cut.is_empty() && cut.start == exon.end);
            let more = if holds_start { std::mem::take(&mut left) } else { 0 };
            let length = exon.end - exon.start - inside + more;
            if length > 0 {
                lengths.push(length);
            }
        }
        lengths
    }

    fn judge(&self, bases: &[u8], table: CodonTable, exons: &[u32], removed: u32, added: u32, at: u32) -> Altered {
        let shift = (added % 3 + 3 - removed % 3) % 3;
        let residues = self.residues();
        let old_stop = (self.cds.end - 3 + added).saturating_sub(removed);
        let stop = first_stop(bases, table, self.cds.start).filter(|stop| *stop < old_stop || shift != 0);
        let stop_residue = stop.map(|stop| (stop - self.cds.start) / 3 + 1);
        let first_changed = (at - self.cds.start) / 3;
        let residues_lost = match stop {
            Some(_) => residues.saturating_sub(first_changed),
            None => removed.saturating_sub(added) / 3,
        };
        let total: u32 = exons.iter().sum();
        Altered {
            exons: exons.len(),
            last_junction: (exons.len() > 1).then(|| total - exons.last().copied().unwrap_or(0)),
            premature_stop: stop,
            stop_residue,
            residues,
            residues_lost: residues_lost.min(residues),
            coding_bases_lost: removed.abs_diff(added),
            frame_shift: shift,
        }
    }
}

impl Altered {
    /// Whether decay is predicted: a new stop more than 50 bases before the last exon junction.
    pub fn is_degraded(&self) -> bool {
        match (self.premature_stop, self.last_junction) {
            (Some(stop), Some(junction)) => junction > stop && junction - stop > ESCAPES,
            _ => false,
        }
    }

    /// The share of the protein that is lost.
    pub fn removed_share(&self) -> f64 {
        if self.residues == 0 { 0.0 } else { f64::from(self.residues_lost) / f64::from(self.residues) }
    }
}

/// The first stop codon in frame with the start.
fn first_stop(bases: &[u8], table: CodonTable, start: u32) -> Option<u32> {
    let coding = bases.get(start as usize..)?;
    let at =
        coding.chunks_exact(3).position(|codon| table.translate([codon[0], codon[1], codon[2]]) == AminoAcid::Ter)?;
    Some(start + at as u32 * 3)
}
