//! `clinvar/`: what a node says of a variant and one condition against ClinVar's own record of both (RCV).
//!
//! Which submissions an RCV is made of is read from the same VCV file: the `TraitMappingList` says which MedGen
//! concepts each submission's conditions are, and an RCV lists its concepts. Ours is the aggregate for a condition
//! that holds most of these submissions; the number of submissions is compared too, so that a group that is wider
//! or narrower than ClinVar's shows.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use cairn_core::aggregate::Aggregate;
use cairn_core::classification::Track;
use cairn_formats::clinvar::xml::element::{Element, for_each};
use cairn_node::lookup::variant::VariantReport;

use super::SuiteReport;
use super::clinvar_aggregate::{imported, sample_records, tracks_in};
use super::clinvar_node::TemporaryNode;

/// RCV records inside VCV records: class, review status and number of submissions on each track.
pub(crate) fn run(folder: &Path, report: &mut SuiteReport) {
    for (name, text) in &sample_records(folder, report) {
        let Some(node) = imported(name, text, "rcv", report) else { continue };
        let read = for_each(text, &["VariationArchive"], |_, archive| records(name, &node, &archive, report));
        if let Err(error) = read {
            report.unreadable(Path::new(name), &error);
        }
    }
}

fn records(name: &str, node: &TemporaryNode, archive: &Element, report: &mut SuiteReport) {
    let Some(record) = archive.child("ClassifiedRecord") else { return };
    let variation = archive.attribute("VariationID");
    let submissions = submissions(record);
    let found = node.report(&format!("ClinVar:{variation}"));
    for rcv in record.child("RCVList").into_iter().flat_map(|list| list.all("RCVAccession")) {
        let conditions = rcv.descendants("ClassifiedCondition");
        let concepts: BTreeSet<&str> = conditions
            .iter()
            .map(|condition| [condition.attribute("ID"), &condition.text].into_iter().find(|t| !t.is_empty()))
            .map(Option::unwrap_or_default)
            .collect();
        let of_it: BTreeSet<&str> =
            submissions.iter().filter(|(_, about)| *about == concepts).map(|(scv, _)| *scv).collect();
        let Some(classes) = rcv.child("RCVClassifications") else { continue };
        for (track, element) in tracks_in(classes) {
            let id = format!("{name}:{}:{track:?}", rcv.attribute("Accession"));
            report.check(id, expected(element), || match &found {
                Ok(Some(report)) => said(report, &of_it, track),
                Ok(None) => "not found".to_owned(),
                Err(error) => format!("{error:#}"),
            });
        }
    }
}

/// Each submission with the concepts of its conditions; a condition without a concept by its name.
/// What the submission observed in people is mapped as well, and is no condition of it.
fn submissions(record: &Element) -> Vec<(&str, BTreeSet<&str>)> {
    let mut mapped = BTreeMap::new();
    for mapping in record.child("TraitMappingList").into_iter().flat_map(|list| list.all("TraitMapping")) {
        let key = ["ClinicalAssertionID", "MappingValue"].map(|at| mapping.attribute(at));
        mapped.extend(mapping.child("MedGen").map(|concept| match concept.attribute("CUI") {
            "None" => (key, concept.attribute("Name")),
            cui => (key, cui),
        }));
    }
    let assertions = record.child("ClinicalAssertionList").into_iter().flat_map(|list| list.all("ClinicalAssertion"));
    let about = |assertion| {
        let accession: &Element = Element::child(assertion, "ClinVarAccession")?;
        Some((accession.attribute("Accession"), concepts_of(assertion, &mapped)))
    };
    assertions.filter_map(about).collect()
}

/// The concepts of a submission's own conditions, by submission and word.
fn concepts_of<'a>(assertion: &'a Element, mapped: &BTreeMap<[&'a str; 2], &'a str>) -> BTreeSet<&'a str> {
    let traits = assertion.all("TraitSet").flat_map(|set| set.all("Trait"));
    let concept = |submitted: &'a Element| {
        let names = named(submitted);
        let ids = submitted.all("XRef").map(|reference| reference.attribute("ID"));
        let mut words = names.iter().copied().chain(ids);
        words.find_map(|word| mapped.get(&[assertion.attribute("ID"), word]).copied()).or(names.first().copied())
    };
    traits.filter_map(concept).collect()
}

/// The names of a condition as submitted.
fn named(submitted: &Element) -> Vec<&str> {
    submitted.all("Name").filter_map(|name| name.child("ElementValue")).map(|value| value.text.as_str()).collect()
}

fn expected(element: &Element) -> String {
    let descriptions: Vec<&Element> = element.all("Description").collect();
    let words: Vec<&str> = descriptions.iter().map(|one| one.text.as_str()).collect();
    let count: u64 = descriptions.iter().filter_map(|one| one.attribute("SubmissionCount").parse::<u64>().ok()).sum();
    format!("{} | {} | {count} submissions", words.join("; "), element.text_at(&["ReviewStatus"]))
}

/// The aggregate for a condition that holds most of these submissions, then fewest others.
fn said(report: &VariantReport, submissions: &BTreeSet<&str>, track: Track) -> String {
    let is_of_it = |accession| {
        let statement = report.statements.iter().find(|one| one.statement.accession == accession);
        let source = statement.and_then(|one| one.statement.source_accession.as_deref());
        source.and_then(|source| source.split('.').next()).is_some_and(|scv| submissions.contains(scv))
    };
    let shared = |aggregate: &&Aggregate| {
        let inside = aggregate.members.iter().filter(|member| is_of_it(member.statement)).count();
        (inside, std::cmp::Reverse(aggregate.members.len()))
    };
    let best = report.by_condition.iter().filter(|aggregate| aggregate.track == track).max_by_key(shared);
    best.filter(|aggregate| shared(aggregate).0 > 0).map_or_else(|| "nothing".to_owned(), words)
}

fn words(aggregate: &Aggregate) -> String {
    let status = aggregate.review_status.label();
    format!("{} | {status} | {} submissions", aggregate.classification, aggregate.statements)
}
