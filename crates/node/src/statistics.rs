//! Reclassification statistics over a span of the record.

use crate::error::NodeError;
use crate::lookup::laboratories;
use crate::node::Node;
use cairn_core::accession::Accession;
use cairn_core::classification::Classification;
use cairn_core::date::PartialDate;
use cairn_core::id::VariantId;
use cairn_core::laboratory::{ARCHIVE_SUMMARY, Laboratory};
use cairn_core::reclassification::{ClassChange, Reclassifications, Step, Tally};
use cairn_store::entry::AsOf;
use cairn_store::serial::{EntrySerial, LaboratorySerial, StatementSerial, VariantSerial};
use cairn_store::statement::{self, Succession};
use cairn_store::{Connection, StoreError, variant};
use jiff::Timestamp;
use serde::Serialize;
use std::collections::{BTreeSet, HashMap};

/// Versions read at a time.
const PAGE: u32 = 2_000;

/// The statistics of a span, and its latest changes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReclassificationReport {
    /// The numbers.
    #[serde(flatten)]
    pub reclassifications: Reclassifications,
    /// Laboratories by slug, for the names.
    #[serde(skip)]
    pub laboratories: HashMap<String, Laboratory>,
    /// The latest changed minds, the latest first, as many as were asked for.
    pub latest: Vec<Reclassification>,
}

/// A changed mind.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reclassification {
    /// The statement.
    pub accession: Accession,
    /// The version that changed it.
    pub version: u32,
    /// Whose.
    pub laboratory: String,
    /// The variant's id here.
    pub variant: VariantId,
    /// The variant's best name.
    pub label: String,
    /// The class before.
    pub from: Classification,
    /// The class after.
    pub to: Classification,
    /// When the later class was evaluated.
    pub last_evaluated: Option<PartialDate>,
    /// When the later version was recorded.
    pub recorded: Timestamp,
}

impl Node {
    /// What changed after one bound and up to another; with a laboratory or a gene only theirs.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn reclassifications(
        &self,
        from: AsOf,
        to: AsOf,
        only: &Only,
        latest: usize,
    ) -> Result<ReclassificationReport, NodeError> {
        let mut reader = self.store().read().await?;
        let mut tally = Tally::default();
        let mut known: HashMap<LaboratorySerial, Laboratory> = HashMap::new();
        let mut last: Vec<(Succession, String)> = Vec::new();
        let mut after = (EntrySerial::new(0), StatementSerial::new(0));
        loop {
            let page = statement::successions(&mut reader, from, to, after, PAGE).await?;
            let Some(end) = page.last() else { break };
            after = (end.entry, end.serial);
            let unknown = page.iter().map(|s| s.laboratory).filter(|l| !known.contains_key(l));
            known.extend(laboratories(&mut reader, unknown).await?);
            let genes = genes(&mut reader, &page).await?;
            for succession in page {
                let Some(laboratory) = known.get(&succession.laboratory) else { continue };
                let genes = genes.get(&succession.variant).cloned().unwrap_or_default();
                if !only.holds(laboratory, &genes) {
                    continue;
                }
                let step = step(&succession, laboratory, genes);
                tally.add(&step);
                if step.kind == ClassChange::ChangedMind && latest > 0 {
                    last.push((succession, laboratory.name.clone()));
                    if last.len() > latest * 4 {
                        last.drain(..last.len() - latest);
                    }
                }
            }
        }
        let skip = last.len().saturating_sub(latest);
        let latest = describe(&mut reader, last.split_off(skip)).await?;
        let laboratories = known.into_values().map(|laboratory| (laboratory.slug.clone(), laboratory)).collect();
        Ok(ReclassificationReport { reclassifications: tally.finish(), laboratories, latest })
    }
}

/// Which changes to look at; without a value all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Only {
    /// Of the laboratory with this slug.
    pub laboratory: Option<String>,
    /// Of variants of this gene.
    pub gene: Option<String>,
}

impl Only {
    fn holds(&self, laboratory: &Laboratory, genes: &[String]) -> bool {
        let same = |slug: &String| laboratory.slug == *slug;
        self.laboratory.as_ref().is_none_or(same)
            && self.gene.as_ref().is_none_or(|gene| genes.iter().any(|g| g.eq_ignore_ascii_case(gene)))
    }
}

async fn genes(
    reader: &mut Connection,
    page: &[Succession],
) -> Result<HashMap<VariantSerial, Vec<String>>, StoreError> {
    let distinct: BTreeSet<VariantSerial> = page.iter().map(|succession| succession.variant).collect();
    let distinct: Vec<_> = distinct.into_iter().collect();
    let mut found: HashMap<VariantSerial, Vec<String>> = HashMap::new();
    for (variant, gene) in variant::gene_symbols(reader, &distinct).await? {
        found.entry(variant).or_default().push(gene);
    }
    Ok(found)
}

fn step(succession: &Succession, laboratory: &Laboratory, genes: Vec<String>) -> Step {
    let Succession { before, after, standing, since, recorded, .. } = succession;
    let is_summary = laboratory.name == ARCHIVE_SUMMARY;
    let day = |date: Option<PartialDate>| date?.to_string().parse::<jiff::civil::Date>().ok();
    let evaluated = day(before.last_evaluated).zip(day(after.last_evaluated));
    let days = |from: jiff::civil::Date, to: jiff::civil::Date| i64::from((to - from).get_days());
    Step {
        kind: ClassChange::of(before, after, *standing, is_summary),
        from: before.classification,
        to: after.classification,
        laboratory: laboratory.slug.clone(),
        genes,
        evaluated_days: evaluated.map(|(from, to)| days(from, to)).filter(|days| *days >= 0),
        recorded_days: recorded.duration_since(*since).as_hours() / 24,
    }
}

async fn describe(
    reader: &mut Connection,
    last: Vec<(Succession, String)>,
) -> Result<Vec<Reclassification>, StoreError> {
    let serials: Vec<_> = last.iter().map(|(succession, _)| succession.variant).collect();
    let known = variant::by_serials(reader, &serials).await?;
    let variants: HashMap<_, _> = known.into_iter().map(|variant| (variant.serial, variant)).collect();
    let describe = |(succession, laboratory): (Succession, String)| {
        let variant = variants.get(&succession.variant)?;
        Some(Reclassification {
            accession: succession.serial.accession(),
            version: succession.version,
            laboratory,
            variant: variant.id,
            label: variant.label.clone(),
            from: succession.before.classification,
            to: succession.after.classification,
            last_evaluated: succession.after.last_evaluated,
            recorded: succession.recorded,
        })
    };
    Ok(last.into_iter().rev().filter_map(describe).collect())
}
