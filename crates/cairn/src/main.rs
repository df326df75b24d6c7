//! The `cairn` command: one file a subcommand.

mod configuration;
mod serve;
mod user;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What laboratories know about variants, at the moment of decision.
#[derive(Parser)]
#[command(name = "cairn", version, propagate_version = true)]
struct Cairn {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Serve(serve::Serve),
    #[command(subcommand)]
    User(user::User),
}

fn main() -> ExitCode {
    let cairn = Cairn::parse();
    let done = match cairn.command {
        Command::Serve(serve) => serve.run(),
        Command::User(user) => user.run(),
    };
    match done {
        Ok(code) => code,
        Err(error) => {
            eprintln!("cairn: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Runs asynchronous work to its end.
fn block_on<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(work)
}
