//! Changing fields of a draft.

use super::{Actor, CurationError, WRITING, load};
use crate::node::Node;
use cairn_core::criterion::Outcome;
use cairn_core::curation::{Act, Change, CriterionCall, Draft, Edit, Refusal, VALIDITY_KINDS};
use cairn_core::guideline::{Guideline, GuidelineTrack, Guidelines, Points};
use cairn_core::id::DraftId;
use cairn_store::curation::Subject;

/// Changes in one request; a whole sheet has under a hundred fields.
const MOST: usize = 500;
/// Applications of one row: cases and studies of a copy number variant.
const APPLICATIONS: u8 = 50;

/// What became of changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edited {
    /// The draft after them.
    pub draft: Draft,
    /// Fields that hold two values now, among those sent.
    pub contested: Vec<String>,
}

impl Node {
    /// Sets fields, each with the revision that its author had seen. A value that somebody else set
    /// meanwhile is never overwritten: then both are kept, and the field is among the contested.
    ///
    /// # Errors
    /// When the role or the state forbids it, or a value is wrong; then nothing is kept.
    pub async fn edit_draft(&self, actor: &Actor, id: DraftId, edits: Vec<Edit>) -> Result<Edited, CurationError> {
        let known = self.known_guidelines().await?;
        let _turn = WRITING.lock().await;
        let mut writer = self.store().write().await?;
        let loaded = load(&mut writer, id, actor).await?;
        let mut draft = loaded.draft;
        draft.may_edit(&actor.user)?;
        if edits.len() > MOST {
            return Err(CurationError::field("changes", format!("{MOST} changes at most in one request")));
        }
        let mut edits = edits;
        name_new_items(&mut edits, draft.revision + 1);
        check(&draft, &edits, &known, matches!(loaded.head.subject, Subject::Gene(_)))?;
        let sent: Vec<String> = edits.iter().map(|edit| edit.change.key()).collect();
        edits.retain(|edit| says_something(&draft, edit));
        if !edits.is_empty() {
            self.append(&mut writer, &loaded.head, &mut draft, actor, &known, Act::Edit { edits }).await?;
            writer.commit().await?;
        }
        let contested = draft.conflicts().map(|slot| slot.change.key()).filter(|key| sent.contains(key)).collect();
        Ok(Edited { draft, contested })
    }
}

/// New evidence items get a name that no other has: revisions are numbered by the one writer.
fn name_new_items(edits: &mut [Edit], revision: u32) {
    for (at, edit) in edits.iter_mut().enumerate() {
        if let Change::Evidence { item, .. } = &mut edit.change
            && item.is_empty()
        {
            *item = format!("{revision:04}-{at}");
        }
    }
}

/// Whether a change changes anything: not what stands already and is not contested.
fn says_something(draft: &Draft, edit: &Edit) -> bool {
    match draft.fields.get(&edit.change.key()) {
        Some(slot) => slot.change != edit.change || !slot.contenders.is_empty(),
        None => !is_empty(&edit.change),
    }
}

/// What a field says that nobody has set.
fn is_empty(change: &Change) -> bool {
    match change {
        Change::Criterion { call, .. } => *call == CriterionCall::NOT_EVALUATED,
        Change::Evidence { evidence, .. } => evidence.is_none(),
        Change::Answer { answer, .. } => answer.is_none(),
        Change::Summary { text } => text.is_empty(),
        Change::Class { choice } => choice.is_none(),
        Change::Evaluated { date } => date.is_none(),
        Change::Inheritance { mode } => mode.is_none(),
        Change::Condition { condition } => !condition.is_stated(),
        Change::Validity { points, note, .. } => points.is_none() && note.is_empty(),
        Change::Replicated { replicated } => !replicated,
        Change::ExpertCall { call } => call.is_none(),
        Change::Guideline { .. } | Change::Origin { .. } => false,
    }
}

