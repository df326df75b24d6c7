//! New cases with a phenotype that somebody asked to be told of: the term itself or a narrower one,
//! seen and not merely looked for. All cases of a landing with one term are one alert, told as a count
//! with the genes of their variants; no case is named.

use super::concern::{Concerned, plain};
use super::draft::{About, Draft};
use crate::error::NodeError;
use crate::landing::{LandedCase, Landing};
use crate::node::Node;
use cairn_core::alert::{Reason, Subject, Trigger};
use cairn_core::curie::Curie;
use cairn_reference::phenotype::ontology::{Ontology, TermIndex, TermMatch};
use cairn_store::serial::VariantSerial;
use cairn_store::{Connection, subscription, variant};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Genes named in a sentence.
const GENES: usize = 5;

/// The term in use that an identifier leads to.
pub(super) fn term(ontology: &Ontology, id: &str) -> Option<TermIndex> {
    match ontology.find(id) {
        TermMatch::Current(at) | TermMatch::Replaced(at) => Some(at),
        TermMatch::Obsolete(_) | TermMatch::Unknown => None,
    }
}

/// `Seizure (HP:0001250)`, or the identifier alone where the ontology does not know it.
pub(super) fn name(ontology: &Ontology, id: &str) -> String {
    match term(ontology, id) {
        Some(at) => format!("{} ({id})", ontology.term(at).label),
        None => id.to_owned(),
    }
}

/// Drafts of the phenotypes that somebody subscribed to, and whom they concern.
pub(super) async fn add(
    connection: &mut Connection,
    node: &Node,
    landing: &Landing,
    drafts: &mut BTreeMap<About, Draft>,
    concerned: &mut Concerned,
) -> Result<(), NodeError> {
    let new: Vec<&LandedCase> = landing.cases.iter().filter(|case| case.version == 1).collect();
    if new.is_empty() {
        return Ok(());
    }
    let ontology = node.reference().phenotypes();
    for (key, laboratories) in subscription::all_to(connection, Subject::Phenotype).await? {
        let shows = |case: &&&LandedCase| case.features.iter().any(|feature| is_a(ontology, feature, &key));
        let about = About::Phenotype(key.clone());
        for laboratory in laboratories {
            let others: Vec<&&LandedCase> =
                new.iter().filter(|case| case.laboratory != laboratory).filter(shows).collect();
            if others.is_empty() {
                continue;
            }
            let draft = drafts.entry(about.clone()).or_insert_with(|| Draft::new(Trigger::Case));
            draft.sources.extend(others.iter().map(|case| case.laboratory));
            draft.subject = Some(name(ontology, &key));
            if draft.sentence.is_none() {
                let cases: Vec<&&LandedCase> = new.iter().filter(shows).collect();
                draft.sentence = Some(sentence(connection, ontology, &key, &cases).await?);
            }
            concerned.add(&about, laboratory, plain(Reason::Subscription));
        }
    }
    Ok(())
}

fn is_a(ontology: &Ontology, feature: &Curie, key: &str) -> bool {
    let written = feature.to_string();
    match (term(ontology, &written), term(ontology, key)) {
        (Some(feature), Some(above)) => ontology.is_a(feature, above),
        _ => written == key,
    }
}

async fn sentence(
    connection: &mut Connection,
    ontology: &Ontology,
    key: &str,
    cases: &[&&LandedCase],
) -> Result<String, NodeError> {
    let variants: BTreeSet<VariantSerial> = cases.iter().flat_map(|case| case.variants.iter().copied()).collect();
    let variants: Vec<VariantSerial> = variants.into_iter().collect();
    let mut of: HashMap<VariantSerial, Vec<String>> = HashMap::new();
    for (variant, gene) in variant::gene_symbols(connection, &variants).await? {
        of.entry(variant).or_default().push(gene);
    }
    let mut genes: BTreeMap<&str, u32> = BTreeMap::new();
    for case in cases {
        let touched: BTreeSet<&str> =
            case.variants.iter().filter_map(|v| of.get(v)).flatten().map(String::as_str).collect();
        touched.into_iter().for_each(|gene| *genes.entry(gene).or_default() += 1);
    }
    let mut genes: Vec<(&str, u32)> = genes.into_iter().collect();
    genes.sort_by_key(|(gene, count)| (std::cmp::Reverse(*count), *gene));
    let more = genes.len().saturating_sub(GENES);
    let mut named: Vec<String> = genes.iter().take(GENES).map(|(gene, count)| format!("{gene} in {count}")).collect();
    named.extend((more > 0).then(|| format!("{more} more genes")));
    let lead = match cases.len() {
        1 => "A case came in that shows".to_owned(),
        n => format!("{n} cases came in that show"),
    };
    let seen = if named.is_empty() { String::new() } else { format!(": variants of {}", named.join(", ")) };
    Ok(format!("{lead} {} or a narrower feature{seen}.", name(ontology, key)))
}
