//! The genome hot path against the plain way of normalising one allele at a time.

use std::{io::Write, num::NonZero};

use cairn_formats::genome_vcf::{AlleleBatch, AlleleStatus, GenomeVcfError, Options, WhySetAside, read};
use cairn_variant::{
    assembly::Assembly,
    contig::Contig,
    normalize::normalize,
    sequence::{MemorySequences, SequenceSource},
    vcf::VcfAllele,
    vrs::{AlleleIdentifier, allele_of},
};
use flate2::{Compression, GzBuilder, write::GzEncoder};
use proptest::prelude::*;

const HEADER: &str = "##fileformat=VCFv4.2\n##contig=<ID=chr21,length=46709983>\n#CHROM\tPOS\tID\tREF\tALT\n";
const START: u64 = 1_000;

fn contig() -> Contig {
    Contig::autosome(21).expect("an autosome")
}

fn reference(bases: &str) -> MemorySequences {
    let mut sequences = MemorySequences::new();
    sequences.add_region(contig().on(Assembly::Grch38), START, bases.as_bytes()).expect("inside");
    sequences
}

/// Row, alternate and reason of what was set aside.
type Aside = Vec<(u32, u16, WhySetAside)>;

/// Every allele as `POS-REF-ALT status vrs-id row.alternate`, and what was set aside.
fn run(source: &MemorySequences, file: &[u8]) -> Result<(Vec<String>, Aside), GenomeVcfError> {
    let (mut alleles, mut set_aside) = (Vec::new(), Vec::new());
    let mut identifier = AlleleIdentifier::new(&contig().on(Assembly::Grch38).refget());
    let options = Options { threads: NonZero::new(2), ..Options::default() };
    read(file, source, &options, |batch: &AlleleBatch| {
        set_aside.extend(batch.set_aside().iter().map(|aside| (aside.row, aside.alternate_number, aside.why)));
        alleles.extend(batch.alleles().iter().map(|allele| {
            let text = |bases: &[u8]| String::from_utf8(bases.to_vec()).expect("bases");
            let id = batch.vrs(allele, |interval, state| identifier.identify(interval, state));
            let (reference, alternate) = (text(batch.reference(allele)), text(batch.alternate(allele)));
            let from = format!("{}.{}", allele.row, allele.alternate_number);
            format!("{}-{reference}-{alternate} {:?} {id} {from}", allele.position, allele.status)
        }));
    })?;
    Ok((alleles, set_aside))
}

/// The same by the plain way.
fn expected(source: &MemorySequences, position: u64, reference: &str, alternate: &str) -> String {
    let bases = |text: &str| text.parse().expect("bases");
    let allele = VcfAllele::new(contig(), position, bases(reference), bases(alternate)).expect("an allele");
    let change = normalize(source, &allele.replacement(Assembly::Grch38)).expect("loaded");
    let leftmost = VcfAllele::leftmost(source, contig(), &change).expect("loaded");
    let id = allele_of(&change).identify().expect("definite");
    format!("{}-{}-{} Normalised {id}", leftmost.position(), leftmost.reference(), leftmost.alternate())
}

fn row(position: u64, reference: &str, alternates: &str) -> String {
    format!("chr21\t{position}\t.\t{reference}\t{alternates}\t50\tPASS\t.\n")
}

#[test]
fn alleles_that_roll_are_put_back_in_order() {
    let source = reference("GGTCACACACACATTGG");
    let file =
        [HEADER, &row(1_006, "A", "G"), &row(1_011, "AC", "A"), &row(1_012, "CA", "C,T"), &row(1_014, "T", "TT")];
    let (alleles, _) = run(&source, file.concat().as_bytes()).expect("sorted");
    let places: Vec<&str> = alleles.iter().map(|allele| allele.split(' ').next().expect("a place")).collect();
    assert_eq!(places, ["1006-A-G", "1011-AC-A", "1012-CA-C", "1012-CA-T", "1013-A-AT"]);
}

