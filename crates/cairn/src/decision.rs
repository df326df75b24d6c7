//! `cairn decision`: decisions about data of persons, made again from their kept inputs.

use anyhow::Context;
use cairn_core::amount::counted;
use cairn_core::id::{CaseId, DecisionId};
use cairn_node::Node;
use cairn_node::access::DecisionLine;
use cairn_node::folder::DataFolder;
use cairn_node::world::World;
use clap::{Args, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

/// Decisions about data of persons.
#[derive(Subcommand)]
pub enum DecisionCommand {
    /// Lists the latest decisions, the newest first: when, answer, who asked for what, why, and the id.
    List(List),
    /// Makes decisions again from what they depended on, and fails when one comes out differently.
    Replay(Replay),
}

/// What `cairn decision list` takes.
#[derive(Args)]
pub struct List {
    /// Only decisions about this case of the laboratory
    #[arg(long, value_name = "CASE", requires = "lab")]
    case: Option<CaseId>,
    /// The laboratory whose case it is
    #[arg(long, value_name = "LAB")]
    lab: Option<String>,
    /// So many at most
    #[arg(long, value_name = "N", default_value_t = 20)]
    limit: u32,
    /// One JSON object a line
    #[arg(long)]
    json: bool,
    /// The node's data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
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
            match self {
                Self::List(list) => list.run().await,
                Self::Replay(replay) => replay.run().await,
            }
        })
    }
}

impl List {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let node = Node::open(DataFolder::find(self.data.as_deref())?, World::real()).await?;
        let lines = match (&self.lab, self.case) {
            (Some(lab), Some(case)) => {
                let laboratory = node.laboratory(lab).await?;
                let found = node.latest_decisions_of_case(laboratory.serial, case, self.limit).await?;
                found.with_context(|| format!("{} has no case `{case}`", laboratory.laboratory.name))?
            }
            _ => node.latest_decisions(self.limit).await?,
        };
        node.close().await;
        for line in &lines {
            match self.json {
                true => println!("{}", serde_json::to_string(line)?),
                false => println!("{}", in_words(line)),
            }
        }
        if lines.is_empty() && !self.json {
            println!("no decision is kept yet: one is made whenever somebody asks for a case");
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// A decision on one line.
pub fn in_words(line: &DecisionLine) -> String {
    let DecisionLine { id, made, outcome, role, purpose, asked, reason } = line;
    format!("{id}  {}  {outcome}  {asked} by {role}, {purpose}: {reason}", made.strftime("%Y-%m-%d %H:%M"))
}

impl Replay {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let node = Node::open(DataFolder::find(self.data.as_deref())?, World::real()).await?;
        let done = node.replay_decisions(self.id).await?;
        println!("{} of {} come out the same", done.same, counted(done.replayed, "decision", "decisions"));
        for id in &done.different {
            println!("different: {id}");
        }
        node.close().await;
        Ok(if done.different.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}
