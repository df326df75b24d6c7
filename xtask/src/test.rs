//! `cargo xtask test`: documentation examples, then every test, then what was skipped and why.

use std::ffi::{OsStr, OsString};

use crate::{browser, cargo};

/// Runs the tests; whether all passed. `options` go to the runner, and then documentation
/// examples are left out: the caller is after something particular.
pub(crate) fn run(options: &[OsString]) -> anyhow::Result<bool> {
    let browser = browser::ensure();
    let examples = !options.is_empty() || cargo::run(["test", "--workspace", "--doc", "--quiet"])?;
    if let Err(missing) = browser {
        println!("note: {missing}");
    }
    // Last, so that the runner's own summary closes the output.
    let tests = runner(options)?;
    if !examples {
        eprintln!("documentation examples failed, see above");
    }
    Ok(examples && tests)
}

fn runner(options: &[OsString]) -> anyhow::Result<bool> {
    let fixed: &[&str] = if cargo::has("nextest") {
        &["nextest", "run", "--workspace", "--no-fail-fast"]
    } else {
        &["test", "--workspace", "--all-targets", "--no-fail-fast"]
    };
    cargo::run(fixed.iter().map(OsStr::new).chain(options.iter().map(OsString::as_os_str)))
}
