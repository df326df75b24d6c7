//! ClinVar's files against each other and against what is known of them.
#![expect(clippy::unwrap_used, reason = "a test that cannot read its own data should stop there")]

use std::collections::HashMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use cairn_core::draft::{ContentDraft, RecordDraft, StatementDraft};
use cairn_formats::clinvar::{
    AGGREGATE, long, snapshot, submission_lists, submission_summary, variant_summary, vcv_table, xml,
};
use cairn_formats::findings::Findings;

fn testdata(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata").join(name)
}

/// A file of the bulk data beside the repository, if it is there.
fn shared(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared").join(name);
    if !path.exists() {
        println!("skipped: {} is absent", path.display());
    }
    path.exists().then_some(path)
}

fn gunzip(path: &Path) -> String {
    let mut text = String::new();
    let file = std::fs::File::open(path).unwrap();
    flate2::read::MultiGzDecoder::new(file).read_to_string(&mut text).unwrap();
    text
}

fn statements(records: &[RecordDraft]) -> Vec<&StatementDraft> {
    records
        .iter()
        .map(|r| match &r.content {
            ContentDraft::Statement(s) => s.as_ref(),
            ContentDraft::Case(_) => panic!("row {} is a case", r.row),
        })
        .collect()
}

/// Every XML sample by name.
fn samples() -> HashMap<String, String> {
    let file = std::fs::File::open(testdata("clinvar/clinvar_xml_samples.tar.gz")).unwrap();
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(file));
    let mut samples = HashMap::new();
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        let name = entry.path().unwrap().display().to_string();
        let mut text = String::new();
        entry.read_to_string(&mut text).unwrap();
        samples.insert(name, text);
    }
    samples
}

#[test]
fn xml_says_what_the_table_made_from_it_says() {
    let mut findings = Findings::default();
    let table = vcv_table::import(&gunzip(&testdata("clinvar/clinvar_vcv_submissions.tsv.gz")), &mut findings);
    let mut by_scv = HashMap::new();
    for (name, text) in samples() {
        for record in xml::import(&text, &mut findings) {
            let ContentDraft::Statement(statement) = record.content else { panic!("{name}") };
            by_scv.insert(statement.source_accession.clone().unwrap(), *statement);
        }
    }
    let expected = statements(&table);
    assert_eq!(expected.len(), 144);
    for row in expected {
        let scv = row.source_accession.as_deref().unwrap();
        let got = &by_scv[scv];
        assert_eq!(got.laboratory, row.laboratory, "{scv}");
        // The table does not say whether `Uncertain significance` is about an oncogene.
        assert_eq!(got.body.classification.bucket(), row.body.classification.bucket(), "{scv}");
        assert_eq!(got.body.last_evaluated, row.body.last_evaluated, "{scv}");
        assert_eq!(got.body.review_status, row.body.review_status, "{scv}");
        assert_eq!(got.body.guideline, row.body.guideline, "{scv}");
        assert_eq!(got.local_key, row.local_key, "{scv}");
        assert_eq!(got.variant.xrefs[0], row.variant.xrefs[0], "{scv}");
    }
    assert!(findings.into_list().iter().all(|p| p.severity < cairn_core::problem::Severity::Error));
}

#[test]
fn brca1_185del_ag_has_75_submissions_and_every_notation() {
    let text = &samples()["VCV000017662_BRCA1_75_submissions.xml"];
    let records = xml::import(text, &mut Findings::default());
    assert_eq!(records.len(), 75);
    let variant = &statements(&records)[0].variant;
    let texts: Vec<&str> = variant.expressions.iter().map(|e| e.text.as_str()).collect();
    assert_eq!(texts[0], "17-43124027-ACT-A");
    assert_eq!(variant.expressions[0].assembly.as_deref(), Some("GRCh38"));
    assert_eq!(texts[1], "17-41276044-ACT-A");
    assert!(
        texts.contains(&"NC_000017.11:43124027:CTCT:CT") || texts.iter().any(|t| t.starts_with("NC_000017.11:")),
        "{texts:?}"
    );
    assert!(texts.contains(&"NM_007294.4:c.68_69del"), "{texts:?}");
    assert!(variant.xrefs.contains(&"rs80357914".to_owned()), "{:?}", variant.xrefs);
    insta::assert_json_snapshot!(statements(&records)[40].body);
}

