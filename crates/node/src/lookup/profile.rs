//! Whether enough people share the profile of a case, and the profile generalised until they do.

use crate::error::NodeError;
use crate::node::Node;
use cairn_core::case::{Case, Sex};
use cairn_core::deidentify::coarse_age;
use cairn_core::kmap::{IsA, K, MOST_LOST, Person, Verdict, check};
use cairn_core::phenotype::PhenotypeFeature;
use cairn_reference::phenotype::ontology::{Ontology, TermIndex, TermMatch};
use cairn_store::Connection;
use cairn_store::case;
use cairn_store::entry::AsOf;

/// People in whom a profile is looked for.
const CROWD: u32 = 20_000;

/// The is-a relation of HPO.
struct Hpo<'a>(&'a Ontology);

impl IsA for Hpo<'_> {
    fn parents(&self, term: u32) -> Vec<u32> {
        self.0.parents(TermIndex(term)).iter().map(|parent| parent.0).collect()
    }

    fn is_a(&self, term: u32, above: u32) -> bool {
        self.0.is_a(TermIndex(term), TermIndex(above))
    }
}

/// Generalises the observed features of a case until at least five people of the node match. Excluded
/// features do not go with a profile that had to be generalised. `false`: too much would be lost, so
/// that a person has to decide; terms that the ontology does not know count as that too.
pub(super) async fn generalise(
    connection: &mut Connection,
    node: &Node,
    case: &mut Case,
    as_of: AsOf,
) -> Result<bool, NodeError> {
    let ontology = node.reference().phenotypes();
    let Some(profile) = person(case, ontology) else { return Ok(false) };
    let crowd = case::crowd(connection, node.keys(), as_of, CROWD).await?;
    let crowd: Vec<Person> = crowd.iter().filter_map(|one| person(&one.case, ontology)).collect();
    match check(&profile, &crowd, &Hpo(ontology), K, MOST_LOST) {
        Verdict::Refer(_) => Ok(false),
        Verdict::Releasable(found) if found.terms == profile.terms => Ok(true),
        Verdict::Releasable(found) => {
            case.features = found.terms.iter().filter_map(|term| feature(*term, ontology)).collect();
            Ok(true)
        }
    }
}

/// The case as the crowd sees it, in the form it leaves in; `None` when a term is not known.
fn person(case: &Case, ontology: &Ontology) -> Option<Person> {
    let term = |feature: &PhenotypeFeature| match ontology.find(feature.term.as_str()) {
        TermMatch::Current(at) | TermMatch::Replaced(at) => Some(at.0),
        TermMatch::Obsolete(_) | TermMatch::Unknown => None,
    };
    let sex = match case.sex {
        Sex::Female => Some(0),
        Sex::Male => Some(1),
        Sex::Other => Some(2),
        Sex::Unknown => None,
    };
    let age = case.age_band.as_deref().and_then(coarse_age).map(|band| band.years());
    let terms = case.features.iter().filter(|feature| !feature.excluded).map(term).collect::<Option<_>>()?;
    Some(Person { sex, age, terms })
}

fn feature(term: u32, ontology: &Ontology) -> Option<PhenotypeFeature> {
    let record = ontology.term(TermIndex(term));
    let curie = format!("HP:{:07}", record.id).parse().ok()?;
    Some(PhenotypeFeature { term: curie, label: record.label.clone(), excluded: false, onset: None })
}
