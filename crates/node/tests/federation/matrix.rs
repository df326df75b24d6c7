//! The reviewed table of who may do what, asked over the federation's door: each state of consent, as a peer under an
//! agreement finds it. What is hidden and what is not there answer alike.

use crate::house::{House, VARIANT, pair, until};
use cairn_core::consent::{Basis, Consent, Recipients, Scope};
use cairn_core::data_use::{Condition, PurposeKind};
use cairn_core::tier::Tier;
use cairn_node::access::Viewer;
use cairn_node::federation::PeerAnswer;
use cairn_protocol::{Requester, Terms};
use jiff::civil::date;
use std::fmt::Write;

/// The reviewed table: a role, a resource, an action, and four letters for each state of consent.
const TABLE: &str = include_str!("../../../../testdata/authorization/matrix.tsv");
/// Letter of the distance at which a peer under an agreement stands.
const AGREED: usize = 1;
/// A state of consent, in the table's order, with a variant and a phenotype of its own.
const STATES: [(&str, &str, &str); 5] = [
    ("none", VARIANT, "HP:0001250"),
    ("given", "NM_007294.4:c.68_69del", "HP:0001166"),
    ("narrowed", "NM_007294.4:c.5266dup", "HP:0000505"),
    ("expired", "NM_007294.4:c.181T>G", "HP:0000957"),
    ("withdrawn", "NM_007294.4:c.5503C>T", "HP:0001638"),
];
/// A variant that nobody has seen.
const ABSENT: &str = "NM_007294.4:c.4327C>T";

/// Whether the table lets a peer under an agreement read it in a state.
fn may_read(resource: &str, state: usize) -> bool {
    let row = TABLE.lines().find(|line| line.starts_with(&format!("peer\t{resource}\tread\t"))).unwrap();
    row.split('\t').nth(3 + state).unwrap().as_bytes()[AGREED] == b'+'
}

fn scope(tier: Tier, recipients: Recipients, until: Option<jiff::civil::Date>) -> Scope {
    Scope { tier, conditions: vec![Condition::of("CC")], recipients, from: None, until }
}

/// Five cases in a state of consent, each carrying the state's variant and showing its phenotype.
async fn fill(house: &House, (state, variant, term): (&str, &str, &str)) {
    house.state(state, variant, "pathogenic", "current").await;
    let mut sheet = "Variant,Assembly,Case ID,HPO terms,Zygosity\n".to_owned();
    (1..=5).for_each(|number| writeln!(sheet, "{variant},GRCh38,{state}{number},{term},het").unwrap());
    house.send(&format!("{state}.csv"), sheet.as_bytes()).await;
    let lab = house.node.laboratory("Genetics North").await.unwrap();
    let until = (state == "expired").then(|| date(2026, 1, 1));
    let scopes = vec![scope(Tier::One, Recipients::Agreed, until), scope(Tier::Two, Recipients::Network, until)];
    for number in 1..=5 {
        let case = house.node.case_named(lab.serial, &format!("{state}{number}")).await.unwrap().unwrap();
        if state == "none" {
            continue;
        }
        let consent = Consent { scopes: scopes.clone(), basis: Some(Basis::Explicit), ..Consent::none() };
        house.node.give_consent(&lab, case, consent).await.unwrap().unwrap();
        match state {
            "narrowed" => {
                let fewer = vec![scope(Tier::Two, Recipients::Network, None)];
                house.node.narrow_consent(&lab, case, fewer, None).await.unwrap().unwrap();
            }
            "withdrawn" => drop(house.node.withdraw_consent(&lab, case, None).await.unwrap().unwrap()),
            _ => {}
        }
    }
}

async fn ask(house: &House, variant: &str, purpose: PurposeKind, role: &str) -> PeerAnswer {
    let as_of = house.node.as_of(None).await.unwrap();
    let found = house.node.look_up(variant, as_of, Viewer::Machine).await.unwrap();
    let requester = Requester { organisation: "Genetics South".to_owned(), role: role.to_owned() };
    house.federation.ask(found.identity.as_deref(), None, purpose, requester).await.peers.remove(0)
}

/// An answer without the moment as of which it counts.
fn bytes(mut answer: PeerAnswer) -> String {
    answer.answer.cases.iter_mut().for_each(|cases| cases.as_of = jiff::Timestamp::UNIX_EPOCH);
    serde_json::to_string(&answer).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_peer_is_answered_as_the_reviewed_table_says() {
    let (north, south) = (House::open("North").await, House::open("South").await);
    // Loaded when it is first asked for, which takes a while without optimisation.
    assert!(!north.node.reference().phenotypes().is_empty());
    pair(&north, &Terms::for_care(), &south, &Terms::for_care()).await;
    for state in STATES {
        fill(&north, state).await;
    }
    until("both signed", || async { south.peer("North").await.is_signed && north.peer("South").await.is_signed }).await;
    south.federation.find_peers().await.unwrap();
    let bucket = |may: bool| if may { "5-9" } else { "0" };
    let (mut cells, mut wrong) = (0, Vec::new());
    for (at, (state, variant, term)) in STATES.into_iter().enumerate() {
        let (counts, reads) = (may_read("case_counts", at), may_read("case", at));
        let statements = usize::from(may_read("statement", at) && counts);
        for role in ["peer", "clinician", "clinical_scientist", "researcher", "operator", "visitor"] {
            let answer = ask(&south, variant, PurposeKind::ClinicalCare, role).await;
            assert_eq!(answer.failure, None, "{state}");
            let found = (answer.answer.statements, answer.answer.cases.unwrap().cases);
            cells += 2;
            if found != (statements, bucket(counts)) {
                wrong.push(format!("{state} for a {role}: {found:?}, and not {statements} and {}", bucket(counts)));
            }
        }
        let terms = vec![term.to_owned()];
        let heard = south.federation.ask_similar(terms, PurposeKind::ClinicalCare, Requester::node()).await.remove(0);
        let similar = heard.answer.unwrap();
        cells += 2;
        if (similar.open, similar.counted) != (bucket(reads), counts.then_some("5-9")) {
            wrong.push(format!("similar cases, {state}: {similar:?}"));
        }
        let refused = ask(&south, variant, PurposeKind::Operation, "operator").await;
        cells += 1;
        if refused.answered || refused.answer.statements > 0 {
            wrong.push(format!("{state} for operation: {refused:?}"));
        }
    }
    assert_eq!(cells, 5 * (6 * 2 + 3));
    assert!(wrong.is_empty(), "{} of {cells} differ:\n{}", wrong.len(), wrong.join("\n"));
    // Hidden and absent are the same bytes.
    let absent = bytes(ask(&south, ABSENT, PurposeKind::ClinicalCare, "clinician").await);
    for (at, (state, variant, _)) in STATES.into_iter().enumerate().filter(|(at, _)| !may_read("case_counts", *at)) {
        let hidden = bytes(ask(&south, variant, PurposeKind::ClinicalCare, "clinician").await);
        assert_eq!(hidden, absent, "{state} ({at})");
    }
}
