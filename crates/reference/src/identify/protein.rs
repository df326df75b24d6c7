//! Protein changes alone: which nucleotide changes they may be is listed, never chosen.

use cairn_variant::{
    hgvs::{
        Accession, AccessionKind, AminoAcid, Axis, Bases, Composition, Hgvs, Location, NucleotideChange,
        NucleotideEdit, Position, ProteinChange, ProteinEdit, ProteinLocation, Reference, Residue,
    },
    transcript::{Mane, Transcript, TranscriptId},
};

use super::{IdentifyOptions, Identifying, stop::Stop};
use crate::{
    Identity,
    identity::{Candidate, Notice},
};

const BASES: [u8; 4] = *b"ACGT";

impl Identifying<'_> {
    pub fn protein(self, reference: &Reference, changes: &Composition<ProteinChange>) -> Result<Identity, Stop> {
        let transcripts = self.coding_transcripts(reference)?;
        let remedy = "give the nucleotide change, such as NM_007294.4:c.5096G>A";
        let Some(ProteinChange {
            location: ProteinLocation::Single(residue), edit: ProteinEdit::Substitution(to), ..
        }) = changes.only()
        else {
            let message = "a protein change does not tell the nucleotide change, and this one may come from very many";
            return Err(Stop::refused("protein_only", message, remedy));
        };
        let mut mismatch = None;
        for id in transcripts {
            let transcript = self.reference.transcripts().transcript(id);
            match codon_of(transcript, *residue) {
                Some((codon, found)) if found == residue.amino_acid => {
                    return Err(self.single_base_candidates(transcript, *residue, codon, *to));
                }
                Some((_, found)) => {
                    mismatch = mismatch.or(Some(format!(
                        "{} has {found} at residue {}, not {}",
                        transcript.accession(),
                        residue.position,
                        residue.amino_acid
                    )))
                }
                None => {}
            }
        }
        Err(match mismatch {
            Some(message) => Stop::refused("reference_mismatch", message, "check the residue and the transcript"),
            None => Stop::refused("protein_only", "no loaded transcript with bases has this residue", remedy),
        })
    }

    /// Every change of the codon by one base, then by two or three where one is not enough.
    fn single_base_candidates(self, transcript: &Transcript, residue: Residue, codon: [u8; 3], to: AminoAcid) -> Stop {
        let start = (residue.position - 1) * 3;
        let mut candidates: Vec<Candidate> = Vec::new();
        for altered in all_codons() {
            let differing: Vec<usize> = (0..3).filter(|at| altered[*at] != codon[*at]).collect();
            if translate(transcript, altered) != Some(to) || differing.is_empty() {
                continue;
            }
            candidates.extend(self.codon_candidate(transcript, start, codon, altered, &differing));
        }
        candidates.sort_by_key(|candidate| (candidate.why.clone(), candidate.expression.clone()));
        let message = format!(
            "a protein change does not tell the nucleotide change; {} nucleotide changes give {residue:?}",
            candidates.len()
        );
        let message =
            message.replace(&format!("{residue:?}"), &format!("p.{}{}{to}", residue.amino_acid, residue.position));
        Stop::ambiguous(candidates, Notice::new("protein_only", message).with_remedy("choose one of them"))
    }

    fn codon_candidate(
        self,
        transcript: &Transcript,
        start: u32,
        codon: [u8; 3],
        altered: [u8; 3],
        differing: &[usize],
    ) -> Option<Candidate> {
        let (first, last) = (*differing.first()?, *differing.last()?);
        let text = |bases: &[u8]| std::str::from_utf8(bases).ok().and_then(Bases::new);
        let at = |place: usize| Position::base(start + place as u32 + 1);
        let edit = match first == last {
            true => NucleotideEdit::Substitution {
                reference: text(&codon[first..=first])?,
                alternative: text(&altered[first..=first])?,
            },
            false => NucleotideEdit::DeletionInsertion {
                deleted: cairn_variant::hgvs::Stated::Nothing,
                inserted: cairn_variant::hgvs::Inserted::bases(text(&altered[first..=last])?),
            },
        };
        let change = NucleotideChange { location: Location::between(at(first), at(last)), edit, predicted: false };
        let accession = Accession::clone(transcript.accession());
        let quick = Self { options: IdentifyOptions { without_transcripts: true, ..self.options }, ..self };
        let identity = quick.on_transcript(&accession, Axis::Coding, &change).ok();
        Some(Candidate {
            expression: Hgvs::nucleotide(Reference::sequence(accession), Axis::Coding, change).to_string(),
            variant_id: identity.and_then(|identity| identity.variant_id),
            why: match differing.len() {
                1 => "1 base changes".to_owned(),
                count => format!("{count} bases change"),
            },
        })
    }

    /// The transcripts that code for a protein, the best first.
    fn coding_transcripts(self, reference: &Reference) -> Result<Vec<TranscriptId>, Stop> {
        let set = self.reference.transcripts();
        let ids: Vec<TranscriptId> = match reference {
            Reference::Gene(symbol) => self.transcripts_of(symbol)?.0,
            Reference::Sequence { accession, .. } if accession.kind() == AccessionKind::Protein => {
                set.of_protein(accession).collect()
            }
            Reference::Sequence { accession, .. } => {
                set.find(&accession.to_string()).map(|found| found.id).into_iter().collect()
            }
            Reference::Chromosome { .. } => Vec::new(),
        };
        let mut coding: Vec<_> = ids.into_iter().filter(|id| set.transcript(*id).cds().is_some()).collect();
        coding.sort_by_key(|id| set.transcript(*id).rank());
        // The chosen transcript of the gene decides, also when the residue does not fit it.
        if coding.first().is_some_and(|id| set.transcript(*id).mane() == Mane::Select) {
            coding.truncate(1);
        }
        match coding.is_empty() {
            true => Err(Stop::not_loaded(&format!("a transcript that codes for {reference}"))),
            false => Ok(coding),
        }
    }
}

/// The codon of a residue and what it codes for; `None` outside the coding sequence or without bases.
fn codon_of(transcript: &Transcript, residue: Residue) -> Option<([u8; 3], AminoAcid)> {
    let cds = transcript.cds()?;
    let start = (cds.start + residue.position.checked_sub(1)?.checked_mul(3)?) as usize;
    (start + 3 <= cds.end as usize).then_some(())?;
    let codon: [u8; 3] = transcript.sequence()?.get(start..start + 3)?.try_into().ok()?;
    Some((codon, translate(transcript, codon)?))
}

fn translate(transcript: &Transcript, codon: [u8; 3]) -> Option<AminoAcid> {
    AminoAcid::from_one_letter(transcript.codon_table().translate(codon).one_letter() as u8)
}

fn all_codons() -> impl Iterator<Item = [u8; 3]> {
    BASES.into_iter().flat_map(|a| BASES.into_iter().flat_map(move |b| BASES.into_iter().map(move |c| [a, b, c])))
}
