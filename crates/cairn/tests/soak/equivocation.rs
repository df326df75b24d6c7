//! One log, two histories, two witnesses; and a log that forgot.

use crate::node::{Node, Serving, Sheet, cairn, done};
use crate::trial::Trial;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

#[test]
fn equivocation() {
    let trial = Trial::new("equivocation", 1);
    let place = tempfile::tempdir().unwrap();
    let log = Node::make(&place.path().join("log"));
    land(&log, 0);
    let keys = done(&cairn(&log.data, &["ledger", "keys"]));
    let key = keys.lines().rev().find_map(|line| line.strip_prefix("log ")).unwrap().to_owned();
    let (north, south) = (witness(&place.path().join("north"), &key), witness(&place.path().join("south"), &key));
    let (north_serves, south_serves) = (north.start(), south.start());
    let lines = [line("north", &north, &north_serves), line("south", &south, &south_serves)];
    // The copy goes another way from here on.
    let copy = log.moved(&place.path().join("copy"));
    duplicate(&log.data, &copy.data);

    // Each history with a witness of its own: each is signed, for neither witness saw the other.
    let signed = lead(&log, &lines[0], "north", 1..3);
    let forked = lead(&copy, &lines[1], "south", 11..15);
    assert_ne!(signed, forked, "two histories under one key");

    // Shown to the witness of the other history, each is caught before it serves again.
    policy(&log, &lines[1], "south");
    let caught = log.refuses_to_start().expect("its history is not the one that south signed");
    assert!(caught.contains("has signed this log"), "{caught}");
    policy(&copy, &lines[0], "north");
    let caught = copy.refuses_to_start().expect("its history is not the one that north signed");
    assert!(caught.contains("two histories"), "{caught}");

    // Who asks for both signatures accepts neither.
    let both =
        format!("log {key}\n{}{}group both all north south\nquorum both\n", unnamed(&lines[0]), unnamed(&lines[1]));
    let both_file = place.path().join("both.policy");
    std::fs::write(&both_file, both).unwrap();
    for node in [&log, &copy] {
        std::fs::remove_file(node.data.join("witnesses.policy")).unwrap();
        let serving = node.start();
        let url = format!("http://{}/log", serving.address);
        let checked = cairn(&node.data, &["verify", &url, "--policy", &both_file.to_string_lossy()]);
        assert!(!checked.status.success(), "{checked:?}");
        serving.stop();
    }

    forgetful(&log, place.path(), &lines[0]);
    for serving in [north_serves, south_serves] {
        serving.stop();
    }
    trial.passed(
        "two histories under one key, each signed by one witness: each refused at start by the other witness, accepted by no policy that asks both; a record older than its tiles, and a whole folder older than its witness, refused at start",
    );
}

/// A log that was rolled back does not start: its tiles know more, or its witness does.
fn forgetful(log: &Node, place: &Path, north: &str) {
    policy(log, north, "north");
    let before = place.join("before");
    duplicate(&log.data, &before);
    lead(log, north, "north", 20..23);
    // The record alone is the old one.
    let torn = log.moved(&place.join("torn"));
    duplicate(&log.data, &torn.data);
    std::fs::copy(before.join("record.sqlite"), torn.data.join("record.sqlite")).unwrap();
    let refused = torn.refuses_to_start().expect("the tiles hold more than the record");
    assert!(refused.contains("the record is an older copy"), "{refused}");
    let checked = cairn(&torn.data, &["fsck"]);
    assert!(!checked.status.success(), "{checked:?}");
    // Everything is the old one.
    let old = log.moved(&before);
    let refused = old.refuses_to_start().expect("the witness has signed more");
    assert!(refused.contains("has signed this log"), "{refused}");
}

/// Lands one sheet, with the node stopped before and after.
fn land(node: &Node, number: usize) {
    let serving = node.start();
    let answer = serving.send(&Sheet::new(number, 3)).expect("it answers");
    assert_eq!(answer.status, 201, "{answer:?}");
    serving.stop();
}

/// Serves a node with one witness while sheets land, until the witness has signed; the signed checkpoint.
fn lead(node: &Node, line: &str, name: &str, sheets: std::ops::Range<usize>) -> String {
    policy(node, line, name);
    let serving = node.start();
    let size = size_of(&checkpoint(&serving)) + sheets.len();
    for number in sheets {
        assert_eq!(serving.send(&Sheet::new(number, 3)).expect("it answers").status, 201);
    }
    let until = Instant::now() + Duration::from_secs(60);
    loop {
        let note = checkpoint(&serving);
        // All that landed, with the log's own signature and the witness's.
        let signatures = note.lines().filter(|line| line.starts_with('\u{2014}')).count();
        if size_of(&note) >= size && signatures == 2 {
            serving.stop();
            return note;
        }
        assert!(Instant::now() < until, "{name} does not sign: {note}");
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// Entries under a checkpoint: its second line.
fn size_of(note: &str) -> usize {
    note.lines().nth(1).unwrap().parse().unwrap()
}

fn checkpoint(serving: &Serving) -> String {
    let answer = serving.get("/log/checkpoint").expect("it answers");
    assert_eq!(answer.status, 200);
    answer.body
}

/// A node that is a witness of a log.
fn witness(data: &Path, key: &str) -> Node {
    let node = Node::make(data);
    done(&cairn(data, &["ledger", "witness", "add", key]));
    node
}

/// How a policy names a witness.
fn line(name: &str, node: &Node, serving: &Serving) -> String {
    let keys = done(&cairn(&node.data, &["ledger", "keys"]));
    let key = keys.lines().find_map(|line| line.strip_prefix("witness ")).unwrap().to_owned();
    format!("witness {name} {key} http://{}/log/witness\n", serving.address)
}

/// The same without an address.
fn unnamed(line: &str) -> String {
    let words: Vec<&str> = line.split_whitespace().take(3).collect();
    format!("{}\n", words.join(" "))
}

fn policy(node: &Node, line: &str, name: &str) {
    std::fs::write(node.data.join("witnesses.policy"), format!("{line}quorum {name}\n")).unwrap();
}

fn duplicate(from: &Path, to: &Path) {
    assert!(Command::new("cp").arg("-a").arg(from).arg(to).status().unwrap().success());
}
