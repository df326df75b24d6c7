//! What a change does to a transcript, in the terms of the Sequence Ontology, ordered by impact as Ensembl does.
//!
//! Read from a [`Projection`]: where it lies, what is left of the spliced transcript, what becomes of the protein.

mod coding;
mod splice;
mod term;

use crate::project::{Edit, Point, Projection, SplicedChange};
use crate::transcript::{Alignment, Biotype, Strand, TargetId, Transcript, TranscriptId, TranscriptSet};

pub use term::{Consequence, Consequences, Impact};

/// Bases around a gene in which a change is still reported beside it, as Ensembl does.
pub const NEARBY: u32 = 5_000;

/// The consequences of a projected change.
pub fn consequences(projection: &Projection, transcripts: &TranscriptSet) -> Consequences {
    let transcript = transcripts.transcript(projection.transcript);
    let alignment = transcripts.alignment(projection.alignment);
    let mut found = Consequences::default();
    if let Some(whole) = whole_transcript(projection, alignment) {
        found.add(whole);
        return found;
    }
    if matches!(projection.edit, Edit::Deletion | Edit::DeletionInsertion(_)) && passes_an_end(projection, alignment) {
        found.add(Consequence::FeatureTruncation);
    }
    splice::add(projection, transcript, &mut found);
    if has_intronic_bases(projection) {
        found.add(Consequence::Intron);
    }
    match transcript.cds() {
        Some(cds) => coding::add(projection, transcript, cds, &mut found),
        None => non_coding(projection, &mut found),
    }
    if transcript.biotype() == Biotype::NonsenseMediatedDecay {
        found.add(Consequence::NmdTranscript);
    }
    found
}

/// Transcripts that a change lies beside, within [`NEARBY`] bases, in the order of a report.
pub fn nearby(transcripts: &TranscriptSet, target: TargetId, start: u32, end: u32) -> Vec<(TranscriptId, Consequence)> {
    let mut found = Vec::new();
    let wide = start.saturating_sub(NEARBY)..end.saturating_add(NEARBY).max(start + 1);
    transcripts.overlapping(target, wide, &mut found);
    let beside = |alignment: &Alignment| {
        let span = alignment.span();
        let is_before = end <= span.start;
        let is_behind = start >= span.end;
        let is_upstream = match alignment.strand() {
            Strand::Plus => is_before,
            Strand::Minus => is_behind,
        };
        let term = if is_upstream { Consequence::UpstreamGene } else { Consequence::DownstreamGene };
        (is_before || is_behind).then_some((alignment.transcript(), term))
    };
    found.iter().filter_map(|id| beside(transcripts.alignment(*id))).collect()
}

fn whole_transcript(projection: &Projection, alignment: &Alignment) -> Option<Consequence> {
    let span = alignment.transcript_span();
    let covers = projection.first <= Point::exonic(span.start) && projection.last.base >= span.end as i32 - 1;
    match projection.edit {
        Edit::Deletion if covers => Some(Consequence::TranscriptAblation),
        Edit::Duplication if covers => Some(Consequence::TranscriptAmplification),
        _ => None,
    }
}

fn passes_an_end(projection: &Projection, alignment: &Alignment) -> bool {
    let span = alignment.transcript_span();
    projection.first.base < span.start as i32 || projection.last.base >= span.end as i32
}

fn has_intronic_bases(projection: &Projection) -> bool {
    let ends = projection.first.offset != 0 || projection.last.offset != 0;
    ends || matches!(projection.spliced, SplicedChange::Border { .. })
}

fn non_coding(projection: &Projection, found: &mut Consequences) {
    found.add(match projection.spliced {
        SplicedChange::None => Consequence::NonCodingTranscript,
        _ => Consequence::NonCodingTranscriptExon,
    });
}

/// Whether the change only adds bases.
fn is_addition(edit: &Edit) -> bool {
    matches!(edit, Edit::Insertion(_) | Edit::Duplication | Edit::Repeat { .. })
}

/// The exon that holds a base, on the transcript.
fn exon_ends(transcript: &Transcript, base: i32) -> (i32, i32) {
    let exon = transcript.exon_around(base.max(0) as u32);
    (exon.start as i32, exon.end as i32)
}

#[cfg(test)]
mod tests;
