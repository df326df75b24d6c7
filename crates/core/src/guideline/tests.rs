//! The rules by name, and the laws that hold for every evidence.

use super::gene_validity::{Curation, ExpertCall, ValidityClass, ValidityError, weigh};
use super::*;
use crate::criterion::{Criterion, Outcome, Strength};
use proptest::prelude::*;

fn lines(guideline: &Guideline, text: &str) -> Vec<EvidenceLine> {
    text.split_whitespace().map(|t| EvidenceLine::read(t, guideline).expect("a criterion")).collect()
}

/// Class code and rule of the evidence under the guideline.
fn check(address: &str, evidence: &str, class: &str, rule: &str) {
    let guideline = find(address).expect("a guideline");
    let decision = classify(guideline, &lines(guideline, evidence)).expect("a decision");
    let got = decision.class.map_or("none", |c| c.code());
    assert_eq!((got, decision.rule.id.as_str()), (class, rule), "{address}: {evidence}");
}

#[test]
fn acmg_2015_table_5_row_by_row() {
    let check = |evidence, class, rule| check("acmg-amp@2015", evidence, class, rule);
    check("PVS1 PS1", "pathogenic", "Pathogenic (i)(a)");
    check("PVS1 PM1 PM2", "pathogenic", "Pathogenic (i)(b)");
    check("PVS1 PM2 PP3", "pathogenic", "Pathogenic (i)(c)");
    check("PVS1 PP1 PP3", "pathogenic", "Pathogenic (i)(d)");
    check("PS1 PS3", "pathogenic", "Pathogenic (ii)");
    check("PS1 PM1 PM2 PM5", "pathogenic", "Pathogenic (iii)(a)");
    check("PS1 PM1 PM2 PP1 PP3", "pathogenic", "Pathogenic (iii)(b)");
    check("PS1 PM1 PP1 PP2 PP3 PP4", "pathogenic", "Pathogenic (iii)(c)");
    check("PVS1 PM2", "likely_pathogenic", "Likely pathogenic (i)");
    check("PS1 PM2", "likely_pathogenic", "Likely pathogenic (ii)");
    check("PS1 PP1 PP3", "likely_pathogenic", "Likely pathogenic (iii)");
    check("PM1 PM2 PM5", "likely_pathogenic", "Likely pathogenic (iv)");
    check("PM1 PM2 PP1 PP3", "likely_pathogenic", "Likely pathogenic (v)");
    check("PM1 PP1 PP2 PP3 PP4", "likely_pathogenic", "Likely pathogenic (vi)");
    check("BA1", "benign", "Benign (i)");
    check("BS1 BS2", "benign", "Benign (ii)");
    check("BS1 BP4", "likely_benign", "Likely benign (i)");
    check("BP4 BP7", "likely_benign", "Likely benign (ii)");
    check("PVS1", "uncertain_significance", "otherwise");
    check("", "uncertain_significance", "otherwise");
}

#[test]
fn acmg_2015_contradictory_criteria_are_uncertain() {
    check("acmg-amp@2015", "PVS1 PS1 BS1 BS2", "uncertain_significance", "conflict");
    check("acmg-amp@2015", "PVS1 PS1 BP4", "pathogenic", "Pathogenic (i)(a)");
}

#[test]
fn acmg_2015_has_no_row_for_two_very_strong() {
    check("acmg-amp@2015", "PVS1 PS2_VeryStrong", "none", "undefined: several very strong");
    check("acmg-amp@2015", "PVS1 PS2_VeryStrong PM2", "likely_pathogenic", "Likely pathogenic (i)");
}

#[test]
fn svi_2020_pm2_at_supporting_with_pvs1_is_likely_pathogenic() {
    check("acmg-amp-svi@2020", "PVS1 PM2", "likely_pathogenic", "Likely pathogenic (SVI, PM2 1.0)");
    check("acmg-amp-svi@2018", "PVS1 PM2_Supporting", "uncertain_significance", "otherwise");
    check("acmg-amp-svi@2020", "PS1 PM2", "uncertain_significance", "otherwise");
}

