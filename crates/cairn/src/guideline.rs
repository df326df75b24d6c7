//! `cairn guideline`: the rule sets, what they say about evidence, and how two of them differ.
//!
//! Most of it needs no node; where there is one, the guidelines that people added to it are known
//! too. Exit codes: 0 when there is an answer, 1 when something cannot be read or weighed.

use cairn_core::classification::Classification;
use cairn_core::guideline::gene_validity::{self, Curation, ExpertCall, ValidityClass};
use cairn_core::guideline::{
    Addition, Conflict, Decision, Direction, EvidenceLine, Explanation, Guideline, Points, compare, explain,
};
use clap::{Args, Subcommand};
use node::known;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

mod node;

/// Classification guidelines: list them, run one, compare two.
#[derive(Subcommand)]
pub enum GuidelineCommand {
    /// Adds a guideline to a node: the product's own form, or ClinGen's CSpec JSON
    Add(node::Add),
    /// Proposes the guideline for a gene, a disease and a mode of inheritance
    For(node::For),
    /// Lists the rule sets in every version
    List(List),
    /// Says which class the criteria give, by which rule, and what more would change
    Classify(Classify),
    /// Runs two rule sets on the same criteria and says why they differ
    Compare(Compare),
    /// Weighs a gene against a disease by ClinGen's matrix
    Validity(Validity),
}

