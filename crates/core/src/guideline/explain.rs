//! A class with everything a person needs to believe it or to doubt it.

use super::classify::{ClassifyError, Decision, weighed};
use super::further::{Further, Next, further, next};
use super::selection::{Ignored, Used};
use super::{Direction, EvidenceLine, Guideline};
use crate::classification::Bucket;
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
    /// Criteria that count and speak against the class, when no rule is met on their side: a person
    /// weighs them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contrary: Vec<String>,
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
    let contrary = contrary(&weighed.decision, &weighed.used);
    Ok(Explanation {
        contrary,
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

/// What counts on the other side of a class that takes a side, where the guideline calls it no conflict.
fn contrary(decision: &Decision, used: &[Used]) -> Vec<String> {
    let against = match decision.class.and_then(|class| class.bucket()) {
        _ if decision.conflict.is_some() => return Vec::new(),
        Some(Bucket::Pathogenic) => Direction::Benign,
        Some(Bucket::Benign) => Direction::Pathogenic,
        Some(Bucket::Uncertain) | None => return Vec::new(),
    };
    let name = |used: &Used| match used.strength {
        Some(strength) => format!("{}_{}", used.code, strength.suffix()),
        None => used.code.clone(),
    };
    used.iter().filter(|used| used.direction == against).map(name).collect()
}
