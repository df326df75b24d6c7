//! Numbers of publications that hold for every gene, as data with their citation.

use crate::criterion::Strength;
use serde::Deserialize;
use std::sync::LazyLock;

/// The built-in numbers.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cited {
    /// Variants to which BA1 is not applied.
    pub ba1_exceptions: Exceptions,
    /// Score intervals of predictors.
    pub calibrations: Vec<Calibration>,
}

/// Variants that a publication takes out of a rule.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exceptions {
    /// Where they were read.
    pub citation: String,
    /// The variants.
    pub variants: Vec<Exception>,
}

/// One variant taken out of a rule.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exception {
    /// Its name in the publication.
    pub name: String,
    /// Its gene.
    pub gene: String,
    /// As VCF on GRCh37.
    pub grch37: String,
    /// As VCF on GRCh38.
    pub grch38: String,
}

/// What the scores of a predictor are worth.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calibration {
    /// Its name.
    pub predictor: String,
    /// Names of columns that hold its scores.
    pub names: Vec<String>,
    /// `missense` or `splicing`.
    pub applies_to: String,
    /// Where the intervals were read.
    pub citation: String,
    /// The intervals; a score in none of them says nothing.
    pub intervals: Vec<Interval>,
}

/// Scores that give one strength.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Interval {
    /// PP3 or BP4.
    pub criterion: Side,
    /// How strong.
    pub strength: Strength,
    /// Lower border; none is open.
    pub from: Option<f64>,
    /// Whether the lower border belongs to it.
    #[serde(default)]
    pub from_included: bool,
    /// Upper border; none is open.
    pub to: Option<f64>,
    /// Whether the upper border belongs to it.
    #[serde(default)]
    pub to_included: bool,
}

/// The criterion of an interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Side {
    /// A damaging effect is predicted.
    #[serde(rename = "PP3")]
    Pp3,
    /// No effect is predicted.
    #[serde(rename = "BP4")]
    Bp4,
}

static CITED: LazyLock<Cited> =
    LazyLock::new(|| serde_json::from_str(include_str!("generic.json")).expect("the built-in file is read by a test"));

/// The built-in numbers.
pub fn cited() -> &'static Cited {
    &CITED
}

impl Cited {
    /// The intervals of a predictor, by any name of its column; letter case does not matter.
    pub fn calibration(&self, name: &str) -> Option<&Calibration> {
        self.calibrations.iter().find(|one| one.names.iter().any(|held| held.eq_ignore_ascii_case(name)))
    }
}

impl Calibration {
    /// The interval that holds a score.
    pub fn interval(&self, score: f64) -> Option<Interval> {
        self.intervals.iter().copied().find(|one| one.holds(score))
    }
}

impl Interval {
    fn holds(&self, score: f64) -> bool {
        let above = self.from.is_none_or(|from| score > from || (self.from_included && score == from));
        let below = self.to.is_none_or(|to| score < to || (self.to_included && score == to));
        above && below
    }

    /// In words: `0.644 ≤ score < 0.773`.
    pub fn words(&self) -> String {
        let from = self.from.map(|from| format!("{from} {} ", if self.from_included { "≤" } else { "<" }));
        let to = self.to.map(|to| format!(" {} {to}", if self.to_included { "≤" } else { "<" }));
        format!("{}score{}", from.unwrap_or_default(), to.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(score: f64, expected: Option<(Side, Strength)>) {
        let found = cited().calibration("revel").and_then(|one| one.interval(score));
        assert_eq!(found.map(|one| (one.criterion, one.strength)), expected, "REVEL {score}");
    }

    /// Table 2 of the paper, border by border.
    #[test]
    fn revel_intervals_of_pejaver_2022() {
        check(0.003, Some((Side::Bp4, Strength::VeryStrong)));
        check(0.016, Some((Side::Bp4, Strength::Strong)));
        check(0.183, Some((Side::Bp4, Strength::Moderate)));
        check(0.290, Some((Side::Bp4, Strength::Supporting)));
        check(0.291, None);
        check(0.643, None);
        check(0.644, Some((Side::Pp3, Strength::Supporting)));
        check(0.773, Some((Side::Pp3, Strength::Moderate)));
        check(0.932, Some((Side::Pp3, Strength::Strong)));
    }

    #[test]
    fn nine_exceptions_and_no_overlapping_intervals() {
        assert_eq!(cited().ba1_exceptions.variants.len(), 9);
        for calibration in &cited().calibrations {
            for step in -2000..40_000 {
                let score = f64::from(step) / 1000.0;
                let holding = calibration.intervals.iter().filter(|one| one.holds(score)).count();
                assert!(holding <= 1, "{} {score}", calibration.predictor);
            }
        }
    }
}
