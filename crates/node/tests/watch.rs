//! A watched folder: taken once at rest, put away with a report, never twice.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its own data should stop there")]

use cairn_node::Node;
use cairn_node::folder::DataFolder;
use cairn_node::watch::Watch;
use cairn_node::world::World;
use cairn_reference::Reference;
use std::path::Path;

const SHEET: &str = "Gene,HGVS,Assembly,Chr,Pos,Ref,Alt,Classification,Condition,Record ID\n\
BRCA1,,GRCh38,17,43045712,T,C,Pathogenic,Breast cancer,R1\n";

async fn scene(data: &Path, drop: &Path) -> (Node, Watch) {
    let node = Node::with_reference(DataFolder::new(data), Reference::bundled(), World::real()).await.unwrap();
    let lab = node.add_laboratory("North Lab", None).await.unwrap();
    let watch = Watch::new(drop, lab).unwrap();
    (node, watch)
}

fn names(folder: &Path) -> Vec<String> {
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let files = files.filter(|entry| entry.file_type().unwrap().is_file());
    let mut names: Vec<String> = files.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_file_is_taken_when_it_rests_and_put_away_with_a_report() {
    let (data, drop) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (node, mut watch) = scene(data.path(), drop.path()).await;
    let (good, bad) = (drop.path().join("good.csv"), drop.path().join("bad.csv"));
    std::fs::write(&good, &SHEET[..40]).unwrap();
    std::fs::write(&bad, "hello").unwrap();
    std::fs::write(drop.path().join("growing.csv.part"), SHEET).unwrap();
    assert!(watch.look(&node).await.unwrap().is_empty(), "the first look only remembers");
    std::fs::write(&good, SHEET).unwrap();
    let taken = watch.look(&node).await.unwrap();
    assert_eq!(taken.len(), 1, "`good.csv` grew since");
    assert_eq!(watch.look(&node).await.unwrap().len(), 1);
    assert_eq!(names(&drop.path().join("done")), ["good.csv", "good.csv.report.txt"]);
    assert_eq!(names(&drop.path().join("rejected")), ["bad.csv", "bad.csv.report.txt"]);
    assert_eq!(names(drop.path()), ["growing.csv.part"]);
    let report = std::fs::read_to_string(drop.path().join("done/good.csv.report.txt")).unwrap();
    assert!(report.starts_with("CRS000001\n") && report.contains("statements: 1 new"), "{report}");
}

#[tokio::test]
async fn a_stop_between_import_and_putting_away_doubles_nothing() {
    let (data, drop) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (node, mut watch) = scene(data.path(), drop.path()).await;
    for round in 0..2 {
        // The file lies there again, as after a stop before it was moved.
        std::fs::write(drop.path().join("a.csv"), SHEET).unwrap();
        watch.look(&node).await.unwrap();
        let taken = watch.look(&node).await.unwrap();
        assert_eq!(taken[0].outcome.is_repeated, round == 1);
        assert_eq!(taken[0].outcome.accession.unwrap().to_string(), "CRS000001");
    }
    assert_eq!(names(&drop.path().join("done")), ["2-a.csv", "2-a.csv.report.txt", "a.csv", "a.csv.report.txt"]);
}