#[test]
fn what_is_no_sequence_is_set_aside_with_its_row() {
    let source = reference("GGTCACACACACATTGG");
    let rows = [
        row(1_001, "G", "<DEL>,*,.,T"),
        row(1_002, "G", "G]chr1:5],g,R"),
        "chrUn\t5\t.\tA\tC\n".to_owned(),
        row(0, "A", "C"),
        row(46_709_983, "AC", "C"),
        "chr21\t7\n".to_owned(),
        row(1_017, "R", "A"),
    ];
    let (alleles, aside) = run(&source, [HEADER, &rows.concat()].concat().as_bytes()).expect("sorted");
    assert_eq!(alleles.len(), 1);
    use WhySetAside::*;
    let expected = [
        (1, 1, Symbolic),
        (1, 2, SpanningDeletion),
        (1, 3, NoAlternate),
        (2, 1, Breakend),
        (2, 2, SameAsReference),
        (2, 3, NotBases),
        (3, 0, NotAChromosome),
        (4, 0, BadPosition),
        (5, 0, BadPosition),
        (6, 0, TooFewColumns),
        (7, 1, NotBases),
    ];
    assert_eq!(aside, expected);
}

#[test]
fn the_reference_is_asked_and_its_answer_kept() {
    let source = reference("GGTCACACACACATTGG");
    let rows = [row(500, "A", "C"), row(1_001, "T", "C"), row(1_017, "G", "GG"), row(2_000, "AT", "A")];
    let (alleles, _) = run(&source, [HEADER, &rows.concat()].concat().as_bytes()).expect("sorted");
    let status = |at: usize| alleles[at].split(' ').nth(1).expect("a status");
    let expected = [AlleleStatus::NotLoaded, AlleleStatus::ReferenceDiffers, AlleleStatus::NotLoaded];
    assert_eq!([status(0), status(1), status(2)], expected.map(|status| format!("{status:?}")));
    assert_eq!(status(3), "NotLoaded", "the roll runs off the loaded region");
}

#[test]
fn a_file_out_of_order_is_refused_with_the_row() {
    let source = reference("GGTCACACACACATTGG");
    let back_again = [HEADER, &row(5, "A", "C"), "chr22\t5\t.\tA\tC\n", &row(9, "A", "C")].concat();
    let error = run(&source, back_again.as_bytes()).expect_err("chromosome 21 comes twice");
    assert!(error.to_string().starts_with("row 3 (chromosome 21, position 9) comes after"), "{error}");

    let filler = "x".repeat(1 << 16);
    let wide = |at: u64| format!("chr21\t{at}\t.\tA\tC\t.\t.\t{filler}\n");
    let rows: String = (0..150).map(|at| wide(20_000 + at * 1_000)).chain([wide(7)]).collect();
    let error = run(&source, [HEADER, &rows].concat().as_bytes()).expect_err("too far back to be put in order");
    assert!(error.to_string().starts_with("row 151 (chromosome 21, position 7) comes after"), "{error}");
}

#[test]
fn other_files_are_refused() {
    let source = reference("GG");
    for (file, message) in [
        (&b""[..], "no `#CHROM` line"),
        (b"chr1\t5\t.\tA\tC\n", "rows begin before"),
        (b"BCF\x02\x02\n", "it is BCF"),
        (b"##fileformat=VCFv4.2\n#CHROM\tPOS\n", "does not tell the assembly"),
        (b"\x1f\x8b\x08\x00nonsense", "cannot be read"),
    ] {
        let error = run(&source, file).expect_err("no VCF");
        assert!(error.to_string().contains(message), "{error}");
    }
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text).expect("memory");
    encoder.finish().expect("memory")
}

