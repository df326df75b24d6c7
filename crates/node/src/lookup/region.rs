//! What the node knows of a stretch of a chromosome: the variants of any kind that lie there or reach into it.

use super::gene::{GeneVariant, rows_of};
use crate::access::Viewer;
use crate::error::NodeError;
use crate::node::Node;
use cairn_store::entry::AsOf;
use cairn_store::serial::VariantSerial;
use cairn_store::variant::{self, Region};
use cairn_variant::assembly::Assembly;
use cairn_variant::contig::GenomeContig;
use cairn_variant::interbase::Interval;
use cairn_variant::place::Place;
use serde::Serialize;
use std::collections::HashMap;

/// A variant of a region, as a row of a table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RegionVariant {
    /// What is said about it.
    #[serde(flatten)]
    pub variant: GeneVariant,
    /// Its first position, interbase; with its key the cursor of the page.
    pub first: u64,
    /// Where it lies on the assembly asked for, when that is more than a few bases at an exact place.
    pub places: Vec<Place>,
}

impl Node {
    /// A page of the variants that overlap or touch a region, in the order of the chromosome, from after a first
    /// position and key.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn region_variants(
        &self,
        region: Region,
        as_of: AsOf,
        viewer: Viewer,
        after: (u64, VariantSerial),
        limit: u32,
    ) -> Result<Vec<RegionVariant>, NodeError> {
        let mut reader = self.store().read().await?;
        let page = variant::in_region(&mut reader, region, as_of, after, limit).await?;
        let serials: Vec<VariantSerial> = page.iter().map(|(serial, _)| *serial).collect();
        let mut places = variant::places(&mut reader, &serials).await?;
        let rows = rows_of(&mut reader, self, &serials, None, as_of, viewer).await?;
        let mut rows: HashMap<VariantSerial, GeneVariant> = rows.into_iter().map(|row| (row.serial, row)).collect();
        let row = |(serial, first): (VariantSerial, u64)| {
            let placed = places.remove(&serial).unwrap_or_default().into_iter().map(|placed| placed.place);
            let places = placed.filter(|place| place.contig().assembly == region.assembly).collect();
            Some(RegionVariant { variant: rows.remove(&serial)?, first, places })
        };
        Ok(page.into_iter().filter_map(row).collect())
    }

    /// Where a gene lies on an assembly: from the first to the last base of its loaded transcripts; `None` when none
    /// of them is aligned there.
    pub fn span_of_gene(&self, symbol: &str, assembly: Assembly) -> Option<Region> {
        let set = self.reference().transcripts();
        let aligned = set.of_gene(symbol).flat_map(|id| set.transcript(id).alignments().iter());
        let spans = aligned.filter_map(|id| {
            let alignment = set.alignment(*id);
            let contig = GenomeContig::from_refseq(set.target_accession(alignment.target()))?;
            let span = alignment.span();
            let span = Interval::new(u64::from(span.start), u64::from(span.end))?;
            (contig.assembly == assembly).then_some((contig.contig, span))
        });
        let (contig, span) = spans.reduce(|(contig, all), (other, span)| {
            // A transcript of X and Y has both; the first of them stays.
            if contig != other {
                return (contig, all);
            }
            let joined = Interval::new(all.start().min(span.start()), all.end().max(span.end()));
            (contig, joined.unwrap_or(all))
        })?;
        Some(Region { assembly, contig, start: span.start(), end: span.end() })
    }

    /// The variants with a place of their own that reach into a gene without being recorded as touching it: they came
    /// before the gene's transcripts were loaded.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn events_across_gene(
        &self,
        symbol: &str,
        as_of: AsOf,
        viewer: Viewer,
        limit: u32,
    ) -> Result<Vec<GeneVariant>, NodeError> {
        let mut reader = self.store().read().await?;
        let mut found = Vec::new();
        for assembly in [Assembly::Grch38, Assembly::Grch37] {
            let Some(region) = self.span_of_gene(symbol, assembly) else { continue };
            for serial in variant::reaching_into(&mut reader, region, symbol, as_of, limit).await? {
                if !found.contains(&serial) {
                    found.push(serial);
                }
            }
        }
        rows_of(&mut reader, self, &found, None, as_of, viewer).await
    }
}
