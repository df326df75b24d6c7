//! How badly classes differ.
//!
//! Sides follow ClinVar: pathogenic and likely pathogenic are one side, so are benign and likely
//! benign, so are the tiers of uncertain significance; oncogenicity likewise. The two gravest grades
//! are those that ClinGen calls medically significant, because one of the two reports would change
//! care (Harrison et al. 2017, PMID:28301460). Tiers of clinical impact
//! differ in the same way: I and II are findings to act on, III is unknown, IV is benign
//! (AMP/ASCO/CAP 2017, PMID:27993330).
//!
//! Risk alleles, drug response, protective and the other words outside the five tiers take no side
//! and are in no discordance. Low penetrance stands with the pathogenic side against uncertain and benign, and
//! never differs from pathogenic: how many carriers fall ill is another question.

use super::words;
use crate::classification::{Bucket, Classification};

words! {
    /// How badly the statements of a discordance differ, the gravest first.
    Grade {
        /// Pathogenic or likely pathogenic against benign or likely benign.
        Opposite = "opposite", "pathogenic against benign";
        /// Pathogenic or likely pathogenic against uncertain significance.
        PathogenicUncertain = "pathogenic_uncertain", "pathogenic against uncertain";
        /// Uncertain significance against benign or likely benign.
        UncertainBenign = "uncertain_benign", "uncertain against benign";
        /// Two statements of one laboratory take different sides, and laboratories do not.
        WithinLaboratory = "within_laboratory", "within the laboratory";
        /// The same side with another strength: likely pathogenic against pathogenic. No conflict by
        /// ClinVar's rule; listed apart.
        Strength = "strength", "strength only";
    }
}

impl Grade {
    /// Whether care may depend on which side is right.
    pub fn is_medically_significant(self) -> bool {
        matches!(self, Self::Opposite | Self::PathogenicUncertain)
    }

    /// Its number in the record: 1 for the gravest.
    pub fn number(self) -> u8 {
        self as u8 + 1
    }

    /// The grade with this number.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.iter().find(|grade| grade.number() == number).copied()
    }
}

/// The side that a class takes.
pub type Side = Bucket;

/// The side of a class; `None` for the words that take none.
pub fn side(class: Classification) -> Option<Side> {
    match class {
        Classification::TierI | Classification::TierII => Some(Bucket::Pathogenic),
        Classification::TierIII => Some(Bucket::Uncertain),
        Classification::TierIV => Some(Bucket::Benign),
        other => other.bucket(),
    }
}

/// How badly two classes of one track differ; `None` when they do not, or one of them takes no side.
pub fn between(a: Classification, b: Classification) -> Option<Grade> {
    if a.track() != b.track() {
        return None;
    }
    match (side(a)?, side(b)?) {
        (Bucket::Pathogenic, Bucket::Benign) | (Bucket::Benign, Bucket::Pathogenic) => Some(Grade::Opposite),
        (Bucket::Pathogenic, Bucket::Uncertain) | (Bucket::Uncertain, Bucket::Pathogenic) => {
            Some(Grade::PathogenicUncertain)
        }
        (Bucket::Uncertain, Bucket::Benign) | (Bucket::Benign, Bucket::Uncertain) => Some(Grade::UncertainBenign),
        _ => (strength(a) != strength(b)).then_some(Grade::Strength),
    }
}

/// What is compared within a side. Uncertain significance without a sub-tier says nothing about
/// one, so it is compared as the middle; penetrance is not compared.
fn strength(class: Classification) -> Classification {
    match class {
        Classification::Uncertain => Classification::UncertainMid,
        Classification::PathogenicLowPenetrance => Classification::Pathogenic,
        Classification::LikelyPathogenicLowPenetrance => Classification::LikelyPathogenic,
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Classification::*;

    fn check(a: Classification, b: Classification, expected: Option<Grade>) {
        assert_eq!(between(a, b), expected, "{a} and {b}");
        assert_eq!(between(b, a), expected, "{b} and {a}");
    }

    #[test]
    fn every_pair_of_the_five_tiers() {
        let tiers = [Pathogenic, LikelyPathogenic, Uncertain, LikelyBenign, Benign];
        let [o, u, b, s] =
            [Grade::Opposite, Grade::PathogenicUncertain, Grade::UncertainBenign, Grade::Strength].map(Some);
        let expected =
            [[None, s, u, o, o], [s, None, u, o, o], [u, u, None, b, b], [o, o, b, None, s], [o, o, b, s, None]];
        for (a, row) in tiers.into_iter().zip(expected) {
            for (b, grade) in tiers.into_iter().zip(row) {
                assert_eq!(between(a, b), grade, "{a} and {b}");
            }
        }
    }

    #[test]
    fn low_penetrance_and_words_without_a_side() {
        check(Pathogenic, PathogenicLowPenetrance, None);
        check(LikelyPathogenic, LikelyPathogenicLowPenetrance, None);
        check(PathogenicLowPenetrance, Benign, Some(Grade::Opposite));
        for word in [EstablishedRiskAllele, LikelyRiskAllele, UncertainRiskAllele, RiskFactor, DrugResponse, Protective]
        {
            for tier in [Pathogenic, Uncertain, Benign] {
                check(word, tier, None);
            }
        }
        check(NotProvided, Benign, None);
    }

    #[test]
    fn sub_tiers_of_uncertain_differ_in_strength_only() {
        check(UncertainHigh, UncertainLow, Some(Grade::Strength));
        check(Uncertain, UncertainMid, None);
        check(Uncertain, UncertainHigh, Some(Grade::Strength));
        check(UncertainHigh, LikelyPathogenic, Some(Grade::PathogenicUncertain));
    }

    #[test]
    fn somatic_tracks_differ_among_themselves_only() {
        check(Oncogenic, LikelyOncogenic, Some(Grade::Strength));
        check(Oncogenic, BenignOncogenicity, Some(Grade::Opposite));
        check(TierI, TierIII, Some(Grade::PathogenicUncertain));
        check(TierII, TierIV, Some(Grade::Opposite));
        check(Pathogenic, BenignOncogenicity, None);
        check(Benign, TierI, None);
    }

    #[test]
    fn numbers_read_back_and_the_gravest_is_first() {
        for grade in Grade::ALL {
            assert_eq!(Grade::from_number(grade.number()), Some(*grade));
            assert_eq!(Grade::from_code(grade.code()), Some(*grade));
        }
        assert!(Grade::Opposite < Grade::Strength);
    }
}
