//! One decision: who may do what with which thing, for what, now.
//!
//! [`decide`] is a pure function of its [`Inputs`] and a [`Policy`] in one version. The inputs are kept
//! with every answer, so that any old decision can be made again and must come out the same. First the
//! policy says whether this role may do this at this distance at all; then, where the thing speaks of a
//! person, consent says whether it may be done to this person's data. What nobody allowed is denied.

pub mod policy;
mod words;

pub use policy::{Policy, PolicyError};
pub use words::{Action, Relation, Resource, Role};

use crate::access_request::Grant;
use crate::consent::{Consent, Recipients, Scope, State};
use crate::data_use::{DiseaseTree, Match, Outcome, PurposeKind, RequestPurpose, match_use};
use crate::id::{LaboratoryId, UserId};
use crate::membership::MemberState;
use crate::tier::Tier;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use policy::{Ground, Rule};
use serde::{Deserialize, Serialize};

/// Seconds by which a clock may be behind the record before nothing is decided by it.
const CLOCK_SKEW: i64 = 60;

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requester {
    /// The part they play.
    pub role: Role,
    /// Where they work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<LaboratoryId>,
    /// Their account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<UserId>,
}

/// A version of a consent, as the decision saw it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentSeen {
    /// The version, from 1.
    pub version: u32,
    /// When it was recorded.
    pub recorded: Timestamp,
    /// What it says.
    pub consent: Consent,
}

/// How two laboratories stand in the network; `None`: approved, or no member of this node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Standings {
    /// That of who asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requester: Option<MemberState>,
    /// That of whom the thing belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<MemberState>,
}

impl Standings {
    fn is_plain(&self) -> bool {
        *self == Self::default()
    }

    /// Why nothing passes between the two laboratories, when it does not.
    fn refusal(self) -> Option<String> {
        let held = |standing: Option<MemberState>| standing.filter(|standing| !standing.may_share());
        let requester =
            held(self.requester).map(|s| format!("the requester's laboratory is {}, not approved", s.label()));
        let owner = || held(self.owner).map(|s| format!("the laboratory it belongs to is {}, not approved", s.label()));
        requester.or_else(owner)
    }
}

/// Everything a decision depends on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inputs {
    /// The version of the policy.
    pub policy: String,
    /// Who asks.
    pub requester: Requester,
    /// How near the requester is to whom the thing belongs to.
    pub relation: Relation,
    /// What for.
    pub purpose: RequestPurpose,
    /// With what.
    pub resource: Resource,
    /// What is to be done.
    pub action: Action,
    /// The consent of the person; `None`: nothing is recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent: Option<ConsentSeen>,
    /// Whether the person opted out of every use but their own care.
    #[serde(default)]
    pub opted_out: bool,
    /// Until when the requester has broken the glass for this case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub break_glass_until: Option<Timestamp>,
    /// What the laboratory of the case granted the requester, where the case is within it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant: Option<Grant>,
    /// How the requester's laboratory and the one that the thing belongs to stand, where that is not approved.
    #[serde(default, skip_serializing_if = "Standings::is_plain")]
    pub standings: Standings,
    /// The present moment.
    pub now: Timestamp,
}

/// The answer. It cannot be made but by [`decide`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Decision {
    outcome: Outcome,
    #[serde(skip_serializing_if = "Option::is_none")]
    tier: Option<Tier>,
    reasons: Vec<String>,
    obligations: Vec<String>,
}

/// A positive decision about one person's data, for one tier. Needed by every conversion of
/// [`tier`](crate::tier).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permit {
    tier: Tier,
}

impl Permit {
    /// The tier it is for.
    pub fn tier(&self) -> Tier {
        self.tier
    }
}

impl Decision {
    fn permit(tier: Option<Tier>, reason: &str, obligations: Vec<String>) -> Self {
        Self { outcome: Outcome::Permit, tier, reasons: vec![reason.to_owned()], obligations }
    }

    fn refuse(outcome: Outcome, reasons: Vec<String>) -> Self {
        Self { outcome, tier: None, reasons, obligations: Vec::new() }
    }

    fn deny(reason: &str) -> Self {
        Self::refuse(Outcome::Deny, vec![reason.to_owned()])
    }

    /// The answer.
    pub fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// Whether it is allowed now, without anybody else.
    pub fn is_permitted(&self) -> bool {
        self.outcome == Outcome::Permit
    }

