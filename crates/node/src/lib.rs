//! What a node does, one module per purpose.
//!
//! A [`Node`] is the record, the laboratories' keys and the surroundings it works in.
//! [`access`] is the one place that decides what a reader may see; [`lookup`] answers questions;
//! [`laboratory`] adds laboratories.

pub mod access;
pub mod error;
pub mod folder;
pub mod keys;
pub mod laboratory;
pub mod lookup;
mod node;
pub mod world;

pub use error::NodeError;
pub use node::Node;
