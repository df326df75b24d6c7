//! The conditions of a row, from names and identifiers in several columns.

use cairn_core::condition::Condition;
use cairn_core::curie::Curie;
use cairn_core::problem::Severity;

use super::apply::RowCells;
use super::field::Field;
use crate::findings::{Findings, shown};

/// Names and identifiers: joined if there is one condition or as many of each, else side by side.
pub fn of_row(cells: &RowCells<'_>, findings: &mut Findings) -> Vec<Condition> {
    let split = |text: &str| -> Vec<String> {
        text.split([';', '|', '\n']).map(str::trim).filter(|p| !p.is_empty()).map(str::to_owned).collect()
    };
    let names = split(cells.get(Field::ConditionName));
    let kind = cells.get(Field::ConditionIdType);
    let mut ids = Vec::new();
    for (heading, text) in cells.all(Field::ConditionId) {
        for part in split(text).iter().flat_map(|p| p.split(',')).map(str::trim).filter(|p| !p.is_empty()) {
            match identifier(part, kind, heading) {
                Some(id) => ids.push(id),
                None => {
                    let message = format!("{} is not an identifier of a condition; it was left out", shown(part));
                    findings.add(
                        Severity::Warning,
                        "condition.bad_id",
                        heading,
                        message,
                        "write it with its vocabulary, such as OMIM:604370",
                    );
                }
            }
        }
    }
    match names.as_slice() {
        [] => ids.into_iter().map(|id| Condition { name: String::new(), ids: vec![id] }).collect(),
        [name] => vec![Condition { name: name.clone(), ids }],
        names if names.len() == ids.len() => {
            names.iter().zip(ids).map(|(name, id)| Condition { name: name.clone(), ids: vec![id] }).collect()
        }
        names => {
            let named = names.iter().map(|name| Condition::named(name));
            named.chain(ids.into_iter().map(|id| Condition { name: String::new(), ids: vec![id] })).collect()
        }
    }
}

/// `OMIM:604370`, or `604370` under a heading or beside a type that names the vocabulary.
fn identifier(text: &str, kind: &str, heading: &str) -> Option<Curie> {
    if let Ok(id) = text.parse() {
        return Some(id);
    }
    if !kind.is_empty() {
        return Curie::new(kind, text).ok();
    }
    let heading = heading.to_ascii_lowercase();
    let kinds = [
        ("omim", "OMIM"),
        ("mim", "OMIM"),
        ("mondo", "MONDO"),
        ("orpha", "ORPHA"),
        ("medgen", "MedGen"),
        ("mesh", "MESH"),
    ];
    let (_, kind) = kinds.iter().find(|(word, _)| heading.contains(word))?;
    Curie::new(kind, text.trim_start_matches(['#', '%', '+'])).ok()
}
