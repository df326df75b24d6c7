//! The demo's other nodes: two laboratories elsewhere and a hub between all, in `DIR/nodes/NAME`.
//!
//! The first node gives and takes over the hub. South takes over what the Breast Cancer Information Core had in ClinVar
//! where it differs from ENIGMA, so that a conflict goes across nodes; West a part of what the Sharing Clinical Reports
//! Project had. Both are published classes, as those of the first laboratory.

use super::content;
use super::credentials::{self, Account, Credential};
use crate::configuration::Configuration;
use crate::serve;
use anyhow::Context;
use cairn_core::submission::Channel;
use cairn_core::user::UserRole;
use cairn_http::Settings;
use cairn_node::Node;
use cairn_node::contribute::Request;
use cairn_node::federation::{self, Federation, PeerSettings};
use cairn_node::folder::DataFolder;
use cairn_node::world::World;
use cairn_protocol::Terms;
use cairn_reference::Reference;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// What the first node calls itself among its peers.
pub const FIRST: &str = "Demo Clinical Genomics";
/// How long the nodes may take to tell each other what they have before people are let in.
const MEETING: Duration = Duration::from_secs(5);

/// A node of the demo beside the first.
struct Site {
    /// Its folder below `nodes`.
    folder: &'static str,
    /// What it calls itself.
    name: &'static str,
    /// Who signs in, and in which laboratory; the hub has none.
    person: Option<Account>,
    /// What its laboratory sends.
    sheet: Option<fn() -> anyhow::Result<Vec<u8>>>,
}

const SITES: [Site; 3] = [
    Site { folder: "hub", name: "Demo Hub", person: None, sheet: None },
    Site {
        folder: "south",
        name: "Demo South",
        person: Some(("south", "Demo Scientist in the south", UserRole::ClinicalScientist, "Demo Hospital South")),
        sheet: Some(content::against_enigma),
    },
    Site {
        folder: "west",
        name: "Demo West",
        person: Some(("west", "Demo Scientist in the west", UserRole::ClinicalScientist, "Demo Hospital West")),
        sheet: Some(content::part_of_scrp),
    },
];

/// Genes of the first node's published cases: what it gives. It takes everything.
const GIVEN: [&str; 4] = ["LMNA", "NF1", "FBN1", "STXBP1"];

/// The demo's nodes as they speak with each other.
pub struct Network {
    /// The first node among its peers.
    pub first: Arc<Federation>,
    /// The others, to be served.
    pub others: Vec<Other>,
    /// Who may sign in to the others.
    pub people: Vec<Credential>,
    /// Their listeners and pulls, as long as this lives.
    pub speaking: JoinSet<()>,
}

/// Another node, ready to be served.
pub struct Other {
    /// What it calls itself.
    pub name: &'static str,
    /// Its address.
    pub url: String,
    /// The node.
    pub node: Arc<Node>,
    /// How it is reached.
    pub settings: Settings,
    /// Where it listens.
    pub listener: TcpListener,
}

/// A node that speaks: itself among its peers, and its pairing text.
struct Speaker {
    federation: Arc<Federation>,
    text: String,
    key: String,
}

impl Network {
    /// Makes or opens the other nodes, introduces all to the hub, and lets them tell each other what they have.
    pub async fn open(first: &Node, folder: &Path, at: SocketAddr) -> anyhow::Result<Self> {
        let mut speaking = JoinSet::new();
        let main = speaker(first, FIRST, &mut speaking).await?;
        let (mut others, mut people, mut speakers) = (Vec::new(), Vec::new(), Vec::new());
        // One reference in memory for all three: what is inside the program.
        let reference = tokio::task::spawn_blocking(Reference::bundled).await?;
        for (site, offset) in SITES.iter().zip(1..) {
            let listener = listen_near(at, offset).await?;
            let url = format!("http://{}", listener.local_addr()?);
            let (node, person) = site.open(&folder.join("nodes").join(site.folder), &reference, &url).await?;
            people.extend(person);
            let speaker = speaker(&node, site.name, &mut speaking).await?;
            let settings = Settings { federation: Some(speaker.federation.clone()), ..settings(site.name)? };
            speakers.push(speaker);
            others.push(Other { name: site.name, url, node: Arc::new(node), settings, listener });
        }
        let (hub, laboratories) = speakers.split_first().context("the demo has no hub")?;
        let all = Terms { passes_on: true, ..Terms::for_care() };
        let some = Terms { genes: Some(GIVEN.map(str::to_owned).to_vec()), ..all.clone() };
        introduce(&main, &some, hub, &all).await?;
        for laboratory in laboratories {
            introduce(laboratory, &all, hub, &all).await?;
        }
        if tokio::time::timeout(MEETING, meet(&main, hub, laboratories)).await.is_err() {
            eprintln!("the demo's nodes are still telling each other what they have");
        }
        for speaker in speakers.iter().chain([&main]) {
            speaking.spawn(speaker.federation.clone().run());
        }
        Ok(Self { first: main.federation, others, people, speaking })
    }
}

