//! What became of a submission, for a person to read: on the terminal, and beside a watched file.

use super::Outcome;
use super::plan::{Change, Recorded};
use cairn_core::problem::{Problem, Severity};
use std::fmt;

/// An outcome as text, the worst problems first.
#[derive(Debug, Clone, Copy)]
pub struct Report<'a> {
    /// What is reported.
    pub outcome: &'a Outcome,
    /// Whether it was a dry run.
    pub dry_run: bool,
    /// Problems and changes shown at most.
    pub shown: usize,
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = &self.outcome.counts;
        writeln!(f, "{}", self.heading())?;
        let format = match self.outcome.format.as_str() {
            "" | "unknown" => "format not recognised",
            format => format,
        };
        writeln!(f, "  {format}: {} records", counts.read)?;
        let lines = [
            ("statements", counts.statements_new, counts.statements_updated, counts.statements_unchanged),
            ("cases", counts.cases_new, counts.cases_updated, counts.cases_unchanged),
        ];
        let verb = if self.dry_run { "would be " } else { "" };
        for (what, new, updated, unchanged) in lines.into_iter().filter(|line| line.1 + line.2 + line.3 > 0) {
            writeln!(f, "  {what}: {new} {verb}new, {updated} {verb}changed, {unchanged} unchanged")?;
        }
        if self.dry_run {
            for change in self.outcome.changes.iter().take(self.shown) {
                writeln!(f, "    {}", sentence(change))?;
            }
        }
        self.problems(f)
    }
}

impl Report<'_> {
    fn heading(&self) -> String {
        match self.outcome.accession {
            Some(accession) if self.outcome.is_repeated => format!("{accession}, sent before; nothing is stored twice"),
            Some(accession) => accession.to_string(),
            None if self.dry_run => "dry run; nothing was stored".to_owned(),
            None if self.outcome.accepted() > 0 => "nothing was stored: all or nothing was asked for".to_owned(),
            None => "nothing could be taken".to_owned(),
        }
    }

    fn problems(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let problems = &self.outcome.problems;
        if problems.is_empty() {
            return Ok(());
        }
        let count = |severity| problems.iter().filter(|problem| problem.severity == severity).count();
        let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
        let rest = problems.len() - errors - warnings;
        writeln!(f, "  problems: {errors} not taken, {warnings} taken in part, {rest} to know")?;
        let mut worst_first: Vec<&Problem> = problems.iter().collect();
        worst_first.sort_by_key(|problem| std::cmp::Reverse(problem.severity));
        for problem in worst_first.iter().take(self.shown) {
            writeln!(f, "    {problem}")?;
        }
        match problems.len().checked_sub(self.shown) {
            None | Some(0) => Ok(()),
            Some(more) => writeln!(f, "    and {more} more"),
        }
    }
}

fn sentence(change: &Change) -> String {
    let what = match change.record {
        Recorded::Statement => "statement",
        Recorded::Case => "case",
    };
    let verb = if change.is_new { "new" } else { "changes" };
    let class = match (change.from, change.to) {
        (Some(from), Some(to)) if from != to => format!(": {from} becomes {to}"),
        (_, Some(to)) => format!(": {to}"),
        _ => String::new(),
    };
    format!("row {}: {verb} {what} {}{class}", change.row, change.subject)
}
