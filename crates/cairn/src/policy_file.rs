//! The policy file of a node or of who checks a proof.

use anyhow::Context;
use cairn_ledger::policy::Policy;
use std::path::Path;

/// Reads a policy file.
///
/// # Errors
/// When it cannot be read or followed; the line is named.
pub fn read(path: &Path) -> anyhow::Result<Policy> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read `{}`", path.display()))?;
    Policy::read(&text).with_context(|| format!("`{}`", path.display()))
}
