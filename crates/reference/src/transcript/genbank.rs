//! Genes of the mitochondrion from its GenBank record (`NC_012920.1.gbff`): coding sequences, transfer and ribosomal RNA.
//!
//! The record has no transcript accessions. Each gene is named after the record and its approved symbol
//! (`NC_012920.1_MT-ND1`), which is no name that a description may use: descriptions count on the genome (`m.`), and
//! consequences on the protein.

use std::io::{self, BufRead};

use cairn_variant::transcript::{
    AlignmentRecord, Biotype, Cds, CodonTable, ExonRecord, Gene, Strand, TranscriptRecord,
};

/// A feature as it stands in the record.
#[derive(Debug, Default)]
struct Feature {
    kind: String,
    location: String,
    qualifiers: String,
}

/// Reads the genes of a GenBank record and hands each to `sink`.
///
/// # Errors
/// When the stream fails.
pub fn read_genbank(input: impl BufRead, source: &str, mut sink: impl FnMut(TranscriptRecord)) -> io::Result<()> {
    let (mut accession, mut in_features, mut feature) = (String::new(), false, Feature::default());
    let mut symbols: std::collections::HashMap<String, (String, Option<u32>)> = std::collections::HashMap::new();
    let mut close = |feature: &mut Feature, accession: &str| {
        let closed = std::mem::take(feature);
        match closed.kind.as_str() {
            "gene" => drop(symbols.insert(closed.location.clone(), closed.approved_symbol())),
            "CDS" | "tRNA" | "rRNA" => {
                let symbol = symbols.get(&closed.location).cloned();
                symbol.and_then(|symbol| closed.into_record(accession, symbol, source)).into_iter().for_each(&mut sink);
            }
            _ => {}
        }
    };
    for line in input.lines() {
        let line = line?;
        if let Some(version) = line.strip_prefix("VERSION") {
            accession = version.trim().to_owned();
        }
        in_features = (in_features || line.starts_with("FEATURES")) && !line.starts_with("ORIGIN");
        if !in_features || line.starts_with("FEATURES") {
            continue;
        }
        let (head, rest) = (line.get(..21).unwrap_or(&line).trim(), line.get(21..).unwrap_or("").trim());
        if !head.is_empty() {
            close(&mut feature, &accession);
            feature.kind = head.to_owned();
            feature.location = rest.to_owned();
        } else if rest.starts_with('/') || !feature.qualifiers.is_empty() {
            feature.qualifiers.push_str(if rest.starts_with('/') { "\n" } else { " " });
            feature.qualifiers.push_str(rest);
        } else {
            feature.location.push_str(rest);
        }
    }
    close(&mut feature, &accession);
    Ok(())
}

impl Feature {
    /// The first value of a qualifier.
    fn value(&self, key: &str) -> Option<&str> {
        let line =
            self.qualifiers.lines().find_map(|line| line.strip_prefix('/')?.strip_prefix(key)?.strip_prefix('='))?;
        Some(line.trim_matches('"'))
    }

    /// `MT-TF` of `Official Symbol: MT-TF | Name: …`, and the number of the HGNC identifier.
    fn approved_symbol(&self) -> (String, Option<u32>) {
        let official = self.value("nomenclature").and_then(|text| text.split('|').next()?.split(": ").nth(1));
        let symbol = official.or_else(|| self.value("gene")).unwrap_or("").trim().to_owned();
        let hgnc = self
            .qualifiers
            .split("HGNC:HGNC:")
            .nth(1)
            .map(|rest| rest.chars().take_while(char::is_ascii_digit).collect::<String>());
        (symbol, hgnc.and_then(|digits| digits.parse().ok()))
    }

    fn into_record(
        self,
        accession: &str,
        (symbol, hgnc_id): (String, Option<u32>),
        source: &str,
    ) -> Option<TranscriptRecord> {
        let (strand, range) = match self.location.strip_prefix("complement(") {
            Some(inner) => (Strand::Minus, inner.trim_end_matches(')')),
            None => (Strand::Plus, self.location.as_str()),
        };
        let (first, last) = range.split_once("..")?;
        let target = first.parse::<u32>().ok()?.checked_sub(1)?..last.parse().ok()?;
        let length = u32::try_from(target.len()).ok()?;
        let is_coding = self.kind == "CDS";
        // Stop codons that the polyA tail completes are not in the genome.
        let is_complete = length % 3 == 0;
        Some(TranscriptRecord {
            accession: format!("{accession}_{symbol}"),
            gene: Some(Gene { symbol: symbol.into(), hgnc_id }),
            biotype: if is_coding { Biotype::ProteinCoding } else { Biotype::NonCoding },
            cds: is_coding.then(|| Cds { end_complete: is_complete, ..Cds::complete(0, length) }),
            protein: self.value("protein_id").map(str::to_owned),
            codon_table: CodonTable::VertebrateMitochondrial,
            source: source.to_owned(),
            alignments: vec![AlignmentRecord {
                target: accession.to_owned(),
                strand,
                exons: ExonRecord::ungapped([target]),
            }],
            ..TranscriptRecord::default()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{sequence::fasta::inflated, testdata};

    #[test]
    fn the_37_genes_of_the_mitochondrion() {
        let file = testdata("reference/chrM.NC_012920.1.gbff.gz");
        let mut records = Vec::new();
        read_genbank(inflated(&file[..]).expect("gzip"), "test", |record| records.push(record)).expect("memory");
        assert_eq!(records.len(), 37);
        let of = |symbol: &str| {
            records
                .iter()
                .find(|record| record.gene.as_ref().is_some_and(|gene| &*gene.symbol == symbol))
                .expect("there")
        };
        assert_eq!(of("MT-TL1").alignments[0].exons[0].target, 3229..3304);
        assert_eq!(of("MT-ND6").alignments[0].strand, Strand::Minus);
        assert_eq!(of("MT-ND1").protein.as_deref(), Some("YP_003024026.1"));
        assert!(!of("MT-ND1").cds.expect("coding").end_complete);
    }
}
