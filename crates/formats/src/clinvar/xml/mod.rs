//! VCV (`VariationArchive`) and RCV (`ClinVarSet`) XML, releases of both schemas.

mod assertion;
pub mod element;
pub mod parts;
mod trait_mapping;
mod variant;

use cairn_core::draft::RecordDraft;
use cairn_core::problem::Severity;

use crate::findings::Findings;
use crate::statement::record;
use element::Element;
use trait_mapping::TraitMapping;

/// Reads every submitted record of a file; the row is the number of the variant record.
pub fn import(text: &str, findings: &mut Findings) -> Vec<RecordDraft> {
    let mut records = Vec::new();
    let read = element::for_each(text, &["VariationArchive", "ClinVarSet"], |number, element| {
        findings.at(number);
        of_record(number, &element, findings, &mut records);
    });
    if let Err(error) = read {
        findings.at_whole();
        let remedy = "download the file again; records before this place were read";
        findings.add(Severity::Error, "xml.not_valid", "", error.to_string(), remedy);
    }
    records
}

fn of_record(number: u64, element: &Element, findings: &mut Findings, records: &mut Vec<RecordDraft>) {
    let is_archive = element.name == "VariationArchive";
    let (name, variant) = match is_archive {
        true => ("ClinicalAssertion", variant::of_archive(element)),
        false => ("ClinVarAssertion", variant::of_set(element)),
    };
    if variant.expressions.is_empty() {
        let message = "the record names no variant";
        return findings.add(
            Severity::Error,
            "variant.no_expression",
            "VariationName",
            message,
            "check the record at ClinVar",
        );
    }
    let mapping = TraitMapping::of_record(element);
    let before = records.len();
    for assertion in element.descendants(name) {
        for statement in assertion::statements(assertion, &variant, &mapping, findings) {
            records.push(record(number, statement));
        }
    }
    if records.len() == before {
        let message = "the record holds no submission";
        findings.add(Severity::Note, "clinvar.no_submission", name, message, "");
    }
}

/// The release the file states, such as `2024-01-07`.
pub fn release(text: &str) -> Option<String> {
    let mut end = text.len().min(4096);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let head = &text[..end];
    let at = ["ReleaseDate=\"", "Dated=\""].iter().find_map(|name| Some(head.find(name)? + name.len()))?;
    let date = head[at..].split('"').next()?;
    (date.len() == 10).then(|| date.to_owned())
}
