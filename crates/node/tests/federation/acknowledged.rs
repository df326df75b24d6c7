//! A tombstone that passes through a hub is acknowledged by every recipient, and the tested person sees by whom.

use crate::house::{House, VARIANT, network, pair, to_be_passed_on, until};
use cairn_core::statement::Standing;
use cairn_node::access::Viewer;

#[tokio::test(flavor = "multi_thread")]
async fn each_recipient_beyond_a_hub_acknowledges_by_itself() {
    let (north, hub, mut south) = network().await;
    let west = House::open("West").await;
    pair(&west, &to_be_passed_on(), &hub, &to_be_passed_on()).await;
    let sheet =
        format!("Variant,Assembly,Classification,Condition,Patient ID\n{VARIANT},GRCh38,Pathogenic,Breast cancer,P1\n");
    north.send("ours.csv", sheet.as_bytes()).await;
    for house in [&south, &west] {
        until("it is known", || async { house.of(VARIANT, "Genetics North").await.is_some() }).await;
    }
    // South is cut off while the person withdraws.
    south.stop().await;
    let lab = north.node.laboratory("Genetics North").await.unwrap();
    let as_of = north.node.as_of(None).await.unwrap();
    let report = north.node.look_up(VARIANT, as_of, Viewer::Member(lab.serial)).await.unwrap().report.unwrap();
    let case = report.cases.own[0].id;
    let code = north.node.make_patient_code(lab.serial, case, None).await.unwrap().unwrap().code;
    assert!(north.node.open_patient_page(&code, "a page").await.unwrap());
    north.node.withdraw_case(&lab, case, None).await.unwrap();
    let beyond = async || north.node.beyond_peers().await.unwrap();
    until("West acknowledged and South is outstanding", || async {
        let found = beyond().await;
        let of = |name: &str| found.iter().find(|node| node.name == name).map(|node| node.unacknowledged);
        (of("West"), of("South")) == (Some(0), Some(1))
    })
    .await;
    let peers = async || {
        let view = north.node.patient_view("a page").await.unwrap().unwrap();
        let row = |one: cairn_store::recall::PeerRecall| {
            assert!(one.told.is_some(), "{one:?}");
            (one.peer, one.through, one.acknowledged.is_some())
        };
        view.peers.into_iter().map(row).collect::<Vec<_>>()
    };
    let through = |name: &str, done: bool| (name.to_owned(), Some("Hub".to_owned()), done);
    let hub_done = ("Hub".to_owned(), None, true);
    let expected = [hub_done.clone(), through("South", false), through("West", true)];
    until("the person sees who answered", || async { peers().await == expected }).await;
    south.resume().await;
    until("South acknowledged", || async { beyond().await.iter().all(|node| node.unacknowledged == 0) }).await;
    let expected = [hub_done, through("South", true), through("West", true)];
    until("the person sees that all answered", || async { peers().await == expected }).await;
    let found = south.of(VARIANT, "Genetics North").await.unwrap();
    assert_eq!(found.statement.standing, Standing::Withdrawn);
    // The hub shows what it passed on to its own peers, and nothing of it as its own taking back.
    assert!(beyond().await.iter().all(|node| node.through == "Hub" && node.acknowledged.is_some()));
}
