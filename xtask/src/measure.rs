//! Starts `xtask-measure`, the package that holds what needs the product compiled.

use std::ffi::OsString;
use std::process::{Command, ExitCode};

use anyhow::Context;

/// Conformance runs in the profile of the tests: what `cargo xtask test` built is reused.
pub(crate) fn conformance(options: &[OsString]) -> anyhow::Result<ExitCode> {
    start("conformance", &[], options)
}

/// Figures are taken in a release build, and only there.
pub(crate) fn bench(options: &[OsString]) -> anyhow::Result<ExitCode> {
    start("bench", &["--release"], options)
}

fn start(command: &str, profile: &[&str], options: &[OsString]) -> anyhow::Result<ExitCode> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["run", "--quiet", "--package", "xtask-measure"])
        .args(profile)
        .args(["--", command])
        .args(options)
        .status()
        .context("cannot start cargo")?;
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
