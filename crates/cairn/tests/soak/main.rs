//! The real program under what happens to machines and networks: killed, starved of disk, its system calls failing, its
//! files damaged, its history shown twice, cut off from other nodes, more asked of it than it can do.
//!
//! Here each trial runs in a short form with a fixed seed. `cargo xtask soak` runs the long forms and gathers what they
//! say; `CAIRN_SOAK_SEED` and `CAIRN_SOAK_ROUNDS` choose another seed and length. A trial that lacks a privilege says
//! that it did not run.

#![expect(clippy::unwrap_used, reason = "a trial that cannot read its own data should stop there")]

mod disk_full;
mod equivocation;
mod federation;
mod flips;
mod http;
mod kill;
mod links;
mod machine;
mod node;
mod overload;
mod syscalls;
mod trial;
