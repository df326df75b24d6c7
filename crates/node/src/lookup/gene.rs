//! What the node knows of a gene: its variants, each with what is said about it.

use super::carriers::{self, CaseNumber};
use crate::access::Viewer;
use crate::aggregate;
use crate::discordance::{self, Differing};
use crate::error::NodeError;
use crate::node::Node;
use cairn_core::aggregate::Aggregate;
use cairn_core::id::VariantId;
use cairn_store::Connection;
use cairn_store::entry::AsOf;
use cairn_store::serial::VariantSerial;
use cairn_store::variant::{self, VariantStatus};
use serde::Serialize;
use std::collections::HashMap;

/// A variant of a gene, as a row of a table or a mark on a drawing.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GeneVariant {
    /// Its key in the record; the cursor of the page.
    #[serde(skip)]
    pub serial: VariantSerial,
    /// Its opaque id.
    pub id: VariantId,
    /// How far the identity is established.
    pub status: VariantStatus,
    /// The kind.
    pub kind: String,
    /// The best name for a heading.
    pub label: String,
    /// HGVS on the gene's preferred transcript.
    pub hgvs_c: Option<String>,
    /// HGVS of its protein.
    pub hgvs_p: Option<String>,
    /// First residue changed, from 1.
    pub protein_start: Option<u32>,
    /// What all statements say together, on each track that has one.
    pub aggregates: Vec<Aggregate>,
    /// How laboratories differ on it; `None`: they do not.
    pub differing: Option<Differing>,
    /// Cases that carry it, as far as the reader may know.
    pub cases: CaseNumber,
    /// Whether that is the number itself; else it is the least that it can be.
    pub cases_are_exact: bool,
}

impl GeneVariant {
    /// Whether the reader may know of it: somebody stated something, or a case counts.
    pub fn is_visible(&self) -> bool {
        !self.aggregates.is_empty() || self.cases.at_least > 0
    }
}

impl Node {
    /// A page of the variants of a gene in the order of recording, from after one of them.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn gene_variants(
        &self,
        symbol: &str,
        as_of: AsOf,
        viewer: Viewer,
        after: VariantSerial,
        limit: u32,
    ) -> Result<Vec<GeneVariant>, NodeError> {
        let mut reader = self.store().read().await?;
        let gene = symbol.trim();
        let page = variant::in_gene(&mut reader, gene, as_of, after, limit).await?;
        rows_of(&mut reader, self, &page, Some(gene), as_of, viewer).await
    }
}

/// These variants as rows in the order of recording, with what they do in a gene where one is named.
pub(super) async fn rows_of(
    reader: &mut Connection,
    node: &Node,
    page: &[VariantSerial],
    gene: Option<&str>,
    as_of: AsOf,
    viewer: Viewer,
) -> Result<Vec<GeneVariant>, NodeError> {
    let recorded = variant::by_serials(reader, page).await?;
    let effects = match gene {
        Some(gene) => variant::effects_in(reader, gene, page).await?,
        None => HashMap::new(),
    };
    let merged = variant::with_merged(reader, page).await?;
    let mut said = aggregate::read_many(reader, node, page, as_of).await?;
    let differing = discordance::standing::differing(reader, &merged, as_of).await?;
    let cases = carriers::of_variants(reader, node, &merged, as_of, viewer).await?.numbers();
    let row = |recorded: variant::RecordedVariant| {
        let effect = effects.get(&recorded.serial);
        let aggregates = said.remove(&recorded.serial).unwrap_or_default();
        let number = cases.get(&recorded.serial).copied().unwrap_or(CaseNumber { at_least: 0, is_exact: true });
        GeneVariant {
            serial: recorded.serial,
            id: recorded.id,
            status: recorded.status,
            kind: recorded.kind,
            label: recorded.label,
            hgvs_c: effect.and_then(|e| e.hgvs_c.clone()).or(recorded.hgvs_c),
            hgvs_p: effect.and_then(|e| e.hgvs_p.clone()).or(recorded.hgvs_p),
            protein_start: effect.and_then(|e| e.protein_start),
            aggregates,
            differing: differing.get(&recorded.serial).copied(),
            cases: number,
            cases_are_exact: number.is_exact,
        }
    };
    Ok(recorded.into_iter().map(row).collect())
}
