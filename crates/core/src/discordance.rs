//! Laboratories that differ, from detection to the end.
//!
//! [`detect`] says which statements of a variant differ, how badly, and for which condition. A
//! discordance is opened and closed by the machine from what it says; what people do in between
//! goes through [`state`]. [`difference`] puts two statements side by side and names the criterion
//! that explains them. [`reason`] are the structured reasons, [`equivalence`](crate::equivalence)
//! says which variants are the same.

pub mod detect;
pub mod difference;
pub mod grade;
pub mod reason;
pub mod resolution;
pub mod state;

pub use detect::{Found, Scope, Standpoint, detect};
pub use difference::{CriterionDifference, Difference, Explained, HowDifferent, SideClass, difference};
pub use grade::{Grade, Side, side};
pub use reason::{ContinueReason, FlagGroup, FlagReason, LiftReason};
pub use resolution::Resolution;
pub use state::{Answer, Cause, State, Step, StepError};

/// The version of the rules of [`detect`] and [`grade`]; a node that finds another version in its
/// record looks at every variant again.
///
/// 1: first. 2: a mode left open is read from every statement about the variant on the track, as in aggregates.
pub const RULES: &str = "2";

/// An enumeration of words with a stable code and a label.
macro_rules! words {
    ($(#[$outer:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $code:literal, $label:literal;)+ }) => {
        $(#[$outer])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$doc])* #[serde(rename = $code)] $variant,)+ }

        impl $name {
            /// Every word, in the order shown.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The stable code, as stored and exchanged.
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// The words for people.
            pub fn label(self) -> &'static str {
                match self { $(Self::$variant => $label,)+ }
            }

            /// The word with this code.
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().find(|word| word.code() == code).copied()
            }
        }
    };
}
pub(crate) use words;
