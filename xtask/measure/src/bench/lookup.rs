//! Workload: a variant looked up in process, from the text to the whole report: identity, every statement, cases,
//! provenance. Each variant is asked for once in a node that was opened anew, so nothing is kept from an earlier asking.
//! What HTTP, JSON and a page add, and what asking again saves, is measured by `lookup-http`.

use std::path::Path;
use std::time::Instant;

use anyhow::{Context, ensure};
use cairn_node::Node;
use cairn_node::access::Viewer;
use cairn_node::folder::DataFolder;
use cairn_node::lookup::expression::LookUp;
use cairn_node::world::World;
use tokio::runtime::Runtime;

use super::demo_node::DemoNode;
use super::{Measure, Prepared, lookup_http};

/// Milliseconds within which 99 of 100 look-ups are answered, one after another.
pub(super) fn prepare_p99() -> anyhow::Result<Prepared> {
    let folder = DemoNode::start()?.folder.clone();
    let runtime = Runtime::new()?;
    let mut names = lookup_http::variants()?;
    let node = runtime.block_on(open(&folder))?;
    names.retain(|name| runtime.block_on(look_up(&node, name)).is_ok_and(|found| found.report.is_some()));
    runtime.block_on(node.close());
    ensure!(names.len() > 500, "the demo knows only {} of the variants", names.len());
    let input = format!(
        "{} BRCA1 and BRCA2 variants of the demo by their `c.` names, one at a time, each once in a node opened anew",
        names.len()
    );
    let ours: Measure = Box::new(move || {
        runtime.block_on(async {
            let node = open(&folder).await?;
            let found = p99(&node, &names).await;
            node.close().await;
            found
        })
    });
    Ok(Prepared { ours, peer: Err("no comparable program installs here".to_owned()), input })
}

async fn p99(node: &Node, names: &[String]) -> anyhow::Result<f64> {
    let mut seconds = Vec::with_capacity(names.len());
    for name in names {
        let start = Instant::now();
        let found = look_up(node, name).await?;
        seconds.push(start.elapsed().as_secs_f64());
        found.report.with_context(|| format!("`{name}` is not on record any more"))?;
    }
    seconds.sort_by(f64::total_cmp);
    Ok(seconds[seconds.len() * 99 / 100] * 1_000.0)
}

async fn open(folder: &Path) -> anyhow::Result<Node> {
    Ok(Node::open(DataFolder::new(folder), World::real()).await?)
}

async fn look_up(node: &Node, name: &str) -> anyhow::Result<LookUp> {
    let now = node.as_of(None).await?;
    Ok(node.look_up(name, now, Viewer::Machine).await?)
}
