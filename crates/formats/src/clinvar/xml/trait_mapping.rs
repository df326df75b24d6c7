//! Which MedGen concept the archive takes a submitted condition for (`TraitMappingList` of a VCV
//! record). A submitter may give a name alone or an identifier alone; the mapping gives the other.

use std::collections::HashMap;

use cairn_core::condition::Condition;
use cairn_core::curie::Curie;

use super::element::Element;

/// A concept of MedGen.
#[derive(Debug)]
struct Concept {
    cui: String,
    name: String,
}

/// Concepts by submitted record (`ID` of the assertion), kind of mapping, vocabulary or kind of name,
/// and the identifier or name itself.
#[derive(Debug, Default)]
pub struct TraitMapping(HashMap<[String; 4], Concept>);

impl TraitMapping {
    /// The mappings of a record; none where it has none (RCV files, old releases).
    pub fn of_record(record: &Element) -> Self {
        let mut concepts = HashMap::new();
        for mapping in record.descendants("TraitMapping") {
            let Some(medgen) = mapping.child("MedGen") else { continue };
            let [cui, name] = ["CUI", "Name"].map(|at| medgen.attribute(at).to_owned());
            let key = ["ClinicalAssertionID", "MappingType", "MappingRef", "MappingValue"];
            concepts.insert(key.map(|at| mapping.attribute(at).to_owned()), Concept { cui, name });
        }
        Self(concepts)
    }

    /// A `Trait` of the record with this `ID`, under its own name where it has one, with the
    /// archive's identifier beside its own.
    pub fn condition(&self, assertion: &str, submitted: &Element) -> Condition {
        let names: Vec<&Element> = submitted.all("Name").filter_map(|n| n.child("ElementValue")).collect();
        let preferred = names.iter().find(|n| n.attribute("Type") == "Preferred").or(names.first());
        let refs: Vec<[&str; 2]> = submitted.all("XRef").map(|x| [x.attribute("DB"), x.attribute("ID")]).collect();
        let by_id = || refs.iter().find_map(|[db, id]| self.concept(assertion, "XRef", db, id));
        let by_name = || names.iter().find_map(|n| self.concept(assertion, "Name", n.attribute("Type"), &n.text));
        let concept = by_id().or_else(by_name);

        let own = preferred.map(|name| name.text.as_str());
        let name = own.or(concept.map(|concept| concept.name.as_str())).unwrap_or_default().to_owned();
        let mut ids: Vec<Curie> = refs.iter().filter_map(|[db, id]| Curie::new(db, id).ok()).collect();
        // The archive writes `None` where it has a name for a condition and MedGen no concept.
        let known = concept.filter(|concept| concept.cui != "None");
        let archives = known.and_then(|concept| Curie::new("MedGen", &concept.cui).ok());
        ids.extend(archives.filter(|id| !ids.contains(id)));
        Condition { name, ids }
    }

    fn concept(&self, assertion: &str, kind: &str, of: &str, value: &str) -> Option<&Concept> {
        self.0.get(&[assertion, kind, of, value].map(str::to_owned))
    }
}
