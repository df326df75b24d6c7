//! Submissions: sending one, and what became of it.

pub mod get;
pub mod post;