#[test]
fn svi_2018_retires_pp5_and_bp6_with_the_reason() {
    let guideline = find("acmg-amp-svi@2018").expect("a guideline");
    let explanation = explain(guideline, &lines(guideline, "PVS1 PM2 PP5 BP6")).expect("an explanation");
    let reasons: Vec<_> = explanation.ignored.iter().map(|i| (i.criterion.as_str(), i.reason)).collect();
    assert_eq!(reasons, [("PP5", Reason::Retired), ("BP6", Reason::Retired)]);
    assert!(explanation.ignored[0].text.contains("PMID:29543229"));
    check("acmg-amp@2015", "PVS1 PM2 PP5", "pathogenic", "Pathogenic (i)(c)");
}

#[test]
fn what_does_not_count_says_why() {
    let guideline = find("acmg-amp-svi@2020").expect("a guideline");
    let explanation = explain(guideline, &lines(guideline, "PM2_Strong BS2_not_met OS1 PVS1 PVS1")).expect("one");
    let reasons: Vec<_> = explanation.ignored.iter().map(|i| (i.criterion.as_str(), i.reason)).collect();
    let expected = [
        ("PVS1", Reason::GivenTwice),
        ("PM2_Strong", Reason::StrengthNotPermitted),
        ("BS2_not_met", Reason::NotMet),
        ("OS1", Reason::Unknown),
    ];
    assert_eq!(reasons, expected);
    let twice = classify(guideline, &lines(guideline, "PVS1 PVS1_Strong"));
    assert_eq!(twice, Err(ClassifyError::Contradiction { code: "PVS1".to_owned() }));
}

#[test]
fn points_2020_bands() {
    let check = |evidence, class, rule| check("acmg-points@2020", evidence, class, rule);
    check("PVS1 PM2", "pathogenic", "10 points");
    check("PVS1 PP1", "likely_pathogenic", "9 points");
    check("PS1 PM1", "likely_pathogenic", "6 points");
    check("PS1 PP1", "uncertain_significance", "5 points");
    check("", "uncertain_significance", "0 points");
    check("BP4", "likely_benign", "-1 points");
    check("BS1 BP4 BP7", "likely_benign", "-6 points");
    check("BS1 BP4_Moderate BP7", "benign", "-7 points");
    check("PVS1 PS1 BA1", "benign", "stand-alone");
    check("PVS1 BS1", "uncertain_significance", "4 points");
}

#[test]
fn cnv_2020_sums_are_exact() {
    check("acmg-cnv-loss", "2D-3=0.45 3B=0.45 5G=0.09", "pathogenic", "0.99 points");
    check("acmg-cnv-loss", "1A 2C-1", "likely_pathogenic", "0.90 points");
    check("acmg-cnv-loss", "1A 3B 2C-2=0.44", "uncertain_significance", "0.89 points");
    check("acmg-cnv-loss", "1B 4K=-0.15 4K=-0.15", "likely_benign", "-0.90 points");
    check("acmg-cnv-gain", "2F", "benign", "-1 points");
    check("acmg-cnv-gain-calculator", "2F", "likely_benign", "-0.90 points");
}

#[test]
fn cnv_2020_rows_have_a_maximum_and_may_need_points() {
    check("acmg-cnv-loss", "4A=0.45 4A=0.45 4A=0.45", "likely_pathogenic", "0.90 points");
    let gain = find("acmg-cnv-gain").expect("a guideline");
    let explanation = explain(gain, &lines(gain, "5H 4A=5 3B")).expect("an explanation");
    let reasons: Vec<_> = explanation.ignored.iter().map(|i| (i.criterion.as_str(), i.reason)).collect();
    assert_eq!(reasons, [("4A=5", Reason::PointsNotPermitted), ("5H", Reason::PointsNotStated)]);
    assert_eq!(explanation.next[0].points, Some(Points::from_hundredths(45)));
}

