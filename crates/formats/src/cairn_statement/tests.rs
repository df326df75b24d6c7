#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

use super::*;
use crate::open::open;
use cairn_core::draft::ContentDraft;
use cairn_core::problem::Severity;

const FILE: &str = r#"{
  "format": "cairn.statement",
  "version": 1,
  "statements": [{
    "local_key": "our-1",
    "variant": {"expressions": [{"text": "NM_007294.4:c.68_69del"}, {"text": "17-43124027-ACT-A", "assembly": "GRCh38"}], "gene": "BRCA1"},
    "classification": "pathogenic",
    "conditions": [{"name": "Hereditary breast ovarian cancer syndrome", "ids": ["MONDO:0003582"]}],
    "inheritance": "HP:0000006",
    "origin": "germline",
    "guideline": "acmg-amp-svi@2020",
    "criteria": [
      {"code": "PVS1", "outcome": "met", "strength": "very_strong"},
      {"code": "BS2", "outcome": "not_met"}
    ],
    "evidence": [{"criterion": "PVS1", "text": "frameshift in exon 2", "quantity": {"value": "3", "unit": "families"}, "citations": ["PMID:7545954"]}],
    "summary": "A founder variant.",
    "last_evaluated": "2024-03-01",
    "sign_off": [{"part": "curator", "role": "clinical_scientist", "date": "2024-03-01"}],
    "remarks": [{"name": "computed class", "value": "Pathogenic"}]
  }]
}"#;

fn statements(text: &str) -> Vec<cairn_core::draft::StatementDraft> {
    let parsed = open(text.as_bytes(), None);
    assert_eq!(parsed.drafts.format, "cairn.statement", "{:?}", parsed.drafts.problems);
    let drafts = parsed.drafts.records.into_iter().map(|record| match record.content {
        ContentDraft::Statement(statement) => *statement,
        ContentDraft::Case(_) => panic!("a case"),
    });
    drafts.collect()
}

#[test]
fn what_is_written_reads_back_whole() {
    let read = statements(FILE);
    let body = &read[0].body;
    assert_eq!(body.criteria[0].to_string(), "PVS1_VeryStrong");
    assert_eq!(body.evidence[0].to_string(), "PVS1: 3 families, frameshift in exon 2 (PMID:7545954)");
    assert_eq!(body.remarks[1].value.as_str(), "curator: clinical_scientist, 2024-03-01");
    let written = String::from_utf8(write(&read)).unwrap();
    let again = statements(&written);
    assert_eq!(again, read);
    assert_eq!(write(&again), written.as_bytes());
    assert!(written.contains(r#""role": "clinical_scientist""#), "{written}");
}

#[test]
fn a_withdrawal_is_a_statement_that_says_so() {
    let text = FILE.replace(r#""origin""#, r#""standing": "withdrawn", "origin""#);
    assert_eq!(statements(&text)[0].standing, cairn_core::statement::Standing::Withdrawn);
}

fn check(from: &str, to: &str, column: &str, says: &str) {
    let parsed = open(FILE.replace(from, to).as_bytes(), None);
    let found = parsed.drafts.problems.iter().find(|problem| problem.column.as_deref() == Some(column));
    let problem = found.unwrap_or_else(|| panic!("nothing on {column}: {:?}", parsed.drafts.problems));
    assert!(problem.message.contains(says), "{problem}");
    assert_eq!(problem.row, Some(1), "{problem}");
    assert!(!problem.remedy.is_empty(), "{problem}");
    let is_error = problem.severity == Severity::Error;
    assert_eq!(parsed.drafts.records.is_empty(), is_error, "{problem}");
}

#[test]
fn problems_name_the_field_and_the_remedy() {
    check(r#""outcome": "not_met""#, r#""outcome": "perhaps""#, "criteria[1].outcome", "`perhaps`");
    check(r#""very_strong""#, r#""huge""#, "criteria[0].strength", "`huge`");
    check(r#""value": "3""#, r#""value": "three""#, "evidence[0].quantity.value", "`three`");
    check(r#""classification": "pathogenic""#, r#""classification": "bad""#, "classification", "`bad`");
    check(r#""MONDO:0003582""#, r#""breast""#, "conditions[0].ids", "`breast`");
    check(r#""2024-03-01","#, r#""2024-13-01","#, "last_evaluated", "`2024-13-01`");
    check(r#""gene": "BRCA1""#, r#""genes": "BRCA1""#, "variant.genes", "no field");
    check(r#""GRCh38""#, r#""hg99""#, "variant.expressions[1].assembly", "`hg99`");
    check(
        r#"{"expressions": [{"text": "NM_007294.4:c.68_69del"}, {"text": "17-43124027-ACT-A", "assembly": "GRCh38"}], "gene": "BRCA1"}"#,
        r#"{"gene": "BRCA1"}"#,
        "variant",
        "no variant",
    );
}

#[test]
fn a_newer_file_is_refused_as_a_whole() {
    let parsed = open(FILE.replace("\"version\": 1", "\"version\": 2").as_bytes(), None);
    assert!(parsed.drafts.records.is_empty());
    assert!(parsed.drafts.problems[0].message.contains("up to version 1"), "{:?}", parsed.drafts.problems);
}
