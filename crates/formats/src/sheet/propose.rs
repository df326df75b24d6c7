//! A proposed mapping: from the headings, and from what the cells look like.

use std::collections::HashMap;

use super::field::Field;
use super::header::{Headings, is_example};
use super::mapping::{ColumnMapping, MappedColumn, Settings};
use super::sniff::{TELLING, looks_like};
use crate::assembly;
use crate::table::Table;
use crate::vocabulary::date;

/// Cells of a column that are looked at.
const SAMPLE: usize = 300;

/// A field with the percent of certainty and the reasons.
struct Guess {
    field: Field,
    confidence: u8,
    reasons: Vec<String>,
}

/// Proposes what each column holds.
pub fn propose(table: &Table, headings: &Headings) -> ColumnMapping {
    let mut columns: Vec<MappedColumn> = Vec::new();
    for (at, heading) in headings.names.iter().enumerate() {
        let cells = sample(table, headings, at);
        let guess = guess(heading, &cells);
        columns.push(match guess {
            Some(guess) => MappedColumn {
                heading: heading.clone(),
                field: Some(guess.field),
                confidence: guess.confidence,
                reasons: guess.reasons,
            },
            None => MappedColumn { heading: heading.clone(), field: None, confidence: 0, reasons: Vec::new() },
        });
    }
    settle(&mut columns);
    let settings = settings(table, headings, &columns);
    ColumnMapping { columns, settings }
}

fn sample<'a>(table: &'a Table, headings: &Headings, at: usize) -> Vec<&'a str> {
    let rows = table.rows.iter().skip(headings.first).filter(|r| !is_example(&r.cells));
    rows.map(|r| r.get(at)).filter(|c| !c.is_empty()).take(SAMPLE).collect()
}

fn guess(heading: &str, cells: &[&str]) -> Option<Guess> {
    if let Some(field) = Field::of_heading(heading) {
        return Some(weighed(field, 90, format!("the heading `{heading}` means {}", field.label()), cells));
    }
    if Field::is_known_remark(heading) {
        return None;
    }
    // Numbers alone may be anything; words of a class are telling.
    let words: Vec<&str> = cells.iter().copied().filter(|c| c.parse::<f64>().is_err()).collect();
    let by_cells = TELLING.iter().find_map(|field| {
        let alike = count(*field, &words);
        (cells.len() >= 3 && alike * 10 >= cells.len() * 8).then(|| Guess {
            field: *field,
            confidence: 70,
            reasons: vec![format!("{alike} of {} cells look like {}", cells.len(), field.label())],
        })
    });
    // A sentence for a heading is an instruction.
    let by_words = Some(heading)
        .filter(|h| h.len() <= 100 && h.split_whitespace().count() <= 6)
        .and_then(Field::within_heading)
        .map(|(field, name)| {
            weighed(field, 60, format!("the heading contains `{name}`, which means {}", field.label()), cells)
        });
    match (by_words, by_cells) {
        (Some(words), Some(cells)) if words.confidence <= cells.confidence && words.field != cells.field => Some(cells),
        (Some(words), _) if words.confidence >= 50 => Some(words),
        (_, cells) => cells,
    }
}

fn count(field: Field, cells: &[&str]) -> usize {
    cells.iter().filter(|c| looks_like(field, c) == Some(true)).count()
}

/// A guess from a heading, raised or lowered by what the cells look like.
fn weighed(field: Field, base: u8, reason: String, cells: &[&str]) -> Guess {
    let mut guess = Guess { field, confidence: base, reasons: vec![reason] };
    let has_form = cells.first().is_some_and(|c| looks_like(field, c).is_some());
    if !has_form {
        return guess;
    }
    let alike = count(field, cells);
    guess.reasons.push(format!("{alike} of {} cells look like it", cells.len()));
    if alike * 10 >= cells.len() * 8 {
        guess.confidence = (base + 9).max(if base < 90 { 85 } else { 99 });
    } else if alike * 10 < cells.len() * 3 {
        guess.confidence = 40;
        replace_if_other(&mut guess, cells);
    }
    guess
}

/// Headings of two meanings, told apart by the cells: `Reference` with numbers of publications,
/// `Interpretation` with sentences, `Phenotype` with names.
fn replace_if_other(guess: &mut Guess, cells: &[&str]) {
    let mostly = |field: Field| count(field, cells) * 10 >= cells.len() * 8;
    let long = cells.iter().filter(|c| c.len() > 40).count() * 2 > cells.len();
    let other = match guess.field {
        Field::Ref if mostly(Field::Citations) => Some(Field::Citations),
        Field::Ref | Field::Gene if mostly(Field::Transcript) => Some(Field::Transcript),
        Field::Classification if long => Some(Field::Summary),
        Field::HgvsC if mostly(Field::HgvsG) => Some(Field::HgvsG),
        Field::HgvsC | Field::HgvsP | Field::HgvsG if mostly(Field::Variant) => Some(Field::Variant),
        Field::HpoObserved if mostly(Field::ConditionId) => Some(Field::ConditionId),
        Field::ConditionName if mostly(Field::ConditionId) => Some(Field::ConditionId),
        Field::Transcript if mostly(Field::Citations) => Some(Field::Citations),
        _ => None,
    };
    if let Some(field) = other {
        guess.field = field;
        guess.confidence = 75;
        guess.reasons.push(format!("the cells look like {}", field.label()));
    }
}

/// One column for each field: the surest keeps it, the others become remarks.
fn settle(columns: &mut [MappedColumn]) {
    let mut best: HashMap<Field, usize> = HashMap::new();
    for at in 0..columns.len() {
        let Some(field) = columns[at].field.filter(|f| !f.takes_several()) else { continue };
        let Some(before) = best.insert(field, at) else { continue };
        let (keep, drop) =
            if columns[at].confidence > columns[before].confidence { (at, before) } else { (before, at) };
        best.insert(field, keep);
        let heading = columns[keep].heading.clone();
        columns[drop].field = None;
        columns[drop].confidence = 0;
        columns[drop]
            .reasons
            .push(format!("the column `{heading}` fits {} better; this one is kept as a remark", field.label()));
    }
}

fn settings(table: &Table, headings: &Headings, columns: &[MappedColumn]) -> Settings {
    let dates = columns.iter().position(|c| c.field == Some(Field::DateEvaluated));
    let cells = dates.map(|at| sample(table, headings, at)).unwrap_or_default();
    let positions = columns.iter().filter(|c| matches!(c.field, Some(Field::Pos | Field::HgvsG | Field::Variant)));
    Settings {
        sheet: table.sheet.clone(),
        date_order: date::order_of(cells.into_iter()),
        assembly: positions.filter_map(|c| assembly::within(&c.heading)).next(),
        guideline: None,
    }
}
