//! What a submission would change: the drafts folded to one a record, then compared with what is
//! recorded.

use super::Request;
use super::laboratories::Laboratories;
use crate::world::World;
use cairn_core::classification::Classification;
use cairn_core::draft::RecordDraft;
use cairn_core::problem::{Problem, Severity};
use cairn_core::submission::Counts;
use cairn_store::KeyStore;
use cairn_store::serial::VariantSerial;
use serde::Serialize;
use std::collections::BTreeSet;

/// Changes listed in one answer; beyond, they are only counted.
pub const LISTED_CHANGES: usize = 10_000;

/// One record that is new or changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Row of the file.
    pub row: u64,
    /// `statement` or `case`.
    pub record: Recorded,
    /// Whether it was not recorded before.
    pub is_new: bool,
    /// What it is about: the variant as written, or the case's pseudonym.
    pub subject: String,
    /// The class so far.
    pub from: Option<Classification>,
    /// The class from now on.
    pub to: Option<Classification>,
}

/// What sort of record a change is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Recorded {
    /// A statement.
    Statement,
    /// A case.
    Case,
}

/// What both comparisons work with.
#[derive(Clone, Copy)]
pub(super) struct Ground<'a> {
    /// The serial of each identified variant.
    pub serials: &'a [VariantSerial],
    /// Whose statements are whose.
    pub laboratories: &'a Laboratories,
    /// What was sent.
    pub request: &'a Request,
    /// Where new ids come from.
    pub world: &'a World,
    /// What cases are sealed with.
    pub keys: &'a KeyStore,
}

/// What a comparison with the record brought.
#[derive(Debug, Default)]
pub(super) struct Compared {
    /// How many of what.
    pub counts: Counts,
    /// What changes.
    pub changes: Vec<Change>,
    /// What is wrong beside what is on record.
    pub problems: Vec<Problem>,
}

impl Compared {
    pub(super) fn note(&mut self, change: Change) {
        if self.changes.len() < LISTED_CHANGES {
            self.changes.push(change);
        }
    }
}

/// Counts records read and rejected: a record with an error was not taken.
pub(super) fn count_records(counts: &mut Counts, records: &[RecordDraft], problems: &[Problem]) {
    let rows: BTreeSet<u64> = records.iter().map(|record| record.row).collect();
    let errors = problems.iter().filter(|problem| problem.severity == Severity::Error);
    let rejected: BTreeSet<u64> = errors.filter_map(|problem| problem.row).collect();
    let unread = rejected.iter().filter(|row| !rows.contains(row)).count();
    counts.read = (records.len() + unread) as u64;
    counts.rejected = rejected.len() as u64;
}

/// Puts problems into the order of the file; those of the whole file come first.
pub(super) fn order(problems: &mut [Problem]) {
    problems.sort_by(|a, b| (&a.file, a.row).cmp(&(&b.file, b.row)));
}
