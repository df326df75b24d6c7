//! What was done with the data of a laboratory in a period: transactions by who asked and what for, emergencies,
//! withdrawals, erasures, requests and what became of them; and how the network stands, for who oversees it.
//!
//! Nothing here names a case or a person: it is counted from kept decisions, the ledger and the record.

pub mod oversight;

use crate::access::Viewer;
use crate::access::request::Request;
use crate::error::NodeError;
use crate::membership::Mandate;
use crate::node::Node;
use crate::sharing::Sharing;
use cairn_core::access_request::RequestState;
use cairn_core::data_use::Outcome;
use cairn_core::decision::{Action, Inputs, Resource};
use cairn_core::id::LaboratoryId;
use cairn_store::laboratory::{self, RecordedLaboratory};
use cairn_store::report::{self, GivenTo, Numbers};
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};

/// Decisions read at one time.
const PAGE: u32 = 1_000;

/// Decisions of one sort: who asked, what for, at which tier, what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Transaction {
    /// The organisation that asked; `None`: it is not known here, or somebody at the machine asked.
    pub organisation: Option<String>,
    /// The part that who asked plays.
    pub role: &'static str,
    /// What for.
    pub purpose: &'static str,
    /// The tier that was given, where something was.
    pub tier: Option<String>,
    /// Whether it was allowed, referred to a person, or not allowed.
    pub outcome: Outcome,
    /// Whether a granted request allowed it.
    pub by_grant: bool,
    /// How many decisions.
    pub count: u64,
}

/// What was done with the data of a laboratory in a period.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// Of which laboratory.
    pub laboratory: String,
    /// The first day, UTC.
    pub from: Date,
    /// The last day.
    pub to: Date,
    /// When the report was made.
    pub made: Timestamp,
    /// Kept decisions about its cases, the most frequent first.
    pub transactions: Vec<Transaction>,
    /// Entries of the ledger by the laboratory, by kind.
    pub ledger: Vec<(String, u64)>,
    /// What other nodes were given of its statements.
    pub given: Vec<PeerGiven>,
    /// Emergency accesses to its cases.
    pub emergencies: u64,
    /// Of those, reviewed.
    pub emergencies_reviewed: u64,
    /// Of those, found not justified.
    pub emergencies_not_justified: u64,
    /// Cases whose consent was withdrawn.
    pub withdrawn: u64,
    /// Cases erased.
    pub erased: u64,
    /// Laboratories that were told of a withdrawal or an erasure of a case.
    pub told: u64,
    /// Of those, how many answered that they have it no more.
    pub answered: u64,
    /// Requests that were asked or decided in the period, by how they stood at its end.
    pub requests: Vec<(RequestState, u64)>,
    /// The mandate at the end of the period.
    pub mandate: Mandate,
    /// The last measurement of sharing in the period.
    pub sharing: Option<Sharing>,
}

/// What one node was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PeerGiven {
    /// The node's name.
    pub node: String,
    /// Statements given.
    pub given: u64,
    /// Statements taken back.
    pub taken_back: u64,
    /// Of those, acknowledged.
    pub acknowledged: u64,
}

impl From<GivenTo> for PeerGiven {
    fn from(one: GivenTo) -> Self {
        Self {
            node: one.peer,
            given: one.given.unsigned_abs(),
            taken_back: one.taken_back.unsigned_abs(),
            acknowledged: one.acknowledged.unsigned_abs(),
        }
    }
}

/// The first moment of a day, UTC.
fn begin(day: Date) -> Result<Timestamp, NodeError> {
    let zoned = day.to_datetime(Time::midnight()).to_zoned(TimeZone::UTC);
    zoned.map(|zoned| zoned.timestamp()).map_err(|error| NodeError::Refused(error.to_string()))
}

