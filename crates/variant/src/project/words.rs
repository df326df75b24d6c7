//! Projections in HGVS words.

use crate::hgvs::{
    Accession, Axis, Bases, Count, Hgvs, Inserted, Location, NucleotideChange, NucleotideEdit, Reference, RepeatUnit,
    Selector, Stated,
};
use crate::transcript::{Transcript, TranscriptSet, parse_accession};

use super::{Edit, Projection};

impl Projection {
    /// The description on the transcript: `c.` for a coding one, `n.` for any other. `None` for places that
    /// `n.` cannot number, before the first base.
    pub fn coding(&self, transcripts: &TranscriptSet) -> Option<Hgvs> {
        let transcript = transcripts.transcript(self.transcript);
        self.described(transcript, reference(transcript))
    }

    /// The same with the sequence it was projected from, as HGVS wants it for introns:
    /// `NC_000017.11(NM_007294.4):c.134+1del`.
    pub fn coding_in_context(&self, transcripts: &TranscriptSet) -> Option<Hgvs> {
        let transcript = transcripts.transcript(self.transcript);
        let target = transcripts.alignment(self.alignment).target();
        let accession = parse_accession(transcripts.target_accession(target)).ok()?;
        let selector = Some(Selector::Sequence(transcript.accession().clone()));
        self.described(transcript, Reference::Sequence { accession, selector })
    }

    /// The predicted protein change on the protein's accession; `None` when there is none or no accession is known.
    pub fn protein(&self, transcripts: &TranscriptSet) -> Option<Hgvs> {
        let protein = transcripts.transcript(self.transcript).protein()?.clone();
        Some(Hgvs::protein(Reference::sequence(protein), self.protein.clone()?))
    }

    fn described(&self, transcript: &Transcript, reference: Reference) -> Option<Hgvs> {
        let cds = transcript.cds();
        let location = Location::between(self.first.position(cds)?, self.last.position(cds)?);
        let change = NucleotideChange { location, edit: edit_words(&self.edit)?, predicted: false };
        let axis = if cds.is_some() { Axis::Coding } else { Axis::NonCoding };
        Some(Hgvs::nucleotide(reference, axis, change))
    }
}

/// The transcript by its own accession.
pub(super) fn reference(transcript: &Transcript) -> Reference {
    Reference::sequence(Accession::clone(transcript.accession()))
}

/// The words of an edit; `None` when a letter is no nucleotide code.
pub(crate) fn edit_words(edit: &Edit) -> Option<NucleotideEdit> {
    Some(match edit {
        Edit::Identity => NucleotideEdit::Identity(Stated::Nothing),
        Edit::Substitution { reference, alternative } => {
            NucleotideEdit::Substitution { reference: bases(&[*reference])?, alternative: bases(&[*alternative])? }
        }
        Edit::Deletion => NucleotideEdit::Deletion(Stated::Nothing),
        Edit::Duplication => NucleotideEdit::Duplication(Stated::Nothing),
        Edit::Insertion(inserted) => NucleotideEdit::Insertion(Inserted::bases(bases(inserted)?)),
        Edit::DeletionInsertion(inserted) => {
            NucleotideEdit::DeletionInsertion { deleted: Stated::Nothing, inserted: Inserted::bases(bases(inserted)?) }
        }
        Edit::Inversion => NucleotideEdit::Inversion(Stated::Nothing),
        Edit::Repeat { unit, copies } => {
            NucleotideEdit::Repeat(vec![RepeatUnit { unit: Some(bases(unit)?), copies: Count::Exact(*copies) }])
        }
    })
}

/// Bases as HGVS keeps them.
pub(crate) fn bases(letters: &[u8]) -> Option<Bases> {
    Bases::new(std::str::from_utf8(letters).ok()?)
}
