//! `cairn doctor`: what keeps the record, and what is wrong with it.

use cairn_node::folder::DataFolder;
use cairn_store::{Home, fitness};
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;

/// Says which database keeps the record, its version and settings, and what is wrong with them.
///
/// Nothing is changed, and a node that serves is not disturbed. Whether the record itself is whole, `cairn fsck` says.
#[derive(Args)]
pub struct Doctor {
    /// The node's data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

impl Doctor {
    /// Does what was asked. Fails when something must be put right.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let folder = DataFolder::find(self.data.as_deref())?;
        let home = folder.home()?;
        println!("data folder    {}", folder.path().display());
        println!("record         {}", home_words(&home));
        crate::block_on(async move {
            let examined = fitness::examine(&home).await?;
            for (name, value) in &examined.settings {
                println!("{name:<14} {value}");
            }
            for fault in &examined.faults {
                println!("wrong: {fault}");
            }
            for advice in &examined.advice {
                println!("advice: {advice}");
            }
            if examined.faults.is_empty() {
                println!("nothing is wrong");
            }
            Ok(if examined.faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        })
    }
}

fn home_words(home: &Home) -> String {
    match home {
        Home::File(path) => format!("the SQLite file `{}`", path.display()),
        Home::Server(server) => server.to_string(),
    }
}
