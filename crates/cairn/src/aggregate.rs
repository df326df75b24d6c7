//! `cairn aggregate`: what the statements about a variant say together.

use cairn_core::aggregate::Aggregate;
use cairn_node::Node;
use cairn_node::access::Viewer;
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
                let done = node.recompute_aggregates().await?;
                match self.json {
                    true => println!("{}", serde_json::to_string(&done)?),
                    false => println!(
                        "{} variants computed, {} aggregates changed, {} of them say something else",
                        done.variants, done.changed, done.say_something_else
                    ),
                }
            }
            let found = match &self.variant {
                Some(variant) => self.show(&node, variant).await?,
                None => true,
            };
            node.close().await;
            Ok(if found { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        })
    }

    /// Prints the aggregates of a variant; whether it is recorded.
    async fn show(&self, node: &Node, variant: &str) -> anyhow::Result<bool> {
        let as_of = node.as_of(None).await?;
        let Some(report) = node.look_up(variant, as_of, Viewer::Machine).await?.report else {
            eprintln!("nothing is recorded of `{variant}`");
            return Ok(false);
        };
        let all = report.aggregates.iter().chain(&report.by_condition);
        if self.json {
            println!("{}", serde_json::to_string_pretty(&all.collect::<Vec<_>>())?);
            return Ok(true);
        }
        println!("{}", report.variant.label);
        all.for_each(print);
        Ok(true)
    }
}

fn print(aggregate: &Aggregate) {
    let about = aggregate.group.as_ref().map_or("all conditions", |group| &group.label);
    let mode = aggregate.group.as_ref().and_then(|group| group.inheritance).map_or("", |mode| mode.label());
    let stars = "*".repeat(usize::from(aggregate.stars));
    println!("\n{about} {mode}");
    println!("  {}", aggregate.classification);
    println!("  {} {stars}", aggregate.review_status.label());
    println!("  {} statements, {} laboratories; {}", aggregate.statements, aggregate.laboratories, aggregate.rules);
    for member in &aggregate.members {
        println!("    {}.{} {}", member.statement, member.version, member.role.label());
    }
}
