//! Variants: which one a text means, and what is known of it.

pub mod get;
pub mod resolve;
