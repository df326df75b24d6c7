//! Sequence arrives while a node is open: what was provisional is resolved, what is the same meets, what was wrong is told.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its own data should stop there")]

use cairn_core::submission::Channel;
use cairn_node::Node;
use cairn_node::access::Viewer;
use cairn_node::contribute::{Outcome, Request};
use cairn_node::folder::DataFolder;
use cairn_node::world::World;
use cairn_reference::folder::{Added, Adding, ReferenceFolder};
use cairn_reference::recognise::recognise;
use cairn_reference::sequence::intake::IntakeOptions;
use cairn_store::laboratory::RecordedLaboratory;
use cairn_store::variant::VariantStatus;
use std::path::Path;
use std::time::Duration;

const HEAD: &str = "Assembly,Chr,Pos,Ref,Alt,Classification,Condition,Record ID";
/// The first base of four: written at its first and at its last place, and one whose stated base is not there.
const ROWS: &str = "GRCh38,21,25000001,CA,C,Pathogenic,Disease one,R1\n\
    GRCh38,21,25000004,AA,A,Likely pathogenic,Disease two,R2\n\
    GRCh38,21,25000008,T,C,Benign,Disease three,R3\n\
    GRCh38,21,25000007,G,C,Benign,Disease four,R4\n";
const SLICE: &str = ">21:25000001-25000012 GRCh38\nCAAAATGGGGGG\n";

/// As another process does with `cairn reference add`.
fn add_file(data: &Path, name: &str, text: &str) {
    let file = data.join(name);
    std::fs::write(&file, text).unwrap();
    let loaded = cairn_reference::Reference::open(data).unwrap();
    let adding = Adding {
        sequences: IntakeOptions::default(),
        now: "2026-01-01T00:00:00Z",
        progress: &|_| (),
        loaded: loaded.sequences(),
    };
    let kind = recognise(&file).unwrap().unwrap();
    assert!(matches!(ReferenceFolder::of(data).add(&file, kind, &adding).unwrap(), Added::Loaded(..)));
}

async fn send(node: &Node, lab: &RecordedLaboratory) -> Outcome {
    let request = Request {
        laboratory: lab.clone(),
        user: None,
        channel: Channel::Command,
        file: Some("ours.csv".into()),
        bytes: format!("{HEAD}\n{ROWS}").into_bytes(),
        mapping: None,
        assembly: None,
        client_key: None,
        dry_run: false,
        strict: false,
    };
    node.contribute(request).await.unwrap()
}

async fn status(node: &Node, viewer: Viewer, expression: &str) -> Option<(VariantStatus, usize)> {
    let as_of = node.as_of(None).await.unwrap();
    let report = node.look_up(expression, as_of, viewer).await.unwrap().report?;
    Some((report.variant.status, report.statements.len()))
}

#[tokio::test]
async fn sequence_that_arrives_while_the_node_serves_is_used() {
    let folder = tempfile::tempdir().unwrap();
    let node = Node::open(DataFolder::new(folder.path()), World::real()).await.unwrap();
    let lab = node.add_laboratory("North Lab", None).await.unwrap();
    let viewer = Viewer::Member(lab.serial);
    let sent = send(&node, &lab).await;
    assert_eq!(sent.counts.statements_new, 4, "{:?}", sent.problems);
    let look = async |expression: &str| status(&node, viewer, expression).await;
    assert_eq!(look("GRCh38-21-25000001-CA-C").await, Some((VariantStatus::Provisional, 1)));
    assert_eq!(look("GRCh38-21-25000004-AA-A").await, Some((VariantStatus::Provisional, 1)));
    assert_eq!(look("GRCh38-21-25000008-T-C").await, Some((VariantStatus::NotVerified, 1)));
    assert!(!node.take_new_reference().await.unwrap(), "nothing arrived yet");

    let worker = node.clone();
    let serving = tokio::spawn(async move { worker.run_jobs().await });
    let path = folder.path().to_owned();
    tokio::task::spawn_blocking(move || add_file(&path, "slice.fa", SLICE)).await.unwrap();
    let mut waited = 0;
    while look("GRCh38-21-25000001-CA-C").await != Some((VariantStatus::Resolved, 2)) {
        waited += 1;
        assert!(waited < 600, "the sequence is not used");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    // Both ways of writing the deletion are one variant now, and the substitution has been checked.
    assert_eq!(look("GRCh38-21-25000004-AA-A").await, Some((VariantStatus::Resolved, 2)));
    while look("GRCh38-21-25000007-G-C").await.map(|(status, _)| status) != Some(VariantStatus::Resolved) {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    serving.abort();

    // The base that is not there: nobody finds the statement under that place any more, its laboratory is told why.
    node.run_due_jobs().await.unwrap();
    let as_of = node.as_of(None).await.unwrap();
    let accession = sent.accession.unwrap();
    let problems = node.submission_problems(accession, as_of, viewer, 0, 100).await.unwrap();
    let told = problems.iter().find(|(_, problem)| problem.code == "variant.reference_mismatch");
    let (_, told) = told.unwrap_or_else(|| panic!("{problems:?}"));
    assert_eq!(told.row, Some(4), "{told:?}");
    assert!(told.message.contains("has `G` at position 25000008"), "{told:?}");
    let wrong = node.statement("CRN000003".parse().unwrap(), as_of).await.unwrap().unwrap();
    let variant = node.find_variant(&[&wrong.shown.statement.variant.to_string()]).await.unwrap().unwrap();
    let variant = node.recorded_variant(variant).await.unwrap().unwrap();
    assert_eq!((variant.status, variant.alleles.len()), (VariantStatus::Unresolved, 0));
    let again = node.reresolve().await.unwrap();
    assert_eq!((again.merged, again.contradicted), (0, 0), "looking again changes nothing");
}
