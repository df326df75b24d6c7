//! How far the phenotypes that somebody asks for are seen in a case.
//!
//! Each term weighs what it tells: 1 − ln(d + 1) / ln(n), where d is the number of its descendants and n that of all terms
//! (Seco, Veale and Hayes 2004). The weight comes from the ontology alone, so that every node with the same version
//! gives the same score, and a score says nothing about a node's cases. A term stands for itself and everything above it,
//! as in simGIC (Pesquita and others 2007); it is seen as far as the case has the weight of these: wholly, when the case
//! shows the term or something more specific, in part, when it shows something more general or related. The score is the
//! mean over the terms that are asked for, as in best-match averages: 1 when all are seen, one half when one of two is.
//! Features of the case that nobody asked for do not count against it.

use super::ontology::{Ontology, TermIndex};
use std::collections::BTreeSet;

/// The least score of a similar case.
pub const SIMILAR: f64 = 0.75;

/// A set of terms that cases are compared with.
#[derive(Debug, Clone, PartialEq)]
pub struct Similarity {
    /// Of each term that is asked for: itself and what is above it, each with its share of their weight.
    terms: Vec<Vec<(TermIndex, f64)>>,
}

impl Similarity {
    /// What is asked for; a term that stands twice counts once.
    pub fn of(ontology: &Ontology, asked: &[TermIndex]) -> Self {
        let mut descendants = vec![0_u32; ontology.len()];
        for (at, _) in ontology.iter() {
            ontology.ancestors(at).iter().for_each(|above| descendants[above.0 as usize] += 1);
        }
        let all = (ontology.len().max(2) as f64).ln();
        let weight = |at: TermIndex| (1.0 - f64::from(descendants[at.0 as usize] + 1).ln() / all).max(0.0);
        let shares = |at: TermIndex| {
            let above = closure(ontology, std::iter::once(at));
            let sum: f64 = above.iter().map(|at| weight(*at)).sum();
            above.into_iter().map(|at| (at, if sum > 0.0 { weight(at) / sum } else { 0.0 })).collect()
        };
        let asked: BTreeSet<TermIndex> = asked.iter().copied().collect();
        Self { terms: asked.into_iter().map(shares).collect() }
    }

    /// How far it is seen among features, 0 to 1.
    pub fn score(&self, ontology: &Ontology, shown: impl Iterator<Item = TermIndex>) -> f64 {
        let shown = closure(ontology, shown);
        let seen = |term: &Vec<(TermIndex, f64)>| {
            term.iter().filter(|(at, _)| shown.contains(at)).map(|(_, share)| share).sum::<f64>()
        };
        let seen: f64 = self.terms.iter().map(seen).sum();
        seen / self.terms.len().max(1) as f64
    }
}

/// Terms and everything above them.
fn closure(ontology: &Ontology, terms: impl Iterator<Item = TermIndex>) -> BTreeSet<TermIndex> {
    let mut all = BTreeSet::new();
    for at in terms {
        if all.insert(at) {
            all.extend(ontology.ancestors(at));
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Reference;
    use crate::phenotype::ontology::TermMatch;

    fn score(asked: &[&str], shown: &[&str]) -> f64 {
        let reference = Reference::bundled();
        let ontology = reference.phenotypes();
        let find = |term: &&str| match ontology.find(term) {
            TermMatch::Current(at) | TermMatch::Replaced(at) => at,
            other => panic!("{term}: {other:?}"),
        };
        let asked: Vec<TermIndex> = asked.iter().map(find).collect();
        Similarity::of(ontology, &asked).score(ontology, shown.iter().map(find))
    }

    #[test]
    fn the_same_terms_and_more_specific_ones_are_all_that_is_asked_for() {
        // Seizure; focal-onset seizure is one.
        assert!(score(&["HP:0001250"], &["HP:0001250"]) > 0.999);
        assert!(score(&["HP:0001250"], &["HP:0007359", "HP:0001166"]) > 0.999);
        assert_eq!(score(&["HP:0001250"], &[]), 0.0);
    }

    #[test]
    fn a_more_general_term_is_less_and_another_organ_is_next_to_nothing() {
        let (specific, general, other) = (
            score(&["HP:0007359"], &["HP:0007359"]),
            score(&["HP:0007359"], &["HP:0001250"]),
            score(&["HP:0007359"], &["HP:0001166"]),
        );
        assert!(specific > general && general > other && other < 0.2, "{specific} {general} {other}");
    }

    #[test]
    fn half_of_what_is_asked_for_is_not_similar() {
        // Seizure and arachnodactyly, against one of them.
        let half = score(&["HP:0001250", "HP:0001166"], &["HP:0001166"]);
        assert!((0.4..0.6).contains(&half), "{half}");
    }
}
