//! The parts of a draft's page: fields with their values, who set them, and what contends.

use super::form::strength_code;
use super::{sentence, when};
use crate::view::citation::CitationView;
use cairn_core::citation::EvidenceItem;
use cairn_core::criterion::Outcome;
use cairn_core::curation::{Act, Change, Draft, Revision, Slot, evidence_type};
use cairn_core::guideline::{CriterionDefinition, Direction, Guideline};
use cairn_node::curation::DraftReport;
use std::collections::BTreeMap;

/// What every field shows beside its value.
#[derive(Debug, Clone, Default)]
pub(super) struct FieldView {
    /// The field's key.
    pub key: String,
    /// The latest revision that concerns it.
    pub base: u32,
    /// Who set it and when; empty: nobody yet.
    pub stamp: String,
    /// Other values that wait for a decision.
    pub contenders: Vec<ContenderView>,
    /// What could not be read.
    pub wrong: Option<String>,
}

/// A value that waits for a decision; the first is the one that holds.
#[derive(Debug, Clone)]
pub(super) struct ContenderView {
    pub words: String,
    pub who: String,
    pub when: String,
    pub revision: u32,
    pub holds: bool,
}

/// A criterion of the grid.
#[derive(Debug, Clone)]
pub(super) struct CriterionRow {
    pub field: FieldView,
    pub code: String,
    pub application: u8,
    pub title: String,
    pub side: &'static str,
    pub note: String,
    /// Why it cannot be met under the guideline.
    pub closed: Option<String>,
    pub outcome: &'static str,
    /// Code, words, chosen.
    pub strengths: Vec<(String, &'static str, bool)>,
    pub default: &'static str,
    pub points: Option<PointsView>,
    pub evidence: usize,
}

impl CriterionRow {
    /// Whether it is the empty row behind the last used one, for a further case or study.
    pub(super) fn is_next(&self) -> bool {
        self.application > 1 && self.field.stamp.is_empty()
    }

    /// The id of the row before it, of the same code.
    pub(super) fn before(&self) -> String {
        match self.application {
            2 => format!("f-criterion-{}", self.code),
            n => format!("f-criterion-{}-{}", self.code, n.saturating_sub(1)),
        }
    }
}

/// Points of a row.
#[derive(Debug, Clone)]
pub(super) struct PointsView {
    pub value: String,
    pub default: String,
    pub range: String,
}

/// Criteria of one kind of evidence.
#[derive(Debug, Clone)]
pub(super) struct Group {
    pub title: &'static str,
    pub rows: Vec<CriterionRow>,
}

/// An evidence item as fields to edit.
#[derive(Debug, Clone, Default)]
pub(super) struct EvidenceRow {
    pub field: FieldView,
    pub criterion: String,
    pub number: String,
    pub unit: String,
    pub citations: String,
    pub links: Vec<CitationView>,
    pub text: String,
}

/// A line of the history.
#[derive(Debug, Clone)]
pub(super) struct HistoryRow {
    pub revision: u32,
    pub when: String,
    pub who: String,
    pub what: Vec<String>,
}

impl FieldView {
    pub(super) fn of(report: &DraftReport, key: &str) -> Self {
        let slot = report.draft.fields.get(key);
        Self {
            key: key.to_owned(),
            base: slot.map_or(report.draft.revision, |slot| slot.newest().max(report.draft.revision)),
            stamp: slot.map_or_else(String::new, |slot| format!("{}, {}", report.name(slot.by), when(slot.at))),
            contenders: slot.map_or_else(Vec::new, |slot| contenders(report, slot)),
            wrong: None,
        }
    }

