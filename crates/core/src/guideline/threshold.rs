//! Numbers that a guideline gives for a criterion, and the places it names. Each says where it was
//! read. A criterion without thresholds is unspecified: nothing may be suggested from it.

use crate::condition::Inheritance;
use crate::criterion::Strength;
use serde::{Deserialize, Serialize};
use std::fmt;

/// One border, or two that belong together, above or below which a criterion has a strength.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Threshold {
    /// What is measured.
    pub measure: Measure,
    /// How the value stands to the border.
    pub comparison: Relation,
    /// The border, in the measure's own unit: a frequency of 0.1 % is 0.001.
    pub value: f64,
    /// The other border of a range.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub and: Option<Border>,
    /// In which population a frequency is read; `None` when the guideline does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub population: Option<PopulationRule>,
    /// Populations with fewer alleles are left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum_alleles: Option<u64>,
    /// The strength it gives; `None`: the criterion's default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strength: Option<Strength>,
    /// Only for this mode; `None`: for every mode of the scope.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inheritance: Option<Inheritance>,
    /// Only for these variants, in words: `missense`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applies_to: Option<String>,
    /// What must hold beside the number, in words; then the number alone never suffices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub also: Option<String>,
    /// What the guideline says, in our words.
    pub text: String,
    /// Where it was read.
    pub citation: String,
}

/// The other border of a range.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Border {
    /// How the value stands to it.
    pub comparison: Relation,
    /// The border.
    pub value: f64,
}

/// What a threshold measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Alleles found of alleles looked at, 0 to 1.
    AlleleFrequency,
    /// gnomAD's filtering allele frequency (lower bound of the 95 % interval), 0 to 1.
    FilteringAlleleFrequency,
    /// Upper bound of the 95 % interval of the frequency, 0 to 1.
    AlleleFrequencyUpperBound,
    /// Alleles found.
    AlleleCount,
    /// Homozygous people found.
    Homozygotes,
    /// REVEL, 0 to 1.
    Revel,
    /// `SpliceAI`, the highest of its four scores, 0 to 1.
    SpliceAi,
    /// `PhyloP`.
    PhyloP,
    /// `BayesDel` without frequency.
    BayesDel,
    /// CADD, phred-scaled.
    Cadd,
    /// Unrelated probands with the phenotype.
    Probands,
    /// Points of phenotype specificity over probands, by the guideline's own table.
    PhenotypePoints,
    /// De novo observations with parents confirmed.
    DeNovoConfirmed,
    /// De novo observations with parents not confirmed.
    DeNovoAssumed,
    /// Meioses with which variant and disease segregate.
    SegregationMeioses,
    /// Families in which they do not segregate.
    NonSegregatingFamilies,
    /// Cases with another cause of the disease.
    CasesWithAnotherCause,
    /// Bases into an intron from its first base (donor side).
    IntronFromDonor,
    /// Bases into an intron from its last base (acceptor side).
    IntronFromAcceptor,
    /// Score of the functional assay that the text names.
    AssayScore,
}

/// How a value stands to a border.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// `>`
    Above,
    /// `>=`
    AtLeast,
    /// `<`
    Below,
    /// `<=`
    AtMost,
}

/// In which population a frequency is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PopulationRule {
    /// Over everybody.
    Overall,
    /// In the population with the highest frequency.
    Highest,
    /// In every population.
    Every,
}

/// A part of a protein that a criterion is about: a hot spot or critical domain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Region {
    /// The gene.
    pub gene: String,
    /// First residue, from 1.
    pub first: u32,
    /// Last residue, inclusive.
    pub last: u32,
    /// Its name.
    pub name: String,
    /// The strength it gives; `None`: the criterion's default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strength: Option<Strength>,
    /// Where it was read.
    pub citation: String,
}

/// What a guideline asks for one strength of a criterion, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StrengthText {
    /// The strength.
    pub strength: Strength,
    /// What is asked.
    pub text: String,
}

impl Relation {
    /// Whether the value is on the asked side of the border.
    pub fn holds(self, value: f64, border: f64) -> bool {
        match self {
            Self::Above => value > border,
            Self::AtLeast => value >= border,
            Self::Below => value < border,
            Self::AtMost => value <= border,
        }
    }

    /// `>`, `≥`, `<`, `≤`.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Above => ">",
            Self::AtLeast => "≥",
            Self::Below => "<",
            Self::AtMost => "≤",
        }
    }
}

impl Measure {
    /// The words for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::AlleleFrequency => "allele frequency",
            Self::FilteringAlleleFrequency => "filtering allele frequency",
            Self::AlleleFrequencyUpperBound => "allele frequency (upper 95 % bound)",
            Self::AlleleCount => "alleles",
            Self::Homozygotes => "homozygotes",
            Self::Revel => "REVEL",
            Self::SpliceAi => "SpliceAI",
            Self::PhyloP => "phyloP",
            Self::BayesDel => "BayesDel",
            Self::Cadd => "CADD",
            Self::Probands => "probands",
            Self::PhenotypePoints => "phenotype points",
            Self::DeNovoConfirmed => "de novo, parents confirmed",
            Self::DeNovoAssumed => "de novo, parents not confirmed",
            Self::SegregationMeioses => "segregating meioses",
            Self::NonSegregatingFamilies => "families without segregation",
            Self::CasesWithAnotherCause => "cases with another cause",
            Self::IntronFromDonor => "bases into the intron from its start",
            Self::IntronFromAcceptor => "bases into the intron from its end",
            Self::AssayScore => "assay score",
        }
    }
}

impl Threshold {
    /// Whether the value is within the border or the range. A threshold with a further condition
    /// ([`also`](Self::also)) is not met by its number alone; ask a person.
    pub fn holds(&self, value: f64) -> bool {
        self.comparison.holds(value, self.value) && self.and.is_none_or(|and| and.comparison.holds(value, and.value))
    }
}

impl fmt::Display for Threshold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.measure.label(), self.comparison.sign(), self.value)?;
        match self.and {
            Some(and) => write!(f, " and {} {}", and.comparison.sign(), and.value),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_holds_between_its_borders() {
        let json = r#"{"measure": "filtering_allele_frequency", "comparison": "at_least", "value": 0.000043,
            "and": {"comparison": "at_most", "value": 0.00056}, "text": "t", "citation": "c"}"#;
        let threshold: Threshold = serde_json::from_str(json).expect("a threshold");
        let held: Vec<bool> = [0.00004, 0.000043, 0.00056, 0.0006].iter().map(|v| threshold.holds(*v)).collect();
        assert_eq!(held, [false, true, true, false]);
        assert_eq!(threshold.to_string(), "filtering allele frequency ≥ 0.000043 and ≤ 0.00056");
    }
}
