//! What stands beside a variant that is looked up: variants that the declared rule compares as one with it, variants
//! that overlap it, and records that are kept as a text which says the same.

use super::expression::LookUp;
use super::gene::{GeneVariant, rows_of};
use super::kept_text;
use crate::access::Viewer;
use crate::discordance::equivalents::{self, Neighbour};
use crate::error::NodeError;
use crate::node::Node;
use cairn_core::equivalence;
use cairn_store::Connection;
use cairn_store::entry::AsOf;
use cairn_store::serial::VariantSerial;
use serde::Serialize;
use std::collections::HashMap;

/// Overlapping variants in one answer.
const OVERLAPPING: usize = 25;

/// What stands beside a variant.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Nearby {
    /// The version of the rule that says which variants are compared as one.
    pub rule: String,
    /// What that rule says of variants with two ends.
    pub rule_text: String,
    /// Variants that the rule compares as one with it.
    pub equivalent: Vec<Near>,
    /// Other variants that overlap it, those of which both cover most first.
    pub overlapping: Vec<Near>,
    /// Overlapping ones beyond the list.
    pub more_overlapping: usize,
    /// Records kept as a text that says the same; nobody has verified that they mean this variant.
    pub kept_as_text: Vec<Near>,
}

/// A variant beside the one that is looked up.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Near {
    /// What is said of it.
    #[serde(flatten)]
    pub variant: GeneVariant,
    /// Why the rule compares both as one; `None`: it does not.
    pub because: Option<String>,
    /// How much of the longer of the two both cover, in whole per cent; `None` for what has no stretch.
    pub overlap_percent: Option<u64>,
}

impl Near {
    /// Statements that are counted for it.
    pub fn statements(&self) -> usize {
        self.variant.aggregates.iter().map(|aggregate| aggregate.statements).sum()
    }
}

impl Nearby {
    /// Whether nothing stands beside the variant.
    pub fn is_empty(&self) -> bool {
        self.equivalent.is_empty() && self.overlapping.is_empty() && self.kept_as_text.is_empty()
    }

    /// Records that are kept as text: statements, or else cases.
    pub fn records_kept_as_text(&self) -> u64 {
        let records = |near: &Near| match near.statements() {
            0 => near.variant.cases.at_least,
            n => n as u64,
        };
        self.kept_as_text.iter().map(records).sum()
    }

    /// What of it changes the answer that a variant is not found here; `None`: nothing does.
    pub fn beside_nothing(&self) -> Option<String> {
        let said = |n: usize, one: &str, many: &str| match n {
            0 => None,
            1 => Some(one.to_owned()),
            n => Some(format!("{n} {many}")),
        };
        let known = [
            said(self.equivalent.len(), "1 variant compared as one with it", "variants compared as one with it"),
            said(self.overlapping.len() + self.more_overlapping, "1 that overlaps it", "that overlap it"),
            said(self.records_kept_as_text() as usize, "1 record kept as text", "records kept as text"),
        ];
        let known: Vec<String> = known.into_iter().flatten().collect();
        (!known.is_empty()).then(|| format!("similar ones are: {}", known.join(", ")))
    }
}

impl Node {
    /// What stands beside the variant that a look-up found, as far as the reader may know of it.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn near(&self, found: &LookUp, as_of: AsOf, viewer: Viewer) -> Result<Nearby, NodeError> {
        let recorded = found.report.as_ref().map(|report| &report.variant).or(found.silent.as_ref());
        let recorded = recorded.map(|variant| variant.serial);
        let identity = found.identity.as_deref().filter(|identity| identity.is_identified());
        let mut reader = self.store().read().await?;
        let neighbours = equivalents::near(&mut reader, identity, recorded, as_of).await?;
        let texts = match identity {
            Some(identity) => kept_text::saying_the_same(&mut reader, identity, as_of).await?,
            None => Vec::new(),
        };
        let rule = equivalence::current();
        let mut nearby =
            Nearby { rule: rule.version.clone(), rule_text: rule.structural.text.clone(), ..Nearby::default() };
        for near in rows(&mut reader, self, &neighbours, as_of, viewer).await? {
            match near.because {
                Some(_) => nearby.equivalent.push(near),
                None => nearby.overlapping.push(near),
            }
        }
        nearby.more_overlapping = nearby.overlapping.len().saturating_sub(OVERLAPPING);
        nearby.overlapping.truncate(OVERLAPPING);
        let other = |serial: &VariantSerial| recorded != Some(*serial);
        let texts: Vec<Neighbour> =
            texts.into_iter().filter(other).map(|serial| Neighbour { serial, because: None, percent: None }).collect();
        nearby.kept_as_text = rows(&mut reader, self, &texts, as_of, viewer).await?;
        Ok(nearby)
    }
}

/// The neighbours that the reader may know of, in their order.
async fn rows(
    reader: &mut Connection,
    node: &Node,
    neighbours: &[Neighbour],
    as_of: AsOf,
    viewer: Viewer,
) -> Result<Vec<Near>, NodeError> {
    if neighbours.is_empty() {
        return Ok(Vec::new());
    }
    let serials: Vec<VariantSerial> = neighbours.iter().map(|one| one.serial).collect();
    let rows = rows_of(reader, node, &serials, None, as_of, viewer).await?;
    let visible = rows.into_iter().filter(GeneVariant::is_visible);
    let mut rows: HashMap<VariantSerial, GeneVariant> = visible.map(|row| (row.serial, row)).collect();
    let near = |one: &Neighbour| {
        let variant = rows.remove(&one.serial)?;
        Some(Near { variant, because: one.because.clone(), overlap_percent: one.percent })
    };
    Ok(neighbours.iter().filter_map(near).collect())
}
