//! Workload: a genome's VCF read, split, trimmed and left-aligned; beside `bcftools norm`.
//!
//! Ours ends in the product's own batches, the peer in uncompressed BCF, its cheapest output.

use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, ensure};
use cairn_formats::genome_vcf::{AlleleBatch, Options, Summary, read};
use cairn_reference::sequence::store::SequenceStore;

use super::genome::{self, Genome};
use super::{Measure, Prepared, peer};

/// A tenth of a genome.
const CHROMOSOMES: [&str; 5] = ["chr18", "chr19", "chr20", "chr21", "chr22"];

/// From plain text.
pub(super) fn prepare() -> anyhow::Result<Prepared> {
    compare(genome::genome(&CHROMOSOMES)?, "plain VCF")
}

/// From BGZF, as genomes are stored. bcftools writes it, so that both read a file of the peer's own making.
pub(super) fn prepare_bgzf() -> anyhow::Result<Prepared> {
    let mut genome = genome::genome(&CHROMOSOMES)?;
    let compressed = genome.vcf.with_extension("vcf.gz");
    if !compressed.exists() {
        peer::program("bcftools", "`apt-get install bcftools`").map_err(anyhow::Error::msg)?;
        let mut command = Command::new("bcftools");
        let part = compressed.with_extension("part");
        command.args(["view", "--output-type", "z", "--output"]).arg(&part).arg(&genome.vcf);
        ensure!(command.status()?.success(), "bcftools cannot compress the input");
        std::fs::rename(part, &compressed)?;
    }
    genome.vcf = compressed;
    compare(genome, "BGZF")
}

fn compare(genome: Genome, format: &str) -> anyhow::Result<Prepared> {
    let input = format!("{} records on {} Mbp, {format}, 2 cores", genome.records, genome.bases / 1_000_000);
    let peer = match peer::program("bcftools", "`apt-get install bcftools`") {
        Ok(version) => {
            check(&genome)?;
            Ok((format!("{version} norm -m -any, to uncompressed BCF"), theirs(&genome)))
        }
        Err(why) => Err(why),
    };
    let ours: Measure = Box::new(move || {
        let start = Instant::now();
        let mut alleles = 0;
        normalise(&genome, |batch, _| alleles += batch.alleles().len())?;
        ensure!(alleles as u64 >= genome.records, "alleles are missing");
        Ok(start.elapsed().as_secs_f64())
    });
    Ok(Prepared { ours, peer, input })
}

/// Everything a node does: opens the reference and the file, and reads it on all cores.
fn normalise(genome: &Genome, mut sink: impl FnMut(&AlleleBatch, &SequenceStore)) -> anyhow::Result<Summary> {
    let reference = genome::open(&genome.pack)?;
    let file = File::open(&genome.vcf)?;
    Ok(read(file, &reference, &Options::default(), |batch| sink(batch, &reference))?)
}

fn bcftools(genome: &Genome, output: &[&str]) -> Command {
    let mut command = Command::new("bcftools");
    command.args(["norm", "--multiallelics", "-any", "--threads", "2", "--fasta-ref"]).arg(&genome.fasta);
    command.args(output).arg(&genome.vcf).stdin(Stdio::null()).stderr(Stdio::null());
    command
}

fn theirs(genome: &Genome) -> Measure {
    let mut command = bcftools(genome, &["--output-type", "u", "--output", "/dev/null"]);
    Box::new(move || {
        let start = Instant::now();
        ensure!(command.status()?.success(), "bcftools failed");
        Ok(start.elapsed().as_secs_f64())
    })
}

/// Both sides give the same alleles.
fn check(genome: &Genome) -> anyhow::Result<()> {
    let output = bcftools(genome, &["--no-version"]).output()?;
    ensure!(output.status.success(), "bcftools failed");
    let text = String::from_utf8(output.stdout)?;
    let mut theirs: Vec<String> = text.lines().filter(|line| !line.starts_with('#')).filter_map(place).collect();
    let mut ours = Vec::new();
    normalise(genome, |batch, _| ours.extend(batch.alleles().iter().map(|allele| our_place(batch, allele))))?;
    theirs.sort_unstable();
    ours.sort_unstable();
    let differing = ours.iter().zip(&theirs).find(|(a, b)| a != b);
    ensure!(differing.is_none() && ours.len() == theirs.len(), "the two differ: {differing:?}");
    Ok(())
}

fn place(line: &str) -> Option<String> {
    let columns: Vec<&str> = line.splitn(6, '\t').collect();
    Some(format!("{} {} {} {}", columns.first()?, columns.get(1)?, columns.get(3)?, columns.get(4)?))
}

fn our_place(batch: &AlleleBatch, allele: &cairn_formats::genome_vcf::GenomeAllele) -> String {
    let text = |bases| String::from_utf8_lossy(bases).into_owned();
    let (reference, alternate) = (text(batch.reference(allele)), text(batch.alternate(allele)));
    format!("chr{} {} {reference} {alternate}", allele.contig, allele.position)
}

/// The first `count` alleles of a made-up genome in gnomAD's style, unnormalised, with their reference.
pub(super) fn expressions(genome: &Path, count: usize) -> anyhow::Result<Vec<String>> {
    let text = std::fs::read_to_string(genome).context("the made-up VCF")?;
    let rows = text.lines().filter(|line| !line.starts_with('#')).filter_map(place);
    let alleles = rows.flat_map(|row| {
        let parts: Vec<String> = row.trim_start_matches("chr").split(' ').map(str::to_owned).collect();
        let alternates: Vec<String> = parts[3].split(',').map(str::to_owned).collect();
        alternates.into_iter().map(move |alternate| format!("{}-{}-{}-{alternate}", parts[0], parts[1], parts[2]))
    });
    Ok(alleles.take(count).collect())
}
