//! Amounts in words.

pub use cairn_core::amount::{counted, days};
