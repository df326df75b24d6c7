//! Which statements speak of the same disease: conditions named in many ways, under one key.
//!
//! A key is, in this order: the MONDO identifier that an identifier or the exact name maps to; the
//! identifier itself, when nothing maps it; the folded name. Several conditions of one statement are
//! a set of their own, as at ClinVar, and so is `not provided`. The mode of inheritance is part of
//! the group; what one that is not stated means is said by one rule ([`StatedModes`]).

mod mode;

pub use mode::StatedModes;

use crate::condition::{Condition, Inheritance};
use serde::{Deserialize, Serialize};

/// The key of statements that name no condition.
pub const NOT_STATED: &str = "not_stated";

/// Statements with an equal group speak of the same disease with the same mode of inheritance.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ConditionGroup {
    /// `MONDO:0007947`, `OMIM:604370`, `name:marfan syndrome`, [`NOT_STATED`], or several of the
    /// first three, sorted, with `|` between.
    pub key: String,
    /// The name for people.
    pub label: String,
    /// The mode of inheritance, where stated.
    pub inheritance: Option<Inheritance>,
}

impl ConditionGroup {
    /// Whether a condition was named.
    pub fn is_stated(&self) -> bool {
        self.key != NOT_STATED
    }
}

/// A condition of a vocabulary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownCondition<'a> {
    /// The identifier that stands for it in a group.
    pub id: &'a str,
    /// Its name.
    pub label: &'a str,
}

/// Where conditions are looked up: the loaded vocabulary, or nothing.
pub trait ConditionNames {
    /// The condition with this identifier of any vocabulary.
    fn with_id(&self, id: &str) -> Option<KnownCondition<'_>>;
    /// The condition with exactly this name or synonym, in any case.
    fn with_name(&self, name: &str) -> Option<KnownCondition<'_>>;
}

/// No vocabulary is loaded.
impl ConditionNames for () {
    fn with_id(&self, _id: &str) -> Option<KnownCondition<'_>> {
        None
    }

    fn with_name(&self, _name: &str) -> Option<KnownCondition<'_>> {
        None
    }
}

/// The group of a statement's conditions and mode of inheritance.
pub fn group_of(
    conditions: &[Condition],
    inheritance: Option<Inheritance>,
    names: &impl ConditionNames,
) -> ConditionGroup {
    let stated = conditions.iter().filter(|condition| condition.is_stated());
    let mut keys: Vec<(String, String)> = stated.map(|condition| key_of(condition, names)).collect();
    keys.sort();
    keys.dedup_by(|a, b| a.0 == b.0);
    if keys.is_empty() {
        return ConditionGroup { key: NOT_STATED.to_owned(), label: "condition not stated".to_owned(), inheritance };
    }
    let (keys, labels): (Vec<String>, Vec<String>) = keys.into_iter().unzip();
    ConditionGroup { key: keys.join("|"), label: labels.join("; "), inheritance }
}

/// Key and label of one condition.
fn key_of(condition: &Condition, names: &impl ConditionNames) -> (String, String) {
    let label_or = |label: &str, id: &str| {
        let given = condition.name.trim();
        [label, given, id].into_iter().find(|text| !text.is_empty()).unwrap_or_default().to_owned()
    };
    let mut ids: Vec<&str> = condition.ids.iter().map(|id| id.as_str()).collect();
    ids.sort_by_key(|id| (vocabulary_rank(id), *id));
    if let Some(known) = ids.iter().find_map(|id| names.with_id(id)) {
        return (known.id.to_owned(), label_or(known.label, known.id));
    }
    if let Some(known) = names.with_name(&condition.name) {
        return (known.id.to_owned(), label_or(known.label, known.id));
    }
    match ids.first() {
        Some(id) => ((*id).to_owned(), label_or("", id)),
        None => (format!("name:{}", folded(&condition.name)), condition.name.trim().to_owned()),
    }
}

/// Which identifier stands for a condition that no vocabulary knows.
fn vocabulary_rank(id: &str) -> u8 {
    let prefixes = ["MONDO:", "OMIM:", "ORPHA:", "MedGen:"];
    prefixes.iter().position(|prefix| id.starts_with(prefix)).map_or(4, |at| at as u8)
}

/// Lower case, single spaces; `_` is a space, as files without spaces write it.
fn folded(name: &str) -> String {
    let lower = name.to_lowercase().replace('_', " ");
    lower.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::curie::Curie;

    /// One condition of MONDO under two identifiers and a synonym.
    struct Marfan;

    impl ConditionNames for Marfan {
        fn with_id(&self, id: &str) -> Option<KnownCondition<'_>> {
            let known = KnownCondition { id: "MONDO:0007947", label: "Marfan syndrome" };
            ["OMIM:154700", "MONDO:0007947"].contains(&id).then_some(known)
        }

        fn with_name(&self, name: &str) -> Option<KnownCondition<'_>> {
            self.with_id("OMIM:154700").filter(|_| name.eq_ignore_ascii_case("MFS1"))
        }
    }

    fn check(name: &str, ids: &[&str], expected: &str) {
        let ids = ids.iter().map(|id| id.parse::<Curie>().expect("a CURIE")).collect();
        let group = group_of(&[Condition { name: name.to_owned(), ids }], None, &Marfan);
        assert_eq!(group.key, expected, "{name}");
    }

    #[test]
    fn one_disease_under_every_name_is_one_group() {
        check("Marfan's", &["OMIM:154700"], "MONDO:0007947");
        check("mfs1", &[], "MONDO:0007947");
        check("", &["MONDO:0007947"], "MONDO:0007947");
        check("mfs1", &["MedGen:C0024796"], "MONDO:0007947");
    }

    #[test]
    fn what_nothing_maps_keeps_its_own_key() {
        check("Some disease", &["MedGen:C1", "OMIM:1"], "OMIM:1");
        check("Some_Disease ", &[], "name:some disease");
        check("not provided", &[], NOT_STATED);
    }

    #[test]
    fn a_set_of_conditions_and_the_inheritance_are_part_of_the_group() {
        let two = [Condition::named("b"), Condition::named("A"), Condition::named("a")];
        assert_eq!(group_of(&two, None, &()).key, "name:a|name:b");
        let dominant = group_of(&two, Some(Inheritance::AutosomalDominant), &());
        assert_ne!(dominant, group_of(&two, None, &()));
    }
}
