//! The one door: what a reader may see, and why.
//!
//! Everything belongs to a laboratory. What is said about variants is for every member of the node;
//! what is known of a case is for its own laboratory, and for others only as a decision allows:
//! without identity under agreement and consent, or counted in buckets. Decisions are made by
//! [`cairn_core::decision`] with the policy of `policy.txt`; [`Door`] brings together what they depend
//! on, so that every read of case data asks here first.

mod door;
mod emergency;
mod keep;
pub mod passport;
pub mod request;

pub(crate) use door::again;
pub use door::{Door, Standing};
pub use emergency::{BreakGlassRequest, LONGEST};
pub use keep::{DecisionLine, Replay};

use cairn_core::data_use::{PurposeKind, RequestPurpose};
use cairn_core::decision::{Action, Decision, Inputs, Policy, Relation, Requester, Resource, Role, Standings};
use cairn_core::id::{LaboratoryId, UserId};
use cairn_core::membership::MemberState;
use cairn_core::tier::Tier;
use cairn_core::user::{Purpose, UserRole};
use cairn_store::serial::LaboratorySerial;
use jiff::Timestamp;
use std::sync::LazyLock;

/// The text of the policy in force.
pub const POLICY: &str = include_str!("access/policy.txt");

static PARSED: LazyLock<Policy> = LazyLock::new(|| Policy::read(POLICY).expect("the policy is read by a test"));

/// The policy in force.
pub fn policy() -> &'static Policy {
    &PARSED
}

/// Who reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Viewer {
    /// A person signed in.
    Person(Asker),
    /// Somebody at the machine who named a laboratory of this node: acts as its scientist, for care.
    Member(LaboratorySerial),
    /// Somebody at the machine itself who named no laboratory.
    Machine,
}

/// A person signed in, as far as decisions depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Asker {
    /// Where they work.
    pub laboratory: LaboratorySerial,
    /// The same, as consents name it.
    pub organisation: LaboratoryId,
    /// The part they play.
    pub role: UserRole,
    /// What for.
    pub purpose: Purpose,
    /// Their account.
    pub account: UserId,
}

impl Viewer {
    /// The laboratory of the reader.
    pub fn own(self) -> Option<LaboratorySerial> {
        match self {
            Self::Person(asker) => Some(asker.laboratory),
            Self::Member(laboratory) => Some(laboratory),
            Self::Machine => None,
        }
    }

    /// Their account.
    pub fn account(self) -> Option<UserId> {
        match self {
            Self::Person(asker) => Some(asker.account),
            Self::Member(_) | Self::Machine => None,
        }
    }

    fn role(self) -> Role {
        match self {
            Self::Person(asker) => asker.role.into(),
            Self::Member(_) => Role::ClinicalScientist,
            Self::Machine => Role::Operator,
        }
    }

    fn requester(self) -> Requester {
        let organisation = match self {
            Self::Person(asker) => Some(asker.organisation),
            Self::Member(_) | Self::Machine => None,
        };
        Requester { role: self.role(), organisation, account: self.account() }
    }

    fn purpose(self) -> RequestPurpose {
        let purpose = match self {
            Self::Person(asker) => asker.purpose,
            Self::Member(_) | Self::Machine => Purpose::ClinicalCare,
        };
        RequestPurpose::of(match purpose {
            Purpose::ClinicalCare => PurposeKind::ClinicalCare,
            Purpose::Research => PurposeKind::Health,
            Purpose::Operation => PurposeKind::Operation,
        })
    }

    /// Whether the policy allows the reader this with what belongs to a laboratory and speaks of no
    /// person. What speaks of a person is asked of a [`Door`].
    pub fn may(self, action: Action, resource: Resource, of: LaboratorySerial) -> bool {
        let relation = match self.own() {
            Some(own) if own == of => Relation::Own,
            _ => Relation::Network,
        };
        policy().rules_for(self.role(), action, resource, relation).any(|rule| rule.tier.is_none())
    }

    /// Whether the reader cares for the people of their own laboratory, and so may list its cases.
    pub fn cares(self) -> bool {
        let mut rules = policy().rules_for(self.role(), Action::List, Resource::Case, Relation::Own);
        self.purpose().kind == PurposeKind::ClinicalCare && rules.any(|rule| rule.tier == Some(Tier::Zero))
    }

    /// Whether the reader may see a submission of this laboratory: its bytes and problems hold
    /// case-level content.
    pub fn may_see_submissions_of(self, laboratory: LaboratorySerial) -> bool {
        self.may(Action::Read, Resource::Submission, laboratory)
    }

    /// Whether the reader may see a draft of this laboratory: work in progress is its own.
    pub fn may_see_drafts_of(self, laboratory: LaboratorySerial) -> bool {
        self.may(Action::Read, Resource::Draft, laboratory)
    }
}

/// Whether a reader whose laboratory stands so sees what other laboratories of the network state.
pub fn sees_network(viewer: Viewer, standing: Option<MemberState>, now: Timestamp) -> Decision {
    let inputs = Inputs {
        policy: policy().version().to_owned(),
        requester: viewer.requester(),
        relation: Relation::Network,
        purpose: viewer.purpose(),
        resource: Resource::Statement,
        action: Action::List,
        consent: None,
        opted_out: false,
        break_glass_until: None,
        grant: None,
        standings: Standings { requester: standing.filter(|standing| !standing.may_share()), owner: None },
        now,
    };
    again(&inputs, policy())
}

#[cfg(test)]
mod tests;
