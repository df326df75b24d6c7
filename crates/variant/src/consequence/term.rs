//! Sequence Ontology terms, the severest first.

use std::fmt;

/// A consequence of a change for a transcript; sorts by severity, the severest first (Ensembl's order).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
#[expect(missing_docs, reason = "each is the Sequence Ontology term of the same name, see `Consequence::term`")]
pub enum Consequence {
    TranscriptAblation,
    SpliceAcceptor,
    SpliceDonor,
    StopGained,
    Frameshift,
    StopLost,
    StartLost,
    TranscriptAmplification,
    FeatureElongation,
    FeatureTruncation,
    InframeInsertion,
    InframeDeletion,
    Missense,
    ProteinAltering,
    SpliceDonorFifthBase,
    SpliceRegion,
    SpliceDonorRegion,
    SplicePolypyrimidineTract,
    IncompleteTerminalCodon,
    StartRetained,
    StopRetained,
    Synonymous,
    CodingSequence,
    FivePrimeUtr,
    ThreePrimeUtr,
    NonCodingTranscriptExon,
    Intron,
    NmdTranscript,
    NonCodingTranscript,
    CodingTranscript,
    UpstreamGene,
    DownstreamGene,
    Intergenic,
}

/// How much a consequence is expected to matter, the most first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Impact {
    /// The protein is lost or cut.
    High,
    /// The protein is changed.
    Moderate,
    /// The protein is as it was, or splicing may be touched.
    Low,
    /// Not in the protein.
    Modifier,
}

use Consequence as C;

const TERMS: [(Consequence, &str, Impact); 33] = [
    (C::TranscriptAblation, "transcript_ablation", Impact::High),
    (C::SpliceAcceptor, "splice_acceptor_variant", Impact::High),
    (C::SpliceDonor, "splice_donor_variant", Impact::High),
    (C::StopGained, "stop_gained", Impact::High),
    (C::Frameshift, "frameshift_variant", Impact::High),
    (C::StopLost, "stop_lost", Impact::High),
    (C::StartLost, "start_lost", Impact::High),
    (C::TranscriptAmplification, "transcript_amplification", Impact::High),
    (C::FeatureElongation, "feature_elongation", Impact::High),
    (C::FeatureTruncation, "feature_truncation", Impact::High),
    (C::InframeInsertion, "inframe_insertion", Impact::Moderate),
    (C::InframeDeletion, "inframe_deletion", Impact::Moderate),
    (C::Missense, "missense_variant", Impact::Moderate),
    (C::ProteinAltering, "protein_altering_variant", Impact::Moderate),
    (C::SpliceDonorFifthBase, "splice_donor_5th_base_variant", Impact::Low),
    (C::SpliceRegion, "splice_region_variant", Impact::Low),
    (C::SpliceDonorRegion, "splice_donor_region_variant", Impact::Low),
    (C::SplicePolypyrimidineTract, "splice_polypyrimidine_tract_variant", Impact::Low),
    (C::IncompleteTerminalCodon, "incomplete_terminal_codon_variant", Impact::Low),
    (C::StartRetained, "start_retained_variant", Impact::Low),
    (C::StopRetained, "stop_retained_variant", Impact::Low),
    (C::Synonymous, "synonymous_variant", Impact::Low),
    (C::CodingSequence, "coding_sequence_variant", Impact::Modifier),
    (C::FivePrimeUtr, "5_prime_UTR_variant", Impact::Modifier),
    (C::ThreePrimeUtr, "3_prime_UTR_variant", Impact::Modifier),
    (C::NonCodingTranscriptExon, "non_coding_transcript_exon_variant", Impact::Modifier),
    (C::Intron, "intron_variant", Impact::Modifier),
    (C::NmdTranscript, "NMD_transcript_variant", Impact::Modifier),
    (C::NonCodingTranscript, "non_coding_transcript_variant", Impact::Modifier),
    (C::CodingTranscript, "coding_transcript_variant", Impact::Modifier),
    (C::UpstreamGene, "upstream_gene_variant", Impact::Modifier),
    (C::DownstreamGene, "downstream_gene_variant", Impact::Modifier),
    (C::Intergenic, "intergenic_variant", Impact::Modifier),
];

impl Consequence {
    /// The term's name in the Sequence Ontology.
    pub const fn term(self) -> &'static str {
        TERMS[self as usize].1
    }

    /// Its impact.
    pub const fn impact(self) -> Impact {
        TERMS[self as usize].2
    }
}

impl fmt::Display for Consequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.term())
    }
}

impl Impact {
    /// `HIGH`, `MODERATE`, `LOW`, `MODIFIER`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::High => "HIGH",
            Self::Moderate => "MODERATE",
            Self::Low => "LOW",
            Self::Modifier => "MODIFIER",
        }
    }
}

impl fmt::Display for Impact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A set of consequences.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Consequences(u64);

impl Consequences {
    /// Adds one.
    pub fn add(&mut self, consequence: Consequence) {
        self.0 |= 1 << consequence as u8;
    }

    /// Whether it is among them.
    pub const fn contains(self, consequence: Consequence) -> bool {
        self.0 & (1 << consequence as u8) != 0
    }

    /// Whether there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// All of them, the severest first.
    pub fn iter(self) -> impl Iterator<Item = Consequence> {
        TERMS.into_iter().map(|(term, _, _)| term).filter(move |term| self.contains(*term))
    }

    /// The severest.
    pub fn most_severe(self) -> Option<Consequence> {
        self.iter().next()
    }
}

impl fmt::Display for Consequences {
    /// `stop_gained&splice_region_variant`, the severest first.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, consequence) in self.iter().enumerate() {
            if i > 0 {
                f.write_str("&")?;
            }
            f.write_str(consequence.term())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_the_terms_and_of_impact() {
        for (i, (term, _, _)) in TERMS.into_iter().enumerate() {
            assert_eq!(term as usize, i);
        }
        assert!(TERMS.is_sorted_by_key(|(_, _, impact)| *impact));
    }
}
