//! What a node does, one module per purpose.
//!
//! A [`Node`] is the record, the reference, the laboratories' keys and the surroundings it works in.
//! [`contribute`] takes what laboratories send; [`lookup`] answers questions; [`access`] is the one
//! place that decides what a reader may see.

pub mod access;
mod again;
pub mod aggregate;
pub mod alert;
pub mod backup;
pub mod check;
pub mod consent;
pub mod contribute;
pub mod curation;
pub mod discordance;
pub mod error;
pub mod federation;
pub mod folder;
pub mod guideline_comparison;
pub mod guidelines;
pub mod jobs;
pub mod kept;
pub mod keys;
pub mod laboratory;
pub mod landing;
pub mod ledger;
pub mod lookup;
pub mod mail;
pub mod mapping;
pub mod membership;
mod node;
pub mod patient;
pub mod relocate;
pub mod replay;
pub mod report;
pub mod reresolve;
pub mod room;
pub mod sharing;
pub mod statistics;
pub mod suggest;
pub mod watch;
pub mod withdrawal;
pub mod worklist;
pub mod world;

pub use error::NodeError;
pub use node::{Node, State};
