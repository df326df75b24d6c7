//! Whether a laboratory is approved to share, and on what that rests.

use crate::discordance::words;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

words! {
    /// How a laboratory stands in the network.
    MemberState {
        /// It asked to be a member; nobody has decided.
        Applied = "applied", "applied";
        /// It may share and see what others share.
        Approved = "approved", "approved";
        /// Approved before; for now it neither shares nor sees what others share.
        Suspended = "suspended", "suspended";
        /// It is a member no more.
        Withdrawn = "withdrawn", "withdrawn";
    }
}

impl MemberState {
    /// Whether a laboratory that stands so shares, and sees what others share.
    pub fn may_share(self) -> bool {
        self == Self::Approved
    }

    /// Whether a laboratory that stands at `from` may come to stand here. Approving an approved one renews what the
    /// approval rests on.
    ///
    /// # Errors
    /// Says what would have to come first.
    pub fn after(self, from: Option<Self>) -> Result<Self, StepError> {
        use MemberState::{Applied, Approved, Suspended, Withdrawn};
        let is_possible = match (from, self) {
            (None | Some(Withdrawn), Applied) | (Some(Approved), Suspended) => true,
            (from, Approved) => from != Some(Withdrawn),
            (Some(Applied | Approved | Suspended), Withdrawn) => true,
            _ => false,
        };
        if is_possible { Ok(self) } else { Err(StepError { from, to: self }) }
    }
}

/// A step that does not follow from how the laboratory stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a laboratory that is {} cannot become {}; {}", stands(.from), .to.label(), remedy(*.to))]
pub struct StepError {
    /// How it stands; `None`: it is no member.
    pub from: Option<MemberState>,
    /// What was asked for.
    pub to: MemberState,
}

fn stands(from: &Option<MemberState>) -> &'static str {
    from.map_or("no member", MemberState::label)
}

fn remedy(to: MemberState) -> &'static str {
    match to {
        MemberState::Applied => "only one that is no member, or was one, applies",
        MemberState::Approved => "let it apply first",
        MemberState::Suspended => "only an approved one is suspended",
        MemberState::Withdrawn => "only a member is withdrawn",
    }
}

/// Who vouches for the quality of a laboratory's work, such as an accreditation by ISO 15189.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Accreditation {
    /// The body, such as `UKAS`.
    pub body: String,
    /// The laboratory's number there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// The last day of it; `None`: nobody said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
}

impl Accreditation {
    /// Whether its last day is over.
    pub fn is_over(&self, today: Date) -> bool {
        self.until.is_some_and(|until| until < today)
    }

    /// The same in words.
    pub fn words(&self, today: Date) -> String {
        let number = self.number.as_ref().map(|number| format!(" {number}")).unwrap_or_default();
        let until = match self.until {
            Some(until) if until < today => format!(", expired on {until}"),
            Some(until) => format!(", valid until {until}"),
            None => String::new(),
        };
        format!("{}{number}{until}", self.body)
    }
}

/// One decision about a laboratory, with what it rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Membership {
    /// How it stands from then on.
    pub standing: MemberState,
    /// Its accreditation, where one was named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accreditation: Option<Accreditation>,
    /// Reference of the agreement that it signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agreement: Option<String>,
    /// Why, in the words of who decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl Membership {
    /// Approved by the word of an operator, without more.
    pub fn approved() -> Self {
        Self { standing: MemberState::Approved, accreditation: None, agreement: None, reason: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use MemberState::{Applied, Approved, Suspended, Withdrawn};

    #[test]
    fn each_step_follows_from_the_one_before() {
        for (from, to, is_possible) in [
            (None, Applied, true),
            (None, Approved, true),
            (None, Suspended, false),
            (Some(Applied), Approved, true),
            (Some(Applied), Suspended, false),
            (Some(Approved), Approved, true),
            (Some(Approved), Suspended, true),
            (Some(Suspended), Approved, true),
            (Some(Suspended), Suspended, false),
            (Some(Approved), Withdrawn, true),
            (Some(Withdrawn), Approved, false),
            (Some(Withdrawn), Applied, true),
            (None, Withdrawn, false),
        ] {
            assert_eq!(to.after(from).is_ok(), is_possible, "{from:?} to {to:?}");
        }
        let refused = Approved.after(Some(Withdrawn)).unwrap_err().to_string();
        assert_eq!(refused, "a laboratory that is withdrawn cannot become approved; let it apply first");
        assert!(Approved.may_share() && !Suspended.may_share());
    }

    #[test]
    fn an_accreditation_ends_after_its_last_day() {
        let until = Some(jiff::civil::date(2026, 6, 30));
        let one = Accreditation { body: "UKAS".to_owned(), number: Some("8123".to_owned()), until };
        assert!(!one.is_over(jiff::civil::date(2026, 6, 30)));
        assert_eq!(one.words(jiff::civil::date(2026, 7, 1)), "UKAS 8123, expired on 2026-06-30");
    }
}
