//! Project automation: `cargo xtask test | postgres | ci | tidy | fuzz | soak | conformance | bench`.

mod apt;
mod browser;
mod cargo;
mod ci;
mod fuzz;
mod measure;
mod postgres;
mod soak;
mod test;
mod tidy;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Project automation")]
enum Command {
    /// Run every test; installs the browser the tests drive where it may
    Test {
        /// Handed to the test runner: a filter, `-p CRATE`, …
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        options: Vec<OsString>,
    },
    /// Run the tests of the record and of the node on PostgreSQL, which is started for them (needs cargo-nextest)
    Postgres {
        /// Handed to the test runner: a filter, `-p CRATE`, …
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        options: Vec<OsString>,
    },
    /// Run one test with a database of its own; the test runner calls it
    #[command(hide = true)]
    OnPostgres {
        /// The test's program and its arguments
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        command: Vec<OsString>,
    },
    /// Everything a change must pass: format, lints, tidy, tests, conformance
    Ci,
    /// Check what the compiler cannot: the map of crates, file lengths, words, test data, documents
    Tidy,
    /// Hostile bytes for every parser door (needs cargo-fuzz)
    Fuzz {
        /// Only this target of `fuzz/targets/`
        target: Option<String>,
        /// How long each target runs
        #[arg(long, default_value_t = 60)]
        seconds: u32,
    },
    /// Long trials of the real program: killed, starved of disk, failing system calls, damaged files, two histories,
    /// nodes cut off from each other, too much asked; `docs/reliability.md` holds what they found
    Soak {
        /// Only this trial: kill, syscalls, disk-full, flips, equivocation, federation, overload
        trial: Option<String>,
        /// Decides everything random in it
        #[arg(long)]
        seed: Option<u64>,
        /// Its length, instead of that of the long form
        #[arg(long)]
        rounds: Option<u64>,
    },
    /// Run the vectors of published standards through the product (`--help` for its options)
    #[command(disable_help_flag = true)]
    Conformance {
        /// Handed on
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        options: Vec<OsString>,
    },
    /// Replay snapshots of ClinVar and compare the alerts with an independent script's list
    Replay {
        /// A folder with `clinvar_GRCh37_DATE.tsv.gz` of several dates
        folder: OsString,
    },
    /// Time the product's workloads in a release build (`--help` for its options)
    #[command(disable_help_flag = true)]
    Bench {
        /// Handed on
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        options: Vec<OsString>,
    },
}

fn main() -> anyhow::Result<ExitCode> {
    let command = Command::parse();
    if let Command::OnPostgres { command } = &command {
        // The test stands where the runner put it.
        let passed = postgres::run_one(command)?;
        return Ok(if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE });
    }
    // The others take paths from the user, which are relative to where they stand.
    if !matches!(command, Command::Conformance { .. } | Command::Bench { .. } | Command::Replay { .. }) {
        std::env::set_current_dir(cargo::root()?)?;
    }
    let passed = match command {
        Command::Test { options } => test::run(&options)?,
        Command::Postgres { options } => test::on_postgres(&options)?,
        Command::OnPostgres { .. } => unreachable!("run above"),
        Command::Ci => ci::run()?,
        Command::Tidy => tidy::run()?,
        Command::Fuzz { target, seconds } => fuzz::run(target.as_deref(), seconds)?,
        Command::Soak { trial, seed, rounds } => soak::run(trial.as_deref(), seed, rounds)?,
        Command::Conformance { options } => measure::conformance(&options)?,
        Command::Replay { folder } => measure::replay(folder)?,
        Command::Bench { options } => measure::bench(&options)?,
    };
    Ok(if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
