//! The outcome words of variant classification, over three tracks that are never mixed: germline
//! (ACMG/AMP 2015 with ClinGen's low-penetrance and risk-allele terms and ClinVar's other words),
//! oncogenicity (ClinGen/CGC/VICC 2022) and clinical impact (AMP/ASCO/CAP 2017).

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// What kind of question a classification answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Track {
    /// Does an inherited variant cause disease?
    Germline,
    /// Does a variant drive a tumour?
    Oncogenicity,
    /// What does a tumour variant mean for treatment, diagnosis or outlook?
    ClinicalImpact,
}

/// On which side of a medical decision a germline or oncogenicity class stands. Classes of the
/// same bucket do not disagree (ClinVar's rule).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bucket {
    /// Pathogenic or likely pathogenic, any penetrance; oncogenic or likely oncogenic.
    Pathogenic,
    /// Uncertain significance, any sub-tier.
    Uncertain,
    /// Benign or likely benign.
    Benign,
}

macro_rules! classifications {
    ($($(#[$doc:meta])* $name:ident, $code:literal, $label:literal, $letter:literal, $track:ident, $bucket:expr;)+) => {
        /// A classification word.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Classification { $($(#[$doc])* $name,)+ }

        impl Classification {
            /// Every word, most severe first within its track.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The stable code, as stored and exchanged: `likely_pathogenic`.
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }

            /// The words for people: `Likely pathogenic`.
            pub fn label(self) -> &'static str {
                match self { $(Self::$name => $label,)+ }
            }

            /// The short form beside the colour: `LP`.
            pub fn letter(self) -> &'static str {
                match self { $(Self::$name => $letter,)+ }
            }

            /// The question it answers.
            pub fn track(self) -> Track {
                match self { $(Self::$name => Track::$track,)+ }
            }

            /// The side it takes; `None` for words that take none, such as `Drug response`.
            pub fn bucket(self) -> Option<Bucket> {
                match self { $(Self::$name => $bucket,)+ }
            }
        }
    };
}

