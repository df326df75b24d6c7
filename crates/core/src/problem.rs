//! What is wrong with an input, where, and what to do about it.

use serde::{Deserialize, Serialize};

/// How much a problem costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing; nothing was changed or left out.
    Note,
    /// The meaning was clear and was put right; the message says how.
    Repaired,
    /// A value was left out; the rest of the record was taken.
    Warning,
    /// The record was not taken.
    Error,
}

/// One finding in an input. A field that does not apply is `None`, never invented.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// File name without its folders; `None` for a request body.
    pub file: Option<String>,
    /// Row of a table, line of a text, or number of an element in an array; from 1.
    pub row: Option<u64>,
    /// Column heading, field path or element name.
    pub column: Option<String>,
    /// Stable code, such as `variant.reference_mismatch`; listed in `docs/reference/problems.md`.
    pub code: String,
    /// What is wrong, naming the thing in backticks.
    pub message: String,
    /// What to do; empty when nothing needs doing.
    pub remedy: String,
    /// How much it costs.
    pub severity: Severity,
}

impl Problem {
    /// A problem of the whole input.
    pub fn new(severity: Severity, code: &str, message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            file: None,
            row: None,
            column: None,
            code: code.to_owned(),
            message: message.into(),
            remedy: remedy.into(),
            severity,
        }
    }

    /// The same problem, at this row.
    #[must_use]
    pub fn at_row(mut self, row: u64) -> Self {
        self.row = Some(row);
        self
    }

    /// The same problem, in this column or field.
    #[must_use]
    pub fn in_column(mut self, column: impl Into<String>) -> Self {
        self.column = Some(column.into());
        self
    }

    /// The same problem, in this file.
    #[must_use]
    pub fn in_file(mut self, file: &str) -> Self {
        self.file = Some(file.to_owned());
        self
    }
}

/// One line for a person: place, message, remedy.
impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(file) = &self.file {
            write!(f, "{file}: ")?;
        }
        match (self.row, &self.column) {
            (Some(row), Some(column)) => write!(f, "row {row}, {column}: ")?,
            (Some(row), None) => write!(f, "row {row}: ")?,
            (None, Some(column)) => write!(f, "{column}: ")?,
            (None, None) => {}
        }
        f.write_str(&self.message)?;
        if self.remedy.is_empty() { Ok(()) } else { write!(f, "; {}", self.remedy) }
    }
}
