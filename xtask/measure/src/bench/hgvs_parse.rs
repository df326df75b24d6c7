//! Workload: HGVS descriptions of ClinVar read into their parts, beside ferro-hgvs through its Python door. One core.
//!
//! Both sides do the reading only, nothing is looked up and nothing is written back.

use std::collections::BTreeSet;
use std::fs::File;
use std::hint::black_box;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, ensure};
use cairn_variant::expression::Expression;
use flate2::read::MultiGzDecoder;

use super::{Measure, Prepared, peer};

const SOURCE: &str = "../../testdata/clinvar/clinvar_GRCh37_2016-05-20.six_genes.tsv.gz";
/// Ours is fast: the same list this many times in one sample.
const REPEATS: usize = 50;
const PACKAGE: &str = "ferro-hgvs==1.0.0";

pub(super) fn prepare() -> anyhow::Result<Prepared> {
    let mut list = descriptions()?;
    let of = list.len();
    list.retain(|text| Expression::parse(text).is_ok());
    let peer = match peer::python(&[PACKAGE]) {
        Ok(python) => {
            let read = run_peer(&python, &list)?.1;
            ensure!(read.len() == list.len(), "the peer left some out");
            let mut verdicts = read.bytes();
            list.retain(|_| verdicts.next() == Some(b'1'));
            Ok((PACKAGE.replace("==", " "), theirs(python, list.clone())))
        }
        Err(why) => Err(why),
    };
    let input = format!("{} descriptions of ClinVar, `c.` and `p.`, that both read, of {of}; one core", list.len());
    let ours: Measure = Box::new(move || {
        let start = Instant::now();
        for _ in 0..REPEATS {
            for text in &list {
                black_box(Expression::parse(text)?);
            }
        }
        Ok((REPEATS * list.len()) as f64 / start.elapsed().as_secs_f64())
    });
    Ok(Prepared { ours, peer, input })
}

/// The different descriptions of six genes in a release of ClinVar, in alphabetical order.
fn descriptions() -> anyhow::Result<Vec<String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(SOURCE);
    let mut text = String::new();
    let file = File::open(&path).with_context(|| format!("cannot open `{}`", path.display()))?;
    MultiGzDecoder::new(file).read_to_string(&mut text)?;
    let mut lines = text.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    let heading = lines.next().context("the file is empty")?;
    let wanted: Vec<usize> = (0..heading.len()).filter(|at| matches!(heading[*at], "hgvs_c" | "hgvs_p")).collect();
    let mut found = BTreeSet::new();
    for line in lines {
        let cells = wanted.iter().filter_map(|at| line.get(*at));
        found.extend(cells.flat_map(|cell| cell.split(';')).filter(|text| text.contains(':')).map(str::to_owned));
    }
    Ok(found.into_iter().collect())
}

/// Arguments: a file of descriptions, and where to write `1` for each that is read and `0` for the others.
const PEER: &str = r#"
import sys, time, pathlib, ferro_hgvs
todo = pathlib.Path(sys.argv[1]).read_text().split("\n")
def reads(text):
    try: ferro_hgvs.parse(text)
    except Exception: return "0"
    return "1"
pathlib.Path(sys.argv[2]).write_text("".join(map(reads, todo)))
parse = ferro_hgvs.parse
todo = [text for text in todo if reads(text) == "1"] * 20
start = time.perf_counter()
for text in todo: parse(text)
print(len(todo) / (time.perf_counter() - start))
"#;

fn run_peer(python: &Path, list: &[String]) -> anyhow::Result<(f64, String)> {
    let folder = peer::workshop()?;
    let (descriptions, verdicts) = (folder.join("hgvs-descriptions.txt"), folder.join("hgvs-verdicts.txt"));
    std::fs::write(&descriptions, list.join("\n"))?;
    let text = |path: &Path| path.to_string_lossy().into_owned();
    let rate = peer::figure(python, PEER, &[&text(&descriptions), &text(&verdicts)])?;
    Ok((rate, std::fs::read_to_string(&verdicts)?))
}

fn theirs(python: PathBuf, list: Vec<String>) -> Measure {
    Box::new(move || run_peer(&python, &list).map(|(rate, _)| rate))
}
