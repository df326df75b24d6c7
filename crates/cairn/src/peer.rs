//! `cairn peer`: the other nodes that this one speaks with.

mod ask;

use crate::configuration::Configuration;
use anyhow::Context;
use cairn_core::data_use::PurposeKind;
use cairn_node::Node;
use cairn_node::federation::PeerStatus;
use cairn_node::folder::DataFolder;
use cairn_node::world::World;
use cairn_protocol::Terms;
use cairn_store::peer::PeerState;
use clap::{Args, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

/// Other nodes: introduced by a text, bound by an agreement that both sign.
#[derive(Subcommand)]
pub enum PeerCommand {
    /// Prints the text by which this node introduces itself: hand it to the operator of the other node.
    Invite(Invite),
    /// Makes a peer of the node that introduces itself by a text, and offers it terms.
    Add(Add),
    /// Offers a peer other terms: what they no longer hold is not given from now on.
    Offer(Offer),
    /// Lists the peers: agreement, lag, last contact, what was withheld and why, what is not acknowledged.
    List(List),
    /// Asks the peers what they know just now of a variant, a region or phenotypes: statements, and numbers of cases.
    ///
    /// Exit code 0 when every peer answered, 1 when one did not.
    Ask(ask::Ask),
    /// Speaks with a peer no longer, for now.
    Suspend(Named),
    /// Speaks with a suspended peer again.
    Resume(Named),
    /// Ends the relation; what was given stays listed.
    Remove(Named),
}

/// What `cairn peer invite` takes.
#[derive(Args)]
pub struct Invite {
    /// Where the other node reaches this one, `host:port` [default: `peers.address` of the configuration]
    #[arg(long, value_name = "HOST:PORT")]
    address: Option<String>,
    /// The node's data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// What this node gives a peer.
#[derive(Args)]
pub struct Gives {
    /// Give nothing; only take what the peer gives
    #[arg(long, conflicts_with_all = ["genes", "until", "from", "pass_on"])]
    nothing: bool,
    /// What the peer may use it for; may be said several times
    #[arg(long = "purpose", value_name = "PURPOSE", default_value = "clinical_care", value_parser = purpose)]
    purposes: Vec<PurposeKind>,
    /// Statements on these genes alone, with commas between them [default: every gene]
    #[arg(long, value_name = "GENES", value_delimiter = ',')]
    genes: Vec<String>,
    /// The first day, YYYY-MM-DD [default: at once]
    #[arg(long, value_name = "DAY", value_parser = day)]
    from: Option<String>,
    /// The last day, YYYY-MM-DD [default: until changed]
    #[arg(long, value_name = "DAY", value_parser = day)]
    until: Option<String>,
    /// Let the peer pass statements on to its own peers, as a hub does
    #[arg(long)]
    pass_on: bool,
}

/// What `cairn peer add` takes.
#[derive(Args)]
pub struct Add {
    /// The text that `cairn peer invite` printed on the other node
    text: String,
    #[command(flatten)]
    gives: Gives,
    /// The node's data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// What `cairn peer offer` takes.
#[derive(Args)]
pub struct Offer {
    /// The peer: its name or id
    peer: String,
    #[command(flatten)]
    gives: Gives,
    /// The node's data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// What `cairn peer list` takes.
#[derive(Args)]
pub struct List {
    /// One JSON object a line
    #[arg(long)]
    json: bool,
    /// The node's data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// What the commands take that name a peer alone.
#[derive(Args)]
pub struct Named {
    /// The peer: its name or id
    peer: String,
    /// The node's data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

fn purpose(text: &str) -> Result<PurposeKind, String> {
    let codes: Vec<&str> = PurposeKind::ALL.iter().map(|one| one.code()).collect();
    PurposeKind::from_code(text).ok_or_else(|| format!("purposes are {}", codes.join(", ")))
}

fn day(text: &str) -> Result<String, String> {
    let read: jiff::civil::Date = text.parse().map_err(|_| "write the day as YYYY-MM-DD".to_owned())?;
    Ok(read.to_string())
}

impl Gives {
    fn terms(self) -> Terms {
        if self.nothing {
            return Terms::nothing();
        }
        Terms {
            gives: true,
            purposes: self.purposes,
            genes: Some(self.genes).filter(|genes| !genes.is_empty()),
            starts: self.from,
            ends: self.until,
            passes_on: self.pass_on,
        }
    }
}

impl PeerCommand {
    /// Does what was asked.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        crate::block_on(async move {
            match self {
                Self::Invite(invite) => invite.run().await,
                Self::Add(add) => add.run().await,
                Self::Offer(offer) => offer.run().await,
                Self::List(list) => list.run().await,
                Self::Ask(ask) => ask.run().await,
                Self::Suspend(named) => named.set(PeerState::Suspended, "is not spoken with for now").await,
                Self::Resume(named) => named.set(PeerState::Active, "is spoken with again").await,
                Self::Remove(named) => named.set(PeerState::Removed, "is no peer any more").await,
            }
        })
    }
}

async fn open(data: Option<&PathBuf>) -> anyhow::Result<Node> {
    Ok(Node::open(DataFolder::find(data.map(PathBuf::as_path))?, World::real()).await?)
}

impl Invite {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let node = open(self.data.as_ref()).await?;
        let configuration = Configuration::read(&node.folder().configuration(), None)?;
        let address = self.address.or_else(|| configuration.peers.address());
        let address = address.unwrap_or_default();
        if address.is_empty() {
            eprintln!("without --address the other node cannot call this one; it will wait to be called");
        }
        println!("{}", node.invitation(&configuration.name, &address)?);
        eprintln!("compare by telephone: this node is {}", node.peer_key()?.id());
        node.close().await;
        Ok(ExitCode::SUCCESS)
    }
}

impl Add {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let node = open(self.data.as_ref()).await?;
        let added = node.add_peer(&self.text, &self.gives.terms(), None).await?;
        println!("{} is a peer; compare by telephone: it is {}", added.name, added.id);
        println!("the agreement is signed when both nodes serve and each has added the other");
        node.close().await;
        Ok(ExitCode::SUCCESS)
    }
}

impl Offer {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let node = open(self.data.as_ref()).await?;
        node.offer_peer(&self.peer, &self.gives.terms(), None).await?;
        println!("{} is offered these terms; what they no longer hold is not given from now on", self.peer);
        node.close().await;
        Ok(ExitCode::SUCCESS)
    }
}

