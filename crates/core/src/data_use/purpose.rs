//! What somebody wants to use data for, as data-use conditions ask.

use crate::discordance::words;
use serde::{Deserialize, Serialize};

words! {
    /// Kinds of purpose.
    PurposeKind {
        /// Care of a patient.
        ClinicalCare = "clinical_care", "clinical care";
        /// Any research.
        General = "general_research", "general research";
        /// Health, medical or biomedical research.
        Health = "health_research", "health, medical or biomedical research";
        /// Research on one disease.
        Disease = "disease_research", "research on a disease";
        /// Methods, software or algorithms.
        Methods = "methods", "development of methods";
        /// Population origins or ancestry.
        Ancestry = "ancestry", "population origins or ancestry";
        /// As a control set.
        Controls = "controls", "use as controls";
        /// Differences by sex or gender.
        Gender = "gender", "research on sex or gender";
        /// Children.
        Paediatric = "paediatric", "research on children";
        /// Groups that need protection.
        Vulnerable = "vulnerable_groups", "research on groups that need protection";
        /// Traits that may shame a person or a group.
        Stigmatising = "stigmatising", "research on traits that may stigmatise";
        /// Keeping the node well.
        Operation = "operation", "operation of the node";
    }
}

/// A purpose with what the conditions ask about it. What nobody said is `None`: a condition that
/// needs it is referred to a person, never guessed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestPurpose {
    /// The kind.
    pub kind: PurposeKind,
    /// The disease studied, such as `MONDO:0005027`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disease: Option<String>,
    /// Whether the organisation works without profit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_for_profit: Option<bool>,
    /// Whether the use is commercial.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commercial: Option<bool>,
    /// Whether genotypes are studied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub genetic: Option<bool>,
    /// Whether the person is an approved user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_user: Option<bool>,
    /// ISO 3166 code of the country of use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
}

impl RequestPurpose {
    /// A purpose of which only the kind is known.
    pub fn of(kind: PurposeKind) -> Self {
        Self {
            kind,
            disease: None,
            not_for_profit: None,
            commercial: None,
            genetic: None,
            approved_user: None,
            country: None,
        }
    }

    /// Care of a patient: the organisation and the country are known to no condition.
    pub fn clinical_care() -> Self {
        Self::of(PurposeKind::ClinicalCare)
    }
}

/// How diseases are related.
pub trait DiseaseTree {
    /// Whether a disease is another or lies below it; `None` when one of them is not known.
    fn is_within(&self, disease: &str, above: &str) -> Option<bool>;
}

/// Knows no relations: only the same identifier is the same disease.
pub struct NoTree;

impl DiseaseTree for NoTree {
    fn is_within(&self, disease: &str, above: &str) -> Option<bool> {
        (disease == above).then_some(true)
    }
}
