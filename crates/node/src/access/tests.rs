use super::*;
use cairn_core::data_use::Outcome;
use cairn_core::data_use::purpose::NoTree;
use cairn_core::decision::{Inputs, Standings, decide};

#[test]
fn the_policy_is_read_and_says_its_version() {
    assert!(!Policy::read(POLICY).unwrap().version().is_empty());
}

#[test]
fn nobody_is_given_a_persons_data_without_a_ground() {
    for (role, relation) in Role::ALL.iter().flat_map(|role| Relation::ALL.iter().map(move |near| (*role, *near))) {
        for resource in [Resource::Case, Resource::CaseCounts] {
            for action in [Action::Read, Action::List, Action::Share, Action::Export] {
                let mut rules = policy().rules_for(role, action, resource, relation);
                assert!(rules.all(|rule| rule.tier.is_some()), "{role:?} {action:?} {resource:?} {relation:?}");
                let inputs = Inputs {
                    policy: policy().version().to_owned(),
                    requester: Requester { role, organisation: None, account: None },
                    relation,
                    purpose: RequestPurpose::of(PurposeKind::Operation),
                    resource,
                    action,
                    consent: None,
                    opted_out: true,
                    break_glass_until: None,
                    grant: None,
                    standings: Standings::default(),
                    now: Timestamp::UNIX_EPOCH,
                };
                let decision = decide(&inputs, policy(), &NoTree);
                assert_eq!(decision.outcome(), Outcome::Deny, "operation is no ground: {inputs:?}");
            }
        }
    }
}

/// Every question of the reviewed table, asked of the decision function under the policy in force.
#[test]
fn every_cell_of_the_reviewed_table() {
    let table = include_str!("../../../../testdata/authorization/matrix.tsv");
    let (mut cells, mut wrong) = (0, Vec::new());
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        let columns: Vec<&str> = line.split('\t').collect();
        let [role, resource, action, states @ ..] = columns.as_slice() else { panic!("{line}") };
        let role = Role::from_code(role).unwrap();
        let resource = Resource::from_code(resource).unwrap();
        let action = Action::from_code(action).unwrap();
        assert_eq!(states.len(), fixture::STATES.len());
        for (state, answers) in fixture::STATES.iter().zip(states) {
            for (relation, expected) in Relation::ALL.iter().zip(answers.chars()) {
                let inputs = fixture::inputs(role, resource, action, *relation, *state);
                let decision = decide(&inputs, policy(), &NoTree);
                cells += 1;
                if decision.is_permitted() != (expected == '+') {
                    wrong.push(format!("{role:?} {action:?} {resource:?} {relation:?} {state:?}: expected {expected}"));
                }
            }
        }
    }
    assert_eq!(cells, 10 * 15 * 8 * 5 * 4);
    assert!(wrong.is_empty(), "{} of {cells} differ:\n{}", wrong.len(), wrong.join("\n"));
}

mod fixture {
    use super::*;
    use cairn_core::consent::{Basis, Consent, Recipients, Scope, State};
    use cairn_core::data_use::Condition;
    use cairn_core::decision::ConsentSeen;
    use cairn_core::tier::Tier;
    use jiff::civil::date;

    pub const STATES: [State; 5] = [State::None, State::Given, State::Narrowed, State::Expired, State::Withdrawn];

    fn scope(tier: Tier, recipients: Recipients, until: Option<jiff::civil::Date>) -> Scope {
        Scope { tier, conditions: vec![Condition::of("CC")], recipients, from: None, until }
    }

    fn consent(state: State) -> Option<Consent> {
        let until = (state == State::Expired).then(|| date(2026, 1, 1));
        let scopes = vec![scope(Tier::One, Recipients::Agreed, until), scope(Tier::Two, Recipients::Network, until)];
        let given = Consent { scopes, basis: Some(Basis::Explicit), ..Consent::none() }.give().unwrap();
        match state {
            State::None => None,
            State::Given | State::Expired => Some(given),
            State::Narrowed => {
                Some(given.narrow(vec![scope(Tier::Two, Recipients::Network, None)], None, &NoTree).unwrap())
            }
            State::Withdrawn => Some(given.withdraw(None).unwrap()),
        }
    }

    pub fn inputs(role: Role, resource: Resource, action: Action, relation: Relation, state: State) -> Inputs {
        let recorded = "2025-06-01T00:00:00Z".parse().unwrap();
        Inputs {
            policy: policy().version().to_owned(),
            requester: Requester { role, organisation: Some(LaboratoryId::from_random(1)), account: None },
            relation,
            purpose: RequestPurpose::clinical_care(),
            resource,
            action,
            consent: consent(state).map(|consent| ConsentSeen { version: 1, recorded, consent }),
            opted_out: false,
            break_glass_until: None,
            grant: None,
            standings: Standings::default(),
            now: "2026-11-21T12:00:00Z".parse().unwrap(),
        }
    }
}
