//! The ledger of a node: entries with their events, checkpoints, what is found when something was changed.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop there")]

use cairn_core::submission::Channel;
use cairn_ledger::leaf::Kind;
use cairn_ledger::policy::Policy;
use cairn_node::access::Viewer;
use cairn_node::contribute::Request;
use cairn_node::folder::DataFolder;
use cairn_node::ledger::{Event, TileFolder, append};
use cairn_node::world::World;
use cairn_node::{Node, NodeError};
use cairn_store::ledger::{entries_of_case, erase};
use cairn_store::serial::CaseSerial;
use std::path::Path;

const SHEET: &str = "Variant,Classification,Condition,Date last evaluated\n\
    NM_007294.4:c.68_69del,Pathogenic,Hereditary breast ovarian cancer syndrome,2021-05-04\n";

async fn open(place: &Path) -> Node {
    Node::open(DataFolder::new(place), World::real()).await.unwrap()
}

async fn send(node: &Node, text: &str) {
    let laboratory = node.add_laboratory("Genetics North", None).await.unwrap();
    let request = Request {
        laboratory,
        user: None,
        channel: Channel::Api,
        file: Some("ours.csv".into()),
        bytes: text.as_bytes().to_vec(),
        mapping: None,
        assembly: None,
        client_key: None,
        dry_run: false,
        strict: false,
    };
    assert!(node.contribute(request).await.unwrap().accession.is_some());
}

fn policy_event(n: u64) -> Event {
    Event::new(Kind::Policy).with("number", n)
}

async fn record(node: &Node, count: u64) {
    let all = (0..count).map(|n| {
        let node = node.clone();
        tokio::spawn(async move { node.record_event(policy_event(n)).await.unwrap() })
    });
    let all: Vec<_> = all.collect();
    let mut serials = Vec::new();
    for one in all {
        serials.push(one.await.unwrap());
    }
    serials.sort();
    serials.dedup();
    assert_eq!(serials.len() as u64, count, "each event has an entry of its own");
}

async fn faults(node: &Node) -> Vec<String> {
    node.check_ledger().await.unwrap().faults
}

