//! The engine: evidence in, class out, with the rule that gave it.

use super::definition::{Guideline, Method};
use super::selection::{Ignored, Tally, Used, select};
use super::{EvidenceLine, Points};
use crate::classification::Classification;
use serde::Serialize;

/// What a guideline says about evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Decision {
    /// The class; `None` when the guideline has none for this and a person decides.
    pub class: Option<Classification>,
    /// The rule that gave it.
    pub rule: Fired,
    /// Evidence on both sides, and what became of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conflict: Option<Conflict>,
    /// The sum, where the guideline counts points and the sum decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub points: Option<Points>,
}

/// The rule that fired.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fired {
    /// Its name in the guideline, such as `Pathogenic (i)(a)`.
    pub id: String,
    /// What it says, in our words.
    pub text: String,
    /// Where it was read.
    pub provenance: String,
}

/// Contradictory evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Conflict {
    /// What speaks for.
    pub pathogenic: String,
    /// What speaks against.
    pub benign: String,
    /// How the guideline resolves it.
    pub resolution: String,
}

/// The guideline cannot be run on this.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClassifyError {
    /// One criterion twice, with different outcome, strength or points.
    #[error("`{code}` is given twice and differently: keep one")]
    Contradiction {
        /// The criterion.
        code: String,
    },
    /// The guideline weighs genes, not variants.
    #[error("`{address}` weighs a gene against a disease: give it points of genetic and experimental evidence")]
    NotForVariants {
        /// The guideline.
        address: String,
    },
}

/// The class of the evidence under the guideline. Criteria that are not met never count, and the
/// order of the lines does not matter.
///
/// # Errors
/// When a criterion is given twice and differently, or the guideline is not for variants.
pub fn classify(guideline: &Guideline, lines: &[EvidenceLine]) -> Result<Decision, ClassifyError> {
    weighed(guideline, lines).map(|weighed| weighed.decision)
}

/// The decision with what it rests on.
pub(crate) struct Weighed {
    pub(crate) decision: Decision,
    pub(crate) tally: Tally,
    pub(crate) used: Vec<Used>,
    pub(crate) ignored: Vec<Ignored>,
}

pub(crate) fn weighed(guideline: &Guideline, lines: &[EvidenceLine]) -> Result<Weighed, ClassifyError> {
    let (used, ignored) = select(guideline, lines)?;
    let mut tally = Tally::default();
    used.iter().for_each(|used| tally.add(used));
    let decision = decide(guideline, &tally)?;
    Ok(Weighed { decision, tally, used, ignored })
}

/// The class of a tally.
pub(crate) fn decide(guideline: &Guideline, tally: &Tally) -> Result<Decision, ClassifyError> {
    match &guideline.method {
        Method::Rules(table) => Ok(table.decide(tally)),
        Method::Points(scale) => Ok(scale.decide(tally)),
        Method::Validity(_) => Err(ClassifyError::NotForVariants { address: guideline.address() }),
    }
}
