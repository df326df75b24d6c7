//! Canonical variants: identity, where they lie, which genes they touch, under which names they
//! came in.

mod find;
mod place;
mod text;
mod write;

use crate::error::StoreError;
use crate::serial::VariantSerial;
use crate::word::{parse, read_word};
use cairn_core::id::VariantId;
use cairn_variant::assembly::Assembly;
use cairn_variant::contig::Contig;
use serde::{Deserialize, Serialize};

pub use find::{
    Names, alleles, by_expression, by_expressions, by_id, by_keys, by_serials, by_xref, effects_in, gene_symbols,
    genes, in_gene, merged, names, notations, of_alleles, open, unify, unmerged, vcf_of, with_merged, with_others,
};
pub use place::{PlacedAs, Region, add_places, in_region, overlapping, places, reaching_into};
pub use text::kept_as_text;
pub use write::{add, add_alleles, add_genes, add_names, find_keys, merge, resolve};

/// How far the identity of a variant is established.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VariantStatus {
    /// Normalised against the reference sequence.
    Resolved,
    /// A substitution whose reference base could not be checked: its sequence is not loaded.
    NotVerified,
    /// Not normalised, because its sequence is not loaded; found again by a job when it is.
    Provisional,
    /// Text that could not be read as a variant.
    Unresolved,
}

/// A variant to be recorded, or the better knowledge of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VariantRecord {
    /// Equal for equal variants: the canonical identifier, or a digest of what is known.
    pub key: String,
    /// How far the identity is established.
    pub status: VariantStatus,
    /// The kind in the words of the identity layer, such as `substitution`.
    pub kind: String,
    /// The best name for a heading.
    pub label: String,
    /// The preferred VRS identifier.
    pub vrs_id: Option<String>,
    /// The VRS version of the identifiers.
    pub vrs_version: Option<String>,
    /// HGVS on the preferred transcript.
    pub hgvs_c: Option<String>,
    /// HGVS of the protein.
    pub hgvs_p: Option<String>,
    /// Where it lies, at most once for an assembly.
    pub alleles: Vec<Allele>,
    /// Where it lies when that is more than a few bases at an exact place.
    pub places: Vec<PlacedAs>,
    /// Genes it touches.
    pub genes: Vec<GeneEffect>,
}

/// Where a variant lies on one assembly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allele {
    /// The assembly.
    pub assembly: Assembly,
    /// The chromosome.
    pub contig: Contig,
    /// First changed position, interbase (0-based).
    pub start: u64,
    /// End, interbase.
    pub end: u64,
    /// VRS identifier on this assembly.
    pub vrs_id: Option<String>,
    /// SPDI.
    pub spdi: Option<String>,
    /// Genomic HGVS.
    pub hgvs_g: Option<String>,
    /// `17-43045712-T-C`.
    pub vcf: Option<String>,
}

/// What a variant does in a gene.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GeneEffect {
    /// The symbol.
    pub gene: String,
    /// HGVS on the gene's preferred transcript.
    pub hgvs_c: Option<String>,
    /// HGVS of its protein.
    pub hgvs_p: Option<String>,
    /// First residue changed, from 1.
    pub protein_start: Option<u32>,
}

/// A notation that a variant came in under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notation {
    /// As written.
    pub expression: String,
    /// `GRCh37` or `GRCh38`, where the source said so.
    pub assembly: Option<String>,
    /// 0: the notation its source is surest of; then 1, 2 ….
    pub trust: u32,
}

/// A variant as recorded, without its alleles and genes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedVariant {
    /// Its key in the record.
    pub serial: VariantSerial,
    /// Its opaque id.
    pub id: VariantId,
    /// The canonical identifier or what stands in for it.
    pub key: String,
    /// How far the identity is established.
    pub status: VariantStatus,
    /// The kind.
    pub kind: String,
    /// The heading.
    pub label: String,
    /// The preferred VRS identifier.
    pub vrs_id: Option<String>,
    /// The VRS version of the identifiers.
    pub vrs_version: Option<String>,
    /// HGVS on the preferred transcript.
    pub hgvs_c: Option<String>,
    /// HGVS of the protein.
    pub hgvs_p: Option<String>,
}

/// A stretch longer than this is found through its own index.
const LONG: u64 = 1000;

#[derive(sqlx::FromRow)]
struct Row {
    variant_id: VariantSerial,
    uid: String,
    canonical_key: String,
    status: String,
    kind: String,
    label: String,
    vrs_id: Option<String>,
    vrs_version: Option<String>,
    hgvs_c: Option<String>,
    hgvs_p: Option<String>,
}

impl Row {
    fn read(self) -> Result<RecordedVariant, StoreError> {
        Ok(RecordedVariant {
            serial: self.variant_id,
            id: parse("variant", &self.uid)?,
            key: self.canonical_key,
            status: read_word("variant", &self.status)?,
            kind: self.kind,
            label: self.label,
            vrs_id: self.vrs_id,
            vrs_version: self.vrs_version,
            hgvs_c: self.hgvs_c,
            hgvs_p: self.hgvs_p,
        })
    }
}
