//! What the heading of a sequence record says: which sequence it is, and which part of it.
//!
//! Read are plain names (`17`, `chr17`), RefSeq accessions, NCBI's `gi|…|ref|NG_…|`, Ensembl's
//! `1 dna:chromosome chromosome:GRCh38:1:1:248956422:1`, and slices `17:41100001-41300000` (1-based, inclusive).

use cairn_variant::{
    assembly::Assembly,
    contig::{Contig, GenomeContig},
    interbase::Interval,
};

/// A record's heading, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordName {
    /// The name without a slice: `17`, `NM_007294.4`.
    pub name: String,
    /// The part that the record holds, when the heading names one.
    pub slice: Option<Interval>,
    /// The chromosome, when the name is one.
    pub contig: Option<Contig>,
    /// The assembly, when an accession or a word of the heading tells it.
    pub assembly: Option<Assembly>,
}

impl RecordName {
    /// Reads a heading, without the `>`.
    pub fn read(heading: &str) -> Self {
        let mut words = heading.split_ascii_whitespace();
        let first = words.next().unwrap_or_default();
        let (name, slice) = split_slice(accession_in(first));
        let from_name = GenomeContig::from_refseq(name);
        let from_words = words.clone().find_map(|word| GenomeContig::from_refseq(word.trim_end_matches([',', ':'])));
        let contig = from_name.map(|found| found.contig).or_else(|| Contig::from_name(name.as_bytes()));
        let named = from_name.or(from_words.filter(|found| Some(found.contig) == contig));
        let assembly = match named {
            Some(found) if found.contig != Contig::MT => Some(found.assembly),
            _ => words.find_map(assembly_in),
        };
        Self { name: name.to_owned(), slice, contig, assembly }
    }
}

/// `gi|296923737|ref|NG_021245.2|` holds the accession in its fourth field; anything else is the name itself.
fn accession_in(word: &str) -> &str {
    match word.split('|').collect::<Vec<_>>()[..] {
        ["gi", _, _, accession, ..] => accession,
        ["ref" | "gb" | "emb", accession, ..] => accession,
        _ => word,
    }
}

/// Splits `17:41100001-41300000`, 1-based and inclusive, into name and interval.
fn split_slice(word: &str) -> (&str, Option<Interval>) {
    let parts = word.rsplit_once(':').and_then(|(name, range)| {
        let (first, last) = range.split_once('-')?;
        let interval = Interval::from_one_based(first.parse().ok()?, last.parse().ok()?)?;
        Some((name, interval))
    });
    parts.map_or((word, None), |(name, interval)| (name, Some(interval)))
}

/// A bare `GRCh37`, or Ensembl's `chromosome:GRCh37:17:1:81195210:1`.
fn assembly_in(word: &str) -> Option<Assembly> {
    word.split([':', ',', '(', ')']).find_map(|part| {
        let looks_like = part.len() > 3 && (part.starts_with("GRCh") || part.starts_with("hg"));
        if looks_like { part.parse().ok() } else { None }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(heading: &str, name: &str, slice: Option<(u64, u64)>, assembly: Option<Assembly>) {
        let read = RecordName::read(heading);
        assert_eq!(read.name, name);
        assert_eq!(read.slice.map(|s| (s.start(), s.end())), slice);
        assert_eq!(read.assembly, assembly, "{heading}");
    }

    #[test]
    fn a_slice_with_its_accession() {
        let heading = "17:41100001-41300000 NC_000017.10 GRCh37 1-based inclusive (BRCA1)";
        check(heading, "17", Some((41_100_000, 41_300_000)), Some(Assembly::Grch37));
        check("21:43758155-43800613 GRCh38", "21", Some((43_758_154, 43_800_613)), Some(Assembly::Grch38));
        check("NC_000017.11:43000001-43200000", "NC_000017.11", Some((43_000_000, 43_200_000)), Some(Assembly::Grch38));
    }

    #[test]
    fn whole_chromosomes_in_the_styles_in_use() {
        check("chr17", "chr17", None, None);
        check("17 dna:chromosome chromosome:GRCh37:17:1:81195210:1 REF", "17", None, Some(Assembly::Grch37));
        check(
            "NC_000013.11 Homo sapiens chromosome 13, GRCh38.p14 Primary Assembly",
            "NC_000013.11",
            None,
            Some(Assembly::Grch38),
        );
    }

    #[test]
    fn the_mitochondrion_belongs_to_both_assemblies() {
        check("MT NC_012920.1 revised Cambridge Reference Sequence", "MT", None, None);
        assert_eq!(RecordName::read("chrM").contig, Some(Contig::MT));
    }

    #[test]
    fn sequences_that_are_no_chromosome() {
        check("gi|296923737|ref|NG_021245.2| Homo sapiens apolipoprotein O-like", "NG_021245.2", None, None);
        check("LRG_100t1 (transcript t1 of LRG_100)", "LRG_100t1", None, None);
        assert_eq!(RecordName::read("z chr20:1000000-2000000 of GRCh37").contig, None);
        assert_eq!(RecordName::read(""), RecordName::read("  "));
    }
}
