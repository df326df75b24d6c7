//! Data-access requests: what consents answer to them, who decides, and what a grant opens.

use super::{Door, Viewer, again, policy};
use crate::error::NodeError;
use crate::ledger::{self, Event};
use crate::node::Node;
use cairn_core::access_request::{AccessRequest, Grant, RequestState};
use cairn_core::case::Case;
use cairn_core::data_use::Outcome;
use cairn_core::decision::{Action, Relation, Resource};
use cairn_core::id::AccessRequestId;
use cairn_core::user::UserRole;
use cairn_ledger::leaf::Kind;
use cairn_store::access_request::{self, Of, RecordedRequest, RequestStep};
use cairn_store::laboratory::RecordedLaboratory;
use cairn_store::serial::{CaseSerial, LaboratorySerial};
use cairn_store::{Connection, case, entry};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};

/// Requests in one list.
const LISTED: u32 = 200;
/// Reasons that are kept of one answer, the most frequent first.
const REASONS: usize = 10;

/// How many cases their consents would let go for a request, must be judged by a person, or are kept back.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Matched {
    /// Cases that the request is about.
    pub cases: u64,
    /// Those whose consent allows it.
    pub permit: u64,
    /// Those that a person has to judge: a grant opens them.
    pub refer: u64,
    /// Those whose consent does not allow it: no grant opens them.
    pub deny: u64,
    /// Why, by answer and reason, with the number of cases; the most frequent first.
    pub reasons: Vec<(Outcome, String, u64)>,
}

/// A request with what its consents answered.
pub type Request = RecordedRequest<Matched>;

/// What the laboratory decides about a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Granted, refused or revoked; of the researcher, withdrawn.
    pub state: RequestState,
    /// The last day of a grant; `None`: the one asked for.
    pub until: Option<Date>,
    /// What the researcher takes on.
    pub obligations: Vec<String>,
    /// Why.
    pub reason: String,
}

impl Node {
    /// Asks a laboratory for the use of its cases; the request with what the consents answer comes back.
    ///
    /// # Errors
    /// When the reader is no researcher, the request cannot be decided on, or the record fails.
    pub async fn request_access(
        &self,
        viewer: Viewer,
        of: &RecordedLaboratory,
        request: AccessRequest,
    ) -> Result<Request, NodeError> {
        let Viewer::Person(asker) = viewer else {
            return Err(NodeError::Refused("a request is made by a person with an account".to_owned()));
        };
        if !of.laboratory.is_member || !viewer.may(Action::Create, Resource::AccessRequest, of.serial) {
            return Err(NodeError::Refused(
                "researchers ask members of this node for the use of their cases".to_owned(),
            ));
        }
        let mut request = request.checked(self.today()).map_err(NodeError::Refused)?;
        for gene in &mut request.genes {
            let approved = self.reference().genes().approved(gene);
            *gene = approved.map_err(|error| NodeError::Refused(error.to_string()))?;
        }
        let matched = self.match_request(viewer, of.serial, &request).await?;
        let id = AccessRequestId::from_random((self.world().random)());
        let mut writer = self.store().write().await?;
        let (entry, _) = writer.enter(self.now()).await?;
        let between = (asker.laboratory, of.serial);
        access_request::add(&mut writer, entry, (id, asker.account), between, &request, &matched).await?;
        let event = Event::new(Kind::Policy).by(of.serial).with("what", "data-access request");
        let event = event.with("request", id.to_string()).with("organisation", asker.organisation.to_string());
        let event = event.with("purpose", request.purpose.kind.code()).with("tier", request.tier.code());
        ledger::append(&mut writer, self, event.with("until", request.until.to_string())).await?;
        writer.commit().await?;
        let made = self.access_request(viewer, id).await?;
        made.ok_or_else(|| NodeError::Refused("the request was not recorded".to_owned()))
    }

