//! Measures the product: `conformance` with published vectors, `bench` beside its peers.
//!
//! Started by `cargo xtask conformance` and `cargo xtask bench`. It is a package of its own
//! because it depends on the product, which `cargo xtask test` should not have to compile first.

mod bench;
mod conformance;
mod replay;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

/// The allocator of the product, so that the figures are those of the product.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Measures the product")]
enum Command {
    /// Run the vectors of published standards through the product's own code
    Conformance {
        /// A folder with one sub-folder a suite (`normalisation/`, `vrs/`, `hgvs/`, …)
        #[arg(long, value_name = "DIR")]
        vectors: PathBuf,
        /// Only this suite (a sub-folder's name)
        #[arg(long, value_name = "SUITE")]
        suite: Option<String>,
        /// Also write the result here
        #[arg(long, value_name = "FILE")]
        json: Option<PathBuf>,
        /// Fail when a suite passes a smaller share than the project has promised
        #[arg(long)]
        floors: bool,
    },
    /// Replay snapshots of ClinVar and compare the alerts with what an independent script expects
    Replay {
        /// A folder with `clinvar_GRCh37_DATE.tsv.gz` of several dates
        #[arg(value_name = "DIR")]
        folder: PathBuf,
    },
    /// Time the product's workloads, each beside its peer where that is installed
    Bench {
        /// Only the workload with this number
        #[arg(long, value_name = "N")]
        only: Option<u32>,
        /// How often each side runs; the median is reported
        #[arg(long, value_name = "N", default_value_t = 5)]
        runs: usize,
        /// Also write the result here
        #[arg(long, value_name = "FILE")]
        json: Option<PathBuf>,
    },
}

fn main() -> anyhow::Result<ExitCode> {
    match Command::parse() {
        Command::Conformance { vectors, suite, json, floors } => {
            conformance::run(&vectors, suite.as_deref(), json.as_deref(), floors)
        }
        Command::Replay { folder } => replay::run(&folder),
        Command::Bench { only, runs, json } => bench::run(only, runs, json.as_deref()),
    }
}