classifications! {
    /// ACMG/AMP 2015 pathogenic.
    Pathogenic, "pathogenic", "Pathogenic", "P", Germline, Some(Bucket::Pathogenic);
    /// ACMG/AMP 2015 likely pathogenic.
    LikelyPathogenic, "likely_pathogenic", "Likely pathogenic", "LP", Germline, Some(Bucket::Pathogenic);
    /// Pathogenic, few carriers fall ill (ClinGen 2024).
    PathogenicLowPenetrance, "pathogenic_low_penetrance", "Pathogenic, low penetrance", "P-lp", Germline, Some(Bucket::Pathogenic);
    /// Likely pathogenic, few carriers fall ill (ClinGen 2024).
    LikelyPathogenicLowPenetrance, "likely_pathogenic_low_penetrance", "Likely pathogenic, low penetrance", "LP-lp", Germline, Some(Bucket::Pathogenic);
    /// Uncertain, close to likely pathogenic.
    UncertainHigh, "vus_high", "Uncertain significance, high", "VUS-h", Germline, Some(Bucket::Uncertain);
    /// Uncertain, in the middle.
    UncertainMid, "vus_mid", "Uncertain significance, mid", "VUS-m", Germline, Some(Bucket::Uncertain);
    /// ACMG/AMP 2015 uncertain significance, sub-tier not said.
    Uncertain, "uncertain_significance", "Uncertain significance", "VUS", Germline, Some(Bucket::Uncertain);
    /// Uncertain, close to likely benign.
    UncertainLow, "vus_low", "Uncertain significance, low", "VUS-l", Germline, Some(Bucket::Uncertain);
    /// ACMG/AMP 2015 likely benign.
    LikelyBenign, "likely_benign", "Likely benign", "LB", Germline, Some(Bucket::Benign);
    /// ACMG/AMP 2015 benign.
    Benign, "benign", "Benign", "B", Germline, Some(Bucket::Benign);
    /// Raises risk, shown (ClinGen 2024).
    EstablishedRiskAllele, "established_risk_allele", "Established risk allele", "ERA", Germline, None;
    /// Raises risk, likely (ClinGen 2024).
    LikelyRiskAllele, "likely_risk_allele", "Likely risk allele", "LRA", Germline, None;
    /// May raise risk (ClinGen 2024).
    UncertainRiskAllele, "uncertain_risk_allele", "Uncertain risk allele", "URA", Germline, None;
    /// ClinVar's older word for a raised risk.
    RiskFactor, "risk_factor", "Risk factor", "RF", Germline, None;
    /// Changes the answer to a drug.
    DrugResponse, "drug_response", "Drug response", "DR", Germline, None;
    /// Found by an association study.
    Association, "association", "Association", "As", Germline, None;
    /// Studied for association and not found.
    AssociationNotFound, "association_not_found", "Association not found", "AN", Germline, None;
    /// Lowers the risk of disease.
    Protective, "protective", "Protective", "Pr", Germline, None;
    /// Changes a trait that is no disease.
    Affects, "affects", "Affects", "Af", Germline, None;
    /// Only changes how another variant acts, or is harmless by itself; ClinVar's `confers sensitivity`.
    ConfersSensitivity, "confers_sensitivity", "Confers sensitivity", "CS", Germline, None;
    /// The submitter reports that its own sources conflict.
    ConflictingFromSubmitter, "conflicting_data_from_submitter", "Conflicting data from submitter", "CD", Germline, None;
    /// A word outside the vocabulary; the text is kept beside it.
    Other, "other", "Other", "?", Germline, None;
    /// No classification was given.
    NotProvided, "not_provided", "Not provided", "·", Germline, None;
    /// Drives a tumour.
    Oncogenic, "oncogenic", "Oncogenic", "O", Oncogenicity, Some(Bucket::Pathogenic);
    /// Likely drives a tumour.
    LikelyOncogenic, "likely_oncogenic", "Likely oncogenic", "LO", Oncogenicity, Some(Bucket::Pathogenic);
    /// Oncogenicity uncertain.
    UncertainOncogenicity, "oncogenicity_uncertain", "Uncertain significance (oncogenicity)", "VUS-o", Oncogenicity, Some(Bucket::Uncertain);
    /// Likely no driver.
    LikelyBenignOncogenicity, "oncogenicity_likely_benign", "Likely benign (oncogenicity)", "LB-o", Oncogenicity, Some(Bucket::Benign);
    /// No driver.
    BenignOncogenicity, "oncogenicity_benign", "Benign (oncogenicity)", "B-o", Oncogenicity, Some(Bucket::Benign);
    /// Strong clinical significance.
    TierI, "tier_1", "Tier I - strong", "I", ClinicalImpact, None;
    /// Potential clinical significance.
    TierII, "tier_2", "Tier II - potential", "II", ClinicalImpact, None;
    /// Unknown clinical significance.
    TierIII, "tier_3", "Tier III - unknown", "III", ClinicalImpact, None;
    /// Benign or likely benign.
    TierIV, "tier_4", "Tier IV - benign or likely benign", "IV", ClinicalImpact, None;
}

/// The code is not a classification word.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a classification code")]
pub struct UnknownClassification(String);

impl fmt::Display for Classification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}

/// Reads the stable code only; the many spellings of the field are read by the importer's
/// vocabulary.
impl FromStr for Classification {
    type Err = UnknownClassification;

    fn from_str(code: &str) -> Result<Self, UnknownClassification> {
        let found = Self::ALL.iter().find(|c| c.code() == code).copied();
        found.ok_or_else(|| UnknownClassification(code.chars().take(60).collect()))
    }
}

impl Serialize for Classification {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Classification {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = String::deserialize(deserializer)?;
        code.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_code_reads_back_and_stands_once() {
        let codes: HashSet<_> = Classification::ALL.iter().map(|c| c.code()).collect();
        assert_eq!(codes.len(), Classification::ALL.len());
        for class in Classification::ALL {
            assert_eq!(class.code().parse(), Ok(*class));
        }
    }
}
