//! From the file to drafts of statements.

use cairn_core::case::AlleleOrigin;
use cairn_core::citation::{Citation, EvidenceItem, Quantity};
use cairn_core::classification::Classification;
use cairn_core::condition::{Condition, Inheritance};
use cairn_core::criterion::{Criterion, Outcome, Strength};
use cairn_core::curie::Curie;
use cairn_core::draft::{ExpressionDraft, RecordDraft, StatementDraft, VariantDraft};
use cairn_core::problem::Severity;
use cairn_core::statement::{Remark, Standing, StatementBody};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::fields::Fields;
use super::{NAME, SIGN_OFF, VERSION};
use crate::citations;
use crate::findings::Findings;
use crate::statement::record;
use crate::vocabulary::classification;

/// Statements of one file.
const MAX_STATEMENTS: usize = 1_000_000;

/// Reads a file. A statement that cannot be understood in a field is not taken; the problem names
/// its number and the field.
pub fn import(text: &str, findings: &mut Findings) -> Vec<RecordDraft> {
    findings.at_whole();
    let value: Value = match serde_json::from_str(text.trim_start_matches('\u{feff}')) {
        Ok(value) => value,
        Err(error) => {
            let remedy = "correct the text at that place, or export the file again";
            findings.add(Severity::Error, "json.not_valid", "", format!("this is not JSON: {error}"), remedy);
            return Vec::new();
        }
    };
    let Some(mut file) = Fields::of("", value, findings) else { return Vec::new() };
    file.take("format");
    let version = file.take("version").and_then(|version| version.as_u64());
    if version.is_none_or(|version| version > VERSION) {
        let written = version.map_or("none".to_owned(), |version| version.to_string());
        let message = format!("the file's `version` is {written}; this program reads {NAME} up to version {VERSION}");
        file.refuse("version", message, "use a newer program, or write `\"version\": 1`");
        return Vec::new();
    }
    file.take("written_by");
    let statements = file.list("statements");
    file.finish();
    let mut records = Vec::new();
    for (value, row) in statements.into_iter().take(MAX_STATEMENTS).zip(1..) {
        findings.at(row);
        let Some(mut fields) = Fields::of("", value, findings) else { continue };
        let statement = statement(&mut fields);
        let is_refused = fields.finish();
        records.extend(statement.filter(|_| !is_refused).map(|statement| record(row, statement)));
    }
    records
}

fn statement(fields: &mut Fields<'_>) -> Option<StatementDraft> {
    let variant = fields.inner("variant", |fields| Some(variant(fields)));
    if variant.as_ref().is_none_or(|variant| variant.expressions.is_empty()) && !fields.is_refused {
        let remedy = "name it, such as `{\"expressions\": [{\"text\": \"NM_007294.4:c.68_69del\"}]}`";
        fields.refuse("variant", "the statement names no variant".to_owned(), remedy);
    }
    let local_key = fields.text("local_key");
    let source_accession = fields.text("source_accession");
    let standing = fields.word("standing", stored, "standing: `current` or `withdrawn`");
    let body = body(fields)?;
    Some(StatementDraft {
        laboratory: None,
        local_key,
        source_accession,
        variant: variant?,
        standing: standing.unwrap_or(Standing::Current),
        body,
        case: None,
    })
}

fn variant(fields: &mut Fields<'_>) -> VariantDraft {
    let expressions = fields.each("expressions", |fields| {
        let column = fields.path("text");
        let assembly = fields.word("assembly", crate::assembly::read, "assembly: `GRCh37` or `GRCh38`");
        Some(ExpressionDraft { text: fields.text("text")?, assembly, column })
    });
    VariantDraft { expressions, gene: fields.text("gene"), xrefs: texts(fields, "xrefs") }
}

