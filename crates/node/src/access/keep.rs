//! Decisions are kept with their inputs and can be made again.

use super::door::{again, policy_text};
use super::{Door, Standing, Viewer, policy};
use crate::contribute::digest::sha256;
use crate::error::NodeError;
use crate::node::Node;
use cairn_core::decision::{Action, Decision, Inputs, Policy, Resource};
use cairn_core::id::{CaseId, DecisionId};
use cairn_store::decision::{self, KeptDecision, NewDecision};
use cairn_store::serial::LaboratorySerial;
use cairn_store::{case, entry};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

/// A kept decision as a line of a list. It names no person: who asked is said by their role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DecisionLine {
    /// Its id, by which it is looked up and made again.
    pub id: DecisionId,
    /// When it was made.
    pub made: Timestamp,
    /// `permit`, `refer` or `deny`.
    pub outcome: String,
    /// The role of who asked.
    pub role: String,
    /// What for.
    pub purpose: String,
    /// What was to be done, with what: `read case`.
    pub asked: String,
    /// Why.
    pub reason: String,
}

impl From<&KeptDecision> for DecisionLine {
    fn from(kept: &KeptDecision) -> Self {
        let text = |document: &str, path: &str| {
            let value: Value = serde_json::from_str(document).unwrap_or_default();
            value.pointer(path).and_then(Value::as_str).unwrap_or_default().replace('_', " ")
        };
        Self {
            id: kept.id,
            made: kept.made,
            outcome: kept.outcome.clone(),
            role: text(&kept.inputs, "/requester/role"),
            purpose: text(&kept.inputs, "/purpose/kind"),
            asked: format!("{} {}", text(&kept.inputs, "/action"), text(&kept.inputs, "/resource")),
            reason: text(&kept.result, "/reasons/0"),
        }
    }
}

/// Decisions looked at in one page of a replay.
const PAGE: u32 = 500;
/// Decisions shown of one case.
const SHOWN: u32 = 100;

/// Whether old decisions come out the same.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Replay {
    /// Decisions made again.
    pub replayed: u64,
    /// Those that came out the same, from inputs that were not touched.
    pub same: u64,
    /// Ids of those that did not.
    pub different: Vec<String>,
}

impl Node {
    /// Decides about a case, and keeps the decision before it is acted on.
    ///
    /// # Errors
    /// When the record fails; then nothing may be shown.
    pub async fn decide_and_keep(
        &self,
        door: &Door,
        action: Action,
        resource: Resource,
        of: Standing,
    ) -> Result<(DecisionId, Decision), NodeError> {
        let inputs = door.inputs(action, resource, of);
        let decision = again(&inputs, policy());
        let document = serde_json::to_string(&inputs).expect("inputs have string keys only");
        let new = NewDecision {
            id: DecisionId::from_random((self.world().random)()),
            case: Some(of.case),
            account: inputs.requester.account,
            policy: policy().version(),
            outcome: decision.outcome().code(),
            inputs_sha256: sha256(document.as_bytes()),
            inputs: document,
            result: serde_json::to_string(&decision).expect("a decision has string keys only"),
            made: inputs.now,
        };
        let mut writer = self.store().write().await?;
        decision::keep_policy(&mut writer, policy().version(), policy_text()).await?;
        decision::add(&mut writer, &new).await?;
        writer.commit().await?;
        Ok((new.id, decision))
    }

