//! What people said: messages, proposals with their answers, doubts.

use super::People;
use crate::discordance::PersonName;
use cairn_core::accession::Accession;
use cairn_core::classification::Classification;
use cairn_core::criterion::Criterion;
use cairn_core::discordance::{Answer, FlagReason, LiftReason};
use cairn_core::id::{FlagId, MessageId, ProposalId};
use cairn_store::discordance::{Flag, Message, Proposal};
use cairn_store::serial::StatementSerial;
use jiff::Timestamp;
use serde::Serialize;
use std::collections::HashMap;

/// A message.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MessageView {
    /// Its id.
    pub id: MessageId,
    /// Who wrote it.
    pub who: PersonName,
    /// When.
    pub when: Timestamp,
    /// The statement version spoken of, such as `CRN000001.2`; `None`: the whole.
    pub statement: Option<String>,
    /// Whether that version has been replaced since.
    pub is_superseded: bool,
    /// The words.
    pub text: String,
}

/// A proposal.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProposalView {
    /// Its id.
    pub id: ProposalId,
    /// Who made it.
    pub who: PersonName,
    /// When.
    pub when: Timestamp,
    /// Whose class is to change.
    pub statement: Accession,
    /// To which class.
    pub class: Classification,
    /// With which criteria changed.
    pub criteria: Vec<Criterion>,
    /// The words.
    pub text: String,
    /// The proposal that it answers.
    pub counters: Option<ProposalId>,
    /// What was answered.
    pub answer: Option<AnswerView>,
}

/// An answer to a proposal.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AnswerView {
    /// Who.
    pub who: PersonName,
    /// When.
    pub when: Timestamp,
    /// Yes, no, or something else.
    pub answer: Answer,
    /// The words.
    pub text: String,
}

/// A flag on a statement version.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FlagView {
    /// Its id.
    pub id: FlagId,
    /// The statement version, such as `CRN000001.2`.
    pub statement: String,
    /// Why.
    pub reason: FlagReason,
    /// The words.
    pub text: String,
    /// Who.
    pub who: PersonName,
    /// When.
    pub when: Timestamp,
    /// Its end.
    pub lift: Option<LiftView>,
}

/// The end of a flag.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LiftView {
    /// Why.
    pub reason: LiftReason,
    /// The words.
    pub text: String,
    /// Who.
    pub who: PersonName,
    /// When.
    pub when: Timestamp,
}

pub(super) fn written((serial, version): (StatementSerial, u32)) -> String {
    format!("{}.{version}", serial.accession())
}

pub(super) fn message(one: &Message, current: &HashMap<StatementSerial, u32>, people: &People) -> Option<MessageView> {
    let superseded = |(serial, version): (StatementSerial, u32)| current.get(&serial).is_some_and(|now| *now > version);
    Some(MessageView {
        id: one.id,
        who: people.get(&one.by)?.clone(),
        when: one.recorded,
        statement: one.statement.map(written),
        is_superseded: one.statement.is_some_and(superseded),
        text: one.text.clone(),
    })
}

pub(super) fn proposal(one: &Proposal, all: &[Proposal], people: &People) -> Option<ProposalView> {
    let answer = one.answer.as_ref().and_then(|answer| {
        let who = people.get(&answer.by)?.clone();
        Some(AnswerView { who, when: answer.recorded, answer: answer.answer, text: answer.text.clone() })
    });
    let counters = one.said.counters.and_then(|serial| all.iter().find(|other| other.serial == serial));
    Some(ProposalView {
        id: one.said.id,
        who: people.get(&one.by)?.clone(),
        when: one.recorded,
        statement: one.said.statement.0.accession(),
        class: one.said.class,
        criteria: one.said.criteria.clone(),
        text: one.said.text.clone(),
        counters: counters.map(|other| other.said.id),
        answer,
    })
}

pub(super) fn flag(one: &Flag, people: &People) -> Option<FlagView> {
    let lift = one.lift.as_ref().and_then(|lift| {
        let who = people.get(&lift.by)?.clone();
        Some(LiftView { reason: lift.reason, text: lift.text.clone(), who, when: lift.recorded })
    });
    Some(FlagView {
        id: one.id,
        statement: written(one.statement),
        reason: one.reason,
        text: one.text.clone(),
        who: people.get(&one.by)?.clone(),
        when: one.recorded,
        lift,
    })
}
