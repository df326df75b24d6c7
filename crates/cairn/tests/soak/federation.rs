//! Three nodes around a hub: a statement with its evidence goes to all with its laboratory's signature, partitions heal,
//! and what a person takes back comes back acknowledged by every node.
//!
//! The short form runs on loopback; the long form, `cargo xtask soak federation`, in network namespaces.

use crate::http;
use crate::links::{Links, Loopback, Namespaces};
use crate::node::{Node, Serving, cairn, done};
use crate::trial::{Numbers, Trial};
use cairn_protocol::SignedStatement;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

/// Laboratories of the nodes, the hub's first.
const LABORATORIES: [&str; 4] = ["Hub Lab", "Lab A", "Lab B", "Lab C"];
/// A missense change of BRCA1 that everybody states something of.
const VARIANT: &str = "17-43045712-T-C";
/// Another one, which a case of A stands behind.
const SEEN: &str = "17-43045711-G-A";
/// How soon a statement of one node is on another, beyond a hub.
const SPREADS: Duration = Duration::from_secs(5);
/// How soon connected nodes acknowledge, and a partition is healed.
const SETTLES: Duration = Duration::from_secs(60);

#[test]
fn federation() {
    let trial = Trial::new("federation", 1);
    // The long form is the one that `cargo xtask soak` runs.
    if std::env::var_os("CAIRN_SOAK_RESULTS").is_none() {
        return run(&trial, &Loopback::around_a_hub(3), "on loopback");
    }
    match Namespaces::around_a_hub(3) {
        Ok(links) => run(&trial, &links, "in network namespaces"),
        Err(why) => trial.not_run(&why),
    }
}

/// A node of the trial, serving.
struct Place {
    node: Node,
    serving: Serving,
}

impl Place {
    fn open(links: &dyn Links, place: usize, data: &Path) -> Self {
        let node = Node::of(data, LABORATORIES[place]);
        let name = format!("name = \"Node {}\"\n", LABORATORIES[place]);
        let file = data.join("cairn.toml");
        let before = std::fs::read_to_string(&file).unwrap_or_default();
        std::fs::write(&file, format!("{name}{}", without_name(&before))).unwrap();
        let serving = node.start_by(links.serve(place, data));
        Self { node, serving }
    }

    fn send(&self, file: &str, body: &str) {
        let headers = self.serving.authorization();
        let path = format!("/api/v1/submissions?file={file}");
        let answer = http::ask(&self.serving.address, "POST", &path, &headers, body.as_bytes()).expect("it answers");
        assert_eq!(answer.status, 201, "{answer:?}");
    }

    /// States a class with evidence. No two files are the same: one that came before is not read again.
    fn state(&self, key: &str, variant: &str, class: &str) {
        static SENT: AtomicUsize = AtomicUsize::new(1);
        let score = format!("0.{}", SENT.fetch_add(1, Relaxed));
        let file = json!({"format": "cairn.statement", "version": 1, "statements": [{
            "local_key": key,
            "variant": {"expressions": [{"text": variant, "assembly": "GRCh38"}], "gene": "BRCA1"},
            "classification": class,
            "conditions": [{"name": "Hereditary breast ovarian cancer syndrome", "ids": ["MONDO:0003582"]}],
            "criteria": [{"code": "PS3", "outcome": "met", "strength": "strong"}],
            "evidence": [{"criterion": "PS3", "citations": ["PMID:30209399"],
                "quantity": {"value": score, "unit": "function score"}}],
        }]});
        self.send("statement.json", &file.to_string());
    }

    /// What a laboratory states of a variant here.
    fn statement(&self, variant: &str, laboratory: &str) -> Option<Value> {
        let answer = self.serving.get(&format!("/api/v1/variants/{variant}"))?.json();
        let of = |one: &&Value| one["laboratory"]["name"] == laboratory;
        answer["statements"].as_array()?.iter().find(of).cloned()
    }

    fn class(&self, variant: &str, laboratory: &str) -> Option<String> {
        Some(self.statement(variant, laboratory)?["class"].as_str()?.to_owned())
    }
}

/// The configuration without the name that a new node gets.
fn without_name(configuration: &str) -> String {
    configuration.lines().filter(|line| !line.starts_with("name")).map(|line| format!("{line}\n")).collect()
}

