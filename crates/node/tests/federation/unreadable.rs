//! One item that cannot be read never keeps back the others: it is named and left out, on both sides.

use crate::house::{House, VARIANT, pair, until};
use cairn_node::access::Viewer;
use cairn_protocol::statement::Said;
use cairn_protocol::{NodeKey, SignedStatement, Terms};
use cairn_store::case::key_owner;
use cairn_store::serial::StatementSerial;
use cairn_store::signed_statement::{self, NewSigned};

const OTHER: &str = "17-43045711-G-A";
const THIRD: &str = "NM_007294.4:c.68_69del";

fn sheet(case: &str) -> String {
    format!("Variant,Assembly,Classification,Condition,Patient ID\n{VARIANT},GRCh38,Pathogenic,Breast cancer,{case}\n")
}

/// The only case of North that carries the variant.
async fn only_case(north: &House) -> cairn_core::id::CaseId {
    let lab = north.node.laboratory("Genetics North").await.unwrap();
    let as_of = north.node.as_of(None).await.unwrap();
    let report = north.node.look_up(VARIANT, as_of, Viewer::Member(lab.serial)).await.unwrap().report.unwrap();
    report.cases.own[0].id
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_on_an_erased_case_is_withheld_and_the_others_go() {
    let (mut north, south) = (House::open("North").await, House::open("South").await);
    pair(&north, &Terms::for_care(), &south, &Terms::for_care()).await;
    north.stop().await;
    north.send("ours.csv", sheet("P1").as_bytes()).await;
    let lab = north.node.laboratory("Genetics North").await.unwrap();
    north.node.erase_case(&lab, only_case(&north).await, None).await.unwrap().unwrap();
    north.state("N2", OTHER, "benign", "current").await;
    north.resume().await;
    until("South knows the other", || async { south.of(OTHER, "Genetics North").await.is_some() }).await;
    assert!(south.of(VARIANT, "Genetics North").await.is_none(), "it rested on the case that was erased");
    let withheld = north.peer("South").await.withheld;
    assert!(withheld.iter().any(|one| one.reason == "consent" && one.statements == 1), "{withheld:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_without_its_key_keeps_back_its_own_statement_alone() {
    let (mut north, south) = (House::open("North").await, House::open("South").await);
    pair(&north, &Terms::for_care(), &south, &Terms::for_care()).await;
    north.stop().await;
    north.send("ours.csv", sheet("P1").as_bytes()).await;
    north.state("N2", OTHER, "benign", "current").await;
    north.state("N3", THIRD, "pathogenic", "current").await;
    let owner = key_owner(&only_case(&north).await.to_string());
    north.node.keys().destroy(&[owner], north.node.now()).await.unwrap();
    north.resume().await;
    until("South knows another", || async { south.of(OTHER, "Genetics North").await.is_some() }).await;
    until("North names it", || async { !north.peer("South").await.unreadable.is_empty() }).await;
    let peer = north.peer("South").await;
    assert_eq!((peer.unreadable.len(), peer.unreadable[0].item.as_str()), (1, "CRN000001.1"), "{:?}", peer.unreadable);
    assert!(peer.withheld.iter().any(|one| one.reason == "unreadable" && one.statements == 1), "{:?}", peer.withheld);
    assert!(south.of(VARIANT, "Genetics North").await.is_none());
    until("North is reached", || async { south.peer("North").await.failure.is_none() }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_item_that_cannot_be_taken_is_refused_by_name_and_the_rest_goes_on() {
    let (mut north, south) = (House::open("North").await, House::open("South").await);
    pair(&north, &Terms::for_care(), &south, &Terms::for_care()).await;
    north.state("N1", VARIANT, "pathogenic", "current").await;
    until("South knows it", || async { south.of(VARIANT, "Genetics North").await.is_some() }).await;
    north.stop().await;
    north.state("N2", OTHER, "benign", "current").await;
    north.state("N3", THIRD, "benign", "current").await;
    // Signed as it should be, with nothing in it that is a statement.
    let lab = north.node.laboratory("Genetics North").await.unwrap();
    let seed = |name: &str| {
        let text = std::fs::read_to_string(north.node.folder().keys().join(name)).unwrap();
        let bytes = hex::decode(text.lines().next().unwrap()).unwrap();
        NodeKey::from_seed(&bytes.try_into().unwrap())
    };
    let key = seed(&format!("{}.ed25519", lab.laboratory.id));
    let (first, second) = (StatementSerial::new(1), StatementSerial::new(2));
    let mut writer = north.node.store().write().await.unwrap();
    let kept = signed_statement::of_version(&mut writer, first, 1, false).await.unwrap().unwrap();
    let mut content = SignedStatement::read(&kept.content).unwrap().content().clone();
    content.accession = second.accession().to_string();
    let Said::Statement { file, .. } = &mut content.said else { panic!("a statement") };
    *file = b"{}".to_vec();
    let signed = SignedStatement::sign(content, &seed("node.ed25519"), |message| key.sign(message));
    let new = NewSigned {
        digest: signed.digest(),
        origin: signed.origin().to_string(),
        accession: &signed.content().accession,
        version: 1,
        is_withdrawal: false,
        peer: None,
        here: Some((second, Some(1))),
        content: signed.bytes(),
        received: north.node.now(),
    };
    signed_statement::add(&mut writer, &[new]).await.unwrap();
    writer.commit().await.unwrap();
    north.resume().await;
    until("South knows the third", || async { south.of(THIRD, "Genetics North").await.is_some() }).await;
    assert!(south.of(OTHER, "Genetics North").await.is_none());
    until("North is reached again", || async { south.peer("North").await.failure.is_none() }).await;
    let peer = south.peer("North").await;
    assert_eq!((peer.refused, peer.waiting), (1, 0));
    assert_eq!(peer.refused_items[0].item, "item 2");
    assert_eq!(peer.refused_items[0].reason, "its file does not hold one statement");
}
