//! Which condition a statement is about, as a key that is equal for equal conditions.
//!
//! An identifier or an exact name leads to the condition that the loaded vocabularies know; a
//! laboratory's own words lead to what it has confirmed that they mean. What leads nowhere stands
//! by its words.

use crate::node::Node;
use cairn_core::condition::Condition;
use cairn_core::statement::StatementBody;
use cairn_reference::condition::{ConditionName, Conditions};
use cairn_store::condition_naming::{self, Naming};
use cairn_store::fold::fold;
use cairn_store::serial::LaboratorySerial;
use cairn_store::{Connection, StoreError};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What laboratories confirmed that their words mean: folded words to identifiers.
#[derive(Debug, Default)]
pub(super) struct Namings(HashMap<LaboratorySerial, HashMap<String, String>>);

impl Namings {
    /// Those of these laboratories.
    pub async fn of(
        connection: &mut Connection,
        laboratories: impl Iterator<Item = LaboratorySerial>,
    ) -> Result<Self, StoreError> {
        let distinct: Vec<_> = laboratories.collect::<BTreeSet<_>>().into_iter().collect();
        let mut all: HashMap<LaboratorySerial, HashMap<String, String>> = HashMap::new();
        for Naming { laboratory, folded, curie, .. } in condition_naming::of_laboratories(connection, &distinct).await?
        {
            if let Some(curie) = curie {
                all.entry(laboratory).or_default().insert(folded, curie.to_string());
            }
        }
        Ok(Self(all))
    }

    fn meaning(&self, laboratory: LaboratorySerial, words: &str) -> Option<&str> {
        self.0.get(&laboratory)?.get(words).map(String::as_str)
    }
}

/// The condition of a statement: key, and words for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Grouped {
    pub key: String,
    pub words: String,
}

/// The condition of a statement; `None` when it names none. Several conditions are a set of their own.
pub(super) fn condition_of(
    node: &Node,
    namings: &Namings,
    laboratory: LaboratorySerial,
    body: &StatementBody,
) -> Option<Grouped> {
    let known = node.reference().conditions();
    let stated = body.conditions.iter().filter(|condition| condition.is_stated());
    let keys: BTreeMap<String, String> = stated.map(|condition| one(known, namings, laboratory, condition)).collect();
    if keys.is_empty() {
        return None;
    }
    let join = |parts: Vec<&String>| parts.into_iter().map(String::as_str).collect::<Vec<_>>().join(" + ");
    Some(Grouped { key: join(keys.keys().collect()), words: join(keys.values().collect()) })
}

fn one(known: &Conditions, namings: &Namings, laboratory: LaboratorySerial, condition: &Condition) -> (String, String) {
    let name = condition.name.trim();
    let folded = fold(name);
    let by_id = condition.ids.iter().find_map(|id| known.find(id.as_str()));
    let confirmed = || namings.meaning(laboratory, &folded).and_then(|id| known.find(id));
    let by_name = || if name.is_empty() { None } else { known.named(name) };
    if let Some(found) = by_id.or_else(confirmed).or_else(by_name) {
        return (key_of(found), found.label.clone());
    }
    match (condition.ids.first(), namings.meaning(laboratory, &folded)) {
        (Some(id), _) => (id.to_string(), if name.is_empty() { id.to_string() } else { name.to_owned() }),
        (None, Some(id)) => (id.to_owned(), name.to_owned()),
        (None, None) => (format!("name:{folded}"), name.to_owned()),
    }
}

/// MONDO where the condition has a term there, else the identifier it is known by.
fn key_of(found: &ConditionName) -> String {
    let mondo = found.equivalents.iter().find(|id| id.starts_with("MONDO:"));
    mondo.unwrap_or(&found.id).clone()
}
