//! Cairn's own statement file: `{"format": "cairn.statement", "version": 1, "statements": […]}`.
//!
//! It holds everything that a statement says, so that what a node writes another reads back whole.
//! The schema stands in `docs/reference/formats.md`.

mod fields;
mod read;
mod write;

pub use read::import;
pub use write::{sign_off, write};

/// The format's name in the file.
pub const NAME: &str = "cairn.statement";
/// The version that is written; older ones are read.
pub const VERSION: u64 = 1;
pub(crate) use cairn_core::tier::SIGN_OFF;

/// Whether a JSON text says that it is such a file, in its first part.
pub fn is_named(text: &str) -> bool {
    let end = text.char_indices().nth(4_096).map_or(text.len(), |(at, _)| at);
    let squeezed: String = text[..end].chars().filter(|c| !c.is_whitespace()).collect();
    squeezed.contains(r#""format":"cairn.statement""#)
}

#[cfg(test)]
mod tests;
