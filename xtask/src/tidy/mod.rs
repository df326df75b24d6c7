//! `cargo xtask tidy`: what the compiler cannot check.
//!
//! Each check returns its problems, one sentence each, beginning with the place; all are printed.

mod asvs;
mod crates;
mod dependencies;
mod documents;
mod length;
mod problems;
mod root;
mod testdata;
mod tracked;
mod words;

use tracked::Tracked;

/// Runs every check and prints all problems; whether there was none.
pub(crate) fn run() -> anyhow::Result<bool> {
    let files = tracked::list()?;
    let metadata = crate::cargo::metadata(true)?;
    let checks = [
        ("crates and their edges", crates::check(&metadata)?),
        ("dependencies", dependencies::check(&metadata)?),
        ("files at the root", root::check(&files)),
        ("file lengths", length::check(&files)),
        ("words", words::check(&files)),
        ("test data", testdata::check(&files)?),
        ("problems", problems::check(&files)),
        ("documents", documents::check(&files)),
        ("ASVS", asvs::check(&files)),
    ];
    let mut passed = true;
    for (name, problems) in checks {
        for problem in &problems {
            println!("{name}: {problem}");
        }
        passed &= problems.is_empty();
    }
    if passed {
        println!("tidy: {} files, no problem", files.len());
    }
    Ok(passed)
}
