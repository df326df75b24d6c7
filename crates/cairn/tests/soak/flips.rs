//! One byte changes somewhere on the disk: the check of the node finds it, or nothing that is kept is different.
//!
//! Three places: a node that was stopped, one that was killed with a journal beside its record, and a backup. After each
//! flip the check of `cairn fsck` runs; where it finds nothing, every row of every table must still be what it was.

use crate::node::{Node, Sheet, cairn, done, note};
use crate::trial::{Numbers, Trial};
use cairn_node::check::journal_fault;
use cairn_node::folder::DataFolder;
use cairn_node::world::World;
use sqlx::{Connection, Row};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Everything that stands in the tables, and nothing that only helps to check it.
type Content = BTreeMap<String, Vec<String>>;

/// A folder to damage copies of.
struct Place {
    name: &'static str,
    folder: PathBuf,
    /// Files with their sizes.
    files: Vec<(PathBuf, u64)>,
    content: Content,
}

#[derive(Default)]
struct Tally {
    flips: usize,
    found: usize,
    without_effect: usize,
}

#[test]
fn flips() {
    let trial = Trial::new("flips", 30);
    let mut numbers = trial.numbers();
    let place = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let places = runtime.block_on(places(place.path()));
    let work = place.path().join("work");
    let mut tallies: BTreeMap<String, Tally> = BTreeMap::new();
    let mut missed = Vec::new();
    for round in 0..trial.rounds {
        let place = &places[round % places.len()];
        let (file, offset) = choose(place, &mut numbers);
        let bits = 1 + numbers.below(255) as u8;
        copy_folder(&place.folder, &work);
        flip(&work.join(&file), offset, bits);
        let tally = tallies.entry(format!("{} {}", place.name, kind_of(&file))).or_default();
        tally.flips += 1;
        let verdict = runtime.block_on(verdict(&work, place, &file));
        match verdict {
            Verdict::Found => tally.found += 1,
            Verdict::WithoutEffect => tally.without_effect += 1,
            Verdict::Unseen(what) => {
                missed.push(format!("{}: byte {offset} of {} by {bits:#04x}: {what}", place.name, file.display()))
            }
        }
        std::fs::remove_dir_all(&work).unwrap();
    }
    assert!(missed.is_empty(), "{} flips went unseen:\n{}", missed.len(), missed.join("\n"));
    let lines: Vec<String> = tallies
        .iter()
        .map(|(name, t)| format!("{name}: {} flips, {} found, {} without effect", t.flips, t.found, t.without_effect))
        .collect();
    trial.passed(&format!("{} flips, 0 unseen; {}", trial.rounds, lines.join("; ")));
}

enum Verdict {
    Found,
    WithoutEffect,
    Unseen(String),
}

/// What the operator's check says, and, where it says nothing, whether anything that is kept is different.
async fn verdict(work: &Path, place: &Place, file: &Path) -> Verdict {
    if matches!(journal_fault(&DataFolder::new(work)), Ok(Some(_)) | Err(_)) {
        return Verdict::Found;
    }
    // Read before the node is opened, which goes on with its work.
    let content = content(work).await;
    if faults(work).await.is_some() {
        return Verdict::Found;
    }
    let Some(content) = content else { return Verdict::Unseen("it cannot be read".to_owned()) };
    let differs: Vec<&str> = place
        .content
        .iter()
        .filter(|(table, rows)| content.get(*table) != Some(rows))
        .map(|(t, _)| t.as_str())
        .collect();
    match () {
        () if !differs.is_empty() => Verdict::Unseen(format!("differs in {}", differs.join(", "))),
        () if is_database(file) || is_same_key(work, place, file) => Verdict::WithoutEffect,
        () => Verdict::Unseen("not a word about it".to_owned()),
    }
}

/// Whether a key file says the same: its digits may be large or small letters.
fn is_same_key(work: &Path, place: &Place, file: &Path) -> bool {
    let read = |folder: &Path| std::fs::read_to_string(folder.join(file)).unwrap_or_default().trim().to_lowercase();
    file.starts_with("keys") && read(work) == read(&place.folder)
}

