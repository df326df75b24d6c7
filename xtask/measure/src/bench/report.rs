//! The figures of a run: medians, the ratio to the peer, a table and JSON.

use std::fs;
use std::path::Path;

use anyhow::Context;
use serde::Serialize;

use super::{Better, Workload};

/// What one workload gave.
#[derive(Serialize)]
pub(crate) struct Figure {
    number: u32,
    name: &'static str,
    unit: &'static str,
    input: String,
    /// Median, in `unit`.
    ours: f64,
    our_samples: Vec<f64>,
    peer: Option<PeerFigure>,
    /// Why there is no peer in this run.
    no_peer: Option<String>,
    /// How many times better than the peer; below 1 is worse.
    ratio: Option<f64>,
}

#[derive(Serialize)]
struct PeerFigure {
    name: String,
    median: f64,
    samples: Vec<f64>,
}

impl Figure {
    pub(super) fn new(
        workload: &Workload,
        input: String,
        our_samples: Vec<f64>,
        peer: Option<(String, Vec<f64>)>,
        no_peer: Option<String>,
    ) -> Self {
        let ours = median(&our_samples);
        let peer = peer.map(|(name, samples)| PeerFigure { name, median: median(&samples), samples });
        let ratio = peer.as_ref().map(|p| match workload.better {
            Better::Higher => ours / p.median,
            Better::Lower => p.median / ours,
        });
        let (number, name, unit) = (workload.number, workload.name, workload.unit);
        Self { number, name, unit, input, ours, our_samples, peer, no_peer, ratio }
    }
}

fn median(samples: &[f64]) -> f64 {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    if sorted.is_empty() {
        f64::NAN
    } else if sorted.len() % 2 == 1 {
        sorted[middle]
    } else {
        f64::midpoint(sorted[middle - 1], sorted[middle])
    }
}

pub(super) fn print_heading() {
    println!("{:>2} {:<46} {:>12} {:<12} {:>12} {:>8}  peer, input", "", "workload", "ours", "unit", "peer", "ratio");
}

pub(super) fn print_row(f: &Figure) {
    let peer = f.peer.as_ref().map_or("-".to_owned(), |p| readable(p.median));
    let ratio = f.ratio.map_or("-".to_owned(), |r| format!("{r:.1}×"));
    let about = match (&f.peer, &f.no_peer) {
        (Some(p), _) => format!("{}; {}", p.name, f.input),
        (None, Some(why)) => format!("no peer: {why}; {}", f.input),
        (None, None) => f.input.clone(),
    };
    println!("{:>2} {:<46} {:>12} {:<12} {peer:>12} {ratio:>8}  {about}", f.number, f.name, readable(f.ours), f.unit);
}

/// Three significant figures for small numbers, thousands separated for large ones.
fn readable(value: f64) -> String {
    if value < 100.0 {
        return format!("{value:.3}");
    }
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(c);
    }
    text
}

/// Writes `{machine, runs, figures: […]}`.
pub(super) fn write_json(machine: &str, runs: usize, figures: &[Figure], path: &Path) -> anyhow::Result<()> {
    let value = serde_json::json!({ "machine": machine, "runs": runs, "figures": figures });
    let text = serde_json::to_string_pretty(&value)?;
    fs::write(path, text + "\n").with_context(|| format!("cannot write `{}`", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_an_even_number_is_between_the_middle_two() {
        assert_eq!(median(&[4.0, 1.0, 3.0, 2.0]), 2.5);
        assert_eq!(median(&[9.0, 1.0, 2.0]), 2.0);
    }

    #[test]
    fn figures_are_readable() {
        assert_eq!(readable(1_234_567.8), "1,234,568");
        assert_eq!(readable(0.4567), "0.457");
        assert_eq!(readable(123.0), "123");
    }
}
