//! `cairn decision`: decisions about data of persons, made again from their kept inputs.

use cairn_core::id::DecisionId;
use cairn_node::Node;
use cairn_node::folder::DataFolder;
use cairn_node::world::World;
use clap::{Args, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

/// Decisions about data of persons.
#[derive(Subcommand)]
pub enum DecisionCommand {
    /// Makes decisions again from what they depended on, and fails when one comes out differently.
    Replay(Replay),
}

/// What `cairn decision replay` takes.
#[derive(Args)]
pub struct Replay {
    /// Only this decision; without it, all
    id: Option<DecisionId>,
    /// The node's data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

impl DecisionCommand {
    /// Does what was asked.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        crate::block_on(async move {
            let Self::Replay(replay) = self;
            let node = Node::open(DataFolder::find(replay.data.as_deref())?, World::real()).await?;
            let done = node.replay_decisions(replay.id).await?;
            println!("{} of {} decisions come out the same", done.same, done.replayed);
            for id in &done.different {
                println!("different: {id}");
            }
            node.close().await;
            Ok(if done.different.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        })
    }
}
