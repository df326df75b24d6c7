//! Workload: VRS 2 identifiers from allele expressions, parsed and fully justified; beside vrs-python. One core each.

use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, ensure};
use cairn_reference::sequence::store::SequenceStore;
use cairn_variant::{
    assembly::Assembly,
    contig::Contig,
    digest::RefgetAccession,
    normalize::normalize,
    vcf::VcfExpression,
    vrs::{VrsId, allele_id, allele_of},
};

use super::{Measure, Prepared, genome, peer, vcf_normalise::expressions};

const ALLELES: usize = 20_000;
/// Ours is fast: the same list this many times in one sample.
const REPEATS: usize = 20;

pub(super) fn prepare() -> anyhow::Result<Prepared> {
    let made = genome::genome(&["chr22"])?;
    let list = expressions(&made.vcf, ALLELES)?;
    let reference = genome::open(&made.pack)?;
    let indels = list.iter().filter(|allele| is_indel(allele)).count();
    let input = format!("{} alleles in gnomAD style, {indels} of them indels, one core", list.len());
    let sequence = Contig::from_name(b"22").context("chromosome 22")?.on(Assembly::Grch38).refget();
    let peer = match peer::python(&["ga4gh.vrs==2.3.3"]) {
        Ok(python) => {
            check(&python, &made.fasta, &sequence, &list, &reference)?;
            Ok(("vrs-python 2.3.3".to_owned(), theirs(python, made.fasta, sequence, list.clone())?))
        }
        Err(why) => Err(why),
    };
    let ours: Measure = Box::new(move || {
        let start = Instant::now();
        for _ in 0..REPEATS {
            for expression in &list {
                black_box(identify(expression, &reference)?);
            }
        }
        Ok((REPEATS * list.len()) as f64 / start.elapsed().as_secs_f64())
    });
    Ok(Prepared { ours, peer, input })
}

/// What `cairn variant` does for such an expression.
fn identify(expression: &str, reference: &SequenceStore) -> anyhow::Result<VrsId> {
    let read: VcfExpression = expression.parse()?;
    let change = normalize(reference, &read.allele.replacement(Assembly::Grch38))?;
    allele_id(&allele_of(&change)).context("a definite allele")
}

fn is_indel(expression: &str) -> bool {
    let mut alleles = expression.rsplit('-').take(2).map(str::len);
    alleles.next() != alleles.next()
}

/// Arguments: FASTA of one chromosome, its refget accession, a file of expressions, and where to write identifiers.
const PEER: &str = r#"
import sys, time, pathlib
from ga4gh.core import ga4gh_identify
from ga4gh.vrs import models, normalize
from ga4gh.vrs.dataproxy import _DataProxy
fasta, accession, expressions, answers = sys.argv[1:5]
bases = "".join(l.strip() for l in open(fasta) if not l.startswith(">"))
class Bases(_DataProxy):
    def _get_sequence(self, identifier, start=None, end=None): return bases[start:end]
    def _get_metadata(self, identifier): return dict(length=len(bases), aliases=[], alphabet="ACGTN", added="")
    get_sequence = _get_sequence
    get_metadata = _get_metadata
proxy = Bases()
def identify(text):
    _, position, reference, alternate = text.split("-")
    start = int(position) - 1
    place = models.SequenceLocation(sequenceReference=models.SequenceReference(refgetAccession=accession),
                                    start=start, end=start + len(reference))
    allele = models.Allele(location=place, state=models.LiteralSequenceExpression(sequence=alternate))
    return ga4gh_identify(normalize(allele, proxy))
todo = open(expressions).read().split()
start = time.perf_counter()
ids = [identify(text) for text in todo]
seconds = time.perf_counter() - start
pathlib.Path(answers).write_text("\n".join(ids))
print(len(todo) / seconds)
"#;

fn run_peer(python: &Path, fasta: &Path, sequence: &RefgetAccession, list: &[String]) -> anyhow::Result<(f64, String)> {
    let folder = peer::workshop()?;
    let (expressions, answers) = (folder.join("vrs-expressions.txt"), folder.join("vrs-identifiers.txt"));
    std::fs::write(&expressions, list.join("\n"))?;
    let text = |path: &Path| path.to_string_lossy().into_owned();
    let arguments = [text(fasta), sequence.to_string(), text(&expressions), text(&answers)];
    let rate = peer::figure(python, PEER, &arguments.each_ref().map(String::as_str))?;
    Ok((rate, std::fs::read_to_string(&answers)?))
}

fn theirs(
    python: std::path::PathBuf,
    fasta: std::path::PathBuf,
    sequence: RefgetAccession,
    list: Vec<String>,
) -> anyhow::Result<Measure> {
    Ok(Box::new(move || run_peer(&python, &fasta, &sequence, &list).map(|(rate, _)| rate)))
}

/// Both sides give the same identifiers.
fn check(
    python: &Path,
    fasta: &Path,
    sequence: &RefgetAccession,
    list: &[String],
    reference: &SequenceStore,
) -> anyhow::Result<()> {
    let (_, answers) = run_peer(python, fasta, sequence, list)?;
    ensure!(answers.lines().count() == list.len(), "the peer left some out");
    for (expression, theirs) in list.iter().zip(answers.lines()) {
        let ours = identify(expression, reference)?.to_string();
        ensure!(ours == theirs, "{expression}: {ours} here, {theirs} there");
    }
    Ok(())
}
