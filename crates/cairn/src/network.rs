//! `cairn network`: how the network stands, for who oversees it.

use cairn_core::sharing::Outcome;
use cairn_node::Node;
use cairn_node::folder::DataFolder;
use cairn_node::report::oversight::Overseen;
use cairn_node::world::World;
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;

/// How the network stands: members with approval, sharing and differences, and the other nodes, in numbers.
#[derive(Args)]
pub struct Network {
    /// One JSON object
    #[arg(long)]
    json: bool,
    /// The node's data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

impl Network {
    /// Prints it.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        crate::block_on(async move {
            let node = Node::open(DataFolder::find(self.data.as_deref())?, World::real()).await?;
            let stands = node.oversight().await?;
            node.close().await;
            if self.json {
                println!("{}", serde_json::to_string(&stands)?);
                return Ok(ExitCode::SUCCESS);
            }
            println!("as of {}, mandate {}", stands.day, stands.mandate);
            stands.laboratories.iter().for_each(|one| println!("{}", line(one)));
            for peer in &stands.peers {
                let (waiting, outstanding) = (peer.waiting, peer.unacknowledged);
                println!("node {}\t{}\t{waiting} to come\t{outstanding} not acknowledged", peer.name, peer.state);
            }
            Ok(ExitCode::SUCCESS)
        })
    }
}

fn line(one: &Overseen) -> String {
    let standing = one.membership.as_ref().map_or("not decided", |member| member.standing.label());
    let over = if one.is_accreditation_over { ", accreditation expired" } else { "" };
    let sharing = one.sharing.as_ref().map_or_else(
        || "not measured yet".to_owned(),
        |sharing| {
            let met = sharing.requirements.iter().filter(|one| one.outcome == Outcome::Met).count();
            format!("{} shared, {met} of {} met", sharing.counted.shared.words(), sharing.requirements.len())
        },
    );
    let sent = one.last_sent.map_or_else(|| "never".to_owned(), |at| at.strftime("%Y-%m-%d").to_string());
    let (open, overdue) = (one.discordances, one.overdue);
    let slug = &one.laboratory.slug;
    format!("{slug}\t{standing}{over}\t{sharing}\tlast sent {sent}\t{open} discordances, {overdue} overdue")
}