#[test]
fn oncogenicity_2022_bands() {
    check("oncogenicity", "OVS1 OM1", "oncogenic", "10 points");
    check("oncogenicity", "OS1 OS2", "likely_oncogenic", "8 points");
    check("oncogenicity", "OP1 OP4", "oncogenicity_uncertain", "2 points");
    check("oncogenicity", "SBVS1", "oncogenicity_benign", "-8 points");
    check("oncogenicity", "OS1_Moderate", "oncogenicity_uncertain", "0 points");
}

#[test]
fn amp_asco_cap_gives_no_tier_it_has_no_rule_for() {
    check("amp-asco-cap", "A", "tier_1", "Tier I, level A");
    check("amp-asco-cap", "C B", "tier_1", "Tier I, level B");
    check("amp-asco-cap", "D", "tier_2", "Tier II, level D");
    check("amp-asco-cap", "", "none", "otherwise");
    check("amp-asco-cap", "B_not_met", "none", "otherwise");
}

#[test]
fn the_cheapest_way_to_the_next_class_is_named() {
    let guideline = find("acmg-amp@2015").expect("a guideline");
    let explanation = explain(guideline, &lines(guideline, "PVS1")).expect("an explanation");
    let first = &explanation.next[0];
    assert_eq!(first.class.map(|c| c.code()), Some("likely_pathogenic"));
    assert_eq!(first.additions, [Addition { count: 1, strength: Strength::Moderate }]);
    let pm2 = explanation.further.iter().find(|f| f.code == "PM2").expect("PM2 is open");
    assert!(pm2.changes && pm2.rule == "Likely pathogenic (i)");
    let pp1 = explanation.further.iter().find(|f| f.code == "PP1").expect("PP1 is open");
    assert!(!pp1.changes);
}

#[test]
fn a_class_against_strong_evidence_says_so() {
    let check = |address: &str, evidence, class, contrary: &[&str]| {
        let guideline = find(address).expect("a guideline");
        let explanation = explain(guideline, &lines(guideline, evidence)).expect("an explanation");
        assert_eq!(explanation.decision.class.map(|c| c.code()), Some(class), "{address} {evidence}");
        assert_eq!(explanation.contrary, contrary, "{address} {evidence}");
    };
    check("pten@3.2.1", "PVS1 BS1", "likely_benign", &["PVS1_VeryStrong"]);
    check("acmg-amp@2015", "PVS1 PS1 BP4", "pathogenic", &["BP4_Supporting"]);
    check("acmg-amp@2015", "PVS1 PS1", "pathogenic", &[]);
    check("acmg-amp@2015", "PVS1 PS1 BS1 BS2", "uncertain_significance", &[]);
}

#[test]
fn comparing_says_what_is_treated_differently() {
    let (a, b) = (find("acmg-amp@2015").expect("one"), find("acmg-amp-svi@2020").expect("one"));
    let comparison = compare(a, b, &lines(a, "PS1 PM2 PP5 BP4_not_met")).expect("a comparison");
    assert!(!comparison.same_class);
    let criteria: Vec<_> = comparison.differences.iter().filter_map(|d| d.criterion.as_deref()).collect();
    assert_eq!(criteria, ["PM2", "PP5"]);
    assert_eq!(
        (comparison.differences[0].a.as_str(), comparison.differences[0].b.as_str()),
        ("Moderate", "Supporting")
    );
}

fn validity(
    genetic: &str,
    experimental: &str,
    replicated: bool,
    call: Option<ValidityClass>,
) -> Result<Option<ValidityClass>, ValidityError> {
    let curation = Curation {
        genetic: genetic.parse().expect("points"),
        experimental: experimental.parse().expect("points"),
        replicated,
        call: call.map(|class| ExpertCall { class, rationale: "seen again".to_owned() }),
    };
    weigh(find("gene-validity").expect("a guideline"), &curation).map(|validity| validity.class)
}

