//! What one laboratory states is known on another node, over a hub, with the laboratory's own signature; partitions heal.

use crate::house::{House, VARIANT, network, pair, to_be_passed_on, until};
use cairn_core::data_use::PurposeKind;
use cairn_core::membership::{MemberState, Membership};
use cairn_core::statement::Standing;
use cairn_ledger::leaf::Kind;
use cairn_node::access::Viewer;
use cairn_node::lookup::statement::StatementView;
use cairn_protocol::{Requester, Terms};
use cairn_store::peer::PeerState;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_is_known_beyond_a_hub_with_its_evidence_and_its_laboratory_s_signature() {
    let (north, hub, south) = network().await;
    // A difference across nodes opens where both are known.
    south.state("S1", VARIANT, "benign", "current").await;
    north.state("N1", VARIANT, "pathogenic", "current").await;
    until("South knows it", || async { south.of(VARIANT, "Genetics North").await.is_some() }).await;
    let found = south.of(VARIANT, "Genetics North").await.unwrap();
    let origin = found.origin.unwrap();
    assert_eq!((origin.node.as_str(), origin.by.as_str(), origin.accession.as_str()), ("North", "Hub", "CRN000001.1"));
    assert_eq!(origin.node_id, north.federation.id().to_string());
    let body = &found.statement.body;
    assert_eq!(body.classification.code(), "pathogenic");
    assert_eq!(body.criteria[0].to_string(), "PS3_Strong");
    // The evidence without the words that somebody typed, and the year alone.
    assert_eq!(body.evidence[0].to_string(), "PS3: 0.12 function score (PMID:30209399)");
    assert_eq!(body.last_evaluated.unwrap().to_string(), "2024");
    // The laboratory's signatures hold on every node, and so does the rest of the record.
    for house in [&north, &hub, &south] {
        assert_eq!(house.node.check().await.unwrap().faults, Vec::<String>::new(), "{}", house.name);
    }
    let as_of = south.node.as_of(None).await.unwrap();
    let report = south.node.look_up(VARIANT, as_of, Viewer::Machine).await.unwrap().report.unwrap();
    assert_eq!(report.discordances.len(), 1, "the two laboratories differ");
    // Each disclosure stands in the ledger of who gave it.
    north.node.seal().await.unwrap();
    let shard = north.node.newest_shard().await.unwrap().unwrap();
    let viewer = Viewer::Member(north.node.laboratory("Genetics North").await.unwrap().serial);
    let entries = north.node.ledger_entries(&shard, 0, 100, Some(viewer)).await.unwrap();
    assert_eq!(entries.iter().filter(|entry| entry.leaf.kind == Kind::Share).count(), 1);
    let (at_north, at_south) = (north.peer("Hub").await, south.peer("Hub").await);
    assert!(at_north.is_signed && at_south.is_signed);
    assert_eq!((at_north.given, at_south.received), (1, 1));
    // What came back over the hub is not taken for another's.
    assert_eq!(north.statements(VARIANT).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partition_heals_and_all_hold_the_same() {
    let (north, mut hub, south) = network().await;
    north.state("N1", VARIANT, "pathogenic", "current").await;
    until("South knows it", || async { south.of(VARIANT, "Genetics North").await.is_some() }).await;
    hub.stop().await;
    north.state("N1", VARIANT, "likely_pathogenic", "current").await;
    north.state("N2", "17-43045711-G-A", "benign", "current").await;
    south.state("S1", VARIANT, "uncertain_significance", "current").await;
    until("North names the hub as not reached", || async { north.peer("Hub").await.failure.is_some() }).await;
    let asked = north.federation.ask(None, None, PurposeKind::ClinicalCare, Requester::node()).await;
    assert!(asked.peers.iter().all(|peer| !peer.answered && peer.failure.is_some()), "{asked:?}");
    assert_eq!(south.of(VARIANT, "Genetics North").await.unwrap().statement.body.classification.code(), "pathogenic");
    hub.resume().await;
    until("all is everywhere", || async {
        let at_south = south.of(VARIANT, "Genetics North").await.map(|view| view.statement.body.classification.code());
        let second = south.of("17-43045711-G-A", "Genetics North").await.is_some();
        let at_north = north.of(VARIANT, "Genetics South").await.is_some();
        at_south == Some("likely_pathogenic") && second && at_north
    })
    .await;
    let (at_north, at_south) = (north.statements(VARIANT).await, south.statements(VARIANT).await);
    let said = |views: &[StatementView]| {
        let mut all: Vec<_> =
            views.iter().map(|v| (v.laboratory.name.clone(), v.statement.body.classification.code())).collect();
        all.sort_unstable();
        all
    };
    assert_eq!(said(&at_north), said(&at_south));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_taken_back_reaches_everybody_and_is_acknowledged() {
    let (north, hub, south) = network().await;
    north.state("N1", VARIANT, "pathogenic", "current").await;
    until("South knows it", || async { south.of(VARIANT, "Genetics North").await.is_some() }).await;
    north.state("N1", VARIANT, "pathogenic", "withdrawn").await;
    until("South shows it as withdrawn", || async {
        let found = south.of(VARIANT, "Genetics North").await.unwrap();
        found.statement.standing == Standing::Withdrawn
    })
    .await;
    until("both acknowledged", || async {
        let (at_north, at_hub) = (north.peer("Hub").await, hub.peer("South").await);
        (at_north.taken_back, at_north.unacknowledged, at_hub.taken_back, at_hub.unacknowledged) == (1, 0, 1, 0)
    })
    .await;
    // The laboratory states it anew: a later version counts again.
    north.state("N1", VARIANT, "likely_pathogenic", "current").await;
    until("South shows the new version", || async {
        let found = south.of(VARIANT, "Genetics North").await.unwrap();
        found.statement.standing == Standing::Current
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_suspended_laboratory_states_waits_until_it_is_approved_again() {
    let (north, south) = (House::open("North").await, House::open("South").await);
    pair(&north, &Terms::for_care(), &south, &Terms::for_care()).await;
    north.state("N1", VARIANT, "pathogenic", "current").await;
    until("South knows it", || async { south.of(VARIANT, "Genetics North").await.is_some() }).await;
    let lab = north.node.laboratory("Genetics North").await.unwrap();
    let decided = |standing| Membership { standing, ..Membership::approved() };
    north.node.set_membership(&lab, &decided(MemberState::Suspended), None).await.unwrap();
    let second = "17-43045711-G-A";
    north.state("N2", second, "benign", "current").await;
    until("North says what it withholds", || async {
        let withheld = north.peer("South").await.withheld;
        withheld.iter().any(|one| one.reason == "standing")
    })
    .await;
    assert!(south.of(second, "Genetics North").await.is_none());
    assert!(south.of(VARIANT, "Genetics North").await.is_some(), "what was given before is not taken back");
    north.node.set_membership(&lab, &decided(MemberState::Approved), None).await.unwrap();
    until("South knows the second", || async { south.of(second, "Genetics North").await.is_some() }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_withdraws_consent_takes_back_what_stood_on_their_case_alone() {
    let (north, south) = (House::open("North").await, House::open("South").await);
    pair(&north, &Terms::for_care(), &south, &Terms::for_care()).await;
    let sheet =
        format!("Variant,Assembly,Classification,Condition,Patient ID\n{VARIANT},GRCh38,Pathogenic,Breast cancer,P1\n");
    north.send("ours.csv", sheet.as_bytes()).await;
    until("South knows it", || async { south.of(VARIANT, "Genetics North").await.is_some() }).await;
    let lab = north.node.laboratory("Genetics North").await.unwrap();
    let as_of = north.node.as_of(None).await.unwrap();
    let report = north.node.look_up(VARIANT, as_of, Viewer::Member(lab.serial)).await.unwrap().report.unwrap();
    let case = report.cases.own[0].id;
    north.node.withdraw_consent(&lab, case, None).await.unwrap();
    until("South takes it out and says so", || async {
        let standing = south.of(VARIANT, "Genetics North").await.unwrap().statement.standing;
        let peer = north.peer("South").await;
        standing == Standing::Withdrawn && (peer.taken_back, peer.unacknowledged) == (1, 0)
    })
    .await;
    assert_eq!(north.of(VARIANT, "Genetics North").await.unwrap().statement.standing, Standing::Current);
    let withheld: Vec<_> = north.peer("South").await.withheld.into_iter().map(|one| one.reason).collect();
    assert!(withheld.is_empty() || withheld == ["consent"], "{withheld:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn narrower_terms_give_nothing_further() {
    let (north, south) = (House::open("North").await, House::open("South").await);
    pair(&north, &Terms::for_care(), &south, &Terms::nothing()).await;
    north.state("N1", VARIANT, "pathogenic", "current").await;
    until("South knows it", || async { south.of(VARIANT, "Genetics North").await.is_some() }).await;
    let narrow = Terms { genes: Some(vec!["LMNA".to_owned()]), ..Terms::for_care() };
    north.node.offer_peer("South", &narrow, None).await.unwrap();
    north.state("N2", "17-43045711-G-A", "benign", "current").await;
    until("it is withheld", || async {
        north.peer("South").await.withheld.iter().any(|one| one.reason == "gene" && one.statements >= 1)
    })
    .await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(south.of("17-43045711-G-A", "Genetics North").await.is_none());
    // Wider again: what was withheld is given.
    north.node.offer_peer("South", &Terms::for_care(), None).await.unwrap();
    until("South knows it", || async { south.of("17-43045711-G-A", "Genetics North").await.is_some() }).await;
    // South gives nothing, and a suspended peer is not spoken with.
    south.state("S1", VARIANT, "benign", "current").await;
    south.node.set_peer_state("North", PeerState::Suspended).await.unwrap();
    until("North does not reach South", || async { north.peer("South").await.failure.is_some() }).await;
    assert!(north.of(VARIANT, "Genetics South").await.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_passes_on_only_what_it_may_and_a_live_question_finds_what_is_new() {
    let (north, hub, south) = (House::open("North").await, House::open("Hub").await, House::open("South").await);
    pair(&north, &Terms::for_care(), &hub, &to_be_passed_on()).await;
    pair(&south, &Terms::for_care(), &hub, &to_be_passed_on()).await;
    north.state("N1", VARIANT, "pathogenic", "current").await;
    until("the hub withholds it", || async {
        hub.peer("South").await.withheld.iter().any(|one| one.reason == "passing_on" && one.statements == 1)
    })
    .await;
    assert!(south.of(VARIANT, "Genetics North").await.is_none());
    // A variant that only the hub's peer knows: asked for, it is answered at once.
    let as_of = hub.node.as_of(None).await.unwrap();
    let found = hub.node.look_up(VARIANT, as_of, Viewer::Machine).await.unwrap();
    let recorded = found.report.as_ref().map(|report| &report.variant);
    let asked =
        hub.federation.ask(found.identity.as_deref(), recorded, PurposeKind::ClinicalCare, Requester::node()).await;
    let by_name = |name: &str| asked.peers.iter().find(|peer| peer.peer == name).unwrap().clone();
    assert_eq!((by_name("North").answered, by_name("North").answer.statements), (true, 1), "{asked:?}");
    assert_eq!((by_name("South").answered, by_name("South").answer.statements), (true, 0), "{asked:?}");
    // For another purpose than agreed nothing is told.
    let other = hub.federation.ask(found.identity.as_deref(), recorded, PurposeKind::General, Requester::node()).await;
    assert!(other.peers.iter().all(|peer| peer.answer.statements == 0), "{other:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_no_peer_is_not_answered() {
    let (north, stranger) = (House::open("North").await, House::open("Stranger").await);
    north.state("N1", VARIANT, "pathogenic", "current").await;
    // The stranger knows North; North does not know the stranger.
    let text = north.node.invitation("North", &north.address).unwrap();
    stranger.node.add_peer(&text, &Terms::for_care(), None).await.unwrap();
    until("the stranger is refused", || async { stranger.peer("North").await.failure.is_some() }).await;
    assert!(stranger.of(VARIANT, "Genetics North").await.is_none());
    assert!(north.node.add_peer(&text, &Terms::for_care(), None).await.is_err(), "its own text");
}
