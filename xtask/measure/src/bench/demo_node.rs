//! The demo, as a user starts it: the release build of `cairn`, its own process, real data.

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use serde_json::Value;

use super::http_client::Client;
use super::peer;

/// A demo that runs until it is dropped.
pub(super) struct DemoNode {
    process: Child,
    pub(super) address: SocketAddr,
    /// Of a clinical scientist of the first laboratory.
    pub(super) token: String,
    /// The first laboratory's data folder.
    pub(super) folder: PathBuf,
    /// From the start of the process to the first `/healthz` that says 200.
    pub(super) ready_after: Duration,
}

impl DemoNode {
    /// Makes the demo anew and waits until all its data can be asked for.
    pub(super) fn start() -> anyhow::Result<Self> {
        let program = program()?;
        let folder = peer::workshop()?.join("demo");
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        Self::serve(&program, folder)
    }

    fn serve(program: &Path, folder: PathBuf) -> anyhow::Result<Self> {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let start = Instant::now();
        let process = Command::new(program)
            .args(["demo", "--listen", &address.to_string(), "--data"])
            .arg(&folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .with_context(|| format!("cannot start `{}`", program.display()))?;
        let mut node = Self { process, address, token: String::new(), folder, ready_after: Duration::ZERO };
        node.wait(start)?;
        let credentials = fs::read_to_string(node.folder.join("credentials.json"))?;
        let credentials: Value = serde_json::from_str(&credentials)?;
        node.token = credentials[0]["token"].as_str().context("credentials.json has no token")?.to_owned();
        Ok(node)
    }

    fn wait(&mut self, start: Instant) -> anyhow::Result<()> {
        while start.elapsed() < Duration::from_secs(120) {
            ensure!(self.process.try_wait()?.is_none(), "`cairn demo` ended");
            if Client::connect(self.address, None).and_then(|mut c| c.get("/healthz")).is_ok_and(|(s, _)| s == 200) {
                self.ready_after = start.elapsed();
                return Ok(());
            }
            thread::sleep(Duration::from_millis(20));
        }
        bail!("the demo was not ready after two minutes")
    }

    /// A connection that speaks for the clinical scientist.
    pub(super) fn client(&self) -> anyhow::Result<Client> {
        Client::connect(self.address, Some(&self.token))
    }
}

impl Drop for DemoNode {
    fn drop(&mut self) {
        // It may have ended already; either way nobody is left to tell.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The release build of `cairn`, built now.
pub(super) fn program() -> anyhow::Result<PathBuf> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo).args(["build", "--release", "--quiet", "--package", "cairn"]).status()?;
    ensure!(status.success(), "`cargo build --release --package cairn` failed");
    Ok(std::env::current_exe()?.with_file_name("cairn"))
}
