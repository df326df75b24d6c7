//! Variants: which one a text means, and what is known of it.

pub mod aggregates;
pub mod difference;
pub mod get;
pub mod penetrance;
pub mod resolve;
pub mod suggestions;
