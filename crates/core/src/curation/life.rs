//! The life of a draft: edited, signed by two, shared, withdrawn, opened again.

use super::change::Change;
use super::draft::Draft;
use crate::free_text::FreeText;
use crate::id::UserId;
use crate::user::{User, UserRole};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How far a draft has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// People work on it, or it waits for its second signature.
    Draft,
    /// It has every signature that its laboratory asks for.
    Reviewed,
    /// Its laboratory, or the network, has it.
    Shared,
    /// It was shared and taken back.
    Withdrawn,
}

/// Who is to have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// The own laboratory: settled, and nobody else sees it.
    Laboratory,
    /// Everybody whom the node's rules let see statements.
    Network,
}

/// What a signature says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignaturePart {
    /// This is my classification.
    Curator,
    /// I have reviewed it and agree.
    Approver,
}

/// Something a person did to a draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum Act {
    /// Changed fields.
    Edit {
        /// Which.
        edits: Vec<Edit>,
    },
    /// Put a name to it.
    Sign {
        /// As whom.
        part: SignaturePart,
        /// The role of the person on that day.
        role: UserRole,
        /// Whether the laboratory asks for no further signature.
        completes: bool,
        /// The difference from others that the person confirmed to know.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        confirmed: Option<FreeText>,
    },
    /// Gave it back to be worked on; all signatures are void.
    SendBack {
        /// Why.
        reason: FreeText,
    },
    /// Gave it away.
    Share {
        /// To whom.
        audience: Audience,
        /// The statement with its version that it became, such as `CRN000001.2`.
        statement: Option<String>,
    },
    /// Took it back.
    Withdraw {
        /// Why.
        reason: FreeText,
        /// The version of the statement that says so.
        statement: Option<String>,
    },
    /// Began the next version.
    Reopen {
        /// Why.
        reason: FreeText,
    },
}

/// A change, and what its author had seen of the field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit {
    /// The latest revision that the author had seen when making the change.
    pub base: u32,
    /// The change.
    #[serde(flatten)]
    pub change: Change,
}

/// An act as recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revision {
    /// Its number within the draft, from 1.
    pub number: u32,
    /// Who.
    pub by: UserId,
    /// When.
    pub at: Timestamp,
    /// What.
    #[serde(flatten)]
    pub act: Act,
}

/// A signature that holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Signature {
    /// Who.
    pub by: UserId,
    /// Their role on that day.
    pub role: UserRole,
    /// As whom.
    pub part: SignaturePart,
    /// When.
    pub at: Timestamp,
}

/// One sharing of a draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Shared {
    /// Of which version of the draft, from 1.
    pub round: u32,
    /// The revision of the sharing.
    pub revision: u32,
    /// With whom.
    pub audience: Audience,
    /// Whether it was taken back since.
    pub withdrawn: bool,
    /// The statement that it became.
    pub statement: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// Why an act is not possible.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The state does not allow it.
    #[error("the draft is {state}: {remedy}")]
    State {
        /// The state in words.
        state: &'static str,
        /// What to do instead.
        remedy: &'static str,
    },
    /// It changed after the person opened it.
    #[error(
        "the draft changed since you opened it (revision {seen}, now {now}): look at the changes, then decide again"
    )]
    Moved {
        /// What the person saw.
        seen: u32,
        /// What stands.
        now: u32,
    },
    /// Two values are waiting for a decision.
    #[error("{0} holds two values: decide which holds before signing")]
    Conflict(String),
    /// The role may not do it.
    #[error("a {role} may not {what}: {who} may")]
    Role {
        /// The person's role.
        role: &'static str,
        /// What was asked.
        what: &'static str,
        /// Who may.
        who: &'static str,
    },
    /// The second signature must be another person's.
    #[error("you signed it as its curator: the second signature must be another person's")]
    SamePerson,
    /// Something is missing.
    #[error("{0}")]
    Incomplete(String),
    /// The class differs from what others say, and the person did not confirm to know it.
    #[error("{0}: confirm that you know this before you sign")]
    Differs(String),
}

impl State {
    /// The words for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Draft => "a draft",
            Self::Reviewed => "reviewed",
            Self::Shared => "shared",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Reviewed => "reviewed",
            Self::Shared => "shared",
            Self::Withdrawn => "withdrawn",
        }
    }
}

impl SignaturePart {
    /// The words for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Curator => "curator",
            Self::Approver => "reviewer",
        }
    }
}

