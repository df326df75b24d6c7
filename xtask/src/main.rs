//! Project automation: `cargo xtask test | ci | tidy | conformance | bench`.

mod measure;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Project automation")]
enum Command {
    /// Run the vectors of published standards through the product (`--help` for its options)
    #[command(disable_help_flag = true)]
    Conformance {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        options: Vec<OsString>,
    },
    /// Time the product's workloads in a release build (`--help` for its options)
    #[command(disable_help_flag = true)]
    Bench {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        options: Vec<OsString>,
    },
}

fn main() -> anyhow::Result<ExitCode> {
    match Command::parse() {
        Command::Conformance { options } => measure::conformance(&options),
        Command::Bench { options } => measure::bench(&options),
    }
}
