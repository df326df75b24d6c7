//! Compact identifiers of other vocabularies: `OMIM:604370`, `MONDO:0016419`, `HP:0003002`.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// `PREFIX:reference`, the prefix in the vocabulary's usual spelling.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Curie {
    text: String,
    colon: usize,
}

/// The text is not a compact identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an identifier: expected a form such as `OMIM:604370` or `HP:0003002`")]
pub struct CurieError(String);

/// Spellings seen in the field, and the one we keep.
const PREFIXES: &[(&str, &str)] = &[
    ("hp", "HP"),
    ("hpo", "HP"),
    ("human phenotype ontology", "HP"),
    ("mondo", "MONDO"),
    ("omim", "OMIM"),
    ("mim", "OMIM"),
    ("orphanet", "ORPHA"),
    ("orpha", "ORPHA"),
    ("ordo", "ORPHA"),
    ("medgen", "MedGen"),
    ("mesh", "MESH"),
    ("hgnc", "HGNC"),
    ("pmid", "PMID"),
    ("pubmed", "PMID"),
    ("ncbigene", "NCBIGene"),
    ("doid", "DOID"),
    ("umls", "UMLS"),
    ("icd10cm", "ICD10CM"),
    ("icd11", "ICD11"),
];

impl Curie {
    /// Joins a vocabulary name, in any usual spelling, and a reference. A reference that repeats
    /// its prefix (`MONDO:MONDO:0016419`) is accepted.
    pub fn new(prefix: &str, reference: &str) -> Result<Self, CurieError> {
        let refuse = || CurieError(format!("{prefix}:{reference}").chars().take(60).collect());
        let (prefix, reference) = (prefix.trim(), reference.trim());
        let lower = prefix.to_ascii_lowercase();
        let prefix = PREFIXES.iter().find(|(seen, _)| *seen == lower).map_or(prefix, |(_, kept)| *kept);
        let reference = strip_prefix_ignoring_case(reference, prefix);
        let plain = |s: &str, extra: &[u8]| {
            !s.is_empty() && s.len() <= 80 && s.bytes().all(|b| b.is_ascii_alphanumeric() || extra.contains(&b))
        };
        if !plain(prefix, b"_.-") || !plain(reference, b"_.-/:()") {
            return Err(refuse());
        }
        Ok(Self { text: format!("{prefix}:{reference}"), colon: prefix.len() })
    }

    /// The vocabulary, such as `OMIM`.
    pub fn prefix(&self) -> &str {
        &self.text[..self.colon]
    }

    /// The identifier inside the vocabulary.
    pub fn reference(&self) -> &str {
        &self.text[self.colon + 1..]
    }

    /// The whole, such as `OMIM:604370`.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

fn strip_prefix_ignoring_case<'a>(reference: &'a str, prefix: &str) -> &'a str {
    let repeats = reference.get(..prefix.len()).is_some_and(|p| p.eq_ignore_ascii_case(prefix));
    match reference.as_bytes().get(prefix.len()) {
        Some(b':') if repeats => &reference[prefix.len() + 1..],
        _ => reference,
    }
}

impl fmt::Display for Curie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for Curie {
    type Err = CurieError;

    fn from_str(text: &str) -> Result<Self, CurieError> {
        let (prefix, reference) = text.split_once(':').ok_or_else(|| CurieError(text.chars().take(60).collect()))?;
        Self::new(prefix, reference)
    }
}

impl TryFrom<String> for Curie {
    type Error = CurieError;

    fn try_from(text: String) -> Result<Self, CurieError> {
        text.parse()
    }
}

impl From<Curie> for String {
    fn from(curie: Curie) -> String {
        curie.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_one_spelling() {
        for (text, kept) in [
            ("omim:604370", "OMIM:604370"),
            ("Orphanet:145", "ORPHA:145"),
            ("MONDO:MONDO:0016419", "MONDO:0016419"),
            ("HP:0003002", "HP:0003002"),
        ] {
            assert_eq!(text.parse::<Curie>().unwrap().as_str(), kept);
        }
    }

    #[test]
    fn refuses_what_has_no_vocabulary() {
        for text in ["604370", ":1", "OMIM:", "breast cancer: familial", "OMIM:<b>"] {
            assert!(text.parse::<Curie>().is_err(), "{text}");
        }
    }
}
