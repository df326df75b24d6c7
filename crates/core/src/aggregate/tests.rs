use super::*;
use crate::accession::AccessionKind;
use crate::condition_group::group_of;
use Classification::*;

/// A statement of a laboratory, by its review status in words.
fn said(laboratory: u128, classification: Classification, status: &str) -> Position {
    Position {
        statement: Accession::new(AccessionKind::Statement, laboratory as u64),
        version: 1,
        laboratory: LaboratoryId::from_random(laboratory),
        classification,
        rank: Rank::of(Some(status), false, true),
        review: ReviewStatus::read(status),
        last_evaluated: None,
        group: group_of(&[], None, &()),
        is_summary: false,
        is_evidence_only: false,
    }
}

const CRITERIA: &str = "criteria provided, single submitter";
const NONE: &str = "no assertion criteria provided";
const PANEL: &str = "reviewed by expert panel";
const GUIDELINE: &str = "practice guideline";
const FLAGGED: &str = "flagged submission";

/// Each position is of a laboratory of its own.
fn check(said_by: &[(Classification, &str)], words: &str, status: &str, stars: u8) {
    let positions: Vec<Position> = (1..).zip(said_by).map(|(n, (class, status))| said(n, *class, status)).collect();
    let found = &of_variant(rules::CURRENT, &positions)[0];
    assert_eq!((found.classification.as_str(), found.review_status.label(), found.stars), (words, status, stars));
}

#[test]
fn the_highest_rank_decides() {
    check(&[(Pathogenic, NONE), (Uncertain, CRITERIA)], "Uncertain significance", CRITERIA, 1);
    check(&[(Benign, CRITERIA), (Pathogenic, PANEL), (Uncertain, CRITERIA)], "Pathogenic", PANEL, 3);
    check(&[(Benign, PANEL), (Pathogenic, GUIDELINE)], "Pathogenic", GUIDELINE, 4);
    check(&[(Pathogenic, NONE)], "Pathogenic", NONE, 0);
    check(&[(NotProvided, CRITERIA), (NotProvided, NONE)], "not provided", "no classification provided", 0);
}

#[test]
fn classes_of_one_side_stand_together() {
    let several = "criteria provided, multiple submitters, no conflicts";
    check(&[(LikelyPathogenic, CRITERIA), (Pathogenic, CRITERIA)], "Pathogenic/Likely pathogenic", several, 2);
    check(&[(LikelyBenign, CRITERIA), (Benign, CRITERIA)], "Benign/Likely benign", several, 2);
    check(
        &[(PathogenicLowPenetrance, CRITERIA), (Pathogenic, CRITERIA), (EstablishedRiskAllele, CRITERIA)],
        "Pathogenic/Pathogenic, low penetrance/Established risk allele",
        several,
        2,
    );
    check(
        &[(UncertainRiskAllele, CRITERIA), (Uncertain, CRITERIA)],
        "Uncertain significance/Uncertain risk allele",
        several,
        2,
    );
    check(&[(UncertainHigh, CRITERIA), (UncertainLow, CRITERIA)], "Uncertain significance", several, 2);
    check(&[(UncertainHigh, CRITERIA)], "Uncertain significance, high", CRITERIA, 1);
}

#[test]
fn words_outside_the_tiers_follow() {
    let several = "criteria provided, multiple submitters, no conflicts";
    check(
        &[(Other, CRITERIA), (DrugResponse, CRITERIA), (Pathogenic, CRITERIA)],
        "Pathogenic; drug response; other",
        several,
        2,
    );
    check(&[(Association, CRITERIA), (Affects, CRITERIA)], "Affects; association", several, 2);
    check(
        &[(Association, CRITERIA), (RiskFactor, CRITERIA), (Pathogenic, CRITERIA), (Uncertain, CRITERIA)],
        "Conflicting classifications of pathogenicity; association; risk factor",
        "criteria provided, conflicting classifications",
        1,
    );
}

