//! `cairn keys`: what cases are sealed with.

use cairn_node::Node;
use cairn_node::folder::DataFolder;
use cairn_node::keys::{root, store};
use cairn_node::world::World;
use clap::{Args, Subcommand};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

/// Keys that cases are sealed with: listed, rotated, copied apart from the data.
#[derive(Subcommand)]
pub enum Keys {
    /// Lists how many keys there are, and since when.
    List(Of),
    /// Makes new keys above those of the cases; the node may serve meanwhile.
    Rotate(Rotate),
    /// Seals the root key with a passphrase; the node then reads it from the file that `CAIRN_KEY_PASSPHRASE_FILE` names.
    Seal(Seal),
    /// Copies the keys to a new folder. Keep it apart from copies of the data, and destroy it after 30 days.
    Backup(Backup),
    /// Puts a copy of the keys into a data folder that has none.
    Restore(Restore),
}

/// A node.
#[derive(Args)]
pub struct Of {
    /// The node's data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// What `cairn keys rotate` takes.
#[derive(Args)]
pub struct Rotate {
    /// A new root key too; a node that serves must then be started again
    #[arg(long)]
    root: bool,
    #[command(flatten)]
    of: Of,
}

/// What `cairn keys seal` takes.
#[derive(Args)]
pub struct Seal {
    /// A file with the new passphrase, at least 12 characters
    #[arg(long, value_name = "FILE")]
    passphrase_file: PathBuf,
    #[command(flatten)]
    of: Of,
}

/// What `cairn keys backup` takes.
#[derive(Args)]
pub struct Backup {
    /// The folder to make; it must not exist yet
    #[arg(value_name = "FOLDER")]
    to: PathBuf,
    #[command(flatten)]
    of: Of,
}

/// What `cairn keys restore` takes.
#[derive(Args)]
pub struct Restore {
    /// The copy of the keys
    #[arg(value_name = "FOLDER")]
    from: PathBuf,
    /// Take a copy that is older than 30 days: it brings back what was erased since, where the data do too
    #[arg(long)]
    old: bool,
    #[command(flatten)]
    of: Of,
}

async fn open(data: Option<&Path>) -> anyhow::Result<Node> {
    Ok(Node::open(DataFolder::find(data)?, World::real()).await?)
}

impl Keys {
    /// Does what was asked.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        crate::block_on(async move {
            match self {
                Self::List(of) => list(&of).await?,
                Self::Rotate(rotate) => rotate.run().await?,
                Self::Seal(seal) => seal.run().await?,
                Self::Backup(backup) => backup.run().await?,
                Self::Restore(restore) => restore.run()?,
            }
            Ok(ExitCode::SUCCESS)
        })
    }
}

async fn list(of: &Of) -> anyhow::Result<()> {
    let node = open(of.data.as_deref()).await?;
    let counts = node.keys().counts().await?;
    let made = counts.node_made.strftime("%Y-%m-%d");
    println!("key store    {}", node.keys().uid());
    println!("node key     version {}, made {made}", counts.node_version);
    println!("laboratories {}", counts.laboratories);
    println!("cases        {}", counts.cases);
    println!("submissions  {}", counts.submissions);
    println!("destroyed    {}", counts.destroyed);
    node.close().await;
    Ok(())
}

impl Rotate {
    async fn run(self) -> anyhow::Result<()> {
        let node = open(self.of.data.as_deref()).await?;
        let start = Instant::now();
        let done = node.rotate_keys(self.root).await?;
        println!(
            "node key version {}; {} laboratory keys made, {} keys sealed anew in {:.1} s",
            done.node_version,
            done.laboratories,
            done.data_keys,
            start.elapsed().as_secs_f64()
        );
        println!("Copies of the keys from before open with the keys from before: make a new one, destroy the old.");
        node.close().await;
        Ok(())
    }
}

impl Seal {
    async fn run(self) -> anyhow::Result<()> {
        let passphrase = root::read_passphrase(&self.passphrase_file)?;
        let node = open(self.of.data.as_deref()).await?;
        node.change_root(Some(&passphrase)).await?;
        println!("the root key is sealed; start the node with {}=FILE", root::PASSPHRASE_FILE);
        node.close().await;
        Ok(())
    }
}

impl Backup {
    async fn run(self) -> anyhow::Result<()> {
        let node = open(self.of.data.as_deref()).await?;
        node.back_up_keys(&self.to).await?;
        println!("{}: the keys of cases", self.to.display());
        println!(
            "Keep it apart from every copy of the data, and destroy it within {} days: it opens what was erased since.",
            store::KEPT_DAYS
        );
        node.close().await;
        Ok(())
    }
}

impl Restore {
    fn run(self) -> anyhow::Result<()> {
        let folder = DataFolder::find(self.of.data.as_deref())?;
        let made = store::restore_keys(&self.from, &folder, (World::real().now)(), self.old)?;
        println!("{}: the keys as of {}", folder.path().display(), made.strftime("%Y-%m-%d %H:%M"));
        Ok(())
    }
}
