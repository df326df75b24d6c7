//! The problems of one input, gathered while it is read.

use cairn_core::problem::{Problem, Severity};

/// More findings than this are counted and summed up in one line: nobody works through more, and
/// a hostile file must not fill the memory with messages.
pub const MAX_FINDINGS: usize = 50_000;

/// Gathers problems, knowing the row being read.
#[derive(Debug, Default)]
pub struct Findings {
    row: Option<u64>,
    list: Vec<Problem>,
    left_out: u64,
}

impl Findings {
    /// From now on problems belong to this row (from 1).
    pub fn at(&mut self, row: u64) {
        self.row = Some(row);
    }

    /// From now on problems belong to the whole input.
    pub fn at_whole(&mut self) {
        self.row = None;
    }

    /// Adds a problem of a column or field of the current row.
    pub fn add(
        &mut self,
        severity: Severity,
        code: &str,
        column: &str,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        let mut problem = Problem::new(severity, code, message, remedy);
        problem.row = self.row;
        problem.column = (!column.is_empty()).then(|| column.to_owned());
        self.push(problem);
    }

    /// Adds a problem that knows its place.
    pub fn push(&mut self, problem: Problem) {
        match self.list.len() < MAX_FINDINGS {
            true => self.list.push(problem),
            false => self.left_out += 1,
        }
    }

    /// Whether something was refused.
    pub fn has_errors(&self) -> bool {
        self.list.iter().any(|problem| problem.severity == Severity::Error)
    }

    /// All problems in the order found, with a last one that counts what was left out.
    pub fn into_list(mut self) -> Vec<Problem> {
        if self.left_out > 0 {
            let message = format!("{} further problems are not listed", self.left_out);
            let remedy = "correct those listed and import again";
            self.list.push(Problem::new(Severity::Warning, "input.many_problems", message, remedy));
        }
        self.list
    }
}

/// Text of a source in a message: in backticks, at most 60 characters of it.
pub fn shown(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("`{}…`", &text[..end]),
        None => format!("`{text}`"),
    }
}