impl List {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let node = open(self.data.as_ref()).await?;
        let peers = node.peers().await?;
        for peer in &peers {
            match self.json {
                true => println!("{}", serde_json::to_string(peer).context("a peer cannot be written")?),
                false => print(peer),
            }
        }
        for beyond in node.beyond_peers().await? {
            match self.json {
                true => println!("{}", serde_json::to_string(&beyond).context("a node cannot be written")?),
                false => println!(
                    "{}\t{}\tthrough {}\n  taken back {}, not acknowledged {}",
                    beyond.name, beyond.node, beyond.through, beyond.taken_back, beyond.unacknowledged
                ),
            }
        }
        if peers.is_empty() && !self.json {
            println!("no peers; `cairn peer invite` prints what their operators need");
        }
        node.close().await;
        Ok(ExitCode::SUCCESS)
    }
}

fn print(peer: &PeerStatus) {
    let minute = |at: jiff::Timestamp| at.strftime("%Y-%m-%d %H:%M UTC").to_string();
    println!("{}\t{}\t{}", peer.name, peer.node, peer.state);
    println!("  agreement: {}", peer.agreement);
    println!("  given {}, received {}, still to come {}", peer.given, peer.received, peer.waiting);
    println!("  last contact: {}", peer.last_contact.map_or("never".to_owned(), minute));
    if let Some(failure) = &peer.failure {
        println!("  not reached since {}: {failure}", peer.last_failure.map(minute).unwrap_or_default());
    }
    for withheld in &peer.withheld {
        println!("  withheld {}: {}", withheld.statements, withheld.words);
    }
    for one in &peer.unreadable {
        println!("  not given, for it does not read: {}: {}", one.item, one.reason);
    }
    for one in &peer.refused_items {
        println!("  not taken: {} of its stream: {}", one.item, one.reason);
    }
    if peer.taken_back > 0 {
        println!("  taken back {}, not acknowledged {}", peer.taken_back, peer.unacknowledged);
    }
}

impl Named {
    async fn set(self, state: PeerState, what: &str) -> anyhow::Result<ExitCode> {
        let node = open(self.data.as_ref()).await?;
        node.set_peer_state(&self.peer, state).await?;
        println!("{} {what}", self.peer);
        node.close().await;
        Ok(ExitCode::SUCCESS)
    }
}
