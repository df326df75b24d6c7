//! From what a form brings to changes of fields.
//!
//! A field is in the form when its base is: `b.criterion:PM2=7`. A value that stood there at that
//! revision already is no change.

use super::new::read_condition;
use crate::app::Shared;
use cairn_core::case::AlleleOrigin;
use cairn_core::citation::{Citation, EvidenceItem, Quantity};
use cairn_core::condition::{Condition, Inheritance};
use cairn_core::criterion::{Outcome, Strength};
use cairn_core::curation::{Change, ClassChoice, CriterionCall, Draft, Edit, Revision};
use cairn_core::guideline::Points;
use cairn_core::guideline::gene_validity::{ExpertCall, UnknownValidityClass};
use std::collections::{BTreeMap, HashMap};

/// What was posted, by name.
pub(super) struct Posted(HashMap<String, String>);

/// A field that cannot be read.
#[derive(Debug, Clone)]
pub(super) struct Wrong {
    /// The field's key.
    pub key: String,
    /// What is wrong, and what to do.
    pub message: String,
}

impl Posted {
    pub(super) fn new(pairs: Vec<(String, String)>) -> Self {
        Self(pairs.into_iter().collect())
    }

    /// What was typed into a field, trimmed.
    pub(super) fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", |text| text.trim())
    }

    /// The form without one field.
    pub(super) fn without(&self, key: &str) -> Self {
        let base = format!("b.{key}");
        Self(
            self.0.iter().filter(|(name, _)| **name != base).map(|(name, text)| (name.clone(), text.clone())).collect(),
        )
    }

    /// The fields that the form holds, each with its base.
    fn fields(&self) -> BTreeMap<&str, u32> {
        let bases = self.0.iter().filter_map(|(name, base)| Some((name.strip_prefix("b.")?, base.parse().ok()?)));
        bases.collect()
    }

    /// What the form changes, given everything that was done to the draft, and what cannot be read.
    pub(super) fn edits(&self, app: &Shared, revisions: &[Revision]) -> (Vec<Edit>, Vec<Wrong>) {
        let (mut edits, mut wrong) = (Vec::new(), Vec::new());
        let mut then: HashMap<u32, Draft> = HashMap::new();
        for (key, base) in self.fields() {
            let stood = then
                .entry(base)
                .or_insert_with(|| Draft::replay(revisions.iter().take_while(|one| one.number <= base)));
            match self.change(app, key, stood) {
                Ok(Some(change)) if !stands(stood, &change) => edits.push(Edit { base, change }),
                Ok(_) => {}
                Err(message) => wrong.push(Wrong { key: key.to_owned(), message }),
            }
        }
        (edits, wrong)
    }

    fn change(&self, app: &Shared, key: &str, stood: &Draft) -> Result<Option<Change>, String> {
        let value = |part: &str| self.get(&format!("{part}.{key}"));
        let (kind, rest) = key.split_once(':').unwrap_or((key, ""));
        Ok(Some(match kind {
            "criterion" => {
                let (code, application) = match rest.split_once(':') {
                    Some((code, application)) => (code, application.parse().unwrap_or(1)),
                    None => (rest, 1),
                };
                let call = call(value("o"), value("s"), value("p"))?;
                Change::Criterion { code: code.to_owned(), application, call }
            }
            "evidence" => {
                let evidence = evidence(&value)?;
                if rest.is_empty() && evidence.is_none() {
                    return Ok(None);
                }
                Change::Evidence { item: rest.to_owned(), evidence }
            }
            "validity" => Change::Validity {
                kind: rest.to_owned(),
                points: match value("p") {
                    "" => None,
                    text => Some(text.replace(',', ".").parse::<Points>().map_err(|error| error.to_string())?),
                },
                note: value("t").into(),
            },
            "replicated" => Change::Replicated { replicated: !value("v").is_empty() },
            "call" => Change::ExpertCall { call: expert_call(value("v"), value("r"))? },
            "answer" => {
                let answer = Some(value("v").to_owned()).filter(|answer| !answer.is_empty());
                Change::Answer { question: rest.to_owned(), answer }
            }
            "guideline" => Change::Guideline { address: value("v").to_owned() },
            "condition" => Change::Condition { condition: condition(app, value("v"), value("i"), stood)? },
            "inheritance" => Change::Inheritance { mode: Inheritance::read(value("v")) },
            "origin" => match AlleleOrigin::from_code(value("v")) {
                Some(origin) => Change::Origin { origin },
                None => return Ok(None),
            },
            "summary" => Change::Summary { text: value("v").into() },
            "class" => Change::Class { choice: choice(value("v"), value("r"))? },
            "evaluated" => Change::Evaluated { date: date(value("v"))? },
            _ => return Ok(None),
        }))
    }
}

