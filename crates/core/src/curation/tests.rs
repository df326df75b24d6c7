#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

use super::*;
use crate::classification::Classification;
use crate::condition::Condition;
use crate::criterion::{Outcome, Strength};
use crate::guideline::Guidelines;
use crate::id::{LaboratoryId, UserId};
use crate::user::{User, UserRole};
use jiff::Timestamp;

fn user(id: u128, role: UserRole) -> User {
    let laboratory = LaboratoryId::from_random(1);
    User { id: UserId::from_random(id), laboratory, username: format!("u{id}"), name: String::new(), role }
}

fn revision(number: u32, by: u128, act: Act) -> Revision {
    let at = Timestamp::from_second(1_700_000_000 + i64::from(number)).unwrap();
    Revision { number, by: UserId::from_random(by), at, act }
}

fn edit(number: u32, by: u128, base: u32, change: Change) -> Revision {
    revision(number, by, Act::Edit { edits: vec![Edit { base, change }] })
}

fn met(code: &str, strength: Option<Strength>) -> Change {
    let call = CriterionCall { outcome: Outcome::Met, strength, points: None };
    Change::Criterion { code: code.to_owned(), application: 1, call }
}

fn summary(text: &str) -> Change {
    Change::Summary { text: text.into() }
}

#[test]
fn changes_of_different_fields_merge() {
    let all = [edit(1, 1, 0, met("PM2", None)), edit(2, 2, 0, met("PP3", None))];
    let draft = Draft::replay(&all);
    assert_eq!(draft.calls().map(|(code, ..)| code).collect::<Vec<_>>(), ["PM2", "PP3"]);
    assert_eq!(draft.conflicts().count(), 0);
}

#[test]
fn changes_of_one_field_that_did_not_know_of_each_other_are_both_kept() {
    let mut all =
        vec![edit(1, 1, 0, summary("first")), edit(2, 1, 1, summary("by anna")), edit(3, 2, 1, summary("by berta"))];
    let draft = Draft::replay(&all);
    assert_eq!(draft.summary(), "by anna");
    let contested: Vec<_> = draft.conflicts().collect();
    assert_eq!(contested[0].contenders[0].change, summary("by berta"));
    let head = user(9, UserRole::LaboratoryHead);
    assert_eq!(draft.may_sign(&head, 3), Err(Refusal::Conflict("summary".to_owned())));
    // Who has seen both decides.
    all.push(edit(4, 2, 3, summary("by both")));
    let settled = Draft::replay(&all);
    assert_eq!((settled.summary(), settled.conflicts().count()), ("by both", 0));
}

#[test]
fn the_same_value_twice_is_no_conflict_and_an_own_value_neither() {
    let same = [edit(1, 1, 0, met("PM2", None)), edit(2, 2, 0, met("PM2", None))];
    assert_eq!(Draft::replay(&same).conflicts().count(), 0);
    let own = [edit(1, 1, 0, summary("a")), edit(2, 1, 0, summary("ab"))];
    let draft = Draft::replay(&own);
    assert_eq!((draft.summary(), draft.conflicts().count()), ("ab", 0));
    // An own later value does not push aside what another person's waits with.
    let three = [edit(1, 1, 0, summary("a")), edit(2, 2, 0, summary("b")), edit(3, 1, 1, summary("c"))];
    let draft = Draft::replay(&three);
    assert_eq!((draft.summary(), draft.conflicts().count()), ("c", 1));
}

#[test]
fn two_people_sign_and_an_edit_voids_both() {
    let scientist = user(1, UserRole::ClinicalScientist);
    let head = user(2, UserRole::LaboratoryHead);
    let clinician = user(3, UserRole::Clinician);
    let mut all = vec![edit(1, 1, 0, met("PM2", None))];
    let draft = Draft::replay(&all);
    assert!(matches!(draft.may_sign(&clinician, 1), Err(Refusal::Role { .. })));
    assert_eq!(draft.may_sign(&scientist, 0), Err(Refusal::Moved { seen: 0, now: 1 }));
    assert_eq!(draft.may_sign(&head, 1), Ok(SignaturePart::Curator));
    let sign = |part, role, completes| Act::Sign { part, role, completes, confirmed: None };
    all.push(revision(2, 2, sign(SignaturePart::Curator, UserRole::LaboratoryHead, false)));
    let signed = Draft::replay(&all);
    assert_eq!(signed.may_sign(&head, 2), Err(Refusal::SamePerson));
    assert!(matches!(signed.may_sign(&scientist, 2), Err(Refusal::Role { .. })));
    assert!(matches!(signed.may_share(&head, Audience::Network), Err(Refusal::State { .. })));
    let approver = user(4, UserRole::Approver);
    assert_eq!(signed.may_sign(&approver, 2), Ok(SignaturePart::Approver));
    all.push(revision(3, 4, sign(SignaturePart::Approver, UserRole::Approver, true)));
    let reviewed = Draft::replay(&all);
    assert_eq!(reviewed.state, State::Reviewed);
    assert_eq!(reviewed.may_share(&approver, Audience::Network), Ok(()));
    all.push(edit(4, 1, 3, met("PM2", Some(Strength::Supporting))));
    let edited = Draft::replay(&all);
    assert_eq!((edited.state, edited.signatures.len()), (State::Draft, 0));
}

