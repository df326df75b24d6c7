//! The package a laboratory sends, and what became of it.

use crate::accession::Accession;
use crate::id::{LaboratoryId, SubmissionId, UserId};
use crate::provenance::Source;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How a submission came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// `cairn import`.
    Command,
    /// `POST /api/v1/submissions`.
    Api,
    /// The contribute page.
    Page,
    /// The watched folder.
    Watch,
}

/// What became of the records of a submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counts {
    /// Records read.
    pub read: u64,
    /// New statements.
    pub statements_new: u64,
    /// Statements that became a new version.
    pub statements_updated: u64,
    /// Records of statements that were already here in the same words, or that another row of the file said better.
    pub statements_unchanged: u64,
    /// New cases.
    pub cases_new: u64,
    /// Cases that changed.
    pub cases_updated: u64,
    /// Records of cases that were already here in the same words, or that another row of the file completed.
    pub cases_unchanged: u64,
    /// Observations stored.
    pub observations: u64,
    /// Records not taken, each with a problem.
    pub rejected: u64,
}

impl Counts {
    /// Adds what became of further records.
    pub fn add(&mut self, other: &Self) {
        self.read += other.read;
        self.statements_new += other.statements_new;
        self.statements_updated += other.statements_updated;
        self.statements_unchanged += other.statements_unchanged;
        self.cases_new += other.cases_new;
        self.cases_updated += other.cases_updated;
        self.cases_unchanged += other.cases_unchanged;
        self.observations += other.observations;
        self.rejected += other.rejected;
    }
}

/// A submission as recorded; its bytes are kept beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Submission {
    /// Its id.
    pub id: SubmissionId,
    /// Its stable name.
    pub accession: Accession,
    /// Whose it is.
    pub laboratory: LaboratoryId,
    /// Who sent it; `None` when a system did.
    pub user: Option<UserId>,
    /// How it came in.
    pub channel: Channel,
    /// When it was made durable.
    pub received: Timestamp,
    /// The recognised format, such as `clinvar.snapshot`.
    pub format: String,
    /// The bytes' own provenance.
    pub source: Source,
    /// What became of its records.
    pub counts: Counts,
}
