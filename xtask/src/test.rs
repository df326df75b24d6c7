//! `cargo xtask test`: documentation examples, then every test, then those of the record and the node on PostgreSQL,
//! and what was skipped and why.

use std::ffi::{OsStr, OsString};

use crate::postgres::Server;
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
    let tests = (!options.is_empty() || on_postgres(&[])?) && tests;
    if !examples {
        eprintln!("documentation examples failed, see above");
    }
    Ok(examples && tests)
}

/// What runs there unless something particular is asked for: all of the record, and of the node what is about its
/// database and what writes and asks most. Others of the node open several records in one process.
const ON_POSTGRES: &str = "(package(cairn-store) or (package(cairn-node) and (binary(relocate) or binary(cut) \
     or binary(contribute) or binary(discordance) or binary(alerts)))) and not test(/in_a_file/)";

/// Runs the tests of the record and of the node on PostgreSQL; whether all passed, or there is none to run them on.
pub(crate) fn on_postgres(options: &[OsString]) -> anyhow::Result<bool> {
    if !cargo::has("nextest") {
        println!("note: tests on PostgreSQL skipped: they need cargo-nextest, which runs each in a process of its own");
        return Ok(true);
    }
    let server = match Server::start() {
        Ok(server) => server,
        Err(missing) => {
            println!("note: {missing}");
            return Ok(true);
        }
    };
    let mut command = cargo::command();
    command.args(["nextest", "run", "--no-fail-fast"]);
    if options.is_empty() {
        // Built as for the other tests, so that nothing is compiled twice.
        command.args(["--workspace", "-E", ON_POSTGRES]);
    }
    command.args(options).envs(server.variables()?);
    Ok(command.status()?.success())
}

fn runner(options: &[OsString]) -> anyhow::Result<bool> {
    let fixed: &[&str] = if cargo::has("nextest") {
        &["nextest", "run", "--workspace", "--no-fail-fast"]
    } else {
        &["test", "--workspace", "--all-targets", "--no-fail-fast"]
    };
    cargo::run(fixed.iter().map(OsStr::new).chain(options.iter().map(OsString::as_os_str)))
}