    /// Of data of a person, the tier that is allowed.
    pub fn tier(&self) -> Option<Tier> {
        self.tier
    }

    /// Why.
    pub fn reasons(&self) -> &[String] {
        &self.reasons
    }

    /// What the requester takes on, as codes such as `IRB`.
    pub fn obligations(&self) -> &[String] {
        &self.obligations
    }

    /// The permit, where data of a person are allowed.
    pub fn as_permit(&self) -> Option<Permit> {
        self.tier.filter(|_| self.is_permitted()).map(|tier| Permit { tier })
    }
}

/// Decides.
pub fn decide(inputs: &Inputs, policy: &Policy, diseases: &dyn DiseaseTree) -> Decision {
    if policy.version() != inputs.policy {
        return Decision::deny("the policy is of another version than the request was made under");
    }
    if let Some(why) = inputs.standings.refusal().filter(|_| inputs.relation != Relation::Own) {
        return Decision::deny(&why);
    }
    let plain = by_policy(inputs, policy, &|rule| by_rule(rule, inputs, diseases));
    match &inputs.grant {
        Some(grant) if !plain.is_permitted() => with_grant(grant, inputs, policy, diseases),
        _ => plain,
    }
}

/// The best answer that a rule of the policy gives.
fn by_policy(inputs: &Inputs, policy: &Policy, answer: &dyn Fn(&Rule) -> Decision) -> Decision {
    let rules = policy.rules_for(inputs.requester.role, inputs.action, inputs.resource, inputs.relation);
    let best = rules.map(answer).min_by_key(|decision| decision.outcome);
    best.unwrap_or_else(|| Decision::deny("no policy allows this role this action at this distance"))
}

/// A granted request: it stands for an agreement with the laboratory, says what for, and settles what a consent refers
/// to a person. What a consent denies stays denied.
fn with_grant(grant: &Grant, inputs: &Inputs, policy: &Policy, diseases: &dyn DiseaseTree) -> Decision {
    let relation = if inputs.relation == Relation::Network { Relation::Agreed } else { inputs.relation };
    let asked = Inputs { relation, purpose: grant.purpose.clone(), grant: None, ..inputs.clone() };
    by_policy(&asked, policy, &|rule| match (rule.tier, rule.ground) {
        (Some(tier), Ground::Consent | Ground::NoObjection) if !grant.reaches(tier, today(inputs.now)) => {
            Decision::deny("the grant does not reach to this tier and day")
        }
        (Some(tier), Ground::Consent | Ground::NoObjection) => settled(grant, tier, by_rule(rule, &asked, diseases)),
        _ => Decision::deny("a grant is for data that a consent lets go"),
    })
}

fn settled(grant: &Grant, tier: Tier, decision: Decision) -> Decision {
    let why = match decision.outcome {
        Outcome::Deny => return decision,
        Outcome::Permit => decision.reasons.join("; "),
        Outcome::Refer => format!("it settles: {}", decision.reasons.join("; ")),
    };
    let obligations = decision.obligations.into_iter().chain(grant.obligations.iter().cloned()).collect();
    Decision::permit(Some(tier), &format!("granted by the laboratory, request {}; {why}", grant.request), obligations)
}

fn by_rule(rule: &Rule, inputs: &Inputs, diseases: &dyn DiseaseTree) -> Decision {
    match (rule.tier, rule.ground) {
        (None, _) => Decision::permit(None, "the policy allows it", Vec::new()),
        (Some(_), _) if is_clock_in_doubt(inputs) => {
            Decision::deny("the clock is behind the record: nothing is decided by it")
        }
        (Some(tier), Ground::Care) => for_care(tier, inputs, diseases),
        (Some(tier), Ground::NoObjection) => without_objection(tier, inputs, diseases),
        (Some(tier), Ground::Consent) => with_consent(tier, inputs, diseases),
        (Some(tier), Ground::BreakGlass) => with_broken_glass(tier, inputs),
    }
}

fn is_clock_in_doubt(inputs: &Inputs) -> bool {
    let recorded = inputs.consent.as_ref().map(|seen| seen.recorded);
    recorded.is_some_and(|recorded| inputs.now.as_second() + CLOCK_SKEW < recorded.as_second())
}

fn today(now: Timestamp) -> Date {
    now.to_zoned(TimeZone::UTC).date()
}

