//! `cargo xtask ci`: everything that a change must pass, in the order in which it fails fastest.

use std::path::Path;

use crate::{cargo, measure, test, tidy};

/// Where the bulk vectors lie beside a checkout, for those who have them.
const VECTORS: &str = "../shared/standards";

/// Something that must pass, by name.
type Step = (&'static str, fn() -> anyhow::Result<bool>);

/// Runs every step, even after one failed, and names the failed ones; whether all passed.
pub(crate) fn run() -> anyhow::Result<bool> {
    let steps: [Step; 6] = [
        ("format", || cargo::run(["fmt", "--all", "--check"])),
        ("tidy", tidy::run),
        ("lints", || cargo::run(["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"])),
        ("documentation", documentation),
        ("conformance", conformance),
        ("test", || test::run(&[])),
    ];
    let mut failed = Vec::new();
    for (name, step) in steps {
        println!("== {name}");
        if !step()? {
            failed.push(name);
        }
    }
    if failed.is_empty() {
        println!("ci: passed");
    } else {
        println!("ci: failed: {}", failed.join(", "));
    }
    Ok(failed.is_empty())
}

/// Builds the documentation of our own crates, so that a broken link is found here.
fn documentation() -> anyhow::Result<bool> {
    let status = cargo::command()
        .args(["doc", "--workspace", "--no-deps", "--quiet", "--document-private-items"])
        .env("RUSTDOCFLAGS", "-D warnings")
        .status()?;
    Ok(status.success())
}

fn conformance() -> anyhow::Result<bool> {
    if !Path::new(VECTORS).is_dir() {
        println!("skipped: no vectors at `{VECTORS}`");
        return Ok(true);
    }
    measure::conformance(&["--vectors".into(), VECTORS.into(), "--floors".into()])
}
