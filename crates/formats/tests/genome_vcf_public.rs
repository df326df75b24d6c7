//! Public call sets: every reference allele inside the loaded slices agrees.
//!
//! The files are not part of the repository; where they are absent the test says so and passes.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{BufRead, BufReader},
    path::PathBuf,
};

use cairn_formats::genome_vcf::{AlleleStatus, Options, Summary, read};
use cairn_variant::{assembly::Assembly, contig::Contig, sequence::MemorySequences};
use flate2::read::MultiGzDecoder;

fn public(name: &str) -> Option<PathBuf> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(name);
    if !path.exists() {
        println!("skipped: {} is not here", path.display());
        return None;
    }
    Some(path)
}

/// Slices headed `>17:41100001-41300000`, 1-based.
fn slices(path: PathBuf, assembly: Assembly) -> MemorySequences {
    let mut sequences = MemorySequences::new();
    let mut place: Option<(Contig, u64)> = None;
    let mut bases = String::new();
    let text = BufReader::new(MultiGzDecoder::new(File::open(path).expect("readable")));
    for line in text.lines().map(|line| line.expect("text")).chain([">".to_owned()]) {
        let Some(heading) = line.strip_prefix('>') else {
            bases.push_str(&line);
            continue;
        };
        if let Some((contig, start)) = place.take() {
            sequences.add_region(contig.on(assembly), start, bases.as_bytes()).expect("inside");
        }
        bases.clear();
        place = heading.split_once(':').map(|(contig, range)| {
            let first: u64 = range.split('-').next().and_then(|first| first.parse().ok()).expect("a range");
            (contig.parse().expect("a chromosome"), first - 1)
        });
    }
    sequences
}

/// How many alleles have each status.
fn check(reference: &str, vcf: &str, options: Options) -> Option<(Summary, BTreeMap<String, usize>)> {
    let (reference, vcf) = (public(reference)?, public(vcf)?);
    let source = slices(reference, options.assembly.expect("given"));
    let mut counts = BTreeMap::new();
    let summary = read(File::open(vcf).expect("readable"), &source, &options, |batch| {
        for allele in batch.alleles() {
            *counts.entry(format!("{:?}", allele.status)).or_insert(0) += 1;
        }
    });
    Some((summary.expect("a sorted VCF"), counts))
}

fn on(assembly: Assembly) -> Options {
    Options { assembly: Some(assembly), ..Options::default() }
}

#[test]
fn brca_of_the_1000_genomes_agrees_with_grch37() {
    let vcf = "population/1000g.phase3.brca1_brca2.GRCh37.2504samples.vcf.gz";
    let Some((summary, counts)) = check("reference/brca1_brca2.GRCh37.fa.gz", vcf, on(Assembly::Grch37)) else {
        return;
    };
    assert_eq!(summary.rows, 4_338);
    assert_eq!(summary.header.samples.len(), 2_504);
    assert_eq!(counts.keys().collect::<Vec<_>>(), [&format!("{:?}", AlleleStatus::Normalised)], "{counts:?}");
}

#[test]
fn a_lifted_file_with_its_old_header_needs_a_word() {
    let (reference, vcf) =
        ("reference/brca1_brca2.GRCh38.fa.gz", "population/1000g.phase3.brca_exons.GRCh38.2504samples.vcf.gz");
    let options = Options { header_is_wrong: true, ..on(Assembly::Grch38) };
    let Some((summary, counts)) = check(reference, vcf, options) else { return };
    assert_eq!(summary.rows, 171);
    assert!(!counts.contains_key("ReferenceDiffers"), "{counts:?}");
}

#[test]
fn chromosome_21_agrees_inside_the_slices() {
    let vcf = "population/NA12878.platinum.chr21.GRCh38.vcf.gz";
    let Some((summary, counts)) = check("reference/chr21_slices.GRCh38.fa.gz", vcf, on(Assembly::Grch38)) else {
        return;
    };
    assert_eq!(summary.rows, 65_370);
    assert!(!counts.contains_key("ReferenceDiffers"), "{counts:?}");
    assert!(counts["Normalised"] > 100, "{counts:?}");
}