/// Whether a field said this already.
fn stands(stood: &Draft, change: &Change) -> bool {
    match stood.value(&change.key()) {
        Some(value) => value == change,
        None => match change {
            Change::Criterion { call, .. } => *call == CriterionCall::NOT_EVALUATED,
            Change::Evidence { evidence, .. } => evidence.is_none(),
            Change::Origin { origin } => *origin == stood.origin(),
            Change::Condition { condition } => *condition == stood.condition(),
            Change::Inheritance { mode } => mode.is_none(),
            Change::Answer { answer, .. } => answer.is_none(),
            Change::Validity { points, note, .. } => points.is_none() && note.is_empty(),
            Change::Replicated { replicated } => !replicated,
            Change::ExpertCall { call } => call.is_none(),
            Change::Summary { text } => text.is_empty(),
            Change::Class { choice } => choice.is_none(),
            Change::Evaluated { date } => date.is_none(),
            Change::Guideline { .. } => false,
        },
    }
}

/// A strength or points without an outcome say nothing.
fn call(outcome: &str, strength: &str, points: &str) -> Result<CriterionCall, String> {
    let outcome = match outcome {
        "met" => Outcome::Met,
        "not_met" => Outcome::NotMet,
        _ => return Ok(CriterionCall::NOT_EVALUATED),
    };
    let met = outcome == Outcome::Met;
    let points = match points {
        text if text.is_empty() || !met => None,
        text => Some(text.replace(',', ".").parse::<Points>().map_err(|error| error.to_string())?),
    };
    Ok(CriterionCall { outcome, strength: read_strength(strength).filter(|_| met), points })
}

/// A strength by its code.
pub(super) fn read_strength(code: &str) -> Option<Strength> {
    serde_json::from_value(serde_json::Value::String(code.to_owned())).ok()
}

/// The code of a strength.
pub(super) fn strength_code(strength: Strength) -> String {
    serde_json::to_value(strength).ok().and_then(|code| code.as_str().map(str::to_owned)).unwrap_or_default()
}

/// An evidence item; `None` when it is empty or taken out.
fn evidence<'a>(value: &impl Fn(&str) -> &'a str) -> Result<Option<EvidenceItem>, String> {
    let filled = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    if !value("x").is_empty() {
        return Ok(None);
    }
    let quantity = match (value("n"), value("u")) {
        ("", "") => None,
        ("", unit) => return Err(format!("`{unit}` counts nothing: give the number, or put the words into the text")),
        (number, unit) => Some(Quantity::read(&number.replace(',', "."), unit).map_err(|error| error.to_string())?),
    };
    let text = value("t");
    let citations = citations(value("c"));
    if text.is_empty() && quantity.is_none() && citations.is_empty() {
        return Ok(None);
    }
    Ok(Some(EvidenceItem { criterion: filled(value("k")), text: text.into(), quantity, citations }))
}

fn citations(text: &str) -> Vec<Citation> {
    cairn_node::curation::read_citations(text)
}

/// The condition by name, with identifiers beside it; an unchanged one keeps what it has.
fn condition(app: &Shared, name: &str, ids: &str, stood: &Draft) -> Result<Condition, String> {
    let mut read = Vec::new();
    for id in ids.split([',', ';', ' ']).filter(|id| !id.is_empty()) {
        read.push(id.parse().map_err(|error: cairn_core::curie::CurieError| error.to_string())?);
    }
    let before = stood.condition();
    if name == before.name && read == before.ids {
        return Ok(before);
    }
    if read.is_empty() {
        return Ok(read_condition(app, name));
    }
    Ok(Condition { name: name.to_owned(), ids: read })
}

fn choice(class: &str, reason: &str) -> Result<Option<ClassChoice>, String> {
    if class.is_empty() {
        return Ok(None);
    }
    let class = class.parse().map_err(|_| "choose a class of the list".to_owned())?;
    Ok(Some(ClassChoice { class, reason: reason.into() }))
}

fn expert_call(class: &str, rationale: &str) -> Result<Option<ExpertCall>, String> {
    if class.is_empty() {
        return Ok(None);
    }
    let class = class.parse().map_err(|error: UnknownValidityClass| error.to_string())?;
    Ok(Some(ExpertCall { class, rationale: rationale.to_owned() }))
}

fn date(text: &str) -> Result<Option<cairn_core::date::PartialDate>, String> {
    match text {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|error: cairn_core::date::DateError| error.to_string()),
    }
}
