//! A problem of a submission: what it cost, in words and in the sheet's name for its colour.

use cairn_core::problem::{Problem, Severity};
use std::collections::BTreeSet;

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
        Severity::Warning => "taken in part",
        Severity::Error => "not taken",
    }
}

/// Puts the worst first; those of one severity stay in the order of the file.
pub fn worst_first(problems: &mut [Problem]) {
    problems.sort_by_key(|problem| std::cmp::Reverse(problem.severity));
}

/// How many rows are taken without something they say, for the sentence above the counts.
pub fn in_part(problems: &[Problem]) -> Option<String> {
    let rows = |severity| -> BTreeSet<_> {
        let of_severity = problems.iter().filter(|problem| problem.severity == severity);
        of_severity.filter_map(|problem| Some((problem.file.as_deref(), problem.row?))).collect()
    };
    match rows(Severity::Warning).difference(&rows(Severity::Error)).count() {
        0 => None,
        1 => Some("In 1 row something could not be read; the problem says what.".to_owned()),
        n => Some(format!("In {n} rows something could not be read; the problems say what.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(severity: Severity, row: u64) -> Problem {
        Problem::new(severity, "date.not_valid", "`x` is not a date", "").at_row(row)
    }

    #[test]
    fn a_row_is_counted_once_and_not_if_it_is_refused() {
        use Severity::{Error, Note, Warning};
        let told = [problem(Warning, 4), problem(Warning, 4), problem(Warning, 6), problem(Error, 6), problem(Note, 7)];
        assert_eq!(in_part(&told).as_deref(), Some("In 1 row something could not be read; the problem says what."));
        assert_eq!(in_part(&told[4..]), None);
    }

    #[test]
    fn what_was_refused_comes_before_what_is_only_to_know() {
        let mut told = [problem(Severity::Note, 1), problem(Severity::Warning, 2), problem(Severity::Error, 3)];
        worst_first(&mut told);
        assert_eq!(told.map(|problem| problem.row), [Some(3), Some(2), Some(1)]);
    }
}
