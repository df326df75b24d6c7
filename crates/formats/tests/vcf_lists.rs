//! Lists of reported variants in VCF and BCF, and ClinVar's own VCF, through the front door.

use std::io::Read;
use std::path::Path;

use cairn_core::draft::{CaseDraft, ContentDraft, StatementDraft};
use cairn_core::problem::Severity;
use cairn_formats::detect::Format;
use cairn_formats::open::{Options, Parsed, open, open_with};

const HEADER: &str = "##fileformat=VCFv4.2\n##reference=GRCh38\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO";

fn read(text: &str) -> Parsed {
    open(text.as_bytes(), Some("list.vcf"))
}

fn cases(parsed: &Parsed) -> Vec<&CaseDraft> {
    let cases = parsed.drafts.records.iter().filter_map(|r| match &r.content {
        ContentDraft::Case(case) => Some(case.as_ref()),
        ContentDraft::Statement(_) => None,
    });
    cases.collect()
}

fn statements(parsed: &Parsed) -> Vec<&StatementDraft> {
    let statements = parsed.drafts.records.iter().filter_map(|r| match &r.content {
        ContentDraft::Statement(s) => Some(s.as_ref()),
        ContentDraft::Case(_) => None,
    });
    statements.collect()
}

/// Observations of the first case as `expression zygosity`.
fn seen(parsed: &Parsed) -> Vec<String> {
    let observations = cases(parsed).first().map_or(&[][..], |c| &c.observations);
    observations.iter().map(|o| format!("{} {}", o.variant.expressions[0].text, o.zygosity.code())).collect()
}

/// What one record with one sample says.
fn check(record: &str, expected: &[&str]) {
    let parsed = read(&format!("{HEADER}\tFORMAT\tA\n{record}\n"));
    assert_eq!(seen(&parsed), expected, "{record}\n{:?}", parsed.drafts.problems);
}

#[test]
fn alleles_of_every_kind() {
    check("17\t43045712\trs1\tT\tC\t.\tPASS\t.\tGT\t0/1", &["17-43045712-T-C heterozygous"]);
    check("17\t5\t.\tA\tC,G\t.\t.\t.\tGT\t1/2", &["17-5-A-C heterozygous", "17-5-A-G heterozygous"]);
    check("17\t5\t.\tA\tC,G\t.\t.\t.\tGT\t2|2", &["17-5-A-G homozygous"]);
    check("1\t100\t.\tN\t<DEL>\t.\t.\tEND=200\tGT\t0/1", &["1:101-200 DEL heterozygous"]);
    check("1\t100\t.\tN\t<DUP:TANDEM>\t.\t.\tSVLEN=50\tGT\t1/1", &["1:101-150 DUP homozygous"]);
    check("1\t100\t.\tN\t<INV>\t.\t.\tEND=200\tGT\t0/1", &["1:101-200 INV heterozygous"]);
    check("1\t100\t.\tN\t<CNV>\t.\t.\tEND=200;CN=3\tGT\t0/1", &["1:101-200 x3 heterozygous"]);
    check("1\t100\t.\tN\t<CNV>\t.\t.\tEND=200\tGT:CN\t0/1:3", &["1:101-200 x3 unknown"]);
    check("1\t100\t.\tN\t<CNV>\t.\t.\tEND=200\tGT:CN\t0/0:2", &[]);
    check("1\t100\t.\tN\t<DEL>,<DUP>\t.\t.\tSVLEN=-5,9\tGT\t0/2", &["1:101-109 DUP heterozygous"]);
    check("1\t100\t.\tN\t<CN0>\t.\t.\tEND=200\tGT\t1/1", &["1:101-200 x0 homozygous"]);
    check("1\t100\t.\tA\t<INS:ME>\t.\t.\t.\tGT\t0/1", &["1:100-101 ins:me heterozygous"]);
    check("1\t100\t.\tA\t<INS:ME:L1>\t.\t.\t.\tGT\t0/1", &["1:100-101 ins:me:line1 heterozygous"]);
    check("1\t100\t.\tA\t<INS:ME>\t.\t.\tMEINFO=AluYa5,1,2,+\tGT\t0/1", &["1:100-101 ins:me heterozygous"]);
    check("1\t100\t.\tA\t<INS:ME>\t.\t.\tMEINFO=SVA,1,2,+\tGT\t0/1", &["1:100-101 ins:me:sva heterozygous"]);
    check("1\t100\t.\tA\t<INS:ME:ALU>\t.\t.\tSVLEN=280\tGT\t0/1", &["1:g.100_101insN[280] heterozygous"]);
    check(
        "11\t119076999\t.\tC\t<STR16>\t.\t.\tEND=119077032;RU=CGG\tGT\t0/1",
        &["11:g.119077000_119077032CGG[16] heterozygous"],
    );
    check("2\t42295516\t.\tN\tN]2:29223528]\t.\t.\tSVTYPE=BND\tGT\t./1", &["2-42295516-N-N]2:29223528] unknown"]);
    check("MT\t3243\t.\tA\tG\t.\t.\t.\tGT:AD\t0/1:70,30", &["MT-3243-A-G heteroplasmic"]);
}

