//! A table of ClinVar's submission lists replayed by laboratory: the rows of each date as one import,
//! on its day, into a node whose member follows every gene of the table. Each submission that takes a
//! position for the first time, or another one, is to be in an alert of that day; the list comes from
//! `xtask/measure/replay/expected_by_laboratory.py`, which shares no code with the product.

use super::{FLOOR, SECOND, clock};
use anyhow::{Context, bail};
use cairn_core::accession::VersionedAccession;
use cairn_core::alert::{StatementNews, Subject};
use cairn_core::change::Difference;
use cairn_core::submission::Channel;
use cairn_node::Node;
use cairn_node::access::Viewer;
use cairn_node::contribute::Request;
use cairn_node::folder::DataFolder;
use cairn_node::world::World;
use cairn_store::serial::AlertSerial;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::Ordering;

/// The build whose rows are replayed: both builds list the same submissions.
const BUILD: &str = "GRCh37";
const MEMBER: &str = "Replay Lab";

/// The table of a folder, where it has one.
pub(super) fn table(folder: &Path) -> anyhow::Result<Option<PathBuf>> {
    for entry in std::fs::read_dir(folder).with_context(|| format!("cannot read `{}`", folder.display()))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with("clinvar_submission_lists_") && name.ends_with(".tsv.gz") {
            return Ok(Some(path));
        }
    }
    Ok(None)
}

/// Replays the table and prints a line for each date; whether every step passed comes back.
pub(super) fn run(table: &Path) -> anyhow::Result<bool> {
    let (expected, aligned) = expected(table)?;
    let place = std::env::temp_dir().join(format!("cairn-replay-lists-{}", std::process::id()));
    let found = tokio::runtime::Runtime::new()?.block_on(replay(table, &place));
    std::fs::remove_dir_all(&place).with_context(|| format!("cannot remove `{}`", place.display()))?;
    let found = found?;
    println!("\nby laboratory, rows whose lists align: {aligned}");
    println!("{:<12}{:>9}{:>9}{:>12}{:>9}", "date", "expected", "alerted", "precision", "recall");
    let (none, mut passed) = (BTreeSet::new(), true);
    for (date, wanted) in &expected {
        let told = found.get(date).unwrap_or(&none);
        let both = wanted.intersection(told).count() as f64;
        let (precision, recall) = (both / told.len().max(1) as f64, both / wanted.len().max(1) as f64);
        let (percent, of) = (precision * 100.0, recall * 100.0);
        println!("{date:<12}{:>9}{:>9}{percent:>10.2} %{of:>7.2} %", wanted.len(), told.len());
        wanted.difference(told).for_each(|submission| println!("  missed {submission}"));
        told.difference(wanted).for_each(|submission| println!("  beyond {submission}"));
        passed &= precision >= FLOOR && recall >= FLOOR;
    }
    Ok(passed)
}

/// Submissions by date, and how many rows could be read by laboratory, as the script says.
fn expected(table: &Path) -> anyhow::Result<(BTreeMap<String, BTreeSet<String>>, String)> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("replay/expected_by_laboratory.py");
    let output = Command::new("python3").arg(script).arg(table).output().context("cannot start `python3`")?;
    if !output.status.success() {
        bail!("the script failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    let mut expected: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut aligned = String::new();
    for line in String::from_utf8(output.stdout)?.lines() {
        let cells: Vec<&str> = line.split('\t').collect();
        match cells.as_slice() {
            ["aligned", rest @ ..] => aligned = rest.join(" "),
            [date, submission, _] => {
                expected.entry((*date).to_owned()).or_default().insert((*submission).to_owned());
            }
            _ => bail!("the script wrote `{line}`"),
        }
    }
    Ok((expected, aligned))
}

/// The table's heading, and its rows by date.
fn rows(table: &Path) -> anyhow::Result<(String, BTreeMap<String, Vec<String>>, BTreeSet<String>)> {
    let mut text = String::new();
    flate2::read::MultiGzDecoder::new(std::fs::File::open(table)?).read_to_string(&mut text)?;
    let mut lines = text.lines();
    let heading = lines.next().context("the table is empty")?.to_owned();
    let place = |name: &str| heading.split('\t').position(|cell| cell == name).with_context(|| format!("no `{name}`"));
    let (date, build, symbol) = (place("first_seen")?, place("build")?, place("symbol")?);
    let mut by_date: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut genes = BTreeSet::new();
    for line in lines {
        let cells: Vec<&str> = line.split('\t').collect();
        let cell = |at: usize| cells.get(at).copied().unwrap_or_default();
        if cell(build) == BUILD {
            by_date.entry(cell(date).to_owned()).or_default().push(line.to_owned());
            genes.extend((!cell(symbol).is_empty()).then(|| cell(symbol).to_owned()));
        }
    }
    Ok((heading, by_date, genes))
}

async fn replay(table: &Path, place: &Path) -> anyhow::Result<BTreeMap<String, BTreeSet<String>>> {
    let (heading, by_date, genes) = rows(table)?;
    let world = World { now: clock, ..World::real() };
    let first = by_date.keys().next().context("the table has no rows")?;
    set_clock(first)?;
    let node = Node::open(DataFolder::new(place), world).await?;
    node.add_laboratory(MEMBER, None).await?;
    let member = node.laboratory(MEMBER).await?;
    for gene in &genes {
        node.subscribe(member.serial, Subject::Gene, gene, None).await?;
    }
    for (date, rows) in &by_date {
        set_clock(date)?;
        let request = Request {
            laboratory: member.clone(),
            user: None,
            channel: Channel::Command,
            file: Some(format!("clinvar_submission_lists_{date}.tsv")),
            bytes: format!("{heading}\n{}\n", rows.join("\n")).into_bytes(),
            mapping: None,
            assembly: None,
            client_key: None,
            dry_run: false,
            strict: false,
        };
        node.contribute(request).await?;
    }
    let mut told: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let as_of = node.as_of(None).await?;
    for alert in node.alerts(Viewer::Member(member.serial), None, as_of, AlertSerial::new(0), u32::MAX).await? {
        let day = alert.recorded.strftime("%Y-%m-%d").to_string();
        for news in alert.story.statements.iter().filter(is_opinion) {
            let Some(report) = node.statement(version(news), as_of).await? else { continue };
            let submission = report.shown.statement.source_accession;
            told.entry(day.clone()).or_default().extend(submission);
        }
    }
    node.close().await;
    // Before the first date nothing was known: its rows are the ground.
    told.remove(first);
    Ok(told)
}

/// A position taken for the first time, or another one; new conditions or criteria are neither.
fn is_opinion(news: &&StatementNews) -> bool {
    !news.to.is_empty() && news.difference.is_some_and(|d| d == Difference::First || d.is_changed_mind())
}

fn version(news: &StatementNews) -> VersionedAccession {
    VersionedAccession { accession: news.accession, version: Some(news.version) }
}

fn set_clock(date: &str) -> anyhow::Result<()> {
    let moment: jiff::Timestamp = format!("{date}T00:00:00Z").parse()?;
    SECOND.store(moment.as_second(), Ordering::SeqCst);
    Ok(())
}
