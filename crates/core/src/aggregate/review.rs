//! Review status: how far a classification was reviewed, of one statement and of an aggregate.

use serde::{Deserialize, Serialize};

/// How a statement was reviewed; the highest that is present decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rank {
    /// The archive flagged it as likely wrong or outdated.
    Flagged,
    /// It gives evidence and no classification.
    NoClassification,
    /// No assertion criteria.
    NoCriteria,
    /// Assertion criteria are given.
    Criteria,
    /// An expert panel's.
    ExpertPanel,
    /// A practice guideline's.
    Guideline,
}

impl Rank {
    /// The rank of a statement by the review status that its source states. One that states none
    /// has criteria when it names a guideline or lists criteria.
    ///
    /// `is_vouched`: whether the status comes from an archive that checks it. A laboratory cannot
    /// make itself an expert panel in a file of its own; such a statement counts as one with
    /// criteria.
    pub fn of(review_status: Option<&str>, names_criteria: bool, is_vouched: bool) -> Self {
        let stated = review_status.and_then(ReviewStatus::read).map(ReviewStatus::rank);
        match stated {
            Some(Self::Guideline | Self::ExpertPanel) if !is_vouched => Self::Criteria,
            Some(rank) => rank,
            None if names_criteria => Self::Criteria,
            None => Self::NoCriteria,
        }
    }
}

macro_rules! statuses {
    ($($(#[$doc:meta])* $name:ident, $code:literal, $label:literal, $stars:literal, $rank:ident;)+) => {
        /// A review status in ClinVar's words (its XSD of 2024 lists them by track).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum ReviewStatus { $($(#[$doc])* #[serde(rename = $code)] $name,)+ }

        impl ReviewStatus {
            /// Every status.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The stable code.
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }

            /// ClinVar's words.
            pub fn label(self) -> &'static str {
                match self { $(Self::$name => $label,)+ }
            }

            /// Stars, 0 to 4.
            pub fn stars(self) -> u8 {
                match self { $(Self::$name => $stars,)+ }
            }

            /// The rank of a statement with this status.
            pub fn rank(self) -> Rank {
                match self { $(Self::$name => Rank::$rank,)+ }
            }
        }
    };
}

statuses! {
    /// Four stars.
    Guideline, "practice_guideline", "practice guideline", 4, Guideline;
    /// Three stars.
    ExpertPanel, "expert_panel", "reviewed by expert panel", 3, ExpertPanel;
    /// Two stars: several submitters with criteria, and no conflict.
    SeveralAgree, "several_no_conflict", "criteria provided, multiple submitters, no conflicts", 2, Criteria;
    /// Two stars: the same for clinical impact, which knows no conflict.
    Several, "several", "criteria provided, multiple submitters", 2, Criteria;
    /// One star.
    Single, "single", "criteria provided, single submitter", 1, Criteria;
    /// One star: submitters with criteria differ.
    Conflicting, "conflicting", "criteria provided, conflicting classifications", 1, Criteria;
    /// No star.
    NoCriteria, "no_criteria", "no assertion criteria provided", 0, NoCriteria;
    /// No star: nobody classified it.
    NoClassification, "no_classification", "no classification provided", 0, NoClassification;
    /// No star: only classified together with other variants.
    NotByItself, "not_by_itself", "no classification for the single variant", 0, NoClassification;
    /// No star: every submission is flagged.
    OnlyFlagged, "only_flagged", "no classifications from unflagged records", 0, Flagged;
}

impl ReviewStatus {
    /// Reads the words of a statement or an aggregate, of today and of earlier years, with `_` or
    /// spaces.
    pub fn read(text: &str) -> Option<Self> {
        let plain = text.trim().to_lowercase().replace('_', " ");
        let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
        let today = Self::ALL.iter().find(|status| status.label() == plain).copied();
        today.or(match plain.as_str() {
            "flagged submission" => Some(Self::OnlyFlagged),
            "criteria provided, conflicting interpretations" => Some(Self::Conflicting),
            "criteria provided" => Some(Self::Single),
            "no assertion provided" | "no interpretation provided" | "not classified by submitter" => {
                Some(Self::NoClassification)
            }
            "no interpretation for the single variant" | "no interpretation for the individual variant" => {
                Some(Self::NotByItself)
            }
            "reviewed by professional society" => Some(Self::Guideline),
            // Before August 2015 there were no criteria to state.
            "classified by single submitter" | "classified by multiple submitters" => Some(Self::NoCriteria),
            _ => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_is_read_back() {
        for status in ReviewStatus::ALL {
            assert_eq!(ReviewStatus::read(&status.label().replace(' ', "_")), Some(*status));
        }
    }

    #[test]
    fn nobody_makes_himself_an_expert_panel() {
        assert_eq!(Rank::of(Some("reviewed by expert panel"), false, false), Rank::Criteria);
        assert_eq!(Rank::of(Some("reviewed by expert panel"), false, true), Rank::ExpertPanel);
        assert_eq!(Rank::of(Some("flagged submission"), true, true), Rank::Flagged);
        assert_eq!(Rank::of(None, true, false), Rank::Criteria);
        assert_eq!(Rank::of(None, false, false), Rank::NoCriteria);
    }
}