    /// What the consents of a laboratory's cases answer to a request today: each case is asked through the decision
    /// function, as if the request were granted for what needs no judgement.
    async fn match_request(
        &self,
        viewer: Viewer,
        of: LaboratorySerial,
        request: &AccessRequest,
    ) -> Result<Matched, NodeError> {
        let mut reader = self.store().read().await?;
        let all = access_request::cases_of(&mut reader, of).await?;
        let cases = within(&mut reader, self, of, request, &all).await?;
        let door = Door::open(&mut reader, self, viewer, &cases).await?;
        let mut matched = Matched { cases: cases.len() as u64, ..Matched::default() };
        let mut reasons: BTreeMap<(Outcome, String), u64> = BTreeMap::new();
        for case in cases {
            let standing = super::Standing { case, laboratory: of };
            let mut inputs = door.inputs(Action::Read, resource(request), standing);
            inputs.purpose = request.purpose.clone();
            inputs.grant = None;
            // The laboratory's word would stand for an agreement.
            if inputs.relation == Relation::Network {
                inputs.relation = Relation::Agreed;
            }
            let decision = again(&inputs, policy());
            match decision.outcome() {
                Outcome::Permit => matched.permit += 1,
                Outcome::Refer => matched.refer += 1,
                Outcome::Deny => matched.deny += 1,
            }
            let why = match decision.outcome() {
                Outcome::Permit if decision.obligations().is_empty() => "the consent allows it".to_owned(),
                Outcome::Permit => format!("the consent allows it with {}", decision.obligations().join(", ")),
                _ => decision.reasons().join("; "),
            };
            *reasons.entry((decision.outcome(), why)).or_default() += 1;
        }
        matched.reasons = reasons.into_iter().map(|((outcome, why), n)| (outcome, why, n)).collect();
        matched.reasons.sort_by_key(|one| std::cmp::Reverse(one.2));
        matched.reasons.truncate(REASONS);
        Ok(matched)
    }

    /// The requests that a reader may see: of a researcher their own, of who decides those to their laboratory.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn access_requests(&self, viewer: Viewer) -> Result<Vec<Request>, NodeError> {
        let Viewer::Person(asker) = viewer else { return Ok(Vec::new()) };
        let mut reader = self.store().read().await?;
        let of = match asker.role {
            UserRole::Researcher => Of::Account(asker.account),
            _ if viewer.may(Action::List, Resource::AccessRequest, asker.laboratory) => {
                Of::Laboratory(asker.laboratory)
            }
            _ => return Ok(Vec::new()),
        };
        Ok(access_request::list(&mut reader, of, LISTED).await?)
    }

    /// One of these requests. Hidden and absent look the same: `None`.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn access_request(&self, viewer: Viewer, id: AccessRequestId) -> Result<Option<Request>, NodeError> {
        let Viewer::Person(asker) = viewer else { return Ok(None) };
        let mut reader = self.store().read().await?;
        let found: Option<Request> = access_request::list(&mut reader, Of::One(id), 1).await?.pop();
        Ok(found.filter(|found| {
            let is_asked = found.account == asker.account;
            let is_decided = asker.role != UserRole::Researcher && found.laboratory == asker.laboratory;
            viewer.may(Action::Read, Resource::AccessRequest, found.laboratory) && (is_asked || is_decided)
        }))
    }

    /// Decides about a request, or takes it back. `None` when there is none that the reader may decide about.
    ///
    /// # Errors
    /// When the step does not follow from how the request stands, the day is not one, or the record fails.
    pub async fn decide_request(
        &self,
        viewer: Viewer,
        id: AccessRequestId,
        verdict: &Verdict,
    ) -> Result<Option<Request>, NodeError> {
        let Viewer::Person(asker) = viewer else { return Ok(None) };
        let Some(found) = self.access_request(viewer, id).await? else { return Ok(None) };
        let is_own = found.account == asker.account && verdict.state == RequestState::Withdrawn;
        let decides = match verdict.state {
            RequestState::Granted | RequestState::Refused => Action::Approve,
            _ => Action::Withdraw,
        };
        let is_theirs = found.laboratory == asker.laboratory && verdict.state != RequestState::Withdrawn;
        if !viewer.may(decides, Resource::AccessRequest, found.laboratory) || !(is_own || is_theirs) {
            return Ok(None);
        }
        if found.account == asker.account && verdict.state == RequestState::Granted {
            return Err(NodeError::Refused("nobody grants their own request".to_owned()));
        }
        let until = verdict.until.unwrap_or(found.request.until);
        if verdict.state == RequestState::Granted && (until < self.today() || until > found.request.until) {
            let asked = found.request.until;
            return Err(NodeError::Refused(format!("the last day of a grant is from today to {asked}, as asked for")));
        }
        if verdict.state != RequestState::Granted
            && verdict.state != RequestState::Withdrawn
            && verdict.reason.trim().is_empty()
        {
            return Err(NodeError::Refused("say why, for the researcher to read".to_owned()));
        }
        let mut writer = self.store().write().await?;
        // Somebody else may have decided meanwhile.
        let current: Option<Request> = access_request::list(&mut writer, Of::One(id), 1).await?.pop();
        let state = current.map_or(RequestState::Asked, |current| current.state());
        if !state.may_become(verdict.state) {
            return Err(NodeError::Refused(format!(
                "a request that is {} cannot become {}",
                state.label(),
                verdict.state.label()
            )));
        }
        let is_grant = verdict.state == RequestState::Granted;
        let (entry, recorded) = writer.enter(self.now()).await?;
        let step = RequestStep {
            state: verdict.state,
            until: is_grant.then_some(until),
            obligations: if is_grant { lines(&verdict.obligations) } else { Vec::new() },
            reason: verdict.reason.trim().chars().take(2_000).collect(),
            user: Some(asker.account),
            recorded,
        };
        access_request::step(&mut writer, entry, id, &step).await?;
        let event = Event::new(Kind::Policy).by(found.laboratory).with("what", "data-access request decided");
        let event = event.with("request", id.to_string()).with("state", step.state.code());
        let event = step.until.iter().fold(event, |event, until| event.with("until", until.to_string()));
        ledger::append(&mut writer, self, event).await?;
        writer.commit().await?;
        self.access_request(viewer, id).await
    }
}

