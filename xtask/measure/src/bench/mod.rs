//! Times the product's workloads, each beside its peer where that is installed.
//!
//! Both sides run on the same input in the same process conditions, alternately: ours first in
//! even rounds, the peer first in odd ones; the median of the rounds is reported. A workload checks
//! that both sides give the same answer before it is timed.
//!
//! To add a workload: write `fn prepare() -> anyhow::Result<Prepared>` in a file of its own and
//! give it a line in [`WORKLOADS`]. Numbers are permanent. [`synthetic`] makes input of any size,
//! [`peer`] finds or installs the other side.

mod clinvar_import;
mod demo_node;
mod discordance_queue;
mod genome;
mod hgvs_parse;
mod hgvs_project;
mod http_client;
mod landing;
mod ledger;
mod lookup;
mod lookup_http;
mod machine;
mod peer;
mod replication;
mod report;
mod synthetic;
mod vcf_normalise;
mod vrs_identify;

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, bail};

pub(crate) use report::Figure;

/// One measurement in the workload's unit.
pub(crate) type Measure = Box<dyn FnMut() -> anyhow::Result<f64>>;

/// Which way a figure improves.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Better {
    /// A rate: more is better.
    Higher,
    /// A duration or a size: less is better.
    Lower,
}

/// A workload: what is timed, in which unit.
pub(crate) struct Workload {
    /// Permanent; what `--only` takes.
    pub(crate) number: u32,
    pub(crate) name: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) better: Better,
    pub(crate) prepare: fn() -> anyhow::Result<Prepared>,
}

/// A workload that is ready to be timed.
pub(crate) struct Prepared {
    /// Our side.
    pub(crate) ours: Measure,
    /// The peer's name and version, and its side; or why there is none here.
    pub(crate) peer: Result<(String, Measure), String>,
    /// What the input was: "81,122 rows of ClinVar 2016-05-20".
    pub(crate) input: String,
}

/// Every workload, by number.
const WORKLOADS: &[Workload] = &[
    Workload {
        number: 1,
        name: "vrs-identify",
        unit: "alleles/s",
        better: Better::Higher,
        prepare: vrs_identify::prepare,
    },
    Workload { number: 2, name: "vcf-normalise", unit: "s", better: Better::Lower, prepare: vcf_normalise::prepare },
    Workload {
        number: 3,
        name: "hgvs-project",
        unit: "variants/s",
        better: Better::Higher,
        prepare: hgvs_project::prepare,
    },
    Workload { number: 4, name: "clinvar-import", unit: "s", better: Better::Lower, prepare: clinvar_import::prepare },
    Workload {
        number: 5,
        name: "lookup-http",
        unit: "answers/s",
        better: Better::Higher,
        prepare: lookup_http::prepare_rate,
    },
    Workload {
        number: 6,
        name: "lookup-http-p99",
        unit: "ms",
        better: Better::Lower,
        prepare: lookup_http::prepare_p99,
    },
    Workload { number: 7, name: "lookup-p99", unit: "ms", better: Better::Lower, prepare: lookup::prepare_p99 },
    Workload {
        number: 8,
        name: "hgvs-parse",
        unit: "descriptions/s",
        better: Better::Higher,
        prepare: hgvs_parse::prepare,
    },
    Workload {
        number: 9,
        name: "vcf-normalise from BGZF",
        unit: "s",
        better: Better::Lower,
        prepare: vcf_normalise::prepare_bgzf,
    },
    Workload { number: 20, name: "landing-p99", unit: "ms", better: Better::Lower, prepare: landing::prepare_p99 },
    Workload {
        number: 21,
        name: "aggregate-all",
        unit: "s",
        better: Better::Lower,
        prepare: landing::prepare_recompute,
    },
    Workload {
        number: 22,
        name: "discordance-queue-p99",
        unit: "ms",
        better: Better::Lower,
        prepare: discordance_queue::prepare_p99,
    },
    Workload {
        number: 30,
        name: "ledger-append",
        unit: "entries/s",
        better: Better::Higher,
        prepare: ledger::prepare_rate,
    },
    Workload { number: 31, name: "ledger-sealed-p99", unit: "ms", better: Better::Lower, prepare: ledger::prepare_p99 },
    Workload { number: 32, name: "ledger-check", unit: "s", better: Better::Lower, prepare: ledger::prepare_check },
    Workload {
        number: 33,
        name: "replication",
        unit: "statements/s",
        better: Better::Higher,
        prepare: replication::prepare,
    },
];

/// Runs the workloads, prints a table, writes JSON when asked.
pub(crate) fn run(only: Option<u32>, runs: usize, json: Option<&Path>) -> anyhow::Result<ExitCode> {
    if cfg!(debug_assertions) {
        bail!("this is a debug build, its figures mean nothing: run `cargo xtask bench`");
    }
    let chosen: Vec<&Workload> = WORKLOADS.iter().filter(|w| only.is_none_or(|n| n == w.number)).collect();
    if chosen.is_empty() && only.is_some() {
        let known: Vec<String> = WORKLOADS.iter().map(|w| w.number.to_string()).collect();
        bail!("no workload with this number; there are {}", known.join(", "));
    }
    let machine = machine::describe();
    println!("{machine}\nmedian of {runs}, both orders\n");
    report::print_heading();
    let mut figures = Vec::new();
    let mut failed = false;
    for workload in chosen {
        match measure(workload, runs) {
            Ok(figure) => {
                report::print_row(&figure);
                figures.push(figure);
            }
            Err(cause) => {
                failed = true;
                println!("{:>2} {}: not measured: {cause:#}", workload.number, workload.name);
            }
        }
    }
    if let Some(path) = json {
        report::write_json(&machine, runs, &figures, path)?;
    }
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn measure(workload: &Workload, runs: usize) -> anyhow::Result<Figure> {
    let prepared = (workload.prepare)().context("cannot prepare the input")?;
    let mut ours = prepared.ours;
    let (mut peer, why_no_peer) = match prepared.peer {
        Ok(peer) => (Some(peer), None),
        Err(why) => (None, Some(why)),
    };
    let (mut our_samples, mut peer_samples) = (Vec::new(), Vec::new());
    for round in 0..runs.max(1) {
        if round % 2 == 0 {
            our_samples.push(ours()?);
        }
        if let Some((_, run)) = &mut peer {
            peer_samples.push(run()?);
        }
        if round % 2 == 1 {
            our_samples.push(ours()?);
        }
    }
    Ok(Figure::new(workload, prepared.input, our_samples, peer.map(|p| (p.0, peer_samples)), why_no_peer))
}
