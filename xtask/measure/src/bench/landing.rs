//! Workloads on a node of a million statements: one more statement lands, with everything that
//! follows from it in its transaction (aggregates, discordances, alerts) and its durable commit;
//! and all aggregates are computed again.
//!
//! The million is made from real rows: each allele of the ClinVar snapshot with its real set of
//! classes, stated in turn by the 401 submitters that the snapshot names. Which submitter says which
//! class of the set is ours; so conflicts are more frequent than in ClinVar.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::io::{Read, Write as _};
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, ensure};
use cairn_core::submission::Channel;
use cairn_node::Node;
use cairn_node::contribute::Request;
use cairn_node::folder::DataFolder;
use cairn_node::world::World;
use flate2::read::MultiGzDecoder;
use tokio::runtime::Runtime;

use super::{Measure, Prepared, peer};

const SNAPSHOT: &str = "../../../shared/data/clinvar/clinvar_GRCh37_2016-05-20.tsv.gz";
/// Statements of the node.
const STATEMENTS: usize = 1_000_000;
/// Statements of one import.
const AT_ONCE: usize = 100_000;
/// Landings of one sample.
const LANDINGS: usize = 500;
/// Bytes that a small commit appends to the journal: a dozen pages.
const JOURNAL: usize = 48 * 1024;
const HEADING: &str =
    "build\tchrom\tpos\tref\talt\tvariation_id\tgene\thgvs_c\tsubmitter\tclassification\tdate_last_evaluated\n";

/// Milliseconds within which 99 of 100 single statements land, one after another.
pub(super) fn prepare_p99() -> anyhow::Result<Prepared> {
    let (node, runtime, rows) = million()?;
    let mut round = 0;
    let ours: Measure = Box::new(move || {
        round += 1;
        runtime.block_on(p99(&node, &rows, round))
    });
    let input = format!(
        "{STATEMENTS} statements on record; {LANDINGS} landings of one statement each: new, and changed in later \
         rounds; signature, aggregates, discordances, alerts and synced commit included"
    );
    let disk: Measure = Box::new(synced_append_p99);
    Ok(Prepared { ours, peer: Ok((format!("the disk alone, {JOURNAL} bytes appended and synced"), disk)), input })
}

/// Milliseconds within which the disk alone takes 99 of 100 writes of a commit's size: no durable landing is faster.
fn synced_append_p99() -> anyhow::Result<f64> {
    let path = peer::workshop()?.join("synced-append");
    let mut file = fs::File::create(&path)?;
    let mut seconds = Vec::with_capacity(LANDINGS);
    for _ in 0..LANDINGS {
        let start = Instant::now();
        file.write_all(&[1; JOURNAL])?;
        file.sync_data()?;
        seconds.push(start.elapsed().as_secs_f64());
    }
    fs::remove_file(&path)?;
    seconds.sort_by(f64::total_cmp);
    Ok(seconds[seconds.len() * 99 / 100] * 1_000.0)
}

/// Seconds for all aggregates from the statements.
pub(super) fn prepare_recompute() -> anyhow::Result<Prepared> {
    let (node, runtime, _) = million()?;
    let ours: Measure = Box::new(move || {
        let start = Instant::now();
        let done = runtime.block_on(node.recompute_aggregates())?;
        ensure!(done.variants > 0, "no variant was computed");
        Ok(start.elapsed().as_secs_f64())
    });
    let input = format!(
        "{STATEMENTS} statements read, aggregated and compared with the record; nothing differs, nothing is written"
    );
    Ok(Prepared { ours, peer: Err("no comparable program installs here".to_owned()), input })
}

/// The node of a million statements, made once and kept beside the build.
fn million() -> anyhow::Result<(Node, Runtime, Rows)> {
    let rows = Rows::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join(SNAPSHOT))?;
    let folder = peer::workshop()?.join("million");
    let marker = folder.join("complete");
    let runtime = Runtime::new()?;
    if !marker.exists() {
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        let node = runtime.block_on(open(&folder))?;
        for from in (0..STATEMENTS).step_by(AT_ONCE) {
            let file = rows.file(from..(from + AT_ONCE).min(STATEMENTS), None);
            runtime.block_on(contribute(&node, file))?;
        }
        runtime.block_on(node.close());
        fs::write(&marker, "")?;
    }
    let node = runtime.block_on(open(&folder))?;
    runtime.block_on(node.run_due_jobs())?;
    Ok((node, runtime, rows))
}

async fn open(folder: &PathBuf) -> anyhow::Result<Node> {
    Ok(Node::open(DataFolder::new(folder), World::real()).await?)
}

