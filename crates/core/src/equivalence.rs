//! When two variants that are not identical are compared as one: the declared rule, as data.
//!
//! Small variants are the same by identity alone. Copy number and structural variants are almost
//! never reported with the same ends twice, so a discordance looks at those that the rule calls
//! equivalent. The rule is a file of `crates/core/equivalence/` with a version; every discordance
//! shows which version joined its variants and why. It joins for comparison only: identities stay
//! what they are.

use cairn_variant::place::{Direction, Event, Place};
use cairn_variant::vrs::Quantity;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::LazyLock;

static CURRENT: LazyLock<Rule> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../equivalence/1.json")).expect("the built-in file is read by a test")
});

/// The declared rule in one version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Its version.
    pub version: String,
    /// When it was declared.
    pub date: String,
    /// Small variants, in words.
    pub small: String,
    /// Copy number and structural variants.
    pub structural: Structural,
    /// Exon-level events.
    pub exons: Worded,
    /// Fusions.
    pub fusion: Worded,
}

/// The rule for variants with two ends on one chromosome.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Structural {
    /// In words.
    pub text: String,
    /// Where it comes from.
    pub source: String,
    /// The share of each that must lie in the other, in hundredths.
    pub reciprocal_overlap_percent: u64,
    /// Variants shorter than this are compared by identity.
    pub least_bases: u64,
}

/// A rule without numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Worded {
    /// In words.
    pub text: String,
    /// Where it comes from.
    pub source: String,
}

/// The rule in force.
pub fn current() -> &'static Rule {
    &CURRENT
}

/// What of a variant the rule looks at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Shape {
    /// A stretch of a chromosome.
    Stretch {
        /// Where, and what happens there.
        place: Place,
        /// The genes it touches.
        genes: BTreeSet<String>,
    },
    /// Whole exons of a transcript.
    Exons {
        /// The transcript without its version, or the gene when no transcript is named.
        reference: String,
        /// First and last exon; `None`: the whole gene.
        exons: Option<(u16, u16)>,
        /// What happens to them, in the word of its notation.
        change: String,
    },
    /// Two genes joined.
    Fusion {
        /// The gene in front.
        five_prime: String,
        /// The gene behind.
        three_prime: String,
    },
}

impl Rule {
    /// Why two variants are compared as one, in words for people; `None` when they are not.
    pub fn joins(&self, a: &Shape, b: &Shape) -> Option<String> {
        match (a, b) {
            (Shape::Stretch { place, genes }, Shape::Stretch { place: other, genes: others }) if genes == others => {
                self.structural.joins(place, other)
            }
            (Shape::Exons { reference, .. }, Shape::Exons { .. }) if a == b => {
                Some(format!("the same exons of {reference} and the same change"))
            }
            (Shape::Fusion { five_prime, three_prime }, Shape::Fusion { .. }) if a == b => {
                Some(format!("{five_prime} in front of {three_prime}; the breakpoints are not compared"))
            }
            _ => None,
        }
    }
}

impl Structural {
    fn joins(&self, a: &Place, b: &Place) -> Option<String> {
        let length = |place: &Place| place.widest().length();
        let same = kind(a)? == kind(b)? && a.contig() == b.contig();
        if !same || length(a) < self.least_bases || length(b) < self.least_bases {
            return None;
        }
        if meet(a.start(), b.start()) && meet(a.end(), b.end()) {
            return Some("the same type and genes, and both ends lie within each other's confidence".to_owned());
        }
        let percent = overlap_percent(a, b);
        (percent >= self.reciprocal_overlap_percent)
            .then(|| format!("the same type and genes, and a reciprocal overlap of {percent} %"))
    }
}

/// How much of the longer of two stretches both cover, in whole per cent, rounded down: what is shown is what is
/// compared.
pub fn overlap_percent(a: &Place, b: &Place) -> u64 {
    (a.reciprocal_overlap(b) * 100.0 + 1e-9).floor() as u64
}

