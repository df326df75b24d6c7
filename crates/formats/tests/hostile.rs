//! No bytes make a door panic: true files with bytes changed, cut and joined, and bytes of no kind.
#![expect(clippy::unwrap_used, reason = "a test that cannot read its own data should stop there")]

use std::io::Read;
use std::path::Path;

use cairn_formats::door::{Member, read};
use cairn_formats::open::open;
use proptest::prelude::*;

/// Small true inputs of every format, whole rows of the bundled files.
fn seeds() -> Vec<Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata");
    let head = |name: &str, lines: usize| {
        let mut text = String::new();
        let file = std::fs::File::open(root.join(name)).unwrap();
        flate2::read::MultiGzDecoder::new(file).read_to_string(&mut text).unwrap();
        text.lines().take(lines).map(|l| format!("{l}\n")).collect::<String>().into_bytes()
    };
    let mut seeds = vec![
        head("clinvar/clinvar_GRCh37_2016-05-20.six_genes.tsv.gz", 4),
        head("clinvar/clinvar_official_format.GRCh37.2015-02.part.vcf.gz", 72),
        head("clinvar/clinvar_submissions_long.tsv.gz", 4),
        head("clinvar/clinvar_vcv_submissions.tsv.gz", 4),
        head("phenopackets/lmna_nf1_fbn1_stxbp1.jsonl.gz", 1),
        head("submissions/enigma_clinvar_submission_2015-09_variant_sheet.tsv.gz", 8),
        b"##fileformat=VCFv4.2\n##contig=<ID=1,length=248956422>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tA\n1\t100\t.\tN\t<DEL>,C\t.\t.\tEND=200;CLASS=5\tGT:AD:PS\t0|1:3,4:7\n".to_vec(),
        "Gen;cDNA;Klasse;Datum;HPO;Alter\nBRCA1;c.68_69del;Klasse 5;31.12.2023;HP:0003002 x;45\n".as_bytes().to_vec(),
        b"### LOVD-version 3000-130 ### Full data download\n## Variants_On_Genome ## Do not remove or alter this header ##\n\"{{id}}\"\t\"{{chromosome}}\"\t\"{{VariantOnGenome/DNA}}\"\n\"1\"\t\"17\"\t\"g.1del\"\n".to_vec(),
    ];
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(
        std::fs::File::open(root.join("clinvar/clinvar_xml_samples.tar.gz")).unwrap(),
    ));
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        if entry.path().unwrap().ends_with("VCV000097006.xml") {
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            seeds.push(bytes);
        }
    }
    seeds
}

fn workbook() -> Vec<u8> {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    for (column, text) in ["Gene", "cDNA", "Class", "Date"].iter().enumerate() {
        sheet.write(0, column as u16, *text).unwrap();
        sheet.write(1, column as u16, 42_226.5).unwrap();
    }
    workbook.save_to_buffer().unwrap()
}

/// Replaces, removes, doubles and inserts at a place.
fn mutate(bytes: &mut Vec<u8>, edits: &[(prop::sample::Index, u8, u8)]) {
    for (place, kind, byte) in edits {
        if bytes.is_empty() {
            return;
        }
        let at = place.index(bytes.len());
        match kind % 6 {
            0 => bytes[at] = *byte,
            1 => bytes.truncate(at),
            2 => bytes.insert(at, *byte),
            3 => drop(bytes.drain(at..bytes.len().min(at + usize::from(*byte)))),
            4 => {
                let piece = bytes[at..bytes.len().min(at + usize::from(*byte))].to_vec();
                bytes.splice(at..at, piece);
            }
            // Signs that formats are made of.
            _ => {
                let signs = b"\t\n\",;|:=<>/\\{}[]().-+*%&\xc3\xa9";
                bytes[at] = signs[usize::from(*byte) % signs.len()];
            }
        }
    }
}

fn check(bytes: &[u8]) {
    let parsed = open(bytes, Some("x"));
    assert!(!parsed.drafts.records.is_empty() || !parsed.drafts.problems.is_empty() || bytes.is_empty());
    // What is stored and sent is JSON: it can be written and read again.
    let json = serde_json::to_string(&parsed.drafts).unwrap();
    let again: cairn_core::draft::Drafts = serde_json::from_str(&json).unwrap();
    assert_eq!(again.records.len(), parsed.drafts.records.len());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn changed_files(seed in any::<prop::sample::Index>(), edits in prop::collection::vec(any::<(prop::sample::Index, u8, u8)>(), 1..8)) {
        static SEEDS: std::sync::LazyLock<Vec<Vec<u8>>> = std::sync::LazyLock::new(seeds);
        let mut bytes = SEEDS[seed.index(SEEDS.len())].clone();
        mutate(&mut bytes, &edits);
        check(&bytes);
    }

    #[test]
    fn changed_workbooks(edits in prop::collection::vec(any::<(prop::sample::Index, u8, u8)>(), 1..6)) {
        // Inside the archive, so that the reader of sheets sees them too.
        static BOOK: std::sync::LazyLock<Vec<u8>> = std::sync::LazyLock::new(workbook);
        let mut bytes = BOOK.clone();
        mutate(&mut bytes, &edits);
        check(&bytes);
        let _ = cairn_formats::table::workbook::read(&bytes, &mut cairn_formats::findings::Findings::default());
    }

    #[test]
    fn bytes_of_no_kind(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        check(&bytes);
        let mut bcf = b"BCF\x02\x02".to_vec();
        bcf.extend(&bytes);
        check(&bcf);
    }

    #[test]
    fn text_of_no_kind(text in "\\PC{0,200}") {
        check(text.as_bytes());
        cairn_formats::vcf::validate::validate(format!("##fileformat=VCFv4.3\n{text}").as_bytes());
        let _ = cairn_formats::vocabulary::date::read(&text, None);
        let _ = cairn_formats::vocabulary::criteria::read(&text);
        let _ = cairn_formats::citations::read_list(&text);
    }
}

#[test]
fn a_true_seed_of_every_format_is_read() {
    for seed in seeds() {
        let parsed = open(seed.as_slice(), Some("clinvar_GRCh37.tsv"));
        assert!(!parsed.drafts.records.is_empty(), "{:?} {:?}", parsed.detected, parsed.drafts.problems);
    }
    let members: Vec<Member> = read(workbook().as_slice(), None).unwrap();
    assert_eq!(members.len(), 1);
}
