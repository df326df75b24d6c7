//! A scope: a tier, what for, to whom, and from when until when.

use crate::data_use::{Condition, DiseaseTree, order};
use crate::id::LaboratoryId;
use crate::tier::Tier;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// To whom something may go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Recipients {
    /// Every laboratory that has an agreement with the case's laboratory.
    Agreed,
    /// Every member of the network.
    Network,
    /// These laboratories, as far as they have an agreement with the case's laboratory.
    Named(BTreeSet<LaboratoryId>),
}

impl Recipients {
    /// Whether everybody here is also there.
    fn is_within(&self, other: &Self) -> bool {
        match (self, other) {
            (_, Self::Network) => true,
            (Self::Network, _) | (Self::Agreed, Self::Named(_)) => false,
            (_, Self::Agreed) => true,
            (Self::Named(here), Self::Named(there)) => here.is_subset(there),
        }
    }

    /// In words.
    pub fn label(&self) -> String {
        match self {
            Self::Agreed => "laboratories under agreement".to_owned(),
            Self::Network => "laboratories of the network".to_owned(),
            Self::Named(named) if named.len() == 1 => "one named laboratory".to_owned(),
            Self::Named(named) => format!("{} named laboratories", named.len()),
        }
    }
}

/// One thing that is allowed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    /// How much.
    pub tier: Tier,
    /// What for: data-use conditions.
    pub conditions: Vec<Condition>,
    /// To whom.
    pub recipients: Recipients,
    /// First day; `None`: from when it was recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// Last day; `None`: until it is withdrawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
}

impl Scope {
    /// Whether a day lies in its period, both ends included.
    pub fn covers_day(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && !self.is_over(day)
    }

    /// Whether its period has ended before a day.
    pub fn is_over(&self, day: Date) -> bool {
        self.until.is_some_and(|until| until < day)
    }

    /// Whether it allows no more than another: the same or a lesser tier, no further use and at least
    /// the same limits ([`order`]), no more recipients, no longer.
    pub fn is_within(&self, other: &Self, diseases: &dyn DiseaseTree) -> bool {
        let starts = other.from.is_none_or(|from| self.from.is_some_and(|own| own >= from));
        let ends = other.until.is_none_or(|until| self.until.is_some_and(|own| own <= until));
        let is_lesser = self.tier == other.tier || (self.tier == Tier::Two && other.tier == Tier::One);
        let uses = order::is_within(&self.conditions, &other.conditions, diseases);
        is_lesser && uses && self.recipients.is_within(&other.recipients) && starts && ends
    }

    /// In words: `de-identified case for clinical care use, to laboratories under agreement, until 2027-01-01`.
    pub fn label(&self) -> String {
        let uses: Vec<String> = self.conditions.iter().map(Condition::label).collect();
        let until = self.until.map_or_else(String::new, |until| format!(", until {until}"));
        let from = self.from.map_or_else(String::new, |from| format!(", from {from}"));
        format!("{} for {}, to {}{from}{until}", self.tier.label(), uses.join(" and "), self.recipients.label())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data_use::NoTree;
    use jiff::civil::date;

    fn scope(tier: Tier, codes: &[&str], recipients: Recipients) -> Scope {
        let conditions = codes.iter().map(|code| Condition::of(code)).collect();
        Scope { tier, conditions, recipients, from: None, until: None }
    }

    #[test]
    fn less_is_within_more() {
        let wide = scope(Tier::One, &["HMB", "CC"], Recipients::Agreed);
        let named = Recipients::Named([LaboratoryId::from_random(1)].into());
        for (narrow, expected) in [
            (scope(Tier::One, &["HMB", "CC"], named.clone()), true),
            (scope(Tier::Two, &["HMB", "CC", "NPU"], Recipients::Agreed), true),
            (scope(Tier::One, &["HMB", "CC"], Recipients::Network), false),
            (scope(Tier::Three, &["HMB", "CC"], Recipients::Agreed), false),
            (scope(Tier::One, &["GRU", "HMB", "CC"], Recipients::Agreed), false),
            (scope(Tier::One, &["HMB"], Recipients::Agreed), true),
            (scope(Tier::One, &["CC"], Recipients::Agreed), true),
        ] {
            assert_eq!(narrow.is_within(&wide, &NoTree), expected, "{}", narrow.label());
        }
        assert!(!wide.is_within(&scope(Tier::One, &["HMB", "CC"], named), &NoTree));
        let limited = scope(Tier::One, &["HMB", "NPU"], Recipients::Agreed);
        assert!(!scope(Tier::One, &["HMB"], Recipients::Agreed).is_within(&limited, &NoTree));
    }

    #[test]
    fn both_ends_count() {
        let period = Scope {
            from: Some(date(2026, 1, 1)),
            until: Some(date(2026, 12, 31)),
            ..scope(Tier::Two, &["GRU"], Recipients::Network)
        };
        for (day, expected) in [
            (date(2025, 12, 31), false),
            (date(2026, 1, 1), true),
            (date(2026, 12, 31), true),
            (date(2027, 1, 1), false),
        ] {
            assert_eq!(period.covers_day(day), expected, "{day}");
        }
    }
}
