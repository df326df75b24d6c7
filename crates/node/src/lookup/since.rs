//! What a report on one day knew of a variant against what is known on another, as a difference.

use super::statement::StatementView;
use super::variant::VariantReport;
use crate::access::Viewer;
use crate::error::NodeError;
use crate::node::Node;
use cairn_core::aggregate::Aggregate;
use cairn_core::classification::Classification;
use cairn_core::criterion::Criterion;
use cairn_core::laboratory::ARCHIVE_SUMMARY;
use cairn_core::reclassification::ClassChange;
use cairn_core::statement::Standing;
use cairn_store::entry::AsOf;
use cairn_store::serial::VariantSerial;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// The difference between two moments.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct VariantDifference {
    /// What laboratories said together then, track by track; empty: nothing was known.
    pub aggregate_before: Vec<Aggregate>,
    /// What they say at the later moment.
    pub aggregate_after: Vec<Aggregate>,
    /// The same in sentences.
    pub sentence_before: Vec<String>,
    /// The same in sentences.
    pub sentence_after: Vec<String>,
    /// Whether what they say together is another answer now: another side, or agreement lost or won.
    pub changes_answer: bool,
    /// Every statement that is new, changed or gone.
    pub statements: Vec<StatementDifference>,
    /// Statements that are the same at both moments.
    pub unchanged: usize,
    /// Cases then.
    pub cases_before: u64,
    /// Cases at the later moment.
    pub cases_after: u64,
    /// Whether there are more statements than are compared (500).
    pub is_partial: bool,
}

/// A statement that differs between the two moments.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StatementDifference {
    /// What became of it.
    pub change: StatementChange,
    /// The same in words.
    pub words: String,
    /// Its class then.
    pub class_before: Option<Classification>,
    /// Its class at the later moment.
    pub class_after: Option<Classification>,
    /// Criteria that came, went or changed.
    pub criteria: Vec<CriterionDifference>,
    /// As it stood then.
    pub before: Option<StatementView>,
    /// As it stands at the later moment.
    pub after: Option<StatementView>,
}

/// What became of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StatementChange {
    /// Another class of the same laboratory.
    Reclassified,
    /// It was taken back.
    Withdrawn,
    /// It is new.
    Added,
    /// Its class stands; something else changed.
    Changed,
    /// It is about another variant now.
    Moved,
}

/// A criterion that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CriterionDifference {
    /// Its code.
    pub code: String,
    /// As applied then; `None`: not at all.
    pub before: Option<String>,
    /// As applied at the later moment.
    pub after: Option<String>,
}

impl Node {
    /// What changed about a variant between two moments; `None` when nothing is known of it at
    /// either.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn variant_difference(
        &self,
        serial: VariantSerial,
        from: AsOf,
        to: AsOf,
        viewer: Viewer,
    ) -> Result<Option<VariantDifference>, NodeError> {
        let before = self.variant_report(serial, from, viewer).await?;
        let after = self.variant_report(serial, to, viewer).await?;
        if before.is_none() && after.is_none() {
            return Ok(None);
        }
        Ok(Some(difference(before.as_ref(), after.as_ref())))
    }
}

fn difference(before: Option<&VariantReport>, after: Option<&VariantReport>) -> VariantDifference {
    let by_accession = |report: Option<&VariantReport>| -> BTreeMap<_, StatementView> {
        let statements = report.into_iter().flat_map(|report| &report.statements);
        statements.map(|view| (view.statement.accession, view.clone())).collect()
    };
    let (then, now) = (by_accession(before), by_accession(after));
    let accessions: BTreeSet<_> = then.keys().chain(now.keys()).collect();
    let differing = accessions.iter().filter_map(|accession| of_statement(then.get(accession), now.get(accession)));
    let mut statements: Vec<StatementDifference> = differing.collect();
    statements.sort_by_key(|difference| difference.change);
    let aggregates = |report: Option<&VariantReport>| report.map(|r| r.aggregates.clone()).unwrap_or_default();
    let (aggregate_before, aggregate_after) = (aggregates(before), aggregates(after));
    let answer = |all: &[Aggregate]| all.iter().map(|a| (a.track, a.verdict)).collect::<Vec<_>>();
    let say = |aggregate: &Aggregate| aggregate.sentence().to_string();
    let cases = |report: Option<&VariantReport>| report.map_or(0, |report| report.cases.total);
    let is_partial = [before, after].into_iter().flatten().any(|report| report.has_more_statements);
    VariantDifference {
        changes_answer: answer(&aggregate_before) != answer(&aggregate_after),
        sentence_before: aggregate_before.iter().map(say).collect(),
        sentence_after: aggregate_after.iter().map(say).collect(),
        aggregate_before,
        aggregate_after,
        unchanged: accessions.len() - statements.len(),
        statements,
        cases_before: cases(before),
        cases_after: cases(after),
        is_partial,
    }
}

fn of_statement(before: Option<&StatementView>, after: Option<&StatementView>) -> Option<StatementDifference> {
    let (change, words) = match (before, after) {
        (Some(then), Some(now)) if then.statement.version == now.statement.version => return None,
        (Some(then), Some(now)) => changed(then, now),
        (None, Some(now)) if now.statement.standing == Standing::Withdrawn => {
            (StatementChange::Withdrawn, "new and taken back meanwhile".to_owned())
        }
        (None, Some(_)) => (StatementChange::Added, "new".to_owned()),
        (Some(_), None) => (StatementChange::Moved, "is about another variant now".to_owned()),
        (None, None) => return None,
    };
    let class = |view: Option<&StatementView>| view.map(|view| view.statement.body.classification);
    let empty: &[Criterion] = &[];
    let criteria = |view: Option<&StatementView>| view.map_or(empty, |view| &view.statement.body.criteria).to_vec();
    Some(StatementDifference {
        change,
        words,
        class_before: class(before),
        class_after: class(after),
        criteria: if before.is_some() { criteria_difference(&criteria(before), &criteria(after)) } else { Vec::new() },
        before: before.cloned(),
        after: after.cloned(),
    })
}

fn changed(then: &StatementView, now: &StatementView) -> (StatementChange, String) {
    let is_summary = now.laboratory.name == ARCHIVE_SUMMARY;
    let (before, after) = (&then.statement.body, &now.statement.body);
    let kind = ClassChange::of(before, after, now.statement.standing, is_summary);
    let change = match kind {
        ClassChange::ChangedMind => StatementChange::Reclassified,
        ClassChange::Withdrawn => StatementChange::Withdrawn,
        ClassChange::FirstPosition => StatementChange::Added,
        ClassChange::Summary | ClassChange::Vocabulary | ClassChange::SameClass => StatementChange::Changed,
    };
    (change, kind.label().to_owned())
}

/// Criteria that came, went, or are applied differently, by code.
fn criteria_difference(before: &[Criterion], after: &[Criterion]) -> Vec<CriterionDifference> {
    let by_code = |criteria: &[Criterion]| -> BTreeMap<String, String> {
        criteria.iter().map(|criterion| (criterion.code.clone(), criterion.to_string())).collect()
    };
    let (then, now) = (by_code(before), by_code(after));
    let codes: BTreeSet<&String> = then.keys().chain(now.keys()).collect();
    let one = |code: &String| CriterionDifference {
        code: code.clone(),
        before: then.get(code).cloned(),
        after: now.get(code).cloned(),
    };
    codes.into_iter().map(one).filter(|difference| difference.before != difference.after).collect()
}
