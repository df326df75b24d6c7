//! What a typed text may mean, as a line with a link.

use cairn_node::lookup::expression::LookUp;
use cairn_node::lookup::search::Hit;
use cairn_reference::condition::ConditionName;
use cairn_reference::phenotype::ontology::{Ontology, TermIndex, TermMatch};
use cairn_reference::reference::Reference;
use cairn_store::laboratory::RecordedLaboratory;
use cairn_variant::assembly::Assembly;
use cairn_variant::expression::Stretch;
use serde::Serialize;

/// One offer of the search box.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct HitLine {
    /// Its name.
    pub label: String,
    /// What kind of thing.
    pub kind: &'static str,
    /// Something to tell it from others; may be empty.
    pub detail: String,
    /// Its page.
    pub link: String,
}

impl From<Hit> for HitLine {
    fn from(hit: Hit) -> Self {
        let line = |label: String, kind, link| Self { label, kind, detail: String::new(), link };
        match hit {
            Hit::Variant { id, label } => line(label, "variant", crate::address::variant(&id.to_string())),
            Hit::Gene { symbol } => {
                let link = crate::address::gene(&symbol);
                line(symbol, "gene", link)
            }
            Hit::Condition { name } => {
                let link = format!("/conditions/{}", crate::address::encode(&name));
                line(name, "condition", link)
            }
            Hit::Case { id, local_id } => line(local_id, "your case", format!("/cases/{id}")),
            Hit::Statement { accession } => {
                let link = format!("/statements/{accession}");
                line(accession, "statement", link)
            }
            Hit::Citing { accession, says, citation } => {
                let link = format!("/statements/{accession}");
                Self { detail: format!("{says}; cites {citation}"), ..line(accession, "statement", link) }
            }
            Hit::Discordance { accession } => {
                let link = format!("/discordances/{accession}");
                line(accession, "discordance", link)
            }
            Hit::Submission { accession } => {
                let link = format!("/submissions/{accession}");
                line(accession, "submission", link)
            }
        }
    }
}

/// What the reference offers for a text: genes, phenotypes, conditions; at most `limit` of each.
pub fn of_reference(reference: &Reference, text: &str, limit: usize) -> Vec<HitLine> {
    let genes = reference.genes().complete(text, limit).into_iter().map(|gene| HitLine {
        label: gene.symbol.clone(),
        kind: "gene",
        detail: gene.name.clone(),
        link: crate::address::gene(&gene.symbol),
    });
    let ontology = reference.phenotypes();
    let phenotypes = ontology.complete(text, limit).into_iter().map(|at| phenotype(ontology, at));
    let conditions = reference.conditions().complete(text, limit).into_iter().map(condition);
    let guessed = reference
        .conditions()
        .with_initials(text, limit)
        .into_iter()
        .map(|known| HitLine { detail: format!("{}, by the initials of its name", known.id), ..condition(known) });
    let hits = by_identifier(reference, text).into_iter().chain(genes).chain(phenotypes).chain(conditions);
    hits.chain(guessed).collect()
}

/// What an identifier of a vocabulary stands for: a phenotype (`HP:0001250`) or a condition (`OMIM:604370`).
pub fn by_identifier(reference: &Reference, text: &str) -> Option<HitLine> {
    let (vocabulary, _) = text.split_once([':', '_'])?;
    if !vocabulary.eq_ignore_ascii_case("HP") {
        return reference.conditions().find(text).map(condition);
    }
    let ontology = reference.phenotypes();
    match ontology.find(text) {
        TermMatch::Current(at) | TermMatch::Replaced(at) | TermMatch::Obsolete(at) => Some(phenotype(ontology, at)),
        TermMatch::Unknown => None,
    }
}

/// A stretch of a chromosome; GRCh38 where the text does not say.
pub fn region(stretch: Stretch) -> HitLine {
    let assembly = stretch.assembly.unwrap_or(Assembly::Grch38);
    let text = stretch.to_string();
    let link = format!("/regions/{}?assembly={assembly}", crate::address::encode(&text));
    HitLine { label: text, kind: "region", detail: assembly.to_string(), link }
}

/// Laboratories whose name or slug has the text in it, at most `limit`.
pub fn of_laboratories(all: &[RecordedLaboratory], text: &str, limit: usize) -> Vec<HitLine> {
    let text = text.to_lowercase();
    let is_named = |found: &&RecordedLaboratory| {
        found.laboratory.name.to_lowercase().contains(&text) || found.laboratory.slug == text
    };
    let line = |found: &RecordedLaboratory| HitLine {
        label: found.laboratory.name.clone(),
        kind: "laboratory",
        detail: String::new(),
        link: format!("/laboratories/{}", found.laboratory.slug),
    };
    all.iter().filter(is_named).take(limit).map(line).collect()
}

fn phenotype(ontology: &Ontology, at: TermIndex) -> HitLine {
    let term = ontology.term(at);
    let id = format!("HP:{:07}", term.id);
    let link = format!("/phenotypes/{id}");
    HitLine { label: term.label.clone(), kind: "phenotype", detail: id, link }
}

fn condition(known: &ConditionName) -> HitLine {
    HitLine {
        label: known.label.clone(),
        kind: "condition",
        detail: known.id.clone(),
        link: format!("/conditions/{}", crate::address::encode(&known.id)),
    }
}

/// The variants that an expression may mean.
pub fn of_look_up(found: &LookUp, expression: &str) -> Vec<HitLine> {
    let variant = |label: String, address: &str, detail| HitLine {
        label,
        kind: "variant",
        detail,
        link: crate::address::variant(address),
    };
    let mut hits: Vec<HitLine> =
        found.candidates.iter().map(|c| variant(c.label.clone(), &c.id.to_string(), String::new())).collect();
    if let Some(identity) = &found.identity {
        hits.extend(identity.candidates.iter().map(|c| variant(c.expression.clone(), &c.expression, c.why.clone())));
        if identity.is_identified() && hits.is_empty() && found.report.is_none() {
            hits.push(variant(expression.to_owned(), expression, "not in this network".to_owned()));
        }
    }
    if let Some(report) = &found.report {
        hits.push(variant(report.variant.label.clone(), expression, String::new()));
    }
    if let (Some(variant_on_record), true) = (&found.silent, hits.is_empty()) {
        hits.push(variant(variant_on_record.label.clone(), expression, "no statement in this network".to_owned()));
    }
    hits
}

/// The same list without repeated links, in its order.
pub fn distinct(hits: Vec<HitLine>) -> Vec<HitLine> {
    let mut seen = std::collections::HashSet::new();
    hits.into_iter().filter(|hit| seen.insert((hit.kind, hit.label.to_lowercase()))).collect()
}
