//! Opaque identifiers: 128 random bits, each kind of thing with its own type.
//!
//! An id says nothing about what it names, neither order nor number nor time, so that it may
//! stand in an address. Randomness is an argument: whoever creates a thing brings the bits.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// The text was not 32 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an id: expected 32 hexadecimal digits")]
pub struct IdError(String);

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(u128);

        impl $name {
            /// The id made of these random bits.
            pub fn from_random(bits: u128) -> Self {
                Self(bits)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:032x}", self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({:032x})"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                let plain = text.len() == 32 && text.bytes().all(|b| b.is_ascii_hexdigit());
                if !plain {
                    return Err(IdError(text.chars().take(40).collect()));
                }
                u128::from_str_radix(text, 16).map(Self).map_err(|_| IdError(text.to_owned()))
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;

            fn try_from(text: String) -> Result<Self, IdError> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.to_string()
            }
        }
    )+};
}

ids! {
    /// Names a laboratory in this node.
    LaboratoryId,
    /// Names a person with an account.
    UserId,
    /// Names a canonical variant: the group of its alleles over all builds.
    VariantId,
    /// Names a statement through all its versions.
    StatementId,
    /// Names a case inside the laboratory that contributed it; other recipients see other ids.
    CaseId,
    /// Names one variant seen in one case.
    ObservationId,
    /// Names a submission.
    SubmissionId,
    /// Names a piece of background work.
    JobId,
    /// Names a classification in the making.
    DraftId,
    /// Names a saved column mapping of a laboratory.
    MappingId,
    /// Names a message in the thread of a discordance.
    MessageId,
    /// Names a proposal in a discordance.
    ProposalId,
    /// Names a flag on a statement version.
    FlagId,
    /// Names an alert.
    AlertId,
    /// Names what one laboratory was told of one entry and cause.
    NoticeId,
    /// Names what a laboratory asked to be told about.
    SubscriptionId,
    /// Names a place that notices are sent to.
    WebhookId,
    /// Names a decision about data of a person.
    DecisionId,
    /// Names an emergency access.
    BreakGlassId,
    /// Names a researcher's request to use data of cases.
    AccessRequestId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_and_reads_back() {
        let id = CaseId::from_random(0x1f);
        assert_eq!(id.to_string(), "0000000000000000000000000000001f");
        assert_eq!(id.to_string().parse(), Ok(id));
    }

    #[test]
    fn refuses_what_is_no_id() {
        for text in ["", "1f", "+000000000000000000000000000001f", "zz00000000000000000000000000001f"] {
            assert!(text.parse::<CaseId>().is_err(), "{text}");
        }
    }
}
