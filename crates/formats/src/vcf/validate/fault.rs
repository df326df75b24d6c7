//! A broken rule, with its line, and the list they are gathered in.

/// One broken rule of the specification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// 1-based line of the file.
    pub line: u64,
    /// The column's name, `meta`, `header` or `file`.
    pub column: &'static str,
    /// What is wrong, with the text it concerns.
    pub message: String,
    /// Whether the rule is a must of this version; the rest are warnings.
    pub must: bool,
}

/// At most so many faults are kept; a file with more is broken in the same way everywhere.
pub const MAX_FAULTS: usize = 1_000;

/// Gathers the faults of a file, knowing the line being read.
#[derive(Debug, Default)]
pub struct Faults {
    /// 1-based line being read.
    pub line: u64,
    /// What was found so far.
    pub found: Vec<Fault>,
}

impl Faults {
    /// Notes a broken must.
    pub fn must(&mut self, column: &'static str, message: impl Into<String>) {
        self.note(column, message.into(), true);
    }

    /// Notes something that the version advises against.
    pub fn warn(&mut self, column: &'static str, message: impl Into<String>) {
        self.note(column, message.into(), false);
    }

    fn note(&mut self, column: &'static str, message: String, must: bool) {
        if self.found.len() < MAX_FAULTS {
            self.found.push(Fault { line: self.line, column, message, must });
        }
    }
}