    /// A kept decision with whether it comes out the same again; only for who reviews decisions of the
    /// laboratory whose case it was. Hidden and absent look the same: `None`.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn kept_decision(
        &self,
        id: DecisionId,
        viewer: Viewer,
    ) -> Result<Option<(KeptDecision, bool)>, NodeError> {
        let mut reader = self.store().read().await?;
        let Some(kept) = decision::by_id(&mut reader, id).await? else { return Ok(None) };
        let as_of = entry::now(&mut reader).await?;
        let found = match kept.case {
            Some(case) => case::by_serial(&mut reader, self.keys(), case, as_of).await?,
            None => None,
        };
        let of =
            |laboratory| viewer.own() == Some(laboratory) && viewer.may(Action::Read, Resource::Decision, laboratory);
        let is_theirs = found.is_some_and(|found| of(found.laboratory));
        let same = is_same(&kept);
        Ok(is_theirs.then_some((kept, same)))
    }

    /// The last decisions about a case, the newest first, for who reviews decisions of its laboratory;
    /// empty for anybody else.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn decisions_of_case(&self, id: CaseId, viewer: Viewer) -> Result<Vec<KeptDecision>, NodeError> {
        let mut reader = self.store().read().await?;
        let as_of = entry::now(&mut reader).await?;
        let of =
            |laboratory| viewer.own() == Some(laboratory) && viewer.may(Action::List, Resource::Decision, laboratory);
        match case::by_id(&mut reader, self.keys(), id, as_of).await?.filter(|found| of(found.laboratory)) {
            Some(found) => Ok(decision::of_case(&mut reader, found.serial, SHOWN).await?),
            None => Ok(Vec::new()),
        }
    }

    /// The last decisions, the newest first, for the operator of the node.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn latest_decisions(&self, limit: u32) -> Result<Vec<DecisionLine>, NodeError> {
        let mut reader = self.store().read().await?;
        Ok(decision::latest(&mut reader, limit).await?.iter().map(DecisionLine::from).collect())
    }

    /// The last decisions about a case of a laboratory, the newest first; `None` when it has no such case.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn latest_decisions_of_case(
        &self,
        laboratory: LaboratorySerial,
        id: CaseId,
        limit: u32,
    ) -> Result<Option<Vec<DecisionLine>>, NodeError> {
        let mut reader = self.store().read().await?;
        let as_of = entry::now(&mut reader).await?;
        let found = case::by_id(&mut reader, self.keys(), id, as_of).await?;
        let Some(found) = found.filter(|found| found.laboratory == laboratory) else { return Ok(None) };
        let kept = decision::of_case(&mut reader, found.serial, limit).await?;
        Ok(Some(kept.iter().map(DecisionLine::from).collect()))
    }

    /// Makes one decision, or all that were ever kept, again.
    ///
    /// # Errors
    /// When there is no decision of this id, or the record fails.
    pub async fn replay_decisions(&self, only: Option<DecisionId>) -> Result<Replay, NodeError> {
        let mut reader = self.store().read().await?;
        let mut replay = Replay::default();
        if let Some(id) = only {
            let kept = decision::by_id(&mut reader, id).await?;
            let kept = kept.ok_or_else(|| NodeError::Refused(format!("no decision `{id}` is kept here")))?;
            replay.count(&kept);
            return Ok(replay);
        }
        let mut after = 0;
        loop {
            let page = decision::page(&mut reader, after, PAGE).await?;
            let Some(last) = page.last() else { return Ok(replay) };
            after = last.number;
            page.iter().for_each(|kept| replay.count(kept));
        }
    }
}

impl Replay {
    fn count(&mut self, kept: &KeptDecision) {
        self.replayed += 1;
        if is_same(kept) {
            self.same += 1;
        } else {
            self.different.push(kept.id.to_string());
        }
    }
}

/// Whether the kept inputs are untouched and lead to the kept answer under the kept policy.
fn is_same(kept: &KeptDecision) -> bool {
    let untouched = sha256(kept.inputs.as_bytes()) == kept.inputs_sha256;
    let inputs = serde_json::from_str::<Inputs>(&kept.inputs).ok();
    let policy = Policy::read(&kept.policy).ok();
    let result = serde_json::from_str::<Value>(&kept.result).ok();
    let made = inputs.zip(policy).map(|(inputs, policy)| again(&inputs, &policy));
    let made = made.and_then(|decision| serde_json::to_value(&decision).ok());
    untouched && made.is_some() && made == result
}
