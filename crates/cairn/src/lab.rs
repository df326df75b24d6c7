//! `cairn lab`: the laboratories of a node.

mod membership;
mod sharing;

use cairn_core::membership::MemberState;
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
    /// Approves a laboratory that applied, lifts a suspension, or renews what an approval rests on.
    Approve(membership::Decide),
    /// Suspends an approved laboratory: until it is approved again it neither gives to others nor sees what they gave.
    Suspend(membership::Decide),
    /// Ends the membership of a laboratory. What it recorded stays.
    Withdraw(membership::Decide),
    /// Records that a former member applies again; a new one applies with `cairn lab add --applied`.
    Apply(membership::Decide),
    /// Shows every decision about the membership of a laboratory.
    Standing(membership::Show),
    /// Says how complete the sharing of a laboratory is, what is missing, and attests it.
    Sharing(sharing::OfLab),
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
    /// It only applies: it sees what is its own until it is approved
    #[arg(long)]
    applied: bool,
    #[command(flatten)]
    rests: membership::Rests,
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
                Self::Approve(decide) => decide.run(MemberState::Approved).await,
                Self::Suspend(decide) => decide.run(MemberState::Suspended).await,
                Self::Withdraw(decide) => decide.run(MemberState::Withdrawn).await,
                Self::Apply(decide) => decide.run(MemberState::Applied).await,
                Self::Standing(show) => show.run().await,
                Self::Sharing(of) => of.run().await,
            }
        })
    }
}

impl Add {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let node = Node::open(DataFolder::find(self.data.as_deref())?, World::real()).await?;
        let standing = if self.applied { MemberState::Applied } else { MemberState::Approved };
        let added = node.add_member(&self.name, self.clinvar_org, &self.rests.on(standing)).await?;
        let stands = match added.standing {
            Some(MemberState::Approved) | None => "a member".to_owned(),
            Some(standing) => format!("a member, {}", standing.label()),
        };
        let added = added.laboratory;
        println!("{} is {stands}; commands and addresses call it {}", added.name, added.slug);
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
                let mut line = serde_json::to_value(&laboratory)?;
                line["standing"] = serde_json::to_value(recorded.standing)?;
                println!("{line}");
                continue;
            }
            let member = match recorded.standing {
                Some(standing) => format!("member, {}", standing.label()),
                None => "known by its statements".to_owned(),
            };
            println!("{}\t{}\t{member}", laboratory.slug, laboratory.name);
        }
        node.close().await;
        Ok(ExitCode::SUCCESS)
    }
}
