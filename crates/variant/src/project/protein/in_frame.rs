//! Changes that keep the reading frame: substitution, deletion, duplication, insertion, delins of residues.

use crate::hgvs::{AminoAcid, InsertedResidues, ProteinChange, ProteinEdit, ProteinLocation, Residue};

use super::altered::Reading;
use super::{extension, predicted, substituted, whole};

/// Describes a change that keeps the frame and ends before the stop codon.
pub(super) fn describe(reading: &Reading<'_>) -> ProteinChange {
    let (change, first) = (reading.change(), reading.first_codon());
    if change.end - change.start == 1 && change.inserted.len() == 1 {
        let found = reading.altered_residue(first).unwrap_or(AminoAcid::Xaa);
        return substituted(reading.reference_residue(first), first + 1, found);
    }
    let last = reading.codons_behind(first);
    let reference: Vec<AminoAcid> = (first..last).map(|r| reading.reference_residue(r)).collect();
    let count = reading.altered_count(last - first);
    let mut altered: Vec<AminoAcid> = (first..first + count).filter_map(|r| reading.altered_residue(r)).collect();
    let stops = altered.iter().position(|a| *a == AminoAcid::Ter);
    if let Some(stop) = stops {
        altered.truncate(stop + 1);
    }
    compare(reading, first, &reference, &altered, stops.is_some())
}

/// Residues from `at` to the stop are replaced by others up to a new stop: the stop codon went with them.
pub(super) fn to_the_end(reading: &Reading<'_>, at: u32) -> ProteinChange {
    let last = reading.codon_count() - 1;
    let Some(length) = reading.stop_from(at) else {
        let residue = Residue { amino_acid: reading.reference_residue(at), position: at + 1 };
        return predicted(ProteinLocation::Single(residue), extension(reading.altered_residue(at), reading, at));
    };
    let altered: Vec<AminoAcid> = (at..=at + length).filter_map(|r| reading.altered_residue(r)).collect();
    predicted(range(reading, at, last), delins(&altered))
}

fn compare(
    reading: &Reading<'_>,
    first: u32,
    reference: &[AminoAcid],
    altered: &[AminoAcid],
    stops: bool,
) -> ProteinChange {
    let prefix = reference.iter().zip(altered).take_while(|(a, b)| a == b).count();
    let (mut reference, mut altered) = (&reference[prefix..], &altered[prefix..]);
    let first = first + prefix as u32;
    if let [AminoAcid::Ter, ..] = altered {
        return substituted(reading.reference_residue(first), first + 1, AminoAcid::Ter);
    }
    if !stops {
        let shared = reference.iter().rev().zip(altered.iter().rev()).take_while(|(a, b)| a == b).count();
        reference = &reference[..reference.len() - shared];
        altered = &altered[..altered.len() - shared];
    }
    match (reference, altered) {
        ([], []) => unchanged(reading),
        ([], inserted) => inserted_before(reading, first, inserted, stops),
        (deleted, []) => deleted_from(reading, first, deleted.len() as u32),
        ([one], [other]) => substituted(*one, first + 1, *other),
        _ => predicted(range(reading, first, first + reference.len() as u32 - 1), delins(altered)),
    }
}

/// Silent: the residue is named when one codon is concerned.
pub(super) fn unchanged(reading: &Reading<'_>) -> ProteinChange {
    let first = reading.first_codon();
    match reading.codons_behind(first) - first {
        1 => substituted(reading.reference_residue(first), first + 1, reading.reference_residue(first)),
        _ => whole(ProteinEdit::Identity),
    }
}

/// Residues `first..first + count` go, at their most C-terminal place.
fn deleted_from(reading: &Reading<'_>, mut first: u32, count: u32) -> ProteinChange {
    let stop = reading.codon_count();
    while first + count < stop && reading.reference_residue(first) == reading.reference_residue(first + count) {
        first += 1;
    }
    predicted(range(reading, first, first + count - 1), ProteinEdit::Deletion)
}

/// Residues come before `at`, at their most C-terminal place; a copy of those before is a duplication.
fn inserted_before(reading: &Reading<'_>, mut at: u32, inserted: &[AminoAcid], stops: bool) -> ProteinChange {
    let (mut inserted, stop, count) = (inserted.to_vec(), reading.codon_count(), inserted.len() as u32);
    while !stops && at < stop && inserted.first() == Some(&reading.reference_residue(at)) {
        inserted.rotate_left(1);
        at += 1;
    }
    if at >= count && (0..count).all(|i| reading.reference_residue(at - count + i) == inserted[i as usize]) {
        return predicted(range(reading, at - count, at - 1), ProteinEdit::Duplication);
    }
    let residues = InsertedResidues::Residues(inserted);
    predicted(range(reading, at.saturating_sub(1), at), ProteinEdit::Insertion(residues))
}

fn delins(altered: &[AminoAcid]) -> ProteinEdit {
    ProteinEdit::DeletionInsertion(InsertedResidues::Residues(altered.to_vec()))
}

fn range(reading: &Reading<'_>, first: u32, last: u32) -> ProteinLocation {
    let residue = |r: u32| Residue { amino_acid: reading.reference_residue(r), position: r + 1 };
    if first == last {
        ProteinLocation::Single(residue(first))
    } else {
        ProteinLocation::Range(residue(first), residue(last))
    }
}

impl Reading<'_> {
    /// The residue behind the last one that the change touches in the protein as annotated.
    fn codons_behind(&self, first: u32) -> u32 {
        let change = self.change();
        let touched = self.residue_behind(change.end);
        touched.max(if change.start == change.end { self.residue_behind(change.start) } else { first + 1 })
    }

    /// How many residues stand in the place of `count`, the frame being kept.
    fn altered_count(&self, count: u32) -> u32 {
        let change = self.change();
        let bases = (count * 3 + change.inserted.len() as u32).saturating_sub(change.end - change.start);
        bases / 3
    }
}
