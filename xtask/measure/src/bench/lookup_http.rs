//! Workload: a variant over HTTP, authorization on, on the demo's data: how many a second, and how long the slowest
//! hundredth takes. Client and server share the machine.

use std::io::Read;
use std::path::Path;
use std::thread;
use std::time::Instant;

use anyhow::{Context, ensure};
use flate2::read::MultiGzDecoder;
use serde_json::Value;

use super::demo_node::DemoNode;
use super::{Measure, Prepared};

/// Requests of one sample, over all connections.
const REQUESTS: usize = 20_000;
/// Connections, each with a thread of its own.
const CONNECTIONS: usize = 2;
/// Different variants asked for.
const VARIANTS: usize = 1_000;

/// Answers a second.
pub(super) fn prepare_rate() -> anyhow::Result<Prepared> {
    prepare(|seconds, answers| answers.len() as f64 / seconds)
}

/// Milliseconds within which 99 of 100 answers arrive.
pub(super) fn prepare_p99() -> anyhow::Result<Prepared> {
    prepare(|_, answers| {
        answers.sort_by(f64::total_cmp);
        answers[answers.len() * 99 / 100] * 1_000.0
    })
}

fn prepare(figure: fn(f64, &mut Vec<f64>) -> f64) -> anyhow::Result<Prepared> {
    let node = DemoNode::start()?;
    let paths = answered(&node, paths()?)?;
    let input = format!("{} BRCA1 and BRCA2 variants of the demo, {CONNECTIONS} connections", paths.len());
    let ours: Measure = Box::new(move || {
        let start = Instant::now();
        let mut answers = run(&node, &paths)?;
        Ok(figure(start.elapsed().as_secs_f64(), &mut answers))
    });
    Ok(Prepared { ours, peer: Err("no comparable server installs here".to_owned()), input })
}

/// The variants as paths of the API.
fn paths() -> anyhow::Result<Vec<String>> {
    let variants = variants()?;
    Ok(variants.iter().map(|hgvs| format!("/api/v1/variants/{}", hgvs.replace('>', "%3E"))).collect())
}

/// `c.` names of variants of the ClinVar subset that the demo holds.
pub(super) fn variants() -> anyhow::Result<Vec<String>> {
    let file =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/clinvar/clinvar_GRCh37_2016-05-20.six_genes.tsv.gz");
    let mut text = String::new();
    MultiGzDecoder::new(std::fs::File::open(file)?).read_to_string(&mut text)?;
    let rows = text.lines().skip(1).map(|line| line.split('\t').collect::<Vec<_>>());
    let brca = rows.filter(|row| matches!(row.get(6), Some(&"BRCA1" | &"BRCA2")));
    let named = brca.filter_map(|row| row.get(9).filter(|hgvs| hgvs.contains('>')).map(|h| h.to_string()));
    let every: Vec<String> = named.collect();
    Ok(every.iter().step_by((every.len() / VARIANTS).max(1)).take(VARIANTS).cloned().collect())
}

/// The paths that answer with one variant, which nearly all must, most of them with statements: we time answers, not
/// refusals. A text that two records share is rightly refused.
fn answered(node: &DemoNode, paths: Vec<String>) -> anyhow::Result<Vec<String>> {
    let mut client = node.client()?;
    let (mut kept, mut with_statements) = (Vec::with_capacity(paths.len()), 0);
    let asked = paths.len();
    for path in paths {
        let (status, body) = client.get(&path)?;
        if status == 422 {
            continue;
        }
        ensure!(status == 200, "`{path}` answers {status}: {}", String::from_utf8_lossy(&body));
        let answer: Value = serde_json::from_slice(&body).with_context(|| format!("`{path}` is not JSON"))?;
        with_statements += usize::from(answer["statements"].as_array().is_some_and(|s| !s.is_empty()));
        kept.push(path);
    }
    ensure!(kept.len() * 10 > asked * 9, "only {} of {asked} name one variant", kept.len());
    ensure!(with_statements * 2 > asked, "only {with_statements} of {asked} have statements");
    Ok(kept)
}

/// Seconds of each answer.
fn run(node: &DemoNode, paths: &[String]) -> anyhow::Result<Vec<f64>> {
    thread::scope(|scope| {
        let threads: Vec<_> = (0..CONNECTIONS)
            .map(|offset| {
                scope.spawn(move || -> anyhow::Result<Vec<f64>> {
                    let mut client = node.client()?;
                    let mut answers = Vec::with_capacity(REQUESTS / CONNECTIONS);
                    for i in 0..REQUESTS / CONNECTIONS {
                        let path = &paths[(i * CONNECTIONS + offset) % paths.len()];
                        let start = Instant::now();
                        let (status, _) = client.get(path)?;
                        answers.push(start.elapsed().as_secs_f64());
                        ensure!(status == 200, "`{path}` answers {status}");
                    }
                    Ok(answers)
                })
            })
            .collect();
        let mut all = Vec::new();
        for thread in threads {
            all.extend(thread.join().map_err(|_| anyhow::anyhow!("a client panicked"))??);
        }
        Ok(all)
    })
}
