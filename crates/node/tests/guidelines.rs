//! Guidelines in a node: added files, what would reclassify, what changed since.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its own data should stop there")]

use cairn_core::classification::Classification;
use cairn_core::guideline::Question;
use cairn_core::reclassification::ClassChange;
use cairn_core::submission::Channel;
use cairn_node::Node;
use cairn_node::access::Viewer;
use cairn_node::contribute::Request;
use cairn_node::folder::DataFolder;
use cairn_node::lookup::since::StatementChange;
use cairn_node::statistics::Only;
use cairn_node::world::World;
use cairn_reference::Reference;
use cairn_store::laboratory::RecordedLaboratory;
use jiff::{Timestamp, ToSpan};
use std::sync::atomic::{AtomicI64, Ordering};

const PTEN: &[u8] = include_bytes!("../../../testdata/cspec/pten-gn003-3.2.reduced.json");
const HEAD: &str =
    "Gene,Assembly,Chr,Pos,Ref,Alt,Classification,ACMG criteria,Condition,Record ID,Date last evaluated\n";

static DAYS: AtomicI64 = AtomicI64::new(0);

fn clock() -> Timestamp {
    let start: Timestamp = "2024-01-01T12:00:00Z".parse().unwrap();
    start + (DAYS.load(Ordering::SeqCst) * 24).hours()
}

async fn node(folder: &std::path::Path) -> (Node, RecordedLaboratory) {
    let world = World { now: clock, ..World::real() };
    let node = Node::with_reference(DataFolder::new(folder), Reference::bundled(), world).await.unwrap();
    let laboratory = node.add_laboratory("North Lab", None).await.unwrap();
    (node, laboratory)
}

async fn send(node: &Node, laboratory: &RecordedLaboratory, rows: &str) {
    let request = Request {
        laboratory: laboratory.clone(),
        user: None,
        channel: Channel::Command,
        file: None,
        bytes: format!("{HEAD}{rows}").into_bytes().into(),
        mapping: None,
        assembly: None,
        client_key: None,
        dry_run: false,
        strict: false,
    };
    let sent = node.contribute(request).await.unwrap();
    assert!(sent.problems.iter().all(|p| format!("{:?}", p.severity) != "Error"), "{:?}", sent.problems);
}