#[test]
fn what_is_no_variant_is_said_and_left_out() {
    for record in [
        "1\t5\t.\tA\t.\t.\t.\t.\tGT\t0/0",
        "1\t5\t.\tA\t*\t.\t.\t.\tGT\t0/1",
        "1\t5\t.\tA\t<DEL>\t.\t.\t.\tGT\t0/1",
        "1\t5\t.\t-\tAC\t.\t.\t.\tGT\t0/1",
    ] {
        let parsed = read(&format!("{HEADER}\tFORMAT\tA\n{record}\n"));
        assert!(parsed.drafts.records.is_empty(), "{record}");
        assert!(!parsed.drafts.problems.is_empty(), "{record}");
    }
}

#[test]
fn repairs_are_named() {
    let parsed = read("#CHROM POS ID REF ALT QUAL FILTER INFO FORMAT A\n17 43,045,712 . t c . . . GT 1\n");
    assert_eq!(seen(&parsed), ["17-43045712-T-C hemizygous"]);
    let codes: Vec<_> = parsed.drafts.problems.iter().map(|p| (p.severity, p.code.as_str(), p.row)).collect();
    assert_eq!(
        codes,
        [
            (Severity::Repaired, "vcf.no_fileformat", None),
            (Severity::Repaired, "vcf.blanks_for_tabs", Some(2)),
            (Severity::Repaired, "vcf.bad_position", Some(2)),
            (Severity::Warning, "assembly.not_stated", None),
        ]
    );
}

#[test]
fn the_caller_may_know_the_assembly() {
    let options = Options { mapping: None, assembly: Some("hg19".to_owned()) };
    let text = "#CHROM\tPOS\tID\tREF\tALT\n17\t5\t.\tA\tC\n";
    let parsed = open_with(text.as_bytes(), None, &options);
    assert_eq!(statements(&parsed)[0].variant.expressions[0].assembly.as_deref(), Some("GRCh37"));
}

#[test]
fn classes_of_the_laboratory_are_statements_and_clinvars_in_a_sample_file_are_not() {
    let parsed = read(&format!("{HEADER}\n17\t5\t.\tA\tC,G\t.\t.\tCLASS=LP,VUS;GENE=BRCA1\n"));
    let classes: Vec<_> = statements(&parsed).iter().map(|s| s.body.classification.code()).collect();
    assert_eq!(classes, ["likely_pathogenic", "uncertain_significance"]);
    assert_eq!(statements(&parsed)[0].variant.gene.as_deref(), Some("BRCA1"));
    let parsed = read(&format!("{HEADER}\tFORMAT\tA\n17\t5\t.\tA\tC\t.\t.\tCLNSIG=Pathogenic\tGT\t0/1\n"));
    assert!(statements(&parsed).is_empty());
    assert_eq!(cases(&parsed)[0].observations[0].classification, None);
}

#[test]
fn a_phased_trio_keeps_its_haplotypes() {
    let parsed = read(&format!(
        "{HEADER}\tFORMAT\tA\tB\n17\t5\t.\tA\tC\t.\t.\t.\tGT:PS\t0|1:5\t1/0:.\n17\t9\t.\tA\tC\t.\t.\t.\tGT:PS\t1|0:5\t0/0:.\n"
    ));
    let phases: Vec<_> = cases(&parsed)[0].observations.iter().map(|o| o.phase.clone().unwrap()).collect();
    assert_eq!(phases, ["17:5|2", "17:5|1"]);
    assert_eq!(cases(&parsed)[1].observations.len(), 1);
}

