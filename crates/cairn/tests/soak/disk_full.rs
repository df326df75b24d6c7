//! A disk without room: reading goes on, writing refuses with 507, and goes on by itself once there is room.

use crate::machine::SmallDisk;
use crate::node::{Acknowledged, Node, Serving, Sheet, holds_exactly, note};
use crate::trial::Trial;
use std::time::{Duration, Instant};

/// Rows of a sheet.
const ROWS: usize = 60;
/// What is looked up while the disk is full: a variant of the first sheet.
const KNOWN: &str = "/api/v1/variants/GRCh38%209-1000000-A-G";
/// How long writing may take to come back.
const PATIENCE: Duration = Duration::from_secs(10);

#[test]
fn disk_full() {
    let trial = Trial::new("disk-full", 1);
    let place = tempfile::tempdir().unwrap();
    let Some(disk) = SmallDisk::mount(&place.path().join("disk"), 48) else {
        return trial.not_run("this account may not mount a file system in memory");
    };
    let node = Node::make(&place.path().join("disk/node"));
    let (ballast, rest) = (place.path().join("disk/ballast"), place.path().join("disk/rest"));
    let serving = node.start();
    let (mut sheets, mut acknowledged) = (Vec::new(), Acknowledged::new());
    let (mut refused, mut reads) = (0, 0);
    for round in 0..trial.rounds {
        let sheet = Sheet::new(sheets.len(), ROWS);
        note(&mut acknowledged, &sheet, &serving.send(&sheet).expect("it answers"));
        sheets.push(sheet);
        std::fs::write(&ballast, vec![1; 8 << 20]).unwrap();
        // Whatever room is left, to the last byte but those that the node may need for one landing.
        fill(&rest, numbers_left(round));
        let mut waiting = send_until_refused(&serving, &mut sheets, &mut acknowledged);
        for _ in 0..20 {
            let read = serving.get(KNOWN).expect("reading goes on");
            assert_eq!(read.status, 200, "{read:?}");
            reads += 1;
            let again = serving.send(&waiting).expect("it answers");
            if again.status == 507 {
                refused += 1;
            } else {
                // The journal was folded meanwhile and has room for one more.
                note(&mut acknowledged, &waiting, &again);
                waiting = send_until_refused(&serving, &mut sheets, &mut acknowledged);
            }
        }
        std::fs::remove_file(&ballast).unwrap();
        let _ = std::fs::remove_file(&rest);
        let begun = Instant::now();
        loop {
            let answer = serving.send(&waiting).expect("it answers");
            if answer.status != 507 {
                note(&mut acknowledged, &waiting, &answer);
                break;
            }
            assert!(begun.elapsed() < PATIENCE, "writing did not come back: {answer:?}");
            std::thread::sleep(Duration::from_millis(100));
        }
    }
    serving.stop();
    node.is_whole();
    holds_exactly(&node, &sheets, &acknowledged);
    drop(disk);
    trial.passed(&format!(
        "{} times full: {reads} of {reads} look-ups answered, {refused} landings refused with 507 and none otherwise, writing again within {} s of room; nothing lost or doubled, fsck and verify clean",
        trial.rounds,
        PATIENCE.as_secs()
    ));
}

/// Room that is left when a round begins: none, a little, more.
fn numbers_left(round: usize) -> usize {
    [0, 64 << 10, 1 << 20][round % 3]
}

/// Takes what room there is, but so many bytes.
fn fill(path: &std::path::Path, but: usize) {
    use std::io::Write;
    let mut file = std::fs::File::create(path).unwrap();
    let page = [1; 4096];
    let mut written: u64 = 0;
    while file.write_all(&page).is_ok() {
        written += page.len() as u64;
    }
    file.set_len(written.saturating_sub(but as u64)).unwrap();
}

/// Sends new sheets until one is refused; that one.
fn send_until_refused(serving: &Serving, sheets: &mut Vec<Sheet>, acknowledged: &mut Acknowledged) -> Sheet {
    loop {
        let sheet = Sheet::new(sheets.len(), ROWS);
        sheets.push(sheet.clone());
        let answer = serving.send(&sheet).expect("it answers");
        if matches!(answer.status, 200 | 201) {
            note(acknowledged, &sheet, &answer);
            continue;
        }
        assert_eq!(answer.status, 507, "{answer:?}");
        assert_eq!(answer.header("retry-after"), Some("30"), "{answer:?}");
        let problem = answer.json();
        assert_eq!(problem["code"], "node.disk_full", "{problem}");
        assert!(problem["remedy"].as_str().is_some_and(|remedy| remedy.contains("room")), "{problem}");
        return sheet;
    }
}
