//! `cairn lab sharing`: how complete the sharing of a laboratory is.

use anyhow::{Context, ensure};
use cairn_node::Node;
use cairn_node::folder::DataFolder;
use cairn_node::sharing::{Missing, Sharing, WorkList};
use cairn_node::world::World;
use clap::Args;
use std::fmt::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// What `cairn lab sharing` takes.
#[derive(Args)]
pub struct OfLab {
    /// The laboratory: its name, slug or id
    lab: String,
    /// As of the end of this day, such as 2026-01-31
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
    /// One JSON object
    #[arg(long)]
    json: bool,
    /// Writes a signed attestation to this file; `cairn verify FILE` checks it
    #[arg(long, value_name = "FILE")]
    attest: Option<PathBuf>,
    /// The node's data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

impl OfLab {
    /// Measures and prints, or writes the attestation.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let node = Node::open(DataFolder::find(self.data.as_deref())?, World::real()).await?;
        let of = node.laboratory(&self.lab).await?;
        ensure!(of.laboratory.is_member, "{} is no member of this node", of.laboratory.name);
        let moment = self.as_of.as_deref().map(crate::since::timestamp).transpose()?;
        let (sharing, work) = node.sharing(&of, moment).await?;
        if moment.is_none() {
            node.keep_measure(&of, &sharing).await?;
        }
        if self.json {
            println!("{}", serde_json::json!({ "laboratory": of.laboratory, "sharing": sharing, "missing": work }));
        } else {
            print!("{}", in_words(&of.laboratory.name, &sharing, &work)?);
        }
        if let Some(file) = &self.attest {
            let text = node.attest_sharing(&of, moment).await?;
            std::fs::write(file, text).with_context(|| format!("cannot write `{}`", file.display()))?;
            eprintln!("wrote {}", file.display());
        }
        node.close().await;
        Ok(ExitCode::SUCCESS)
    }
}

fn in_words(name: &str, sharing: &Sharing, work: &WorkList) -> Result<String, std::fmt::Error> {
    let mut out = String::new();
    writeln!(out, "{name}, as of {} (rule {}, mandate {})", sharing.day, sharing.rule, sharing.mandate)?;
    writeln!(out, "{}", sharing.sentence)?;
    for one in &sharing.requirements {
        let (outcome, what) = (one.outcome.label(), one.requirement.label());
        writeln!(out, "  {outcome:<15} {what}: {}; demanded: {}", one.found, one.demanded)?;
    }
    let counted = &sharing.counted;
    let (members, peers, public) = (counted.members, counted.peers, counted.public);
    writeln!(
        out,
        "  of these, {members} reach other laboratories of this node, {peers} other nodes, {public} are public"
    )?;
    if work.all > 0 {
        writeln!(out, "missing: {} things, of which {} are listed", work.all, work.lines.len())?;
    }
    for one in &work.lines {
        let (name, label) = match one {
            Missing::Statement { label, .. } => ("-".to_owned(), label),
            Missing::Reach { statement, label }
            | Missing::Criteria { statement, label }
            | Missing::Evidence { statement, label } => (statement.to_string(), label),
        };
        writeln!(out, "  {name:<12} {label}: {}", one.words())?;
    }
    Ok(out)
}