impl Node {
    /// What was done with the data of the reader's laboratory from a day to another, both included; `None` for who does
    /// not answer for it.
    ///
    /// # Errors
    /// When the days are in the wrong order, or the record fails.
    pub async fn report(
        &self,
        viewer: Viewer,
        of: &RecordedLaboratory,
        (from, to): (Date, Date),
    ) -> Result<Option<Report>, NodeError> {
        if viewer.own() != Some(of.serial) || !viewer.may(Action::Export, Resource::AccessRequest, of.serial) {
            return Ok(None);
        }
        if to < from {
            return Err(NodeError::Refused(format!("the last day, {to}, is before the first, {from}")));
        }
        let after = to.tomorrow().map_err(|error| NodeError::Refused(error.to_string()))?;
        let period = (begin(from)?, begin(after)?);
        let transactions = self.transactions(of, period).await?;
        let mut reader = self.store().read().await?;
        let numbers: Numbers = report::numbers(&mut reader, of.serial, period).await?;
        let ledger = report::entries(&mut reader, of.serial, period).await?;
        let given = report::given(&mut reader, of.serial, period).await?;
        drop(reader);
        let requests = counted(&self.access_requests(viewer).await?, period);
        let (mandate, _) = self.mandates(self.as_of(Some(period.1)).await?).await?;
        let sharing = self.measured(of, to, 1).await?.pop().filter(|one| one.report.day >= from);
        Ok(Some(Report {
            laboratory: of.laboratory.name.clone(),
            from,
            to,
            made: self.now(),
            transactions,
            ledger: ledger.into_iter().map(|(kind, count)| (kind, count.unsigned_abs())).collect(),
            given: given.into_iter().map(PeerGiven::from).filter(|one| one.given + one.taken_back > 0).collect(),
            emergencies: numbers.emergencies,
            emergencies_reviewed: numbers.reviewed,
            emergencies_not_justified: numbers.not_justified,
            withdrawn: numbers.withdrawn,
            erased: numbers.erased,
            told: numbers.told,
            answered: numbers.answered,
            requests,
            mandate,
            sharing: sharing.map(|one| one.report),
        }))
    }

    /// Kept decisions about the cases of a laboratory, counted by sort.
    async fn transactions(
        &self,
        of: &RecordedLaboratory,
        period: report::Period,
    ) -> Result<Vec<Transaction>, NodeError> {
        type Sort = (Option<LaboratoryId>, &'static str, &'static str, Option<String>, Outcome, bool);
        let mut reader = self.store().read().await?;
        let mut sorts: BTreeMap<Sort, u64> = BTreeMap::new();
        let mut after = 0;
        loop {
            let page = report::decisions(&mut reader, of.serial, period, after, PAGE).await?;
            let Some(last) = page.last() else { break };
            after = last.0;
            for (_, inputs, result) in &page {
                let Some(sort) = sort(inputs, result) else { continue };
                *sorts.entry(sort).or_default() += 1;
            }
        }
        let all = laboratory::all(&mut reader).await?;
        let names: HashMap<LaboratoryId, String> =
            all.into_iter().map(|one| (one.laboratory.id, one.laboratory.name)).collect();
        let line = |((organisation, role, purpose, tier, outcome, by_grant), count): (Sort, u64)| Transaction {
            organisation: organisation.and_then(|id| names.get(&id).cloned()),
            role,
            purpose,
            tier,
            outcome,
            by_grant,
            count,
        };
        let mut lines: Vec<Transaction> = sorts.into_iter().map(line).collect();
        lines.sort_by_key(|one| std::cmp::Reverse(one.count));
        Ok(lines)
    }
}

/// The sort of a kept decision; `None` when it cannot be read any more, which `cairn decision replay` names.
#[expect(clippy::type_complexity, reason = "a key of one map, spelled out there")]
fn sort(
    inputs: &str,
    result: &str,
) -> Option<(Option<LaboratoryId>, &'static str, &'static str, Option<String>, Outcome, bool)> {
    let inputs: Inputs = serde_json::from_str(inputs).ok()?;
    let result: serde_json::Value = serde_json::from_str(result).ok()?;
    let outcome: Outcome = serde_json::from_value(result.get("outcome")?.clone()).ok()?;
    let tier = result.get("tier").and_then(|tier| tier.as_str()).map(str::to_owned);
    let by_grant =
        inputs.grant.is_some() && result["reasons"][0].as_str().is_some_and(|why| why.starts_with("granted"));
    let purpose = match &inputs.grant {
        Some(grant) if by_grant => grant.purpose.kind,
        _ => inputs.purpose.kind,
    };
    Some((inputs.requester.organisation, inputs.requester.role.label(), purpose.label(), tier, outcome, by_grant))
}

/// How requests of a period stood at its end.
fn counted(requests: &[Request], period: report::Period) -> Vec<(RequestState, u64)> {
    let within = |at: Timestamp| at >= period.0 && at < period.1;
    let mut states: BTreeMap<RequestState, u64> = BTreeMap::new();
    for request in requests {
        if within(request.asked) || request.steps.iter().any(|step| within(step.recorded)) {
            let at_end = request.steps.iter().rev().find(|step| step.recorded < period.1);
            *states.entry(at_end.map_or(RequestState::Asked, |step| step.state)).or_default() += 1;
        }
    }
    states.into_iter().collect()
}
