//! Text to packet and back, in proto3's JSON form.
//!
//! Field names are read in lowerCamelCase and in their original snake_case; `null` means absent.
//! A field the schema has not is named, never dropped in silence.

use serde_json::{Map, Value};

use super::packet::Phenopacket;

/// Why a text is not a phenopacket.
#[derive(Debug, thiserror::Error)]
pub enum PacketError {
    /// The text is not JSON, or nests deeper than 128 levels.
    #[error("the text is not JSON: {0}")]
    NotJson(serde_json::Error),
    /// A value has not the type that the schema gives it.
    #[error("a value does not fit the phenopacket schema: {0}")]
    NotValid(serde_json::Error),
    /// The schema has no such field.
    #[error("the phenopacket schema has no field `{}`", .0.join("`, `"))]
    UnknownFields(Vec<String>),
}

/// A packet, and the paths of the fields that the schema has not.
#[derive(Debug)]
pub struct Read {
    /// The packet.
    pub packet: Phenopacket,
    /// Paths such as `subject.nickname`.
    pub unknown: Vec<String>,
}

/// Reads one packet strictly.
///
/// # Errors
/// Not JSON, a value of the wrong type, or a field that the schema has not.
pub fn parse(text: &str) -> Result<Phenopacket, PacketError> {
    let value = serde_json::from_str(text).map_err(PacketError::NotJson)?;
    let read = from_value(value)?;
    match read.unknown.is_empty() {
        true => Ok(read.packet),
        false => Err(PacketError::UnknownFields(read.unknown)),
    }
}

/// Reads one packet, naming the fields that the schema has not.
///
/// # Errors
/// A value of the wrong type.
pub fn from_value(mut value: Value) -> Result<Read, PacketError> {
    let mut unknown = Vec::new();
    tidy(&mut value, "", &mut unknown);
    let packet: Phenopacket = serde_json::from_value(value.clone()).map_err(PacketError::NotValid)?;
    let written = serde_json::to_value(&packet).map_err(PacketError::NotValid)?;
    missing(&value, &written, "", &mut unknown);
    Ok(Read { packet, unknown })
}

/// Writes a packet as JSON, indented by two spaces.
pub fn write(packet: &Phenopacket) -> String {
    serde_json::to_string_pretty(packet).expect("a packet has text keys only, so it can be written")
}

/// Unknown fields that are named; a packet of another schema has some dozen.
const MAX_UNKNOWN: usize = 1_000;

/// Fields whose content has keys of its own, not names of the schema.
const FREE: &[&str] = &["fileAttributes", "individualToFileIdentifiers", "variation"];

/// Brings names to lowerCamelCase and takes absent values out. Depth is bounded by the JSON reader.
fn tidy(value: &mut Value, path: &str, unknown: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| tidy(item, path, unknown)),
        Value::Object(fields) => {
            let mut tidied = Map::new();
            for (name, mut value) in std::mem::take(fields) {
                let name = camel(&name);
                let path = join(path, &name);
                let is_value_of_extension = name == "value" && path.ends_with("extensions.value");
                if value.is_null() {
                    continue;
                }
                if !FREE.contains(&name.as_str()) && !is_value_of_extension {
                    tidy(&mut value, &path, unknown);
                }
                if tidied.insert(name, value).is_some() && unknown.len() < MAX_UNKNOWN {
                    unknown.push(format!("{path} (given twice)"));
                }
            }
            *fields = tidied;
        }
        _ => {}
    }
}

fn camel(name: &str) -> String {
    let mut camel = String::with_capacity(name.len());
    let mut upper = false;
    for c in name.chars() {
        match c {
            '_' if !camel.is_empty() => upper = true,
            _ if upper => {
                camel.push(c.to_ascii_uppercase());
                upper = false;
            }
            _ => camel.push(c),
        }
    }
    camel
}

