//! Ontologies in OBO Graphs JSON (`hp.json`, `mondo.json`).

use std::io::Read;

use serde::Deserialize;

use super::ontology::TermRecord;

#[derive(Deserialize)]
struct File {
    graphs: Vec<Graph>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Graph {
    #[serde(default)]
    meta: Meta,
    #[serde(default)]
    nodes: Vec<Node>,
    #[serde(default)]
    edges: Vec<Edge>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Meta {
    version: Option<String>,
    definition: Option<Value>,
    synonyms: Vec<Value>,
    xrefs: Vec<Value>,
    basic_property_values: Vec<Property>,
    deprecated: bool,
}

#[derive(Deserialize)]
struct Value {
    val: String,
}

#[derive(Deserialize)]
struct Property {
    pred: String,
    val: String,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    lbl: Option<String>,
    #[serde(default)]
    meta: Meta,
}

#[derive(Deserialize)]
struct Edge {
    sub: String,
    pred: String,
    obj: String,
}

/// A term and the identifiers that other vocabularies give it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ObographTerm {
    /// The term.
    pub term: TermRecord,
    /// `UMLS:C0444868` and the like, as written.
    pub xrefs: Vec<String>,
}

/// The terms of one ontology, and the version that the file states.
#[derive(Clone, Debug, Default)]
pub struct ObographTerms {
    /// `2024-08-13`, empty when none is stated.
    pub version: String,
    /// Its terms.
    pub terms: Vec<ObographTerm>,
}

/// Reads the terms whose identifiers have a prefix (`HP`, `MONDO`).
///
/// # Errors
/// When the file is not OBO Graphs JSON.
pub fn read_obographs(input: impl Read, prefix: &str) -> Result<ObographTerms, serde_json::Error> {
    let file: File = serde_json::from_reader(input)?;
    let mut found = ObographTerms::default();
    for graph in file.graphs {
        if found.version.is_empty() {
            found.version = graph.meta.stated_version();
        }
        let mut parents: std::collections::HashMap<u32, Vec<u32>> = std::collections::HashMap::new();
        for edge in graph.edges.iter().filter(|edge| edge.pred == "is_a") {
            if let Some((child, parent)) = number(&edge.sub, prefix).zip(number(&edge.obj, prefix)) {
                parents.entry(child).or_default().push(parent);
            }
        }
        for node in graph.nodes {
            if let Some(id) = number(&node.id, prefix) {
                found.terms.push(node.into_term(id, parents.remove(&id).unwrap_or_default(), prefix));
            }
        }
    }
    Ok(found)
}

impl Node {
    fn into_term(self, id: u32, parents: Vec<u32>, prefix: &str) -> ObographTerm {
        let values = |pred: &'static str| {
            self.meta.basic_property_values.iter().filter(move |p| p.pred.ends_with(pred)).map(|p| p.val.as_str())
        };
        let term = TermRecord {
            id,
            label: self.lbl.unwrap_or_default(),
            definition: self.meta.definition.map(|value| value.val).unwrap_or_default(),
            merged: values("hasAlternativeId").filter_map(|id| number(id, prefix)).collect(),
            replaced_by: values("IAO_0100001").find_map(|id| number(id, prefix)),
            synonyms: self.meta.synonyms.into_iter().map(|value| value.val).collect(),
            parents,
            is_obsolete: self.meta.deprecated,
        };
        ObographTerm { term, xrefs: self.meta.xrefs.into_iter().map(|value| value.val).collect() }
    }
}

impl Meta {
    fn stated_version(&self) -> String {
        let property = self.basic_property_values.iter().find(|property| property.pred.ends_with("versionInfo"));
        let from_path =
            |text: &str| text.split('/').find(|part| part.len() == 10 && part.starts_with("20")).map(str::to_owned);
        property
            .map(|property| property.val.clone())
            .or_else(|| from_path(self.version.as_deref()?))
            .unwrap_or_default()
    }
}

/// 3002 of `http://purl.obolibrary.org/obo/HP_0003002` or `HP:0003002`.
fn number(id: &str, prefix: &str) -> Option<u32> {
    let local = id.rsplit('/').next()?.strip_prefix(prefix)?;
    local.strip_prefix(['_', ':'])?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        phenotype::ontology::{Ontology, TermMatch},
        sequence::fasta::inflated,
        testdata,
    };

    #[test]
    fn the_human_phenotype_ontology_loads() {
        let file = testdata("hpo/hp.v2024-08-13.json.gz");
        let read = read_obographs(inflated(&file[..]).expect("gzip"), "HP").expect("obographs");
        assert_eq!(read.version, "2024-08-13");
        let hpo = Ontology::new(read.version, read.terms.into_iter().map(|found| found.term));
        let TermMatch::Current(carcinoma) = hpo.find("HP:0003002") else { panic!("in use") };
        assert_eq!(hpo.term(carcinoma).label, "Breast carcinoma");
        let TermMatch::Current(abnormality) = hpo.find("HP:0000118") else { panic!("in use") };
        assert!(hpo.is_a(carcinoma, abnormality));
        assert!(matches!(hpo.find("HP:0000057"), TermMatch::Replaced(_)));
        assert_eq!(hpo.complete("arachnodac", 3).first().map(|at| hpo.term(*at).id), Some(1166));
        assert!(hpo.len() > 18_000, "{}", hpo.len());
    }

    #[test]
    fn other_json_is_refused() {
        assert!(read_obographs(&b"{}"[..], "HP").is_err());
        assert!(read_obographs(&b""[..], "HP").is_err());
    }
}
