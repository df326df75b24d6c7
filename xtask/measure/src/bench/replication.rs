//! Statements of one node become known on another, over TLS on this machine: signed by their laboratory, checked, landed
//! with everything that follows from them, both sides durable.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use cairn_core::submission::Channel;
use cairn_node::Node;
use cairn_node::contribute::Request;
use cairn_node::federation::{self, Federation, PeerSettings, Terms};
use cairn_node::folder::DataFolder;
use cairn_node::world::World;
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;

use super::{Measure, Prepared, peer};

/// Statements that are replicated.
const STATEMENTS: usize = 100_000;
/// Statements of one file that the laboratory sends.
const AT_ONCE: usize = 10_000;
const LABORATORY: &str = "Laboratory of the measurement";

/// Statements a second, from a node that has never spoken with a peer to an empty one.
pub(super) fn prepare() -> anyhow::Result<Prepared> {
    let workshop = peer::workshop()?;
    let source = workshop.join("replication-source");
    let runtime = Runtime::new()?;
    if !source.join("complete").exists() {
        if source.exists() {
            fs::remove_dir_all(&source)?;
        }
        runtime.block_on(fill(&source.join("node")))?;
        fs::write(source.join("complete"), "")?;
    }
    let ours: Measure = Box::new(move || {
        let place = workshop.join("replication");
        if place.exists() {
            fs::remove_dir_all(&place)?;
        }
        copy(&source.join("node"), &place.join("gives"))?;
        let rate = runtime.block_on(replicate(&place.join("gives"), &place.join("takes")))?;
        fs::remove_dir_all(&place)?;
        Ok(rate)
    });
    let input = format!(
        "{STATEMENTS} statements of one laboratory on as many variants, with class, criteria and condition; to an empty \
         node over TLS on loopback, both in this process"
    );
    Ok(Prepared { ours, peer: Err("no comparable program installs here".to_owned()), input })
}

async fn open(folder: &Path) -> anyhow::Result<Node> {
    Ok(Node::open(DataFolder::new(folder), World::real()).await?)
}

/// Makes the node that gives.
async fn fill(folder: &Path) -> anyhow::Result<()> {
    let node = open(folder).await?;
    let laboratory = node.add_laboratory(LABORATORY, None).await?;
    for from in (0..STATEMENTS).step_by(AT_ONCE) {
        let request = Request {
            laboratory: laboratory.clone(),
            user: None,
            channel: Channel::Command,
            file: Some("statements.csv".to_owned()),
            bytes: sheet(from..from + AT_ONCE).into_bytes(),
            mapping: None,
            assembly: None,
            client_key: None,
            dry_run: false,
            strict: false,
        };
        let outcome = node.contribute(request).await?;
        let problem = outcome.problems.first();
        ensure!(
            outcome.accepted() == AT_ONCE as u64,
            "{} of {AT_ONCE} rows were taken: {problem:?}",
            outcome.accepted()
        );
    }
    node.run_due_jobs().await?;
    node.close().await;
    Ok(())
}

/// Rows of a laboratory, each on a variant of its own.
fn sheet(rows: std::ops::Range<usize>) -> String {
    const CLASSES: [&str; 5] = ["Pathogenic", "Likely pathogenic", "Uncertain significance", "Likely benign", "Benign"];
    let mut text = "Gene,Assembly,Chr,Pos,Ref,Alt,Classification,ACMG criteria,Condition,Record ID\n".to_owned();
    for row in rows {
        let (class, condition) = (CLASSES[row % 5], row % 97);
        let position = 1_000_000 + row * 7;
        let _ = writeln!(text, ",GRCh38,9,{position},A,G,{class},PM2;PP3,Condition {condition},R{row}");
    }
    text
}

/// One node takes everything that the other has; statements a second.
async fn replicate(gives: &Path, takes: &Path) -> anyhow::Result<f64> {
    let (gives, answering) = speak(open(gives).await?, "Gives").await?;
    let (takes, listening) = speak(open(takes).await?, "Takes").await?;
    for (one, other) in [(&gives, &takes), (&takes, &gives)] {
        one.federation.node().add_peer(&other.invitation, &Terms::for_care(), None).await?;
    }
    let key = gives.federation.node().peer_key()?.public().to_string();
    let start = Instant::now();
    let mut taken = 0;
    while taken < STATEMENTS as u64 {
        taken += takes.federation.round(&key).await?.context("the peer is not active")?;
        ensure!(start.elapsed() < Duration::from_secs(3_600), "only {taken} of {STATEMENTS} arrived in an hour");
    }
    let seconds = start.elapsed().as_secs_f64();
    for task in [answering, listening] {
        task.abort();
    }
    for speaker in [&gives, &takes] {
        let refused: u64 = speaker.federation.node().peers().await?.iter().map(|peer| peer.refused).sum();
        ensure!(refused == 0, "{refused} statements were refused");
        speaker.federation.node().close().await;
    }
    Ok(STATEMENTS as f64 / seconds)
}

/// A node that answers its peers.
struct Speaker {
    federation: Arc<Federation>,
    invitation: String,
}

async fn speak(node: Node, name: &str) -> anyhow::Result<(Speaker, JoinHandle<()>)> {
    let listener = federation::listen_at("127.0.0.1:0").await?;
    let address = listener.local_addr()?.to_string();
    let invitation = node.invitation(name, &address)?;
    let settings = PeerSettings { name: name.to_owned(), address, ..PeerSettings::default() };
    let federation = Federation::new(node, settings)?;
    let answering = tokio::spawn(federation.clone().listen(listener));
    Ok((Speaker { federation, invitation }, answering))
}

/// Copies a folder with all that is in it.
fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        match entry.file_type()?.is_dir() {
            true => copy(&entry.path(), &target)?,
            false => drop(fs::copy(entry.path(), target)?),
        }
    }
    Ok(())
}
