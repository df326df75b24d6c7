//! `cairn discordances`: what laboratories differ on, from the command line.

use crate::since::{moment, timestamp};
use anyhow::{Context, bail};
use cairn_core::accession::Accession;
use cairn_core::discordance::{Grade, State};
use cairn_node::Node;
use cairn_node::discordance::analytics::Ages;
use cairn_node::discordance::{Analytics as Analysis, DiscordanceView, QueueFilter, QueueLine, StateFilter, export};
use cairn_node::folder::DataFolder;
use cairn_node::world::World;
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;
use std::process::ExitCode;

/// Laboratories that differ.
#[derive(Subcommand)]
pub enum Discordances {
    /// Lists them, the gravest first
    List(List),
    /// Shows one with its statements, thread and history
    Show(Show),
    /// Writes them as a table, with why each ended or continues
    Export(Export),
    /// Counts them: how old, why they end, between whom, on which criterion
    Analytics(Analytics),
}

/// Which discordances.
#[derive(Args)]
pub struct Which {
    /// Those in which this laboratory takes part: slug, id or full name
    #[arg(long, value_name = "LAB")]
    lab: Option<String>,
    /// Those of variants in this gene
    #[arg(long, value_name = "SYMBOL")]
    gene: Option<String>,
    /// Those of this condition: words, or an identifier
    #[arg(long, value_name = "TEXT")]
    condition: Option<String>,
    /// Those of this grade: opposite, pathogenic_uncertain, uncertain_benign, within_laboratory, strength
    #[arg(long, value_name = "GRADE")]
    grade: Option<String>,
    /// Those in this state: open, in_discussion, pending_concordance, concordant, continued, any
    #[arg(long, value_name = "STATE")]
    state: Option<String>,
    /// Also those that differ in strength only
    #[arg(long)]
    strength: bool,
    /// As known on a day, such as 2026-01-31, the whole day in UTC, or at a moment [default: now]
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
    /// Words: variant, gene, condition, laboratory
    #[arg(value_name = "TEXT")]
    text: Option<String>,
    /// The node's data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// What `cairn discordances list` takes.
#[derive(Args)]
pub struct List {
    #[command(flatten)]
    which: Which,
    /// At most so many
    #[arg(long, value_name = "NUMBER", default_value_t = 100)]
    limit: u32,
    /// One JSON object a line
    #[arg(long)]
    json: bool,
}

/// What `cairn discordances show` takes.
#[derive(Args)]
pub struct Show {
    /// Such as CRD000001
    accession: Accession,
    /// As known on a day, such as 2026-01-31, the whole day in UTC, or at a moment [default: now]
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
    /// One JSON object
    #[arg(long)]
    json: bool,
    /// The node's data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// What `cairn discordances export` takes.
#[derive(Args)]
pub struct Export {
    #[command(flatten)]
    which: Which,
    /// The form
    #[arg(long, value_enum, default_value_t = Form::Csv)]
    format: Form,
}

/// What `cairn discordances analytics` takes.
#[derive(Args)]
pub struct Analytics {
    /// Those in which this laboratory takes part: slug, id or full name
    #[arg(long, value_name = "LAB")]
    lab: Option<String>,
    /// As known on a day, such as 2026-01-31, the whole day in UTC, or at a moment [default: now]
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
    /// One JSON object
    #[arg(long)]
    json: bool,
    /// The node's data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// The form of an export.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// Comma-separated, RFC 4180
    Csv,
    /// Tab-separated
    Tsv,
    /// One JSON object a line
    Json,
}

impl Discordances {
    /// Does what was asked.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        crate::block_on(async move {
            match self {
                Self::List(list) => list.run().await,
                Self::Show(show) => show.run().await,
                Self::Export(export) => export.run().await,
                Self::Analytics(analytics) => analytics.run().await,
            }
        })
    }
}

impl Which {
    async fn open(&self) -> anyhow::Result<(Node, QueueFilter)> {
        let node = Node::open(DataFolder::find(self.data.as_deref())?, World::real()).await?;
        let laboratory = match &self.lab {
            Some(text) => Some(node.laboratory(text).await?.serial),
            None => None,
        };
        let code = |text: &str| text.replace('-', "_");
        let grade =
            self.grade.as_deref().map(|text| Grade::from_code(&code(text)).context("no such grade")).transpose()?;
        let state = match self.state.as_deref() {
            None => StateFilter::Open,
            Some("any") => StateFilter::Any,
            Some(text) => StateFilter::One(State::from_code(&code(text)).context("no such state")?),
        };
        let filter = QueueFilter {
            laboratory,
            gene: self.gene.clone(),
            condition: self.condition.clone(),
            grade,
            strength_too: self.strength,
            state,
            assigned: None,
            due_before: None,
            text: self.text.clone(),
            as_of: match &self.as_of {
                Some(day) => Some(moment(&node, Some(day)).await?),
                None => None,
            },
        };
        Ok((node, filter))
    }
}