/// BGZF with blocks of a few lines, so that lines are cut.
fn bgzf(text: &[u8]) -> Vec<u8> {
    let block = |text: &[u8]| {
        let extra = vec![b'B', b'C', 2, 0, 0, 0];
        let mut encoder = GzBuilder::new().extra(extra).write(Vec::new(), Compression::fast());
        encoder.write_all(text).expect("memory");
        let mut block = encoder.finish().expect("memory");
        let length = u16::try_from(block.len() - 1).expect("a small block").to_le_bytes();
        block[16..18].copy_from_slice(&length);
        block
    };
    text.chunks(101).chain([&b""[..]]).flat_map(block).collect()
}

#[test]
fn compressed_files_give_the_same_and_damage_is_noticed() {
    let bases: String = "ACGTTGCAAC".repeat(500);
    let source = reference(&bases);
    let rows: String = (0..800).map(|at| row(1_001 + at * 5, &bases[(at * 5) as usize..][..2], "N")).collect();
    let text = [HEADER, &rows].concat();
    let plain = run(&source, text.as_bytes()).expect("plain");
    assert_eq!(plain.0.len(), 800);
    assert_eq!(run(&source, &gzip(text.as_bytes())).expect("gzip"), plain);
    let blocks = bgzf(text.as_bytes());
    assert_eq!(run(&source, &blocks).expect("BGZF"), plain);
    let mut damaged = blocks.clone();
    damaged[blocks.len() / 2] ^= 0x55;
    assert!(run(&source, &damaged).is_err());
    assert!(run(&source, &blocks[..blocks.len() - 40]).is_err());
}

fn spelling() -> impl Strategy<Value = (String, usize, usize, String)> {
    ("(A|C|G|T|AC|CAG|T{5}|GATA){8,30}", any::<prop::sample::Index>(), 1..9_usize, "(A|C|AC|CAG|T|GATA){0,4}").prop_map(
        |(bases, at, deleted, inserted)| {
            let at = 1 + at.index(bases.len() - 1);
            let deleted = deleted.min(bases.len() - at);
            (bases, at, deleted, inserted)
        },
    )
}

proptest! {
    #[test]
    fn every_spelling_gives_what_the_plain_way_gives((bases, at, deleted, inserted) in spelling()) {
        let padded = format!("{}{bases}{}", "N".repeat(3), "N".repeat(3));
        let source = reference(&padded);
        let (at, anchor) = (at + 3, 1);
        let stated = &padded[at - anchor..at + deleted];
        let alternate = format!("{}{inserted}", &padded[at - anchor..at]);
        let position = START + (at - anchor) as u64 + 1;
        prop_assume!(stated != alternate);
        let file = [HEADER, &row(position, stated, &alternate)].concat();
        let (alleles, _) = run(&source, file.as_bytes()).expect("one row");
        let expected = expected(&source, position, stated, &alternate);
        prop_assert_eq!(&alleles, &[format!("{expected} 1.1")]);
    }

    #[test]
    fn any_bytes_are_answered(rows in prop::collection::vec("(chr21|21|X|)\t-?[0-9]{1,5}\t\\.\t[ACGTNacgt<*.]{0,9}(\t[ACGTN,*.<>\\[\\]:]{0,12})?", 0..20)) {
        let file = [HEADER, &rows.join("\n")].concat();
        let _ = run(&reference("ACGTACGTTTTTT"), file.as_bytes());
    }
}

#[test]
fn an_event_at_the_very_start_takes_the_base_behind() {
    let mut source = MemorySequences::new();
    source.add_region(contig().on(Assembly::Grch38), 0, b"ACACGT").expect("inside");
    let file = [HEADER, &row(1, "ACA", "A"), &row(2, "C", "CAC")].concat();
    let (alleles, _) = run(&source, file.as_bytes()).expect("sorted");
    let plain = [expected(&source, 1, "ACA", "A"), expected(&source, 2, "C", "CAC")];
    assert_eq!(alleles, [format!("{} 1.1", plain[0]), format!("{} 2.1", plain[1])]);
    assert!(source.length(&contig().on(Assembly::Grch38).refget()).is_some());
}
