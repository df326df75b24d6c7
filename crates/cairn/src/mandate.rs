//! `cairn mandate`: what is demanded of every member.

use anyhow::Context;
use cairn_core::sharing::{Demands, Reach};
use cairn_node::Node;
use cairn_node::folder::DataFolder;
use cairn_node::world::World;
use clap::{Args, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

/// The published sharing mandate: what is demanded of every member, and what sharing is measured against.
#[derive(Subcommand)]
pub enum MandateCommand {
    /// Shows the mandate in force.
    Show(Show),
    /// Publishes the next version: a text for people, and the same as numbers.
    Publish(Publish),
}

/// What `cairn mandate show` takes.
#[derive(Args)]
pub struct Show {
    /// One JSON object
    #[arg(long)]
    json: bool,
    /// The node's data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// What `cairn mandate publish` takes.
#[derive(Args)]
pub struct Publish {
    /// The text; paragraphs have an empty line between them
    file: PathBuf,
    /// The smallest share of reported variants that is shared, in per cent; `none`: not demanded
    #[arg(long, value_name = "PERCENT", default_value = "95", value_parser = or_none::<u8>)]
    shared: OrNone<u8>,
    /// Variants count that were reported within so many days; `none`: all
    #[arg(long, value_name = "DAYS", default_value = "730", value_parser = or_none::<u32>)]
    window: OrNone<u32>,
    /// How far a statement must reach to be shared: `members`, `peers` or `public`
    #[arg(long, value_name = "REACH", default_value = "members", value_parser = reach)]
    reach: Reach,
    /// The most days since the last update; `none`: not demanded
    #[arg(long, value_name = "DAYS", default_value = "365", value_parser = or_none::<u32>)]
    updated: OrNone<u32>,
    /// The fewest variants shared in all; `none`: not demanded
    #[arg(long, value_name = "NUMBER", default_value = "100", value_parser = or_none::<u32>)]
    variants: OrNone<u32>,
    /// Does not demand that pathogenic, uncertain and benign classes are shared
    #[arg(long)]
    any_class: bool,
    /// Does not demand a guideline or criteria on every statement
    #[arg(long)]
    without_criteria: bool,
    /// Does not demand evidence on every pathogenic and likely pathogenic statement
    #[arg(long)]
    without_evidence: bool,
    /// Does not demand an address for differences
    #[arg(long)]
    without_contact: bool,
    /// The node's data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// A number, or that none is demanded.
#[derive(Debug, Clone, Copy)]
struct OrNone<N>(Option<N>);

fn or_none<N: std::str::FromStr>(text: &str) -> Result<OrNone<N>, String> {
    match text {
        "none" => Ok(OrNone(None)),
        text => {
            text.parse().map(|number| OrNone(Some(number))).map_err(|_| "write a whole number, or `none`".to_owned())
        }
    }
}

fn reach(text: &str) -> Result<Reach, String> {
    let found = Reach::from_code(text).filter(|reach| *reach != Reach::Laboratory);
    found.ok_or_else(|| "write `members`, `peers` or `public`".to_owned())
}

impl MandateCommand {
    /// Does what was asked.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        crate::block_on(async move {
            match self {
                Self::Show(show) => show.run().await,
                Self::Publish(publish) => publish.run().await,
            }
        })
    }
}

impl Show {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let node = Node::open(DataFolder::find(self.data.as_deref())?, World::real()).await?;
        let (mandate, _) = node.mandates(node.as_of(None).await?).await?;
        node.close().await;
        if self.json {
            println!("{}", serde_json::to_string(&mandate)?);
            return Ok(ExitCode::SUCCESS);
        }
        let since = mandate.since.map(|at| format!(", in force since {}", at.strftime("%Y-%m-%d"))).unwrap_or_default();
        println!("version {}{since}\n\n{}\n", mandate.version, mandate.text);
        println!("{}", serde_json::to_string_pretty(&mandate.demands)?);
        Ok(ExitCode::SUCCESS)
    }
}

impl Publish {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let text =
            std::fs::read_to_string(&self.file).with_context(|| format!("cannot read `{}`", self.file.display()))?;
        let demands = Demands {
            shared_percent: self.shared.0,
            window_days: self.window.0,
            reach: self.reach,
            update_days: self.updated.0,
            variants: self.variants.0,
            every_class: !self.any_class,
            criteria: !self.without_criteria,
            evidence: !self.without_evidence,
            contact: !self.without_contact,
        };
        let node = Node::open(DataFolder::find(self.data.as_deref())?, World::real()).await?;
        let version = node.publish_mandate(&text, &demands, None).await?;
        println!("version {version} of the mandate is in force; members read it at /mandate");
        node.close().await;
        Ok(ExitCode::SUCCESS)
    }
}
