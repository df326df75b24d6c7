//! FORMAT and sample columns (clause 1.4.2, 1.6.2 from 4.3 on).

use std::collections::HashSet;

use super::definition::{Definition, reserved_format};
use super::fault::Faults;
use super::meta::Declared;
use super::value::{Counts, fault};
use super::version::Version;
use crate::findings::shown;

/// The keys of a record's FORMAT column with what they hold.
pub struct Keys<'a> {
    keys: Vec<(&'a str, Option<Definition>)>,
}

impl<'a> Keys<'a> {
    /// Reads the FORMAT column, noting what is wrong with it.
    pub fn read(text: &'a str, version: Version, declared: &Declared, faults: &mut Faults) -> Self {
        let mut seen = HashSet::new();
        let mut keys = Vec::new();
        for (at, key) in text.split(':').enumerate() {
            if !version.accepts_key(key) {
                faults.must("FORMAT", format!("{} is not a valid key", shown(key)));
            }
            if !seen.insert(key) {
                faults.must("FORMAT", format!("`{key}` is there twice"));
            }
            if key == "GT" && at > 0 {
                faults.must("FORMAT", "`GT` is not the first field");
            }
            let reserved = reserved_format(version, key);
            keys.push((key, declared.format.get(key).copied().or(reserved)));
        }
        Self { keys }
    }

    /// Checks one sample column against the keys.
    pub fn check(&self, sample: &str, alternates: usize, version: Version, faults: &mut Faults) {
        if sample.is_empty() && !version.has_zero_length_lists() {
            return faults.must("sample", "the sample is empty; `.` stands for a missing value");
        }
        if sample.split(':').count() > self.keys.len() {
            return faults.must("sample", format!("{} has more fields than FORMAT", shown(sample)));
        }
        let mut counts = Counts { alternates, ploidy: None };
        for ((key, definition), text) in self.keys.iter().zip(sample.split(':')) {
            if text.is_empty() && !version.has_zero_length_lists() {
                faults.must("sample", format!("`{key}` is empty; `.` stands for a missing value"));
            } else if *key == "GT" {
                counts.ploidy = genotype(text, alternates, version, faults);
            } else if let Some(message) = definition.and_then(|d| fault(text, d, counts)) {
                faults.must("sample", format!("`{key}` {message}"));
            }
        }
    }
}

/// Checks a genotype and gives its ploidy; `None` if it is a single missing allele or not valid.
fn genotype(text: &str, alternates: usize, version: Version, faults: &mut Faults) -> Option<usize> {
    let body = match version.has_leading_phase() {
        true => text.strip_prefix(['/', '|']).unwrap_or(text),
        false => text,
    };
    let mut ploidy = 0;
    for allele in body.split(['/', '|']) {
        ploidy += 1;
        match allele.parse::<usize>() {
            _ if allele == "." => {}
            // Where ALT is missing the alternates are unknown, and published valid files index them.
            Ok(index) if (index <= alternates || alternates == 0) && !allele.starts_with('+') => {}
            Ok(_) => {
                faults.must("sample", format!("genotype {} names an allele that the record has not", shown(text)));
                return None;
            }
            Err(_) => {
                faults.must("sample", format!("{} is not a genotype", shown(text)));
                return None;
            }
        }
    }
    (text != ".").then_some(ploidy)
}
