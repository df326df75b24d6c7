//! Two records about the same: which one holds.
//!
//! The one evaluated later holds, wherever it stands. Where dates do not tell, the later row of a file holds, unless
//! a laboratory's own rows give different classes: then neither is taken, for a class by accident of order harms.

use cairn_core::draft::StatementDraft;
use cairn_core::problem::{Problem, Severity};
use cairn_store::statement::KnownStatement;

/// Which of two records of one file counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    First,
    Second,
    Neither,
}

/// Judges two records of one key: an earlier one by its row, and a later one. `is_own`: rows of the laboratory that
/// sends them, told apart by nothing but what they are about.
pub(super) fn judge(
    (row, first): (u64, &StatementDraft),
    second: &StatementDraft,
    is_own: bool,
) -> (Holds, Option<Problem>) {
    let classes = [first, second].map(|draft| draft.body.classification);
    let dates = [first, second].map(|draft| draft.body.last_evaluated);
    let [one, two] = classes.map(cairn_core::classification::Classification::label);
    if classes[0] == classes[1] && first.standing == second.standing {
        let holds = if dates[1] < dates[0] { Holds::First } else { Holds::Second };
        let differs = first.body.criteria != second.body.criteria;
        let (message, remedy) = (
            format!("the criteria are others than on row {row}, about the same; {}", counts(holds)),
            "leave the row out that no longer holds, or give both a key of their own",
        );
        return (holds, differs.then(|| Problem::new(Severity::Warning, "statement.said_twice", message, remedy)));
    }
    let remedy = "leave the row out that no longer holds, or give both a key of their own";
    let holds = match dates {
        [Some(first), Some(second)] if first > second => Holds::First,
        [Some(first), Some(second)] if first < second => Holds::Second,
        _ if is_own && classes[0] != classes[1] => {
            let message = format!("{two} here and {one} on row {row}, about the same; neither was taken");
            let remedy = "leave the row out that no longer holds, give both the date of their evaluation, or a key of \
                          their own";
            return (Holds::Neither, Some(Problem::new(Severity::Error, "statement.contradicts", message, remedy)));
        }
        _ => Holds::Second,
    };
    let message = format!("{two} here and {one} on row {row}, about the same; {}", counts(holds));
    (holds, Some(Problem::new(Severity::Warning, "statement.said_twice", message, remedy)))
}

/// What is said at the first of two rows of which neither was taken.
pub(super) fn contested_by(row: u64) -> Problem {
    contradiction(format!("row {row} gives another class about the same; neither was taken"))
}

fn contradiction(message: String) -> Problem {
    let remedy =
        "leave the row out that no longer holds, or give both the date of their evaluation or a key of their own";
    Problem::new(Severity::Error, "statement.contradicts", message, remedy)
}

fn counts(holds: Holds) -> &'static str {
    match holds {
        Holds::First => "the other row counts, as it was evaluated later",
        _ => "this row counts",
    }
}

/// What is wrong with a laboratory's record beside what the laboratory said before: another class by an older
/// evaluation is not taken, another class by an evaluation of the same day is told.
pub(super) fn beside_record(before: &KnownStatement, now: &StatementDraft) -> Option<Problem> {
    let (said, says) = (before.classification, now.body.classification);
    let (last, date) = (before.last_evaluated?, now.body.last_evaluated?);
    if said == says || date > last {
        return None;
    }
    let (said, says) = (said.label(), says.label());
    let accession = before.serial.accession();
    if date < last {
        let message =
            format!("{says} of {date} is older than {said} of {last}, which {accession} says; it was not taken");
        let remedy = "correct the date of the evaluation, or leave the row out";
        return Some(Problem::new(Severity::Error, "statement.older_than_record", message, remedy));
    }
    let message = format!("{accession} said {said} and says {says} now, by an evaluation of the same date, {date}");
    let remedy = "give the date of the new evaluation";
    Some(Problem::new(Severity::Warning, "statement.date_unchanged", message, remedy))
}
