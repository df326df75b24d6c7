//! Workload: a snapshot of ClinVar into a new node's record, as a user imports it: process start, parsing, identity of
//! every variant, one durable transaction.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, ensure};
use flate2::read::MultiGzDecoder;

use super::{Measure, Prepared, demo_node, peer};

/// The whole snapshot, for those who have the bulk data beside the checkout.
const WHOLE: &str = "../../../shared/data/clinvar/clinvar_GRCh37_2016-05-20.tsv.gz";
/// The six genes of it that everybody has.
const PART: &str = "../../testdata/clinvar/clinvar_GRCh37_2016-05-20.six_genes.tsv.gz";

/// Seconds for the whole import.
pub(super) fn prepare() -> anyhow::Result<Prepared> {
    let program = demo_node::program()?;
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let file = [WHOLE, PART].iter().map(|f| here.join(f)).find(|f| f.exists()).context("no snapshot")?;
    let rows = BufReader::new(MultiGzDecoder::new(fs::File::open(&file)?)).lines().count() - 1;
    let input = format!("{rows} rows of ClinVar 2016-05-20 into a new node");
    let folder = peer::workshop()?.join("import");
    let ours: Measure = Box::new(move || import(&program, &folder, &file));
    Ok(Prepared { ours, peer: Err("no program that stores ClinVar by identity installs here".to_owned()), input })
}

fn import(program: &Path, folder: &PathBuf, file: &Path) -> anyhow::Result<f64> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    cairn(program, &["init", "--lab", "ClinVar"], folder)?;
    let start = Instant::now();
    let file = file.to_str().context("the path of the snapshot is not UTF-8")?;
    cairn(program, &["import", file, "--data"], folder)?;
    Ok(start.elapsed().as_secs_f64())
}

/// Runs a command whose last argument is the node's folder.
fn cairn(program: &Path, arguments: &[&str], folder: &Path) -> anyhow::Result<()> {
    let mut command = Command::new(program);
    command.args(arguments).arg(folder).stdin(Stdio::null()).stdout(Stdio::null());
    let status = command.status().with_context(|| format!("cannot start `{}`", program.display()))?;
    ensure!(status.success(), "`cairn {}` failed", arguments.join(" "));
    Ok(())
}