/// What happens to a stretch, as far as the rule tells: loss, gain or inversion.
fn kind(place: &Place) -> Option<Option<Direction>> {
    match place.event() {
        Event::Inversion => Some(None),
        _ => place.direction().map(Some),
    }
}

/// Whether two ends may be at one position; an open bound counts as the one known.
fn meet(a: Quantity, b: Quantity) -> bool {
    let range = |end: Quantity| (end.least().or(end.most()), end.most().or(end.least()));
    let ((a_from, a_to), (b_from, b_to)) = (range(a), range(b));
    a_from <= b_to && b_from <= a_to
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_variant::assembly::Assembly;
    use cairn_variant::contig::Contig;

    fn place(event: Event, start: (u64, u64), end: (u64, u64)) -> Place {
        let contig = Contig::autosome(17).expect("a chromosome").on(Assembly::Grch38);
        let quantity = |(least, most): (u64, u64)| match least == most {
            true => Quantity::Exact(least),
            false => Quantity::range(Some(least), Some(most)).expect("a range"),
        };
        Place::new(contig, quantity(start), quantity(end), event).expect("a place")
    }

    fn stretch(event: Event, start: u64, end: u64, genes: &[&str]) -> Shape {
        let genes = genes.iter().map(|gene| (*gene).to_owned()).collect();
        Shape::Stretch { place: place(event, (start, start), (end, end)), genes }
    }

    fn check(a: &Shape, b: &Shape, expected: bool) {
        assert_eq!(current().joins(a, b).is_some(), expected, "{a:?} and {b:?}");
        assert_eq!(current().joins(b, a).is_some(), expected, "{b:?} and {a:?}");
    }

    #[test]
    fn half_of_each_and_the_same_genes() {
        let a = stretch(Event::Loss, 10_000, 20_000, &["NF1"]);
        check(&a, &stretch(Event::Loss, 15_000, 25_000, &["NF1"]), true);
        check(&a, &stretch(Event::Loss, 15_001, 25_001, &["NF1"]), false);
        check(&a, &stretch(Event::Loss, 10_000, 40_001, &["NF1"]), false);
        check(&a, &stretch(Event::Gain, 10_000, 20_000, &["NF1"]), false);
        check(&a, &stretch(Event::Copies(1, Some(1)), 10_000, 20_000, &["NF1"]), true);
        check(&a, &stretch(Event::Insertion, 10_000, 20_000, &["NF1"]), false);
        check(&a, &stretch(Event::Loss, 10_000, 20_000, &["NF1", "RNF135"]), false);
        check(&stretch(Event::Loss, 10, 30, &[]), &stretch(Event::Loss, 10, 31, &[]), false);
    }

    #[test]
    fn ends_within_confidence_join_whatever_the_overlap() {
        let wide = |start, end| Shape::Stretch { place: place(Event::Loss, start, end), genes: BTreeSet::new() };
        check(&wide((1_000, 9_000), (10_000, 90_000)), &wide((8_999, 8_999), (10_500, 10_500)), true);
        check(&wide((1_000, 2_000), (10_000, 11_000)), &wide((8_999, 8_999), (10_500, 10_500)), false);
    }

    #[test]
    fn exons_and_fusions_by_their_names() {
        let exons = |reference: &str, last| Shape::Exons {
            reference: reference.to_owned(),
            exons: Some((3, last)),
            change: "del".to_owned(),
        };
        check(&exons("NM_000088", 5), &exons("NM_000088", 5), true);
        check(&exons("NM_000088", 5), &exons("NM_000088", 6), false);
        check(&exons("NM_000088", 5), &exons("COL1A1", 5), false);
        let fusion = |a: &str, b: &str| Shape::Fusion { five_prime: a.to_owned(), three_prime: b.to_owned() };
        check(&fusion("BCR", "ABL1"), &fusion("BCR", "ABL1"), true);
        check(&fusion("BCR", "ABL1"), &fusion("ABL1", "BCR"), false);
    }
}
