//! Snapshots of an archive in the order of their dates: every changed set of classes is an alert, and
//! nothing else is. What is expected comes from a script that shares no code with the node.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its own data should stop there")]

use cairn_core::alert::{Subject, Trigger};
use cairn_core::change::{Classes, Opinion};
use cairn_core::submission::Channel;
use cairn_node::access::Viewer;
use cairn_node::alert::inbox::NoticeFilter;
use cairn_node::contribute::Request;
use cairn_node::folder::DataFolder;
use cairn_node::world::World;
use cairn_node::{Node, NodeError};
use cairn_reference::Reference;
use cairn_store::alert::RecordedAlert;
use cairn_store::serial::AlertSerial;
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};

const DATES: [&str; 5] = ["2015-11-16", "2015-12-11", "2016-03-09", "2016-04-20", "2016-05-20"];

/// Each test runs in a process of its own, or sets the clock before it asks.
static SECOND: AtomicI64 = AtomicI64::new(1_800_000_000);

fn clock() -> Timestamp {
    Timestamp::from_second(SECOND.load(Ordering::SeqCst)).unwrap()
}

fn on(date: &str) -> Timestamp {
    format!("{date}T00:00:00Z").parse().unwrap()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/clinvar/replay")
}

async fn import(node: &Node, date: &str) -> Result<(), NodeError> {
    SECOND.store(on(date).as_second(), Ordering::SeqCst);
    node.replay_from(on(date)).await?;
    let file = format!("clinvar_GRCh37_{date}.eight_genes.tsv.gz");
    let request = Request {
        laboratory: node.laboratory("North Lab").await?,
        user: None,
        channel: Channel::Command,
        bytes: std::fs::read(folder().join(&file)).unwrap(),
        file: Some(file),
        mapping: None,
        assembly: None,
        client_key: None,
        dry_run: false,
        strict: false,
    };
    let outcome = node.contribute(request).await?;
    assert!(outcome.accepted() > 0, "{date}: {:?}", outcome.problems.first());
    Ok(())
}

async fn all_alerts(node: &Node) -> Vec<RecordedAlert> {
    let as_of = node.as_of(None).await.unwrap();
    node.alerts(Viewer::Machine, None, as_of, AlertSerial::new(0), 100_000).await.unwrap()
}

/// Date, place and both sets, as the script writes them.
fn lines(alert: &RecordedAlert) -> impl Iterator<Item = String> {
    let date = alert.recorded.strftime("%Y-%m-%d").to_string();
    let words = |classes: &Classes| classes.words().map(str::to_lowercase).collect::<BTreeSet<_>>();
    let joined = move |classes: &Classes| words(classes).into_iter().collect::<Vec<_>>().join("|");
    let told = alert.story.statements.clone();
    told.into_iter().map(move |news| {
        let key = news.key.unwrap();
        let place = key.strip_prefix("ClinVar:GRCh37:").unwrap();
        format!("{date}\t{place}\t{}\t{}", joined(&news.from), joined(&news.to))
    })
}

#[tokio::test]
async fn five_snapshots_alert_of_exactly_what_changed() {
    let place = tempfile::tempdir().unwrap();
    let world = World { now: clock, random: World::real().random };
    let node = Node::with_reference(DataFolder::new(place.path()), Reference::bundled(), world).await.unwrap();
    // The node was set up years after the snapshots; while nothing is submitted that does not matter.
    node.add_laboratory("North Lab", None).await.unwrap();
    for date in DATES {
        import(&node, date).await.unwrap();
    }
    let alerts = all_alerts(&node).await;
    let expected = std::fs::read_to_string(folder().join("expected.tsv")).unwrap();
    let expected: BTreeSet<String> = expected.lines().map(str::to_owned).collect();
    let found: BTreeSet<String> = alerts.iter().flat_map(lines).collect();
    let missed: Vec<_> = expected.difference(&found).collect();
    let beyond: Vec<_> = found.difference(&expected).collect();
    assert!(missed.is_empty() && beyond.is_empty(), "missed {missed:?}\nbeyond {beyond:?}");

    assert!(alerts.iter().all(|alert| alert.cause == Trigger::Summary && alert.opinion.is_some()));
    let of = |opinion| alerts.iter().filter(|alert| alert.opinion == Some(opinion)).count();
    assert!([Opinion::New, Opinion::Lost, Opinion::Undecidable].into_iter().all(|opinion| of(opinion) > 0));
    for alert in alerts.iter().filter(|alert| alert.opinion == Some(Opinion::Lost)) {
        let (from, to) = (alert.story.from.as_ref().unwrap(), alert.story.to.as_ref().unwrap());
        assert!(to.words().all(|word| from.words().any(|before| before == word)), "{from} became {to}");
    }

    // What was sent before changes nothing, and an earlier day is refused with both days named.
    let submissions = alerts.len();
    import(&node, "2016-05-20").await.unwrap();
    assert_eq!(all_alerts(&node).await.len(), submissions);
    let refused = import(&node, "2016-03-09").await.unwrap_err().to_string();
    assert!(refused.contains("reaches 2016-05-20") && refused.contains("2016-03-09"), "{refused}");
}

