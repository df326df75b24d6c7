//! The engine against classes that ClinGen's expert panels gave.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its own data should stop there")]

use cairn_core::criterion::Strength;
use cairn_core::guideline::{EvidenceLine, Guideline, classify, find};
use std::path::Path;

/// Where strengths are given: ClinGen's glaucoma panel, CYP1B1 specification 2.0, table 7.
const GN104: &str = include_str!("../../../testdata/panel/gn104_cyp1b1_table7.tsv");

/// Rows of which the panel's own sum is not the sum of the points of its codes; the class is the same.
const OTHER_SUM: [(&str, &str); 2] = [
    ("c.1168C>A (Arg390Ser)", "the panel sums its five codes to 18; their points are 1, 4, 2, 4 and 8"),
    ("c.1409G>A (Cys470Tyr)", "6 there, 8 by the codes: PP3_Strong with PM1, which the panel counts as one strong"),
];

fn classed(guideline: &Guideline, criteria: &[String]) -> (String, Option<String>) {
    let lines: Vec<_> = criteria.iter().map(|text| EvidenceLine::read(text, guideline).unwrap()).collect();
    let decision = classify(guideline, &lines).unwrap();
    (decision.class.map_or("none", |class| class.letter()).to_owned(), decision.points.map(|points| points.to_string()))
}

#[test]
fn with_strengths_given_every_class_is_the_panel_s() {
    let guideline = find("acmg-svi-points@2020").unwrap();
    let (mut rows, mut sums) = (0, 0);
    for line in GN104.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let [variant, criteria, points, class] = cells[..] else { panic!("{line}") };
        let criteria: Vec<String> = criteria.split(';').map(str::to_owned).collect();
        let (got, sum) = classed(guideline, &criteria);
        assert_eq!(got, class, "{variant}: {criteria:?}");
        let named = OTHER_SUM.iter().any(|(known, _)| *known == variant);
        let same = points.is_empty() || sum.as_deref() == Some(points);
        assert_eq!(same, !named, "{variant}: {sum:?} against {points}");
        rows += 1;
        sums += usize::from(same);
    }
    assert_eq!((rows, sums), (56, 54));
}

/// Strengths that the guideline permits for a code; its default first.
fn strengths(guideline: &Guideline, code: &str) -> Vec<Strength> {
    let definition = guideline.criterion(code).unwrap();
    let default = definition.strength.into_iter();
    default.chain(definition.permitted.iter().copied().filter(|s| Some(*s) != definition.strength)).collect()
}

/// The fewest other strengths that give the panel's class, in words; `None` when none do.
fn explanation(guideline: &Guideline, codes: &[String], class: &str) -> Option<String> {
    let choices: Vec<Vec<Strength>> = codes.iter().map(|code| strengths(guideline, code)).collect();
    let mut best: Option<Vec<String>> = None;
    let mut at = vec![0; codes.len()];
    loop {
        let texts: Vec<String> = codes
            .iter()
            .zip(&at)
            .zip(&choices)
            .map(|((code, i), all)| format!("{code}_{}", all[*i].suffix()))
            .collect();
        let other: Vec<String> = texts.iter().zip(&at).filter(|(_, i)| **i > 0).map(|(text, _)| text.clone()).collect();
        if best.as_ref().is_none_or(|best| other.len() < best.len()) && classed(guideline, &texts).0 == class {
            best = Some(other);
        }
        let Some(next) = (0..at.len()).find(|i| at[*i] + 1 < choices[*i].len()) else { break };
        at[next] += 1;
        at[..next].fill(0);
    }
    best.map(|other| other.join(" "))
}

/// ClinGen's Evidence Repository gives criteria without strengths in this sample. At the default
/// strengths most classes are the panel's by points; for every other row the fewest strengths are
/// named that the panel must have used, or that its class is the one of the combining rules.
#[test]
fn without_strengths_every_difference_has_its_name() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/data/acmg_truth/clingen_erepo_2026-01-28_chr1_sample.tsv");
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("skipped: `{}` is not there", path.display());
        return;
    };
    let (guideline, rules) = (find("acmg-svi-points@2020").unwrap(), find("acmg-amp-svi@2020").unwrap());
    let (mut equal, mut explained, mut open) = (0, Vec::new(), Vec::new());
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let [variant, class, criteria] = cells[..] else { panic!("{line}") };
        let codes: Vec<String> = criteria.split(',').map(str::to_owned).collect();
        if classed(guideline, &codes).0 == class {
            equal += 1;
            continue;
        }
        let by_rules = classed(rules, &codes).0 == class;
        match explanation(guideline, &codes, class).or_else(|| by_rules.then(|| "by rules".to_owned())) {
            Some(other) => explained.push(format!("{variant} {class} {criteria}: {other}")),
            None => open.push(format!("{variant} {class} {criteria}")),
        }
    }
    assert!(open.is_empty(), "nothing explains the panel's class: {open:#?}");
    let expected = [
        "1-9715849-G-A LP PM2,PP4,PS3,PS4: PS3_Supporting",
        "1-9717608-C-A LP PM2,PP4,PS2,PS3: PS2_Supporting",
        "1-9717608-C-G LP PM2,PP4,PS1,PS2,PS3: PS1_Supporting PS2_Supporting",
        "1-9719924-T-C LP PM2,PP1,PP3,PP4,PS2,PS3: PS2_Supporting",
        "1-94025015-G-A LB BP7,PM2: BP7_Moderate",
        "1-114713840-T-C VUS BP4: by rules",
        "1-171636255-A-C VUS BP4: by rules",
    ];
    assert_eq!((equal, explained), (43, expected.map(str::to_owned).to_vec()));
}

/// The examples name criteria alone, neither class nor strength: every code must be known, and a
/// stand-alone benign criterion decides whatever stands beside it.
#[test]
fn the_criteria_examples_are_read_and_run() {
    let name = "acmg_truth/clingen_criteria_examples.tsv";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(name);
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("skipped: `{}` is not there", path.display());
        return;
    };
    let guideline = find("acmg-svi-points@2020").unwrap();
    let mut rows = 0;
    for line in text.lines().skip(1) {
        let criteria = line.split('\t').nth(2).unwrap();
        let codes: Vec<String> = criteria.split(';').map(str::to_owned).collect();
        assert!(codes.iter().all(|code| guideline.criterion(code).is_some()), "{line}");
        let (class, _) = classed(guideline, &codes);
        assert!(!codes.iter().any(|code| code == "BA1") || class == "B", "{line}: {class}");
        rows += 1;
    }
    assert_eq!(rows, 113);
}
