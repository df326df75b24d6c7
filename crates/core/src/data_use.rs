//! Data-use conditions: the GA4GH Data Use Ontology, and whether a purpose lies within them.
//!
//! The terms are bundled as the ontology publishes them ([`RELEASE`]). A term is a permission
//! (`DUO:0000001`) or a modifier of one (`DUO:0000017`), as its definition says. [`matching`] answers
//! permit, deny, or refer to a person.

pub mod matching;
pub mod order;
pub mod purpose;

use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

pub use matching::{Match, Outcome, match_use};
pub use purpose::{DiseaseTree, NoTree, PurposeKind, RequestPurpose};

/// The version of the ontology: a commit of `EBISPOT/DUO`, licence CC BY 4.0.
pub const RELEASE: &str = "EBISPOT/DUO 726b06e6";

/// The root above every permission.
pub const PERMISSION: &str = "DUO:0000001";
/// The root above every modifier.
pub const MODIFIER: &str = "DUO:0000017";

const TABLE: &str = include_str!("../duo/duo.csv");

/// A term of the ontology.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// Such as `DUO:0000042`.
    pub id: &'static str,
    /// Such as `GRU`; empty for the two roots.
    pub shorthand: &'static str,
    /// Such as `general research use`.
    pub label: &'static str,
    /// The ontology's definition.
    pub definition: &'static str,
    /// [`PERMISSION`] or [`MODIFIER`]; `None` for these two.
    pub is_a: Option<&'static str>,
}

static TERMS: LazyLock<Vec<Term>> = LazyLock::new(|| TABLE.lines().skip(1).filter_map(read_term).collect());

/// A line of the table: three plain fields, and the definition, which may stand in quotes.
fn read_term(line: &'static str) -> Option<Term> {
    let (id, rest) = line.split_once(',')?;
    let (shorthand, rest) = rest.split_once(',')?;
    let (label, definition) = match rest.strip_prefix('"') {
        Some(quoted) => quoted.split_once("\",")?,
        None => rest.split_once(',')?,
    };
    let definition = definition.trim_matches('"');
    let is_a = match () {
        () if [PERMISSION, MODIFIER].contains(&id) => None,
        () if definition.starts_with("This data use permission") => Some(PERMISSION),
        () => Some(MODIFIER),
    };
    Some(Term { id, shorthand, label, definition, is_a })
}

/// Every term that can stand in a consent, in the order of the table.
pub fn terms() -> impl Iterator<Item = &'static Term> {
    TERMS.iter().filter(|term| term.is_a.is_some())
}

/// The term of an identifier (`DUO:0000042`) or a shorthand (`GRU`).
pub fn term(name: &str) -> Option<&'static Term> {
    let name = name.trim();
    terms().find(|term| term.id.eq_ignore_ascii_case(name) || term.shorthand.eq_ignore_ascii_case(name))
}

/// A condition of a consent: a term with what it is restricted to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Condition {
    /// The shorthand of the term, such as `DS`. A word that is no term is kept, and denies.
    pub code: String,
    /// What the term asks for: of `DS` a disease (`MONDO:0005027`), of `GS` a country (`GB`), of
    /// `TS` and `MOR` a day, of `PS`, `IS` and `US` the project, institution or user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// A text is no data-use condition.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConditionError {
    /// Not a term.
    #[error("`{0}` is no data-use code: write one such as GRU, HMB, DS=MONDO:0005027 or IRB")]
    Unknown(String),
    /// The term needs to be told what it is restricted to.
    #[error("`{0}` needs what it is restricted to, as in {0}={1}")]
    NeedsValue(String, &'static str),
}

impl Condition {
    /// A condition without a value.
    pub fn of(code: &str) -> Self {
        Self { code: code.to_owned(), value: None }
    }

    /// A condition as a person writes it: `GRU`, `DUO:0000042`, `DS=MONDO:0005027`, `GS=GB`.
    ///
    /// # Errors
    /// When it is no term, or a needed value is missing.
    pub fn read(text: &str) -> Result<Self, ConditionError> {
        let (name, value) = text.trim().split_once('=').map_or((text.trim(), None), |(name, v)| (name, Some(v.trim())));
        let known = term(name).ok_or_else(|| ConditionError::Unknown(name.chars().take(40).collect()))?;
        let value = value.filter(|value| !value.is_empty()).map(str::to_owned);
        match (known.shorthand, &value) {
            ("DS", None) => Err(ConditionError::NeedsValue("DS".to_owned(), "MONDO:0005027")),
            ("GS", None) => Err(ConditionError::NeedsValue("GS".to_owned(), "GB")),
            (code, _) => Ok(Self { code: code.to_owned(), value }),
        }
    }

    /// In words, such as `disease specific research (MONDO:0005027)`.
    pub fn label(&self) -> String {
        let label = term(&self.code).map_or_else(|| format!("unknown code {}", self.code), |t| t.label.to_owned());
        self.value.as_ref().map_or(label.clone(), |value| format!("{label} ({value})"))
    }

    /// Whether it only takes away from what another condition allows: every modifier but clinical
    /// care, which allows a use of its own.
    pub fn is_limit(&self) -> bool {
        term(&self.code).is_some_and(|term| term.is_a == Some(MODIFIER)) && self.code != "CC"
    }

    fn is_permission(&self) -> bool {
        term(&self.code).is_some_and(|term| term.is_a == Some(PERMISSION))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_term_of_the_release_is_read() {
        assert_eq!(TERMS.len(), 25);
        assert_eq!(terms().count(), 23);
        let permissions: Vec<_> = terms().filter(|t| t.is_a == Some(PERMISSION)).map(|t| t.shorthand).collect();
        assert_eq!(permissions, ["HMB", "NRES", "POA", "DS", "GRU"]);
        let npuncu = term("DUO:0000018").unwrap();
        assert_eq!((npuncu.shorthand, npuncu.label), ("NPUNCU", "not for profit, non commercial use only"));
        assert!(TERMS.iter().all(|term| !term.definition.is_empty() && !term.definition.contains('"')));
    }

    #[test]
    fn conditions_are_read_as_people_write_them() {
        assert_eq!(Condition::read("gru"), Ok(Condition::of("GRU")));
        assert_eq!(Condition::read("DUO:0000042"), Ok(Condition::of("GRU")));
        let disease = Condition { code: "DS".to_owned(), value: Some("MONDO:0005027".to_owned()) };
        assert_eq!(Condition::read(" DS=MONDO:0005027 "), Ok(disease.clone()));
        assert_eq!(disease.label(), "disease specific research (MONDO:0005027)");
        assert!(matches!(Condition::read("DS"), Err(ConditionError::NeedsValue(..))));
        assert!(matches!(Condition::read("DUO:0000005"), Err(ConditionError::Unknown(_))));
        assert!(matches!(Condition::read(""), Err(ConditionError::Unknown(_))));
    }
}
