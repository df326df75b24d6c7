//! Whether a phenotype profile points at one person, and how to make it point at several.
//!
//! A profile is a sex, an age band and a set of HPO terms. It is *k*-mapped when at least *k* people of
//! a reference population match it: same sex, an age band that touches, and for each term of the
//! profile a feature that is the term or lies below it. A profile that fewer match is generalised: the
//! term with the highest information content gives way to its parents, until enough people match or
//! until too much is lost; then a person has to decide.
//!
//! Information content of a term is −log₂ of the share of people of the reference who have it, as
//! in Resnik's measure; of a profile, the sum over its terms. Loss is the share of that sum that
//! generalising took away.

use std::collections::{BTreeMap, BTreeSet};

/// Fewest people who must match.
pub const K: usize = 5;

/// Share of information that may be lost before a person decides.
pub const MOST_LOST: f64 = 0.30;

/// The is-a graph of an ontology, as far as generalising needs it. Terms are indexes.
pub trait IsA {
    /// Direct parents of a term, empty for the root.
    fn parents(&self, term: u32) -> Vec<u32>;
    /// Whether a term is another or lies below it.
    fn is_a(&self, term: u32, above: u32) -> bool;
}

/// Somebody of the reference population.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Person {
    /// A code of the sex; `None` matches any.
    pub sex: Option<u8>,
    /// First and last year of the age; `None` matches any.
    pub age: Option<(u32, u32)>,
    /// Features observed.
    pub terms: BTreeSet<u32>,
}

/// A profile as it may be given.
#[derive(Debug, Clone, PartialEq)]
pub struct Generalised {
    /// The terms.
    pub terms: BTreeSet<u32>,
    /// People who match.
    pub matching: usize,
    /// Share of the information that was given up, 0 to 1.
    pub loss: f64,
}

/// What the check found.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// At least *k* people match; generalised as far as needed.
    Releasable(Generalised),
    /// Too much would be lost: a person decides, under an explicit consent.
    Refer(Generalised),
}

/// Checks a profile against a reference population, which may hold the person themselves.
pub fn check(profile: &Person, population: &[Person], ontology: &impl IsA, k: usize, most_lost: f64) -> Verdict {
    let content = Content::of(population, ontology);
    let before = content.sum(&profile.terms);
    let mut terms = profile.terms.clone();
    loop {
        let now = Person { terms: terms.clone(), ..profile.clone() };
        let matching = population.iter().filter(|person| matches(&now, person, ontology)).count();
        let loss = if before > 0.0 { (1.0 - content.sum(&terms) / before).clamp(0.0, 1.0) } else { 0.0 };
        let reached = Generalised { terms: terms.clone(), matching, loss };
        if loss > most_lost {
            return Verdict::Refer(reached);
        }
        if matching >= k {
            return Verdict::Releasable(reached);
        }
        match generalise(&terms, &content, ontology) {
            Some(next) => terms = next,
            None => return Verdict::Refer(reached),
        }
    }
}

fn matches(profile: &Person, person: &Person, ontology: &impl IsA) -> bool {
    let same = |a: Option<u8>, b: Option<u8>| a.is_none() || b.is_none() || a == b;
    let touches = match (profile.age, person.age) {
        (Some((from, to)), Some((other_from, other_to))) => from <= other_to && other_from <= to,
        _ => true,
    };
    let has = |term: &u32| person.terms.iter().any(|own| ontology.is_a(*own, *term));
    same(profile.sex, person.sex) && touches && profile.terms.iter().all(has)
}

/// The terms with the most telling one replaced by its parents; terms that lie above another fall away.
fn generalise(terms: &BTreeSet<u32>, content: &Content, ontology: &impl IsA) -> Option<BTreeSet<u32>> {
    let most = terms.iter().max_by(|a, b| content.of_term(**a).total_cmp(&content.of_term(**b)))?;
    let mut next: BTreeSet<u32> = terms.iter().copied().filter(|term| term != most).collect();
    next.extend(ontology.parents(*most));
    let implied = |term: &u32| next.iter().any(|other| other != term && ontology.is_a(*other, *term));
    let kept: BTreeSet<u32> = next.iter().copied().filter(|term| !implied(term)).collect();
    (kept != *terms).then_some(kept)
}