/// Collects the paths of fields that were read and would not be written.
fn missing(read: &Value, written: &Value, path: &str, unknown: &mut Vec<String>) {
    match (read, written) {
        (Value::Object(read), Value::Object(written)) => {
            for (name, value) in read {
                let path = join(path, name);
                match written.get(name) {
                    Some(written) => missing(value, written, &path, unknown),
                    None if is_empty(value) && is_known_list(name) => {}
                    None if unknown.len() < MAX_UNKNOWN && !unknown.contains(&path) => unknown.push(path),
                    None => {}
                }
            }
        }
        (Value::Array(read), Value::Array(written)) => {
            for (read, written) in read.iter().zip(written) {
                missing(read, written, path, unknown);
            }
        }
        _ => {}
    }
}

fn is_empty(value: &Value) -> bool {
    value.as_array().is_some_and(Vec::is_empty) || value.as_object().is_some_and(Map::is_empty)
}

/// An empty list of the schema is not written again; a name outside the schema is still unknown.
fn is_known_list(name: &str) -> bool {
    const LISTS: &[&str] = &[
        "adverseEvents",
        "alternateIds",
        "alternateLabels",
        "alternateSymbols",
        "biosamples",
        "clinicalTnmFinding",
        "diagnosticMarkers",
        "diseaseStage",
        "diseases",
        "doseIntervals",
        "evidence",
        "expressions",
        "extensions",
        "externalReferences",
        "fileAttributes",
        "files",
        "genomicInterpretations",
        "individualToFileIdentifiers",
        "interpretations",
        "measurements",
        "medicalActions",
        "members",
        "modifiers",
        "pathologicalTnmFinding",
        "persons",
        "phenotypicFeatures",
        "relatives",
        "resources",
        "typedQuantities",
        "updates",
        "xrefs",
    ];
    LISTS.contains(&name)
}

fn join(path: &str, name: &str) -> String {
    match path.is_empty() {
        true => name.to_owned(),
        false => format!("{path}.{name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn snake_case_is_the_same_packet() {
        let camel = parse(r#"{"id":"1","metaData":{"createdBy":"x"},"subject":{"sex":"MALE"}}"#).unwrap();
        let snake = parse(r#"{"id":"1","meta_data":{"created_by":"x"},"subject":{"sex":2}}"#).unwrap();
        assert_eq!(camel, snake);
    }

    #[test]
    fn a_position_as_text_stays_text() {
        let text = r#"{"interpretations":[{"diagnosis":{"genomicInterpretations":[{"variantInterpretation":{"variationDescriptor":{"vcfRecord":{"pos":"5"}}}}]}}]}"#;
        let packet = parse(text).unwrap();
        assert_eq!(serde_json::to_string(&packet).unwrap(), text);
        assert_eq!(packet, parse(&text.replace("\"5\"", "5")).unwrap());
    }

    #[test]
    fn unknown_fields_are_named() {
        let error = parse(r#"{"id":"1","subject":{"nickname":"x","list":[]}}"#).unwrap_err();
        assert_eq!(error.to_string(), "the phenopacket schema has no field `subject.list`, `subject.nickname`");
    }

    #[test]
    fn an_unknown_word_is_refused() {
        let error = parse(r#"{"subject":{"sex":"MAN"}}"#).unwrap_err();
        assert!(error.to_string().contains("\"MAN\" is none of UNKNOWN_SEX, FEMALE"), "{error}");
    }

    #[test]
    fn every_published_packet_is_written_as_it_was_read() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/standards/phenopackets");
        let mut texts = Vec::new();
        for part in ["store", "examples"] {
            let Ok(files) = std::fs::read_dir(folder.join(part)) else {
                println!("skipped: {} is absent", folder.join(part).display());
                continue;
            };
            texts.extend(files.map(|f| std::fs::read_to_string(f.unwrap().path()).unwrap()));
        }
        for text in texts {
            let packet = parse(&text).unwrap_or_else(|e| panic!("{e}: {text}"));
            let written = write(&packet);
            assert_eq!(parse(&written).unwrap(), packet);
            let (read, again): (Value, Value) =
                (serde_json::from_str(&text).unwrap(), serde_json::from_str(&written).unwrap());
            assert_eq!(read, again);
        }
    }
}
