//! A classification in the making: criteria looked at one by one, evidence, a summary, signatures.
//!
//! Everything that people do to it is an [`Act`], kept for ever; what stands now is their
//! [replay](Draft::replay). Two people may edit at once: changes of different fields merge, changes
//! of one field that did not know of each other are both kept and shown until a person decides.

mod assessment;
mod change;
mod draft;
mod evidence_type;
mod life;
mod others;
mod template;
mod validity;

pub use assessment::{Assessment, AssessmentError, Gap, assess, guideline_of};
pub use change::{Change, ClassChoice, CriterionCall};
pub use draft::{Contender, Draft, Slot};
pub use evidence_type::evidence_type;
pub use life::{Act, Audience, Edit, Refusal, Revision, Shared, Signature, SignaturePart, State};
pub use others::{Others, Panel, Stated};
pub use template::{Filling, UnknownPlaceholder, fill};
pub use validity::{Cut, VALIDITY_KINDS, ValidityAssessment, weigh_validity};

#[cfg(test)]
mod tests;