/// How telling each term is in a population.
struct Content {
    people: f64,
    with: BTreeMap<u32, f64>,
}

impl Content {
    fn of(population: &[Person], ontology: &impl IsA) -> Self {
        let mut with: BTreeMap<u32, f64> = BTreeMap::new();
        for person in population {
            let mut all = BTreeSet::new();
            let mut open: Vec<u32> = person.terms.iter().copied().collect();
            while let Some(term) = open.pop() {
                if all.insert(term) {
                    open.extend(ontology.parents(term));
                }
            }
            all.into_iter().for_each(|term| *with.entry(term).or_insert(0.0) += 1.0);
        }
        Self { people: population.len() as f64, with }
    }

    /// Bits; a term that nobody has is as telling as one that half a person has.
    fn of_term(&self, term: u32) -> f64 {
        let with = self.with.get(&term).copied().unwrap_or(0.5);
        (self.people.max(1.0) / with).log2().max(0.0)
    }

    fn sum(&self, terms: &BTreeSet<u32>) -> f64 {
        terms.iter().map(|term| self.of_term(*term)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 0 is the root; 1 and 2 below it; 10, 11 below 1; 20, 21 below 2; 100 below 10.
    struct Tree;

    impl IsA for Tree {
        fn parents(&self, term: u32) -> Vec<u32> {
            match term {
                0 => vec![],
                1 | 2 => vec![0],
                _ => vec![term / 10],
            }
        }

        fn is_a(&self, term: u32, above: u32) -> bool {
            term == above || self.parents(term).iter().any(|parent| self.is_a(*parent, above))
        }
    }

    fn person(terms: &[u32]) -> Person {
        Person { terms: terms.iter().copied().collect(), ..Person::default() }
    }

    fn crowd(groups: &[(usize, &[u32])]) -> Vec<Person> {
        groups.iter().flat_map(|(n, terms)| std::iter::repeat_n(person(terms), *n)).collect()
    }

    #[test]
    fn a_common_profile_stays_as_it_is() {
        let population = crowd(&[(6, &[10]), (20, &[21])]);
        let Verdict::Releasable(found) = check(&person(&[10]), &population, &Tree, K, MOST_LOST) else { panic!() };
        assert_eq!((found.terms, found.matching, found.loss), ([10].into(), 6, 0.0));
    }

    #[test]
    fn a_rare_term_gives_way_to_its_parent() {
        let population = crowd(&[(4, &[100]), (1, &[10]), (40, &[21])]);
        let Verdict::Releasable(found) = check(&person(&[100]), &population, &Tree, K, MOST_LOST) else { panic!() };
        assert_eq!((found.terms, found.matching), ([10].into(), 5));
        assert!(found.loss > 0.0 && found.loss < MOST_LOST, "{}", found.loss);
    }

    #[test]
    fn what_would_lose_too_much_goes_to_a_person() {
        let population = crowd(&[(1, &[100, 20]), (50, &[11]), (50, &[21])]);
        assert!(matches!(check(&person(&[100, 20]), &population, &Tree, K, MOST_LOST), Verdict::Refer(_)));
        assert!(matches!(check(&person(&[100]), &crowd(&[(3, &[100])]), &Tree, K, MOST_LOST), Verdict::Refer(_)));
    }

    #[test]
    fn sex_and_age_narrow_the_crowd() {
        let mut population = crowd(&[(8, &[10])]);
        population.iter_mut().take(4).for_each(|one| (one.sex, one.age) = (Some(1), Some((40, 64))));
        population.iter_mut().skip(4).for_each(|one| (one.sex, one.age) = (Some(2), Some((0, 17))));
        let asked = |sex, age| Person { sex, age, ..person(&[10]) };
        assert!(matches!(check(&asked(None, None), &population, &Tree, K, MOST_LOST), Verdict::Releasable(_)));
        assert!(matches!(check(&asked(Some(1), None), &population, &Tree, K, MOST_LOST), Verdict::Refer(_)));
        assert!(matches!(check(&asked(None, Some((18, 39))), &population, &Tree, K, MOST_LOST), Verdict::Refer(_)));
    }
}
