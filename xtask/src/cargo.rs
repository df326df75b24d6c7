//! Cargo, as called from here: where the workspace is, and running a command in it.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Context;

/// The folder of the workspace.
pub(crate) fn root() -> anyhow::Result<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = here.parent().context("xtask has no parent folder")?;
    Ok(root.to_path_buf())
}

/// The cargo that started this program, so that `cargo +toolchain xtask` stays on its toolchain.
pub(crate) fn command() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Runs cargo with these arguments; whether it succeeded.
pub(crate) fn run<A: AsRef<OsStr>>(arguments: impl IntoIterator<Item = A>) -> anyhow::Result<bool> {
    let status = command().args(arguments).stdin(Stdio::null()).status().context("cannot start cargo")?;
    Ok(status.success())
}

/// Runs cargo with these variables and arguments; whether it succeeded.
pub(crate) fn run_with<A: AsRef<OsStr>>(
    variables: &[(&str, String)],
    arguments: impl IntoIterator<Item = A>,
) -> anyhow::Result<bool> {
    let mut command = command();
    command.envs(variables.iter().map(|(name, value)| (name, value))).args(arguments).stdin(Stdio::null());
    Ok(command.status().context("cannot start cargo")?.success())
}

/// Whether a cargo subcommand is installed.
pub(crate) fn has(subcommand: &str) -> bool {
    let status = command()
        .args([subcommand, "--version"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    status.is_ok_and(|s| s.success())
}

/// What `cargo metadata` says of the workspace and, when `with_dependencies`, of all it uses.
pub(crate) fn metadata(with_dependencies: bool) -> anyhow::Result<serde_json::Value> {
    let mut command = command();
    command.args(["metadata", "--format-version=1"]);
    if !with_dependencies {
        command.arg("--no-deps");
    }
    let output = command.stderr(Stdio::inherit()).output().context("cannot start cargo")?;
    anyhow::ensure!(output.status.success(), "`cargo metadata` failed");
    serde_json::from_slice(&output.stdout).context("`cargo metadata` did not answer in JSON")
}

/// The kind of machine this is, as the compiler names it.
pub(crate) fn host() -> anyhow::Result<String> {
    let output = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into())).arg("-vV").output()?;
    let said = String::from_utf8(output.stdout)?;
    let host = said.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).context("`rustc -vV` does not name the host")
}
