//! What an importer makes of a file: records whose variants and laboratories are still text.
//!
//! A draft is what the source says and nothing more. Resolving expressions, finding laboratories,
//! versions and accessions is the node's work.

use crate::case::{AffectedStatus, AlleleOrigin, Case, Role, Zygosity};
use crate::classification::Classification;
use crate::problem::Problem;
use crate::statement::{Standing, StatementBody};
use serde::{Deserialize, Serialize};

/// Everything read from one input, and everything that is wrong with it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Drafts {
    /// The recognised format, such as `clinvar.vcv_xml`, `phenopacket`, `sheet`.
    pub format: String,
    /// The version or date the source states for itself.
    pub version: Option<String>,
    /// The records, in the order of the source.
    pub records: Vec<RecordDraft>,
    /// All problems found while reading.
    pub problems: Vec<Problem>,
}

/// One record and its place in the source.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecordDraft {
    /// Row, line or number of the element; from 1.
    pub row: u64,
    /// What it holds.
    pub content: ContentDraft,
}

/// What a record holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum ContentDraft {
    /// A laboratory's position on a variant, with a case where the same row describes one.
    Statement(Box<StatementDraft>),
    /// A case with the variants seen in it.
    Case(Box<CaseDraft>),
}

/// A variant as the source writes it, all notations of one row together.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct VariantDraft {
    /// Expressions that all mean the same variant, the most trustworthy first (VCF with assembly,
    /// SPDI, HGVS g., c., p., free text). The node resolves the first it can and checks the others
    /// against it.
    pub expressions: Vec<ExpressionDraft>,
    /// Gene symbol as given.
    pub gene: Option<String>,
    /// Further ids of the variant at its source, such as `ClinVar:17662`, `rs80357914`.
    pub xrefs: Vec<String>,
}

/// One notation of a variant.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ExpressionDraft {
    /// The text, as given or put together from columns (`17-43045712-T-C`).
    pub text: String,
    /// `GRCh37` or `GRCh38` where the source says so.
    pub assembly: Option<String>,
    /// Where it stands: column heading or field path.
    pub column: String,
}

/// A statement as the source gives it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StatementDraft {
    /// The laboratory as the source names it; `None` means the laboratory that submits.
    pub laboratory: Option<LaboratoryDraft>,
    /// The laboratory's own key for this record (`LinkingID`, SCV without version …): the same
    /// key of the same laboratory means a new version rather than a new statement.
    pub local_key: Option<String>,
    /// Accession with version at the source, such as `SCV000043189.1`.
    pub source_accession: Option<String>,
    /// The variant.
    pub variant: VariantDraft,
    /// Whether the laboratory still holds it; withdrawn: this version says that it does not.
    pub standing: Standing,
    /// What it says.
    pub body: StatementBody,
    /// The case in the same row, if any.
    pub case: Option<CaseDraft>,
}

/// A laboratory as a source names it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct LaboratoryDraft {
    /// The name.
    pub name: String,
    /// ClinVar's organisation number.
    pub clinvar_org_id: Option<u32>,
}

/// A case as the source gives it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CaseDraft {
    /// The case; `local_id` is the source's pseudonym.
    pub case: Case,
    /// Variants seen.
    pub observations: Vec<ObservationDraft>,
    /// Publications describing the case.
    pub citations: Vec<crate::citation::Citation>,
}

/// A variant seen in a case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ObservationDraft {
    /// The variant.
    pub variant: VariantDraft,
    /// Copies.
    pub zygosity: Zygosity,
    /// Share of mitochondrial genomes or cells that carry it, 0 to 1.
    pub fraction: Option<f64>,
    /// Where the person has it from.
    pub origin: AlleleOrigin,
    /// Whether the person is affected by what the variant is tested for.
    pub affected: AffectedStatus,
    /// Variants of one case with the same phase set and haplotype lie on one chromosome.
    pub phase: Option<String>,
    /// Its role in the explanation.
    pub role: Role,
    /// The class noted with the case (phenopackets `acmgPathogenicityClassification`).
    pub classification: Option<Classification>,
}
