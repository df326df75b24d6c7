//! Transcripts of Locus Reference Genomic records, from the tables of UTA: exons on the genome, coding sequence and
//! exon bounds on the transcript, and the transcripts' own bases.
//!
//! The tables give no gaps. Where a transcript and its exons differ in length the difference is found by comparing
//! the bases when the genome is loaded, else the exon is left uncertain and nothing is projected through it.

use std::{collections::HashMap, io::BufRead, ops::Range};

use cairn_variant::transcript::{AlignmentRecord, Biotype, Cds, ExonRecord, Gene, Strand, TranscriptRecord};

use super::{TranscriptProblem, table::Table};

/// The rows of `txinfo`: gene, coding sequence, exons on the transcript.
#[derive(Debug)]
pub struct LrgTranscripts(HashMap<String, Info>);

#[derive(Debug)]
struct Info {
    gene: String,
    cds: Option<Range<u32>>,
    exons: Vec<Range<u32>>,
}

impl LrgTranscripts {
    /// Reads `txinfo` (columns `ac`, `hgnc`, `cds_se_i`, `exons_se_i`).
    ///
    /// # Errors
    /// When a column is missing or the stream fails.
    pub fn read(input: impl BufRead) -> Result<Self, super::TableError> {
        let mut rows = HashMap::new();
        let mut table = Table::read(input, &["ac", "hgnc", "cds_se_i", "exons_se_i"])?;
        while let Some([accession, gene, cds, exons]) = table.next_row()? {
            let Some(exons) = ranges(exons) else { continue };
            let cds = ranges(cds).and_then(|mut list| list.pop());
            rows.insert(accession.to_owned(), Info { gene: gene.to_owned(), cds, exons });
        }
        Ok(Self(rows))
    }

    /// Reads `exonset` (columns `tx_ac`, `alt_ac`, `strand`, `exons_se_i`) and hands each transcript to `sink`.
    ///
    /// # Errors
    /// When a column is missing or the stream fails.
    pub fn read_exons(
        &self,
        input: impl BufRead,
        source: &str,
        mut sink: impl FnMut(Result<TranscriptRecord, TranscriptProblem>),
    ) -> Result<(), super::TableError> {
        let mut table = Table::read(input, &["tx_ac", "alt_ac", "strand", "exons_se_i"])?;
        while let Some([accession, target, strand, exons]) = table.next_row()? {
            let record = self.record(accession, target, strand, exons, source);
            sink(
                record.map_err(|reason| TranscriptProblem {
                    transcript: accession.to_owned(),
                    reason: reason.to_owned(),
                }),
            );
        }
        Ok(())
    }

    fn record(
        &self,
        accession: &str,
        target: &str,
        strand: &str,
        exons: &str,
        source: &str,
    ) -> Result<TranscriptRecord, &'static str> {
        let info = self.0.get(accession).ok_or("it is not in the table of transcripts")?;
        let targets = ranges(exons).ok_or("its exons cannot be read")?;
        if targets.len() != info.exons.len() {
            return Err("it has another number of exons on the genome than on the transcript");
        }
        let strand = if strand == "-1" { Strand::Minus } else { Strand::Plus };
        let exon = |(transcript, target): (&Range<u32>, Range<u32>)| ExonRecord {
            transcript: transcript.clone(),
            target,
            gaps: Vec::new(),
        };
        let exons: Vec<_> = info.exons.iter().zip(targets).map(exon).collect();
        Ok(TranscriptRecord {
            accession: accession.to_owned(),
            gene: Some(Gene { symbol: info.gene.as_str().into(), hgnc_id: None }),
            biotype: if info.cds.is_some() { Biotype::ProteinCoding } else { Biotype::NonCoding },
            cds: info.cds.clone().map(|cds| Cds::complete(cds.start, cds.end)),
            source: source.to_owned(),
            alignments: vec![AlignmentRecord { target: target.to_owned(), strand, exons }],
            ..TranscriptRecord::default()
        })
    }
}

/// `0,182;182,326` as ranges; `None` when any is malformed or reversed.
fn ranges(text: &str) -> Option<Vec<Range<u32>>> {
    let one = |part: &str| {
        let (start, end) = part.split_once(',')?;
        let range = start.parse().ok()?..end.parse().ok()?;
        (range.start < range.end).then_some(range)
    };
    text.split(';').map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{sequence::fasta::inflated, testdata};

    #[test]
    fn all_481_transcripts_are_read() {
        let (info, exons) =
            (testdata("transcripts/lrg_txinfo.tsv.gz"), testdata("transcripts/lrg_exons_GRCh37.tsv.gz"));
        let table = LrgTranscripts::read(inflated(&info[..]).expect("gzip")).expect("a table");
        let (mut count, mut differing) = (0, Vec::new());
        table
            .read_exons(inflated(&exons[..]).expect("gzip"), "LRG", |record| {
                let record = record.expect("usable");
                let length = |exon: &ExonRecord| (exon.transcript.len(), exon.target.len());
                if record.alignments[0].exons.iter().map(length).any(|(a, b)| a != b) {
                    differing.push(record.accession);
                }
                count += 1;
            })
            .expect("a table");
        assert_eq!(count, 481);
        assert_eq!(differing.len(), 8, "{differing:?}");
    }

    #[test]
    fn ranges_that_run_backwards_are_refused() {
        assert_eq!(ranges("0,182;182,326"), Some(vec![0..182, 182..326]));
        for text in ["", "1", "5,3", "1,2;", "a,b"] {
            assert_eq!(ranges(text), None, "{text}");
        }
    }
}
