//! `cairn peer ask`: what the peers know just now.

use super::open;
use crate::configuration::Configuration;
use anyhow::{Context, bail};
use cairn_core::data_use::PurposeKind;
use cairn_node::access::Viewer;
use cairn_node::federation::{Federation, Heard};
use cairn_protocol::Requester;
use cairn_store::variant::Region;
use cairn_variant::assembly::Assembly;
use cairn_variant::expression::Stretch;
use clap::{ArgGroup, Args};
use serde::Serialize;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

/// What `cairn peer ask` takes.
#[derive(Args)]
#[command(group(ArgGroup::new("what").required(true)))]
pub struct Ask {
    /// A variant, in any notation
    #[arg(long, value_name = "EXPR", group = "what")]
    variant: Option<String>,
    /// A region, such as 17:43000000-43100000
    #[arg(long, value_name = "REGION", group = "what")]
    region: Option<String>,
    /// HPO terms with commas between them
    #[arg(long, value_name = "TERMS", group = "what", value_delimiter = ',')]
    phenotypes: Vec<String>,
    /// One JSON object a peer, one a line
    #[arg(long)]
    json: bool,
    /// The node's data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

impl Ask {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let node = open(self.data.as_ref()).await?;
        let configuration = Configuration::read(&node.folder().configuration(), None)?;
        let federation = Federation::new(node.clone(), configuration.peer_settings())?;
        federation.find_peers().await?;
        if !federation.has_peers() {
            bail!("this node speaks with no other node; `cairn peer list` shows all");
        }
        let all_answered = if let Some(expression) = &self.variant {
            self.variant(&federation, expression).await?
        } else if let Some(region) = &self.region {
            self.region(&federation, region).await?
        } else {
            self.phenotypes(&federation).await?
        };
        node.close().await;
        Ok(if all_answered { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    async fn variant(&self, federation: &Arc<Federation>, expression: &str) -> anyhow::Result<bool> {
        let node = federation.node();
        let found = node.look_up(expression, node.as_of(None).await?, Viewer::Machine).await?;
        let recorded = found.report.as_ref().map(|report| &report.variant).or(found.silent.as_ref());
        let asked = federation.ask(found.identity.as_deref(), recorded, PurposeKind::ClinicalCare, Requester::node());
        self.say(&asked.await.peers, |answer| {
            let mut line = format!("{} statements", answer.statements);
            for one in &answer.not_here_yet {
                let _ = write!(line, "; not here yet: {} by {}", one.classification, one.laboratory);
            }
            if let Some(numbers) = &answer.cases {
                let _ = write!(line, "; cases: {} as of {}", numbers.cases, numbers.as_of);
            }
            line
        })
    }

    async fn region(&self, federation: &Arc<Federation>, text: &str) -> anyhow::Result<bool> {
        let wrong = "this is no region: write it as 17:43000000-43100000, the first base, then the last";
        let stretch = Stretch::parse(text).context(wrong)?;
        let assembly = stretch.assembly.unwrap_or(Assembly::Grch38);
        let region = Region { assembly, contig: stretch.contig, start: stretch.start - 1, end: stretch.end };
        let heard = federation.ask_region(region, PurposeKind::ClinicalCare, Requester::node()).await;
        self.say(&heard, |answer| {
            let Some(numbers) = answer else { return String::new() };
            let classes = numbers.statements.iter().map(|(class, number)| format!("{number} {class}"));
            let classes: Vec<String> = classes.collect();
            let more = if numbers.is_whole { "" } else { " or more" };
            format!(
                "{}{more} variants with statements ({}); cases: {} as of {}",
                numbers.variants,
                classes.join(", "),
                numbers.cases,
                numbers.as_of
            )
        })
    }

    async fn phenotypes(&self, federation: &Arc<Federation>) -> anyhow::Result<bool> {
        let terms = self.phenotypes.clone();
        let heard = federation.ask_similar(terms, PurposeKind::ClinicalCare, Requester::node()).await;
        self.say(&heard, |answer| {
            let Some(numbers) = answer else { return String::new() };
            let counted = numbers.counted.unwrap_or("fewer than 5");
            let unknown = match numbers.unknown_terms {
                0 => String::new(),
                n => format!("; {n} terms are not in its ontology"),
            };
            format!(
                "similar cases: {} whose persons let us read them, {counted} that may be counted, as of {}{unknown}",
                numbers.open, numbers.as_of
            )
        })
    }

    /// Says what each peer answered; whether all did.
    fn say<T: Serialize>(&self, heard: &[Heard<T>], words: impl Fn(&T) -> String) -> anyhow::Result<bool> {
        for one in heard {
            match (&one.failure, self.json) {
                (_, true) => println!("{}", serde_json::to_string(one).context("an answer cannot be written")?),
                (Some(failure), false) => println!("{}\tdid not answer: {failure}", one.peer),
                (None, false) => println!("{}\t{}", one.peer, words(&one.answer)),
            }
        }
        Ok(heard.iter().all(|one| one.answered))
    }
}
