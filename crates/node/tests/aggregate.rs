//! Aggregates of a node against what the sources of the statements say themselves.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its own data should stop there")]

use cairn_core::aggregate::{Role, Verdict};
use cairn_core::submission::Channel;
use cairn_node::Node;
use cairn_node::access::Viewer;
use cairn_node::contribute::{Outcome, Request};
use cairn_node::folder::DataFolder;
use cairn_node::lookup::variant::VariantReport;
use cairn_node::world::World;
use cairn_reference::Reference;
use std::io::Read;
use std::path::Path;

fn testdata(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/clinvar").join(name)).unwrap()
}

/// A file of the archive of samples.
fn sample(name: &str) -> Vec<u8> {
    let bytes = testdata("clinvar_xml_samples.tar.gz");
    let mut archive = Vec::new();
    flate2::read::MultiGzDecoder::new(bytes.as_slice()).read_to_end(&mut archive).unwrap();
    let mut at = 0;
    while at + 512 <= archive.len() {
        let header = &archive[at..at + 512];
        let text =
            |from: usize, to: usize| String::from_utf8_lossy(&header[from..to]).trim_matches(['\0', ' ']).to_owned();
        let size = usize::from_str_radix(&text(124, 136), 8).unwrap_or(0);
        if text(0, 100).trim_start_matches("./") == name {
            return archive[at + 512..at + 512 + size].to_vec();
        }
        at += 512 + size.div_ceil(512) * 512;
    }
    panic!("{name} is not in the archive");
}

struct Scene {
    node: Node,
    _folder: tempfile::TempDir,
}

impl Scene {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let reference = Reference::bundled();
        let node = Node::with_reference(DataFolder::new(folder.path()), reference, World::real()).await.unwrap();
        Self { node, _folder: folder }
    }

    async fn import(&self, laboratory: &str, file: &str, bytes: Vec<u8>) -> Outcome {
        let laboratory = self.node.add_laboratory(laboratory, None).await.unwrap();
        let request = Request {
            laboratory,
            user: None,
            channel: Channel::Command,
            file: Some(file.to_owned()),
            bytes,
            mapping: None,
            assembly: None,
            client_key: None,
            dry_run: false,
            strict: false,
        };
        self.node.contribute(request).await.unwrap()
    }

    async fn report(&self, name: &str) -> VariantReport {
        let as_of = self.node.as_of(None).await.unwrap();
        let found = self.node.look_up(name, as_of, Viewer::Machine).await.unwrap();
        found.report.unwrap_or_else(|| panic!("{name} is not found"))
    }
}

#[tokio::test]
async fn vcv000017662_is_aggregated_as_clinvar_did() {
    let scene = Scene::new().await;
    scene.import("North Lab", "VCV000017662.xml", sample("VCV000017662_BRCA1_75_submissions.xml")).await;
    let report = scene.report("ClinVar:17662").await;
    let whole = &report.aggregates[0];
    assert_eq!(whole.classification, "Pathogenic");
    assert_eq!(whole.review_status.label(), "reviewed by expert panel");
    assert_eq!((whole.stars, whole.statements, whole.laboratories), (3, 75, 71));
    let deciding: Vec<_> = whole.members.iter().filter(|member| member.role == Role::Decides).collect();
    assert_eq!(deciding.len(), 1, "the expert panel alone decides");
    assert_eq!(whole.rules, "clinvar-aggregate-2024.2");
}

#[tokio::test]
async fn computing_everything_again_adds_nothing() {
    let scene = Scene::new().await;
    scene.import("North Lab", "VCV000017662.xml", sample("VCV000017662_BRCA1_75_submissions.xml")).await;
    let before = scene.report("ClinVar:17662").await;
    let entry = scene.node.as_of(None).await.unwrap();
    let done = scene.node.recompute_aggregates().await.unwrap();
    assert_eq!((done.changed, done.say_something_else), (0, 0));
    assert!(done.variants >= 1);
    assert_eq!(scene.node.as_of(None).await.unwrap(), entry, "no entry without a change");
    assert_eq!(scene.report("ClinVar:17662").await.aggregates, before.aggregates);
}

