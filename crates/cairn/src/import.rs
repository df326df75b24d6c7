//! `cairn import`: files into the record.

use anyhow::{Context, bail};
use cairn_core::submission::Channel;
use cairn_node::Node;
use cairn_node::contribute::{Outcome, Report, Request, pieces};
use cairn_node::folder::DataFolder;
use cairn_node::world::World;
use cairn_variant::assembly::Assembly;
use clap::Args;
use jiff::Timestamp;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::str::FromStr;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// Problems shown of one file, unless all are asked for.
const SHOWN: usize = 20;

/// Imports files: sheets, phenopackets, VCF, ClinVar. The format is found out.
#[derive(Args)]
pub struct Import {
    /// Files to import; each is a submission of its own
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The laboratory that submits: its name, slug or id [default: the node's only member]
    #[arg(long, value_name = "LAB")]
    lab: Option<String>,
    /// Only say what would change
    #[arg(long)]
    dry_run: bool,
    /// All or nothing: a record that cannot be taken, or whose variant cannot be resolved, stops its file
    #[arg(long)]
    strict: bool,
    /// A saved column mapping of the laboratory, for sheets
    #[arg(long, value_name = "NAME")]
    mapping: Option<String>,
    /// The assembly of positions, where a file states none: GRCh37 or GRCh38
    #[arg(long, value_name = "A")]
    assembly: Option<Assembly>,
    /// Record as if on this day, for replaying files of several dates: 2016-03-09, or a moment. The
    /// record never goes back in time
    #[arg(long, value_name = "DATE")]
    as_of: Option<RecordedOn>,
    /// One JSON object a file
    #[arg(long)]
    json: bool,
    /// Show every problem, not the first 20 of a file
    #[arg(long)]
    all_problems: bool,
    /// The node's data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// The moment that an import is recorded at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordedOn(Timestamp);

/// The moment that this process records at; a world's clock is a plain function.
static RECORDED_ON: OnceLock<Timestamp> = OnceLock::new();

impl RecordedOn {
    fn world(self) -> World {
        RECORDED_ON.get_or_init(|| self.0);
        World { now: || RECORDED_ON.get().copied().unwrap_or_else(Timestamp::now), ..World::real() }
    }
}

/// Reads a day, which begins at midnight UTC, or a moment.
impl FromStr for RecordedOn {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let day = || text.parse::<jiff::civil::Date>().ok()?.to_zoned(jiff::tz::TimeZone::UTC).ok();
        let moment = match text.len() {
            10 => day().map(|day| day.timestamp()),
            _ => text.parse().ok(),
        };
        moment.map(Self).ok_or_else(|| "write a day as 2016-03-09 or a moment as 2016-03-09T12:00:00Z".to_owned())
    }
}

impl Import {
    /// Does what was asked. Fails when a file brought nothing.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        crate::block_on(async move {
            let world = self.as_of.map_or_else(World::real, RecordedOn::world);
            let node = Node::open(DataFolder::find(self.data.as_deref())?, world).await?;
            if let Some(RecordedOn(moment)) = self.as_of.filter(|_| !self.dry_run) {
                node.replay_from(moment).await?;
            }
            let mut all_taken = true;
            for file in &self.files {
                let unread = || format!("cannot read `{}`", file.display());
                let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
                for piece in pieces(file, &name).with_context(unread)? {
                    let begun = Instant::now();
                    let (name, bytes) = piece.with_context(unread)?;
                    let outcome = self.import(&node, name.clone(), bytes).await?;
                    all_taken &= outcome.accepted() > 0 && !(self.strict && outcome.has_errors());
                    match self.json {
                        true => println!("{}", serde_json::to_string(&outcome)?),
                        false => self.print(&file.with_file_name(name), &outcome, begun.elapsed()),
                    }
                }
            }
            node.close().await;
            Ok(if all_taken { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        })
    }

    async fn import(&self, node: &Node, name: String, bytes: Vec<u8>) -> anyhow::Result<Outcome> {
        let laboratory = match &self.lab {
            Some(lab) => node.laboratory(lab).await?,
            None => only_member(node).await?,
        };
        let mapping = match &self.mapping {
            Some(name) => Some(node.saved_mapping(laboratory.serial, name).await?),
            None => None,
        };
        let request = Request {
            laboratory,
            user: None,
            channel: Channel::Command,
            file: Some(name),
            bytes,
            mapping,
            assembly: self.assembly,
            client_key: None,
            dry_run: self.dry_run,
            strict: self.strict,
        };
        Ok(node.contribute(request).await?)
    }

    fn print(&self, file: &Path, outcome: &Outcome, took: Duration) {
        let shown = if self.all_problems { usize::MAX } else { SHOWN };
        let report = Report { outcome, dry_run: self.dry_run, shown };
        print!("{}: {report}", file.display());
        if outcome.problems.len() > shown {
            println!("    --all-problems shows every one");
        }
        println!("  {:.1} s", took.as_secs_f64());
    }
}

async fn only_member(node: &Node) -> anyhow::Result<cairn_store::laboratory::RecordedLaboratory> {
    let mut members = node.laboratories().await?;
    members.retain(|recorded| recorded.laboratory.is_member);
    if members.len() == 1 {
        return Ok(members.remove(0));
    }
    let names: Vec<&str> = members.iter().map(|recorded| recorded.laboratory.slug.as_str()).collect();
    match names.is_empty() {
        true => bail!("the node has no laboratory yet: `cairn lab add NAME` adds one"),
        false => bail!("name the laboratory that submits with --lab: one of {}", names.join(", ")),
    }
}
