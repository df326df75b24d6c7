//! `cairn ledger`: the node's keys as a log and as a witness, and the logs it is a witness of.

use cairn_node::Node;
use cairn_node::folder::DataFolder;
use cairn_node::world::World;
use clap::{Args, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

/// The node's ledger: its keys, and the logs that the node is a witness of.
#[derive(Subcommand)]
pub enum LedgerCommand {
    Keys(Keys),
    #[command(subcommand)]
    Witness(WitnessCommand),
}

/// Prints the public keys of the node's log and of the node as a witness, for others' policies.
#[derive(Args)]
pub struct Keys {
    /// The node's data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// The logs that this node is a witness of: it signs their checkpoints when nothing was taken back.
#[derive(Subcommand)]
pub enum WitnessCommand {
    Add(AddLog),
    List(ListLogs),
}

/// Becomes a witness of a log; its node then asks at `/log/witness` of this one.
#[derive(Args)]
pub struct AddLog {
    /// The log's key, as `cairn ledger keys` of its node prints it
    #[arg(value_name = "KEY")]
    key: String,
    /// The node's data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// Lists the logs that this node is a witness of, and the size it signed last.
#[derive(Args)]
pub struct ListLogs {
    /// The node's data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

impl LedgerCommand {
    /// Does what was asked.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        crate::block_on(async move {
            match self {
                Self::Keys(keys) => keys.run().await,
                Self::Witness(WitnessCommand::Add(log)) => log.run().await,
                Self::Witness(WitnessCommand::List(list)) => list.run().await,
            }
        })
    }
}

impl Keys {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let node = Node::open(DataFolder::find(self.data.as_deref())?, World::real()).await?;
        let shards = node.shards().await?;
        for shard in &shards {
            println!("log {}", node.log_verifier(shard)?);
        }
        if shards.is_empty() {
            println!("# the log has no checkpoint yet: serve the node once and record something");
        }
        println!("witness {}", node.witness_verifier()?);
        node.close().await;
        Ok(ExitCode::SUCCESS)
    }
}

impl AddLog {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let node = Node::open(DataFolder::find(self.data.as_deref())?, World::real()).await?;
        let is_new = node.add_witnessed_log(&self.key).await?;
        println!(
            "{}",
            if is_new { "added; the log's node may ask for signatures now" } else { "it was there already" }
        );
        node.close().await;
        Ok(ExitCode::SUCCESS)
    }
}

impl ListLogs {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let node = Node::open(DataFolder::find(self.data.as_deref())?, World::real()).await?;
        for log in node.witnessed_logs().await? {
            println!("{} signed at {} entries, key {}", log.origin, log.size, log.verifier);
        }
        node.close().await;
        Ok(ExitCode::SUCCESS)
    }
}
