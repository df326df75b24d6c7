//! Criteria looked at for a classification: which, whether met, how strong.
//!
//! Codes follow ACMG/AMP 2015 and its ClinGen successors; a criterion that was looked at and found
//! **not met** is evidence too and is kept (VA-Spec evidence line, outcome `BS2_not_met`).

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// How much a criterion weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strength {
    /// 1 point.
    Supporting,
    /// 2 points.
    Moderate,
    /// 4 points.
    Strong,
    /// 8 points.
    VeryStrong,
    /// Decides alone (BA1).
    StandAlone,
}

/// What was found when the criterion was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It applies.
    Met,
    /// It was looked at and does not apply.
    NotMet,
    /// It was not looked at.
    NotEvaluated,
}

/// One criterion of a statement.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Criterion {
    /// `PVS1`, `PM2`, `BA1`, or another guideline's code such as `OS1`, `2A`.
    pub code: String,
    /// Met, not met, not evaluated.
    pub outcome: Outcome,
    /// The strength applied; `None` when the source did not say and the guideline's default must
    /// not be assumed silently.
    pub strength: Option<Strength>,
}

/// The text is not a criterion.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a criterion: expected a form such as `PM2`, `PM2_Supporting` or `BS2_not_met`")]
pub struct CriterionError(String);

impl Strength {
    /// `Supporting`, `Moderate`, `Strong`, `VeryStrong`, `StandAlone`, as in `PM2_Supporting`.
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Supporting => "Supporting",
            Self::Moderate => "Moderate",
            Self::Strong => "Strong",
            Self::VeryStrong => "VeryStrong",
            Self::StandAlone => "StandAlone",
        }
    }

    /// The words for people: `very strong`.
    pub fn label(self) -> &'static str {
        match self {
            Self::Supporting => "supporting",
            Self::Moderate => "moderate",
            Self::Strong => "strong",
            Self::VeryStrong => "very strong",
            Self::StandAlone => "stand-alone",
        }
    }

    fn from_suffix(text: &str) -> Option<Self> {
        let plain: String = text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
        Some(match plain.as_str() {
            "supporting" | "sup" | "supp" | "p" => Self::Supporting,
            "moderate" | "mod" | "m" => Self::Moderate,
            "strong" | "str" | "s" => Self::Strong,
            "verystrong" | "vstrong" | "vs" | "vstr" => Self::VeryStrong,
            "standalone" | "sa" => Self::StandAlone,
            _ => return None,
        })
    }
}

/// Reads `PVS1`, `PM2_Supporting`, `PS3-moderate`, `PVS1 (strong)`, `BS2_not_met`.
impl FromStr for Criterion {
    type Err = CriterionError;

    fn from_str(text: &str) -> Result<Self, CriterionError> {
        let refuse = || CriterionError(text.chars().take(60).collect());
        let trimmed = text.trim();
        let end = trimmed.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(trimmed.len());
        let (code, rest) = trimmed.split_at(end);
        let looks_like_a_code = (2..=8).contains(&code.len())
            && code.bytes().any(|b| b.is_ascii_digit())
            && code.bytes().any(|b| b.is_ascii_alphabetic());
        if !looks_like_a_code {
            return Err(refuse());
        }
        let modifier = rest.trim_matches(|c: char| !c.is_ascii_alphanumeric());
        let squeezed: String = modifier.chars().filter(char::is_ascii_alphanumeric).collect();
        let (outcome, strength) = match squeezed.to_ascii_lowercase().as_str() {
            "" | "met" => (Outcome::Met, None),
            "notmet" => (Outcome::NotMet, None),
            "notevaluated" => (Outcome::NotEvaluated, None),
            _ => (Outcome::Met, Some(Strength::from_suffix(modifier).ok_or_else(refuse)?)),
        };
        Ok(Self { code: code.to_ascii_uppercase(), outcome, strength })
    }
}

impl fmt::Display for Criterion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.code)?;
        if let Some(strength) = self.strength {
            write!(f, "_{}", strength.suffix())?;
        }
        match self.outcome {
            Outcome::Met => Ok(()),
            Outcome::NotMet => f.write_str("_not_met"),
            Outcome::NotEvaluated => f.write_str("_not_evaluated"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, printed: &str) {
        assert_eq!(text.parse::<Criterion>().map(|c| c.to_string()).as_deref(), Ok(printed), "{text}");
    }

    #[test]
    fn reads_the_spellings_of_the_field() {
        check("PVS1", "PVS1");
        check("pm2_supporting", "PM2_Supporting");
        check("PS3-Moderate", "PS3_Moderate");
        check("PVS1 (Very Strong)", "PVS1_VeryStrong");
        check("BS2_not_met", "BS2_not_met");
        check("BA1_Stand_Alone", "BA1_StandAlone");
        check("2A", "2A");
    }

    #[test]
    fn refuses_prose() {
        for text in ["", "pathogenic", "PM2_perhaps", "seen in 2 families", "12"] {
            assert!(text.parse::<Criterion>().is_err(), "{text}");
        }
    }
}