fn state(inputs: &Inputs) -> State {
    inputs.consent.as_ref().map_or(State::None, |seen| seen.consent.state(today(inputs.now)))
}

/// The laboratory that cares for the person: care needs no further ground, any other use consent.
fn for_care(tier: Tier, inputs: &Inputs, diseases: &dyn DiseaseTree) -> Decision {
    match inputs.purpose.kind {
        PurposeKind::ClinicalCare => Decision::permit(Some(tier), "care in the person's own laboratory", Vec::new()),
        PurposeKind::Operation => Decision::deny("operation of the node is no ground to read a case"),
        _ => with_consent_for(tier, &[Tier::One, Tier::Two, Tier::Three], inputs, diseases),
    }
}

/// Counts: allowed while nobody said anything, and bound to what the person said once they did.
fn without_objection(tier: Tier, inputs: &Inputs, diseases: &dyn DiseaseTree) -> Decision {
    match state(inputs) {
        State::None if is_opted_out(inputs) => opted_out(),
        State::None => Decision::permit(Some(tier), "variant level without an explicit consent, by policy", Vec::new()),
        _ => with_consent(tier, inputs, diseases),
    }
}

fn with_consent(tier: Tier, inputs: &Inputs, diseases: &dyn DiseaseTree) -> Decision {
    let covering: &[Tier] = match tier {
        Tier::Zero => &[],
        Tier::One => &[Tier::One],
        Tier::Two => &[Tier::One, Tier::Two],
        Tier::Three => &[Tier::Three],
    };
    with_consent_for(tier, covering, inputs, diseases)
}

fn with_consent_for(tier: Tier, covering: &[Tier], inputs: &Inputs, diseases: &dyn DiseaseTree) -> Decision {
    if is_opted_out(inputs) {
        return opted_out();
    }
    let state = state(inputs);
    let Some(seen) = inputs.consent.as_ref().filter(|_| matches!(state, State::Given | State::Narrowed)) else {
        return Decision::deny(state.label());
    };
    let scopes = seen.consent.in_force(today(inputs.now)).filter(|scope| covering.contains(&scope.tier));
    let open = scopes.filter(|scope| reaches(scope, inputs));
    let matches = open.map(|scope| match_use(&scope.conditions, &inputs.purpose, diseases));
    match matches.min_by_key(|found| found.outcome) {
        None => Decision::deny("the consent does not reach to this tier and this recipient"),
        Some(Match { outcome: Outcome::Permit, obligations, .. }) => {
            Decision::permit(Some(tier), &format!("consent, version {}", seen.version), obligations)
        }
        Some(Match { outcome, reasons, .. }) => Decision::refuse(outcome, reasons),
    }
}

/// Whether a scope names the requester's organisation. A name alone is not enough: an agreement is
/// needed too, unless the scope is for the whole network.
fn reaches(scope: &Scope, inputs: &Inputs) -> bool {
    match (&scope.recipients, inputs.relation) {
        (_, Relation::Own) => true,
        (_, Relation::Outside) => scope.tier == Tier::Three,
        (Recipients::Network, Relation::Agreed | Relation::Network) => true,
        (Recipients::Agreed, relation) => relation == Relation::Agreed,
        (Recipients::Named(named), relation) => {
            relation == Relation::Agreed && inputs.requester.organisation.is_some_and(|one| named.contains(&one))
        }
    }
}

fn is_opted_out(inputs: &Inputs) -> bool {
    inputs.opted_out && inputs.purpose.kind != PurposeKind::ClinicalCare
}

fn opted_out() -> Decision {
    Decision::deny("the person opted out of every use but their own care")
}

/// An emergency: a reason was given, for a short time, and somebody will look at it. A person who
/// withdrew is not overruled.
fn with_broken_glass(tier: Tier, inputs: &Inputs) -> Decision {
    let is_open = inputs.break_glass_until.is_some_and(|until| inputs.now < until);
    match (is_open, state(inputs)) {
        (false, _) => Decision::deny("nothing allows it without an emergency"),
        (true, State::Withdrawn) => Decision::deny(State::Withdrawn.label()),
        (true, _) if inputs.purpose.kind != PurposeKind::ClinicalCare => {
            Decision::deny("an emergency is care and nothing else")
        }
        (true, _) => Decision::permit(Some(tier), "emergency access, to be reviewed", vec!["REVIEW".to_owned()]),
    }
}

#[cfg(test)]
pub(crate) mod tests;
