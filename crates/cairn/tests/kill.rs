//! The real program, killed at random moments while it imports: nothing acknowledged is lost,
//! nothing is stored twice, and the next run goes on.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its own data should stop there")]

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

const FILES: usize = 12;
const ROWS: usize = 150;
/// A run that is killed no more may take long on a loaded machine, but not forever.
const KILLS: usize = 12;

fn cairn(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cairn"));
    command.env("CAIRN_DATA", data).stderr(Stdio::inherit());
    command
}

fn sheet(folder: &Path, number: usize) -> PathBuf {
    let mut text = "Gene,Assembly,Chr,Pos,Ref,Alt,Classification,Condition,Record ID\n".to_owned();
    for row in 0..ROWS {
        let position = 50_000_000 + number * 10_000 + row;
        text += &format!("NF1,GRCh38,9,{position},A,G,Benign,Condition {row},R{number}-{row}\n");
    }
    let path = folder.join(format!("{number}.csv"));
    std::fs::write(&path, text).unwrap();
    path
}

/// Runs the import, kills it after `patience`, and gives the accessions it printed by file.
fn import(data: &Path, files: &[PathBuf], patience: Option<Duration>) -> (HashMap<String, String>, bool) {
    let mut child = cairn(data).arg("import").arg("--json").args(files).stdout(Stdio::piped()).spawn().unwrap();
    let output = child.stdout.take().unwrap();
    let reader = std::thread::spawn(move || BufReader::new(output).lines().map_while(Result::ok).collect::<Vec<_>>());
    if let Some(patience) = patience {
        std::thread::sleep(patience);
        let _ = child.kill();
    }
    let done = child.wait().unwrap().success();
    let lines = reader.join().unwrap();
    let outcomes = lines.iter().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    (outcomes.map(|o| (text(&o["source"]["file"]), text(&o["accession"]))).collect(), done)
}

#[tokio::test]
async fn nothing_acknowledged_is_lost_and_nothing_is_stored_twice() {
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("node");
    let made = cairn(&data).arg("init").arg(&data).args(["--lab", "North Lab"]).stdout(Stdio::null()).status();
    assert!(made.unwrap().success());
    let files: Vec<PathBuf> = (0..FILES).map(|number| sheet(place.path(), number)).collect();
    let mut acknowledged: HashMap<String, String> = HashMap::new();
    for round in 0..KILLS {
        // Moments that differ from run to run, from before the record is open to deep inside.
        let moment =
            u64::from(std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().subsec_nanos());
        let patience = Duration::from_millis(40 + (round as u64 * 90) + moment % 250);
        let (now, _) = import(&data, &files, Some(patience));
        for (file, accession) in now {
            let before = acknowledged.entry(file.clone()).or_insert_with(|| accession.clone());
            assert_eq!(*before, accession, "{file} has one accession in every run");
        }
    }
    let (finally, done) = import(&data, &files, None);
    assert!(done);
    assert_eq!(finally.len(), FILES);
    for (file, accession) in &acknowledged {
        assert_eq!(finally.get(file), Some(accession), "{file} was acknowledged before a kill");
    }
    println!("{} of {FILES} files were acknowledged before or between kills", acknowledged.len());
    let distinct: std::collections::HashSet<_> = finally.values().collect();
    assert_eq!(distinct.len(), FILES);
    check_record(&data, place.path()).await;
    check_ledger(&data);
}

/// Every landing has its entry, all of them under the checkpoint, whatever was killed between tiles and checkpoint.
fn check_ledger(data: &Path) {
    let checked = cairn(data).arg("verify").output().unwrap();
    let text = String::from_utf8_lossy(&checked.stdout).into_owned();
    assert!(checked.status.success(), "{text}");
    // One for the laboratory's key, one for its approval and one for each file.
    let expected = format!("ledger: {} entries under a checkpoint, 0 waiting", FILES + 2);
    assert!(text.contains(&expected), "{text}");
}

/// Every file once, with its exact bytes; every row once.
async fn check_record(data: &Path, sheets: &Path) {
    use cairn_store::{entry, laboratory, serial, statement, submission};
    let node = cairn_node::Node::open(cairn_node::folder::DataFolder::new(data), cairn_node::world::World::real());
    let node = node.await.unwrap();
    let mut reader = node.store().read().await.unwrap();
    let as_of = entry::now(&mut reader).await.unwrap();
    let lab = laboratory::find(&mut reader, "north-lab").await.unwrap().unwrap();
    let sent = submission::of_laboratory(&mut reader, lab.serial, as_of, None, 1000).await.unwrap();
    assert_eq!(sent.len(), FILES);
    for one in &sent {
        let file = one.submission.source.file.clone().unwrap();
        let bytes = submission::content(&mut reader, node.keys(), one.serial).await.unwrap().unwrap();
        assert_eq!(bytes, std::fs::read(sheets.join(&file)).unwrap(), "{file}");
    }
    let first = serial::StatementSerial::new(0);
    let all = statement::of_laboratory(&mut reader, lab.serial, as_of, first, 100_000).await.unwrap();
    assert_eq!(all.len(), FILES * ROWS);
    assert!(all.iter().all(|s| s.statement.version == 1));
}
