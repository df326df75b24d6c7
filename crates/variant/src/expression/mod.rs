//! The single door for a variant written as text.

mod error;
mod warning;

pub use error::{ErrorCode, ParseError};
pub use warning::Warning;

/// The longest text that is read as a variant, in bytes; long enough for the inserted sequence of a structural variant.
pub const MAX_LENGTH: usize = 1 << 20;
