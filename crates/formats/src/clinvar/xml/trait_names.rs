//! The archive's names of conditions that a submitter gave by identifier alone
//! (`TraitMappingList` of a VCV record).

use std::collections::HashMap;

use super::element::Element;

/// Names by submitted record, vocabulary and identifier.
#[derive(Debug, Default)]
pub struct TraitNames(HashMap<[String; 3], String>);

impl TraitNames {
    /// The mappings of a record; none where it has none (RCV files, old releases).
    pub fn of_record(record: &Element) -> Self {
        let mut names = HashMap::new();
        for mapping in record.descendants("TraitMapping") {
            if mapping.attribute("MappingType") != "XRef" {
                continue;
            }
            let name = mapping.child("MedGen").map_or("", |concept| concept.attribute("Name"));
            if !name.is_empty() {
                let key = ["ClinicalAssertionID", "MappingRef", "MappingValue"].map(|at| mapping.attribute(at));
                names.insert(key.map(str::to_owned), name.to_owned());
            }
        }
        Self(names)
    }

    /// The name of the condition that the record `assertion` (its `ID`) gave as `id` of `vocabulary`.
    pub fn of(&self, assertion: &str, vocabulary: &str, id: &str) -> Option<&str> {
        self.0.get(&[assertion, vocabulary, id].map(str::to_owned)).map(String::as_str)
    }
}
