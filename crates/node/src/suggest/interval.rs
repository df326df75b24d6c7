//! The genes of an interval, for copy number changes.

use super::Gathering;
use cairn_core::suggest::copy_number::{IntervalFacts, Overlap, TouchedGene};
use cairn_variant::transcript::{Alignment, Biotype, Strand, Transcript};
use std::collections::{BTreeMap, BTreeSet};

impl Gathering<'_> {
    /// Protein-coding genes that the interval touches, each told by its preferred transcript.
    pub(super) fn interval(&self) -> IntervalFacts {
        let set = self.node.reference().transcripts();
        let tables = self.node.reference().gene_tables();
        let coding =
            |transcript: &Transcript| transcript.biotype() == Biotype::ProteinCoding && transcript.cds().is_some();
        let names: BTreeSet<&str> = set
            .iter()
            .filter(|(_, one)| coding(one))
            .filter_map(|(_, one)| one.gene().map(|gene| &*gene.symbol))
            .collect();
        let mut facts = IntervalFacts {
            genes: Vec::new(),
            genes_loaded: names.len(),
            transcripts: cairn_core::suggest::EvidenceSource {
                name: "loaded transcripts".to_owned(),
                ..Default::default()
            },
            dosage: tables.dosage_source.clone(),
        };
        let Some((target, start, end)) = self.stretch() else { return facts };
        let mut alignments = Vec::new();
        set.overlapping(target, start..end, &mut alignments);
        let mut genes: BTreeMap<String, Overlap> = BTreeMap::new();
        for id in alignments {
            let alignment = set.alignment(id);
            let transcript = set.transcript(alignment.transcript());
            let Some(gene) = transcript.gene().filter(|_| coding(transcript)) else { continue };
            // Alignments come in the order of a report: the first of a gene is its preferred one.
            genes.entry(gene.symbol.to_string()).or_insert_with(|| overlap(alignment, transcript, start, end));
        }
        let touched = |(symbol, overlap): (String, Overlap)| {
            let dosage = tables.dosage(&symbol).unwrap_or_default();
            TouchedGene {
                symbol,
                overlap,
                haploinsufficiency: dosage.haploinsufficiency,
                triplosensitivity: dosage.triplosensitivity,
            }
        };
        facts.genes = genes.into_iter().map(touched).collect();
        facts
    }

    fn stretch(&self) -> Option<(cairn_variant::transcript::TargetId, u32, u32)> {
        let place = self.subject.place?;
        let interval = place.certain().unwrap_or_else(|| place.widest());
        let target = self.node.reference().transcripts().target(place.contig().refseq())?;
        Some((target, u32::try_from(interval.start()).ok()?, u32::try_from(interval.end()).ok()?))
    }
}

fn overlap(alignment: &Alignment, transcript: &Transcript, start: u32, end: u32) -> Overlap {
    let span = alignment.span();
    let (left, right) = (start <= span.start, end >= span.end);
    let is_plus = alignment.strand() == Strand::Plus;
    let coding = |from: u32, to: u32| {
        let cds = transcript.cds();
        let ends = cds.and_then(|cds| {
            let (a, b) = (alignment.target_of(cds.start).ok()?, alignment.target_of(cds.end.checked_sub(1)?).ok()?);
            Some((a.min(b), a.max(b) + 1))
        });
        ends.is_some_and(|(first, last)| from < last && to > first)
    };
    match (left, right) {
        (true, true) => Overlap::Whole,
        (false, false) => Overlap::Inside,
        _ if left == is_plus => Overlap::FivePrime { coding: coding(start.max(span.start), end.min(span.end)) },
        _ => {
            let touched = (0..alignment.exon_count())
                .filter_map(|number| alignment.exon(number))
                .filter(|(_, on_target)| on_target.start < end && on_target.end > start)
                .count();
            Overlap::ThreePrime {
                coding: coding(start.max(span.start), end.min(span.end)),
                only_last_exon: touched <= 1,
            }
        }
    }
}
