//! A problem of a submission: what it cost, in words and in the sheet's name for its colour.

use cairn_core::problem::{Problem, Severity};

/// The name of the look.
pub fn kind(problem: &Problem) -> &'static str {
    match problem.severity {
        Severity::Note => "note",
        Severity::Repaired => "repaired",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}

/// What it cost.
pub fn effect(problem: &Problem) -> &'static str {
    match problem.severity {
        Severity::Note => "note",
        Severity::Repaired => "put right",
        Severity::Warning => "value left out",
        Severity::Error => "not taken",
    }
}
