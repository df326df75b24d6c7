//! A PostgreSQL server for the tests: made for one run in a folder of its own, reached by a socket in it.
//!
//! Where we may install it (root on Debian or a relative), we do; elsewhere the tests run on SQLite alone, and we say so.
//! The server's language is German, so that a comparison of texts that is not ours would show; its files need not
//! survive the machine, so that it is quick.

use crate::apt;
use anyhow::Context;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Set for the runner of single tests: the folder of the server's socket.
const SOCKET: &str = "CAIRN_TEST_POSTGRES_SOCKET";
/// Set beside it: the folder of the server's programs.
const PROGRAMS: &str = "CAIRN_TEST_POSTGRES_PROGRAMS";

/// A server that ends with this value.
#[derive(Debug)]
pub(crate) struct Server {
    programs: PathBuf,
    folder: tempfile::TempDir,
}

impl Server {
    /// Starts one; the sentence to show where there is none to start.
    pub(crate) fn start() -> Result<Self, String> {
        let programs = match programs() {
            Some(programs) => programs,
            None if apt::install(&["postgresql"]) => programs().ok_or_else(missing)?,
            None => return Err(missing()),
        };
        let server = Self::make(programs).map_err(|error| format!("tests on PostgreSQL skipped: {error:#}"))?;
        Ok(server)
    }

    fn make(programs: PathBuf) -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix("cairn-postgres-").tempdir()?;
        if apt::is_root() {
            // The server's account makes its files there, and every test comes to its socket.
            let owned = Command::new("chown").arg("postgres").arg(folder.path()).status()?;
            anyhow::ensure!(owned.success(), "there is no account `postgres` for the server");
        }
        let server = Self { programs, folder };
        let data = server.folder.path().join("data");
        server.run(
            "initdb",
            &["--auth=trust", "--username=postgres", "--encoding=UTF8", "--no-sync", "--locale=C.UTF-8"],
            &["--locale-provider=icu".as_ref(), "--icu-locale=de-DE".as_ref(), "-D".as_ref(), data.as_os_str()],
        )?;
        let socket = server.folder.path().display();
        let settings = format!(
            "-c listen_addresses= -c unix_socket_directories={socket} -c fsync=off -c full_page_writes=off \
             -c max_connections=400 -c shared_buffers=64MB -c autovacuum=off -c log_min_messages=panic"
        );
        let log = server.folder.path().join("log");
        server.run(
            "pg_ctl",
            &["start", "--wait", "--silent"],
            &["-o".as_ref(), settings.as_ref(), "-l".as_ref(), log.as_os_str(), "-D".as_ref(), data.as_os_str()],
        )?;
        Ok(server)
    }

    /// Runs one of the server's own programs, by the server's account where we are root.
    fn run(&self, program: &str, words: &[&str], more: &[&OsStr]) -> anyhow::Result<()> {
        let program = self.programs.join(program);
        let mut command = if apt::is_root() {
            let mut command = Command::new("setpriv");
            command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]).arg(&program);
            command
        } else {
            Command::new(&program)
        };
        let folder = self.folder.path();
        command.args(words).args(more).current_dir(folder).stdin(Stdio::null()).stdout(Stdio::null());
        // Not through a pipe: a server that was started keeps what it was given.
        let said = folder.join("said");
        let status = command.stderr(std::fs::File::create(&said)?).status()?;
        let words = std::fs::read_to_string(&said).unwrap_or_default();
        anyhow::ensure!(status.success(), "`{}` failed: {}", program.display(), words.trim());
        Ok(())
    }

    /// What a run of the tests is told, so that each test gets a database of its own.
    pub(crate) fn variables(&self) -> anyhow::Result<[(OsString, OsString); 3]> {
        let host = crate::cargo::host()?.to_uppercase().replace(['-', '.'], "_");
        let mut runner = std::env::current_exe()?.into_os_string();
        runner.push(" on-postgres");
        Ok([
            (format!("CARGO_TARGET_{host}_RUNNER").into(), runner),
            (SOCKET.into(), self.folder.path().as_os_str().to_owned()),
            (PROGRAMS.into(), self.programs.as_os_str().to_owned()),
        ])
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let data = self.folder.path().join("data");
        let _ = self.run("pg_ctl", &["stop", "--mode=immediate", "--silent"], &["-D".as_ref(), data.as_os_str()]);
    }
}

/// Runs one test with a new database as its record; whether it passed. A list of tests needs none.
pub(crate) fn run_one(command: &[OsString]) -> anyhow::Result<bool> {
    let (program, arguments) = command.split_first().context("no test to run")?;
    let mut test = Command::new(program);
    test.args(arguments);
    if arguments.iter().any(|argument| argument == "--list") {
        return Ok(test.status()?.success());
    }
    let variable = |name| std::env::var_os(name).with_context(|| format!("{name} is not set: use `cargo xtask test`"));
    let (socket, programs) = (variable(SOCKET)?, PathBuf::from(variable(PROGRAMS)?));
    let name = format!("test_{}", std::process::id());
    let ask = |program: &str| {
        let mut command = Command::new(programs.join(program));
        command.arg("--host").arg(&socket).arg("--username=postgres").stdin(Stdio::null());
        command
    };
    let made = ask("createdb").arg("--template=template0").arg(&name).status()?;
    anyhow::ensure!(made.success(), "the test's database cannot be made");
    let socket = socket.to_string_lossy();
    test.env("DATABASE_URL", format!("postgres:///{name}?host={socket}&user=postgres"));
    let passed = test.status()?.success();
    let _ = ask("dropdb").args(["--force", "--if-exists"]).arg(&name).status();
    Ok(passed)
}

/// The newest programs of the server.
fn programs() -> Option<PathBuf> {
    let version = |folder: &PathBuf| folder.file_name().and_then(|name| name.to_str()?.parse::<u32>().ok());
    let folders = std::fs::read_dir("/usr/lib/postgresql").ok()?.filter_map(|entry| Some(entry.ok()?.path()));
    let newest = folders.filter(|folder| has_server(&folder.join("bin"))).max_by_key(version);
    newest.map(|folder| folder.join("bin")).or_else(|| {
        let beside = apt::find("initdb")?.parent()?.to_owned();
        has_server(&beside).then_some(beside)
    })
}

fn has_server(folder: &Path) -> bool {
    ["initdb", "pg_ctl", "postgres", "createdb"].iter().all(|program| folder.join(program).is_file())
}

fn missing() -> String {
    "tests on PostgreSQL skipped: it is not here; install it with `apt-get install postgresql`".to_owned()
}
