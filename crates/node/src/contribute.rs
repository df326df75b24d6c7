//! A laboratory contributes: bytes in, an accession and every problem out.
//!
//! 1. [`reading`] takes the bytes through the door of `cairn-formats`: drafts and problems.
//! 2. [`identify`] finds out which variants the drafts mean, on all cores.
//! 3. [`plan`] compares the drafts with the record: new, changed, unchanged.
//! 4. Submission, variants, statements, cases and idempotency key are written in one transaction.
//!
//! Sending the same thing again stores nothing twice, at three levels: the same idempotency key,
//! the same reading of the same bytes, the same words of the same record.

pub mod case_plan;
mod contradictions;
pub(crate) mod digest;
mod doubts;
pub mod identify;
mod laboratories;
pub mod large;
mod meet;
mod one_variant;
mod pieces;
pub mod plan;
mod reading;
pub(crate) mod received;
mod report;
mod same_key;
pub mod sign;
pub mod statement_plan;
mod variant_plan;
mod variant_record;
mod write;

use cairn_core::accession::Accession;
use cairn_core::id::UserId;
use cairn_core::problem::{Problem, Severity};
use cairn_core::provenance::Source;
use cairn_core::submission::{Channel, Counts};
use cairn_store::laboratory::RecordedLaboratory;
use cairn_variant::assembly::Assembly;
use jiff::Timestamp;
use serde::Serialize;

pub use cairn_formats::sheet::{Field, MappedColumn};
pub use cairn_formats::vocabulary::date::DateOrder;
pub use pieces::{Pieces, pieces};
pub use plan::Change;
pub use reading::{Mapping, SheetView};
pub use report::Report;

/// What a laboratory sends, and how it wants it taken.
#[derive(Debug, Clone)]
pub struct Request {
    /// Who sends it: a member of the node.
    pub laboratory: RecordedLaboratory,
    /// The person; `None` when a system sends it.
    pub user: Option<UserId>,
    /// How it came in.
    pub channel: Channel,
    /// File name without folders, where there is one.
    pub file: Option<String>,
    /// The exact bytes.
    pub bytes: Vec<u8>,
    /// How the columns of a sheet are to be read; `None`: as the laboratory saved it for such a
    /// sheet, or as its headings suggest.
    pub mapping: Option<Mapping>,
    /// The assembly of positions, where the file states none.
    pub assembly: Option<Assembly>,
    /// The client's `Idempotency-Key`.
    pub client_key: Option<String>,
    /// Only say what would change.
    pub dry_run: bool,
    /// All or nothing: a record that cannot be taken, or whose variant cannot be resolved, stops
    /// the whole.
    pub strict: bool,
}

/// What became of a request.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Outcome {
    /// The submission's accession; `None` when nothing was recorded.
    pub accession: Option<Accession>,
    /// Whether the same was sent before; then this is what became of it at that time.
    pub is_repeated: bool,
    /// When it was recorded.
    pub recorded: Option<Timestamp>,
    /// The recognised format, such as `clinvar.snapshot`.
    pub format: String,
    /// The bytes' own provenance.
    pub source: Source,
    /// What became of its records, or would become.
    pub counts: Counts,
    /// Every finding, in the order of the file.
    pub problems: Vec<Problem>,
    /// What changes, record by record; the unchanged are only counted.
    pub changes: Vec<Change>,
    /// How a sheet was read.
    pub sheet: Option<SheetView>,
}

impl Outcome {
    /// Records taken: new, changed or already here.
    pub fn accepted(&self) -> u64 {
        let c = &self.counts;
        c.statements_new
            + c.statements_updated
            + c.statements_unchanged
            + c.cases_new
            + c.cases_updated
            + c.cases_unchanged
    }

    /// Whether a record was not taken.
    pub fn has_errors(&self) -> bool {
        self.problems.iter().any(|problem| problem.severity == Severity::Error)
    }
}
