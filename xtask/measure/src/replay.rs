//! Replays snapshots of ClinVar in the order of their dates into a new node and compares its alerts
//! with what an independent script expects (`xtask/measure/replay/expected.py`, Python's standard
//! library alone).
//!
//! Where the folder has a table of submission lists, it is replayed by laboratory as well ([`lists`]).
//!
//! A step passes when precision and recall are at least 99 % each. Alleles are joined by the key of
//! the archive's record, which is `chrom-pos-ref-alt` as the file writes it.

mod lists;

use anyhow::{Context, bail};
use cairn_core::submission::Channel;
use cairn_node::Node;
use cairn_node::access::Viewer;
use cairn_node::contribute::Request;
use cairn_node::folder::DataFolder;
use cairn_node::world::World;
use cairn_store::serial::AlertSerial;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Instant;

/// The share that each step is held to.
const FLOOR: f64 = 0.99;
/// What an allele's key begins with.
const KEY: &str = "ClinVar:GRCh37:";

static SECOND: AtomicI64 = AtomicI64::new(0);

fn clock() -> Timestamp {
    Timestamp::from_second(SECOND.load(Ordering::SeqCst)).unwrap_or_default()
}

/// What the node said of one date.
#[derive(Default)]
struct Step {
    alleles: BTreeSet<String>,
    opinions: BTreeMap<&'static str, usize>,
}

/// Replays the snapshots of a folder and prints a line for each step.
pub(crate) fn run(folder: &Path) -> anyhow::Result<ExitCode> {
    let expected = expected(folder)?;
    let place = std::env::temp_dir().join(format!("cairn-replay-{}", std::process::id()));
    let found = tokio::runtime::Runtime::new()?.block_on(replay(&snapshots(folder)?, &place));
    std::fs::remove_dir_all(&place).with_context(|| format!("cannot remove `{}`", place.display()))?;
    let found = found?;
    let mut passed = true;
    println!("{:<12}{:>9}{:>9}{:>12}{:>9}  opinions", "date", "expected", "alerted", "precision", "recall");
    let none = Step::default();
    for (date, wanted) in &expected {
        let step = found.get(date).unwrap_or(&none);
        let both = wanted.intersection(&step.alleles).count() as f64;
        let (precision, recall) = (both / step.alleles.len().max(1) as f64, both / wanted.len().max(1) as f64);
        let opinions: Vec<String> = step.opinions.iter().map(|(opinion, n)| format!("{n} {opinion}")).collect();
        let (percent, of) = (precision * 100.0, recall * 100.0);
        let (wants, has) = (wanted.len(), step.alleles.len());
        println!("{date:<12}{wants:>9}{has:>9}{percent:>10.2} %{of:>7.2} %  {}", opinions.join(", "));
        wanted.difference(&step.alleles).for_each(|allele| println!("  missed {allele}"));
        step.alleles.difference(wanted).for_each(|allele| println!("  beyond {allele}"));
        passed &= precision >= FLOOR && recall >= FLOOR;
    }
    for date in found.keys().filter(|date| !expected.contains_key(*date)) {
        println!("{date}: alerts where none is expected");
        passed = false;
    }
    if let Some(table) = lists::table(folder)? {
        passed &= lists::run(&table)?;
    }
    Ok(if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The alleles that the script expects, by date.
fn expected(folder: &Path) -> anyhow::Result<BTreeMap<String, BTreeSet<String>>> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("replay/expected.py");
    let output = Command::new("python3").arg(script).arg(folder).output().context("cannot start `python3`")?;
    if !output.status.success() {
        bail!("the script failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    let mut expected: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in String::from_utf8(output.stdout)?.lines() {
        let mut cells = line.split('\t');
        let (date, allele) = cells.next().zip(cells.next()).context("the script wrote no allele")?;
        expected.entry(date.to_owned()).or_default().insert(allele.to_owned());
    }
    Ok(expected)
}

/// The snapshots of a folder with their dates, the earliest first.
fn snapshots(folder: &Path) -> anyhow::Result<Vec<(String, PathBuf)>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| format!("cannot read `{}`", folder.display()))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let date = name.strip_prefix("clinvar_GRCh37_").and_then(|rest| rest.get(..10)).map(str::to_owned);
        found.extend(date.filter(|_| name.ends_with(".tsv.gz")).map(|date| (date, path)));
    }
    found.sort();
    if found.len() < 2 {
        bail!("`{}` holds fewer than two files `clinvar_GRCh37_DATE.tsv.gz`", folder.display());
    }
    Ok(found)
}

async fn replay(files: &[(String, PathBuf)], place: &Path) -> anyhow::Result<BTreeMap<String, Step>> {
    let world = World { now: clock, random: World::real().random };
    let node = Node::open(DataFolder::new(place), world).await?;
    let laboratory = node.add_laboratory("Replay", None).await?;
    for (date, path) in files {
        let moment: Timestamp = format!("{date}T00:00:00Z").parse()?;
        SECOND.store(moment.as_second(), Ordering::SeqCst);
        node.replay_from(moment).await?;
        let begun = Instant::now();
        let request = Request {
            laboratory: laboratory.clone(),
            user: None,
            channel: Channel::Command,
            file: path.file_name().map(|name| name.to_string_lossy().into_owned()),
            bytes: std::fs::read(path)?,
            mapping: None,
            assembly: None,
            client_key: None,
            dry_run: false,
            strict: false,
        };
        let counts = node.contribute(request).await?.counts;
        let (new, changed) = (counts.statements_new, counts.statements_updated);
        eprintln!("{date}: {new} new, {changed} changed, {:.1} s", begun.elapsed().as_secs_f64());
    }
    let as_of = node.as_of(None).await?;
    let mut steps: BTreeMap<String, Step> = BTreeMap::new();
    for alert in node.alerts(Viewer::Machine, None, as_of, AlertSerial::new(0), u32::MAX).await? {
        let step = steps.entry(alert.recorded.strftime("%Y-%m-%d").to_string()).or_default();
        *step.opinions.entry(alert.opinion.map_or("without opinion", |opinion| opinion.label())).or_default() += 1;
        let keys = alert.story.statements.into_iter().filter_map(|news| news.key);
        step.alleles.extend(keys.map(|key| key.strip_prefix(KEY).unwrap_or(&key).to_owned()));
    }
    node.close().await;
    Ok(steps)
}
