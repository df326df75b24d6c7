//! The class of a draft as it stands: computed live, chosen with a reason, or not there yet.

use super::draft::Draft;
use crate::classification::Classification;
use crate::guideline::{self, ClassifyError, Explanation, Guideline, Guidelines, UnknownGuideline};
use serde::Serialize;

/// What a draft amounts to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Assessment {
    /// The engine's answer, with rule, conflict and what more would change.
    pub explanation: Explanation,
    /// The class that the statement would have: the person's choice, otherwise the computed one.
    pub class: Option<Classification>,
    /// Why the class is not the computed one.
    pub reason: Option<String>,
    /// What is still missing before it can be signed.
    pub gaps: Vec<Gap>,
}

/// Something that a signature needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Gap {
    /// The field, as [`Change::key`](super::Change::key) names it.
    pub field: String,
    /// What is missing and what to do.
    pub text: String,
}

/// There is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AssessmentError {
    /// Nobody chose a guideline.
    #[error("no guideline is chosen: choose one")]
    NoGuideline,
    /// The guideline is not known here.
    #[error(transparent)]
    Unknown(#[from] UnknownGuideline),
    /// It cannot be run.
    #[error(transparent)]
    Engine(#[from] ClassifyError),
}

/// The guideline that a draft names.
///
/// # Errors
/// When none is named, or it is not known.
pub fn guideline_of<'a>(draft: &Draft, known: &'a Guidelines) -> Result<&'a Guideline, AssessmentError> {
    Ok(known.find(draft.guideline().ok_or(AssessmentError::NoGuideline)?)?)
}

/// Runs the guideline on what was found.
///
/// # Errors
/// When there is no guideline to run.
pub fn assess(draft: &Draft, known: &Guidelines) -> Result<Assessment, AssessmentError> {
    let guideline = guideline_of(draft, known)?;
    let explanation = guideline::explain(guideline, &draft.lines())?;
    let computed = explanation.decision.class;
    let choice = draft.choice().filter(|choice| Some(choice.class) != computed);
    let class = choice.map(|choice| choice.class).or(computed);
    let reason = choice.map(|choice| choice.reason.as_str().to_owned());
    let gaps = gaps(draft, class, reason.as_deref(), computed);
    Ok(Assessment { explanation, class, reason, gaps })
}

fn gaps(
    draft: &Draft,
    class: Option<Classification>,
    reason: Option<&str>,
    computed: Option<Classification>,
) -> Vec<Gap> {
    let mut gaps = Vec::new();
    let mut gap = |field: &str, text: &str| gaps.push(Gap { field: field.to_owned(), text: text.to_owned() });
    if draft.calls().next().is_none() {
        gap("criteria", "no criterion is looked at: set at least one to met or not met");
    }
    if !draft.condition().is_stated() {
        gap("condition", "no condition is stated: name the disease that the class is about");
    }
    if class.is_none() {
        gap("class", "the guideline has no class for this: choose one and say why");
    }
    if reason.is_some_and(|reason| reason.trim().is_empty()) {
        let computed = computed.map_or("none", Classification::label);
        gap("class", &format!("the class differs from the computed one ({computed}): say why"));
    }
    if draft.summary().trim().is_empty() {
        gap("summary", "the summary is empty: fill it from a template and edit it");
    }
    gaps
}
