//! Consequences in and beside the coding sequence.

use crate::hgvs::{AminoAcid, InsertedResidues, ProteinChange, ProteinEdit, ProteinLocation};
use crate::project::{Projection, SplicedChange};
use crate::transcript::{Cds, Transcript};

use super::{Consequence, Consequences};

pub(super) fn add(projection: &Projection, transcript: &Transcript, cds: Cds, found: &mut Consequences) {
    let (start, end, inserted) = match &projection.spliced {
        SplicedChange::None => return,
        SplicedChange::Base(n, _) => (*n, *n + 1, Some(1)),
        SplicedChange::Replaced { start, end, inserted } => (*start, *end, Some(inserted.len() as u32)),
        SplicedChange::Border { start, end } => (*start, *end, None),
    };
    // An insertion just before the first or behind the last base of the coding sequence lies beside it.
    if start < cds.start || (start == end && end == cds.start) {
        found.add(Consequence::FivePrimeUtr);
    }
    if end > cds.end || (start == end && start == cds.end) {
        found.add(Consequence::ThreePrimeUtr);
    }
    if start >= cds.end || end <= cds.start {
        return;
    }
    let Some(inserted) = inserted else { return found.add(Consequence::CodingSequence) };
    let inside = end.min(cds.end) - start.max(cds.start);
    let shifts = inside % 3 != inserted % 3;
    match &projection.protein {
        Some(protein) => {
            of_protein(protein, Touched { start, end, cds, shifts, same_length: end - start == inserted }, found)
        }
        None if shifts => found.add(Consequence::Frameshift),
        None => found.add(Consequence::CodingSequence),
    }
    let cut = !cds.end_complete && end + 3 > cds.end && !(cds.end - cds.start).is_multiple_of(3);
    if cut && transcript.sequence().is_some() {
        found.add(Consequence::IncompleteTerminalCodon);
    }
}

/// Where the coding sequence is touched.
struct Touched {
    start: u32,
    end: u32,
    cds: Cds,
    shifts: bool,
    same_length: bool,
}

impl Touched {
    fn start_codon(&self) -> bool {
        self.start < self.cds.start + 3
    }

    fn stop_codon(&self) -> bool {
        self.cds.end_complete && self.end > self.cds.end.saturating_sub(3)
    }
}

fn of_protein(protein: &ProteinChange, touched: Touched, found: &mut Consequences) {
    match &protein.edit {
        ProteinEdit::Substitution(AminoAcid::Ter) => {
            found.add(Consequence::StopGained);
            if touched.shifts {
                found.add(Consequence::Frameshift);
            }
        }
        ProteinEdit::Substitution(_) => found.add(residues(&touched)),
        ProteinEdit::Deletion => found.add(Consequence::InframeDeletion),
        ProteinEdit::Duplication | ProteinEdit::Repeat(_) => found.add(Consequence::InframeInsertion),
        ProteinEdit::Insertion(inserted) => {
            found.add(Consequence::InframeInsertion);
            stop_among(inserted, found);
        }
        ProteinEdit::DeletionInsertion(inserted) => {
            found.add(residues(&touched));
            stop_among(inserted, found);
        }
        ProteinEdit::Frameshift { .. } => found.add(Consequence::Frameshift),
        ProteinEdit::CTerminalExtension { .. } => {
            found.add(Consequence::StopLost);
            if touched.shifts {
                found.add(Consequence::Frameshift);
            }
        }
        ProteinEdit::NTerminalExtension { .. } => found.add(Consequence::StartLost),
        ProteinEdit::Identity if touched.stop_codon() => found.add(Consequence::StopRetained),
        ProteinEdit::Identity if touched.start_codon() => found.add(Consequence::StartRetained),
        ProteinEdit::Identity => found.add(Consequence::Synonymous),
        ProteinEdit::Unknown if matches!(protein.location, ProteinLocation::Single(_)) => {
            found.add(Consequence::StartLost);
        }
        ProteinEdit::Unknown => found.add(Consequence::CodingSequence),
        ProteinEdit::Absent | ProteinEdit::ProbablyAbsent => {
            found.add(Consequence::StartLost);
            found.add(Consequence::StopLost);
        }
    }
}

fn residues(touched: &Touched) -> Consequence {
    if touched.same_length { Consequence::Missense } else { Consequence::ProteinAltering }
}

fn stop_among(inserted: &InsertedResidues, found: &mut Consequences) {
    if matches!(inserted, InsertedResidues::Residues(r) if r.contains(&AminoAcid::Ter)) {
        found.add(Consequence::StopGained);
    }
}
