//! Peers: programs and Python packages that we measure ourselves against, where they are installed
//! or can be.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Context;

/// A folder beside the build for input and for what peers need; kept between runs.
pub(crate) fn workshop() -> anyhow::Result<PathBuf> {
    let program = std::env::current_exe()?;
    let target = program.ancestors().nth(2).context("the build has no target folder")?;
    let folder = target.join("bench");
    fs::create_dir_all(&folder).with_context(|| format!("cannot create `{}`", folder.display()))?;
    Ok(folder)
}

/// The first line of `program --version`; the error says how to install it.
pub(crate) fn program(program: &str, remedy: &str) -> Result<String, String> {
    let output = Command::new(program).arg("--version").stdin(Stdio::null()).output();
    let output = output.map_err(|_| format!("`{program}` is not installed: {remedy}"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(text.lines().next().unwrap_or(program).to_owned())
}

/// A Python that has these packages (`ga4gh.vrs==2.3.3`), in an environment of its own; the error
/// says why there is none.
pub(crate) fn python(packages: &[&str]) -> Result<PathBuf, String> {
    let folder = workshop().map_err(|e| e.to_string())?.join(format!("python-{}", packages.join("-")));
    let python = folder.join("bin/python");
    let complete = folder.join("complete");
    if !complete.exists() {
        step(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
        step(Command::new(&python).args(["-m", "pip", "install", "--quiet"]).args(packages))?;
        fs::write(&complete, "").map_err(|e| e.to_string())?;
    }
    Ok(python)
}

/// Runs a Python peer and reads the one figure it prints as its last line.
pub(crate) fn figure(python: &Path, script: &str, arguments: &[&str]) -> anyhow::Result<f64> {
    let output = Command::new(python).args(["-c", script]).args(arguments).output()?;
    anyhow::ensure!(output.status.success(), "the peer failed: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout)?;
    let last = text.lines().last().context("the peer printed nothing")?;
    last.trim().parse().with_context(|| format!("the peer's last line is not a figure: `{last}`"))
}

fn step(command: &mut Command) -> Result<(), String> {
    let output = command.stdin(Stdio::null()).output().map_err(|e| format!("{command:?}: {e}"))?;
    if output.status.success() {
        return Ok(());
    }
    let cause = String::from_utf8_lossy(&output.stderr);
    Err(format!("{command:?}: {}", cause.lines().last().unwrap_or_default()))
}
