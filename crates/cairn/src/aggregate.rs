//! `cairn aggregate`: what the statements about a variant say together.

use crate::look_up;
use cairn_core::aggregate::Aggregate;
use cairn_core::amount::counted;
use cairn_node::Node;
use cairn_node::folder::DataFolder;
use cairn_node::world::World;
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;

/// Shows what the statements about a variant say together, with review status and stars, by ClinVar's
/// rules: as a whole and for each condition. With --all, computes every aggregate of the node again.
#[derive(Args)]
pub struct AggregateCommand {
    /// The variant in any notation
    #[arg(value_name = "VARIANT", required_unless_present = "all")]
    variant: Option<String>,
    /// Compute all aggregates again; those that come out the same get no new version
    #[arg(long)]
    all: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// The node's data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

impl AggregateCommand {
    /// Does what was asked. Fails when the variant is not recorded.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        crate::block_on(async move {
            let node = Node::open(DataFolder::find(self.data.as_deref())?, World::real()).await?;
            if self.all {
                let done = node.recompute_aggregates_now().await?;
                match self.json {
                    true => println!("{}", serde_json::to_string(&done)?),
                    false => println!(
                        "{} computed, {} changed, {} of them say something else",
                        counted(done.variants as u64, "variant", "variants"),
                        counted(done.changed as u64, "aggregate", "aggregates"),
                        done.say_something_else
                    ),
                }
            }
            if let Some(variant) = &self.variant {
                self.show(&node, variant).await?;
            }
            node.close().await;
            Ok(ExitCode::SUCCESS)
        })
    }

    /// Prints the aggregates of a variant, and what stands beside it.
    async fn show(&self, node: &Node, variant: &str) -> anyhow::Result<()> {
        let (report, nearby) = look_up::recorded(node, variant, node.as_of(None).await?).await?;
        let all = report.aggregates.iter().chain(&report.by_condition);
        if self.json {
            println!("{}", serde_json::to_string_pretty(&all.collect::<Vec<_>>())?);
            return Ok(());
        }
        println!("{}", report.variant.label);
        all.for_each(print);
        if !nearby.is_empty() {
            print!("\nnot counted here, and similar:\n{}", look_up::in_words(&nearby));
        }
        Ok(())
    }
}

fn print(aggregate: &Aggregate) {
    let about = aggregate.group.as_ref().map_or("all conditions", |group| &group.label);
    let mode = aggregate.group.as_ref().and_then(|group| group.inheritance).map_or("", |mode| mode.label());
    let stars = "*".repeat(usize::from(aggregate.stars));
    println!("\n{about} {mode}");
    println!("  {}", aggregate.classification);
    println!("  {} {stars}", aggregate.review_status.label());
    println!(
        "  {}, {}; {}",
        counted(aggregate.statements as u64, "statement", "statements"),
        counted(aggregate.laboratories as u64, "laboratory", "laboratories"),
        aggregate.rules
    );
    for member in &aggregate.members {
        println!("    {}.{} {}", member.statement, member.version, member.role.label());
    }
}