#[tokio::test]
async fn an_added_specification_is_kept_and_proposed() {
    let folder = tempfile::tempdir().unwrap();
    let (node, _) = node(folder.path()).await;
    let before = node.as_of(None).await.unwrap();
    let added = node.add_guideline(PTEN, Some("dir/pten.json"), None).await.unwrap();
    assert_eq!((added.guidelines.as_slice(), added.is_new), (&["gn003@3.2".to_owned()][..], true));
    assert!(!node.add_guideline(PTEN, None, None).await.unwrap().is_new);
    let as_of = node.as_of(None).await.unwrap();
    let (all, files) = node.guidelines_and_files(as_of).await.unwrap();
    assert!(all.find("gn003@3.2").is_ok() && all.find("acmg-amp@2015").is_ok());
    assert_eq!(files[0].file_name.as_deref(), Some("pten.json"));
    assert_eq!(files[0].sha256, added.sha256);
    assert!(node.guidelines(before).await.unwrap().find("gn003@3.2").is_err(), "it was not known before");
    let error = node.add_guideline(br#"{"id": "acmg-amp", "version": "2015", "title": "t", "date": "2015", "track": "germline", "source": "s", "provenance": "p", "extends": "acmg-amp@2015", "criteria": []}"#, None, None).await;
    assert!(error.unwrap_err().to_string().contains("`acmg-amp@2015` is here already"));
    let asked = Question {
        genes: vec!["PTEN".to_owned()],
        conditions: vec!["MONDO:0017623".parse().unwrap()],
        ..Question::default()
    };
    let proposal = node.propose_guideline(&asked, as_of).await.unwrap().unwrap();
    assert!(["pten@3.2.1", "gn003@3.2"].contains(&proposal.guideline.as_str()), "{proposal:?}");
    // Bannayan-Riley-Ruvalcaba syndrome is a kind of the scope's PTEN hamartoma tumor syndrome, by Orphanet's
    // identifier too; hereditary neoplastic syndrome is wider than the scope.
    for (id, is_covered) in [("MONDO:0007924", true), ("Orphanet:109", true), ("MONDO:0015356", false)] {
        let asked = Question { conditions: vec![id.parse().unwrap()], ..asked.clone() };
        let proposal = node.propose_guideline(&asked, as_of).await.unwrap().unwrap();
        assert_eq!(proposal.guideline.contains("@3.2"), is_covered, "{id}: {proposal:?}");
        assert_eq!(proposal.why.contains("is a kind of"), is_covered, "{id}: {proposal:?}");
    }
}

#[tokio::test]
async fn the_whole_node_under_two_versions() {
    let folder = tempfile::tempdir().unwrap();
    let (node, laboratory) = node(folder.path()).await;
    let rows = "NF1,GRCh38,17,31337818,A,G,Likely pathogenic,\"PS1,PM2\",Neurofibromatosis,R1,2020-01-01\n\
        NF1,GRCh38,17,31337819,A,G,Likely pathogenic,\"PVS1,PM2\",Neurofibromatosis,R2,2020-01-01\n\
        NF1,GRCh38,17,31337820,A,G,Uncertain significance,PP5,Neurofibromatosis,R3,2020-01-01\n\
        NF1,GRCh38,17,31337821,A,G,Benign,,Neurofibromatosis,R4,2020-01-01\n";
    send(&node, &laboratory, rows).await;
    let as_of = node.as_of(None).await.unwrap();
    let all = node.guidelines(as_of).await.unwrap();
    let (a, b) = (all.find("acmg-amp@2015").unwrap(), all.find("acmg-amp-svi@2020").unwrap());
    let found = node.compare_guidelines(a, b, as_of, 10).await.unwrap().unwrap();
    assert_eq!((found.compared, found.changed, found.stated_as_a, found.stated_as_b), (3, 1, 3, 2));
    let change = &found.changes[0];
    assert_eq!((change.a, change.b), (Some(Classification::LikelyPathogenic), Some(Classification::Uncertain)));
    assert_eq!((change.criteria.join(" "), change.laboratory.as_str()), ("PS1 PM2".to_owned(), "North Lab"));
    assert!(change.why[0].contains("PM2: Moderate / Supporting"), "{:?}", change.why);
    assert_eq!(found.flows.iter().map(|flow| flow.statements).sum::<u64>(), 3);
    let matrix = all.find("gene-validity").unwrap();
    assert!(node.compare_guidelines(a, matrix, as_of, 10).await.unwrap().is_err());
}

#[tokio::test]
async fn what_changed_since_a_report() {
    let folder = tempfile::tempdir().unwrap();
    let (node, laboratory) = node(folder.path()).await;
    send(&node, &laboratory, "NF1,GRCh38,17,31337818,A,G,Uncertain significance,PM2,Neurofibromatosis,R1,2020-01-01\n")
        .await;
    let report = node.as_of(None).await.unwrap();
    DAYS.store(400, Ordering::SeqCst);
    send(
        &node,
        &laboratory,
        "NF1,GRCh38,17,31337818,A,G,Pathogenic,\"PVS1,PM2_Supporting\",Neurofibromatosis,R1,2021-01-01\n",
    )
    .await;
    let now = node.as_of(None).await.unwrap();

    let serial =
        node.gene_variants("NF1", now, Viewer::Machine, cairn_store::serial::VariantSerial::new(0), 5).await.unwrap()
            [0]
        .serial;
    let viewer = Viewer::Member(laboratory.serial);
    let found = node.variant_difference(serial, report, now, viewer).await.unwrap().unwrap();
    assert!(found.changes_answer);
    let change = &found.statements[0];
    assert_eq!(change.change, StatementChange::Reclassified);
    let criteria: Vec<_> =
        change.criteria.iter().map(|c| (c.code.as_str(), c.before.as_deref(), c.after.as_deref())).collect();
    assert_eq!(criteria, [("PM2", Some("PM2"), Some("PM2_Supporting")), ("PVS1", None, Some("PVS1"))]);
    let same = node.variant_difference(serial, now, now, viewer).await.unwrap().unwrap();
    assert_eq!((same.statements.len(), same.unchanged, same.changes_answer), (0, 1, false));

    let start = node.as_of(Some("2023-01-01T00:00:00Z".parse().unwrap())).await.unwrap();
    let statistics = node.reclassifications(start, now, &Only::default(), 10).await.unwrap();
    let numbers = &statistics.reclassifications;
    assert_eq!(numbers.by_kind[&ClassChange::ChangedMind], 1);
    let flow = &numbers.flows[0];
    assert_eq!((flow.from, flow.to, flow.changes_side), (Classification::Uncertain, Classification::Pathogenic, true));
    assert_eq!(numbers.between_evaluations.median_days, Some(366));
    assert_eq!(numbers.between_recordings.median_days, Some(400));
    assert_eq!((numbers.by_laboratory[0].name.as_str(), numbers.by_gene[0].name.as_str()), ("north-lab", "NF1"));
    assert_eq!(statistics.latest[0].accession.to_string(), "CRN000001");
    let none = Only { gene: Some("BRCA1".to_owned()), laboratory: None };
    assert_eq!(node.reclassifications(start, now, &none, 10).await.unwrap().reclassifications.versions, 0);
    assert_eq!(
        node.reclassifications(report, report, &Only::default(), 10).await.unwrap().reclassifications.versions,
        0
    );
}
