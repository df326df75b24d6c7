//! What stands in a draft now: the replay of everything that people did to it.

use super::change::{Change, ClassChoice, CriterionCall};
use super::life::{Act, Audience, Edit, Revision, Shared, Signature, SignaturePart, State};
use crate::case::AlleleOrigin;
use crate::citation::EvidenceItem;
use crate::condition::{Condition, Inheritance};
use crate::criterion::Outcome;
use crate::date::PartialDate;
use crate::guideline::EvidenceLine;
use crate::id::UserId;
use jiff::Timestamp;
use serde::Serialize;
use std::collections::BTreeMap;

/// A draft as it stands after its revisions.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Draft {
    /// The number of the last revision; 0 before the first.
    pub revision: u32,
    /// How far it has come.
    pub state: State,
    /// The version being worked on or shared, from 1.
    pub round: u32,
    /// Fields that somebody has set, by their keys.
    pub fields: BTreeMap<String, Slot>,
    /// Signatures that hold.
    pub signatures: Vec<Signature>,
    /// Every sharing, the first first.
    pub shared: Vec<Shared>,
}

/// A field: the value that holds, and values that did not know of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Slot {
    /// The value.
    pub change: Change,
    /// The revision that set it.
    pub revision: u32,
    /// Who set it.
    pub by: UserId,
    /// When.
    pub at: Timestamp,
    /// Values of others who had not seen it; a person decides.
    pub contenders: Vec<Contender>,
}

/// A value whose author had not seen the one that holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Contender {
    /// The value.
    pub change: Change,
    /// The revision that brought it.
    pub revision: u32,
    /// Whose.
    pub by: UserId,
    /// When.
    pub at: Timestamp,
}

impl Default for State {
    fn default() -> Self {
        Self::Draft
    }
}

impl Slot {
    /// The latest revision that concerns the field.
    pub fn newest(&self) -> u32 {
        self.contenders.iter().map(|contender| contender.revision).fold(self.revision, u32::max)
    }
}