impl Audience {
    /// The words for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Laboratory => "own laboratory",
            Self::Network => "network",
        }
    }
}

/// Who may do what, and when.
impl Draft {
    /// Whether the person may change fields.
    ///
    /// # Errors
    /// When the role or the state forbids it.
    pub fn may_edit(&self, user: &User) -> Result<(), Refusal> {
        contributes(user, "edit drafts")?;
        match self.state {
            State::Draft | State::Reviewed => Ok(()),
            state => Err(Refusal::State { state: state.label(), remedy: "reopen it to work on the next version" }),
        }
    }

    /// The signature that the person would give now.
    ///
    /// # Errors
    /// When somebody else must, or something must be settled first.
    pub fn may_sign(&self, user: &User, seen: u32) -> Result<SignaturePart, Refusal> {
        if self.state != State::Draft {
            return Err(Refusal::State { state: self.state.label(), remedy: "it is signed already" });
        }
        self.is_as_seen(seen)?;
        if let Some(slot) = self.conflicts().next() {
            return Err(Refusal::Conflict(slot.change.label()));
        }
        let Some(first) = self.signatures.first() else {
            contributes(user, "sign a classification")?;
            return Ok(SignaturePart::Curator);
        };
        if !user.role.may_approve() {
            let who = "a laboratory head or an approver";
            return Err(Refusal::Role { role: user.role.label(), what: "give the second signature", who });
        }
        if first.by == user.id {
            return Err(Refusal::SamePerson);
        }
        Ok(SignaturePart::Approver)
    }

    /// Whether the person may give it back.
    ///
    /// # Errors
    /// When nothing is signed, or the role forbids it.
    pub fn may_send_back(&self, user: &User) -> Result<(), Refusal> {
        if !user.role.may_contribute() && !user.role.may_approve() {
            return Err(role(user, "send a draft back"));
        }
        match (self.state, self.signatures.is_empty()) {
            (State::Draft, false) | (State::Reviewed, _) => Ok(()),
            (state, _) => Err(Refusal::State { state: state.label(), remedy: "there is no signature to take off" }),
        }
    }

    /// Whether the person may share it with this audience.
    ///
    /// # Errors
    /// When it is not signed, or the role forbids it.
    pub fn may_share(&self, user: &User, audience: Audience) -> Result<(), Refusal> {
        if !user.role.may_contribute() && !user.role.may_approve() {
            return Err(role(user, "share a classification"));
        }
        let widens = audience == Audience::Network
            && self.shared.last().is_some_and(|last| last.round == self.round && last.audience == Audience::Laboratory);
        match self.state {
            State::Reviewed => Ok(()),
            State::Shared if widens => Ok(()),
            State::Draft => Err(Refusal::State { state: "a draft", remedy: "it must be signed first" }),
            state => Err(Refusal::State { state: state.label(), remedy: "reopen it to share a new version" }),
        }
    }

    /// Whether the person may take it back.
    ///
    /// # Errors
    /// When it is not shared, or the role forbids it.
    pub fn may_withdraw(&self, user: &User) -> Result<(), Refusal> {
        if !user.role.may_approve() {
            let who = "a laboratory head or an approver";
            return Err(Refusal::Role { role: user.role.label(), what: "withdraw a classification", who });
        }
        match self.state {
            State::Shared => Ok(()),
            state => Err(Refusal::State { state: state.label(), remedy: "only what is shared can be withdrawn" }),
        }
    }

    /// Whether the person may begin the next version.
    ///
    /// # Errors
    /// When it is open already, or the role forbids it.
    pub fn may_reopen(&self, user: &User) -> Result<(), Refusal> {
        contributes(user, "reopen a classification")?;
        match self.state {
            State::Shared | State::Withdrawn => Ok(()),
            state => Err(Refusal::State { state: state.label(), remedy: "it is open already" }),
        }
    }

    fn is_as_seen(&self, seen: u32) -> Result<(), Refusal> {
        if seen == self.revision { Ok(()) } else { Err(Refusal::Moved { seen, now: self.revision }) }
    }
}

fn contributes(user: &User, what: &'static str) -> Result<(), Refusal> {
    if user.role.may_contribute() { Ok(()) } else { Err(role(user, what)) }
}

fn role(user: &User, what: &'static str) -> Refusal {
    Refusal::Role { role: user.role.label(), what, who: "a clinical scientist, a curator or a laboratory head" }
}