/// The three folders, whole.
async fn places(place: &Path) -> Vec<Place> {
    let node = Node::make(&place.join("node"));
    let serving = node.start();
    let mut acknowledged = BTreeMap::new();
    for number in 0..6 {
        let sheet = Sheet::new(number, 20);
        note(&mut acknowledged, &sheet, &serving.send(&sheet).expect("it answers"));
    }
    serving.stop();
    let backup = place.join("backup");
    done(&cairn(&node.data, &["backup", &backup.to_string_lossy()]));
    // The keys have a backup of their own; both together are a node.
    copy_folder(&node.data.join("keys"), &backup.join("keys"));
    let killed = node.moved(&place.join("killed"));
    copy_folder(&node.data, &killed.data);
    let serving = killed.start();
    for number in 6..9 {
        let sheet = Sheet::new(number, 20);
        note(&mut acknowledged, &sheet, &serving.send(&sheet).expect("it answers"));
    }
    // The digests of the last sheet are taken and its entries are sealed; the journal stays, for nobody closed it.
    std::thread::sleep(std::time::Duration::from_secs(6));
    serving.kill();
    let mut places = Vec::new();
    for (name, folder) in [("stopped", node.data), ("killed", killed.data), ("backup", backup)] {
        // What a check makes of the whole folder, on a copy: it is never opened itself.
        let copy = place.join("whole");
        copy_folder(&folder, &copy);
        let content = content(&copy).await.expect("it can be read");
        assert_eq!(faults(&copy).await, None, "{name} is whole");
        std::fs::remove_dir_all(&copy).unwrap();
        let mut files = Vec::new();
        list(&folder, &folder, &mut files);
        places.push(Place { name, folder, files, content });
    }
    places
}

/// A byte; a large file holds more of them, and a small one is not left out.
fn choose(place: &Place, numbers: &mut Numbers) -> (PathBuf, u64) {
    let (file, size) = if numbers.below(4) == 0 {
        place.files[numbers.below(place.files.len() as u64) as usize].clone()
    } else {
        let all: u64 = place.files.iter().map(|(_, size)| size).sum();
        let mut at = numbers.below(all);
        let found = place.files.iter().find(|(_, size)| {
            let is_here = at < *size;
            at = at.saturating_sub(*size);
            is_here
        });
        found.unwrap().clone()
    };
    (file, numbers.below(size))
}

fn is_database(file: &Path) -> bool {
    file.to_string_lossy().starts_with("record.sqlite")
}

fn kind_of(file: &Path) -> &'static str {
    let name = file.to_string_lossy();
    match () {
        () if name.ends_with("-wal") => "journal",
        () if is_database(file) => "record",
        () if name.starts_with("ledger") => "tiles",
        () if name.starts_with("keys") => "keys",
        () => "other files",
    }
}

fn flip(file: &Path, offset: u64, bits: u8) {
    let mut bytes = std::fs::read(file).unwrap();
    bytes[offset as usize] ^= bits;
    std::fs::write(file, bytes).unwrap();
}

/// The first fault that the check names, or why it could not even begin; `None` when all seems well.
async fn faults(folder: &Path) -> Option<String> {
    let node = match cairn_node::Node::open(DataFolder::new(folder), World::real()).await {
        Ok(node) => node,
        Err(error) => return Some(error.to_string()),
    };
    let record = node.check().await.map_or_else(|error| vec![error.to_string()], |found| found.faults);
    let ledger = node.check_ledger().await.map_or_else(|error| vec![error.to_string()], |found| found.faults);
    node.store().close().await;
    record.into_iter().chain(ledger).next()
}

/// Every row of every table, as SQL writes its values.
async fn content(folder: &Path) -> Option<Content> {
    let address = format!("sqlite://{}", folder.join("record.sqlite").display());
    let mut connection = sqlx::SqliteConnection::connect(&address).await.ok()?;
    let tables = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name";
    let tables: Vec<String> = sqlx::query_scalar(tables).fetch_all(&mut connection).await.ok()?;
    let mut content = Content::new();
    for table in tables.into_iter().filter(|table| table != "content_block") {
        let columns = sqlx::query("SELECT name FROM pragma_table_info($1)").bind(&table);
        let columns = columns.fetch_all(&mut connection).await.ok()?;
        let values: Vec<String> =
            columns.iter().map(|column| format!("quote(\"{}\")", column.get::<String, _>(0))).collect();
        let sql = format!("SELECT {} FROM \"{table}\" ORDER BY rowid", values.join(" || ',' || "));
        let rows: Vec<Vec<u8>> = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_all(&mut connection).await.ok()?;
        content.insert(table, rows.iter().map(|row| String::from_utf8_lossy(row).into_owned()).collect());
    }
    connection.close().await.ok()?;
    Some(content)
}

/// The files that hold what a node keeps: not its configuration, which people write, nor the index of the journal, which
/// is made anew, nor a file that a killed node had not given its name yet.
fn list(root: &Path, folder: &Path, files: &mut Vec<(PathBuf, u64)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let (path, size) = (entry.path(), entry.metadata().unwrap().len());
        let inside = path.strip_prefix(root).unwrap().to_owned();
        let name = inside.to_string_lossy();
        if path.is_dir() {
            list(root, &path, files);
        } else if size > 0 && name != "cairn.toml" && !name.ends_with("-shm") && !name.ends_with(".new") {
            files.push((inside, size));
        }
    }
    files.sort();
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}
