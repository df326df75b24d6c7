//! A suggested value taken into a draft, with its numbers as evidence.

use cairn_core::citation::{EvidenceItem, Quantity};
use cairn_core::criterion::Outcome;
use cairn_core::curation::{Change, CriterionCall, Edit};
use cairn_core::suggest::{EvidenceSource, Number, Suggested, Suggestion};

/// The edits by which a person takes a value over: the call, against the revision at which its row was seen, and the
/// numbers as an evidence item; taking it again replaces what the data said before.
pub fn taken(suggestion: &Suggestion, seen: u32, now: u32) -> [Edit; 2] {
    let code = &suggestion.criterion;
    let call = Change::Criterion { code: code.clone(), application: 1, call: call_of(suggestion) };
    let item = Change::Evidence { item: format!("suggested-{code}"), evidence: Some(evidence(suggestion)) };
    [Edit { base: seen, change: call }, Edit { base: now, change: item }]
}

/// What a suggested value says of its criterion.
pub fn call_of(suggestion: &Suggestion) -> CriterionCall {
    let outcome = if suggestion.outcome == Suggested::Met { Outcome::Met } else { Outcome::NotMet };
    let met = outcome == Outcome::Met;
    CriterionCall { outcome, strength: suggestion.strength.filter(|_| met), points: suggestion.points.filter(|_| met) }
}

/// The numbers with their sources, as the statement will hold them.
fn evidence(suggestion: &Suggestion) -> EvidenceItem {
    let numbers: Vec<String> = suggestion.numbers.iter().map(number_words).collect();
    let mut text = suggestion.sentence.clone();
    if !numbers.is_empty() {
        text = format!("{text}\n{}", numbers.join("\n"));
    }
    if let Some(threshold) = &suggestion.threshold {
        text = format!("{text}\nHeld against: {} ({})", threshold.text, threshold.citation);
    }
    let first = suggestion.numbers.first();
    let quantity = first.and_then(|one| Quantity::read(&one.value.to_string(), &unit(one)).ok());
    EvidenceItem {
        criterion: Some(suggestion.criterion.clone()),
        text: text.as_str().into(),
        quantity,
        citations: Vec::new(),
    }
}

fn unit(number: &Number) -> String {
    if number.unit.is_empty() { number.name.clone() } else { number.unit.clone() }
}

/// A number with its unit and source: `allele frequency: 0.00012 (ExAC r0.3)`.
pub fn number_words(number: &Number) -> String {
    let unit = if number.unit.is_empty() { String::new() } else { format!(" {}", number.unit) };
    format!("{}: {}{unit} ({})", number.name, number.value, source_words(&number.source))
}

/// A source with its version.
pub fn source_words(source: &EvidenceSource) -> String {
    if source.version.is_empty() { source.name.clone() } else { format!("{} {}", source.name, source.version) }
}
