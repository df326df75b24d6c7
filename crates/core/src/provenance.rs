//! Where something came from, so that every number on a page can say so.

use serde::{Deserialize, Serialize};

/// A file or release that was loaded.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Source {
    /// What it is, such as `ClinVar`, `HPO`, `laboratory sheet`.
    pub name: String,
    /// Its version or date as it says itself; `None` when it does not.
    pub version: Option<String>,
    /// SHA-256 of its bytes, lower-case hexadecimal.
    pub sha256: String,
    /// File name without its folders.
    pub file: Option<String>,
}