fn body(fields: &mut Fields<'_>) -> Option<StatementBody> {
    let class = |text: &str| text.parse().ok().or_else(|| classification::read(text));
    let found: Option<Classification> = fields.word("classification", class, "classification");
    if found.is_none() && !fields.is_refused {
        fields.refuse("classification", "no classification is given".to_owned(), "write a code such as `pathogenic`");
    }
    let classification_text = fields.text("classification_text");
    let conditions = fields.each("conditions", condition);
    let inheritance = fields.word("inheritance", Inheritance::read, "mode of inheritance");
    let origin = fields.word("origin", AlleleOrigin::from_code, "allele origin");
    let guideline = fields.text("guideline");
    let criteria = fields.each("criteria", criterion);
    let evidence = fields.each("evidence", evidence);
    let citations = citations_of(fields);
    let summary = fields.text("summary").unwrap_or_default().into();
    let evaluated = fields.word("last_evaluated", |text| text.parse().ok(), "date: `2024-03-01`, `2024-03` or `2024`");
    let review_status = fields.text("review_status");
    let method = fields.text("method");
    let mut remarks = fields.each("remarks", remark);
    remarks.extend(fields.each("sign_off", signature));
    Some(StatementBody {
        classification: found?,
        classification_text,
        conditions,
        inheritance,
        origin: origin.unwrap_or(AlleleOrigin::Unknown),
        guideline,
        criteria,
        evidence,
        citations,
        summary,
        last_evaluated: evaluated,
        review_status,
        method,
        remarks,
    })
}

fn condition(fields: &mut Fields<'_>) -> Option<Condition> {
    let name = fields.text("name").unwrap_or_default();
    let mut ids = Vec::new();
    for text in texts(fields, "ids") {
        match text.parse::<Curie>() {
            Ok(id) => ids.push(id),
            Err(error) => fields.refuse("ids", error.to_string(), "write it as `MONDO:0007254`"),
        }
    }
    Some(Condition { name, ids })
}

fn criterion(fields: &mut Fields<'_>) -> Option<Criterion> {
    let code = fields.text("code");
    let outcome = fields.word::<Outcome>("outcome", stored, "outcome: `met`, `not_met` or `not_evaluated`");
    let strength = fields.word::<Strength>("strength", stored, "strength, such as `moderate` or `very_strong`");
    if code.as_ref().is_none_or(|code| code.len() > 16) {
        fields.refuse("code", "the criterion has no code of at most 16 letters".to_owned(), "write it as `PM2`");
    }
    if outcome.is_none() && !fields.is_refused {
        fields.refuse("outcome", "no outcome is given".to_owned(), "write `met`, `not_met` or `not_evaluated`");
    }
    Some(Criterion { code: code?, outcome: outcome?, strength })
}

fn evidence(fields: &mut Fields<'_>) -> Option<EvidenceItem> {
    let quantity = fields.inner("quantity", |fields| {
        let (value, unit) = (fields.text("value")?, fields.text("unit").unwrap_or_default());
        Quantity::read(&value, &unit)
            .map_err(|error| fields.refuse("value", error.to_string(), "put words into `text`"))
            .ok()
    });
    Some(EvidenceItem {
        criterion: fields.text("criterion"),
        text: fields.text("text").unwrap_or_default().into(),
        quantity,
        citations: citations_of(fields),
    })
}

fn remark(fields: &mut Fields<'_>) -> Option<Remark> {
    let (name, value) = (fields.text("name"), fields.text("value"));
    if name.is_none() {
        fields.refuse("name", "the remark has no name".to_owned(), "say what the value is");
    }
    Some(Remark { name: name?, value: value.unwrap_or_default().into() })
}

fn signature(fields: &mut Fields<'_>) -> Option<Remark> {
    let [part, role, date] = ["part", "role", "date"].map(|name| fields.text(name).unwrap_or_default());
    Some(Remark { name: SIGN_OFF.to_owned(), value: format!("{part}: {role}, {date}").into() })
}

fn citations_of(fields: &mut Fields<'_>) -> Vec<Citation> {
    texts(fields, "citations").iter().filter_map(|text| citations::read(text)).collect()
}

fn texts(fields: &mut Fields<'_>, name: &str) -> Vec<String> {
    let mut all = Vec::new();
    for item in fields.list(name) {
        match item {
            Value::String(text) => all.push(text.trim().to_owned()),
            other => fields.refuse(name, format!("`{name}` holds {other}, not text"), "write every item in quotes"),
        }
    }
    all.retain(|text| !text.is_empty());
    all
}

/// A word in the spelling of the record.
fn stored<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_value(Value::String(text.to_owned())).ok()
}
