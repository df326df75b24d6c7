//! What the PVS1 tree asks: the event on the transcript, the gene's mechanism, what lies before the next start codon.

use super::{Gathering, SuggestError};
use cairn_core::classification::Classification;
use cairn_core::condition::Inheritance;
use cairn_core::suggest::EvidenceSource;
use cairn_core::suggest::pvs1::{ExonShape, LofFacts, NullVariant};
use cairn_core::suggest::residue::{ProteinRegion, RegionKind};
use cairn_store::{residue, statement};
use cairn_variant::consequence::Consequence;
use cairn_variant::hgvs::AminoAcid;
use cairn_variant::project::{Edit, Projection, SplicedChange};
use cairn_variant::transcript::Transcript;
use std::collections::BTreeSet;

/// Variants looked at before the next start codon.
const BEFORE_START: u32 = 500;
/// ClinGen's scores: sufficient evidence, recessive, unlikely.
const SUFFICIENT: u32 = 3;
const RECESSIVE: u32 = 30;
const UNLIKELY: u32 = 40;

impl Gathering<'_> {
    /// The facts of a null variant; `None` for any other.
    pub(super) async fn lof_facts(&self, regions: &[ProteinRegion]) -> Result<Option<LofFacts>, SuggestError> {
        let subject = &self.subject;
        let (Some(id), Some(projection)) = (subject.transcript_id, &subject.projection) else { return Ok(None) };
        let transcript = self.node.reference().transcripts().transcript(id);
        let Some(shape) = ExonShape::of(transcript) else { return Ok(None) };
        let Some(mut event) = self.event(projection, transcript, &shape) else { return Ok(None) };
        let gene = subject.gene.clone().unwrap_or_default();
        if let NullVariant::StartLost { next_start: Some(next), pathogenic_before, .. } = &mut event {
            *pathogenic_before = self.pathogenic_before(&gene, *next).await?;
        }
        let (mechanism, mechanism_hint) = self.mechanism(&gene);
        Ok(Some(LofFacts {
            critical: critical(projection, &shape, regions),
            transcript: transcript.accession().to_string(),
            transcript_source: subject.transcript_source.clone(),
            relevance: subject.relevance(self.node),
            gene,
            event,
            mechanism,
            mechanism_hint,
        }))
    }

    fn event(&self, projection: &Projection, transcript: &Transcript, shape: &ExonShape) -> Option<NullVariant> {
        use Consequence as C;
        let found = self.subject.found;
        if found.contains(C::TranscriptAblation) {
            return Some(NullVariant::Deletion { first: 1, last: shape.exons.len(), whole_gene: true, altered: None });
        }
        if let Some(event) = whole_exons(projection, transcript, shape) {
            return Some(event);
        }
        let is_shifted = found.contains(C::Frameshift) || found.contains(C::StopGained);
        if is_shifted && !matches!(projection.spliced, SplicedChange::Border { .. } | SplicedChange::None) {
            let term = if found.contains(C::StopGained) { C::StopGained } else { C::Frameshift };
            return Some(NullVariant::Truncating {
                term: term.term().to_owned(),
                altered: altered(projection, transcript, shape),
            });
        }
        if found.contains(C::StartLost) {
            return Some(NullVariant::StartLost {
                next_start: next_start(transcript),
                other_starts: self.other_starts(transcript),
                pathogenic_before: None,
            });
        }
        if found.contains(C::SpliceDonor) || found.contains(C::SpliceAcceptor) {
            let base = if projection.first.offset != 0 { projection.first.base } else { projection.last.base };
            let exon = shape.exon_of(u32::try_from(base).ok()?)?;
            return Some(NullVariant::SpliceSite { exon, altered: skipped(exon, transcript, shape) });
        }
        None
    }

    /// Whether loss of function causes the disease, as tables say; and what they say beside it.
    fn mechanism(&self, gene: &str) -> (Option<(bool, String, EvidenceSource)>, Option<String>) {
        let tables = self.node.reference().gene_tables();
        if let Some(fact) = tables.lof_mechanism(gene, self.inheritance) {
            return (Some((fact.holds, fact.detail, fact.source)), None);
        }
        let score = tables.dosage(gene).and_then(|dosage| dosage.haploinsufficiency);
        let source = tables.dosage_source.clone().unwrap_or_default();
        let validity: Vec<String> = self
            .node
            .reference()
            .validity()
            .of_gene(gene)
            .take(3)
            .map(|one| format!("{} for {} ({})", one.classification, one.disease, one.submitter))
            .collect();
        let known = if validity.is_empty() {
            String::new()
        } else {
            format!("; gene-disease validity: {}", validity.join(", "))
        };
        let told = |score: u32| format!("ClinGen haploinsufficiency score {score}{known}");
        match score {
            // Sufficient evidence that one lost copy causes disease is evidence that losing function does.
            Some(SUFFICIENT) => (Some((true, told(SUFFICIENT), source)), None),
            Some(RECESSIVE) => {
                (None, Some(format!("{}: a recessive phenotype, mechanism not stated", told(RECESSIVE))))
            }
            Some(UNLIKELY) if self.inheritance == Some(Inheritance::AutosomalDominant) => {
                (Some((false, format!("{}: dosage sensitivity unlikely", told(UNLIKELY)), source)), None)
            }
            Some(other) => (None, Some(told(other))),
            None => (None, Some(format!("no table of dosage sensitivity or mechanism names the gene{known}"))),
        }
    }

    /// Other coding transcripts of the gene that begin to translate elsewhere on the chromosome.
    fn other_starts(&self, transcript: &Transcript) -> Vec<String> {
        let set = self.node.reference().transcripts();
        let start_of = |transcript: &Transcript| {
            let cds = transcript.cds().filter(|cds| cds.start_complete)?;
            let alignment = set.alignment(*transcript.alignments().first()?);
            Some((alignment.target(), alignment.target_of(cds.start).ok()?))
        };
        let Some(own) = start_of(transcript) else { return Vec::new() };
        let gene = transcript.gene().map(|gene| gene.symbol.to_string()).unwrap_or_default();
        let others = set.of_gene(&gene).map(|id| set.transcript(id));
        let elsewhere =
            others.filter(|other| start_of(other).is_some_and(|(target, at)| target == own.0 && at != own.1));
        elsewhere.take(5).map(|other| other.accession().to_string()).collect()
    }

    /// Pathogenic variants of the record before a residue; `None` when the record has no variant of the gene at all.
    async fn pathogenic_before(&self, gene: &str, residue: u32) -> Result<Option<usize>, SuggestError> {
        let mut reader = self.node.store().read().await?;
        let known = residue::variants(&mut reader, gene, 0, u32::MAX >> 1, self.as_of, 1).await?;
        if known.is_empty() {
            return Ok(None);
        }
        let before =
            residue::variants(&mut reader, gene, 2, residue.saturating_sub(1), self.as_of, BEFORE_START).await?;
        let briefs = statement::briefs(&mut reader, &before, self.as_of).await?;
        let pathogenic: BTreeSet<_> = briefs
            .iter()
            .filter(|found| found.says.classification == Classification::Pathogenic)
            .map(|found| found.variant)
            .collect();
        Ok(Some(pathogenic.len()))
    }
}

