//! `cairn optout`: lists of people who opted out of every use but their own care.

use anyhow::Context;
use cairn_core::amount::counted;
use cairn_node::Node;
use cairn_node::folder::DataFolder;
use cairn_node::world::World;
use clap::{Args, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

/// People who opted out of every use but their own care.
#[derive(Subcommand)]
pub enum OptOut {
    /// Puts a laboratory's new list of NHS numbers in the place of its last one; only keyed digests are kept.
    Import(Import),
}

/// What `cairn optout import` takes.
#[derive(Args)]
pub struct Import {
    /// One NHS number a line
    file: PathBuf,
    /// The laboratory whose list it is
    #[arg(long, value_name = "LAB")]
    lab: String,
    /// Whose case is whose: a local id, a comma and an NHS number a line
    #[arg(long, value_name = "FILE")]
    cases: Option<PathBuf>,
    /// The node's data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

fn read(path: &PathBuf) -> anyhow::Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("cannot read `{}`", path.display()))
}

impl OptOut {
    /// Does what was asked.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        crate::block_on(async move {
            let Self::Import(import) = self;
            let list = read(&import.file)?;
            let cases = import.cases.as_ref().map(read).transpose()?;
            let node = Node::open(DataFolder::find(import.data.as_deref())?, World::real()).await?;
            let laboratory = node.laboratory(&import.lab).await?;
            let report = node.import_opt_outs(&laboratory, &list, cases.as_deref(), None).await?;
            for (file, line, why) in &report.problems {
                eprintln!("{file}, line {line}: {why}");
            }
            if report.problems.is_empty() {
                println!(
                    "{} on the list; {} linked to a person, {} of them opted out",
                    counted(report.people as u64, "person", "people"),
                    counted(report.linked as u64, "case", "cases"),
                    report.opted_out
                );
            } else {
                eprintln!("nothing was changed, the last list stays in force: mend these lines and import it again");
            }
            node.close().await;
            Ok(if report.problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(2) })
        })
    }
}
