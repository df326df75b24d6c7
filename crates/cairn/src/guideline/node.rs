//! Guidelines together with a node: adding a file, what fits a variant, what would reclassify.

use anyhow::{Context, bail};
use cairn_core::classification::Classification;
use cairn_core::condition::Inheritance;
use cairn_core::guideline::{Guidelines, Question};
use cairn_node::Node;
use cairn_node::folder::DataFolder;
use cairn_node::guideline_comparison::NodeComparison;
use cairn_node::guidelines::{AddGuidelineError, of_record};
use cairn_node::world::World;
use cairn_store::Store;
use clap::Args;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// What `cairn guideline add` takes.
#[derive(Args)]
pub struct Add {
    /// A guideline of the product's own form, or a specification of ClinGen's registry (CSpec JSON)
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The guideline whose rules are used where a specification gives none
    #[arg(long, value_name = "ID@VERSION")]
    combine: Option<String>,
    /// One JSON object a file
    #[arg(long)]
    json: bool,
    /// The node's data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// What `cairn guideline for` takes.
#[derive(Args)]
pub struct For {
    /// Gene symbols that the variant touches
    #[arg(required = true, value_name = "GENE")]
    genes: Vec<String>,
    /// The disease in question, such as MONDO:0017623 or OMIM:158350
    #[arg(long, value_name = "ID")]
    condition: Option<String>,
    /// The mode of inheritance: AD, `autosomal dominant`, HP:0000006
    #[arg(long, value_name = "MODE")]
    inheritance: Option<String>,
    /// One JSON object
    #[arg(long)]
    json: bool,
    /// The node's data folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// The guidelines inside the program, and those of the node where there is one.
pub fn known(data: Option<&Path>) -> anyhow::Result<Guidelines> {
    let folder = match DataFolder::find(data) {
        Ok(folder) if folder.has_node() => folder,
        Err(error) if data.is_some() => return Err(error.into()),
        _ => return Ok(Guidelines::default()),
    };
    crate::block_on(async move {
        let store = Store::open_at(&folder.home()?).await?;
        let all = of_record(&store, None).await;
        store.close().await;
        Ok(all?.0)
    })
}

/// The node of the folder named, with its reference.
pub async fn open(data: Option<&Path>) -> anyhow::Result<Node> {
    Ok(Node::open(DataFolder::find(data)?, World::real()).await?)
}

impl Add {
    /// Adds each file; the first that cannot be read ends the work.
    pub async fn run(self) -> anyhow::Result<String> {
        let node = open(self.data.as_deref()).await?;
        let mut out = String::new();
        for file in &self.files {
            let bytes = std::fs::read(file).with_context(|| format!("cannot read `{}`", file.display()))?;
            let name = file.file_name().map(|name| name.to_string_lossy().into_owned());
            let added = node.add_guideline(&bytes, name.as_deref(), self.combine.as_deref()).await;
            let added = match added {
                Ok(added) => added,
                Err(AddGuidelineError::Node(error)) => return Err(error.into()),
                Err(error) => bail!("`{}`: {error}", file.display()),
            };
            if self.json {
                writeln!(out, "{}", serde_json::to_string(&added)?)?;
                continue;
            }
            let state = if added.is_new { "added" } else { "was here already" };
            writeln!(out, "{}   {state}, sha256 {}", added.guidelines.join(", "), added.sha256)?;
            for note in &added.notes {
                writeln!(out, "  note        {note}")?;
            }
        }
        node.close().await;
        Ok(out)
    }
}

impl For {
    /// Proposes a guideline.
    pub async fn run(self) -> anyhow::Result<String> {
        let conditions = self.condition.iter().map(|id| id.parse()).collect::<Result<Vec<_>, _>>()?;
        let inheritance = match &self.inheritance {
            None => None,
            Some(text) => match Inheritance::read(text) {
                None => bail!("`{text}` is no mode of inheritance: write AD, AR, XLD, XLR, or its words"),
                mode => mode,
            },
        };
        let asked = Question { genes: self.genes, conditions, inheritance, ..Question::default() };
        let proposal = match DataFolder::find(self.data.as_deref()) {
            Ok(folder) if folder.has_node() => {
                let node = open(self.data.as_deref()).await?;
                let as_of = node.as_of(None).await?;
                node.propose_guideline(&asked, as_of).await?
            }
            Err(error) if self.data.is_some() => return Err(error.into()),
            _ => cairn_core::guideline::propose(Guidelines::default().iter(), &asked),
        };
        let proposal = proposal.context("no general guideline is known")?;
        if self.json {
            return Ok(serde_json::to_string(&proposal)? + "\n");
        }
        let mut out = format!("{}   {}\n  why         {}\n", proposal.guideline, proposal.title, proposal.why);
        for check in &proposal.check {
            writeln!(out, "  check       {check}")?;
        }
        Ok(out)
    }
}

/// Both guidelines on the criteria of every statement of the node.
pub async fn compare(data: Option<&Path>, a: &str, b: &str, json: bool, most: usize) -> anyhow::Result<String> {
    let node = open(data).await?;
    let as_of = node.as_of(None).await?;
    let all = node.guidelines(as_of).await?;
    let began = std::time::Instant::now();
    let found = node.compare_guidelines(all.find(a)?, all.find(b)?, as_of, most).await??;
    let took = began.elapsed();
    node.close().await;
    if json {
        return Ok(serde_json::to_string(&found)? + "\n");
    }
    Ok(in_words(&found, took)?)
}

fn in_words(found: &NodeComparison, took: std::time::Duration) -> Result<String, std::fmt::Error> {
    let mut out = String::new();
    let NodeComparison { a, b, compared, changed, .. } = found;
    writeln!(
        out,
        "{changed} of {compared} statements with criteria would have another class under {b} than under {a}"
    )?;
    for flow in &found.flows {
        let same = if flow.a == flow.b { "" } else { "  changes" };
        writeln!(out, "  {:>8}  {:<28} {:<28}{same}", flow.statements, label(flow.a), label(flow.b))?;
    }
    let stated = |n: u64| format!("{n} of {compared}");
    writeln!(out, "  stated      {} as {a}, {} as {b}", stated(found.stated_as_a), stated(found.stated_as_b))?;
    writeln!(
        out,
        "  left out    {} without a criterion known to either, {} that cannot be run",
        found.without_known_criteria, found.contradictory
    )?;
    for change in &found.changes {
        let (from, to) = (label(change.a), label(change.b));
        let criteria = change.criteria.join(" ");
        writeln!(
            out,
            "  {}.{}  {from} -> {to}  {}  {}  {criteria}",
            change.accession, change.version, change.label, change.laboratory
        )?;
    }
    writeln!(out, "  took        {:.2} s", took.as_secs_f64())?;
    Ok(out)
}

fn label(class: Option<Classification>) -> &'static str {
    class.map_or("No class", Classification::label)
}