#[test]
fn gene_validity_matrix() {
    use ValidityClass as V;
    assert_eq!(validity("0", "0", false, None), Ok(Some(V::NoKnownDiseaseRelationship)));
    assert_eq!(validity("0.1", "0", false, None), Ok(Some(V::Limited)));
    assert_eq!(validity("3", "3", true, None), Ok(Some(V::Limited)));
    assert_eq!(validity("20", "0", false, None), Ok(Some(V::Strong)));
    assert_eq!(validity("5", "20", true, None), Ok(Some(V::Moderate)));
    assert_eq!(validity("12", "6", true, None), Ok(Some(V::Definitive)));
    assert!(validity("-1", "2", true, None).is_err());
}

#[test]
fn gene_validity_gaps_are_for_experts() {
    use ValidityClass as V;
    assert_eq!(validity("6.5", "0", false, None), Ok(None));
    assert_eq!(validity("11", "0.5", false, None), Ok(None));
    assert_eq!(validity("6.5", "0", false, Some(V::Moderate)), Ok(Some(V::Moderate)));
    assert!(validity("6.5", "0", false, Some(V::Strong)).is_err());
}

#[test]
fn gene_validity_experts_move_one_level_or_dispute() {
    use ValidityClass as V;
    assert_eq!(validity("8", "0", false, Some(V::Strong)), Ok(Some(V::Strong)));
    assert!(matches!(validity("8", "0", false, Some(V::Definitive)), Err(ValidityError::CallTooFar { .. })));
    assert_eq!(validity("12", "6", true, Some(V::Refuted)), Ok(Some(V::Refuted)));
}

/// Evidence under a guideline of strengths: any criterion, outcome and permitted strength, each once.
fn evidence(address: &'static str) -> impl Strategy<Value = Vec<EvidenceLine>> {
    let guideline = find(address).expect("a guideline");
    let one =
        (0..guideline.criteria.len(), 0..3_u8, prop::option::of(0..4_usize)).prop_map(|(at, outcome, strength)| {
            let definition = &guideline.criteria[at];
            let outcome = [Outcome::Met, Outcome::NotMet, Outcome::NotEvaluated][usize::from(outcome)];
            let strength = strength.and_then(|s| definition.permitted.get(s).copied());
            EvidenceLine::from(Criterion { code: definition.code.clone(), outcome, strength })
        });
    prop::collection::vec(one, 0..14).prop_map(|mut lines| {
        let mut seen = std::collections::HashSet::new();
        lines.retain(|line| seen.insert(line.criterion.code.clone()));
        lines
    })
}

fn severity(decision: &Decision) -> usize {
    let all = crate::classification::Classification::ALL;
    all.len() - all.iter().position(|c| Some(*c) == decision.class).expect("points always give a class")
}

proptest! {
    #[test]
    fn one_more_pathogenic_criterion_never_lowers_the_class_of_points(lines in evidence("acmg-points"), more in 0..16_usize) {
        let guideline = find("acmg-points").expect("a guideline");
        let definition = &guideline.criteria[more];
        prop_assume!(definition.direction == Direction::Pathogenic);
        prop_assume!(lines.iter().all(|line| line.criterion.code != definition.code));
        let before = classify(guideline, &lines).expect("a decision");
        let mut lines = lines;
        lines.push(EvidenceLine::from(definition.code.parse::<Criterion>().expect("a code")));
        let after = classify(guideline, &lines).expect("a decision");
        prop_assert!(severity(&after) >= severity(&before));
    }

    #[test]
    fn the_order_of_criteria_is_irrelevant(lines in evidence("acmg-amp-svi").prop_flat_map(|l| (Just(l.clone()), Just(l).prop_shuffle()))) {
        let guideline = find("acmg-amp-svi").expect("a guideline");
        prop_assert_eq!(explain(guideline, &lines.0), explain(guideline, &lines.1));
    }

    #[test]
    fn unmet_criteria_never_count(lines in evidence("acmg-amp")) {
        for address in ["acmg-amp", "acmg-points", "acmg-amp-svi@2018"] {
            let guideline = find(address).expect("a guideline");
            let met: Vec<_> = lines.iter().filter(|l| l.criterion.outcome == Outcome::Met).cloned().collect();
            prop_assert_eq!(classify(guideline, &lines), classify(guideline, &met));
        }
    }
}
