//! What decisions depend on, read once for a reader and a set of cases.

use super::{POLICY, Viewer, policy, request};
use crate::error::NodeError;
use crate::node::Node;
use cairn_core::access_request::Grant;
use cairn_core::consent::State;
use cairn_core::data_use::DiseaseTree;
use cairn_core::decision::{Action, ConsentSeen, Decision, Inputs, Relation, Resource, Standings, decide};
use cairn_core::membership::MemberState;
use cairn_store::consent::RecordedConsent;
use cairn_store::serial::{CaseSerial, LaboratorySerial};
use cairn_store::{Connection, agreement, break_glass, consent, membership, opt_out};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::collections::{HashMap, HashSet};

/// How a reader stands to cases: agreements, consents, objections, emergencies.
pub struct Door {
    viewer: Viewer,
    now: Timestamp,
    /// Laboratories whose cases are open to the reader under agreement.
    open: Vec<LaboratorySerial>,
    consents: HashMap<CaseSerial, RecordedConsent>,
    opted_out: HashSet<CaseSerial>,
    broken: HashMap<CaseSerial, Timestamp>,
    /// Members that are not approved.
    held: HashMap<LaboratorySerial, MemberState>,
    /// What was granted to the reader, by case.
    granted: HashMap<CaseSerial, Grant>,
}

/// A case with whose it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// The case.
    pub case: CaseSerial,
    /// Whose it is.
    pub laboratory: LaboratorySerial,
}

/// Diseases by identifier alone: a node knows no tree of diseases yet, and says so by referring what
/// would need one.
struct SameDisease;

impl DiseaseTree for SameDisease {
    fn is_within(&self, disease: &str, above: &str) -> Option<bool> {
        (disease == above).then_some(true)
    }
}

/// A decision made again from kept inputs.
pub(crate) fn again(inputs: &Inputs, policy: &cairn_core::decision::Policy) -> Decision {
    decide(inputs, policy, &SameDisease)
}

impl Door {
    /// Reads what decisions about these cases depend on.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn open(
        connection: &mut Connection,
        node: &Node,
        viewer: Viewer,
        cases: &[CaseSerial],
    ) -> Result<Self, NodeError> {
        let now = node.now();
        let open = match viewer.own() {
            Some(own) if !cases.is_empty() => agreement::open_to(connection, own).await?,
            _ => Vec::new(),
        };
        let consents = consent::current(connection, cases).await?;
        let opted_out = opt_out::among(connection, cases).await?;
        let mut broken = HashMap::new();
        if let (Some(account), [case]) = (viewer.account(), cases)
            && let Some(until) = break_glass::open_until(connection, account, *case, now).await?
        {
            broken.insert(*case, until);
        }
        let held = match cases {
            [] => HashMap::new(),
            _ => membership::not_approved(connection).await?.into_iter().collect(),
        };
        let granted = request::grants(connection, node, viewer, cases).await?;
        Ok(Self { viewer, now, open, consents, opted_out, broken, held, granted })
    }

    /// The door as it would be once the reader had broken the glass of a case until a moment.
    pub(super) fn with_broken(mut self, case: CaseSerial, until: Timestamp) -> Self {
        self.broken.insert(case, until);
        self
    }

    /// How near the reader is to a laboratory.
    pub fn relation(&self, laboratory: LaboratorySerial) -> Relation {
        match self.viewer.own() {
            Some(own) if own == laboratory => Relation::Own,
            Some(_) if self.open.contains(&laboratory) => Relation::Agreed,
            _ => Relation::Network,
        }
    }

    /// Everything that a decision about a case depends on.
    pub fn inputs(&self, action: Action, resource: Resource, of: Standing) -> Inputs {
        let seen = self.consents.get(&of.case).map(|found| ConsentSeen {
            version: found.version,
            recorded: found.recorded,
            consent: found.consent.clone(),
        });
        Inputs {
            policy: policy().version().to_owned(),
            requester: self.viewer.requester(),
            relation: self.relation(of.laboratory),
            purpose: self.viewer.purpose(),
            resource,
            action,
            consent: seen,
            opted_out: self.opted_out.contains(&of.case),
            break_glass_until: self.broken.get(&of.case).copied(),
            grant: self.granted.get(&of.case).cloned(),
            standings: Standings {
                requester: self.viewer.own().and_then(|own| self.held.get(&own).copied()),
                owner: self.held.get(&of.laboratory).copied(),
            },
            now: self.now,
        }
    }

    /// The decision about a case.
    pub fn decide(&self, action: Action, resource: Resource, of: Standing) -> Decision {
        again(&self.inputs(action, resource, of), policy())
    }

    /// The state of a case's consent today.
    pub fn state(&self, case: CaseSerial) -> State {
        let today = self.now.to_zoned(TimeZone::UTC).date();
        self.consents.get(&case).map_or(State::None, |found| found.consent.state(today))
    }

    /// Whether a profile that few share may be given all the same, because the person said so or it
    /// is published.
    pub fn allows_rare_profile(&self, case: CaseSerial) -> bool {
        self.consents.get(&case).is_some_and(|found| {
            let published = matches!(found.consent.basis, Some(cairn_core::consent::Basis::Published { .. }));
            found.consent.allows_rare_profile || published
        })
    }

    /// Whether nothing is recorded of a case that a decision depends on.
    pub fn is_plain(&self, case: CaseSerial) -> bool {
        let is_quiet = !self.consents.contains_key(&case) && !self.opted_out.contains(&case);
        is_quiet && !self.broken.contains_key(&case) && !self.granted.contains_key(&case)
    }

    /// Until when the reader has broken the glass of a case.
    pub fn broken_until(&self, case: CaseSerial) -> Option<Timestamp> {
        self.broken.get(&case).copied()
    }
}

/// The text of the policy that decisions are kept with.
pub(super) fn policy_text() -> &'static str {
    POLICY
}