impl Draft {
    /// What stands after these revisions, in their order.
    pub fn replay<'a>(revisions: impl IntoIterator<Item = &'a Revision>) -> Self {
        let mut draft = Self { round: 1, ..Self::default() };
        for revision in revisions {
            draft.apply(revision);
        }
        draft
    }

    /// What stands after one more revision.
    pub fn apply(&mut self, revision: &Revision) {
        self.revision = revision.number;
        let (by, at) = (revision.by, revision.at);
        match &revision.act {
            Act::Edit { edits } => {
                edits.iter().for_each(|edit| self.edit(revision, edit));
                self.signatures.clear();
                self.state = State::Draft;
            }
            Act::Sign { part, role, completes, .. } => {
                self.signatures.push(Signature { by, role: *role, part: *part, at });
                if *completes {
                    self.state = State::Reviewed;
                }
            }
            Act::SendBack { .. } => {
                self.signatures.clear();
                self.state = State::Draft;
            }
            Act::Share { audience, statement } => {
                let (audience, statement, round) = (*audience, statement.clone(), self.round);
                self.shared.push(Shared {
                    round,
                    revision: revision.number,
                    audience,
                    statement,
                    at,
                    withdrawn: false,
                });
                self.state = State::Shared;
            }
            Act::Withdraw { .. } => {
                self.shared.iter_mut().for_each(|shared| shared.withdrawn = true);
                self.state = State::Withdrawn;
            }
            Act::Reopen { .. } => {
                self.signatures.clear();
                self.round += 1;
                self.state = State::Draft;
            }
        }
    }

    /// Sets a field, or keeps the value beside the one that its author had not seen. A person's own
    /// earlier value is never a conflict: the history has it.
    fn edit(&mut self, revision: &Revision, edit: &Edit) {
        let (by, at, number) = (revision.by, revision.at, revision.number);
        let change = edit.change.clone();
        let set = |change| Slot { change, revision: number, by, at, contenders: Vec::new() };
        let key = change.key();
        let Some(slot) = self.fields.get_mut(&key) else {
            self.fields.insert(key, set(change));
            return;
        };
        if edit.base >= slot.newest() {
            *slot = set(change);
            return;
        }
        // A person's further value takes the place of their own earlier one.
        slot.contenders.retain(|contender| contender.by != by && contender.change != change);
        if slot.by == by {
            *slot = Slot { contenders: std::mem::take(&mut slot.contenders), ..set(change) };
        } else if slot.change != change {
            slot.contenders.push(Contender { change, revision: number, by, at });
        }
    }

    /// Fields that hold two values.
    pub fn conflicts(&self) -> impl Iterator<Item = &Slot> {
        self.fields.values().filter(|slot| !slot.contenders.is_empty())
    }

    /// The value of a field, if somebody has set it.
    pub fn value(&self, key: &str) -> Option<&Change> {
        self.fields.get(key).map(|slot| &slot.change)
    }

    /// The guideline's address.
    pub fn guideline(&self) -> Option<&str> {
        match self.value("guideline") {
            Some(Change::Guideline { address }) => Some(address),
            _ => None,
        }
    }

    /// The disease.
    pub fn condition(&self) -> Condition {
        match self.value("condition") {
            Some(Change::Condition { condition }) => condition.clone(),
            _ => Condition::default(),
        }
    }

    /// Mode of inheritance.
    pub fn inheritance(&self) -> Option<Inheritance> {
        match self.value("inheritance") {
            Some(Change::Inheritance { mode }) => *mode,
            _ => None,
        }
    }

    /// Allele origin; germline unless somebody said otherwise.
    pub fn origin(&self) -> AlleleOrigin {
        match self.value("origin") {
            Some(Change::Origin { origin }) => *origin,
            _ => AlleleOrigin::Germline,
        }
    }

    /// The summary.
    pub fn summary(&self) -> &str {
        match self.value("summary") {
            Some(Change::Summary { text }) => text.as_str(),
            _ => "",
        }
    }

    /// A class chosen against the computed one.
    pub fn choice(&self) -> Option<&ClassChoice> {
        match self.value("class") {
            Some(Change::Class { choice }) => choice.as_ref(),
            _ => None,
        }
    }

    /// The date evaluated, if somebody set one.
    pub fn evaluated(&self) -> Option<PartialDate> {
        match self.value("evaluated") {
            Some(Change::Evaluated { date }) => *date,
            _ => None,
        }
    }

    /// What was found for a criterion.
    pub fn call(&self, code: &str, application: u8) -> CriterionCall {
        let key = Change::Criterion { code: code.to_owned(), application, call: CriterionCall::NOT_EVALUATED }.key();
        match self.value(&key) {
            Some(Change::Criterion { call, .. }) => *call,
            _ => CriterionCall::NOT_EVALUATED,
        }
    }

    /// Every criterion that somebody looked at: code, application, what was found.
    pub fn calls(&self) -> impl Iterator<Item = (&str, u8, CriterionCall)> {
        self.fields.values().filter_map(|slot| match &slot.change {
            Change::Criterion { code, application, call } if call.outcome != Outcome::NotEvaluated => {
                Some((code.as_str(), *application, *call))
            }
            _ => None,
        })
    }

    /// The same for the engine.
    pub fn lines(&self) -> Vec<EvidenceLine> {
        self.calls().map(|(code, _, call)| call.line(code)).collect()
    }

    /// Evidence items by name, those of a criterion together.
    pub fn evidence(&self) -> Vec<(&str, &EvidenceItem)> {
        let mut items: Vec<_> = self
            .fields
            .values()
            .filter_map(|slot| match &slot.change {
                Change::Evidence { item, evidence: Some(evidence) } => Some((item.as_str(), evidence)),
                _ => None,
            })
            .collect();
        items.sort_by_key(|(item, evidence)| (evidence.criterion.clone(), *item));
        items
    }

    /// What people said to questions, by their keys.
    pub fn answers(&self) -> BTreeMap<String, String> {
        let answers = self.fields.values().filter_map(|slot| match &slot.change {
            Change::Answer { question, answer: Some(answer) } => Some((question.clone(), answer.clone())),
            _ => None,
        });
        answers.collect()
    }

    /// Whether others have it, as of the last sharing that was not taken back.
    pub fn is_with_network(&self) -> bool {
        self.shared.last().is_some_and(|last| last.audience == Audience::Network && !last.withdrawn)
    }

    /// Who signed as what.
    pub fn signed(&self, part: SignaturePart) -> Option<&Signature> {
        self.signatures.iter().find(|signature| signature.part == part)
    }
}
