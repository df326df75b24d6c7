//! `cairn statistics`: how laboratories changed their classes.

use cairn_core::reclassification::{ClassChange, Span};
use cairn_node::Node;
use cairn_node::folder::DataFolder;
use cairn_node::statistics::{Only, ReclassificationReport};
use cairn_node::world::World;
use clap::Args;
use std::fmt::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// How laboratories changed their classes: flows, median time, by laboratory and by gene.
#[derive(Args)]
pub struct Statistics {
    /// Count what was recorded after this day, such as 2016-01-31
    #[arg(long, value_name = "DATE")]
    from: Option<String>,
    /// … and up to the end of this day
    #[arg(long, value_name = "DATE")]
    to: Option<String>,
    /// Only this laboratory's, by its short name
    #[arg(long, value_name = "LAB")]
    lab: Option<String>,
    /// Only in this gene
    #[arg(long, value_name = "GENE")]
    gene: Option<String>,
    /// One JSON object
    #[arg(long)]
    json: bool,
    /// The node's data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

impl Statistics {
    /// Counts and prints.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        crate::block_on(async move {
            let node = Node::open(DataFolder::find(self.data.as_deref())?, World::real()).await?;
            let from = crate::since::moment(&node, Some(self.from.as_deref().unwrap_or("1970-01-01"))).await?;
            let to = crate::since::moment(&node, self.to.as_deref()).await?;
            let only = Only { laboratory: self.lab, gene: self.gene };
            let report = node.reclassifications(from, to, &only, 50).await?;
            node.close().await;
            if self.json {
                println!("{}", serde_json::to_string(&report)?);
            } else {
                print!("{}", in_words(&report)?);
            }
            Ok(ExitCode::SUCCESS)
        })
    }
}

fn in_words(report: &ReclassificationReport) -> Result<String, std::fmt::Error> {
    let numbers = &report.reclassifications;
    let mut out = String::new();
    writeln!(out, "{} later versions of statements", numbers.versions)?;
    for kind in ClassChange::ALL {
        writeln!(out, "  {:>8}  {}", numbers.by_kind.get(&kind).copied().unwrap_or(0), kind.label())?;
    }
    if numbers.flows.is_empty() {
        return Ok(out);
    }
    writeln!(out, "changed classes, median time between evaluations {}", span(numbers.between_evaluations))?;
    for flow in &numbers.flows {
        let side = if flow.changes_side { "another side" } else { "same side" };
        let (from, to) = (flow.from.label(), flow.to.label());
        writeln!(out, "  {:>8}  {from:<28} -> {to:<28} {side:<13} {}", flow.changes, span(flow.between_evaluations))?;
    }
    for (title, shares) in [("by laboratory", &numbers.by_laboratory), ("by gene", &numbers.by_gene)] {
        writeln!(out, "{title}")?;
        for share in shares.iter().take(20) {
            writeln!(
                out,
                "  {:>8}  {:<40} {} to another side, {}",
                share.changes,
                share.name,
                share.side_changes,
                span(share.between_evaluations)
            )?;
        }
    }
    Ok(out)
}

fn span(span: Span) -> String {
    match span.median_days {
        Some(..=0) => format!("less than a day ({} with both dates)", span.of),
        Some(1) => format!("1 day ({} with both dates)", span.of),
        Some(days) => format!("{days} days ({} with both dates)", span.of),
        None => "no dates".to_owned(),
    }
}
