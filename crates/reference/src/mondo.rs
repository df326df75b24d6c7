//! MONDO itself: terms with synonyms and the identifiers of other vocabularies, from OBO text or OBO Graphs JSON.

use std::io::{self, BufRead, Read};

use crate::{condition::ConditionsBuilder, phenotype::obographs::read_obographs};

/// A term of MONDO.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct MondoTerm {
    id: String,
    name: String,
    synonyms: Vec<String>,
    equivalents: Vec<String>,
    /// What it is a kind of.
    parents: Vec<String>,
    is_obsolete: bool,
}

/// Reads `mondo.obo`; obsolete terms are left out. Only references that MONDO marks as equivalent are taken as such.
///
/// # Errors
/// When the stream fails.
pub fn read_mondo_obo(input: impl BufRead, conditions: &mut ConditionsBuilder) -> io::Result<usize> {
    let (mut term, mut count): (Option<MondoTerm>, usize) = (None, 0);
    for line in input.lines() {
        let line = line?;
        if line.starts_with('[') {
            count += term.take().map_or(0, |term| term.add_to(conditions));
            term = (line.trim() == "[Term]").then(MondoTerm::default);
        } else if let Some((term, (key, value))) = term.as_mut().zip(line.split_once(": ")) {
            term.take_tag(key, value);
        }
    }
    Ok(count + term.map_or(0, |term| term.add_to(conditions)))
}

/// Reads `mondo.json`. Its references are not marked, so they are left to the mappings file.
///
/// # Errors
/// When it is not OBO Graphs JSON.
pub fn read_mondo_json(input: impl Read, conditions: &mut ConditionsBuilder) -> Result<usize, serde_json::Error> {
    let read = read_obographs(input, "MONDO")?;
    let terms = read.terms.into_iter().map(|found| MondoTerm {
        id: format!("MONDO:{:07}", found.term.id),
        name: found.term.label,
        synonyms: found.term.synonyms,
        equivalents: Vec::new(),
        parents: found.term.parents.iter().map(|parent| format!("MONDO:{parent:07}")).collect(),
        is_obsolete: found.term.is_obsolete,
    });
    Ok(terms.map(|term| term.add_to(conditions)).sum())
}

impl MondoTerm {
    fn take_tag(&mut self, key: &str, value: &str) {
        match key {
            "id" => self.id = value.trim().to_owned(),
            "name" => self.name = value.trim().to_owned(),
            "is_obsolete" => self.is_obsolete = value.trim() == "true",
            "synonym" => {
                self.synonyms.extend(value.strip_prefix('"').and_then(|rest| rest.split('"').next()).map(str::to_owned))
            }
            "is_a" => self.parents.extend(value.split_ascii_whitespace().next().map(str::to_owned)),
            "xref" if value.contains("MONDO:equivalentTo") => {
                self.equivalents.extend(value.split_ascii_whitespace().next().map(str::to_owned));
            }
            _ => {}
        }
    }

    fn add_to(self, conditions: &mut ConditionsBuilder) -> usize {
        if self.is_obsolete || !self.id.starts_with("MONDO:") || self.name.is_empty() {
            return 0;
        }
        let at = conditions.add(&self.id, &self.name);
        self.equivalents.iter().for_each(|other| conditions.add_equivalent(at, other));
        self.synonyms.iter().for_each(|name| conditions.add_synonym(at, name));
        self.parents.iter().for_each(|parent| conditions.add_parent(&self.id, parent));
        1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn obo_terms_give_names_and_equivalents() {
        let text = "format-version: 1.2\n\n[Term]\nid: MONDO:0007947\nname: Marfan syndrome\nis_a: MONDO:0017310 ! Marfan and Marfan-related disorder\nsynonym: \"MFS\" EXACT []\n\
                    xref: OMIM:154700 {source=\"MONDO:equivalentTo\"}\nxref: SCTID:19346006 {source=\"other\"}\n\n\
                    [Term]\nid: MONDO:0000001\nname: gone\nis_obsolete: true\n\n[Typedef]\nid: part_of\nname: x\n";
        let mut builder = ConditionsBuilder::default();
        assert_eq!(read_mondo_obo(text.as_bytes(), &mut builder).expect("memory"), 1);
        let conditions = builder.build();
        assert_eq!(conditions.named("mfs").map(|found| found.id.as_str()), Some("OMIM:154700"));
        assert!(conditions.find("SCTID:19346006").is_none());
        assert_eq!(conditions.ancestors("OMIM:154700"), ["MONDO:0017310"]);
    }
}