#[tokio::test]
async fn a_guideline_added_before_a_replay_keeps_its_day() {
    let place = tempfile::tempdir().unwrap();
    let world = World { now: clock, random: World::real().random };
    let node = Node::with_reference(DataFolder::new(place.path()), Reference::bundled(), world).await.unwrap();
    node.add_laboratory("North Lab", None).await.unwrap();
    let today = clock();
    let text = r#"{"id":"house","version":"1","title":"House rules","date":"2014-01-01","track":"germline",
        "source":"a test","provenance":"a test","extends":"acmg-amp@2015","criteria":[]}"#;
    node.add_guideline(text.as_bytes(), Some("house.json"), None).await.unwrap();
    import(&node, "2015-11-16").await.unwrap();
    import(&node, "2015-12-11").await.unwrap();
    let then = node.as_of(Some(on("2015-11-16"))).await.unwrap();
    let (all, files) = node.guidelines_and_files(then).await.unwrap();
    assert!(all.find("house@1").is_ok(), "the replayed record has it from its first day");
    assert_eq!(files[0].recorded, today, "and says when it was added");
}

#[tokio::test]
async fn twenty_laboratories_that_follow_a_gene_get_one_notice_a_step_and_one_letter_a_day() {
    const FOLLOWERS: usize = 20;
    let place = tempfile::tempdir().unwrap();
    let world = World { now: clock, random: World::real().random };
    let node = Node::with_reference(DataFolder::new(place.path()), Reference::bundled(), world).await.unwrap();
    SECOND.store(on("2015-11-16").as_second(), Ordering::SeqCst);
    node.replay_from(clock()).await.unwrap();
    node.add_laboratory("North Lab", None).await.unwrap();
    let mut followers = Vec::new();
    for number in 1..=FOLLOWERS {
        let laboratory = node.add_laboratory(&format!("Laboratory {number}"), None).await.unwrap();
        node.subscribe(laboratory.serial, Subject::Gene, "BRCA1", None).await.unwrap();
        node.set_contact(laboratory.serial, &format!("lab{number}@example.org"), None, None).await.unwrap();
        followers.push(laboratory.serial);
    }
    let expected = std::fs::read_to_string(folder().join("expected.tsv")).unwrap();
    for date in &DATES[..3] {
        import(&node, date).await.unwrap();
        let changed = expected.lines().filter(|line| line.starts_with(date) && line.contains("\t17-41")).count();
        let as_of = node.as_of(None).await.unwrap();
        for follower in &followers {
            let filter = NoticeFilter { cause: Some(Trigger::Summary), ..NoticeFilter::default() };
            let notices = node.notices(*follower, filter, as_of, None, 1_000).await.unwrap();
            let today: Vec<u64> = notices.iter().filter(|n| n.recorded == on(date)).map(|n| n.alerts).collect();
            assert!(today.len() <= 1, "{date}: {today:?}");
            // An allele whose class changed twice in the extract is one alert of each step.
            assert!(today.first().copied().unwrap_or(0) as usize >= changed, "{date}: {today:?} of {changed}");
        }
        let letters = node.write_digests(clock()).await.unwrap();
        assert!(letters as usize <= FOLLOWERS, "{date}: {letters} letters");
        assert_eq!(node.write_digests(clock()).await.unwrap(), 0, "{date}: a second letter");
    }
}