#[test]
fn somatic_oncogenic_and_functional_records() {
    let Some(folder) = shared("standards/clinvar") else { return };
    let mut lines = Vec::new();
    for part in ["somatic_classifications/sample_xmls", "functional_data/reporting"] {
        let mut files: Vec<PathBuf> =
            std::fs::read_dir(folder.join(part)).unwrap().map(|f| f.unwrap().path()).collect();
        files.sort();
        for path in files {
            let mut findings = Findings::default();
            let records = xml::import(&std::fs::read_to_string(&path).unwrap(), &mut findings);
            for s in statements(&records) {
                let b = &s.body;
                let name = path.file_name().unwrap().to_string_lossy();
                let scv = s.source_accession.as_deref().unwrap_or_default();
                lines.push(format!(
                    "{name} {scv} {} {:?} {} evidence",
                    b.classification.code(),
                    b.classification_text,
                    b.evidence.len()
                ));
            }
            lines.extend(findings.into_list().iter().map(ToString::to_string));
        }
    }
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn a_snapshot_is_the_archives_word_and_no_laboratorys() {
    let text = gunzip(&testdata("clinvar/clinvar_GRCh37_2016-05-20.six_genes.tsv.gz"));
    let mut findings = Findings::default();
    let records = snapshot::import(&text, Some("clinvar_GRCh37_2016-05-20.six_genes.tsv"), &mut findings);
    assert_eq!(records.len(), text.lines().count() - 1);
    let lines: Vec<&str> = text.lines().collect();
    for (record, s) in records.iter().zip(statements(&records)) {
        let row: Vec<&str> = lines[record.row as usize - 1].split('\t').collect();
        let laboratory = s.laboratory.as_ref().unwrap().name.as_str();
        assert_eq!(laboratory, AGGREGATE, "{row:?}");
        let named: Vec<&str> = row[11].split(';').map(str::trim).filter(|name| !name.is_empty()).collect();
        assert_eq!(cairn_core::change::submitters(&s.body), named);
        let said = s.body.classification_text.clone().unwrap_or_else(|| s.body.classification.label().to_owned());
        assert_eq!(said, row[7]);
    }
    assert!(findings.into_list().iter().all(|p| p.severity == cairn_core::problem::Severity::Note));
}

#[test]
fn a_whole_snapshot_is_read() {
    let Some(path) = shared("data/clinvar/clinvar_GRCh37_2016-05-20.tsv.gz") else { return };
    let text = gunzip(&path);
    let start = std::time::Instant::now();
    let records = snapshot::import(&text, Some("clinvar_GRCh37_2016-05-20.tsv"), &mut Findings::default());
    println!("{} rows in {:?}", records.len(), start.elapsed());
    assert_eq!(records.len(), 81_122);
}

#[test]
fn rows_of_two_assemblies_are_one_statement() {
    let text = gunzip(&testdata("clinvar/clinvar_submissions_long.tsv.gz"));
    let records = long::import(&text, &mut Findings::default());
    // 1,071 rows on GRCh37, each with its twin on GRCh38, and two on GRCh38 alone.
    assert_eq!(text.lines().count(), 1 + 2 * 1_071 + 2);
    assert_eq!(records.len(), 1_073);
    let places = |s: &StatementDraft| s.variant.expressions.iter().filter(|e| e.assembly.is_some()).count();
    assert_eq!(statements(&records).iter().filter(|s| places(s) == 2).count(), 1_071);
    let laboratories: std::collections::HashSet<_> =
        statements(&records).iter().map(|s| s.laboratory.clone()).collect();
    assert_eq!(laboratories.len(), 58);
    let keys: std::collections::HashSet<_> =
        statements(&records).iter().map(|s| (s.laboratory.clone(), s.local_key.clone())).collect();
    assert_eq!(keys.len(), 1_073);
}

#[test]
fn lists_that_are_not_aligned_stay_together() {
    let Some(path) = shared("data/clinvar/clinvar_submission_lists_2017-2018.tsv.gz") else { return };
    let text = gunzip(&path);
    let records = submission_lists::import(&text, &mut Findings::default());
    let aggregate = statements(&records).iter().filter(|s| s.laboratory.as_ref().unwrap().name == AGGREGATE).count();
    let rows = text.lines().skip(1).map(|l| l.split('\t').collect::<Vec<_>>());
    let aligned = |r: &Vec<&str>| {
        let n = |i: usize| r[i].split(';').count();
        n(12) == n(13) && n(12) == n(14)
    };
    let rows: Vec<_> = rows.collect();
    assert_eq!(aggregate, rows.iter().filter(|r| !aligned(r)).count());
    let single: usize = rows.iter().filter(|r| aligned(r)).map(|r| r[12].split(';').count()).sum();
    assert_eq!(records.len(), aggregate + single);
}

#[test]
fn official_summaries() {
    let Some(folder) = shared("standards/clinvar/somatic_classifications/sample_tab_delimited") else { return };
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let mut findings = Findings::default();
    let submissions = submission_summary::import(&read("submission_summary.txt"), &mut findings);
    insta::assert_json_snapshot!("submission_summary", submissions);
    let variants = variant_summary::import(&read("variant_summary.txt"), &mut findings);
    insta::assert_json_snapshot!("variant_summary", variants);
    assert_eq!(findings.into_list(), []);
}