    /// An id for the page.
    pub(super) fn id(&self) -> String {
        format!("f-{}", self.key.replace(':', "-"))
    }
}

fn contenders(report: &DraftReport, slot: &Slot) -> Vec<ContenderView> {
    if slot.contenders.is_empty() {
        return Vec::new();
    }
    let view = |change: &Change, by, at, revision, holds| ContenderView {
        words: change.words(),
        who: report.name(by).to_owned(),
        when: when(at),
        revision,
        holds,
    };
    let first = view(&slot.change, slot.by, slot.at, slot.revision, true);
    let others = slot.contenders.iter().map(|one| view(&one.change, one.by, one.at, one.revision, false));
    std::iter::once(first).chain(others).collect()
}

/// The grid: criteria by kind of evidence, in the guideline's order; a row that may be used again
/// has an empty application behind the last used one.
pub(super) fn groups(report: &DraftReport, guideline: &Guideline) -> Vec<Group> {
    let mut groups: BTreeMap<(u8, &'static str), Vec<CriterionRow>> = BTreeMap::new();
    for definition in &guideline.criteria {
        let used = report.draft.calls().filter(|(code, ..)| *code == definition.code).map(|(_, n, _)| n).max();
        let last = if definition.repeats { used.unwrap_or(0).saturating_add(1) } else { 1 };
        let rows = (1..=last).map(|application| row(report, definition, application));
        groups.entry(evidence_type(&definition.code)).or_default().extend(rows);
    }
    groups.into_iter().map(|((_, title), rows)| Group { title, rows }).collect()
}

fn row(report: &DraftReport, definition: &CriterionDefinition, application: u8) -> CriterionRow {
    let call = report.draft.call(&definition.code, application);
    let key = Change::Criterion { code: definition.code.clone(), application, call }.key();
    let strengths =
        definition.permitted.iter().map(|one| (strength_code(*one), one.label(), call.strength == Some(*one)));
    let points = definition.points.as_ref().map(|row| PointsView {
        value: call.points.map(|points| points.to_string()).unwrap_or_default(),
        default: row.default.map_or_else(|| "to be given".to_owned(), |points| points.to_string()),
        range: match row.range {
            // Where several rows may be given, they reach the maximum together.
            Some([from, to]) if row.max == from || row.max == to => format!("{from} to {to}"),
            Some([from, to]) => format!("{from} to {to}, at most {}", row.max),
            None if row.default == Some(row.max) => String::new(),
            None => format!("at most {}", row.max),
        },
    });
    let retired = definition.retired.as_ref().map(|who| format!("Retired: {who}"));
    let evidence = report.draft.evidence();
    CriterionRow {
        field: FieldView::of(report, &key),
        code: definition.code.clone(),
        application,
        title: definition.title.clone(),
        side: if definition.direction == Direction::Pathogenic { "for" } else { "against" },
        note: definition.note.clone().unwrap_or_default(),
        closed: retired.or_else(|| definition.not_applicable.as_ref().map(|why| format!("Not used: {why}"))),
        outcome: match call.outcome {
            Outcome::Met => "met",
            Outcome::NotMet => "not_met",
            Outcome::NotEvaluated => "not_evaluated",
        },
        strengths: strengths.collect(),
        default: definition.strength.map_or("", |strength| strength.label()),
        points,
        evidence: evidence.iter().filter(|(_, item)| item.criterion.as_deref() == Some(&definition.code)).count(),
    }
}

/// Criteria that a person set under another guideline and that this one does not know.
pub(super) fn left_behind(draft: &Draft, guideline: &Guideline) -> Vec<String> {
    let unknown = draft.calls().filter(|(code, ..)| guideline.criterion(code).is_none());
    unknown.map(|(code, ..)| code.to_owned()).collect()
}

/// Evidence items and an empty one to fill in.
pub(super) fn evidence(report: &DraftReport) -> Vec<EvidenceRow> {
    let items = report.draft.evidence();
    let mut rows: Vec<EvidenceRow> = items.into_iter().map(|(item, evidence)| filled(report, item, evidence)).collect();
    let field = FieldView { key: "evidence:".to_owned(), base: report.draft.revision, ..FieldView::default() };
    rows.push(EvidenceRow { field, ..EvidenceRow::default() });
    rows
}

fn filled(report: &DraftReport, item: &str, evidence: &EvidenceItem) -> EvidenceRow {
    let citations: Vec<String> = evidence.citations.iter().map(ToString::to_string).collect();
    EvidenceRow {
        field: FieldView::of(report, &format!("evidence:{item}")),
        criterion: evidence.criterion.clone().unwrap_or_default(),
        number: evidence.quantity.as_ref().map_or_else(String::new, |quantity| quantity.value.clone()),
        unit: evidence.quantity.as_ref().map_or_else(String::new, |quantity| quantity.unit.clone()),
        citations: citations.join("; "),
        links: evidence.citations.iter().map(CitationView::from).collect(),
        text: evidence.text.as_str().to_owned(),
    }
}

/// Everything that people did, the last first.
pub(super) fn history(report: &DraftReport) -> Vec<HistoryRow> {
    let row = |revision: &Revision| HistoryRow {
        revision: revision.number,
        when: when(revision.at),
        who: report.name(revision.by).to_owned(),
        what: words(&revision.act),
    };
    report.revisions.iter().rev().map(row).collect()
}

/// Who did what and when, in one line.
pub(super) fn told(report: &DraftReport, revision: &Revision) -> String {
    let what = words(&revision.act).join(" ");
    format!("{}, {}: {what}", report.name(revision.by), when(revision.at))
}

/// An act in words, one line for each change.
fn words(act: &Act) -> Vec<String> {
    let one = |text: String| vec![text];
    match act {
        Act::Edit { edits } => {
            edits.iter().map(|edit| sentence(&format!("{}: {}", edit.change.label(), edit.change.words()))).collect()
        }
        Act::Sign { part, role, completes, confirmed } => {
            let rest = if *completes { "" } else { "; a second signature is needed" };
            let signed = format!("Signed as {} ({}){rest}.", part.label(), role.label());
            let known = confirmed.as_ref().map(|known| format!("Confirmed: {}.", known.as_str()));
            std::iter::once(signed).chain(known).collect()
        }
        Act::SendBack { reason } => one(format!("Sent back: {}", reason.as_str())),
        Act::Share { audience, statement: Some(statement) } => {
            one(format!("Shared with the {} as {statement}.", audience.label()))
        }
        Act::Share { audience, statement: None } => one(format!("Shared with the {}.", audience.label())),
        Act::Withdraw { reason, .. } => one(format!("Withdrawn: {}", reason.as_str())),
        Act::Reopen { reason } => one(format!("Reopened as the next version: {}", reason.as_str())),
    }
}
