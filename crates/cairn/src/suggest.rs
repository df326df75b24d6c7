//! `cairn suggest`: values for the criteria of a guideline, with every number and its source.

use cairn_core::condition::Inheritance;
use cairn_core::criterion::Strength;
use cairn_core::suggest::{Number, Suggested, Suggestion};
use cairn_node::Node;
use cairn_node::access::Viewer;
use cairn_node::folder::DataFolder;
use cairn_node::suggest::{SuggestionReport, SuggestionRequest};
use cairn_node::world::World;
use clap::Args;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::str::FromStr;

/// Suggests values for criteria from loaded tables, transcripts, statements and cases.
///
/// Nothing is applied: a person decides. Where nothing is loaded there is no value, and the way to get one is named.
#[derive(Args)]
pub struct Suggest {
    /// The variant in any notation: 'BRCA2 c.68_69del'
    #[arg(value_name = "EXPR")]
    expression: String,
    /// The condition: MONDO, OMIM or Orphanet identifier, or a name
    #[arg(long, value_name = "C")]
    condition: Option<String>,
    /// Mode of inheritance: AD, AR, XL, MT, an HPO term
    #[arg(long, value_name = "MODE")]
    inheritance: Option<Mode>,
    /// The guideline, such as acmg-amp-svi@2020 [default: the one that fits gene and condition]
    #[arg(long, value_name = "ID")]
    guideline: Option<String>,
    /// An answer to a question, such as lof_mechanism=yes or prevalence=1/500; may be given several times
    #[arg(long = "answer", value_name = "KEY=VALUE")]
    answers: Vec<String>,
    /// The laboratory whose cases count; without it none do
    #[arg(long, value_name = "LAB")]
    lab: Option<String>,
    /// Only criteria with a value
    #[arg(long)]
    values: bool,
    /// One JSON object
    #[arg(long)]
    json: bool,
    /// The node's data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// A mode of inheritance as typed.
#[derive(Clone, Copy)]
struct Mode(Inheritance);

impl FromStr for Mode {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Inheritance::read(text)
            .map(Self)
            .ok_or_else(|| "write AD, AR, XL, MT, or an HPO term such as HP:0000006".to_owned())
    }
}

impl Suggest {
    /// Does what was asked.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let mut answers = std::collections::BTreeMap::new();
        for answer in &self.answers {
            let Some((key, value)) = answer.split_once('=') else {
                anyhow::bail!("`{answer}` is no answer: write it as key=value, such as lof_mechanism=yes");
            };
            answers.insert(key.trim().to_owned(), value.trim().to_owned());
        }
        let request = SuggestionRequest {
            expression: self.expression.clone(),
            condition: self.condition.clone(),
            inheritance: self.inheritance.map(|mode| mode.0),
            guideline: self.guideline.clone(),
            answers,
        };
        let report = crate::block_on(async move {
            let node = Node::open(DataFolder::find(self.data.as_deref())?, World::real()).await?;
            let as_of = node.as_of(None).await?;
            let viewer = match &self.lab {
                Some(lab) => Viewer::Member(node.laboratory(lab).await?.serial),
                None => Viewer::Machine,
            };
            let report = node.suggestions(&request, as_of, viewer).await;
            node.close().await;
            Ok(report?)
        })?;
        let mut out = io::stdout().lock();
        match self.json {
            true => {
                serde_json::to_writer_pretty(&mut out, &report)?;
                writeln!(out)?;
            }
            false => print(&mut out, &report, self.values)?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn print(out: &mut impl Write, report: &SuggestionReport, only_values: bool) -> io::Result<()> {
    let p = report.hgvs_p.as_deref().map(|p| format!("   {p}")).unwrap_or_default();
    writeln!(out, "{}{p}   {}", report.variant, report.terms.join(", "))?;
    let mode = report.inheritance.map_or("mode of inheritance not stated", Inheritance::label);
    writeln!(out, "{}; {}; {mode}", report.guideline, report.condition.as_deref().unwrap_or("no condition chosen"))?;
    for note in &report.notes {
        writeln!(out, "note  {note}")?;
    }
    for suggestion in &report.suggestions {
        if only_values && suggestion.outcome == Suggested::NoValue {
            continue;
        }
        one(out, suggestion)?;
    }
    if !report.questions.is_empty() {
        writeln!(out, "\nquestions that a person may answer (--answer KEY=VALUE):")?;
        for question in &report.questions {
            writeln!(out, "  {:<24} {}", question.key, question.ask)?;
        }
    }
    Ok(())
}

fn one(out: &mut impl Write, suggestion: &Suggestion) -> io::Result<()> {
    let value = match (suggestion.outcome, suggestion.points, suggestion.strength) {
        (Suggested::Met, Some(points), _) => format!("{points} points"),
        (Suggested::Met, None, strength) => {
            strength.map_or_else(|| "met".to_owned(), |one| format!("met, {}", words(one)))
        }
        (Suggested::NotMet, _, _) => "not met".to_owned(),
        (Suggested::NoValue, _, _) => "no value".to_owned(),
    };
    writeln!(out, "\n{:<6} {value}: {}", suggestion.criterion, suggestion.sentence)?;
    for node in &suggestion.path {
        let answer = node.answer.as_deref().unwrap_or("?");
        let by = node.source.as_ref().map(|source| format!("   [{}]", source.label())).unwrap_or_default();
        let detail = if node.detail.is_empty() { String::new() } else { format!(" ({})", node.detail) };
        writeln!(out, "         {} {answer}{detail}{by}", node.question)?;
    }
    for number in &suggestion.numbers {
        writeln!(out, "         {} = {}   [{}]", number.name, shown(number), number.source.label())?;
    }
    for row in &suggestion.rows {
        writeln!(out, "         {}: {}", row.what, row.detail)?;
    }
    if let Some(threshold) = &suggestion.threshold {
        writeln!(out, "         rule: {} ({})", threshold.text, threshold.citation)?;
    }
    for caution in &suggestion.cautions {
        writeln!(out, "         caution: {caution}")?;
    }
    if let Some(remedy) = &suggestion.remedy {
        writeln!(out, "         to get a value: {remedy}")?;
    }
    Ok(())
}

fn words(strength: Strength) -> &'static str {
    match strength {
        Strength::Supporting => "supporting",
        Strength::Moderate => "moderate",
        Strength::Strong => "strong",
        Strength::VeryStrong => "very strong",
        Strength::StandAlone => "stand-alone",
    }
}

fn shown(number: &Number) -> String {
    let value =
        if number.value.fract() == 0.0 { format!("{:.0}", number.value) } else { format!("{:.3e}", number.value) };
    let value =
        if number.value.fract() != 0.0 && number.value.abs() >= 0.001 { format!("{:.4}", number.value) } else { value };
    if number.unit.is_empty() { value } else { format!("{value} {}", number.unit) }
}