/// How long it takes until something holds.
#[track_caller]
fn until(what: &str, within: Duration, mut holds: impl FnMut() -> bool) -> Duration {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < within, "not within {within:?}: {what}");
        std::thread::sleep(Duration::from_millis(100));
    }
    begun.elapsed()
}

fn introduce(links: &dyn Links, places: &[Place]) {
    let (hub, nodes) = places.split_first().unwrap();
    let text = |of: &Place, address: &str| {
        let said = done(&cairn(&of.node.data, &["peer", "invite", "--address", address]));
        said.lines().find(|line| line.starts_with("cairn-peer")).unwrap().to_owned()
    };
    for (node, place) in nodes.iter().zip(1..) {
        done(&cairn(&node.node.data, &["peer", "add", &text(hub, &links.address(0, place)), "--pass-on"]));
        done(&cairn(&hub.node.data, &["peer", "add", &text(node, &links.address(place, 0)), "--pass-on"]));
    }
    for node in nodes {
        until("the agreement is signed", SETTLES, || {
            let peers = node.serving.get("/api/v1/peers").expect("it answers").json();
            peers["peers"][0]["is_signed"] == true
        });
    }
}

fn run(trial: &Trial, links: &dyn Links, where_: &str) {
    let place = tempfile::tempdir().unwrap();
    let open = |at: usize| Place::open(links, at, &place.path().join(format!("node{at}")));
    let places: Vec<Place> = (0..4).map(open).collect();
    introduce(links, &places);
    let (a, b, c) = (&places[1], &places[2], &places[3]);

    a.state("first", VARIANT, "pathogenic");
    let spread = until("C knows what A states", SPREADS, || c.statement(VARIANT, "Lab A").is_some());
    let known = c.statement(VARIANT, "Lab A").unwrap();
    assert_eq!(known["from_node"]["node"], "Node Lab A", "{known}");
    assert_eq!(known["from_node"]["by"], "Node Hub Lab", "{known}");
    assert_eq!(known["criteria"].as_array().unwrap().len(), 1, "{known}");
    assert!(!known["evidence"].as_array().unwrap().is_empty(), "{known}");

    let healed = partitions(links, &places, &mut trial.numbers(), trial.rounds);
    let (connected, partitioned) = withdrawal(links, a, b, c);

    let folders: Vec<_> = places.iter().map(|place| place.node.data.clone()).collect();
    for Place { serving, .. } in places {
        serving.stop();
    }
    let signed: Vec<Vec<String>> = folders.iter().map(|data| contents(data)).collect();
    assert!(signed.iter().all(|names| *names == signed[0]), "the nodes hold different contents: {signed:?}");
    trial.passed(&format!(
        "{where_}: A's statement with evidence and A's signature at C after {:.1} s; {} partitions healed, the slowest in {:.1} s, {} equal content addresses on each of 4 nodes; a withdrawal acknowledged by hub and connected node after {:.1} s, by the partitioned one {:.1} s after healing, each named on the patient page",
        spread.as_secs_f64(),
        trial.rounds,
        healed.as_secs_f64(),
        signed[0].len(),
        connected.as_secs_f64(),
        partitioned.as_secs_f64(),
    ));
}

/// Cuts one node off, lets all state something, joins them again; how long the slowest took until all knew all.
fn partitions(links: &dyn Links, places: &[Place], numbers: &mut Numbers, rounds: usize) -> Duration {
    const CLASSES: [&str; 4] = ["pathogenic", "likely_pathogenic", "uncertain_significance", "benign"];
    let mut slowest = Duration::ZERO;
    for _ in 0..rounds {
        let away = 1 + numbers.below(3) as usize;
        links.cut(away);
        let mut said = Vec::new();
        for (place, laboratory) in places.iter().zip(LABORATORIES).skip(1) {
            let mut class = "";
            // The later version holds, in whatever order they come.
            for _ in 0..=numbers.below(2) {
                class = CLASSES[numbers.below(4) as usize];
                place.state("first", VARIANT, class);
            }
            said.push((laboratory, class));
        }
        std::thread::sleep(Duration::from_secs(2));
        links.heal(away);
        let all_know = || {
            let knows =
                |place: &Place| said.iter().all(|(of, class)| place.class(VARIANT, of).as_deref() == Some(*class));
            places.iter().all(knows)
        };
        slowest = slowest.max(until("all know the same", SETTLES, all_know));
    }
    slowest
}

