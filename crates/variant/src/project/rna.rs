//! The change of the mature RNA, predicted from what is left of the exons.

use crate::hgvs::{Axis, Hgvs, Location, NucleotideChange, NucleotideEdit};
use crate::interbase::Interval;
use crate::transcript::{Strand, Transcript, TranscriptSet};

use super::{
    NAMELESS, Point, Projection, Reading, RepeatRule, Replaced, SplicedChange, Whole, describe, edit_words, words,
};

impl Projection {
    /// The `r.` description, in parentheses; `r.?` where splicing may change. `None` when the transcript's bases are
    /// not loaded. The 3′ rule runs over exon/exon junctions here: RNA has none.
    pub fn rna(&self, transcripts: &TranscriptSet) -> Option<Hgvs> {
        let transcript = transcripts.transcript(self.transcript);
        let change = match &self.spliced {
            SplicedChange::Base(n, base) => spliced(transcript, *n, *n + 1, std::slice::from_ref(base))?,
            SplicedChange::Replaced { start, end, inserted } => spliced(transcript, *start, *end, inserted)?,
            SplicedChange::None | SplicedChange::Border { .. } => {
                NucleotideChange { location: Location::Whole, edit: NucleotideEdit::Unknown, predicted: false }
            }
        };
        Some(Hgvs::nucleotide(words::reference(transcript), Axis::Rna, change))
    }
}

/// A change of the spliced transcript as `r.`, in parentheses.
pub(crate) fn spliced(transcript: &Transcript, start: u32, end: u32, inserted: &[u8]) -> Option<NucleotideChange> {
    let own = transcript.sequence()?;
    let reading = Reading {
        source: &Whole(own),
        sequence: *NAMELESS,
        strand: Strand::Plus,
        bounds: Interval::new(0, own.len() as u64)?,
    };
    let change = Replaced { start: u64::from(start), end: u64::from(end), deleted: None, inserted };
    let rule = if transcript.cds().is_some() { RepeatRule::WholeCodons } else { RepeatRule::Any };
    let described = describe(&reading, change, rule).ok()?;
    let position = |p: u64| Point::exonic(p as u32).position(transcript.cds());
    let location = Location::between(position(described.first)?, position(described.last)?);
    Some(NucleotideChange { location, edit: edit_words(&described.edit)?, predicted: true })
}
