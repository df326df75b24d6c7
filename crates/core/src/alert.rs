//! Alerts: what somebody may have to act on, how urgent it is, and who may look again at a case.
//!
//! An alert has one cause: what one entry of the record changed about one variant, gene or guideline.
//! Each laboratory it concerns gets it inside a *notice*, which groups all alerts of the same entry
//! and trigger, so that one large import is one notice and not a flood.

use crate::accession::Accession;
use crate::change::{Classes, Difference, SummaryChange};
use crate::classification::Bucket;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $code:literal, $label:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $code)] $variant,)+ }

        impl $name {
            /// Every word.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The stable code, as stored and exchanged.
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// The words for people.
            pub fn label(self) -> &'static str {
                match self { $(Self::$variant => $label,)+ }
            }

            /// The word with this stable code.
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|word| word.code() == code)
            }
        }
    };
}

words! {
    /// What set an alert off.
    Trigger {
        /// A laboratory's statement came or changed, with what that did to aggregate and discordance.
        Statement = "statement", "statement";
        /// An archive's summary of its submitters changed.
        Summary = "summary", "archive's summary";
        /// A case with the variant, or with matching features, came in.
        Case = "case", "new case";
        /// A statement cites literature that was not cited for the variant before.
        Literature = "literature", "new literature";
        /// A table of population frequencies was loaded.
        Frequency = "frequency", "new frequency";
        /// What is known of a gene and a disease changed.
        GeneValidity = "gene_validity", "gene-disease validity";
        /// A guideline came in a new version.
        Guideline = "guideline", "guideline version";
    }
}

words! {
    /// How soon somebody should look.
    Urgency {
        /// A class may decide about treatment now and did not, or the other way round.
        High = "high", "high";
        /// The side changed, or laboratories differ or agree anew.
        Medium = "medium", "medium";
        /// Good to know.
        Low = "low", "low";
    }
}

words! {
    /// Why a laboratory gets an alert.
    Reason {
        /// It has a statement about the variant.
        OwnStatement = "own_statement", "your statement";
        /// It has a case with the variant.
        OwnCase = "own_case", "your case";
        /// It has a case that is not solved, and the change may matter for it.
        UnsolvedCase = "unsolved_case", "your unsolved case";
        /// It asked for changes of the variant, gene, condition or phenotype.
        Subscription = "subscription", "your subscription";
    }
}

words! {
    /// What a laboratory may ask to be told about.
    Subject {
        /// A variant.
        Variant = "variant", "variant";
        /// Every variant of a gene, and its validity.
        Gene = "gene", "gene";
        /// Every statement about a condition.
        Condition = "condition", "condition";
        /// Every new case with a phenotype.
        Phenotype = "phenotype", "phenotype";
    }
}

words! {
    /// A laboratory's policy on looking again at cases that are not solved.
    Reanalysis {
        /// Every case is looked at again when knowledge changes.
        Oblige = "oblige", "always";
        /// A case is looked at again when somebody asks.
        OnRequest = "on_request", "on request";
        /// Cases are not looked at again.
        Forbid = "forbid", "never";
    }
}

words! {
    /// What the tested person agreed to about being looked at again, or being told.
    Consent {
        /// Yes.
        Agreed = "agreed", "agreed";
        /// No.
        Refused = "refused", "refused";
        /// Not asked, or not recorded here.
        Unknown = "unknown", "not known";
    }
}

words! {
    /// What may be done with a case that a change concerns.
    Reexamination {
        /// Look at it again.
        Due = "due", "to be looked at again";
        /// Only when the case's clinician or the person asks.
        OnRequest = "on_request", "only on request";
        /// The laboratory or the person forbids it: no alert.
        None = "none", "not to be looked at again";
    }
}

/// What an alert says.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Story {
    /// What it is about, where that is neither a variant nor a gene, such as `Seizure (HP:0001250)`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// What changed, in one sentence for people.
    pub sentence: String,
    /// The classes before, where it is about classes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Classes>,
    /// The classes now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Classes>,
    /// What lets one tell, or not tell, why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The statements that changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub statements: Vec<StatementNews>,
    /// What that did to aggregates and discordances.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub effects: Vec<String>,
    /// Literature that is new for the variant.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub literature: Vec<String>,
    /// Members of the node whose decision could change, by the statements they have.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub concerned: Vec<String>,
}

/// A statement that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementNews {
    /// Which.
    pub accession: Accession,
    /// Its version that did.
    pub version: u32,
    /// Whose it is.
    pub laboratory: String,
    /// The variant as written there.
    pub expression: String,
    /// Of an archive's summary, the archive's own key of the record, such as
    /// `ClinVar:GRCh37:1-11217230-C-A`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The classes before.
    pub from: Classes,
    /// The classes now.
    pub to: Classes,
    /// What the laboratory changed; `None` for an archive's summary.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub difference: Option<Difference>,
    /// What became of the opinions behind an archive's summary.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<SummaryChange>,
}

/// Whether a case may be looked at again: the stricter of policy and consent decides, and what is
/// not known counts as *only on request*.
pub fn reexamination(policy: Reanalysis, consent: Consent) -> Reexamination {
    match (policy, consent) {
        (Reanalysis::Forbid, _) | (_, Consent::Refused) => Reexamination::None,
        (Reanalysis::Oblige, Consent::Agreed) => Reexamination::Due,
        _ => Reexamination::OnRequest,
    }
}

/// How urgent a change of classes is: high when pathogenicity comes or goes, medium when any other
/// side does, low within the same sides.
pub fn urgency(from: &Classes, to: &Classes) -> Urgency {
    let (before, after) = (from.sides(), to.sides());
    let changed: BTreeSet<&Bucket> = before.symmetric_difference(&after).collect();
    if changed.contains(&Bucket::Pathogenic) {
        Urgency::High
    } else if changed.is_empty() {
        Urgency::Low
    } else {
        Urgency::Medium
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(from: &str, to: &str, expected: Urgency) {
        assert_eq!(urgency(&Classes::read(from), &Classes::read(to)), expected, "{from} to {to}");
    }

    #[test]
    fn pathogenicity_that_comes_or_goes_is_urgent() {
        check("Uncertain significance", "Likely pathogenic", Urgency::High);
        check("Pathogenic;Benign", "Benign", Urgency::High);
        check("Uncertain significance", "Likely benign", Urgency::Medium);
        check("Likely pathogenic", "Pathogenic", Urgency::Low);
        check("risk factor", "association", Urgency::Low);
    }

    #[test]
    fn the_stricter_of_policy_and_consent_decides() {
        use Consent::{Agreed, Refused, Unknown};
        for (policy, consent, expected) in [
            (Reanalysis::Oblige, Agreed, Reexamination::Due),
            (Reanalysis::Oblige, Unknown, Reexamination::OnRequest),
            (Reanalysis::Oblige, Refused, Reexamination::None),
            (Reanalysis::OnRequest, Agreed, Reexamination::OnRequest),
            (Reanalysis::Forbid, Agreed, Reexamination::None),
        ] {
            assert_eq!(reexamination(policy, consent), expected, "{policy:?} {consent:?}");
        }
    }
}
