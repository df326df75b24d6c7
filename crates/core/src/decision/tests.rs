use super::*;
use crate::consent::{Basis, Minor};
use crate::data_use::Condition;
use crate::data_use::purpose::NoTree;
use jiff::civil::date;

const TEXT: &str = "policy 1
permit clinician: read list on case when own at tier 0 for care
permit clinician: read on case when agreed at tier 1 with consent
permit clinician: read on case when agreed network at tier 1 with break-glass
permit clinician: read on case_counts when agreed network at tier 2 unless objected
permit visitor: read on case_counts when outside at tier 3 with consent
permit curator: read on statement when own network
";

/// A permit, for the tests of the tiers.
pub(crate) fn permit(tier: Tier) -> Permit {
    Permit { tier }
}

fn moment(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn scope(tier: Tier, codes: &[&str]) -> Scope {
    let conditions = codes.iter().map(|code| Condition::of(code)).collect();
    Scope { tier, conditions, recipients: Recipients::Agreed, from: None, until: None }
}

fn consent(scopes: Vec<Scope>) -> Option<ConsentSeen> {
    let consent = Consent { scopes, basis: Some(Basis::Explicit), ..Consent::none() }.give().unwrap();
    Some(ConsentSeen { version: 3, recorded: moment("2026-01-01T00:00:00Z"), consent })
}

fn inputs(relation: Relation, resource: Resource, consent: Option<ConsentSeen>) -> Inputs {
    Inputs {
        policy: "1".to_owned(),
        requester: Requester { role: Role::Clinician, organisation: Some(LaboratoryId::from_random(2)), account: None },
        relation,
        purpose: RequestPurpose::clinical_care(),
        resource,
        action: Action::Read,
        consent,
        opted_out: false,
        break_glass_until: None,
        grant: None,
        standings: Standings::default(),
        now: moment("2026-11-21T12:00:00Z"),
    }
}

fn check(inputs: &Inputs, outcome: Outcome, tier: Option<Tier>) -> Decision {
    let policy = Policy::read(TEXT).unwrap();
    let decision = decide(inputs, &policy, &NoTree);
    assert_eq!((decision.outcome(), decision.tier()), (outcome, tier), "{inputs:?} {decision:?}");
    assert_eq!(decision.as_permit().is_some(), tier.is_some());
    assert!(!decision.reasons().is_empty());
    decision
}

#[test]
fn care_at_home_needs_no_consent_and_research_does() {
    let mut own = inputs(Relation::Own, Resource::Case, None);
    check(&own, Outcome::Permit, Some(Tier::Zero));
    own.purpose = RequestPurpose::of(PurposeKind::Health);
    check(&own, Outcome::Deny, None);
    own.consent = consent(vec![scope(Tier::Two, &["HMB"])]);
    check(&own, Outcome::Permit, Some(Tier::Zero));
    own.opted_out = true;
    check(&own, Outcome::Deny, None);
    own.purpose = RequestPurpose::clinical_care();
    check(&own, Outcome::Permit, Some(Tier::Zero));
    own.purpose = RequestPurpose::of(PurposeKind::Operation);
    check(&own, Outcome::Deny, None);
}

#[test]
fn a_case_leaves_with_consent_under_agreement_only() {
    let given = || consent(vec![scope(Tier::One, &["CC"])]);
    check(&inputs(Relation::Agreed, Resource::Case, None), Outcome::Deny, None);
    check(&inputs(Relation::Agreed, Resource::Case, given()), Outcome::Permit, Some(Tier::One));
    check(&inputs(Relation::Network, Resource::Case, given()), Outcome::Deny, None);
    check(&inputs(Relation::Outside, Resource::Case, given()), Outcome::Deny, None);
    check(&inputs(Relation::Agreed, Resource::Case, consent(vec![scope(Tier::Two, &["CC"])])), Outcome::Deny, None);
    let research = consent(vec![scope(Tier::One, &["HMB"])]);
    check(&inputs(Relation::Agreed, Resource::Case, research), Outcome::Refer, None);
    let both = consent(vec![scope(Tier::One, &["HMB"]), scope(Tier::One, &["CC", "PUB"])]);
    let decision = check(&inputs(Relation::Agreed, Resource::Case, both), Outcome::Permit, Some(Tier::One));
    assert_eq!(decision.obligations(), ["PUB"]);
}

#[test]
fn a_named_recipient_is_named() {
    let named = |number| {
        let recipients = Recipients::Named([LaboratoryId::from_random(number)].into());
        consent(vec![Scope { recipients, ..scope(Tier::One, &["CC"]) }])
    };
    check(&inputs(Relation::Agreed, Resource::Case, named(2)), Outcome::Permit, Some(Tier::One));
    check(&inputs(Relation::Agreed, Resource::Case, named(3)), Outcome::Deny, None);
}

#[test]
fn counts_are_given_until_somebody_objects() {
    let counts = |consent| inputs(Relation::Network, Resource::CaseCounts, consent);
    check(&counts(None), Outcome::Permit, Some(Tier::Two));
    let network = Scope { recipients: Recipients::Network, ..scope(Tier::Two, &["CC"]) };
    check(&counts(consent(vec![network])), Outcome::Permit, Some(Tier::Two));
    check(&counts(consent(vec![scope(Tier::Two, &["CC"])])), Outcome::Deny, None);
    let mut withdrawn = consent(vec![scope(Tier::Two, &["CC"])]).unwrap();
    withdrawn.consent = withdrawn.consent.withdraw(None).unwrap();
    check(&counts(Some(withdrawn)), Outcome::Deny, None);
    let mut research = counts(None);
    research.opted_out = true;
    check(&research, Outcome::Permit, Some(Tier::Two));
    research.purpose = RequestPurpose::of(PurposeKind::Health);
    check(&research, Outcome::Deny, None);
}

#[test]
fn the_public_tier_needs_its_own_word() {
    let mut visitor = inputs(Relation::Outside, Resource::CaseCounts, consent(vec![scope(Tier::One, &["NRES"])]));
    visitor.requester = Requester { role: Role::Visitor, organisation: None, account: None };
    check(&visitor, Outcome::Deny, None);
    visitor.consent = consent(vec![scope(Tier::Three, &["NRES"])]);
    check(&visitor, Outcome::Permit, Some(Tier::Three));
}

#[test]
fn a_broken_glass_opens_for_its_time_and_not_against_a_withdrawal() {
    let mut emergency = inputs(Relation::Network, Resource::Case, None);
    check(&emergency, Outcome::Deny, None);
    emergency.break_glass_until = Some(moment("2026-11-21T12:00:01Z"));
    let decision = check(&emergency, Outcome::Permit, Some(Tier::One));
    assert_eq!(decision.obligations(), ["REVIEW"]);
    emergency.now = moment("2026-11-21T12:00:01Z");
    check(&emergency, Outcome::Deny, None);
    emergency.now = moment("2026-11-21T12:00:00Z");
    emergency.purpose = RequestPurpose::of(PurposeKind::Health);
    check(&emergency, Outcome::Deny, None);
    emergency.purpose = RequestPurpose::clinical_care();
    let mut withdrawn = consent(vec![scope(Tier::One, &["CC"])]).unwrap();
    withdrawn.consent = withdrawn.consent.withdraw(None).unwrap();
    emergency.consent = Some(withdrawn);
    check(&emergency, Outcome::Deny, None);
}

#[test]
fn a_clock_in_doubt_and_an_expired_consent_deny() {
    let mut late = inputs(Relation::Agreed, Resource::Case, consent(vec![scope(Tier::One, &["CC"])]));
    late.now = moment("2025-12-31T23:59:01Z");
    check(&late, Outcome::Permit, Some(Tier::One));
    late.now = moment("2025-12-31T23:58:59Z");
    check(&late, Outcome::Deny, None);
    let mut child = consent(vec![scope(Tier::One, &["CC"])]).unwrap();
    child.consent.minor = Some(Minor { reconsent: date(2026, 1, 1), grace_months: 6 });
    check(&inputs(Relation::Agreed, Resource::Case, Some(child)), Outcome::Deny, None);
}

#[test]
fn nothing_passes_between_laboratories_of_which_one_is_not_approved() {
    use crate::membership::MemberState;
    let given = || consent(vec![scope(Tier::One, &["CC"])]);
    let held = Some(MemberState::Suspended);
    for standings in [Standings { requester: held, owner: None }, Standings { requester: None, owner: held }] {
        let agreed = Inputs { standings, ..inputs(Relation::Agreed, Resource::Case, given()) };
        let decision = check(&agreed, Outcome::Deny, None);
        assert!(decision.reasons()[0].contains("suspended, not approved"), "{decision:?}");
        check(&Inputs { standings, ..inputs(Relation::Own, Resource::Case, None) }, Outcome::Permit, Some(Tier::Zero));
    }
    let approved = Standings { requester: Some(MemberState::Approved), owner: None };
    check(
        &Inputs { standings: approved, ..inputs(Relation::Agreed, Resource::Case, given()) },
        Outcome::Permit,
        Some(Tier::One),
    );
    // What was decided before laboratories had a standing is decided the same again.
    let document = serde_json::to_string(&inputs(Relation::Agreed, Resource::Case, given())).unwrap();
    assert!(!document.contains("standings"), "{document}");
}

#[test]
fn a_grant_settles_what_is_referred_and_nothing_that_is_denied() {
    let policy =
        Policy::read("policy 1\npermit researcher: read list on case when own agreed at tier 1 with consent").unwrap();
    let grant = Grant {
        request: crate::id::AccessRequestId::from_random(5),
        purpose: RequestPurpose::of(PurposeKind::Paediatric),
        tier: Tier::One,
        until: date(2026, 12, 31),
        obligations: vec!["acknowledge the laboratory".to_owned()],
    };
    let asked = |codes: &[&str], grant: Option<Grant>| {
        let requester =
            Requester { role: Role::Researcher, organisation: Some(LaboratoryId::from_random(2)), account: None };
        let scopes = vec![scope(Tier::One, codes)];
        Inputs { requester, grant, ..inputs(Relation::Network, Resource::Case, consent(scopes)) }
    };
    let answer = |inputs: &Inputs| decide(inputs, &policy, &NoTree);
    // Without a grant there is no agreement; with it research on children, which general research refers, is allowed.
    assert_eq!(answer(&asked(&["GRU", "PUB"], None)).outcome(), Outcome::Deny);
    let settled = answer(&asked(&["GRU", "PUB"], Some(grant.clone())));
    assert_eq!((settled.outcome(), settled.tier()), (Outcome::Permit, Some(Tier::One)), "{settled:?}");
    assert!(settled.obligations().contains(&"acknowledge the laboratory".to_owned()), "{settled:?}");
    // A consent for another use denies, so does its withdrawal, and the day after the last.
    let ancestry = Grant { purpose: RequestPurpose::of(PurposeKind::Ancestry), ..grant.clone() };
    assert_eq!(answer(&asked(&["HMB"], Some(ancestry))).outcome(), Outcome::Deny);
    let mut withdrawn = asked(&["GRU"], Some(grant.clone()));
    let taken_back =
        withdrawn.consent.take().map(|seen| ConsentSeen { consent: seen.consent.withdraw(None).unwrap(), ..seen });
    withdrawn.consent = taken_back;
    assert_eq!(answer(&withdrawn).outcome(), Outcome::Deny);
    let over = Grant { until: date(2026, 11, 20), ..grant.clone() };
    assert_eq!(answer(&asked(&["GRU"], Some(over))).outcome(), Outcome::Deny);
    assert_eq!(answer(&asked(&["GRU"], Some(Grant { tier: Tier::Two, ..grant }))).outcome(), Outcome::Deny);
}

#[test]
fn what_is_not_about_a_person_needs_the_policy_alone() {
    let mut statement = inputs(Relation::Network, Resource::Statement, None);
    check(&statement, Outcome::Deny, None);
    statement.requester.role = Role::Curator;
    check(&statement, Outcome::Permit, None);
    statement.policy = "2".to_owned();
    check(&statement, Outcome::Deny, None);
}

#[test]
fn inputs_read_back_and_decide_the_same() {
    let policy = Policy::read(TEXT).unwrap();
    let first = inputs(Relation::Agreed, Resource::Case, consent(vec![scope(Tier::One, &["CC", "IRB"])]));
    let again: Inputs = serde_json::from_str(&serde_json::to_string(&first).unwrap()).unwrap();
    assert_eq!(again, first);
    assert_eq!(decide(&again, &policy, &NoTree), decide(&first, &policy, &NoTree));
}
