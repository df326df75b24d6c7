//! A laboratory's position on a proposition: that a variant causes a condition.
//!
//! Statements are append-only: a change is a new version, a withdrawal is a version that says so.
//! The shape follows VA-Spec (`Statement{proposition, classification, specifiedBy,
//! hasEvidenceLines}`) with the fields ClinVar's submission forms need.

use crate::accession::Accession;
use crate::case::AlleleOrigin;
use crate::citation::{Citation, EvidenceItem};
use crate::classification::Classification;
use crate::condition::{Condition, Inheritance};
use crate::criterion::Criterion;
use crate::date::PartialDate;
use crate::free_text::FreeText;
use crate::id::{LaboratoryId, StatementId, SubmissionId, VariantId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Whether a statement counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It is the laboratory's position.
    Current,
    /// The laboratory took it back.
    Withdrawn,
}

/// What a statement says, without who says it and when: everything a new version may change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementBody {
    /// The class.
    pub classification: Classification,
    /// The class in the source's own words, where they differ from the label.
    pub classification_text: Option<String>,
    /// The conditions; several mean that the source gave a set.
    pub conditions: Vec<Condition>,
    /// Mode of inheritance.
    pub inheritance: Option<Inheritance>,
    /// Allele origin.
    pub origin: AlleleOrigin,
    /// Guideline and version as stated, such as `ACMG Guidelines, 2015`.
    pub guideline: Option<String>,
    /// Criteria met, not met and not evaluated.
    pub criteria: Vec<Criterion>,
    /// Evidence items.
    pub evidence: Vec<EvidenceItem>,
    /// Citations of the whole statement.
    pub citations: Vec<Citation>,
    /// The laboratory's summary.
    pub summary: FreeText,
    /// When the laboratory last evaluated it.
    pub last_evaluated: Option<PartialDate>,
    /// Review status as the source says, such as `criteria provided, single submitter`.
    pub review_status: Option<String>,
    /// How the data were collected, such as `clinical testing`.
    pub method: Option<String>,
    /// Further named values of the source that have no field here; kept so that nothing is lost.
    pub remarks: Vec<Remark>,
}

/// A named value of a source that has no field of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remark {
    /// Column heading or element name.
    pub name: String,
    /// The value.
    pub value: FreeText,
}

/// A version of a statement as recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// The statement through all its versions.
    pub id: StatementId,
    /// Its stable name.
    pub accession: Accession,
    /// The version, from 1.
    pub version: u32,
    /// The accession at the source with its version, such as `SCV000043189.1`.
    pub source_accession: Option<String>,
    /// Whose it is.
    pub laboratory: LaboratoryId,
    /// What it is about.
    pub variant: VariantId,
    /// The variant as the laboratory wrote it.
    pub expression: String,
    /// The submission that brought this version.
    pub submission: SubmissionId,
    /// When this version was made durable.
    pub recorded: Timestamp,
    /// Whether it counts.
    pub standing: Standing,
    /// What it says.
    pub body: StatementBody,
}