#[tokio::test(flavor = "multi_thread")]
async fn a_submission_has_its_entries_under_a_checkpoint() {
    let place = tempfile::tempdir().unwrap();
    let node = open(place.path()).await;
    send(&node, SHEET).await;
    assert!(node.check_ledger().await.unwrap().waiting > 0);
    assert!(node.seal().await.unwrap() > 0);
    let shard = node.newest_shard().await.unwrap().unwrap();
    let viewer = Viewer::Member(node.laboratory("Genetics North").await.unwrap().serial);
    let entries = node.ledger_entries(&shard, 0, 100, Some(viewer)).await.unwrap();
    let classify = entries.iter().find(|entry| entry.leaf.kind == Kind::Classify).unwrap();
    let receipt = node.ledger_receipt(&shard, classify.index, Some(viewer)).await.unwrap().unwrap();
    let shown = receipt.check(&Policy::of_log(node.log_verifier(&shard).unwrap())).unwrap();
    let body = shown.body.unwrap();
    assert_eq!(body.get("laboratory").unwrap().as_text(), Some("Genetics North"));
    // Others see the leaf and not the body.
    let outside = node.ledger_receipt(&shard, classify.index, None).await.unwrap().unwrap();
    assert_eq!(outside.opening, None);
    assert_eq!(faults(&node).await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn many_events_at_once_grow_one_tree_that_goes_on_after_a_restart() {
    let place = tempfile::tempdir().unwrap();
    let node = open(place.path()).await;
    record(&node, 700).await;
    node.close().await;
    let node = open(place.path()).await;
    record(&node, 90).await;
    node.seal().await.unwrap();
    let shard = node.newest_shard().await.unwrap().unwrap();
    assert_eq!(shard.size, 790);
    for (old, new) in [(0, 790), (1, 790), (256, 700), (512, 513), (790, 790)] {
        node.ledger_consistency(&shard, old, new).await.unwrap();
    }
    assert!(node.ledger_consistency(&shard, 1, 791).await.is_err());
    let found = node.check_ledger().await.unwrap();
    assert_eq!((found.entries, found.bodies, found.waiting, found.faults), (790, 790, 0, Vec::new()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_that_is_not_committed_leaves_no_entry() {
    let place = tempfile::tempdir().unwrap();
    let node = open(place.path()).await;
    let mut writer = node.store().write().await.unwrap();
    append(&mut writer, &node, policy_event(1)).await.unwrap();
    drop(writer);
    assert_eq!(node.seal().await.unwrap(), 0);
    assert!(node.newest_shard().await.unwrap().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn lost_tiles_are_made_again_and_changed_ones_are_found() {
    let place = tempfile::tempdir().unwrap();
    let node = open(place.path()).await;
    record(&node, 300).await;
    node.close().await;
    let shard = node.newest_shard().await;
    assert!(shard.is_err(), "a closed node answers nothing");
    let year = open(place.path()).await.newest_shard().await.unwrap().unwrap().year;
    let tiles = TileFolder::of(&DataFolder::new(place.path()), year);
    for name in ["tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1", "tile/entries/000", "tile/entries/001.p/44"] {
        let path = tiles.path().join(name);
        let good = std::fs::read(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut bad = good.clone();
        bad[good.len() / 2] ^= 0x10;
        std::fs::write(&path, bad).unwrap();
        let node = open(place.path()).await;
        let found = faults(&node).await;
        assert!(found.len() == 1 && found[0].contains(name), "{name}: {found:?}");
        std::fs::write(&path, good).unwrap();
    }
    std::fs::remove_dir_all(tiles.path()).unwrap();
    let node = open(place.path()).await;
    record(&node, 1).await;
    assert_eq!(node.seal().await.unwrap(), 1);
    assert_eq!(faults(&node).await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_older_than_its_tiles_is_refused() {
    let place = tempfile::tempdir().unwrap();
    let node = open(place.path()).await;
    record(&node, 5).await;
    node.close().await;
    let copy = place.path().join("older.sqlite");
    std::fs::copy(node.folder().record(), &copy).unwrap();
    let node = open(place.path()).await;
    record(&node, 5).await;
    node.close().await;
    std::fs::copy(&copy, node.folder().record()).unwrap();
    let node = open(place.path()).await;
    record(&node, 1).await;
    let refused = node.seal().await.unwrap_err();
    assert!(matches!(refused, NodeError::LedgerAhead { entry: 5, size: 5, .. }), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_log_key_is_refused() {
    let place = tempfile::tempdir().unwrap();
    let node = open(place.path()).await;
    record(&node, 1).await;
    let key = node.folder().keys().join("ledger.ed25519");
    let kept = std::fs::read(&key).unwrap();
    std::fs::write(&key, "11".repeat(32)).unwrap();
    assert!(matches!(node.seal().await, Err(NodeError::OtherLedgerKey(_))));
    std::fs::remove_file(&key).unwrap();
    assert!(matches!(node.seal().await, Err(NodeError::NoLedgerKey(_))));
    std::fs::write(&key, kept).unwrap();
    assert_eq!(node.seal().await.unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_operator_changes_in_the_record_is_found() {
    let place = tempfile::tempdir().unwrap();
    let node = open(place.path()).await;
    record(&node, 20).await;
    node.close().await;
    let pristine = std::fs::read(node.folder().record()).unwrap();
    for (change, expected) in [
        ("UPDATE ledger_entry SET body = x'a0' WHERE ledger_entry_id = 7", "entry 7 is not what its leaf commits to"),
        ("UPDATE ledger_entry SET salt = NULL WHERE ledger_entry_id = 7", "entry 7 has lost its body or salt"),
        (
            "UPDATE ledger_entry SET salt = NULL, body = NULL, erased_by = 9 WHERE ledger_entry_id = 7",
            "entry 9 is no erasure",
        ),
        ("UPDATE ledger_entry SET kind = 'export' WHERE ledger_entry_id = 7", "entry 7 is not what its leaf says"),
        ("UPDATE ledger_entry SET moment = moment - 90000000 WHERE ledger_entry_id = 7", "entry 7 is"),
        (
            "UPDATE ledger_entry SET leaf = (SELECT leaf FROM ledger_entry WHERE ledger_entry_id = 8) WHERE ledger_entry_id = 7",
            "do not lead to the root",
        ),
        ("DELETE FROM ledger_entry WHERE ledger_entry_id = 7", "entry 7 is gone"),
        ("DELETE FROM ledger_entry WHERE ledger_entry_id = 20", "entry 20 is gone"),
        ("UPDATE ledger_shard SET size = 19", "is not the one that was signed"),
        ("UPDATE ledger_shard SET root = zeroblob(32)", "do not lead to the root"),
        ("UPDATE ledger_shard SET checkpoint = replace(checkpoint, '20', '19')", "signature"),
        ("UPDATE ledger SET log_key = witness_key", "no signature is by a key"),
        ("UPDATE ledger_day SET entries = 19", "counts of ledger entries"),
    ] {
        std::fs::write(node.folder().record(), &pristine).unwrap();
        let options = format!("sqlite://{}", node.folder().record().display());
        let mut connection = <sqlx::SqliteConnection as sqlx::Connection>::connect(&options).await.unwrap();
        sqlx::query(change).execute(&mut connection).await.unwrap();
        sqlx::Connection::close(connection).await.unwrap();
        let changed = open(place.path()).await;
        let found = faults(&changed).await;
        assert!(found.iter().any(|fault| fault.contains(expected)), "{change}: {found:?}");
        changed.store().close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erased_case_says_nothing_and_the_ledger_still_holds() {
    let place = tempfile::tempdir().unwrap();
    let node = open(place.path()).await;
    send(&node, "Case,Variant,HPO\nP1,NM_007294.4:c.68_69del,HP:0001250\n").await;
    let case = CaseSerial::new(1);
    let before = entries_of_case(&mut *node.store().read().await.unwrap(), case).await.unwrap();
    assert!(!before.is_empty(), "a landed case has an entry");
    node.record_event(Event::new(Kind::ReadCase).about(case)).await.unwrap();
    let mut writer = node.store().write().await.unwrap();
    let by = append(&mut writer, &node, Event::new(Kind::Erase)).await.unwrap();
    assert_eq!(erase(&mut writer, case, by).await.unwrap(), before.len() as u64 + 1);
    writer.commit().await.unwrap();
    node.seal().await.unwrap();
    let found = node.check_ledger().await.unwrap();
    assert_eq!((found.erased, found.faults), (before.len() as u64 + 1, Vec::new()));
    let after = node.record_event(Event::new(Kind::ReadCase).about(case)).await;
    assert!(after.unwrap_err().to_string().contains("erased"));
}

/// What a crash leaves between making tiles durable and moving the checkpoint.
#[tokio::test(flavor = "multi_thread")]
async fn tiles_ahead_of_the_checkpoint_are_written_again_for_entries_that_the_record_has() {
    let place = tempfile::tempdir().unwrap();
    let node = open(place.path()).await;
    record(&node, 250).await;
    node.seal().await.unwrap();
    record(&node, 20).await;
    // Without the sequencer: the entries are in the record and not under the checkpoint.
    node.store().close().await;
    let before = place.path().join("before.sqlite");
    std::fs::copy(node.folder().record(), &before).unwrap();
    let node = open(place.path()).await;
    assert_eq!(node.seal().await.unwrap(), 20);
    let sealed = node.newest_shard().await.unwrap().unwrap();
    node.store().close().await;
    std::fs::copy(&before, node.folder().record()).unwrap();
    let node = open(place.path()).await;
    assert_eq!(node.newest_shard().await.unwrap().unwrap().size, 250);
    assert_eq!(node.seal().await.unwrap(), 20);
    assert_eq!(node.newest_shard().await.unwrap().unwrap().root, sealed.root);
    assert_eq!(faults(&node).await, Vec::<String>::new());
}

/// The last seconds of 2026 and the first of 2027, as the test moves it.
static CLOCK: std::sync::atomic::AtomicI64 = std::sync::atomic::AtomicI64::new(1_798_761_590);

#[tokio::test(flavor = "multi_thread")]
async fn a_year_ends_its_log_stays_verifiable_and_the_next_begins() {
    use std::sync::atomic::Ordering;
    let now = || jiff::Timestamp::from_second(CLOCK.load(Ordering::SeqCst)).unwrap();
    let place = tempfile::tempdir().unwrap();
    let world = World { now, random: World::real().random };
    let node = Node::open(DataFolder::new(place.path()), world).await.unwrap();
    record(&node, 3).await;
    node.seal().await.unwrap();
    record(&node, 1).await;
    CLOCK.fetch_add(20, Ordering::SeqCst);
    record(&node, 2).await;
    assert_eq!(node.seal().await.unwrap(), 3);
    let shards = node.shards().await.unwrap();
    let seen: Vec<_> = shards.iter().map(|shard| (shard.year, shard.size, shard.is_frozen)).collect();
    assert_eq!(seen, [(2026, 4, true), (2027, 2, false)]);
    for shard in &shards {
        let receipt = node.ledger_receipt(shard, 1, None).await.unwrap().unwrap();
        let shown = receipt.check(&Policy::of_log(node.log_verifier(shard).unwrap())).unwrap();
        assert!(shown.checkpoint.origin.ends_with(&format!("/{}", shard.year)));
    }
    // A clock that is set back does not bring the old year back.
    CLOCK.fetch_sub(86_400, Ordering::SeqCst);
    record(&node, 1).await;
    node.seal().await.unwrap();
    assert_eq!(node.newest_shard().await.unwrap().unwrap().size, 3);
    assert_eq!(faults(&node).await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn look_ups_are_counted_by_laboratory_and_purpose() {
    use cairn_core::user::Purpose;
    let place = tempfile::tempdir().unwrap();
    let node = open(place.path()).await;
    let north = node.add_laboratory("Genetics North", None).await.unwrap().serial;
    (0..5).for_each(|_| node.count_lookup(north, Purpose::ClinicalCare));
    assert_eq!(node.record_lookups().await.unwrap(), 1);
    assert_eq!(node.record_lookups().await.unwrap(), 0);
    node.seal().await.unwrap();
    let shard = node.newest_shard().await.unwrap().unwrap();
    let entries = node.ledger_entries(&shard, 0, 10, Some(Viewer::Member(north))).await.unwrap();
    let counted = entries.iter().find(|entry| entry.leaf.kind == Kind::QueryAggregate).unwrap();
    let body = counted.opening.as_ref().unwrap().body_of(&counted.leaf).unwrap();
    assert_eq!(body.get("count").unwrap().as_number(), Some(5));
}
