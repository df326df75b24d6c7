//! Meta lines, `##key=value` (clause 1.2, and 1.4 from version 4.3 on).

use std::collections::{HashMap, HashSet};

use super::definition::{Definition, Kind, Number, reserved_format, reserved_info};
use super::fault::Faults;
use super::version::Version;
use crate::findings::shown;
use crate::vcf::structured::{self, Field, value};

/// What the meta lines declare, for the records that follow.
#[derive(Debug, Default)]
pub struct Declared {
    /// INFO keys.
    pub info: HashMap<String, Definition>,
    /// FORMAT keys.
    pub format: HashMap<String, Definition>,
    seen: HashSet<(String, String)>,
}

/// First words of an ALT identifier of a structural variant (clause 1.2.5); BND since 4.2.
const STRUCTURAL: &[&str] = &["DEL", "INS", "DUP", "INV", "CNV", "BND"];

/// Checks one meta line, `##` included, and notes what it declares.
pub fn check(line: &str, version: Version, declared: &mut Declared, faults: &mut Faults) {
    let Some((key, text)) = line.trim_start_matches('#').split_once('=') else {
        return faults.must("meta", format!("{} is not of the form `##key=value`", shown(line)));
    };
    if key.is_empty() || key.contains(char::is_whitespace) || key.contains(['<', '>']) {
        return faults.must("meta", format!("{} is not a key", shown(key)));
    }
    if text.is_empty() {
        return faults.must("meta", format!("`{key}` has no value"));
    }
    match key {
        "pedigreeDB" => check_address(key, text.trim_start_matches('<').trim_end_matches('>'), faults),
        "assembly" => check_address(key, text, faults),
        "INFO" | "FORMAT" | "FILTER" | "ALT" | "contig" | "SAMPLE" | "PEDIGREE" | "META" => {
            match structured::fields(text) {
                Ok(fields) => check_fields(key, &fields, version, declared, faults),
                Err(error) => faults.must("meta", format!("`{key}`: {error}")),
            }
        }
        _ if text.starts_with('<') => {
            if let Err(error) = structured::fields(text) {
                faults.must("meta", format!("`{key}`: {error}"));
            }
        }
        _ => {}
    }
}

fn check_fields(key: &str, fields: &[Field], version: Version, declared: &mut Declared, faults: &mut Faults) {
    if fields.iter().any(|f| f.value.is_empty() && !f.quoted) {
        faults.must("meta", format!("`{key}` has a field without a value"));
    }
    let id = value(fields, "ID");
    if id.is_none() && (key != "PEDIGREE" || version >= Version::V4_3 && !is_pedigree_of_genomes(fields)) {
        return faults.must("meta", format!("`{key}` has no `ID`"));
    }
    if let Some(id) = id {
        let new = declared.seen.insert((key.to_owned(), id.to_owned()));
        if !new && version.forbids_repeats() {
            faults.must("meta", format!("`{key}` `{id}` is declared twice"));
        }
    }
    let is_listed_first = fields.first().is_some_and(|f| f.key == "ID");
    if id.is_some() && !is_listed_first && version.fixes_order_of_fields() {
        faults.must("meta", format!("`{key}`: the first field is not `ID`"));
    }
    let id = id.unwrap_or_default();
    match key {
        "INFO" | "FORMAT" => check_definition(key, id, fields, version, declared, faults),
        "FILTER" => check_filter(id, fields, faults),
        "ALT" => check_alt(id, fields, version, faults),
        "contig" if !version.accepts_contig(id) => {
            faults.must("meta", format!("contig {} has a character that a contig may not have", shown(id)));
        }
        "SAMPLE" => check_sample(fields, version, faults),
        "PEDIGREE" => check_pedigree(fields, faults),
        "META" if version >= Version::V4_3 => check_meta(id, fields, faults),
        _ => {}
    }
}

fn check_definition(
    key: &str,
    id: &str,
    fields: &[Field],
    version: Version,
    declared: &mut Declared,
    faults: &mut Faults,
) {
    const ORDER: [&str; 4] = ["ID", "Number", "Type", "Description"];
    for name in ORDER {
        if value(fields, name).is_none() {
            return faults.must("meta", format!("{key} `{id}` has no `{name}`"));
        }
    }
    if version.fixes_order_of_fields() && !fields.iter().zip(ORDER).all(|(f, name)| f.key == name) {
        faults.must("meta", format!("{key} `{id}`: the fields are not in the order ID, Number, Type, Description"));
    }
    if !version.accepts_key(id) {
        faults.must("meta", format!("{key} {} is not a valid key", shown(id)));
    }
    check_description(key, id, fields, faults);
    // Clause 1.2.2 since 4.2: where the annotation comes from, and its version, stand in quotes.
    for field in fields.iter().filter(|f| key == "INFO" && matches!(f.key.as_str(), "Source" | "Version") && !f.quoted)
    {
        if version >= Version::V4_2 {
            faults.must("meta", format!("INFO `{id}`: `{}` is not in double quotes", field.key));
        }
    }
    let number = value(fields, "Number").unwrap_or_default();
    if !version.knows_number(number) {
        return faults.must("meta", format!("{key} `{id}`: {} is not a Number", shown(number)));
    }
    let kind = value(fields, "Type").unwrap_or_default();
    let Some(kind) = Kind::parse(kind).filter(|k| key == "INFO" || *k != Kind::Flag) else {
        return faults.must("meta", format!("{key} `{id}`: {} is not a Type", shown(kind)));
    };
    let definition = Definition { number: Number::parse(number), kind };
    let (reserved, table) = match key {
        "INFO" => (reserved_info(version, id), &mut declared.info),
        _ => (reserved_format(version, id), &mut declared.format),
    };
    if let Some(reserved) = reserved.filter(|r| *r != definition) {
        faults.must("meta", format!("{key} `{id}` is reserved as {:?} of {:?}", reserved.kind, reserved.number));
    }
    table.insert(id.to_owned(), reserved.unwrap_or(definition));
}

