//! `cairn drafts`: classifications in the making, read at the machine itself.

use cairn_core::curation::Act;
use cairn_core::id::UserId;
use cairn_core::user::{User, UserRole};
use cairn_node::Node;
use cairn_node::curation::Actor;
use cairn_node::folder::DataFolder;
use cairn_node::world::World;
use clap::{Args, Subcommand};
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// Drafts of classifications.
#[derive(Subcommand)]
pub enum Drafts {
    /// Lists the drafts of a laboratory, the last changed first.
    List(Of),
    /// Shows a draft: class, criteria, what contends, who did what.
    Show(One),
    /// Writes a draft as a statement file, as it would be contributed now.
    Export(One),
}

/// What `cairn drafts list` takes.
#[derive(Args)]
pub struct Of {
    /// The laboratory: its slug, id or name
    #[arg(long, value_name = "LAB")]
    lab: String,
    /// One JSON object a line
    #[arg(long)]
    json: bool,
    /// The node's data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// What the commands on one draft take.
#[derive(Args)]
pub struct One {
    /// The draft's id, as in its address
    id: String,
    /// The laboratory whose it is: its slug, id or name
    #[arg(long, value_name = "LAB")]
    lab: String,
    /// The node's data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// Drafts in one list.
const MOST: u32 = 100_000;

impl Drafts {
    /// Does what was asked.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        crate::block_on(async move {
            match self {
                Self::List(of) => of.run().await,
                Self::Show(one) => one.show().await,
                Self::Export(one) => one.export().await,
            }
        })
    }
}

/// The machine's operator reads for a laboratory; nothing here writes.
async fn reader(node: &Node, lab: &str) -> anyhow::Result<Actor> {
    let laboratory = node.laboratory(lab).await?;
    let user = User {
        id: UserId::from_random(0),
        laboratory: laboratory.laboratory.id,
        username: "machine".to_owned(),
        name: "the machine".to_owned(),
        role: UserRole::Operator,
    };
    Ok(Actor { user, laboratory })
}

impl Of {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let node = Node::open(DataFolder::find(self.data.as_deref())?, World::real()).await?;
        let reader = reader(&node, &self.lab).await?;
        for (head, subject) in node.drafts(&reader, None, MOST).await? {
            let class = head.class.map_or("-", |class| class.code());
            if self.json {
                let line = serde_json::json!({
                    "id": head.id, "subject": subject, "state": head.state, "class": head.class,
                    "condition": head.condition, "guideline": head.guideline, "revision": head.revision,
                    "signatures": head.signatures, "conflicts": head.conflicts, "changed": head.changed,
                });
                println!("{line}");
            } else {
                println!("{}\t{}\t{class}\t{subject}\t{}", head.id, head.state.code(), head.condition);
            }
        }
        node.close().await;
        Ok(ExitCode::SUCCESS)
    }
}

impl One {
    async fn show(self) -> anyhow::Result<ExitCode> {
        let node = Node::open(DataFolder::find(self.data.as_deref())?, World::real()).await?;
        let report = node.draft(&reader(&node, &self.lab).await?, self.id.parse()?).await?;
        let name = report.variant.as_ref().map_or("", |variant| variant.label.as_str());
        println!(
            "{name}: {}, version {}, revision {}",
            report.head.state.code(),
            report.draft.round,
            report.draft.revision
        );
        match &report.assessment {
            Ok(assessed) => {
                let class = assessed.class.map_or("no class", |class| class.label());
                println!("  {class}: {}", assessed.explanation.decision.rule.text);
                assessed.gaps.iter().for_each(|gap| println!("  missing: {}", gap.text));
            }
            Err(why) => println!("  no class: {why}"),
        }
        for slot in report.draft.fields.values() {
            println!("  {}: {} ({})", slot.change.label(), slot.change.words(), report.name(slot.by));
            for other in &slot.contenders {
                println!("    or: {} ({})", other.change.words(), report.name(other.by));
            }
        }
        for revision in report.revisions.iter().filter(|one| !matches!(one.act, Act::Edit { .. })) {
            println!("  {} {}: {}", revision.at, report.name(revision.by), serde_json::to_string(&revision.act)?);
        }
        node.close().await;
        Ok(ExitCode::SUCCESS)
    }

    async fn export(self) -> anyhow::Result<ExitCode> {
        let node = Node::open(DataFolder::find(self.data.as_deref())?, World::real()).await?;
        let bytes = node.draft_file(&reader(&node, &self.lab).await?, self.id.parse()?).await?;
        std::io::stdout().write_all(&bytes)?;
        node.close().await;
        Ok(ExitCode::SUCCESS)
    }
}
