//! What became of a submission, for a person to read: on the terminal, and beside a watched file.

use super::plan::{Change, Recorded};
use super::{Field, Outcome};
use cairn_core::amount::counted;
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
        writeln!(f, "  {format}: {}", counted(counts.read, "record", "records"))?;
        if self.outcome.is_repeated {
            writeln!(f, "  what became of it then:")?;
        }
        let lines = [
            ("statements", counts.statements_new, counts.statements_updated, counts.statements_unchanged),
            ("cases", counts.cases_new, counts.cases_updated, counts.cases_unchanged),
        ];
        let verb = if self.dry_run { "would be " } else { "" };
        for (what, new, updated, unchanged) in lines.into_iter().filter(|line| line.1 + line.2 + line.3 > 0) {
            writeln!(f, "  {what}: {new} {verb}new, {updated} {verb}changed, {unchanged} unchanged")?;
        }
        if self.dry_run {
            self.columns(f)?;
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
            Some(accession) if self.outcome.is_repeated => {
                let when = self.outcome.recorded.map(|at| at.strftime(" on %Y-%m-%d at %H:%M UTC").to_string());
                format!("received before, as {accession}{}; nothing changed", when.unwrap_or_default())
            }
            Some(accession) => accession.to_string(),
            None if self.dry_run => "dry run; nothing was stored".to_owned(),
            None if self.outcome.accepted() > 0 => "nothing was stored: all or nothing was asked for".to_owned(),
            None => "nothing could be taken".to_owned(),
        }
    }

    /// What each column of a sheet is read as, and what to change it by.
    fn columns(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(sheet) = &self.outcome.sheet else { return Ok(()) };
        let whose = if sheet.is_settled { "as your laboratory saved it" } else { "as proposed" };
        writeln!(f, "  columns, {whose} (headings on row {}):", sheet.header_row)?;
        for column in &sheet.mapping.columns {
            let field = column.field.map_or("kept as a remark", Field::label);
            let sure = match column.confidence {
                _ if sheet.is_settled => String::new(),
                sure => format!(" ({sure} % sure)"),
            };
            writeln!(f, "    `{}`: {field}{sure}", column.heading)?;
        }
        match sheet.is_settled {
            true => Ok(()),
            false => writeln!(f, "    the page Contribute corrects and keeps them; --mapping NAME reads by a kept one"),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contribute::{MappedColumn, Mapping, SheetView};
    use cairn_core::provenance::Source;
    use cairn_core::submission::Counts;

    fn outcome() -> Outcome {
        Outcome {
            accession: None,
            is_repeated: false,
            recorded: None,
            format: "sheet".to_owned(),
            source: Source { name: String::new(), version: None, sha256: String::new(), file: None },
            counts: Counts { read: 1, statements_new: 1, ..Counts::default() },
            problems: Vec::new(),
            changes: Vec::new(),
            sheet: None,
        }
    }

    #[test]
    fn what_was_received_before_says_when_and_that_nothing_changed() {
        let before = Outcome {
            accession: "CRS000001".parse().ok(),
            is_repeated: true,
            recorded: "2026-11-20T10:15:00Z".parse().ok(),
            ..outcome()
        };
        let text = Report { outcome: &before, dry_run: false, shown: 9 }.to_string();
        let expected = "received before, as CRS000001 on 2026-11-20 at 10:15 UTC; nothing changed\n  \
                        sheet: 1 record\n  what became of it then:\n  statements: 1 new, 0 changed, 0 unchanged\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn a_dry_run_says_what_each_column_is_read_as() {
        let column = |heading: &str, field, confidence| MappedColumn {
            heading: heading.to_owned(),
            field,
            confidence,
            reasons: Vec::new(),
        };
        let columns = vec![column("Variant", Some(Field::Variant), 95), column("Ward", None, 40)];
        let mapping = Mapping { columns, ..Mapping::default() };
        let sheet = SheetView { mapping, is_settled: false, header_row: 1, preview: Vec::new() };
        let outcome = Outcome { sheet: Some(sheet), ..outcome() };
        let text = Report { outcome: &outcome, dry_run: true, shown: 9 }.to_string();
        assert!(text.contains("columns, as proposed (headings on row 1):\n"), "{text}");
        assert!(text.contains("    `Variant`: variant in any notation (95 % sure)\n"), "{text}");
        assert!(text.contains("    `Ward`: kept as a remark (40 % sure)\n"), "{text}");
        assert!(!Report { outcome: &outcome, dry_run: false, shown: 9 }.to_string().contains("columns"));
    }
}
