//! `cairn since`: what a report on one day knew of a variant against another day.

use anyhow::{Context, bail};
use cairn_node::Node;
use cairn_node::access::Viewer;
use cairn_node::folder::DataFolder;
use cairn_node::lookup::since::{CriterionDifference, StatementDifference, VariantDifference};
use cairn_node::world::World;
use cairn_store::entry::AsOf;
use clap::Args;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use std::fmt::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// What changed about a variant since a report: statements, classes, criteria, cases.
#[derive(Args)]
pub struct Since {
    /// The variant in any notation
    #[arg(value_name = "EXPR")]
    expression: String,
    /// The day of the report, such as 2016-01-31; the whole day counts, UTC
    #[arg(value_name = "DATE")]
    date: String,
    /// The later day [default: now]
    #[arg(long, value_name = "DATE")]
    to: Option<String>,
    /// One JSON object
    #[arg(long)]
    json: bool,
    /// The node's data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// The record as of the end of a day, or of a moment; without one as it stands.
pub async fn moment(node: &Node, text: Option<&str>) -> anyhow::Result<AsOf> {
    Ok(node.as_of(text.map(timestamp).transpose()?).await?)
}

/// The last moment of a day (UTC), or a moment as written.
pub fn timestamp(text: &str) -> anyhow::Result<Timestamp> {
    let text = text.trim();
    match text.parse::<Date>() {
        Ok(day) if text.len() == 10 => {
            let midnight = day.tomorrow()?.to_datetime(Time::midnight()).to_zoned(TimeZone::UTC)?;
            Ok(midnight.timestamp() - 1.microsecond())
        }
        _ => text.parse().with_context(|| format!("`{text}` is not a day or moment: write 2016-01-31")),
    }
}

impl Since {
    /// Looks at both moments and prints what differs.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        crate::block_on(async move {
            let node = Node::open(DataFolder::find(self.data.as_deref())?, World::real()).await?;
            let from = moment(&node, Some(&self.date)).await?;
            let to = moment(&node, self.to.as_deref()).await?;
            let found = node.look_up(&self.expression, to, Viewer::Machine).await?;
            let Some(report) = found.report else {
                bail!("nothing is recorded of `{}`; `cairn variant` says which variant it is", self.expression)
            };
            let difference = node.variant_difference(report.variant.serial, from, to, Viewer::Machine).await?;
            node.close().await;
            let difference = difference.context("nothing is recorded of it at either moment")?;
            if self.json {
                println!("{}", serde_json::to_string(&difference)?);
            } else {
                print!("{}", in_words(&difference, &self.date, self.to.as_deref().unwrap_or("now"))?);
            }
            Ok(ExitCode::SUCCESS)
        })
    }
}

fn in_words(difference: &VariantDifference, date: &str, to: &str) -> Result<String, std::fmt::Error> {
    let mut out = String::new();
    let answer = if difference.changes_answer { "another answer" } else { "the same answer" };
    writeln!(out, "{answer} {to} than on {date}")?;
    for (when, sentences) in [(date, &difference.sentence_before), (to, &difference.sentence_after)] {
        let none = ["nothing was said".to_owned()];
        for sentence in if sentences.is_empty() { none.as_slice() } else { sentences } {
            writeln!(out, "  {when:<12} {sentence}")?;
        }
    }
    for statement in &difference.statements {
        writeln!(out, "  {}", of_statement(statement))?;
    }
    writeln!(out, "  unchanged    {} statements", difference.unchanged)?;
    writeln!(out, "  cases        {}, then {}", difference.cases_after, difference.cases_before)?;
    Ok(out)
}

fn of_statement(difference: &StatementDifference) -> String {
    let view = difference.after.as_ref().or(difference.before.as_ref());
    let who = view.map(|view| format!("{} {}", view.statement.accession, view.laboratory.name)).unwrap_or_default();
    let class = |class: Option<cairn_core::classification::Classification>| class.map_or("-", |class| class.label());
    let criteria: Vec<String> = difference.criteria.iter().map(criterion).collect();
    let criteria = if criteria.is_empty() { String::new() } else { format!("; criteria {}", criteria.join(", ")) };
    let (before, after) = (class(difference.class_before), class(difference.class_after));
    format!(
        "{:<12} {who}: {before} -> {after} ({}){criteria}",
        format!("{:?}", difference.change).to_lowercase(),
        difference.words
    )
}

fn criterion(difference: &CriterionDifference) -> String {
    let say = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    format!("{} -> {}", say(&difference.before), say(&difference.after))
}