#[test]
fn only_the_deciding_rank_conflicts() {
    let conflict = "criteria provided, conflicting classifications";
    check(&[(Pathogenic, CRITERIA), (Benign, NONE)], "Pathogenic", CRITERIA, 1);
    check(&[(Pathogenic, CRITERIA), (Benign, CRITERIA)], "Conflicting classifications of pathogenicity", conflict, 1);
    check(
        &[(Oncogenic, CRITERIA), (UncertainOncogenicity, CRITERIA)],
        "Conflicting classifications of oncogenicity",
        conflict,
        1,
    );
}

#[test]
fn flagged_submissions_are_left_out() {
    check(&[(Pathogenic, FLAGGED), (Benign, CRITERIA)], "Benign", CRITERIA, 1);
    check(&[(Pathogenic, FLAGGED)], "not provided", "no classifications from unflagged records", 0);
    let positions = [said(1, Pathogenic, FLAGGED), said(2, Benign, CRITERIA)];
    let found = &of_variant(rules::CURRENT, &positions)[0];
    assert_eq!((found.laboratories, found.statements), (1, 1));
    assert_eq!(found.members.iter().map(|m| m.role).collect::<Vec<_>>(), [Role::Flagged, Role::Decides]);
}

#[test]
fn clinical_impact_takes_the_highest_tier() {
    check(&[(TierIII, CRITERIA), (TierI, CRITERIA)], "Tier I - Strong", "criteria provided, multiple submitters", 2);
}

#[test]
fn the_sides_of_a_conflict_are_added_up() {
    for (classes, number, significant) in [
        (&[Pathogenic, Benign][..], 5, true),
        (&[LikelyPathogenic, Uncertain], 6, true),
        (&[Pathogenic, Uncertain, LikelyBenign], 7, true),
        (&[Uncertain, Benign], 3, false),
        (&[Pathogenic, LikelyPathogenic], 4, false),
    ] {
        let positions: Vec<_> = (1..).zip(classes).map(|(n, class)| said(n, *class, CRITERIA)).collect();
        let sides = of_variant(rules::CURRENT, &positions)[0].sides;
        assert_eq!((sides.number(), sides.is_clinically_significant()), (number, significant), "{classes:?}");
    }
}

#[test]
fn a_third_at_most_is_an_outlier() {
    let three = [said(1, Pathogenic, CRITERIA), said(2, Pathogenic, CRITERIA), said(3, Uncertain, CRITERIA)];
    let outliers = |positions: &[Position]| -> Vec<bool> {
        of_variant(rules::CURRENT, positions)[0].members.iter().map(|member| member.is_outlier).collect()
    };
    // One of three is 33.3 %: above 33.
    assert_eq!(outliers(&three), [false, false, false]);
    let mut four = three.to_vec();
    four.push(said(4, LikelyPathogenic, CRITERIA));
    assert_eq!(outliers(&four), [false, false, true, false]);
}

#[test]
fn a_summary_speaks_only_where_no_laboratory_does() {
    let summary = |class, status| Position { is_summary: true, ..said(9, class, status) };
    let both = of_variant(rules::CURRENT, &[said(1, Pathogenic, CRITERIA), summary(Uncertain, PANEL)]);
    assert_eq!((both[0].verdict, both[0].laboratories), (Verdict::Single(Bucket::Pathogenic), 1));
    let alone =
        of_variant(rules::CURRENT, &[summary(Uncertain, "criteria provided, multiple submitters, no conflicts")]);
    assert_eq!((alone[0].verdict, alone[0].laboratories, alone[0].stars), (Verdict::Single(Bucket::Uncertain), 0, 2));
}