async fn contribute(node: &Node, bytes: String) -> anyhow::Result<()> {
    let laboratory = node.add_laboratory("ClinVar", None).await?;
    let request = Request {
        laboratory,
        user: None,
        channel: Channel::Command,
        file: Some("landing.tsv".to_owned()),
        bytes: bytes.into_bytes(),
        mapping: None,
        assembly: None,
        client_key: None,
        dry_run: false,
        strict: false,
    };
    let outcome = node.contribute(request).await?;
    outcome.accession.map(drop).context("nothing was taken")
}

async fn p99(node: &Node, rows: &Rows, round: usize) -> anyhow::Result<f64> {
    let mut seconds = Vec::with_capacity(LANDINGS);
    for number in 0..LANDINGS {
        // A step that shares no factor with the number of alleles visits other alleles each time.
        let at = STATEMENTS + (number * 7_919) % rows.alleles.len();
        let file = rows.file(at..at + 1, Some(round));
        let start = Instant::now();
        contribute(node, file).await?;
        seconds.push(start.elapsed().as_secs_f64());
    }
    seconds.sort_by(f64::total_cmp);
    Ok(seconds[seconds.len() * 99 / 100] * 1_000.0)
}

/// What statements are made of.
struct Rows {
    /// Place and names of each allele, as columns of the table, with its classes.
    alleles: Vec<(String, Vec<String>)>,
    submitters: Vec<String>,
}

impl Rows {
    fn read(path: &Path) -> anyhow::Result<Self> {
        let mut text = String::new();
        let file = fs::File::open(path).with_context(|| format!("no snapshot `{}`", path.display()))?;
        MultiGzDecoder::new(file).read_to_string(&mut text)?;
        let mut lines = text.lines();
        let names: Vec<&str> = lines.next().context("the snapshot is empty")?.split('\t').collect();
        let place = |name: &str| names.iter().position(|n| *n == name).with_context(|| format!("no column `{name}`"));
        let taken = ["chrom", "pos", "ref", "alt", "measureset_id", "symbol", "hgvs_c"].map(place);
        let (classes, submitters) = (place("clinical_significance")?, place("all_submitters")?);
        let mut places = Vec::new();
        for one in taken {
            places.push(one?);
        }
        let mut named = BTreeSet::new();
        let mut alleles = Vec::new();
        for line in lines {
            let fields: Vec<&str> = line.split('\t').collect();
            let columns: Vec<&str> = places.iter().map(|at| fields.get(*at).copied().unwrap_or_default()).collect();
            let set = fields.get(classes).copied().unwrap_or_default();
            named.extend(fields.get(submitters).copied().unwrap_or_default().split(';').map(|n| n.trim().to_owned()));
            alleles.push((columns.join("\t"), set.split(';').map(str::to_owned).collect()));
        }
        named.remove("");
        Ok(Self { alleles, submitters: named.into_iter().collect() })
    }

    /// Statements by their numbers; `round` makes them another version of what they were.
    fn file(&self, numbers: std::ops::Range<usize>, round: Option<usize>) -> String {
        let mut text = HEADING.to_owned();
        for number in numbers {
            let (row, lap) = (number % self.alleles.len(), number / self.alleles.len());
            let (columns, classes) = &self.alleles[row];
            let submitter = &self.submitters[(row * 7 + lap) % self.submitters.len()];
            let class = &classes[(lap + round.unwrap_or(0)) % classes.len()];
            let day = round.map_or(20, |round| 1 + round % 28);
            // Writing to a String cannot fail.
            let _ = writeln!(text, "GRCh37\t{columns}\t{submitter}\t{class}\t2016-05-{day:02}");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_lands_and_everything_is_computed_again() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(SNAPSHOT);
        if !path.exists() {
            return println!("no bulk data beside the checkout: skipped");
        }
        let rows = Rows::read(&path).expect("a snapshot");
        assert_eq!(rows.submitters.len(), 401);
        let folder = std::env::temp_dir().join(format!("cairn-bench-landing-{}", std::process::id()));
        let runtime = Runtime::new().expect("a runtime");
        let node = runtime.block_on(open(&folder)).expect("a node");
        let file = rows.file(0..200, None);
        runtime.block_on(contribute(&node, file)).expect("taken");
        runtime.block_on(contribute(&node, rows.file(3..4, Some(1)))).expect("taken");
        let done = runtime.block_on(node.recompute_aggregates()).expect("computed");
        assert!(done.variants > 150 && done.changed == 0, "{done:?}");
        runtime.block_on(node.close());
        let _ = fs::remove_dir_all(&folder);
    }
}
