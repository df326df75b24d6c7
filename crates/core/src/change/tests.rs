use super::*;
use crate::case::AlleleOrigin;
use crate::condition::Condition;
use crate::free_text::FreeText;
use crate::statement::Remark;

fn body(classes: &str) -> StatementBody {
    let found = Classification::ALL.iter().find(|class| class.label() == classes).copied();
    StatementBody {
        classification: found.unwrap_or(Classification::Other),
        classification_text: found.is_none().then(|| classes.to_owned()),
        conditions: Vec::new(),
        inheritance: None,
        origin: AlleleOrigin::Unknown,
        guideline: None,
        criteria: Vec::new(),
        evidence: Vec::new(),
        citations: Vec::new(),
        summary: FreeText::default(),
        last_evaluated: None,
        review_status: None,
        method: None,
        remarks: Vec::new(),
    }
}

fn summary(classes: &str, names: &str) -> StatementBody {
    let remarks = vec![Remark { name: SUBMITTERS.into(), value: names.into() }];
    StatementBody { remarks, ..body(classes) }
}

/// One step of a summary: classes and laboratories before and after, and what it is.
fn check(before: (&str, &str), after: (&str, &str), expected: Option<Opinion>) {
    let found = of_summary(&summary(before.0, before.1), &summary(after.0, after.1), &[]);
    assert_eq!(found.map(|change| change.opinion), expected, "{before:?} {after:?}");
}

#[test]
fn a_class_that_comes_is_new_and_one_that_goes_is_lost() {
    check(("Pathogenic", "A"), ("Pathogenic;Likely pathogenic", "A; B"), Some(Opinion::New));
    check(("Pathogenic;Benign", "A; B"), ("Benign", "A; B"), Some(Opinion::Lost));
    check(("Pathogenic;Benign", "A; B"), ("Benign", "B"), Some(Opinion::Lost));
    check(("Pathogenic", "A"), ("Benign", "A"), Some(Opinion::New));
    check(("Pathogenic", "A; B"), ("Benign", "A; B"), Some(Opinion::Undecidable));
    check(("Pathogenic", "A"), ("Likely pathogenic", "A; C"), Some(Opinion::Undecidable));
}

#[test]
fn words_without_a_position_change_nothing() {
    check(("Pathogenic;not provided", "A; B"), ("Pathogenic", "A"), None);
    check(("Pathogenic;other", "A"), ("Pathogenic", "A"), None);
    check(("Benign;Uncertain significance", "A"), ("Uncertain significance;Benign", "A; B"), None);
    check(("Not provided", "A"), ("Pathogenic", "A"), None);
    check(("not reported for simple variant", "A"), ("other", "A"), None);
}

#[test]
fn a_respelt_laboratory_is_the_same() {
    let found = of_summary(
        &summary("Pathogenic", "Molecular Medicine, Partners HealthCare"),
        &summary("Benign", "Molecular Medicine,Partners Healthcare"),
        &[],
    );
    assert_eq!(
        found.map(|change| (change.joined.len(), change.left.len(), change.opinion)),
        Some((0, 0, Opinion::New))
    );
}

#[test]
fn a_class_that_comes_back_without_a_laboratory_is_undecidable() {
    let (before, after) = (summary("Benign", "A; B"), summary("Benign;Pathogenic", "A; B"));
    let opinion = |earlier: &[Classes]| of_summary(&before, &after, earlier).map(|change| change.opinion);
    assert_eq!(opinion(&[]), Some(Opinion::New));
    assert_eq!(opinion(&[Classes::read("Pathogenic;Benign")]), Some(Opinion::Undecidable));
}

#[test]
fn a_review_status_that_changed_stands_in_the_reason() {
    let with =
        |classes: &str, status: &str| StatementBody { review_status: Some(status.into()), ..summary(classes, "A; B") };
    let change = of_summary(&with("Pathogenic;Benign", "conflicting"), &with("Benign", "no criteria"), &[]);
    let reason = change.expect("a change").reason;
    assert!(reason.ends_with("the review status was `conflicting` and is `no criteria`"), "{reason}");
}

fn statement(change: impl FnOnce(&mut StatementBody)) -> Difference {
    let before = body("Likely pathogenic");
    let mut after = before.clone();
    change(&mut after);
    of_statement(Some(&before), &after, Standing::Current)
}

#[test]
fn a_mind_an_inference_and_a_spelling_are_told_apart() {
    assert_eq!(statement(|b| b.classification = Classification::Benign), Difference::Side);
    assert_eq!(statement(|b| b.classification = Classification::Pathogenic), Difference::Degree);
    assert_eq!(statement(|b| b.classification = Classification::NotProvided), Difference::Withdrawn);
    assert_eq!(statement(|b| b.criteria = vec!["PM2_Supporting".parse().expect("a criterion")]), Difference::Criteria);
    assert_eq!(statement(|b| b.guideline = Some("ACMG 2015".into())), Difference::Guideline);
    assert_eq!(statement(|b| b.conditions = vec![Condition::named("Marfan syndrome")]), Difference::Condition);
    assert_eq!(statement(|b| b.citations = vec![Citation::Pubmed(1)]), Difference::Evidence);
    assert_eq!(statement(|b| b.classification_text = Some("probably pathogenic".into())), Difference::Vocabulary);
    assert_eq!(of_statement(None, &body("Benign"), Standing::Current), Difference::First);
    assert_eq!(of_statement(Some(&body("Benign")), &body("Benign"), Standing::Withdrawn), Difference::Withdrawn);
    assert_eq!(of_statement(Some(&body("Not provided")), &body("Benign"), Standing::Current), Difference::First);
}

#[test]
fn the_order_of_criteria_is_no_change() {
    let with = |codes: [&str; 2]| StatementBody {
        criteria: codes.iter().map(|code| code.parse().expect("a criterion")).collect(),
        ..body("Benign")
    };
    let (a, b) = (with(["BS1", "BP4"]), with(["BP4", "BS1"]));
    assert_eq!(of_statement(Some(&a), &b, Standing::Current), Difference::Vocabulary);
}

#[test]
fn only_literature_that_was_not_cited_is_new() {
    let cites = |ids: &[u32]| StatementBody {
        citations: ids.iter().map(|id| Citation::Pubmed(*id)).collect(),
        ..body("Benign")
    };
    assert_eq!(new_literature(Some(&cites(&[1, 2])), &cites(&[2, 3])), [Citation::Pubmed(3)]);
}