/// How a node of the demo is reached: who looks around is not asked again and again who they are.
pub fn settings(name: &str) -> anyhow::Result<Settings> {
    let configuration = Configuration {
        name: name.to_owned(),
        idle_minutes: 24 * 60,
        session_hours: 24,
        step_up_minutes: 0,
        ..Configuration::default()
    };
    configuration.settings()
}

/// A listener some ports after another, or at any port where that one is taken.
async fn listen_near(at: SocketAddr, offset: u16) -> anyhow::Result<TcpListener> {
    let near = SocketAddr::new(at.ip(), at.port().saturating_add(offset));
    match TcpListener::bind(near).await {
        Ok(listener) => Ok(listener),
        Err(_) => serve::listen_at(&SocketAddr::new(at.ip(), 0).to_string()).await,
    }
}

async fn speaker(node: &Node, name: &str, speaking: &mut JoinSet<()>) -> anyhow::Result<Speaker> {
    let listener = federation::listen_at("127.0.0.1:0").await?;
    let address = listener.local_addr()?.to_string();
    let settings = PeerSettings { name: name.to_owned(), address: address.clone(), ..PeerSettings::default() };
    let federation = Federation::new(node.clone(), settings)?;
    speaking.spawn(federation.clone().listen(listener));
    let (text, key) = (node.invitation(name, &address)?, node.peer_key()?.public().to_string());
    Ok(Speaker { federation, text, key })
}

/// Makes peers of two nodes; those who are already learn each other's address of today.
async fn introduce(one: &Speaker, gives: &Terms, other: &Speaker, receives: &Terms) -> anyhow::Result<()> {
    one.federation.node().add_peer(&other.text, gives, None).await?;
    other.federation.node().add_peer(&one.text, receives, None).await?;
    Ok(())
}

/// What the other laboratories state goes to the hub and from there to the first node. What the first node gives, and
/// what the others have of each other, follows while people look around.
async fn meet(main: &Speaker, hub: &Speaker, laboratories: &[Speaker]) {
    let rounds = laboratories.iter().map(|laboratory| (hub, laboratory)).chain([(main, hub)]);
    for (asks, answers) in rounds {
        if let Err(error) = asks.federation.round(&answers.key).await {
            eprintln!("a node of the demo was not reached: {error}");
        }
    }
}

impl Site {
    /// The node with everything in it, and who may sign in.
    async fn open(&self, path: &Path, reference: &Reference, url: &str) -> anyhow::Result<(Node, Vec<Credential>)> {
        let folder = DataFolder::new(path).whole();
        let people = path.join("credentials.json");
        if folder.has_node() && people.exists() {
            let node = Node::with_reference(folder, reference.clone(), World::real()).await?;
            return Ok((node, credentials::renew(&people, url)?));
        }
        super::remove_unfinished(&folder)?;
        let node = Node::with_reference(folder, reference.clone(), World::real()).await?;
        let mut made = Vec::new();
        if let Some(person) = self.person {
            let laboratory = node.add_laboratory(person.3, None).await?;
            if let Some(sheet) = self.sheet {
                let request = Request {
                    laboratory,
                    user: None,
                    channel: Channel::Command,
                    file: Some(format!("{}.csv", self.folder)),
                    bytes: sheet()?,
                    mapping: None,
                    assembly: None,
                    client_key: None,
                    dry_run: false,
                    strict: false,
                };
                let outcome = node.contribute(request).await?;
                let problem = outcome.problems.first();
                anyhow::ensure!(outcome.accepted() > 0, "nothing of {} could be taken: {problem:?}", self.name);
            }
            made = credentials::make(&node, url, &[person]).await?;
        }
        credentials::write(&people, &made)?;
        Ok((node, made))
    }
}