#[test]
fn a_genome_is_refused() {
    let mut text = format!("{HEADER}\tFORMAT\tA\n");
    (1..=100_001).for_each(|n| text.push_str(&format!("1\t{n}\t.\tA\tC\t.\t.\t.\tGT\t0/1\n")));
    let parsed = read(&text);
    assert!(parsed.drafts.records.is_empty());
    assert_eq!(parsed.drafts.problems.last().unwrap().code, "vcf.is_a_genome");
}

#[test]
fn bcf_says_what_its_vcf_says() {
    use noodles::vcf::variant::io::Write as _;
    let text = "##fileformat=VCFv4.3\n##contig=<ID=17,length=83257441>\n##FORMAT=<ID=GT,Number=1,Type=String,Description=\"Genotype\">\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tA\n17\t43045712\trs1\tT\tC\t.\tPASS\t.\tGT\t0/1\n";
    let mut reader = noodles::vcf::io::Reader::new(text.as_bytes());
    let header = reader.read_header().unwrap();
    let mut writer = noodles::bcf::io::Writer::new(Vec::new());
    writer.write_variant_header(&header).unwrap();
    for record in reader.record_bufs(&header) {
        writer.write_variant_record(&header, &record.unwrap()).unwrap();
    }
    writer.try_finish().unwrap();
    let bytes = writer.get_ref().get_ref().clone();
    let parsed = open(bytes.as_slice(), Some("list.bcf"));
    assert_eq!(parsed.detected.format, Format::Bcf);
    assert_eq!(seen(&parsed), ["17-43045712-T-C heterozygous"]);
    for cut in 0..bytes.len() {
        open(&bytes[..cut], None);
    }
}

#[test]
fn the_old_clinvar_file_gives_one_statement_for_each_variant_and_condition() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../testdata/clinvar/clinvar_official_format.GRCh37.2015-02.part.vcf.gz");
    let parsed = open(std::fs::File::open(&path).unwrap(), path.to_str());
    assert_eq!(parsed.detected.format, Format::ClinvarVcf);
    assert_eq!(parsed.drafts.version.as_deref(), Some("20150204"));
    let mut text = String::new();
    flate2::read::MultiGzDecoder::new(std::fs::File::open(&path).unwrap()).read_to_string(&mut text).unwrap();
    let codes =
        |l: &str| l.split("CLNSIG=").nth(1).map_or(0, |v| v.split(';').next().unwrap().split([',', '|']).count());
    let expected: usize = text.lines().filter(|l| !l.starts_with('#')).map(codes).sum();
    let left_out = parsed.drafts.problems.iter().filter(|p| p.severity >= Severity::Warning).count();
    assert!(parsed.drafts.records.len() + left_out <= expected);
    assert!(parsed.drafts.records.len() * 1000 >= expected * 999, "{} of {expected}", parsed.drafts.records.len());
    insta::assert_json_snapshot!("old_clinvar_first", parsed.drafts.records[0]);
}

#[test]
fn the_new_clinvar_file_has_three_kinds_of_class() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/standards/clinvar/somatic_classifications/sample_tab_delimited/clinvar.vcf");
    let Ok(file) = std::fs::File::open(&path) else { return println!("skipped: {} is absent", path.display()) };
    let parsed = open(file, path.to_str());
    assert_eq!(parsed.detected.format, Format::ClinvarVcf);
    insta::assert_json_snapshot!("new_clinvar", parsed.drafts);
}

#[test]
fn files_of_callers_are_read() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/data/vcf_types/scout_demo_trio_snv_sv_str_mei.tar.gz");
    let Ok(file) = std::fs::File::open(&path) else { return println!("skipped: {} is absent", path.display()) };
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(file));
    let mut lines = Vec::new();
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        let name = entry.path().unwrap().display().to_string();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        if !name.ends_with(".vcf") {
            continue;
        }
        let parsed = open(bytes.as_slice(), Some(&name));
        let observations: Vec<usize> = cases(&parsed).iter().map(|c| c.observations.len()).collect();
        lines.push(format!("{name} {observations:?}"));
        let mut counts = std::collections::BTreeMap::new();
        for problem in &parsed.drafts.problems {
            let text = if problem.row.is_none() { problem.message.as_str() } else { "" };
            *counts.entry(format!("  {:?} {} {text}", problem.severity, problem.code)).or_insert(0) += 1;
        }
        lines.extend(counts.into_iter().map(|(line, count)| format!("{line} x{count}")));
    }
    insta::assert_snapshot!(lines.join("\n"));
}
