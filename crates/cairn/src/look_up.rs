//! Which recorded variant a text on the command line means, and what to say when it is none or several.

use anyhow::bail;
use cairn_node::Node;
use cairn_node::access::Viewer;
use cairn_node::lookup::expression::LookUp;
use cairn_node::lookup::near::{Near, Nearby};
use cairn_node::lookup::variant::VariantReport;
use cairn_store::entry::AsOf;
use std::fmt::Write;

/// What is recorded of the variant that a text means, and what stands beside it.
///
/// # Errors
/// When the text may mean several variants, or nothing is recorded of it: with what to write instead, and with similar
/// variants.
pub async fn recorded(node: &Node, text: &str, as_of: AsOf) -> anyhow::Result<(VariantReport, Nearby)> {
    let found = node.look_up(text, as_of, Viewer::Machine).await?;
    let nearby = node.near(&found, as_of, Viewer::Machine).await?;
    let why = why_not(&found, &nearby, text);
    match found.report {
        Some(report) => Ok((report, nearby)),
        None => bail!(why),
    }
}

/// Why there is no one recorded variant to speak of.
fn why_not(found: &LookUp, nearby: &Nearby, text: &str) -> String {
    let recorded = found.candidates.iter().map(|one| (one.label.clone(), "recorded here".to_owned()));
    let read = found.identity.iter().flat_map(|identity| &identity.candidates);
    let meant: Vec<_> = recorded.chain(read.map(|one| (one.expression.clone(), one.why.clone()))).collect();
    if !meant.is_empty() {
        let list: String = meant.iter().map(|(name, why)| format!("\n  {name}   ({why})")).collect();
        return format!("`{text}` may mean several variants; ask for one of them:{list}");
    }
    if let Some(refusal) = found.identity.as_ref().and_then(|identity| identity.error.as_ref()) {
        return format!("nothing is recorded of `{text}`: {}; {}", refusal.message, refusal.remedy);
    }
    let similar = in_words(nearby);
    let similar =
        if similar.is_empty() { similar } else { format!("; similar ones are known:\n{}", similar.trim_end()) };
    format!("nothing is recorded of `{text}`; `cairn variant` says which variant it is{similar}")
}

/// What stands beside a variant, a line each; empty when there is nothing.
pub fn in_words(nearby: &Nearby) -> String {
    let mut out = String::new();
    for near in &nearby.equivalent {
        let because = near.because.as_deref().unwrap_or_default();
        line(&mut out, near, &format!("compared as one, by rule version {}: {because}", nearby.rule));
    }
    for near in &nearby.overlapping {
        let percent = near.overlap_percent.unwrap_or_default();
        line(&mut out, near, &format!("overlaps, not compared as one: reciprocal overlap {percent} %"));
    }
    if nearby.more_overlapping > 0 {
        let _ = writeln!(out, "  and {} that overlap less", nearby.more_overlapping);
    }
    for near in &nearby.kept_as_text {
        line(&mut out, near, "kept as text, says the same; not verified to be this variant");
    }
    out
}

fn line(out: &mut String, near: &Near, why: &str) {
    let class = near.variant.aggregates.first().map_or("no class", |aggregate| aggregate.classification.as_str());
    // Writing to a string cannot fail.
    let _ = writeln!(out, "  {}   {class}   ({why})", near.variant.label);
}
