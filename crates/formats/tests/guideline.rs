//! A specification of an expert panel as ClinGen's registry gives it.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its own data should stop there")]

use cairn_core::guideline::{EvidenceLine, Guideline, Guidelines, classify, find};
use cairn_formats::guideline::{GuidelineError, read};

const PTEN: &str = include_str!("../../../testdata/cspec/pten-gn003-3.2.reduced.json");

fn added(text: &str) -> (Guidelines, String) {
    let mut all = Guidelines::default();
    let read = read(text.as_bytes(), None).unwrap();
    assert_eq!(read.len(), 1);
    let address = all.add(&read[0].text).unwrap().address();
    (all, address)
}

fn class(guideline: &Guideline, evidence: &[&str]) -> (String, Option<String>) {
    let lines: Vec<_> = evidence.iter().map(|text| EvidenceLine::read(text, guideline).unwrap()).collect();
    let decision = classify(guideline, &lines).unwrap();
    (decision.rule.id, decision.class.map(|class| class.code().to_owned()))
}

#[test]
fn the_panel_s_document_says_what_the_built_in_file_says() {
    let (all, address) = added(PTEN);
    assert_eq!(address, "gn003@3.2");
    let (read, built_in) = (all.find(&address).unwrap(), find("pten@3.2.1").unwrap());
    assert_eq!(read.scope, built_in.scope);
    assert_eq!(read.criteria.len(), 28);
    for (ours, theirs) in built_in.criteria.iter().zip(&read.criteria) {
        let of = |c: &cairn_core::guideline::CriterionDefinition| {
            (c.code.clone(), c.direction, c.strength, c.permitted.clone(), c.is_applicable())
        };
        assert_eq!(of(ours), of(theirs));
    }
}

/// Every set of up to four criteria at permitted strengths.
#[test]
fn both_give_the_same_class_by_the_same_rule() {
    let (all, address) = added(PTEN);
    let (read, built_in) = (all.find(&address).unwrap(), find("pten@3.2.1").unwrap());
    let one = |c: &cairn_core::guideline::CriterionDefinition| {
        c.permitted.iter().map(|s| format!("{}_{}", c.code, s.suffix())).collect::<Vec<_>>()
    };
    let codes: Vec<String> = built_in.criteria.iter().flat_map(one).collect();
    let mut checked = 0;
    for (i, a) in codes.iter().enumerate() {
        for (j, b) in codes.iter().enumerate().skip(i + 1) {
            for c in codes.iter().skip(j + 1).step_by(3) {
                let evidence = [a.as_str(), b, c];
                let code = |text: &str| text.split('_').next().unwrap().to_owned();
                if code(a) == code(b) || code(b) == code(c) || code(a) == code(c) {
                    continue;
                }
                assert_eq!(class(read, &evidence), class(built_in, &evidence), "{evidence:?}");
                checked += 1;
            }
        }
    }
    assert!(checked > 2000, "{checked}");
}

#[test]
fn the_panel_s_own_rules_differ_from_the_general_ones() {
    let (all, address) = added(PTEN);
    let (panel, general) = (all.find(&address).unwrap(), find("acmg-amp@2015").unwrap());
    assert_eq!(class(panel, &["BS1"]).1.as_deref(), Some("likely_benign"));
    assert_eq!(class(general, &["BS1"]).1.as_deref(), Some("uncertain_significance"));
    assert_eq!(class(panel, &["PVS1", "PM2"]).1.as_deref(), Some("likely_pathogenic"));
    assert_eq!(class(panel, &["PS1", "PM3", "PP5"]).1.as_deref(), Some("uncertain_significance"));
}

#[test]
fn the_api_s_own_form_is_read_too() {
    let json = r#"{"@id": "https://cspec.genome.network/cspec/api/SequenceVariantInterpretation/id/GN999", "version": "1.0.0",
      "label": "A panel", "lastUpdated": "2024-04-22T15:42:55.213Z", "currentStatus": "Released", "ruleSets": [{
        "genes": [{"@id": "https://www.genenames.org/tools/search/#!/?query=MYOC", "diseases": [{"@id": "http://purl.obolibrary.org/obo/MONDO_0020367",
          "label": "glaucoma", "modeOfInheritance": [{"@label": "Autosomal dominant inheritance"}]}]}],
        "criteriaCodes": [{"label": "PM2", "description": "Absent from controls.", "somethingNew": 1, "evidenceStrengths": [
          {"label": "Supporting", "applicability": "Applicable", "description": "Allele frequency <= 0.0001."},
          {"label": "Moderate", "applicability": "Not Applicable"}]}]}]}"#;
    assert!(matches!(read(json.as_bytes(), None), Err(GuidelineError::NoRules(_))));
    let found = read(json.as_bytes(), Some("acmg-amp-svi@2020")).unwrap();
    assert!(found[0].notes.iter().any(|note| note.contains("somethingNew")), "{:?}", found[0].notes);
    let mut all = Guidelines::default();
    let guideline = all.add(&found[0].text).unwrap();
    assert_eq!(guideline.address(), "gn999@1.0.0");
    let scope = guideline.scope.as_ref().unwrap();
    assert_eq!((scope.genes.as_slice(), scope.inheritance.len()), (&["MYOC".to_owned()][..], 1));
    assert_eq!(scope.conditions[0].ids[0].to_string(), "MONDO:0020367");
    assert!(guideline.is_applicable("PM2") && !guideline.is_applicable("PVS1"));
}

#[test]
fn what_cannot_be_followed_is_refused_by_name() {
    let check = |from: &str, to: &str, message: &str| {
        assert!(PTEN.contains(from), "{from}");
        let error = read(PTEN.replacen(from, to, 1).as_bytes(), None).unwrap_err().to_string();
        assert_eq!(error, message);
    };
    check(r#""condition": "==1""#, r#""condition": "<3""#, "rule `Rule1`: the condition `<3` is not understood");
    check(
        r#""inference": "Pathogenic""#,
        r#""inference": "Maybe""#,
        "rule `Rule1`: its outcome `Maybe` is none that is known",
    );
    check(r#""version": "3.2""#, r#""versions": "3.2""#, "the specification: `version` is missing");
    assert_eq!(read(b"{}", None), Err(GuidelineError::NotAGuideline));
    assert!(matches!(read(b"PK", None), Err(GuidelineError::NotJson(_))));
}
