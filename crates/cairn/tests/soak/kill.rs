//! Kill -9 while laboratories send: nothing acknowledged is lost, nothing is stored twice.

use crate::node::{Acknowledged, Node, Sheet, holds_exactly, note, send};
use crate::trial::Trial;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Senders at one time.
const SENDERS: usize = 3;
/// Rows of a sheet.
const ROWS: usize = 12;

#[test]
fn kill() {
    let trial = Trial::new("kill", 6);
    let mut numbers = trial.numbers();
    let place = tempfile::tempdir().unwrap();
    let node = Node::make(&place.path().join("node"));
    let next = AtomicUsize::new(0);
    let pending: Mutex<Vec<Sheet>> = Mutex::default();
    let sheets: Mutex<Vec<Sheet>> = Mutex::default();
    let acknowledged: Mutex<Acknowledged> = Mutex::default();
    let mut cut = 0;
    let landing = one_landing(&node, &sheets, &acknowledged, &next);
    for round in 0..trial.rounds {
        let serving = node.start();
        let (address, authorization) = (serving.address.clone(), serving.authorization());
        // From before the first row is read to deep in the background work behind several landings: up to four times
        // what a landing takes here.
        let patience = Duration::from_millis(numbers.below(landing.max(200) * 4));
        std::thread::scope(|scope| {
            for _ in 0..SENDERS {
                scope.spawn(|| {
                    loop {
                        let waiting = pending.lock().unwrap().pop();
                        let sheet = waiting.unwrap_or_else(|| {
                            let sheet = Sheet::new(next.fetch_add(1, Ordering::Relaxed), ROWS);
                            sheets.lock().unwrap().push(sheet.clone());
                            sheet
                        });
                        let Some(answer) = send(&address, &authorization, &sheet) else {
                            pending.lock().unwrap().push(sheet);
                            return;
                        };
                        note(&mut acknowledged.lock().unwrap(), &sheet, &answer);
                    }
                });
            }
            std::thread::sleep(patience);
            serving.kill();
        });
        cut += pending.lock().unwrap().len();
        if round % 20 == 19 {
            node.is_whole();
        }
    }
    let kept = acknowledged.lock().unwrap().clone();
    let serving = node.start();
    let sheets = sheets.into_inner().unwrap();
    let mut finally = kept.clone();
    for sheet in &sheets {
        let answer = serving.send(sheet).expect("it answers");
        let was_kept = answer.json()["is_repeated"] == true;
        assert!(was_kept || !kept.contains_key(&sheet.key), "{} was acknowledged and is lost", sheet.key);
        note(&mut finally, sheet, &answer);
    }
    serving.stop();
    node.is_whole();
    holds_exactly(&node, &sheets, &finally);
    trial.passed(&format!(
        "{} kills during {} sheets, {cut} requests cut off: {} acknowledged before, 0 lost, 0 doubled; fsck and verify clean",
        trial.rounds,
        sheets.len(),
        kept.len()
    ));
}

/// Lands one sheet; how many milliseconds it took.
fn one_landing(node: &Node, sheets: &Mutex<Vec<Sheet>>, acknowledged: &Mutex<Acknowledged>, next: &AtomicUsize) -> u64 {
    let sheet = Sheet::new(next.fetch_add(1, Ordering::Relaxed), ROWS);
    sheets.lock().unwrap().push(sheet.clone());
    let serving = node.start();
    let begun = Instant::now();
    note(&mut acknowledged.lock().unwrap(), &sheet, &serving.send(&sheet).expect("it answers"));
    let took = begun.elapsed();
    serving.stop();
    took.as_millis() as u64
}
