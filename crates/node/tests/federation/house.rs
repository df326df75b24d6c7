//! Nodes that serve each other over loopback TLS.

use cairn_core::submission::Channel;
use cairn_node::Node;
use cairn_node::access::Viewer;
use cairn_node::contribute::Request;
use cairn_node::federation::{Federation, PeerSettings, PeerStatus};
use cairn_node::folder::DataFolder;
use cairn_node::lookup::statement::StatementView;
use cairn_node::world::World;
use cairn_protocol::Terms;
use cairn_reference::Reference;
use std::sync::{Arc, LazyLock};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// A missense change of BRCA1, with evidence.
pub(crate) const VARIANT: &str = "17-43045712-T-C";
const PATIENCE: Duration = Duration::from_secs(60);

fn reference() -> Reference {
    static BUNDLED: LazyLock<Reference> = LazyLock::new(Reference::bundled);
    BUNDLED.clone()
}

/// A node that serves its peers.
pub(crate) struct House {
    _folder: tempfile::TempDir,
    pub(crate) node: Node,
    pub(crate) name: &'static str,
    pub(crate) address: String,
    pub(crate) federation: Arc<Federation>,
    running: Vec<JoinHandle<()>>,
}

impl House {
    pub(crate) async fn open(name: &'static str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let node = Node::with_reference(DataFolder::new(folder.path()), reference(), World::real()).await.unwrap();
        node.add_laboratory(&format!("Genetics {name}"), None).await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let settings = PeerSettings {
            name: name.to_owned(),
            address: address.clone(),
            pause: Duration::from_millis(50),
            patience: Duration::from_secs(5),
            epoch: Duration::from_millis(1),
        };
        let federation = Federation::new(node.clone(), settings).unwrap();
        let mut house = Self { _folder: folder, node, name, address, federation, running: Vec::new() };
        house.serve(listener);
        house
    }

    fn serve(&mut self, listener: TcpListener) {
        self.running.push(tokio::spawn(self.federation.clone().listen(listener)));
        self.running.push(tokio::spawn(self.federation.clone().run()));
    }

    /// Cut off from everybody.
    pub(crate) async fn stop(&mut self) {
        for task in self.running.drain(..) {
            task.abort();
            let _ = task.await;
        }
    }

    pub(crate) async fn resume(&mut self) {
        let listener = TcpListener::bind(&self.address).await.unwrap();
        self.serve(listener);
    }

    pub(crate) async fn send(&self, file: &str, bytes: &[u8]) {
        let laboratory = self.node.laboratory(&format!("Genetics {}", self.name)).await.unwrap();
        let request = Request {
            laboratory,
            user: None,
            channel: Channel::Api,
            file: Some(file.to_owned()),
            bytes: bytes.to_vec(),
            mapping: None,
            assembly: None,
            client_key: None,
            dry_run: false,
            strict: false,
        };
        let outcome = self.node.contribute(request).await.unwrap();
        assert!(outcome.accession.is_some(), "{:?}", outcome.problems);
    }

    /// States a class of a variant, as a file of Cairn's own.
    pub(crate) async fn state(&self, key: &str, variant: &str, class: &str, standing: &str) {
        let file = serde_json::json!({"format": "cairn.statement", "version": 1, "statements": [{
            "local_key": key,
            "standing": standing,
            "variant": {"expressions": [{"text": variant, "assembly": "GRCh38"}], "gene": "BRCA1"},
            "classification": class,
            "conditions": [{"name": "Hereditary breast ovarian cancer syndrome", "ids": ["MONDO:0003582"]}],
            "criteria": [{"code": "PS3", "outcome": "met", "strength": "strong"}],
            "evidence": [{"criterion": "PS3", "text": "told by Mei Okafor", "citations": ["PMID:30209399"],
                "quantity": {"value": "0.12", "unit": "function score"}}],
            "last_evaluated": "2024-08-19",
        }]});
        self.send("statement.json", file.to_string().as_bytes()).await;
    }

    /// The statements that this node has on a variant.
    pub(crate) async fn statements(&self, variant: &str) -> Vec<StatementView> {
        let as_of = self.node.as_of(None).await.unwrap();
        let found = self.node.look_up(variant, as_of, Viewer::Machine).await.unwrap();
        found.report.map(|report| report.statements).unwrap_or_default()
    }

    pub(crate) async fn of(&self, variant: &str, laboratory: &str) -> Option<StatementView> {
        self.statements(variant).await.into_iter().find(|view| view.laboratory.name == laboratory)
    }

    pub(crate) async fn peer(&self, name: &str) -> PeerStatus {
        self.node.peers().await.unwrap().into_iter().find(|peer| peer.name == name).unwrap()
    }
}

/// Introduces two nodes to each other; each gives the other what its terms say.
pub(crate) async fn pair(one: &House, gives: &Terms, other: &House, receives: &Terms) {
    let text = |house: &House| house.node.invitation(house.name, &house.address).unwrap();
    one.node.add_peer(&text(other), gives, None).await.unwrap();
    other.node.add_peer(&text(one), receives, None).await.unwrap();
}

/// Waits until something holds.
pub(crate) async fn until<F: Future<Output = bool>>(what: &str, mut holds: impl FnMut() -> F) {
    let started = std::time::Instant::now();
    while !holds().await {
        assert!(started.elapsed() < PATIENCE, "not within {PATIENCE:?}: {what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

pub(crate) fn to_be_passed_on() -> Terms {
    Terms { passes_on: true, ..Terms::for_care() }
}

/// North and South around a hub.
pub(crate) async fn network() -> (House, House, House) {
    let (north, hub, south) = (House::open("North").await, House::open("Hub").await, House::open("South").await);
    pair(&north, &to_be_passed_on(), &hub, &to_be_passed_on()).await;
    pair(&south, &to_be_passed_on(), &hub, &to_be_passed_on()).await;
    (north, hub, south)
}
