//! Workloads on the ledger: how many events a second become durable entries, how long an event waits for its signed
//! checkpoint, and how long a million entries take to check.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::ensure;
use cairn_ledger::leaf::Kind;
use cairn_node::Node;
use cairn_node::folder::DataFolder;
use cairn_node::ledger::Event;
use cairn_node::world::World;
use cairn_reference::Reference;
use tokio::runtime::Runtime;

use super::{Measure, Prepared, peer};

/// Events of one sample of the rate.
const EVENTS: u64 = 100_000;
/// Who asks at one time.
const ASKING: u64 = 2_000;
/// Events of one sample of the waiting time, and the time between two of them.
const PACED: u64 = 500;
const PACE: Duration = Duration::from_millis(10);
/// Entries that are checked.
const CHECKED: u64 = 1_000_000;

/// Events a second that are durable entries, asked for by many at a time.
pub(super) fn prepare_rate() -> anyhow::Result<Prepared> {
    let (node, runtime) = node("ledger-rate", true)?;
    let ours: Measure = Box::new(move || {
        let start = Instant::now();
        runtime.block_on(record(&node, EVENTS))?;
        Ok(EVENTS as f64 / start.elapsed().as_secs_f64())
    });
    let input = format!("{EVENTS} events, {ASKING} waiting at a time; commitment, synced commit and answer for each");
    Ok(Prepared { ours, peer: Err("no comparable program installs here".to_owned()), input })
}

/// Milliseconds within which 99 of 100 events stand under a signed checkpoint, from the moment they are recorded.
pub(super) fn prepare_p99() -> anyhow::Result<Prepared> {
    let (node, runtime) = node("ledger-p99", true)?;
    let sequencer = node.clone();
    runtime.spawn(async move { sequencer.run_ledger().await });
    let ours: Measure = Box::new(move || runtime.block_on(p99(&node)));
    let input =
        format!("{PACED} events, one every {} ms; durable tiles and signed checkpoint included", PACE.as_millis());
    Ok(Prepared { ours, peer: Err("no comparable program installs here".to_owned()), input })
}

/// Seconds for a whole check: entries, bodies, tiles, root, signature.
pub(super) fn prepare_check() -> anyhow::Result<Prepared> {
    let (node, runtime) = node("ledger-million", false)?;
    runtime.block_on(async {
        let there = node.newest_shard().await?.map_or(0, |shard| shard.size);
        record(&node, CHECKED.saturating_sub(there)).await?;
        node.seal().await?;
        anyhow::Ok(())
    })?;
    let ours: Measure = Box::new(move || {
        let start = Instant::now();
        let found = runtime.block_on(node.check_ledger())?;
        ensure!(found.faults.is_empty() && found.entries >= CHECKED, "the ledger is not whole: {:?}", found.faults);
        Ok(start.elapsed().as_secs_f64())
    });
    let input = format!("{CHECKED} entries with bodies: commitments, tags, tiles, root and signature");
    Ok(Prepared { ours, peer: Err("no comparable program installs here".to_owned()), input })
}

/// A node of its own beside the build.
fn node(name: &str, is_new: bool) -> anyhow::Result<(Node, Runtime)> {
    let folder = peer::workshop()?.join(name);
    if is_new && folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let runtime = Runtime::new()?;
    let node = runtime.block_on(open(&folder))?;
    Ok((node, runtime))
}

async fn open(folder: &Path) -> anyhow::Result<Node> {
    Ok(Node::with_reference(DataFolder::new(folder), Reference::bundled(), World::real()).await?)
}

/// An event as large as a reading.
fn event(number: u64) -> Event {
    let event = Event::new(Kind::QueryAggregate).with("laboratory", "Genetics North").with("number", number);
    event.with("purpose", "clinical_care").with("user", "0123456789abcdef0123456789abcdef")
}

async fn record(node: &Node, count: u64) -> anyhow::Result<()> {
    let asking: Vec<_> = (0..ASKING.min(count))
        .map(|first| {
            let node = node.clone();
            tokio::spawn(async move {
                for number in (first..count).step_by(ASKING as usize) {
                    node.record_event(event(number)).await?;
                }
                anyhow::Ok(())
            })
        })
        .collect();
    for one in asking {
        one.await??;
    }
    Ok(())
}

async fn p99(node: &Node) -> anyhow::Result<f64> {
    let mut ticks = tokio::time::interval(PACE);
    let mut waits = Vec::new();
    for number in 0..PACED {
        ticks.tick().await;
        let node = node.clone();
        waits.push(tokio::spawn(async move {
            let start = Instant::now();
            let serial = node.record_event(event(number)).await?.number();
            node.sealed().wait_for(|sealed| *sealed >= serial).await?;
            anyhow::Ok(start.elapsed())
        }));
    }
    let mut times = Vec::new();
    for wait in waits {
        times.push(wait.await??);
    }
    times.sort();
    Ok(times[times.len() * 99 / 100].as_secs_f64() * 1000.0)
}