#[test]
fn tracks_and_conditions_do_not_mix() {
    let mut positions = vec![said(1, Benign, CRITERIA), said(2, Oncogenic, CRITERIA), said(3, TierI, CRITERIA)];
    assert_eq!(of_variant(rules::CURRENT, &positions).len(), 3);
    let condition = crate::condition::Condition::named("Marfan syndrome");
    positions.push(Position { group: group_of(&[condition], None, &()), ..said(4, Pathogenic, CRITERIA) });
    let whole = of_variant(rules::CURRENT, &positions);
    assert_eq!(whole[0].verdict, Verdict::Conflict);
    let groups = of_groups(rules::CURRENT, &positions);
    let germline: Vec<_> = groups.iter().filter(|a| a.track == Track::Germline).map(|a| a.verdict).collect();
    assert_eq!(germline, [Verdict::Single(Bucket::Pathogenic), Verdict::Single(Bucket::Benign)]);
}

#[test]
fn one_laboratory_counts_once_a_side() {
    let check = |said_by: &[(u128, Classification)], expected: Verdict| {
        let positions: Vec<_> = said_by.iter().map(|(n, class)| said(*n, *class, CRITERIA)).collect();
        assert_eq!(of_variant(rules::CURRENT, &positions)[0].verdict, expected, "{said_by:?}");
    };
    check(&[(1, Pathogenic), (2, LikelyPathogenic)], Verdict::Agree(Bucket::Pathogenic));
    check(&[(1, Pathogenic), (1, LikelyPathogenic)], Verdict::Single(Bucket::Pathogenic));
    check(&[(1, Pathogenic), (2, NotProvided)], Verdict::Single(Bucket::Pathogenic));
    check(&[(1, DrugResponse), (2, NotProvided)], Verdict::NoPosition);
    check(&[(1, Pathogenic), (2, Uncertain)], Verdict::Conflict);
}

#[test]
fn an_older_rule_set_stays_runnable() {
    let positions = [said(1, Pathogenic, FLAGGED), said(2, Benign, CRITERIA), said(3, Uncertain, CRITERIA)];
    let old = &of_variant(&rules::CLINVAR_2017, &positions)[0];
    assert_eq!(old.classification, "Conflicting interpretations of pathogenicity");
    assert_eq!(old.rules, "clinvar-aggregate-2017");
    assert_eq!(old.members[0].role, Role::Outranked);
}

#[test]
fn evidence_without_a_class_is_counted_apart() {
    let assay = Position { is_evidence_only: true, ..said(2, NotProvided, "no classification provided") };
    let both = [said(1, Uncertain, CRITERIA), assay.clone()];
    let found = &of_variant(rules::CURRENT, &both)[0];
    assert_eq!((found.statements, found.laboratories, found.classification.as_str()), (1, 1, "Uncertain significance"));
    assert_eq!(found.members[1].role, Role::EvidenceOnly);
    assert_eq!(of_variant(&rules::CLINVAR_2024, &both)[0].statements, 2);
    // Alone it says that there is no class.
    let found = &of_variant(rules::CURRENT, &[assay])[0];
    assert_eq!((found.statements, found.review_status.label()), (1, "no classification provided"));
}

#[test]
fn a_mode_left_open_joins_the_only_one_stated() {
    use crate::condition::{Condition, Inheritance::*};
    let of = |laboratory, class, mode| Position {
        group: group_of(&[Condition::named("Marfan syndrome")], mode, &()),
        ..said(laboratory, class, CRITERIA)
    };
    let two = [of(1, Pathogenic, Some(AutosomalDominant)), of(2, Uncertain, None)];
    let found = of_groups(rules::CURRENT, &two);
    let mode = |aggregate: &Aggregate| aggregate.group.as_ref().and_then(|group| group.inheritance);
    assert_eq!((found.len(), mode(&found[0]), found[0].verdict), (1, Some(AutosomalDominant), Verdict::Conflict));
    assert_eq!(of_groups(&rules::CLINVAR_2024, &two).len(), 2);
    // Two modes are two questions, and which one is meant would be a guess.
    let three = [&two[..], &[of(3, Benign, Some(AutosomalRecessive))]].concat();
    assert_eq!(of_groups(rules::CURRENT, &three).len(), 3);
}
