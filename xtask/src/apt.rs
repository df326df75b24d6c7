//! Programs of this machine, and Debian's packages where we may install them.

use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Installs packages without a question, where we are root on Debian or a relative; whether apt says that they are here.
pub(crate) fn install(packages: &[&str]) -> bool {
    let Some(apt) = find("apt-get").filter(|_| is_root()) else { return false };
    println!("installing {}, which tests need", packages.join(" and "));
    let mut arguments = vec!["install", "--yes", "--no-install-recommends"];
    arguments.extend(packages);
    quietly(&apt, &arguments) || (quietly(&apt, &["update"]) && quietly(&apt, &arguments))
}

/// A program on the path.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}

/// Whether we may do everything here.
pub(crate) fn is_root() -> bool {
    let output = Command::new("id").arg("-u").stdin(Stdio::null()).output();
    output.is_ok_and(|o| o.stdout.trim_ascii() == b"0")
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
