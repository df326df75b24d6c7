//! Cases: append-only versions with features and observations, sealed with the case's key ([`content`]).

mod content;
pub mod erase;
mod read;
mod upgrade;
mod write;

use crate::serial::{CaseSerial, LaboratorySerial, SubmissionSerial, VariantSerial};
use cairn_core::case::{AffectedStatus, AlleleOrigin, Case, Role, Zygosity};
use cairn_core::citation::Citation;
use cairn_core::classification::Classification;
use cairn_core::id::{CaseId, ObservationId};
use jiff::Timestamp;

pub(crate) use content::{Opener, label_digest};
pub use content::{key_owner, keyed_digest};
pub use read::{
    bodies, by_id, by_local_id, by_serial, crowd, of_laboratory, of_submission, serials, uid_of, uids, with_feature,
};
pub use upgrade::{is_sealed, seal_some};
pub use write::{add, known};

/// What the record knows of a case that a submission may change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownCase {
    /// The laboratory's pseudonym.
    pub local_id: String,
    /// Its key.
    pub serial: CaseSerial,
    /// Its current version.
    pub version: u32,
    /// The current version's digest, as [`keyed_digest`] makes it.
    pub digest: String,
}

/// Which case a version belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A case not recorded before: version 1.
    New(CaseId),
    /// The next version of a recorded one.
    Next(CaseSerial, u32),
}

/// A version to be recorded. The case's `local_id` names it within the laboratory.
#[derive(Debug, Clone)]
pub struct NewCase {
    /// Of which case.
    pub target: Target,
    /// Whose it is.
    pub laboratory: LaboratorySerial,
    /// Row of the submission.
    pub row: u64,
    /// The case.
    pub case: Case,
    /// Publications that describe it.
    pub citations: Vec<Citation>,
    /// Variants seen in it.
    pub observations: Vec<NewObservation>,
    /// Of everything a change is judged by.
    pub digest: String,
}

/// A variant seen in a case.
#[derive(Debug, Clone, PartialEq)]
pub struct NewObservation {
    /// Its opaque id.
    pub id: ObservationId,
    /// The variant.
    pub variant: VariantSerial,
    /// What was seen.
    pub seen: Seen,
}

/// What was seen of a variant in a case.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// The variant as written.
    pub expression: String,
    /// Copies.
    pub zygosity: Zygosity,
    /// Share of genomes or cells that carry it, 0 to 1.
    pub fraction: Option<f64>,
    /// Where the person has it from.
    pub origin: AlleleOrigin,
    /// Whether the person is affected.
    pub affected: AffectedStatus,
    /// Same phase of one case: same chromosome.
    pub phase: Option<String>,
    /// Its role in the explanation.
    pub role: Role,
    /// The class noted with the case.
    pub classification: Option<Classification>,
}

/// A case version as recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordedCase {
    /// Key of the case.
    pub serial: CaseSerial,
    /// Its opaque id.
    pub id: CaseId,
    /// Whose it is.
    pub laboratory: LaboratorySerial,
    /// The version, from 1.
    pub version: u32,
    /// The submission that brought this version.
    pub submission: SubmissionSerial,
    /// Row of that submission.
    pub row: u64,
    /// When this version was made durable.
    pub recorded: Timestamp,
    /// The case.
    pub case: Case,
    /// Publications that describe it.
    pub citations: Vec<Citation>,
}
