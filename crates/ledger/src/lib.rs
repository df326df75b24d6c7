//! The tamper-evident ledger as values: what it is made of and how it is checked.
//!
//! A ledger is a Merkle tree over leaves (RFC 6962, section 2.1) that is published as static files: [`tile`]s of 256
//! hashes and bundles of entries (C2SP tlog-tiles), and a [`checkpoint`] signed as a [`note`] (C2SP signed-note,
//! tlog-checkpoint). A [`witness`] signs a checkpoint again after it has seen that nothing was taken back, with a
//! [`cosignature`]; a [`policy`] says whose signatures are enough. A [`leaf`] says what happened without saying to
//! whom; a [`receipt`] is one entry with all that is needed to check it without a network (C2SP tlog-proof).
//!
//! Nothing here reads a file, a clock or randomness.

pub mod cbor;
pub mod checkpoint;
pub mod cosignature;
pub mod edge;
pub mod hash;
pub mod leaf;
pub mod note;
pub mod policy;
pub mod proof;
pub mod receipt;
pub mod tile;
pub mod witness;
