//! The protein of a gene and the exons that code it, for a drawing.

use crate::node::Node;
use serde::Serialize;

/// A protein as its preferred transcript codes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Protein {
    /// The transcript, with version.
    pub transcript: String,
    /// Residues, the stop not counted.
    pub residues: u32,
    /// The exons that code it, in order.
    pub exons: Vec<CodingExon>,
}

/// The part of a protein that an exon codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct CodingExon {
    /// Its number on the transcript, from 1.
    pub number: usize,
    /// First residue it codes a base of, from 1.
    pub first: u32,
    /// Last residue it codes a base of.
    pub last: u32,
}

impl Node {
    /// The protein of a gene on its preferred loaded transcript; `None` when none that codes is
    /// loaded.
    pub fn protein_of_gene(&self, symbol: &str) -> Option<Protein> {
        let transcripts = self.reference().transcripts();
        transcripts.of_gene(symbol).map(|id| transcripts.transcript(id)).find_map(|transcript| {
            let cds = transcript.cds()?;
            let codons = cds.end.checked_sub(cds.start)? / 3;
            let residues = codons.checked_sub(1).filter(|residues| *residues > 0)?;
            let mut exons = Vec::new();
            let (mut number, mut base) = (0, 0);
            while base < transcript.length() {
                let exon = transcript.exon_around(base);
                number += 1;
                exons.extend(coding(number, exon.start.max(cds.start), exon.end.min(cds.end), cds.start, residues));
                base = exon.end.max(base + 1);
            }
            Some(Protein { transcript: transcript.accession().to_string(), residues, exons })
        })
    }
}

/// The residues coded by the bases `start..end` of a transcript whose coding part starts at `cds`.
fn coding(number: usize, start: u32, end: u32, cds: u32, residues: u32) -> Option<CodingExon> {
    let first = (start < end).then(|| (start - cds) / 3 + 1)?;
    let last = ((end - 1 - cds) / 3 + 1).min(residues);
    (first <= residues).then_some(CodingExon { number, first, last })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_codon_across_a_border_counts_to_both_exons() {
        assert_eq!(coding(1, 10, 20, 10, 100), Some(CodingExon { number: 1, first: 1, last: 4 }));
        assert_eq!(coding(2, 20, 30, 10, 100), Some(CodingExon { number: 2, first: 4, last: 7 }));
    }

    #[test]
    fn untranslated_exons_and_the_stop_code_nothing() {
        assert_eq!(coding(1, 10, 10, 10, 100), None);
        assert_eq!(coding(9, 310, 313, 10, 100), None);
        assert_eq!(coding(9, 300, 313, 10, 100), Some(CodingExon { number: 9, first: 97, last: 100 }));
    }
}
