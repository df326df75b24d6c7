//! `cairn backup`: a copy of the node that can be started in its place.

use cairn_core::amount::counted;
use cairn_node::backup::{BackedUp, back_up};
use cairn_node::folder::DataFolder;
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;

/// Copies the node to a new folder, also while it serves.
///
/// The copy is the node as of one moment: record, signing keys, configuration, waiting files and reference. It is
/// checked before it takes its name. The keys of cases are not in it: `cairn keys backup` copies them apart. To restore,
/// put those back (`cairn keys restore`), then start the node from it: `cairn serve --data FOLDER`.
#[derive(Args)]
pub struct Backup {
    /// The folder to make; it must not exist yet
    #[arg(value_name = "FOLDER")]
    to: PathBuf,
    /// Leave out sequences, transcripts and ontologies: they can be loaded again from the official files
    #[arg(long)]
    without_reference: bool,
    /// The node's data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

impl Backup {
    /// Does what was asked.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        crate::block_on(async move {
            let from = DataFolder::find(self.data.as_deref())?;
            let BackedUp { folder, files, bytes } = back_up(&from, &self.to, !self.without_reference).await?;
            println!(
                "{}: the record and {}, {bytes} bytes; checked",
                folder.display(),
                counted(files as u64, "file", "files")
            );
            println!("It holds the signing keys: keep it as safe as the node itself. It holds no key of a case.");
            Ok(ExitCode::SUCCESS)
        })
    }
}