fn check(draft: &Draft, edits: &[Edit], known: &Guidelines, of_gene: bool) -> Result<(), CurationError> {
    let chosen = edits.iter().rev().find_map(|edit| match &edit.change {
        Change::Guideline { address } => Some(address.as_str()),
        _ => None,
    });
    let address = chosen.or(draft.guideline()).unwrap_or_default();
    let guideline = known.find(address).map_err(|error| CurationError::field("guideline", error.to_string()))?;
    if (guideline.track == GuidelineTrack::GeneDisease) != of_gene {
        let message = match of_gene {
            true => format!("`{address}` is for variants: choose a guideline that weighs genes"),
            false => format!("`{address}` weighs genes, not variants: choose a guideline for variants"),
        };
        return Err(CurationError::field("guideline", message));
    }
    for edit in edits {
        if edit.base > draft.revision {
            return Err(Refusal::Moved { seen: edit.base, now: draft.revision }.into());
        }
        check_one(guideline, &edit.change).map_err(|message| CurationError::field(edit.change.key(), message))?;
    }
    Ok(())
}

fn check_one(guideline: &Guideline, change: &Change) -> Result<(), String> {
    match change {
        Change::Criterion { code, application, call } => check_criterion(guideline, code, *application, *call),
        Change::Class { choice: Some(choice) } => {
            let track = serde_json::to_value(choice.class.track());
            let wanted = serde_json::to_value(guideline.track);
            match (track, wanted) {
                (Ok(track), Ok(wanted)) if track == wanted => Ok(()),
                _ => Err(format!("`{}` is no class of {}", choice.class, guideline.address())),
            }
        }
        Change::Validity { kind, points, .. } => match points {
            _ if VALIDITY_KINDS.iter().all(|known| known.0 != kind) => {
                Err(format!("there is no kind of evidence `{kind}`"))
            }
            Some(points) if *points < Points::ZERO => {
                Err("points are not below zero: evidence against is an expert call".to_owned())
            }
            _ => Ok(()),
        },
        Change::Evidence { item, .. } if item.len() > 40 => Err("the item's name is too long".to_owned()),
        Change::Condition { condition } if condition.name.len() > 300 => {
            Err("the name of the condition is longer than 300 letters".to_owned())
        }
        Change::Answer { question, answer } => {
            let most = answer.as_ref().map_or(0, String::len).max(question.len());
            if most > 200 { Err("an answer has at most 200 letters".to_owned()) } else { Ok(()) }
        }
        _ => Ok(()),
    }
}

/// Only what the guideline allows may be said of a criterion.
fn check_criterion(guideline: &Guideline, code: &str, application: u8, call: CriterionCall) -> Result<(), String> {
    // What another guideline left behind may be cleared.
    if call.outcome == Outcome::NotEvaluated && call == CriterionCall::NOT_EVALUATED {
        return Ok(());
    }
    let definition = guideline
        .criteria
        .iter()
        .find(|definition| definition.code == code)
        .ok_or_else(|| format!("{} does not know `{code}`", guideline.address()))?;
    if call.outcome == Outcome::Met {
        if let Some(who) = &definition.retired {
            return Err(format!("retired: {who}"));
        }
        if let Some(why) = &definition.not_applicable {
            return Err(format!("{} does not use it: {why}", guideline.address()));
        }
    }
    let most = if definition.repeats { APPLICATIONS } else { 1 };
    if application == 0 || application > most {
        return Err(format!("`{code}` may be applied {most} times at most"));
    }
    if let Some(strength) = call.strength
        && !definition.permitted.contains(&strength)
    {
        let permitted: Vec<&str> = definition.permitted.iter().map(|strength| strength.label()).collect();
        return Err(format!("`{code}` may be {}, not {}", permitted.join(" or "), strength.label()));
    }
    match (&definition.points, call.points) {
        (None, Some(_)) => Err(format!("`{code}` has strengths, not points")),
        (Some(row), Some(points)) => {
            let (least, most) = (row.max.min(Points::ZERO), row.max.max(Points::ZERO));
            if (least..=most).contains(&points) {
                Ok(())
            } else {
                Err(format!("`{code}` gives {least} to {most} points, not {points}"))
            }
        }
        _ => Ok(()),
    }
}