impl List {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let (node, filter) = self.which.open().await?;
        let page = node.discordances(&filter, None, self.limit).await?;
        for line in &page.lines {
            match self.json {
                true => println!("{}", serde_json::to_string(line)?),
                false => print_line(line),
            }
        }
        if page.next.is_some() {
            eprintln!("there are more: --limit shows them");
        }
        node.close().await;
        Ok(ExitCode::SUCCESS)
    }
}

fn print_line(line: &QueueLine) {
    println!("{}  {}, {}", line.accession, line.grade.label(), line.state.label());
    println!("  {} {}", line.genes.join(" "), line.variant_label);
    let about = if line.condition.is_empty() { line.scope.label() } else { &line.condition };
    println!("  {about}");
    for side in &line.sides {
        let names: Vec<&str> = side.laboratories.iter().map(|laboratory| laboratory.name.as_str()).collect();
        println!("  {:<24} {}", side.class.label(), names.join("; "));
    }
}

impl Show {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let node = Node::open(DataFolder::find(self.data.as_deref())?, World::real()).await?;
        let as_of = moment(&node, self.as_of.as_deref()).await?;
        let Some(view) = node.discordance(self.accession, as_of).await? else {
            bail!("no discordance {}{}", self.accession, if self.as_of.is_some() { " was known then" } else { "" });
        };
        match self.json {
            true => println!("{}", serde_json::to_string(&view)?),
            false => print_view(&view),
        }
        node.close().await;
        Ok(ExitCode::SUCCESS)
    }
}

fn print_view(view: &DiscordanceView) {
    print_line(&view.line);
    println!("  compared by rule {}: {}", view.equivalence.version, view.equivalence.text);
    for row in view.matrix.iter().filter(|row| row.differs) {
        let cells: Vec<String> =
            row.cells.iter().map(|cell| cell.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string)).collect();
        println!("  {:<8} {}", row.code, cells.join(" | "));
    }
    if let Some(outcome) = &view.outcome {
        println!("  outcome: {} {}", outcome.label, outcome.text);
    }
    println!("history");
    for line in &view.history {
        let who =
            line.who.as_ref().map_or_else(|| "the node".to_owned(), |p| format!("{} ({})", p.name, p.laboratory.name));
        println!("  {}  {who}: {}", line.when, line.what);
    }
}

impl Export {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let (node, filter) = self.which.open().await?;
        let rows = node.export_discordances(&filter).await?;
        match self.format {
            Form::Csv => print!("{}", export::table(&rows, ',')),
            Form::Tsv => print!("{}", export::table(&rows, '\t')),
            Form::Json => {
                for row in &rows {
                    println!("{}", serde_json::to_string(row)?);
                }
            }
        }
        node.close().await;
        Ok(ExitCode::SUCCESS)
    }
}

impl Analytics {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let node = Node::open(DataFolder::find(self.data.as_deref())?, World::real()).await?;
        let laboratory = match &self.lab {
            Some(text) => Some(node.laboratory(text).await?.serial),
            None => None,
        };
        let at = self.as_of.as_deref().map(timestamp).transpose()?;
        let found = node.discordance_analytics(laboratory, at).await?;
        match self.json {
            true => println!("{}", serde_json::to_string(&found)?),
            false => print_analysis(&found),
        }
        node.close().await;
        Ok(ExitCode::SUCCESS)
    }
}

fn print_analysis(found: &Analysis) {
    let median = |ages: &Ages| ages.median_days.map_or_else(|| "-".to_owned(), |days| days.to_string());
    let longest = |ages: &Ages| ages.longest_days.map_or_else(|| "-".to_owned(), |days| days.to_string());
    let (open, took) = (&found.age_of_open, &found.time_to_concordance);
    println!("open\t{}\tmedian days {}\tlongest {}", found.open, median(open), longest(open));
    println!("concordant\t{}\tmedian days {}\tlongest {}", found.concordant, median(took), longest(took));
    println!("continued\t{}", found.continued);
    println!("opened again\t{}", found.opened_again);
    println!("\nstate\tdiscordances");
    found.by_state.iter().for_each(|one| println!("{}\t{}", one.state.label(), one.discordances));
    println!("\nseverity\task for work");
    found.open_by_grade.iter().for_each(|one| println!("{}\t{}", one.grade.label(), one.discordances));
    println!("\nreason\tthen\tdiscordances");
    for one in &found.reasons {
        println!("{}\t{}\t{}", one.label, if one.ended { "ended" } else { "goes on" }, one.discordances);
    }
    println!("\nlaboratories\task for work\tended or go on");
    found.pairs.iter().for_each(|one| println!("{} / {}\t{}\t{}", one.a.name, one.b.name, one.open, one.closed));
    println!("\ncriterion\tdiscordances\tof these ask for work");
    found.criteria.iter().for_each(|one| println!("{}\t{}\t{}", one.code, one.discordances, one.open));
}
