//! A small gene on both strands, for tests.
//!
//! `ATG GCT AAA G|GT TGT TTT CAA|GAA TGA` in three exons, five bases before and eight behind it.

use crate::contig::GenomeContig;
use crate::sequence::MemorySequences;
use crate::transcript::{AlignmentRecord, Cds, ExonRecord, Gene, Strand, TranscriptRecord, TranscriptSet};

use super::{Projector, reverse_complement};

const EXONS: [&str; 3] = ["GCACCATGGCTAAAG", "GTTGTTTTCAA", "GAATGACCTAAGCC"];
const INTRONS: [&str; 2] = ["GTAAGTCCCCCCCCCCTTTTTTTTTTTTCAG", "GTGAGTAAAATTTTTTTTTTTTTTTTTAG"];
const FLANK: &str = "TTTTTCCCCC";

/// Where the flank before the gene begins, 0-based.
const START: u32 = 1000;

pub(crate) struct SmallGene {
    pub transcripts: TranscriptSet,
    pub sequences: MemorySequences,
}

impl SmallGene {
    /// `NM_1.1` on `NC_000001.11`, with its own bases.
    pub fn on(strand: Strand) -> Self {
        let parts = [FLANK, EXONS[0], INTRONS[0], EXONS[1], INTRONS[1], EXONS[2], FLANK];
        let forward: String = parts.concat();
        let total = forward.len() as u32;
        let mut exons = Vec::new();
        let (mut at, mut on_transcript) = (0u32, 0u32);
        for (i, part) in parts.iter().enumerate() {
            let length = part.len() as u32;
            if i % 2 == 1 {
                let target = match strand {
                    Strand::Plus => START + at..START + at + length,
                    Strand::Minus => START + total - at - length..START + total - at,
                };
                exons.push(ExonRecord { transcript: on_transcript..on_transcript + length, target, gaps: Vec::new() });
                on_transcript += length;
            }
            at += length;
        }
        let stored = match strand {
            Strand::Plus => forward.into_bytes(),
            Strand::Minus => reverse_complement(forward.as_bytes()),
        };
        let contig = GenomeContig::from_refseq("NC_000001.11").unwrap();
        let mut sequences = MemorySequences::new();
        sequences.add_region(contig, u64::from(START), &stored).unwrap();
        let mut builder = TranscriptSet::builder();
        let alignments = vec![AlignmentRecord { target: "NC_000001.11".into(), strand, exons }];
        let record = TranscriptRecord {
            accession: "NM_1.1".into(),
            gene: Some(Gene { symbol: "SMALL".into(), hgnc_id: None }),
            cds: Some(Cds::complete(5, 32)),
            protein: Some("NP_1.1".into()),
            sequence: Some(EXONS.concat().into_bytes()),
            alignments,
            ..TranscriptRecord::default()
        };
        builder.add(record).unwrap();
        Self { transcripts: builder.build(), sequences }
    }

    pub fn projector(&self) -> Projector<'_, MemorySequences> {
        Projector::new(&self.transcripts, &self.sequences)
    }
}