fn check_description(key: &str, id: &str, fields: &[Field], faults: &mut Faults) {
    match fields.iter().find(|f| f.key == "Description") {
        Some(field) if field.quoted => {}
        Some(_) => faults.must("meta", format!("{key} `{id}`: the Description is not in double quotes")),
        None => faults.must("meta", format!("{key} `{id}` has no Description")),
    }
}

fn check_filter(id: &str, fields: &[Field], faults: &mut Faults) {
    if id == "0" || id.contains(char::is_whitespace) || id.contains([',', ';']) {
        faults.must("meta", format!("FILTER {} is not a valid identifier", shown(id)));
    }
    check_description("FILTER", id, fields, faults);
}

fn check_alt(id: &str, fields: &[Field], version: Version, faults: &mut Faults) {
    if id.contains(char::is_whitespace) || id.contains([',', '<', '>']) {
        return faults.must("meta", format!("ALT {} has a character that it may not have", shown(id)));
    }
    let first = id.split(':').next().unwrap_or_default();
    let is_iupac = id.len() == 1 && b"RYSWKMBDHVN*".contains(&id.as_bytes()[0]);
    let is_reference_block = matches!(id, "*" | "NON_REF" | "REF");
    if !STRUCTURAL.contains(&first) && !is_iupac && !is_reference_block {
        faults.must("meta", format!("ALT {} does not begin with DEL, INS, DUP, INV, CNV or BND", shown(id)));
    }
    if version.fixes_order_of_fields() && value(fields, "Type").is_some_and(|t| Kind::parse(t).is_none()) {
        faults.must("meta", format!("ALT `{id}` has an unknown Type"));
    }
    check_description("ALT", id, fields, faults);
}

/// Until 4.2 only the Description of a SAMPLE line is quoted.
fn check_sample(fields: &[Field], version: Version, faults: &mut Faults) {
    for field in fields.iter().filter(|f| f.quoted && f.key != "Description") {
        if version <= Version::V4_2 {
            faults.must("meta", format!("SAMPLE: `{}` stands in quotes, which only a Description may", field.key));
        }
    }
}

fn is_pedigree_of_genomes(fields: &[Field]) -> bool {
    fields.iter().all(|f| f.key.starts_with("Name_"))
}

fn check_pedigree(fields: &[Field], faults: &mut Faults) {
    for field in fields.iter().filter(|f| !f.quoted) {
        if !field.value.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.-".contains(&b)) {
            faults.must("meta", format!("PEDIGREE: {} is not a name of a genome", shown(&field.value)));
        }
    }
}

fn check_meta(id: &str, fields: &[Field], faults: &mut Faults) {
    for (name, ok) in [
        ("Type", value(fields, "Type").is_some_and(|t| t == "String")),
        ("Number", value(fields, "Number").is_some_and(|n| n == "." || n.bytes().all(|b| b.is_ascii_digit()))),
        ("Values", value(fields, "Values").is_some_and(|v| v.starts_with('[') && v.ends_with(']'))),
    ] {
        if !ok {
            faults.must("meta", format!("META `{id}`: `{name}` is absent or not valid"));
        }
    }
}

/// An address has a scheme and a host; a host of numbers alone is four numbers (RFC 3986, 1123).
fn check_address(key: &str, address: &str, faults: &mut Faults) {
    let host = address.split_once("://").map(|(scheme, rest)| {
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        (scheme, authority.rsplit('@').next().unwrap_or_default())
    });
    let valid = match host {
        Some((scheme, authority)) => is_scheme(scheme) && (scheme == "file" || is_authority(authority)),
        None => false,
    };
    if !valid {
        faults.must("meta", format!("`{key}`: {} is not an address", shown(address)));
    }
}

fn is_scheme(scheme: &str) -> bool {
    scheme.bytes().next().is_some_and(|b| b.is_ascii_alphabetic())
        && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
}

fn is_authority(authority: &str) -> bool {
    let (host, port) = authority.split_once(':').unwrap_or((authority, "80"));
    if port.parse::<u16>().is_err() || host.is_empty() {
        return false;
    }
    let labels: Vec<&str> = host.split('.').collect();
    let names = labels.iter().all(|l| !l.is_empty() && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'));
    let numeric = labels.last().is_some_and(|l| l.bytes().all(|b| b.is_ascii_digit()));
    names && (!numeric || (labels.len() == 4 && labels.iter().all(|l| l.parse::<u8>().is_ok())))
}