/// A person behind a statement of A takes their consent back while C is cut off: how long the connected nodes took to
/// acknowledge, and C after it was joined again.
fn withdrawal(links: &dyn Links, a: &Place, b: &Place, c: &Place) -> (Duration, Duration) {
    a.send(
        "seen.csv",
        &format!("Variant,Assembly,Classification,Condition,Case ID\n{SEEN},GRCh38,Pathogenic,Breast cancer,P1\n"),
    );
    for place in [b, c] {
        until("it is known", SETTLES, || place.statement(SEEN, "Lab A").is_some());
    }
    let case = ["--lab", "Lab A", "--case", "P1"];
    let said = done(&cairn(&a.node.data, &[&["consent", "code"][..], &case].concat()));
    let code = said.lines().find(|line| line.matches('-').count() == 3 && line.len() == 19).unwrap().to_owned();
    let cookie = open_page(&a.serving.address, &code);
    links.cut(3);
    done(&cairn(&a.node.data, &[&["withdraw"][..], &case].concat()));
    let page = || {
        let headers = format!("Cookie: {cookie}\r\n");
        http::ask(&a.serving.address, "GET", "/patient", &headers, b"").expect("it answers").body
    };
    let row = |page: &str, who: &str| {
        let at = page.find(&format!("<strong>{who}</strong>"))?;
        page[at..].split("</li>").next().map(|row| row.contains("answered on"))
    };
    let (hub, of_b, of_c) = ("Node Hub Lab", "Node Lab B, through Node Hub Lab", "Node Lab C, through Node Hub Lab");
    let connected = until("the hub and B acknowledged and C is outstanding", SETTLES, || {
        let page = page();
        (row(&page, hub), row(&page, of_b), row(&page, of_c)) == (Some(true), Some(true), Some(false))
    });
    assert_eq!(b.statement(SEEN, "Lab A").unwrap()["standing"], "withdrawn");
    assert_eq!(c.statement(SEEN, "Lab A").unwrap()["standing"], "current", "it was cut off");
    links.heal(3);
    let partitioned = until("C acknowledged", SETTLES, || row(&page(), of_c) == Some(true));
    assert_eq!(c.statement(SEEN, "Lab A").unwrap()["standing"], "withdrawn");
    (connected, partitioned)
}

/// Opens the page of a tested person with their code, as a browser does; the cookie it gets.
fn open_page(address: &str, code: &str) -> String {
    let cookie_of = |answer: &http::Answer| {
        let all = answer.head.lines().filter(|line| line.to_ascii_lowercase().starts_with("set-cookie:"));
        all.filter_map(|line| line.split_once(':')?.1.trim().split(';').next().map(str::to_owned)).collect::<Vec<_>>()
    };
    let form = http::ask(address, "GET", "/patient", "", b"").expect("it answers");
    let visit = cookie_of(&form).join("; ");
    let csrf = form.body.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let headers = format!("Cookie: {visit}\r\nContent-Type: application/x-www-form-urlencoded\r\n");
    let body = format!("csrf={}&code={code}", csrf.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D"));
    let opened = http::ask(address, "POST", "/patient", &headers, body.as_bytes()).expect("it answers");
    assert_eq!(opened.status, 303, "{opened:?}");
    [vec![visit], cookie_of(&opened)].concat().join("; ")
}

/// The names of everything signed that a node keeps; each signature in it holds.
fn contents(data: &Path) -> Vec<String> {
    use cairn_store::signed_statement;
    let work = async {
        let folder = cairn_node::folder::DataFolder::new(data);
        let opened = cairn_node::Node::open(folder, cairn_node::world::World::real()).await.unwrap();
        let mut reader = opened.store().read().await.unwrap();
        let names = signed_statement::names(&mut reader).await.unwrap();
        for name in &names {
            let bytes = signed_statement::content(&mut reader, name).await.unwrap().unwrap();
            assert_eq!(SignedStatement::read(&bytes).unwrap().digest(), *name);
        }
        drop(reader);
        opened.store().close().await;
        names
    };
    tokio::runtime::Runtime::new().unwrap().block_on(work)
}
