//! Starts `xtask-measure`, the package that holds what needs the product compiled.

use std::ffi::{OsStr, OsString};

use crate::cargo;

/// Conformance runs in the profile of the tests: what `cargo xtask test` built is reused.
pub(crate) fn conformance(options: &[OsString]) -> anyhow::Result<bool> {
    start("conformance", &[], options)
}

/// Figures are taken in a release build, and only there.
pub(crate) fn bench(options: &[OsString]) -> anyhow::Result<bool> {
    start("bench", &["--release"], options)
}

/// Hundreds of thousands of rows are read: in a release build.
pub(crate) fn replay(folder: OsString) -> anyhow::Result<bool> {
    start("replay", &["--release"], &[folder])
}

fn start(command: &str, profile: &[&str], options: &[OsString]) -> anyhow::Result<bool> {
    let mut arguments = vec![OsStr::new("run"), "--quiet".as_ref()];
    arguments.extend(["--package", "xtask-measure"].map(OsStr::new));
    arguments.extend(profile.iter().map(OsStr::new));
    arguments.extend(["--", command].map(OsStr::new));
    arguments.extend(options.iter().map(OsString::as_os_str));
    cargo::run(arguments)
}
