//! What this machine allows.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Whether a command can be run here and succeeds.
fn succeeds(program: &str, arguments: &[&str]) -> bool {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// Why system calls cannot be made to fail here; `None`: they can.
pub(crate) fn no_strace() -> Option<&'static str> {
    if !succeeds("strace", &["-V"]) {
        return Some("`strace` is not installed (`apt-get install strace`)");
    }
    let traced = ["-qq", "-e", "trace=openat", "-o", "/dev/null", "true"];
    (!succeeds("strace", &traced)).then_some("this machine does not let `strace` follow a program")
}

/// A file system of its own in memory; it goes with the value.
pub(crate) struct SmallDisk(PathBuf);

impl SmallDisk {
    /// Mounts one of so many MiB; `None` where this account may not.
    pub(crate) fn mount(at: &Path, mebibytes: u32) -> Option<Self> {
        std::fs::create_dir_all(at).unwrap();
        let size = format!("size={mebibytes}m,mode=0700");
        let path = at.to_string_lossy();
        succeeds("mount", &["-t", "tmpfs", "-o", &size, "tmpfs", &path]).then(|| Self(at.to_owned()))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let path = self.0.to_string_lossy().into_owned();
        if !succeeds("umount", &[&path]) {
            succeeds("umount", &["-l", &path]);
        }
    }
}
