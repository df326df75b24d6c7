//! `cairn restore`: a backup becomes a node again.

use cairn_core::amount::counted;
use cairn_node::backup::{BackedUp, back_up};
use cairn_node::folder::DataFolder;
use cairn_node::relocate;
use cairn_store::home::Server;
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;

/// Makes a node from a backup, in a new folder; the backup stays as it is.
///
/// The record is a file of the new folder, or goes into an empty PostgreSQL database: a backup of either can be restored
/// to both. What is restored is checked before the folder takes its name.
#[derive(Args)]
pub struct Restore {
    /// The backup's folder
    #[arg(value_name = "BACKUP")]
    from: PathBuf,
    /// The data folder to make; it must not exist yet
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// An empty database for the record: `postgres://user@host:5432/database`
    #[arg(long, value_name = "URL")]
    to: Option<String>,
}

impl Restore {
    /// Does what was asked.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let server = self.to.as_deref().map(Server::new).transpose()?;
        let from = DataFolder::new(&self.from).whole();
        anyhow::ensure!(
            from.has_node(),
            "no backup in `{}`: name the folder that `cairn backup` made",
            self.from.display()
        );
        crate::block_on(async move {
            let BackedUp { folder, files, bytes } = back_up(&from, &self.data, true).await?;
            println!(
                "{}: the record and {}, {bytes} bytes; checked",
                folder.display(),
                counted(files as u64, "file", "files")
            );
            if let Some(server) = server {
                let moved = relocate::to_server(&DataFolder::new(folder).whole(), &server).await?;
                crate::migrate::print(&moved, &server);
            }
            Ok(ExitCode::SUCCESS)
        })
    }
}
