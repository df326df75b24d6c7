//! From statements to the file.

use cairn_core::condition::{Condition, Inheritance};
use cairn_core::draft::StatementDraft;
use cairn_core::statement::Remark;
use serde_json::{Map, Value, json};

use super::{NAME, SIGN_OFF, VERSION};

/// The file of these statements, the same bytes for the same statements. Laboratories and cases are
/// not written: a file speaks for its sender, and about variants.
pub fn write(statements: &[StatementDraft]) -> Vec<u8> {
    let statements: Vec<Value> = statements.iter().map(statement).collect();
    let file = json!({"format": NAME, "version": VERSION, "statements": statements});
    let mut bytes = serde_json::to_vec_pretty(&file).expect("a JSON value is writable");
    bytes.push(b'\n');
    bytes
}

/// The remark of a signature: as whom, in which role, when; no name.
pub fn sign_off(part: &str, role: &str, date: &str) -> Remark {
    Remark { name: SIGN_OFF.to_owned(), value: format!("{part}: {role}, {date}").into() }
}

fn statement(draft: &StatementDraft) -> Value {
    let body = &draft.body;
    let expressions = draft.variant.expressions.iter().map(|one| {
        let mut object = Map::new();
        put(&mut object, "text", json!(one.text));
        put(&mut object, "assembly", json!(one.assembly));
        Value::Object(object)
    });
    let mut variant = Map::new();
    put(&mut variant, "expressions", expressions.collect());
    put(&mut variant, "gene", json!(draft.variant.gene));
    put(&mut variant, "xrefs", json!(draft.variant.xrefs));
    let mut object = Map::new();
    let (signatures, remarks): (Vec<&Remark>, Vec<&Remark>) =
        body.remarks.iter().partition(|remark| remark.name == SIGN_OFF);
    let fields = [
        ("local_key", json!(draft.local_key)),
        ("source_accession", json!(draft.source_accession)),
        ("standing", json!(draft.standing)),
        ("variant", Value::Object(variant)),
        ("classification", json!(body.classification)),
        ("classification_text", json!(body.classification_text)),
        ("conditions", body.conditions.iter().map(condition).collect()),
        ("inheritance", json!(body.inheritance.map(Inheritance::hpo))),
        ("origin", json!(body.origin)),
        ("guideline", json!(body.guideline)),
        ("criteria", body.criteria.iter().map(|one| filled(json!(one))).collect()),
        ("evidence", body.evidence.iter().map(evidence).collect()),
        ("citations", body.citations.iter().map(ToString::to_string).collect()),
        ("summary", json!(body.summary)),
        ("last_evaluated", json!(body.last_evaluated)),
        ("review_status", json!(body.review_status)),
        ("method", json!(body.method)),
        ("sign_off", signatures.into_iter().map(signature).collect()),
        ("remarks", remarks.into_iter().map(|one| json!(one)).collect()),
    ];
    for (name, value) in fields {
        put(&mut object, name, value);
    }
    Value::Object(object)
}

fn condition(condition: &Condition) -> Value {
    filled(json!({"name": condition.name, "ids": condition.ids}))
}

fn evidence(item: &cairn_core::citation::EvidenceItem) -> Value {
    let citations: Vec<String> = item.citations.iter().map(ToString::to_string).collect();
    filled(json!({
        "criterion": item.criterion, "text": item.text, "quantity": item.quantity, "citations": citations,
    }))
}

/// A signature taken apart again.
fn signature(remark: &Remark) -> Value {
    let text = remark.value.as_str();
    let (part, rest) = text.split_once(": ").unwrap_or(("", text));
    let (role, date) = rest.rsplit_once(", ").unwrap_or((rest, ""));
    filled(json!({"part": part, "role": role, "date": date}))
}

/// The object without the fields that say nothing.
fn filled(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let mut object = Map::new();
            fields.into_iter().for_each(|(name, value)| put(&mut object, &name, value));
            Value::Object(object)
        }
        other => other,
    }
}

fn put(object: &mut Map<String, Value>, name: &str, value: Value) {
    let says_nothing = match &value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    };
    if !says_nothing {
        object.insert(name.to_owned(), value);
    }
}
