//! `cairn since`: what a report on one day knew of a variant against another day.

use crate::look_up;
use anyhow::{Context, bail};
use cairn_core::amount::counted;
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
            in_order(timestamp(&self.date)?, self.to.as_deref().map_or(Ok(node.now()), timestamp)?)?;
            let from = moment(&node, Some(&self.date)).await?;
            let to = moment(&node, self.to.as_deref()).await?;
            let (report, _) = look_up::recorded(&node, &self.expression, to).await?;
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

/// Refuses a later day that is the earlier one, and a report that is still to come.
fn in_order(from: Timestamp, to: Timestamp) -> anyhow::Result<()> {
    let day = |moment: Timestamp| moment.strftime("%Y-%m-%d");
    if day(from).to_string() > day(to).to_string() {
        bail!("{} is after {}: give the day of the report first, the later day with --to", day(from), day(to));
    }
    Ok(())
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
    writeln!(out, "  unchanged    {}", counted(difference.unchanged as u64, "statement", "statements"))?;
    writeln!(out, "  cases        {} on {date}, {} {to}", difference.cases_before, difference.cases_after)?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_in_the_wrong_order_are_refused() {
        let moment = |text| timestamp(text).unwrap();
        assert!(in_order(moment("2016-01-31"), moment("2024-03-01")).is_ok());
        assert!(in_order(moment("2016-01-31"), moment("2016-01-31T12:00:00Z")).is_ok(), "the same day");
        let refused = in_order(moment("2024-03-01"), moment("2016-01-31")).unwrap_err().to_string();
        assert!(refused.starts_with("2024-03-01 is after 2016-01-31"), "{refused}");
    }
}
