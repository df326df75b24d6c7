//! The browser that the tests of the pages drive: Chromium and its WebDriver.
//!
//! Where we may install it (root on Debian or a relative with a `chromium` package), we do.
//! Elsewhere we say what is missing; the browser tests then skip themselves, and only they.

use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Makes sure that the browser is here; the sentence to show when it is not.
pub(crate) fn ensure() -> Result<(), String> {
    if present() {
        return Ok(());
    }
    let Some(apt) = find("apt-get").filter(|_| is_root()) else {
        return Err(missing("install them with `apt-get install chromium chromium-driver`"));
    };
    println!("installing chromium and chromium-driver, which the browser tests drive");
    let installed = install(&apt) || (update(&apt) && install(&apt));
    if installed && present() {
        Ok(())
    } else {
        Err(missing("`apt-get install chromium chromium-driver` did not bring them"))
    }
}

fn present() -> bool {
    find("chromedriver").is_some() && (find("chromium").is_some() || find("google-chrome").is_some())
}

fn missing(remedy: &str) -> String {
    format!("browser tests skipped: `chromium` and `chromedriver` are not here; {remedy}")
}

fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}

fn is_root() -> bool {
    let output = Command::new("id").arg("-u").stdin(Stdio::null()).output();
    output.is_ok_and(|o| o.stdout.trim_ascii() == b"0")
}

fn update(apt: &PathBuf) -> bool {
    quietly(apt, &["update"])
}

fn install(apt: &PathBuf) -> bool {
    quietly(apt, &["install", "--yes", "--no-install-recommends", "chromium", "chromium-driver"])
}

/// Runs apt-get without a question and without waiting long for a network that is not there.
fn quietly(apt: &PathBuf, arguments: &[&str]) -> bool {
    let status = Command::new(apt)
        .args(["-qq", "-o", "Acquire::Retries=1", "-o", "Acquire::http::Timeout=20"])
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    status.is_ok_and(|s| s.success())
}