#[tokio::test]
async fn what_is_lost_is_computed_from_the_statements_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let open = async || {
        Node::with_reference(DataFolder::new(folder.path()), Reference::bundled(), World::real()).await.unwrap()
    };
    let scene = Scene { node: open().await, _folder: tempfile::tempdir().unwrap() };
    scene.import("North Lab", "VCV000017662.xml", sample("VCV000017662_BRCA1_75_submissions.xml")).await;
    scene.import("South Lab", "records.xml", sample("clinvar_this_records_with_hpo.xml")).await;
    let before = scene.report("ClinVar:17662").await;
    let versions = scene.node.aggregate_history(before.variant.serial, scene.node.as_of(None).await.unwrap()).await;
    let count = |rows: &[cairn_node::aggregate::RecordedAggregate]| rows.iter().filter(|row| row.holds).count();
    let held = count(&versions.unwrap());
    scene.node.close().await;
    let record = format!("sqlite:{}", DataFolder::new(folder.path()).record().display());
    let pool = sqlx::SqlitePool::connect(&record).await.unwrap();
    for table in ["aggregate_version", "aggregate_basis"] {
        sqlx::query(sqlx::AssertSqlSafe(format!("DELETE FROM {table}"))).execute(&pool).await.unwrap();
    }
    pool.close().await;

    let scene = Scene { node: open().await, _folder: tempfile::tempdir().unwrap() };
    let done = scene.node.recompute_aggregates().await.unwrap();
    assert!(done.variants >= 30 && done.changed >= 2 * 30, "{done:?}");
    let after = scene.report("ClinVar:17662").await;
    assert_eq!((&after.aggregates, &after.by_condition), (&before.aggregates, &before.by_condition));
    let as_of = scene.node.as_of(None).await.unwrap();
    let versions = scene.node.aggregate_history(before.variant.serial, as_of).await.unwrap();
    assert_eq!(
        (versions.iter().all(|row| row.version == 1), count(&versions)),
        (true, held),
        "all of them, recorded anew"
    );
    let again = scene.node.recompute_aggregates().await.unwrap();
    assert_eq!((again.changed, again.variants), (0, done.variants));
}

#[tokio::test]
async fn an_aggregate_is_read_as_of_a_moment() {
    let scene = Scene::new().await;
    let sheet = |class: &str| {
        format!("Gene\tVariant\tGuideline\tClassification\nBRCA1\tNM_007294.4:c.68_69del\tACMG 2015\t{class}\n")
    };
    scene.import("North Lab", "a.tsv", sheet("Pathogenic").into_bytes()).await;
    let first = scene.node.as_of(None).await.unwrap();
    scene.import("South Lab", "b.tsv", sheet("Benign").into_bytes()).await;
    let now = scene.report("NM_007294.4:c.68_69del").await;
    assert_eq!(now.aggregates[0].verdict, Verdict::Conflict);
    assert_eq!(now.aggregates[0].sides.number(), 5);
    let serial = now.variant.serial;
    let then = scene.node.variant_report(serial, first, Viewer::Machine).await.unwrap().unwrap();
    assert_eq!(then.aggregates[0].classification, "Pathogenic");
    assert_eq!(then.aggregates[0].members.len(), 1);
    // The laboratory changes its mind: the next version.
    scene.import("South Lab", "c.tsv", sheet("Likely pathogenic").into_bytes()).await;
    let last = scene.report("NM_007294.4:c.68_69del").await;
    assert_eq!(last.aggregates[0].classification, "Pathogenic/Likely pathogenic");
    assert_eq!(last.aggregates[0].stars, 2);
    assert_eq!(last.aggregates[0].members[1].version, 2);
}
