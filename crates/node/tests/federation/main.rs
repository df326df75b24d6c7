//! Nodes as peers over loopback TLS.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop there")]

mod acknowledged;
mod house;
mod live;
mod matrix;
mod replication;
mod unreadable;
