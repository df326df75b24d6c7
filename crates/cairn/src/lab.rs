//! `cairn lab`: the laboratories of a node.

use cairn_node::Node;
use cairn_node::folder::DataFolder;
use cairn_node::world::World;
use clap::{Args, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

/// Laboratories of the node.
#[derive(Subcommand)]
pub enum Lab {
    /// Makes a laboratory a member of the node, with a signing key.
    Add(Add),
    /// Lists the members; with --all also those known by their statements.
    List(List),
    /// Shows where a laboratory wants its letters, or sets it: invitations and reminders go there.
    Contact(Contact),
}

/// What `cairn lab contact` takes.
#[derive(Args)]
pub struct Contact {
    /// The laboratory: its name, slug or id
    lab: String,
    /// The e-mail address; `none` ends the letters
    address: Option<String>,
    /// The node's data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// What `cairn lab add` takes.
#[derive(Args)]
pub struct Add {
    /// Its full name
    name: String,
    /// ClinVar's number of the organisation
    #[arg(long, value_name = "NUMBER")]
    clinvar_org: Option<u32>,
    /// The node's data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// What `cairn lab list` takes.
#[derive(Args)]
pub struct List {
    /// Also laboratories that are known by their statements only
    #[arg(long)]
    all: bool,
    /// One JSON object a line
    #[arg(long)]
    json: bool,
    /// The node's data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

impl Lab {
    /// Does what was asked.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        crate::block_on(async move {
            match self {
                Self::Add(add) => add.run().await,
                Self::List(list) => list.run().await,
                Self::Contact(contact) => contact.run().await,
            }
        })
    }
}

impl Add {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let node = Node::open(DataFolder::find(self.data.as_deref())?, World::real()).await?;
        let added = node.add_laboratory(&self.name, self.clinvar_org).await?.laboratory;
        println!("{} is a member; commands and addresses call it {}", added.name, added.slug);
        node.close().await;
        Ok(ExitCode::SUCCESS)
    }
}

impl Contact {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let node = Node::open(DataFolder::find(self.data.as_deref())?, World::real()).await?;
        let laboratory = node.laboratory(&self.lab).await?;
        let contact = match self.address.as_deref() {
            Some("none") => Some(node.set_contact(laboratory.serial, "", None, None).await?),
            Some(address) => Some(node.set_contact(laboratory.serial, address, None, None).await?),
            None => node.contact(laboratory.serial).await?,
        };
        match contact.and_then(|contact| contact.address) {
            Some(address) => println!("letters to {} go to {address}", laboratory.laboratory.name),
            None => println!("{} wants no letters", laboratory.laboratory.name),
        }
        node.close().await;
        Ok(ExitCode::SUCCESS)
    }
}

impl List {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let node = Node::open(DataFolder::find(self.data.as_deref())?, World::real()).await?;
        for recorded in node.laboratories().await? {
            let laboratory = recorded.laboratory;
            if !laboratory.is_member && !self.all {
                continue;
            }
            if self.json {
                println!("{}", serde_json::to_string(&laboratory)?);
                continue;
            }
            let member = if laboratory.is_member { "member" } else { "known by its statements" };
            println!("{}\t{}\t{member}", laboratory.slug, laboratory.name);
        }
        node.close().await;
        Ok(ExitCode::SUCCESS)
    }
}
