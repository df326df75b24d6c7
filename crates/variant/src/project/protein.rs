//! What a change of a transcript does to its protein, predicted from the transcript's own bases (HGVS protein
//! recommendations). Splicing is not predicted: whoever calls says what is left of the transcript.

mod altered;
mod in_frame;

use crate::hgvs::{AminoAcid, NewStop, ProteinChange, ProteinEdit, ProteinLocation, Residue};
use crate::transcript::Transcript;

use altered::Reading;

/// A replacement on a transcript, 0-based interbase, with the transcript's own bases outside it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spliced<'a> {
    pub start: u32,
    pub end: u32,
    pub inserted: &'a [u8],
}

/// Predicts the protein change; `None` when the transcript is not coding or its bases are not loaded.
pub(crate) fn predict(transcript: &Transcript, change: Spliced<'_>) -> Option<ProteinChange> {
    let cds = transcript.cds()?;
    let reading = Reading::new(transcript, change)?;
    let in_utr = change.start >= cds.end || change.end <= cds.start;
    if in_utr || reading.is_unchanged() {
        return Some(whole(ProteinEdit::Identity));
    }
    if change.start <= cds.start && change.end >= cds.end {
        return Some(whole_certain(ProteinEdit::ProbablyAbsent));
    }
    if !cds.start_complete {
        return Some(unknown());
    }
    if change.start < cds.start + 3 && reading.loses_start() {
        let residue = Residue { amino_acid: AminoAcid::Met, position: 1 };
        return Some(predicted(ProteinLocation::Single(residue), ProteinEdit::Unknown));
    }
    Some(match reading.shift() {
        0 if change.end <= reading.stop_codon() => in_frame::describe(&reading),
        0 => past_the_stop(&reading),
        _ => shifted(&reading),
    })
}

/// `p.?`: the effect cannot be predicted.
pub(crate) fn unknown() -> ProteinChange {
    whole_certain(ProteinEdit::Unknown)
}

/// A change of one residue by another: the fast way for substitutions.
fn substituted(reference: AminoAcid, position: u32, alternative: AminoAcid) -> ProteinChange {
    let residue = Residue { amino_acid: reference, position };
    let edit = if reference == alternative { ProteinEdit::Identity } else { ProteinEdit::Substitution(alternative) };
    predicted(ProteinLocation::Single(residue), edit)
}

/// The frame is broken: the first amino acid that differs, and the stop counted from it.
fn shifted(reading: &Reading<'_>) -> ProteinChange {
    match reading.first_difference() {
        Some(at) => from_difference(reading, at, true),
        None => whole(ProteinEdit::Identity),
    }
}

/// In frame, but the stop codon itself is changed.
fn past_the_stop(reading: &Reading<'_>) -> ProteinChange {
    match reading.first_difference() {
        Some(at) => from_difference(reading, at, false),
        None => in_frame::unchanged(reading),
    }
}

fn from_difference(reading: &Reading<'_>, at: u32, is_shifted: bool) -> ProteinChange {
    let reference = reading.reference_residue(at);
    let found = reading.altered_residue(at);
    let residue = Residue { amino_acid: reference, position: at + 1 };
    let location = ProteinLocation::Single(residue);
    let Some(found) = found else {
        // The transcript ends before another codon is read.
        let edit = match reference {
            AminoAcid::Ter => extension(None, reading, at),
            _ => ProteinEdit::Frameshift { first: None, stop: Some(NewStop::Unknown) },
        };
        return predicted(location, edit);
    };
    match (reference, found) {
        (_, AminoAcid::Ter) => predicted(location, ProteinEdit::Substitution(AminoAcid::Ter)),
        (AminoAcid::Ter, _) => predicted(location, extension(Some(found), reading, at)),
        _ if is_shifted => {
            let stop = reading.stop_from(at).map_or(NewStop::Unknown, |n| NewStop::At(n + 1));
            predicted(location, ProteinEdit::Frameshift { first: Some(found), stop: Some(stop) })
        }
        _ => in_frame::to_the_end(reading, at),
    }
}

/// The stop codon is lost: the new one is counted from the old as 0 (`Ter110GlnextTer17`).
fn extension(first: Option<AminoAcid>, reading: &Reading<'_>, at: u32) -> ProteinEdit {
    let stop = reading.stop_from(at).map_or(NewStop::Unknown, NewStop::At);
    ProteinEdit::CTerminalExtension { first, tail: Vec::new(), stop: Some(stop) }
}

fn predicted(location: ProteinLocation, edit: ProteinEdit) -> ProteinChange {
    ProteinChange { location, edit, predicted: true }
}

fn whole(edit: ProteinEdit) -> ProteinChange {
    predicted(ProteinLocation::Whole, edit)
}

fn whole_certain(edit: ProteinEdit) -> ProteinChange {
    ProteinChange { location: ProteinLocation::Whole, edit, predicted: false }
}
