//! `cairn withdraw` and `cairn erase`: taking a case back.

use anyhow::{Context, bail};
use cairn_core::id::CaseId;
use cairn_node::Node;
use cairn_node::folder::DataFolder;
use cairn_node::withdrawal::Withdrawn;
use cairn_node::world::World;
use cairn_store::laboratory::RecordedLaboratory;
use clap::Args;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Which case of which laboratory.
#[derive(Args)]
pub struct OneCase {
    /// The laboratory whose case it is
    #[arg(long, value_name = "LAB")]
    lab: String,
    /// The case: its id, or the laboratory's own name of it
    #[arg(long, value_name = "CASE")]
    case: String,
    /// The node's data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

impl OneCase {
    /// Opens the node and finds the case.
    pub async fn find(&self) -> anyhow::Result<(Node, RecordedLaboratory, CaseId)> {
        find(self.data.as_deref(), &self.lab, &self.case).await
    }
}

async fn find(data: Option<&Path>, lab: &str, case: &str) -> anyhow::Result<(Node, RecordedLaboratory, CaseId)> {
    let node = Node::open(DataFolder::find(data)?, World::real()).await?;
    let laboratory = node.laboratory(lab).await?;
    let id = match case.parse() {
        Ok(id) => Some(id),
        Err(_) => node.case_named(laboratory.serial, case).await?,
    };
    let id = id.with_context(|| format!("{} has no case of this name", laboratory.laboratory.name))?;
    Ok((node, laboratory, id))
}

/// Withdraws the consent of a case: from now on nothing of it leaves its laboratory, not even as a number.
///
/// Who saw the case is told. The case stays in its laboratory; `cairn erase` takes it from there too.
#[derive(Args)]
pub struct Withdraw {
    #[command(flatten)]
    of: OneCase,
}

/// Erases a case: its key is destroyed, so that no copy of the data brings it back.
///
/// The bytes of the submissions that brought the case go with it. Statements stay, with a note. Copies of the keys from
/// before must be destroyed within 30 days: `cairn keys restore` refuses older ones.
#[derive(Args)]
pub struct Erase {
    #[command(flatten)]
    of: OneCase,
    /// That you mean it: this cannot be undone
    #[arg(long)]
    yes: bool,
}

impl Withdraw {
    /// Does what was asked.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        crate::block_on(async move {
            let (node, laboratory, id) = self.of.find().await?;
            let Some(done) = node.withdraw_case(&laboratory, id, None).await? else {
                bail!("{} has no case `{id}`", laboratory.laboratory.name);
            };
            println!("case {id}: consent withdrawn; nothing of it leaves {}", laboratory.laboratory.name);
            print(&done);
            node.close().await;
            Ok(ExitCode::SUCCESS)
        })
    }
}

impl Erase {
    /// Does what was asked.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        if !self.yes {
            bail!("erasing a case cannot be undone: say --yes if you mean it");
        }
        crate::block_on(async move {
            let (node, laboratory, id) = self.of.find().await?;
            let Some(done) = node.erase_case(&laboratory, id, None).await? else {
                bail!("{} has no case `{id}`", laboratory.laboratory.name);
            };
            println!("case {id}: erased, and its key destroyed");
            println!("Make a new backup of the keys now, and destroy those from before within 30 days.");
            print(&done);
            node.close().await;
            Ok(ExitCode::SUCCESS)
        })
    }
}

/// Who was told.
fn print(done: &Withdrawn) {
    if done.recalls.is_empty() {
        println!("no other laboratory had seen it");
    }
    for recall in &done.recalls {
        let answer = match recall.acknowledged {
            Some(at) => format!("acknowledged {}", at.strftime("%Y-%m-%d %H:%M")),
            None => "outstanding".to_owned(),
        };
        println!("{}: told {}, {answer}", recall.recipient, recall.told.strftime("%Y-%m-%d %H:%M"));
    }
}
