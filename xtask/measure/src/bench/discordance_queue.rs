//! Workload: a page of a queue of 10,000 discordances, in process, by every filter and from every part of the queue.

use std::fmt::Write as _;
use std::time::Instant;

use anyhow::ensure;
use cairn_core::discordance::Grade;
use cairn_core::submission::Channel;
use cairn_node::Node;
use cairn_node::contribute::Request;
use cairn_node::discordance::QueueFilter;
use cairn_node::folder::DataFolder;
use cairn_node::world::World;
use tokio::runtime::Runtime;

use super::{Measure, Prepared, peer};

/// Variants on which two laboratories differ.
const DISCORDANCES: usize = 10_000;
/// Lines of a page.
const LINES: u32 = 50;
/// Rounds over all filters in one sample.
const ROUNDS: usize = 20;

/// Milliseconds within which 99 of 100 pages are answered, one after another.
pub(super) fn prepare_p99() -> anyhow::Result<Prepared> {
    let folder = peer::workshop()?.join("discordances");
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    let runtime = Runtime::new()?;
    let node = runtime.block_on(Node::open(DataFolder::new(&folder), World::real()))?;
    let (filters, cursors) = runtime.block_on(fill(&node))?;
    let input = format!("{DISCORDANCES} discordances, pages of {LINES} by {} filters", filters.len());
    let ours: Measure = Box::new(move || runtime.block_on(p99(&node, &filters, &cursors)));
    Ok(Prepared { ours, peer: Err("no comparable program installs here".to_owned()), input })
}

/// Lets two laboratories differ, and gives the filters to ask with and places in the queue to ask from.
async fn fill(node: &Node) -> anyhow::Result<(Vec<QueueFilter>, Vec<Option<String>>)> {
    let mut serials = Vec::new();
    for (name, classes) in [
        ("North", ["Pathogenic", "Pathogenic", "Benign"]),
        ("South", ["Benign", "Uncertain significance", "Uncertain significance"]),
    ] {
        let laboratory = node.add_laboratory(name, None).await?;
        serials.push(laboratory.serial);
        let request = Request {
            laboratory,
            user: None,
            channel: Channel::Command,
            file: None,
            bytes: sheet(classes)?.into_bytes(),
            mapping: None,
            assembly: None,
            client_key: None,
            dry_run: false,
            strict: false,
        };
        node.contribute(request).await?;
    }
    let mut cursors = vec![None];
    let mut seen = 0;
    loop {
        let page = node
            .discordances(&QueueFilter::default(), cursors.last().and_then(|c: &Option<String>| c.as_deref()), 500)
            .await?;
        seen += page.lines.len();
        if page.next.is_none() {
            break;
        }
        cursors.push(page.next);
    }
    ensure!(seen == DISCORDANCES, "{seen} discordances opened, not {DISCORDANCES}");
    let all = QueueFilter::default();
    let filters = vec![
        all.clone(),
        QueueFilter { laboratory: Some(serials[1]), ..all.clone() },
        QueueFilter { gene: Some("GENE7".to_owned()), ..all.clone() },
        QueueFilter { condition: Some("disease 13".to_owned()), ..all.clone() },
        QueueFilter { grade: Some(Grade::UncertainBenign), ..all.clone() },
        QueueFilter { text: Some("gene19 south".to_owned()), ..all.clone() },
        QueueFilter { text: Some("nothing like it".to_owned()), ..all },
    ];
    Ok((filters, cursors))
}

/// A laboratory's sheet: the same variants for all, the classes in turn.
fn sheet(classes: [&str; 3]) -> anyhow::Result<String> {
    let mut text = "Gene,Assembly,Chr,Pos,Ref,Alt,Classification,Condition,Record ID\n".to_owned();
    for n in 0..DISCORDANCES {
        let (gene, disease, class) = (n % 40, n % 100, classes[n % 3]);
        writeln!(text, "GENE{gene},GRCh38,1,{},A,G,{class},Disease {disease},R{n}", 1_000_000 + 10 * n)?;
    }
    Ok(text)
}

async fn p99(node: &Node, filters: &[QueueFilter], cursors: &[Option<String>]) -> anyhow::Result<f64> {
    let mut seconds = Vec::new();
    for round in 0..ROUNDS {
        let after = cursors[round % cursors.len()].as_deref();
        for filter in filters {
            let start = Instant::now();
            node.discordances(filter, after, LINES).await?;
            seconds.push(start.elapsed().as_secs_f64());
        }
    }
    seconds.sort_by(f64::total_cmp);
    Ok(seconds[seconds.len() * 99 / 100] * 1_000.0)
}