fn altered(
    projection: &Projection,
    transcript: &Transcript,
    shape: &ExonShape,
) -> Option<cairn_core::suggest::pvs1::Altered> {
    let (bases, table) = (transcript.sequence()?, transcript.codon_table());
    match &projection.spliced {
        SplicedChange::Base(at, base) => shape.replaced(bases, table, *at..*at + 1, &[*base]),
        SplicedChange::Replaced { start, end, inserted } => shape.replaced(bases, table, *start..*end, inserted),
        SplicedChange::None | SplicedChange::Border { .. } => None,
    }
}

/// The transcript without an exon; `None` when the exon holds an end of the coding sequence.
fn skipped(exon: usize, transcript: &Transcript, shape: &ExonShape) -> Option<cairn_core::suggest::pvs1::Altered> {
    let cut = shape.exons.get(exon.checked_sub(1)?)?.clone();
    shape.replaced(transcript.sequence()?, transcript.codon_table(), cut, b"")
}

/// A deletion or duplication of whole exons, its ends in introns or beyond the transcript.
fn whole_exons(projection: &Projection, transcript: &Transcript, shape: &ExonShape) -> Option<NullVariant> {
    let is_outside = |base: i32, offset: i32| offset != 0 || base < 0 || base >= transcript.length() as i32;
    let (first, last) = (projection.first, projection.last);
    if !is_outside(first.base, first.offset) || !is_outside(last.base, last.offset) {
        return None;
    }
    let SplicedChange::Replaced { start, end, .. } = projection.spliced else { return None };
    let lost = shape
        .exons
        .iter()
        .enumerate()
        .filter(|(_, exon)| exon.start >= start && exon.end <= end && exon.start < exon.end);
    let numbers: Vec<usize> = lost.map(|(at, _)| at + 1).collect();
    match projection.edit {
        Edit::Deletion => Some(NullVariant::Deletion {
            first: *numbers.first()?,
            last: *numbers.last()?,
            whole_gene: numbers.len() == shape.exons.len(),
            altered: altered(projection, transcript, shape),
        }),
        Edit::Duplication => {
            let bases = transcript.sequence()?;
            let copy = bases.get(start as usize..end as usize)?;
            Some(NullVariant::Duplication {
                first: *numbers.first()?,
                last: *numbers.last()?,
                altered: shape.replaced(bases, transcript.codon_table(), end..end, copy),
            })
        }
        _ => None,
    }
}

/// The next in-frame methionine behind the first, as a residue from 1.
fn next_start(transcript: &Transcript) -> Option<u32> {
    let cds = transcript.cds()?;
    let coding = transcript.sequence()?.get(cds.start as usize..cds.end as usize)?;
    let codons = coding.chunks_exact(3).skip(1);
    let table = transcript.codon_table();
    let at = codons
        .map(|codon| table.translate([codon[0], codon[1], codon[2]]))
        .position(|residue| residue == AminoAcid::Met)?;
    Some(at as u32 + 2)
}

/// A region that tables call critical and that lies behind the first changed residue.
fn critical(projection: &Projection, shape: &ExonShape, regions: &[ProteinRegion]) -> Option<(String, EvidenceSource)> {
    let at = match &projection.spliced {
        SplicedChange::Base(at, _) => *at,
        SplicedChange::Replaced { start, .. } | SplicedChange::Border { start, .. } => *start,
        SplicedChange::None => u32::try_from(projection.first.base).ok()?,
    };
    let residue = at.checked_sub(shape.cds.start)? / 3 + 1;
    let is_critical = |region: &&ProteinRegion| matches!(region.kind, RegionKind::Critical | RegionKind::Domain);
    let cut = regions.iter().filter(is_critical).find(|region| region.last >= residue)?;
    Some((format!("{} ({} to {}) is cut: {}", cut.name, cut.first, cut.last, cut.citation), cut.source.clone()))
}
