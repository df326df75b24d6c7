//! What is known outside the record: gene-disease validity and guidelines, compared with what the
//! node saw last.
//!
//! The first look is the ground that later ones are compared with, and no alert: a node that is set up
//! has not missed anything. From then on a gene whose class for a disease changed, came or went is one
//! alert, for those with statements or cases in the gene and those who subscribed to it. Where a gene
//! begins or ceases to explain a disease, cases that are not solved are looked at again as policy and
//! consent allow.

use super::concern::{Concerned, add_cases, plain};
use super::draft::{About, Draft};
use super::tell::tell;
use crate::error::NodeError;
use crate::node::Node;
use cairn_core::alert::{Reason, Subject, Trigger, Urgency};
use cairn_store::serial::{EntrySerial, LaboratorySerial, VariantSerial};
use cairn_store::{Writer, alert, entry, knowledge, subscription};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// The name of gene-disease validity in the record.
const VALIDITY: &str = "gene_validity";
/// What stands for an assertion that is gone.
const GONE: &str = "";
/// Variants of a gene that are looked at for whom it concerns.
const VARIANTS: u32 = 20_000;

impl Node {
    /// Compares the loaded gene-disease validity with what was seen last, and tells of what changed.
    pub(crate) async fn compare_validity(
        &self,
        writer: &mut Writer,
        at: (EntrySerial, Timestamp),
    ) -> Result<(), NodeError> {
        let before = knowledge::seen(writer, VALIDITY).await?;
        let now = self.validity_now();
        if now.is_empty() {
            return Ok(());
        }
        let mut changed: Vec<(String, String)> = now
            .iter()
            .filter(|(key, class)| before.get(*key) != Some(class))
            .map(|(k, c)| (k.clone(), c.clone()))
            .collect();
        let gone = before.iter().filter(|(key, class)| *class != GONE && !now.contains_key(*key));
        changed.extend(gone.map(|(key, _)| (key.clone(), GONE.to_owned())));
        knowledge::see(writer, at.0, VALIDITY, &changed).await?;
        if before.is_empty() || changed.is_empty() {
            return Ok(());
        }
        let drafts: Vec<(About, Draft)> =
            changed.iter().map(|(key, class)| draft(key, before.get(key), class)).collect();
        let concerned = of_genes(writer, self, &drafts).await?;
        tell(writer, self, at, drafts, &concerned).await
    }

    /// The loaded assertions: gene, disease and inheritance, with the class of each submitter. Where an
    /// older export is loaded beside a newer one, the later date counts.
    fn validity_now(&self) -> BTreeMap<String, String> {
        let assertions = self.reference().validity().all();
        let key = |a: &cairn_reference::validity::ValidityAssertion| {
            format!("{}\u{1f}{}\u{1f}{}\u{1f}{}", a.gene, a.disease, a.inheritance, a.submitter)
        };
        let mut by_date: Vec<_> = assertions.iter().collect();
        by_date.sort_by(|a, b| a.date.cmp(&b.date));
        by_date.into_iter().map(|assertion| (key(assertion), assertion.classification.clone())).collect()
    }
}

fn draft(key: &str, before: Option<&String>, class: &str) -> (About, Draft) {
    let mut parts = key.split('\u{1f}');
    let mut next = || parts.next().unwrap_or_default();
    let (gene, disease, inheritance, submitter) = (next(), next(), next(), next());
    let before = before.map(String::as_str).filter(|class| *class != GONE);
    let what = match (before, class) {
        (None, class) => format!("is {class} for {disease} ({inheritance})"),
        (Some(was), GONE) => format!("was {was} for {disease} ({inheritance}) and is no longer listed"),
        (Some(was), class) => format!("was {was} for {disease} ({inheritance}) and is {class}"),
    };
    let mut draft = Draft::new(Trigger::GeneValidity);
    draft.sentence = Some(format!("{gene} {what}, says {submitter}."));
    draft.is_change = true;
    draft.urgency = if causes(before) == causes(Some(class)) { Urgency::Low } else { Urgency::High };
    (About::Gene(gene.to_owned(), key.to_owned()), draft)
}

/// Whether a class lets a gene explain a disease: ClinGen's Definitive, Strong and Moderate.
fn causes(class: Option<&str>) -> bool {
    let class = class.unwrap_or_default().to_lowercase();
    ["definitive", "strong", "moderate"].iter().any(|word| class.starts_with(word))
}

/// Members with statements or cases in the genes, and those who subscribed to them.
async fn of_genes(writer: &mut Writer, node: &Node, drafts: &[(About, Draft)]) -> Result<Concerned, NodeError> {
    let mut concerned = Concerned::default();
    let genes: BTreeSet<String> = drafts.iter().filter_map(|(about, _)| about.gene().map(str::to_owned)).collect();
    let subscribed = subscription::to(writer, Subject::Gene, &genes.iter().cloned().collect::<Vec<_>>()).await?;
    let as_of = entry::now(writer).await?;
    for gene in &genes {
        let variants: Vec<VariantSerial> = alert::variants_of_gene(writer, gene, VARIANTS).await?;
        let owners = alert::owners_of_variants(writer, &variants, as_of).await?;
        let cases = alert::cases_of_variants(writer, node.keys(), &variants).await?;
        let owners: BTreeSet<LaboratorySerial> = owners.into_iter().map(|(_, laboratory)| laboratory).collect();
        for (about, draft) in drafts.iter().filter(|(about, _)| about.gene() == Some(gene)) {
            owners.iter().for_each(|laboratory| concerned.add(about, *laboratory, plain(Reason::OwnStatement)));
            add_cases(writer, |_| Some((about.clone(), draft)), &cases, &mut concerned).await?;
            let asked = subscribed.iter().filter(|(key, _)| key == gene);
            asked.for_each(|(_, laboratory)| concerned.add(about, *laboratory, plain(Reason::Subscription)));
        }
    }
    Ok(concerned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentence(before: Option<&str>, class: &str) -> (String, Urgency) {
        let key = "AAA\u{1f}a disease\u{1f}AD\u{1f}ClinGen";
        let (_, draft) = draft(key, before.map(str::to_owned).as_ref(), class);
        (draft.sentence.unwrap_or_default(), draft.urgency)
    }

    #[test]
    fn a_class_that_lets_a_gene_explain_a_disease_is_urgent() {
        assert_eq!(
            sentence(Some("Limited"), "Definitive"),
            ("AAA was Limited for a disease (AD) and is Definitive, says ClinGen.".to_owned(), Urgency::High)
        );
        assert_eq!(sentence(Some("Strong"), "Definitive").1, Urgency::Low);
        assert_eq!(sentence(Some("Moderate"), GONE).1, Urgency::High);
        assert_eq!(sentence(None, "Limited").1, Urgency::Low);
    }
}
