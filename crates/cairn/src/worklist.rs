//! `cairn worklist`: what a laboratory could do next.

use cairn_core::amount::counted;
use cairn_core::guideline::Direction;
use cairn_core::worklist::Way;
use cairn_node::Node;
use cairn_node::folder::DataFolder;
use cairn_node::world::World;
use clap::{Args, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

/// What a laboratory could do next.
#[derive(Subcommand)]
pub enum Worklist {
    /// Uncertain variants, those with the least missing to another class first
    Vus(Which),
    /// Statements to be looked at again: contradicted, outlier, unsupported, old
    Stale(Which),
}

/// Which laboratory's.
#[derive(Args)]
pub struct Which {
    /// The laboratory
    #[arg(long, value_name = "LAB")]
    lab: String,
    /// Lines shown
    #[arg(long, value_name = "N", default_value_t = 40)]
    limit: usize,
    /// The whole list as one JSON object
    #[arg(long)]
    json: bool,
    /// The node's data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

impl Worklist {
    /// Does what was asked.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        crate::block_on(async move {
            match self {
                Self::Vus(which) => which.vus().await,
                Self::Stale(which) => which.stale().await,
            }
        })
    }
}

impl Which {
    async fn vus(self) -> anyhow::Result<ExitCode> {
        let node = Node::open(DataFolder::find(self.data.as_deref())?, World::real()).await?;
        let laboratory = node.laboratory(&self.lab).await?;
        let list = node.uncertain_worklist(std::slice::from_ref(&laboratory), node.as_of(None).await?).await?;
        node.close().await;
        if self.json {
            println!("{}", serde_json::to_string(&list)?);
            return Ok(ExitCode::SUCCESS);
        }
        println!(
            "{}: {} uncertain variants ranked, {} to be looked at because their criteria give another class, {} not rankable: no criteria recorded",
            laboratory.laboratory.name,
            list.ranked.len(),
            list.disputed.len(),
            list.without_criteria.len()
        );
        for ranked in list.ranked.iter().take(self.limit) {
            let points = ranked.distance.points.map(|points| format!("{points} points")).unwrap_or_default();
            println!("{}  {}  {}  {points}", ranked.line.statement, ranked.line.label, ranked.line.criteria.join(", "));
            for way in ranked.distance.ways.iter().take(2) {
                println!("    {}", sentence(way));
            }
        }
        Ok(ExitCode::SUCCESS)
    }

    async fn stale(self) -> anyhow::Result<ExitCode> {
        let node = Node::open(DataFolder::find(self.data.as_deref())?, World::real()).await?;
        let laboratory = node.laboratory(&self.lab).await?;
        let list = node.stale_worklist(&laboratory, node.as_of(None).await?).await?;
        node.close().await;
        if self.json {
            println!("{}", serde_json::to_string(&list)?);
            return Ok(ExitCode::SUCCESS);
        }
        let statements = counted(list.len() as u64, "statement", "statements");
        println!("{}: {statements} to be looked at again", laboratory.laboratory.name);
        for stale in list.iter().take(self.limit) {
            println!("{}  {}  {}", stale.line.statement, stale.line.label, stale.line.classification);
            stale.sentences.iter().for_each(|sentence| println!("    {sentence}"));
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn sentence(way: &Way) -> String {
    let side = if way.direction == Direction::Pathogenic { "for" } else { "against" };
    let points = if way.cost == 1 { "1 point".to_owned() } else { format!("{} points", way.cost) };
    let one = match way.criteria.is_empty() {
        true => String::new(),
        false => format!("; one of {} would do", way.criteria.join(", ")),
    };
    format!("{} with {points} more {side}{one}", way.class)
}
