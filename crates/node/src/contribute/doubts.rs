//! What a file says that cannot be: evaluations that are still to come, and phenotypes that the loaded ontology does not
//! know.

use super::reading::SheetView;
use cairn_core::date::PartialDate;
use cairn_core::draft::{ContentDraft, Drafts, RecordDraft, StatementDraft};
use cairn_core::problem::{Problem, Severity};
use cairn_formats::sheet::Field;
use cairn_reference::Reference;
use cairn_reference::phenotype::ontology::TermMatch;
use jiff::ToSpan;
use jiff::civil::Date;

/// Looks at every record. A laboratory's own record that was evaluated after `today` is not taken; what an archive says
/// of others loses such a date. A term that is not in the loaded ontology is kept and told.
pub(super) fn look(drafts: &mut Drafts, sheet: Option<&SheetView>, reference: &Reference, today: Date) {
    // East of Greenwich it is tomorrow already.
    let last = today.saturating_add(1.day());
    let column = |field: Field, path: &str| heading_of(sheet, field).unwrap_or(path).to_owned();
    let mut problems = Vec::new();
    drafts.records.retain_mut(|record| {
        let row = record.row;
        if let ContentDraft::Statement(statement) = &mut record.content
            && let Some(date) = statement.body.last_evaluated.filter(|date| date.first_day() > last)
        {
            let problem = future(statement, date, today);
            problems.push(problem.at_row(row).in_column(&column(Field::DateEvaluated, "last_evaluated")));
            statement.body.last_evaluated = None;
            return statement.laboratory.is_some();
        }
        true
    });
    for record in &drafts.records {
        for term in unknown_terms(record, reference) {
            let version = &reference.phenotypes().version;
            let message = format!(
                "`{term}` is no term of the loaded HPO version {version}; it was kept as sent, and nothing is found by it"
            );
            let remedy = "correct the number, or load a newer HPO with `cairn reference add`";
            let problem = Problem::new(Severity::Warning, "phenotype.unknown_term", message, remedy);
            problems.push(problem.at_row(record.row).in_column(&column(Field::HpoObserved, "phenotype")));
        }
    }
    drafts.problems.extend(problems);
}

fn future(statement: &StatementDraft, date: PartialDate, today: Date) -> Problem {
    let (severity, then) = match statement.laboratory {
        None => (Severity::Error, "the record was not taken"),
        Some(_) => (Severity::Warning, "the date was left out"),
    };
    let message = format!("`{date}` as the date of an evaluation is after today, {today}; {then}");
    Problem::new(severity, "date.in_future", message, "give the day on which the variant was evaluated, as YYYY-MM-DD")
}

/// Terms of the record's case that the ontology does not have; none where no ontology is loaded.
fn unknown_terms(record: &RecordDraft, reference: &Reference) -> Vec<String> {
    let case = match &record.content {
        ContentDraft::Case(case) => Some(case.as_ref()),
        ContentDraft::Statement(statement) => statement.case.as_ref(),
    };
    let features = case.map(|case| case.case.features.as_slice()).unwrap_or_default();
    if features.is_empty() || reference.phenotypes().is_empty() {
        return Vec::new();
    }
    let terms = features.iter().map(|feature| feature.term.to_string());
    let is_unknown =
        |term: &String| term.starts_with("HP:") && matches!(reference.phenotypes().find(term), TermMatch::Unknown);
    terms.filter(is_unknown).collect()
}

/// The heading of the column that a sheet's field was read from.
fn heading_of(sheet: Option<&SheetView>, field: Field) -> Option<&str> {
    let columns = &sheet?.mapping.columns;
    columns.iter().find(|column| column.field == Some(field)).map(|column| column.heading.as_str())
}
