//! A class with everything a person needs to believe it or to doubt it.

use super::classify::{ClassifyError, Decision, weighed};
use super::further::{Further, Next, further, next};
use super::selection::{Ignored, Used};
use super::{EvidenceLine, Guideline};
use serde::Serialize;

/// A class, the rule that gave it, what counted and what did not, and what more would change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// `acmg-amp@2015`.
    pub guideline: String,
    /// Its name for people.
    pub title: String,
    /// The publication.
    pub source: String,
    /// Class, rule, conflict, points.
    #[serde(flatten)]
    pub decision: Decision,
    /// What counted, in the guideline's order.
    pub used: Vec<Used>,
    /// What did not, and why.
    pub ignored: Vec<Ignored>,
    /// What each further criterion would give if it were met.
    pub further: Vec<Further>,
    /// How far the next class is on either side, cheapest way first.
    pub next: Vec<Next>,
}

/// Classifies and explains.
///
/// # Errors
/// As [`super::classify`].
pub fn explain(guideline: &Guideline, lines: &[EvidenceLine]) -> Result<Explanation, ClassifyError> {
    let weighed = weighed(guideline, lines)?;
    Ok(Explanation {
        guideline: guideline.address(),
        title: guideline.title.clone(),
        source: guideline.source.clone(),
        further: further(guideline, &weighed)?,
        next: next(guideline, &weighed)?,
        decision: weighed.decision,
        used: weighed.used,
        ignored: weighed.ignored,
    })
}