#[test]
fn a_shared_draft_is_reopened_as_its_next_version() {
    let scientist = user(1, UserRole::ClinicalScientist);
    let head = user(2, UserRole::LaboratoryHead);
    let share = |audience| Act::Share { audience, statement: None };
    let complete =
        Act::Sign { part: SignaturePart::Curator, role: UserRole::Curator, completes: true, confirmed: None };
    let mut all = vec![edit(1, 1, 0, met("PM2", None)), revision(2, 1, complete)];
    all.push(revision(3, 1, share(Audience::Laboratory)));
    let inside = Draft::replay(&all);
    assert_eq!(inside.may_share(&scientist, Audience::Network), Ok(()));
    assert!(inside.may_share(&scientist, Audience::Laboratory).is_err());
    assert!(inside.may_edit(&scientist).is_err());
    all.push(revision(4, 1, share(Audience::Network)));
    let outside = Draft::replay(&all);
    assert!(outside.may_share(&scientist, Audience::Network).is_err());
    assert!(outside.may_withdraw(&scientist).is_err());
    assert_eq!(outside.may_withdraw(&head), Ok(()));
    all.push(revision(5, 1, Act::Reopen { reason: "new family".into() }));
    let next = Draft::replay(&all);
    assert_eq!((next.state, next.round, next.shared.len()), (State::Draft, 2, 2));
    assert_eq!(next.calls().count(), 1);
}

#[test]
fn the_class_is_computed_and_another_needs_a_reason() {
    let condition = Change::Condition { condition: Condition::named("Hereditary breast ovarian cancer syndrome") };
    let guideline = Change::Guideline { address: "acmg-amp-svi@2020".to_owned() };
    assert_eq!(assess(&Draft::default(), &Guidelines::default()), Err(AssessmentError::NoGuideline));
    let mut all = vec![edit(1, 1, 0, guideline), edit(2, 1, 0, met("PVS1", None)), edit(3, 1, 0, met("PM2", None))];
    let assessed = assess(&Draft::replay(&all), &Guidelines::default()).unwrap();
    assert_eq!(assessed.class, Some(Classification::LikelyPathogenic));
    assert_eq!(assessed.gaps.iter().map(|gap| gap.field.as_str()).collect::<Vec<_>>(), ["condition", "summary"]);
    all.extend([edit(4, 1, 0, condition), edit(5, 1, 0, summary("seen in a family"))]);
    assert!(assess(&Draft::replay(&all), &Guidelines::default()).unwrap().gaps.is_empty());
    let choice = |reason: &str| Change::Class {
        choice: Some(ClassChoice { class: Classification::Uncertain, reason: reason.into() }),
    };
    all.push(edit(6, 1, 5, choice("")));
    assert_eq!(assess(&Draft::replay(&all), &Guidelines::default()).unwrap().gaps[0].field, "class");
    all.push(edit(7, 1, 6, choice("the exon is skipped in blood")));
    let chosen = assess(&Draft::replay(&all), &Guidelines::default()).unwrap();
    assert_eq!((chosen.class, chosen.gaps.len()), (Some(Classification::Uncertain), 0));
}

#[test]
fn revisions_read_back_as_written() {
    let evidence = Change::Evidence { item: "1".to_owned(), evidence: None };
    let all = [
        edit(1, 1, 0, met("PM2", Some(Strength::Supporting))),
        edit(2, 1, 1, evidence),
        edit(3, 1, 1, Change::Class { choice: None }),
        revision(4, 2, Act::Share { audience: Audience::Network, statement: Some("CRN000001.1".to_owned()) }),
    ];
    for one in all {
        let text = serde_json::to_string(&one).unwrap();
        assert_eq!(serde_json::from_str::<Revision>(&text).unwrap(), one, "{text}");
    }
}

#[test]
fn a_template_is_filled_and_a_wrong_placeholder_named() {
    let filling = Filling::default().with("class", "Likely pathogenic").with("condition", "");
    let text = fill("{class} for {condition}; { no word } stays", &filling).unwrap();
    assert_eq!(text, "Likely pathogenic for [not stated]; { no word } stays");
    assert!(fill("{klass}", &filling).unwrap_err().to_string().contains("`{klass}`"));
}

#[test]
fn every_criterion_of_every_guideline_has_its_place() {
    for guideline in crate::guideline::all().iter().filter(|g| g.id != "amp-asco-cap") {
        for criterion in &guideline.criteria {
            assert_ne!(evidence_type(&criterion.code).1, "Other", "{} of {}", criterion.code, guideline.address());
        }
    }
}
