//! Which loaded sequence a description means.

use crate::contig::GenomeContig;
use crate::digest::RefgetAccession;
use crate::hgvs::{Accession, AccessionKind, Axis, Reference, Selector, Text};
use crate::project::Projector;
use crate::sequence::SequenceSource;
use crate::transcript::{AlignmentId, Lookup, TargetId, TranscriptId};

use super::ground::{Ground, JunctionRule, OnTranscript};
use super::{NormalizeError, axis_letter};

/// A ground, and the reference as it should be written.
pub(super) struct FoundGround<'a> {
    pub ground: Ground<'a>,
    pub reference: Reference,
    pub newest_version_taken: bool,
}

impl<'a, S: SequenceSource> Projector<'a, S> {
    pub(super) fn ground(&self, reference: &Reference, axis: Axis) -> Result<FoundGround<'a>, NormalizeError> {
        if axis.is_transcript() {
            self.transcript_ground(reference, axis)
        } else {
            self.genomic_ground(reference, axis)
        }
    }

    /// The protein instead of the transcript that codes for it.
    pub(super) fn of_protein(&self, reference: &Reference) -> Reference {
        let protein = |accession: &Accession| {
            let id = self.transcripts.find(&accession.text())?.id;
            self.transcripts.transcript(id).protein().cloned()
        };
        match reference {
            Reference::Sequence { accession, selector: Some(Selector::Sequence(transcript)) } => {
                let selector = protein(transcript).unwrap_or_else(|| transcript.clone());
                Reference::Sequence { accession: accession.clone(), selector: Some(Selector::Sequence(selector)) }
            }
            Reference::Sequence { accession, selector } => Reference::Sequence {
                accession: protein(accession).unwrap_or_else(|| accession.clone()),
                selector: selector.clone(),
            },
            other => other.clone(),
        }
    }

    fn genomic_ground(&self, reference: &Reference, axis: Axis) -> Result<FoundGround<'a>, NormalizeError> {
        let found = |sequence: RefgetAccession, reference: Reference| {
            let length = self.sequences.length(&sequence);
            let length = length.or_else(|| GenomeContig::from_refget(&sequence).map(GenomeContig::length));
            let length = length.unwrap_or(u64::from(u32::MAX));
            FoundGround { ground: Ground::Genomic { sequence, length, axis }, reference, newest_version_taken: false }
        };
        match reference {
            Reference::Chromosome { contig, assembly: Some(assembly) } => {
                Ok(found(contig.on(*assembly).refget(), reference.clone()))
            }
            Reference::Chromosome { assembly: None, .. } => {
                Err(NormalizeError::AssemblyMissing { reference: reference.to_string() })
            }
            Reference::Sequence { accession, .. } => {
                let remedy = "give a genomic reference (NC_, NG_, LRG_), or count with `c.` or `n.`";
                match accession.kind() {
                    AccessionKind::CodingTranscript
                    | AccessionKind::NonCodingTranscript
                    | AccessionKind::Transcript
                    | AccessionKind::Protein => Err(mismatch(axis, reference, remedy)),
                    // A transcript beside a genomic reference says where to count, which `g.` does not need.
                    _ if matches!(reference, Reference::Sequence { selector: Some(Selector::Sequence(_)), .. }) => {
                        Err(mismatch(axis, reference, remedy))
                    }
                    _ => Ok(found(self.genomic_sequence(accession)?, reference.clone())),
                }
            }
            Reference::Gene(_) => Err(mismatch(axis, reference, "give a genomic reference (NC_, NG_, LRG_)")),
        }
    }

    fn genomic_sequence(&self, accession: &Accession) -> Result<RefgetAccession, NormalizeError> {
        let name = accession.text();
        let unknown = || NormalizeError::UnknownReference { accession: name.to_string() };
        if let Some(contig) = GenomeContig::from_refseq(&name) {
            return Ok(contig.refget());
        }
        self.transcripts.target(&name).and_then(|t| self.transcripts.target_refget(t)).ok_or_else(unknown)
    }

    fn transcript_ground(&self, reference: &Reference, axis: Axis) -> Result<FoundGround<'a>, NormalizeError> {
        let Reference::Sequence { accession, selector } = reference else {
            return Err(self.candidates(reference, &self.of_gene(reference)));
        };
        match (accession.kind(), selector) {
            (AccessionKind::Protein, _) => Err(mismatch(axis, reference, "count residues with `p.`")),
            (AccessionKind::Chromosome | AccessionKind::Genomic, Some(Selector::Sequence(transcript))) => {
                self.in_context(accession, transcript, axis)
            }
            (AccessionKind::Chromosome | AccessionKind::Genomic, Some(Selector::Gene(gene))) => {
                let ids = self.of_gene_on(accession, gene);
                self.only_one(reference, accession, &ids, axis)
            }
            (AccessionKind::Chromosome, None) => {
                Err(mismatch(axis, reference, "name the transcript in parentheses, or count with `g.`"))
            }
            (AccessionKind::Genomic, None) => {
                let ids = self.on_target(accession);
                self.only_one(reference, accession, &ids, axis)
            }
            _ => self.by_itself(accession, axis, reference),
        }
    }

    /// `NM_007294.4:c.…`
    fn by_itself(
        &self,
        accession: &Accession,
        axis: Axis,
        reference: &Reference,
    ) -> Result<FoundGround<'a>, NormalizeError> {
        let (id, newest_version_taken) = self.find_transcript(accession)?;
        let own = self.transcripts.transcript(id).accession().clone();
        let context = self.usual_context(id);
        let ground = Ground::Own(self.on_transcript(id, axis, context, false, reference)?);
        let selector = match reference {
            Reference::Sequence { selector, .. } => selector.clone(),
            _ => None,
        };
        let reference = Reference::Sequence { accession: own, selector };
        Ok(FoundGround { ground, reference, newest_version_taken })
    }

    /// `NC_000017.11(NM_007294.4):c.…`
    fn in_context(
        &self,
        accession: &Accession,
        transcript: &Accession,
        axis: Axis,
    ) -> Result<FoundGround<'a>, NormalizeError> {
        let (id, newest_version_taken) = self.find_transcript(transcript)?;
        let own = self.transcripts.transcript(id).accession().clone();
        let target = self.transcripts.target(&accession.text());
        let context = target.and_then(|t| self.alignment_id_on(id, t));
        let reference = Reference::Sequence { accession: accession.clone(), selector: Some(Selector::Sequence(own)) };
        let ground = Ground::Own(self.on_transcript(id, axis, context, true, &reference)?);
        Ok(FoundGround { ground, reference, newest_version_taken })
    }

    fn on_transcript(
        &self,
        id: TranscriptId,
        axis: Axis,
        context: Option<AlignmentId>,
        context_named: bool,
        reference: &Reference,
    ) -> Result<OnTranscript<'a>, NormalizeError> {
        let transcript = self.transcripts.transcript(id);
        if axis == Axis::Coding && transcript.cds().is_none() {
            return Err(mismatch(axis, reference, "the transcript is not coding: count with `n.`"));
        }
        Ok(OnTranscript { id, transcript, axis, junctions: JunctionRule::default(), context, context_named })
    }

    fn only_one(
        &self,
        reference: &Reference,
        accession: &Accession,
        ids: &[TranscriptId],
        axis: Axis,
    ) -> Result<FoundGround<'a>, NormalizeError> {
        match ids {
            [id] => {
                let transcript = self.transcripts.transcript(*id).accession().clone();
                self.in_context(accession, &transcript, axis)
            }
            _ => Err(self.candidates(reference, ids)),
        }
    }

    fn candidates(&self, reference: &Reference, ids: &[TranscriptId]) -> NormalizeError {
        if ids.is_empty() {
            return NormalizeError::UnknownReference { accession: reference.to_string() };
        }
        let name = |id: &TranscriptId| self.transcripts.transcript(*id).accession().to_string();
        NormalizeError::Ambiguous { reference: reference.to_string(), candidates: ids.iter().map(name).collect() }
    }

    fn find_transcript(&self, accession: &Accession) -> Result<(TranscriptId, bool), NormalizeError> {
        let text = accession.to_string();
        if let Some(found) = self.transcripts.find(&text) {
            return Ok((found.id, found.lookup == Lookup::NewestVersion));
        }
        let name = |id: &TranscriptId| self.transcripts.transcript(*id).accession().to_string();
        let loaded: Vec<String> = self.transcripts.versions(&text).iter().map(name).collect();
        Err(match loaded.is_empty() {
            true => NormalizeError::UnknownReference { accession: text },
            false => NormalizeError::OtherVersion { accession: text, loaded },
        })
    }

    fn of_gene(&self, reference: &Reference) -> Vec<TranscriptId> {
        reference.gene().map_or_else(Vec::new, |gene| self.transcripts.of_gene(gene).collect())
    }

    /// Transcripts of a gene on a genomic sequence; `SDHD_v001`, as some programs write it, is the gene `SDHD`.
    fn of_gene_on(&self, accession: &Accession, gene: &Text) -> Vec<TranscriptId> {
        let symbol = match gene.split_once("_v") {
            Some((symbol, version)) if version.bytes().all(|b| b.is_ascii_digit()) => symbol,
            _ => gene.as_str(),
        };
        let Some(target) = self.transcripts.target(&accession.text()) else { return Vec::new() };
        self.transcripts.of_gene(symbol).filter(|id| self.alignment_id_on(*id, target).is_some()).collect()
    }

    fn on_target(&self, accession: &Accession) -> Vec<TranscriptId> {
        let Some(target) = self.transcripts.target(&accession.text()) else { return Vec::new() };
        let mut found = Vec::new();
        self.transcripts.overlapping(target, 0..u32::MAX, &mut found);
        found.iter().map(|id| self.transcripts.alignment(*id).transcript()).collect()
    }

    fn alignment_id_on(&self, id: TranscriptId, target: TargetId) -> Option<AlignmentId> {
        let alignments = self.transcripts.transcript(id).alignments().iter();
        alignments.copied().find(|a| self.transcripts.alignment(*a).target() == target)
    }

    /// The genome that introns of a bare transcript are read on: a chromosome, the newest assembly first.
    fn usual_context(&self, id: TranscriptId) -> Option<AlignmentId> {
        let assembly = |a: &AlignmentId| {
            let target = self.transcripts.alignment(*a).target();
            GenomeContig::from_refseq(self.transcripts.target_accession(target)).map(|c| c.assembly)
        };
        let known =
            |a: &&AlignmentId| self.transcripts.target_refget(self.transcripts.alignment(**a).target()).is_some();
        self.transcripts.transcript(id).alignments().iter().filter(known).max_by_key(|a| assembly(a)).copied()
    }
}

fn mismatch(axis: Axis, reference: &Reference, remedy: &'static str) -> NormalizeError {
    NormalizeError::AxisMismatch { axis: axis_letter(axis), reference: reference.to_string(), remedy }
}