/// What `cairn guideline list` takes.
#[derive(Args)]
pub struct List {
    /// One JSON object a line
    #[arg(long)]
    json: bool,
    /// The node's data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// What `cairn guideline classify` takes.
#[derive(Args)]
pub struct Classify {
    /// The rule set; without a version its newest
    #[arg(long, value_name = "ID[@VERSION]", default_value = "acmg-amp")]
    guideline: String,
    /// PVS1, PM2_Supporting, BS2_not_met, or 2C-1=0.9 where rows carry points
    #[arg(value_name = "CRITERION")]
    criteria: Vec<String>,
    /// One JSON object
    #[arg(long)]
    json: bool,
    /// The node's data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// What `cairn guideline compare` takes.
#[derive(Args)]
pub struct Compare {
    /// The first rule set, ID[@VERSION]
    a: String,
    /// The second rule set, ID[@VERSION]
    b: String,
    /// As for classify
    #[arg(value_name = "CRITERION", conflicts_with = "node")]
    criteria: Vec<String>,
    /// One JSON object
    #[arg(long)]
    json: bool,
    /// Instead of criteria: every statement of the node, and what would reclassify
    #[arg(long)]
    node: bool,
    /// With --node: so many of the statements that would change are named
    #[arg(long, value_name = "N", default_value_t = 50)]
    most: usize,
    /// The node's data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// What `cairn guideline validity` takes.
#[derive(Args)]
pub struct Validity {
    /// The version of the matrix
    #[arg(long, value_name = "ID[@VERSION]", default_value = "gene-validity")]
    guideline: String,
    /// Points of genetic evidence
    #[arg(long, value_name = "POINTS")]
    genetic: Points,
    /// Points of experimental evidence
    #[arg(long, value_name = "POINTS")]
    experimental: Points,
    /// More than 3 years since the first publication, and more than 2 publications
    #[arg(long)]
    replicated: bool,
    /// The class experts chose
    #[arg(long, value_name = "CLASS", requires = "rationale")]
    call: Option<ValidityClass>,
    /// Why they chose it
    #[arg(long, value_name = "TEXT", requires = "call")]
    rationale: Option<String>,
    /// One JSON object
    #[arg(long)]
    json: bool,
    /// The node's data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

impl GuidelineCommand {
    /// Does what was asked.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let text = match self {
            Self::Add(add) => crate::block_on(add.run())?,
            Self::For(sought) => crate::block_on(sought.run())?,
            Self::List(list) => list.run()?,
            Self::Classify(classify) => classify.run()?,
            Self::Compare(compare) => compare.run()?,
            Self::Validity(validity) => validity.run()?,
        };
        print!("{text}");
        Ok(ExitCode::SUCCESS)
    }
}

impl List {
    fn run(self) -> anyhow::Result<String> {
        let mut out = String::new();
        let all = known(self.data.as_deref())?;
        for guideline in all.iter() {
            if self.json {
                writeln!(out, "{}", describe(guideline))?;
            } else {
                writeln!(out, "{:<30} {:<10}  {}", guideline.address(), guideline.date.to_string(), guideline.title)?;
            }
        }
        Ok(out)
    }
}

fn describe(guideline: &Guideline) -> serde_json::Value {
    serde_json::json!({
        "id": guideline.id,
        "version": guideline.version,
        "title": guideline.title,
        "date": guideline.date,
        "track": guideline.track,
        "source": guideline.source,
        "provenance": guideline.provenance,
        "extends": guideline.extends,
        "scope": guideline.scope,
        "notes": guideline.notes,
        "combining": guideline.combining(),
        "criteria": guideline.criteria,
    })
}

impl Classify {
    fn run(self) -> anyhow::Result<String> {
        let all = known(self.data.as_deref())?;
        let guideline = all.find(&self.guideline)?;
        let explanation = explain(guideline, &read(&self.criteria, guideline, &[])?)?;
        if self.json {
            return Ok(serde_json::to_string(&explanation)? + "\n");
        }
        Ok(in_words(&explanation)?)
    }
}

impl Compare {
    fn run(self) -> anyhow::Result<String> {
        if self.node {
            let data = self.data.as_deref();
            return crate::block_on(node::compare(data, &self.a, &self.b, self.json, self.most));
        }
        let all = known(self.data.as_deref())?;
        let (a, b) = (all.find(&self.a)?, all.find(&self.b)?);
        let comparison = compare(a, b, &read(&self.criteria, a, &[b])?)?;
        if self.json {
            return Ok(serde_json::to_string(&comparison)? + "\n");
        }
        let mut out = String::new();
        for (address, decision) in [(&comparison.a, &comparison.decision_a), (&comparison.b, &comparison.decision_b)] {
            writeln!(out, "{}   {address}", label(decision.class))?;
        }
        if comparison.differences.is_empty() {
            writeln!(out, "  they treat this evidence the same")?;
        }
        for difference in &comparison.differences {
            let what = difference.criterion.as_deref().unwrap_or("rule");
            writeln!(
                out,
                "  {what}\n    {:<28} {}\n    {:<28} {}",
                comparison.a, difference.a, comparison.b, difference.b
            )?;
        }
        Ok(out)
    }
}

impl Validity {
    fn run(self) -> anyhow::Result<String> {
        let all = known(self.data.as_deref())?;
        let guideline = all.find(&self.guideline)?;
        let call = self.call.zip(self.rationale).map(|(class, rationale)| ExpertCall { class, rationale });
        let curation =
            Curation { genetic: self.genetic, experimental: self.experimental, replicated: self.replicated, call };
        let validity = gene_validity::weigh(guideline, &curation)?;
        if self.json {
            return Ok(serde_json::to_string(&validity)? + "\n");
        }
        let class = validity.class.map_or("no class", ValidityClass::label);
        let mut out = format!("{class}   {}\n", validity.guideline);
        let (genetic, experimental, total) = (validity.genetic, validity.experimental, validity.total);
        writeln!(out, "  points      {total} = genetic {genetic} + experimental {experimental}")?;
        writeln!(out, "  rule        {} ({})", validity.rule, validity.provenance)?;
        if validity.class != validity.calculated {
            let calculated = validity.calculated.map_or("no class", ValidityClass::label);
            writeln!(out, "  experts     chose {class}; the matrix gives {calculated}")?;
        }
        Ok(out)
    }
}

/// Reads criteria for a guideline; the codes of one guideline are the same in all its versions.
fn read(criteria: &[String], guideline: &Guideline, others: &[&Guideline]) -> anyhow::Result<Vec<EvidenceLine>> {
    Ok(criteria.iter().map(|text| EvidenceLine::typed(text, guideline, others)).collect::<Result<_, _>>()?)
}

fn label(class: Option<Classification>) -> &'static str {
    class.map_or("No class", Classification::label)
}

fn in_words(explanation: &Explanation) -> Result<String, std::fmt::Error> {
    let mut out = String::new();
    let Decision { class, rule, conflict, points } = &explanation.decision;
    writeln!(out, "{}   {}, {}", label(*class), explanation.guideline, explanation.title)?;
    writeln!(out, "  rule        {}: {} ({})", rule.id, rule.text, rule.provenance)?;
    if let Some(points) = points {
        writeln!(out, "  points      {points}")?;
    }
    if let Some(Conflict { pathogenic, benign, resolution }) = conflict {
        writeln!(out, "  conflict    for: {pathogenic}; against: {benign}; {resolution}")?;
    }
    if !explanation.contrary.is_empty() {
        let contrary = explanation.contrary.join(", ");
        writeln!(out, "  contrary    {contrary} speaks against this class and meets no rule: a person weighs it")?;
    }
    for used in &explanation.used {
        let weight = used.strength.map(|s| s.suffix().to_owned());
        let points = used.points.map(|p| format!("{p} points"));
        let weight = [weight, points].into_iter().flatten().collect::<Vec<_>>().join(", ");
        let default = if used.by_default { " (the guideline's default)" } else { "" };
        let remark = used.remark.as_deref().map(|r| format!("; {r}")).unwrap_or_default();
        writeln!(out, "  counts      {:<5} {weight}{default}{remark}", used.code)?;
    }
    for ignored in &explanation.ignored {
        writeln!(out, "  ignored     {}: {}", ignored.criterion, ignored.text)?;
    }
    what_more(&mut out, explanation)?;
    writeln!(out, "  source      {}", explanation.source)?;
    Ok(out)
}

fn what_more(out: &mut String, explanation: &Explanation) -> std::fmt::Result {
    for next in &explanation.next {
        let side = if next.direction == Direction::Pathogenic { "for" } else { "against" };
        let points = next.points.map(|points| format!("{points} points"));
        let sets = next.additions.iter().map(|Addition { count, strength }| format!("{count} {}", strength.suffix()));
        let sets = sets.collect::<Vec<_>>().join(" and ");
        let ways = points.into_iter().chain(Some(sets).filter(|s| !s.is_empty())).collect::<Vec<_>>().join(": ");
        writeln!(out, "  next        {} with {ways} more {side}", label(next.class))?;
    }
    let changing: Vec<_> = explanation.further.iter().filter(|further| further.changes).collect();
    let mut classes: Vec<_> = changing.iter().map(|further| further.class).collect();
    classes.sort_unstable();
    classes.dedup();
    for class in classes {
        let codes = changing.iter().filter(|f| f.class == class).map(|f| f.code.as_str());
        writeln!(out, "  one more    {} with {}", label(class), codes.collect::<Vec<_>>().join(", "))?;
    }
    Ok(())
}
