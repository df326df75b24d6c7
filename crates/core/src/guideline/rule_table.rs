//! Combining by a table of rules: counts of criteria at each strength.

use super::classify::{Conflict, Decision, Fired};
use super::definition::{CombiningRow, Direction};
use super::selection::Tally;
use crate::classification::Classification;
use crate::criterion::Strength;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Rules, what contradiction gives, and what is left when no rule is met.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RuleTable {
    pub(crate) rules: Vec<Rule>,
    conflict: Outcome,
    otherwise: Outcome,
}

/// A row of the table. It is met when there are at least so many criteria of its side; a row of a
/// stronger class is preferred, so that upper limits need not be written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rule {
    id: String,
    /// `None`: the guideline has no class for this, a person decides.
    class: Option<Classification>,
    direction: Direction,
    text: String,
    needs: Needs,
    /// A criterion that must be among them.
    #[serde(default)]
    needs_code: Option<String>,
    /// The only criteria that count for a strength of this rule; other strengths are not limited.
    #[serde(default)]
    only: BTreeMap<Strength, Vec<String>>,
    provenance: String,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Needs {
    supporting: u16,
    moderate: u16,
    strong: u16,
    very_strong: u16,
    stand_alone: u16,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Outcome {
    class: Option<Classification>,
    text: String,
    provenance: String,
}

impl RuleTable {
    /// The class of these counts: that of the strongest rule of the one side that has any; both
    /// sides are a conflict.
    pub(crate) fn decide(&self, tally: &Tally) -> Decision {
        let [pathogenic, benign] = Direction::BOTH.map(|direction| self.strongest(direction, tally));
        match (pathogenic, benign) {
            (Some(pathogenic), Some(benign)) => Decision {
                conflict: Some(Conflict {
                    pathogenic: format!("{}: {}", pathogenic.id, pathogenic.text),
                    benign: format!("{}: {}", benign.id, benign.text),
                    resolution: self.conflict.text.clone(),
                }),
                ..self.conflict.decision("conflict")
            },
            (Some(rule), None) | (None, Some(rule)) => rule.decision(),
            (None, None) => self.otherwise.decision("otherwise"),
        }
    }

    /// The table for people.
    pub(crate) fn rows(&self) -> Vec<CombiningRow> {
        let row = |id: &str, class: Option<Classification>, text: &str, provenance: &str| CombiningRow {
            id: id.to_owned(),
            class: class.map_or("no class: a person decides", Classification::label).to_owned(),
            text: text.to_owned(),
            provenance: provenance.to_owned(),
        };
        let mut rows: Vec<_> = self.rules.iter().map(|r| row(&r.id, r.class, &r.text, &r.provenance)).collect();
        for (id, outcome) in [("conflict", &self.conflict), ("otherwise", &self.otherwise)] {
            rows.push(row(id, outcome.class, &outcome.text, &outcome.provenance));
        }
        rows
    }

    fn strongest(&self, direction: Direction, tally: &Tally) -> Option<&Rule> {
        let met = self.rules.iter().filter(|rule| rule.direction == direction && rule.is_met(tally));
        met.min_by_key(|rule| rule.weakness())
    }
}

impl Rule {
    fn is_met(&self, tally: &Tally) -> bool {
        let has = |strength, needed| needed == 0 || self.counted(tally, strength) >= needed;
        has(Strength::Supporting, self.needs.supporting)
            && has(Strength::Moderate, self.needs.moderate)
            && has(Strength::Strong, self.needs.strong)
            && has(Strength::VeryStrong, self.needs.very_strong)
            && has(Strength::StandAlone, self.needs.stand_alone)
            && self.needs_code.as_ref().is_none_or(|code| tally.has_code(code))
    }

    fn counted(&self, tally: &Tally, strength: Strength) -> u16 {
        match self.only.get(&strength) {
            Some(codes) => tally.count_among(self.direction, strength, codes),
            None => tally.count(self.direction, strength),
        }
    }

    /// 0 for the strongest class of its side; rules without a class come last.
    fn weakness(&self) -> usize {
        let all = Classification::ALL;
        let Some(at) = self.class.and_then(|class| all.iter().position(|c| *c == class)) else { return usize::MAX };
        match self.direction {
            Direction::Pathogenic => at,
            Direction::Benign => all.len() - at,
        }
    }

    fn decision(&self) -> Decision {
        Decision {
            class: self.class,
            rule: Fired { id: self.id.clone(), text: self.text.clone(), provenance: self.provenance.clone() },
            conflict: None,
            points: None,
        }
    }
}

impl Outcome {
    fn decision(&self, id: &str) -> Decision {
        Decision {
            class: self.class,
            rule: Fired { id: id.to_owned(), text: self.text.clone(), provenance: self.provenance.clone() },
            conflict: None,
            points: None,
        }
    }
}
