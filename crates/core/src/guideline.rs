//! Guidelines as versioned data: which criteria a rule set knows, how strong they may be, how they
//! combine. One engine runs them all, old versions too, and says why.
//!
//! A rule set is a file of `crates/core/guidelines/`; nothing about a guideline is written in code
//! except the three ways of combining: a table of rules, a sum of points, and ClinGen's matrix of
//! gene-disease validity. Every rule, band and row says where it was read. What has no source is
//! unspecified in the data and never applied.

mod catalogue;
mod classify;
mod compare;
mod definition;
mod definition_difference;
mod evidence;
mod explain;
mod further;
pub mod gene_validity;
mod point_scale;
mod points;
mod rule_table;
mod scope;
mod selection;
mod threshold;

pub use catalogue::{GuidelineFileError, Guidelines, UnknownGuideline, all, find};
pub use classify::{ClassifyError, Conflict, Decision, Fired, classify};
pub use compare::{Comparison, Difference, compare};
pub use definition::{CombiningRow, CriterionDefinition, Direction, Guideline, GuidelineTrack, RowPoints};
pub use definition_difference::{DefinitionDifference, definition_differences};
pub use evidence::{EvidenceLine, UnreadableEvidence};
pub use explain::{Explanation, explain};
pub use further::{Addition, Further, Next};
pub use points::{Points, PointsError};
pub use scope::{Proposal, Question, Scope, propose};
pub use selection::{Ignored, Reason, Used};
pub use threshold::{Border, Measure, PopulationRule, Region, Relation, StrengthText, Threshold};

#[cfg(test)]
mod tests;
