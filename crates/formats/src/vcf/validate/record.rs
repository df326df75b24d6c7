//! One data line: the eight fixed columns and the samples (clause 1.4).

use std::collections::HashSet;

use super::alternate::{self, Allele};
use super::definition::{Kind, Number, reserved_info};
use super::fault::Faults;
use super::meta::Declared;
use super::order::Order;
use super::sample::Keys;
use super::value::{Counts, fault, is_float, reserved_fault};
use super::version::Version;
use crate::findings::shown;
use crate::vcf::is_bases;

/// Checks a record against the rules, the header and the records before it.
pub fn check(
    line: &str,
    columns: usize,
    version: Version,
    declared: &Declared,
    order: &mut Order,
    faults: &mut Faults,
) {
    let fields: Vec<&str> = line.split('\t').collect();
    if fields.len() != columns {
        return faults.must("file", format!("the line has {} columns, the header has {columns}", fields.len()));
    }
    let name = fields[0].strip_prefix('<').and_then(|c| c.strip_suffix('>'));
    let bare_angle = name.is_some() && version <= Version::V4_2 && name.is_some_and(|n| !n.contains(['<', '>']));
    if !bare_angle && !version.accepts_contig(name.unwrap_or(fields[0])) || fields[0].contains(':') {
        faults.must("CHROM", format!("{} is not a contig", shown(fields[0])));
    }
    match fields[1].parse::<u64>() {
        Ok(position) => order.step(fields[0], position, version, faults),
        Err(_) => faults.must("POS", format!("{} is not a position", shown(fields[1]))),
    }
    check_list("ID", fields[2], version, faults);
    let alternates = check_alleles(fields[3], fields[4], version, order, faults);
    check_quality(fields[5], faults);
    check_filter(fields[6], version, faults);
    check_info(fields[7], alternates, version, declared, faults);
    if let Some(format) = fields.get(8) {
        let keys = Keys::read(format, version, declared, faults);
        for sample in &fields[9..] {
            keys.check(sample, alternates, version, faults);
        }
    }
}

fn check_alleles(reference: &str, alternates: &str, version: Version, order: &mut Order, faults: &mut Faults) -> usize {
    let good = is_bases(reference);
    if !good {
        faults.must("REF", format!("{} is not made of A, C, G, T and N", shown(reference)));
    }
    if alternates == "." {
        return 0;
    }
    let mut seen = HashSet::new();
    for text in alternates.split(',') {
        let allele = alternate::read(text, version);
        match allele {
            None => faults.must("ALT", format!("{} is not an allele", shown(text))),
            Some(_) if text == "." => faults.must("ALT", "`.` stands beside another allele"),
            Some(Allele::Bases) if text.eq_ignore_ascii_case(reference) => {
                faults.must("ALT", format!("{} equals the reference", shown(text)));
            }
            Some(Allele::Bases) if !seen.insert(text.to_ascii_uppercase()) => {
                faults.must("ALT", format!("{} is there twice", shown(text)));
            }
            Some(Allele::Bases) if good => order.add(reference, text, faults),
            Some(_) => {}
        }
    }
    alternates.split(',').count()
}

/// ID and FILTER: words without white space, parted by semicolons, none empty.
fn check_list(column: &'static str, text: &str, version: Version, faults: &mut Faults) {
    let mut seen = HashSet::new();
    for word in text.split(';') {
        if word.is_empty() || word.contains(char::is_whitespace) {
            faults.must(column, format!("{} has an empty part or white space", shown(text)));
        }
        if word == "." && text != "." {
            faults.must(column, "`.` stands beside a value");
        }
        if !seen.insert(word) && version.forbids_repeats() {
            faults.must(column, format!("{} is there twice", shown(word)));
        }
    }
}

fn check_quality(text: &str, faults: &mut Faults) {
    if text != "." && (!is_float(text) || text.parse::<f64>().is_ok_and(|q| q < 0.0)) {
        faults.must("QUAL", format!("{} is not a quality", shown(text)));
    }
}

fn check_filter(text: &str, version: Version, faults: &mut Faults) {
    check_list("FILTER", text, version, faults);
    for word in text.split(';') {
        if word == "0" {
            faults.must("FILTER", "`0` is reserved");
        }
        if word == "PASS" && text != "PASS" {
            faults.must("FILTER", "`PASS` stands beside a filter that failed");
        }
    }
}

fn check_info(text: &str, alternates: usize, version: Version, declared: &Declared, faults: &mut Faults) {
    if text == "." {
        return;
    }
    let counts = Counts { alternates, ploidy: None };
    let mut seen = HashSet::new();
    for item in text.split(';') {
        let (key, value) = item.split_once('=').map_or((item, None), |(k, v)| (k, Some(v)));
        if !version.accepts_key(key) || value.is_some_and(|v| v.is_empty()) {
            faults.must("INFO", format!("{} is not of the form `key` or `key=value`", shown(item)));
            continue;
        }
        if version <= Version::V4_3 && value.is_some_and(|v| v.contains(char::is_whitespace)) {
            faults.must("INFO", format!("`{key}` contains white space"));
        }
        if !seen.insert(key) && version.forbids_repeats() {
            faults.must("INFO", format!("`{key}` is there twice"));
        }
        let reserved = reserved_info(version, key);
        let Some(definition) = declared.info.get(key).copied().or(reserved) else {
            continue;
        };
        let message = match value {
            None if definition.kind != Kind::Flag && definition.number != Number::Count(0) => {
                Some("has no value".into())
            }
            None => None,
            Some(value) => {
                fault(value, definition, counts).or_else(|| reserved.and_then(|_| reserved_fault(key, value)))
            }
        };
        if let Some(message) = message {
            faults.must("INFO", format!("`{key}` {message}"));
        }
    }
}
