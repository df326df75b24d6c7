//! Statements: append-only versions, and reading them as of a moment.

mod citing;
mod criteria;
mod read;
mod succession;
mod write;

use crate::serial::{LaboratorySerial, StatementSerial, SubmissionSerial, VariantSerial};
use cairn_core::classification::Classification;
use cairn_core::date::PartialDate;
use cairn_core::id::StatementId;
use cairn_core::statement::{Standing, Statement, StatementBody};

pub use citing::{cite_some, citing, has_uncited};
pub use criteria::{StatementCriteria, criteria_page};
pub use read::{
    BriefBody, StatementBrief, at_version, briefs, by_source_accession, history, newest, of_condition, of_laboratory,
    of_submission, of_variants, record_key, was_stated,
};
pub use succession::{Succession, successions};
pub use write::{add, known, known_on, own_key, replaced};

/// What the record knows of a statement that a submission may change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownStatement {
    /// What makes a later record a version of it.
    pub record_key: String,
    /// Its key.
    pub serial: StatementSerial,
    /// Its current version.
    pub version: u32,
    /// The current version's digest.
    pub digest: String,
    /// The current version's class.
    pub classification: Classification,
    /// When the current version was evaluated.
    pub last_evaluated: Option<PartialDate>,
    /// The current version's variant, after mergers.
    pub variant: VariantSerial,
}

/// What a statement said in the version before its last.
#[derive(Debug, Clone, PartialEq)]
pub struct Replaced {
    /// Whose it is.
    pub laboratory: LaboratorySerial,
    /// What it said.
    pub body: StatementBody,
    /// Whether it counted.
    pub standing: Standing,
    /// What it was about, after mergers.
    pub variant: VariantSerial,
}

/// Which statement a version belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A statement not recorded before: version 1.
    New {
        /// Its opaque id.
        id: StatementId,
        /// Whose it is.
        laboratory: LaboratorySerial,
        /// What will make a later record a version of it.
        record_key: String,
    },
    /// The next version of a recorded one.
    Next(StatementSerial, u32),
}

/// A version to be recorded.
#[derive(Debug, Clone)]
pub struct NewVersion {
    /// Of which statement.
    pub target: Target,
    /// Row of the submission.
    pub row: u64,
    /// What it is about.
    pub variant: VariantSerial,
    /// The variant as written.
    pub expression: String,
    /// Accession with version at the source.
    pub source_accession: Option<String>,
    /// Whether it counts.
    pub standing: Standing,
    /// What it says.
    pub body: StatementBody,
    /// Of everything a change is judged by.
    pub digest: String,
}

/// A version as recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordedStatement {
    /// Key of the statement.
    pub serial: StatementSerial,
    /// Key of the laboratory whose it is.
    pub laboratory: LaboratorySerial,
    /// Key of the variant.
    pub variant: VariantSerial,
    /// Key of the submission that brought this version.
    pub submission: SubmissionSerial,
    /// Row of that submission.
    pub row: u64,
    /// The statement.
    pub statement: Statement,
}