fn resource(request: &AccessRequest) -> Resource {
    if request.tier == cairn_core::tier::Tier::One { Resource::Case } else { Resource::CaseCounts }
}

fn lines(obligations: &[String]) -> Vec<String> {
    let plain = obligations.iter().map(|one| one.trim().chars().take(300).collect::<String>());
    plain.filter(|one| !one.is_empty()).take(20).collect()
}

/// Of these cases, those of a laboratory that a request is about.
async fn within(
    connection: &mut Connection,
    node: &Node,
    of: LaboratorySerial,
    request: &AccessRequest,
    cases: &[CaseSerial],
) -> Result<Vec<CaseSerial>, NodeError> {
    let mut found: Vec<CaseSerial> =
        access_request::within(connection, of, &request.genes, cases).await?.into_iter().collect();
    found.sort();
    if request.conditions.is_empty() {
        return Ok(found);
    }
    let as_of = entry::now(connection).await?;
    let has = |case: &Case| case.conditions.iter().flat_map(|one| &one.ids).any(|id| request.conditions.contains(id));
    let bodies = case::bodies(connection, node.keys(), &found, as_of).await?;
    Ok(bodies.into_iter().filter(|(_, body)| has(body)).map(|(case, _)| case).collect())
}

/// What was granted to a reader of these cases.
pub(super) async fn grants(
    connection: &mut Connection,
    node: &Node,
    viewer: Viewer,
    cases: &[CaseSerial],
) -> Result<HashMap<CaseSerial, Grant>, NodeError> {
    let mut all = HashMap::new();
    let Viewer::Person(asker) = viewer else { return Ok(all) };
    if asker.role != UserRole::Researcher || cases.is_empty() {
        return Ok(all);
    }
    let today = node.today();
    let requests: Vec<Request> = access_request::list(connection, Of::Account(asker.account), LISTED).await?;
    for request in requests {
        let Some(grant) = request.grant().filter(|grant| today <= grant.until) else { continue };
        for case in within(connection, node, request.laboratory, &request.request, cases).await? {
            let place: &mut Grant = all.entry(case).or_insert_with(|| grant.clone());
            // Of several, the one that gives more of a case.
            if grant.tier < place.tier {
                *place = grant.clone();
            }
        }
    }
    Ok(all)
}
