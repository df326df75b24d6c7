//! How classes change over time: flows between classes, by whom, how long it took.
//!
//! A laboratory's changed mind is told apart from everything that only looks like one: an archive's
//! summary of several laboratories, words that take no position, a first position, a withdrawal.

use crate::change::{self, Difference};
use crate::classification::Classification;
use crate::statement::{Standing, StatementBody};
use serde::Serialize;
use std::collections::BTreeMap;

/// What a later version of a statement means for its class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ClassChange {
    /// The laboratory changed its mind.
    ChangedMind,
    /// It took its position back.
    Withdrawn,
    /// It gave a class where it gave none before.
    FirstPosition,
    /// An archive's summary of several laboratories changed; whose mind did is not said.
    Summary,
    /// The words changed, the position did not: `not provided`, `other`, another spelling.
    Vocabulary,
    /// The class stands; criteria, evidence, condition or date changed.
    SameClass,
}

impl ClassChange {
    /// Every kind, the weightiest first.
    pub const ALL: [Self; 6] =
        [Self::ChangedMind, Self::Withdrawn, Self::FirstPosition, Self::Summary, Self::Vocabulary, Self::SameClass];

    /// The words for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::ChangedMind => "a laboratory changed its class",
            Self::Withdrawn => "position taken back",
            Self::FirstPosition => "first class given",
            Self::Summary => "an archive's summary changed",
            Self::Vocabulary => "other words only",
            Self::SameClass => "same class, other evidence",
        }
    }

    /// What a later version means. `is_summary`: an archive wrote it about others.
    pub fn of(before: &StatementBody, after: &StatementBody, standing: Standing, is_summary: bool) -> Self {
        if is_summary && standing == Standing::Current && change::of_summary(before, after, &[]).is_some() {
            return Self::Summary;
        }
        match change::of_statement(Some(before), after, standing) {
            Difference::First => Self::FirstPosition,
            Difference::Withdrawn => Self::Withdrawn,
            Difference::Side | Difference::Degree => Self::ChangedMind,
            Difference::Vocabulary => Self::Vocabulary,
            Difference::Criteria | Difference::Guideline | Difference::Condition | Difference::Evidence => {
                Self::SameClass
            }
        }
    }
}

/// One later version, reduced to what the statistics need.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// What it means.
    pub kind: ClassChange,
    /// The class before.
    pub from: Classification,
    /// The class after.
    pub to: Classification,
    /// Whose it is: the laboratory's slug.
    pub laboratory: String,
    /// Genes of the variant.
    pub genes: Vec<String>,
    /// Days between the two evaluations, where both dates are given.
    pub evaluated_days: Option<i64>,
    /// Days between the two recordings.
    pub recorded_days: i64,
}

/// Changes of classes over a span of time.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Reclassifications {
    /// Later versions looked at.
    pub versions: u64,
    /// How many of each kind.
    pub by_kind: BTreeMap<ClassChange, u64>,
    /// Changed minds from class to class, the largest first.
    pub flows: Vec<Flow>,
    /// Changed minds by laboratory, the most first.
    pub by_laboratory: Vec<Share>,
    /// Changed minds by gene, the most first.
    pub by_gene: Vec<Share>,
    /// Time from one evaluation to the next, over changed minds with both dates.
    pub between_evaluations: Span,
    /// Time from one recording to the next, over changed minds.
    pub between_recordings: Span,
}

/// Changed minds from one class to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Flow {
    /// From this class.
    pub from: Classification,
    /// To this one.
    pub to: Classification,
    /// How often.
    pub changes: u64,
    /// Whether the side of the decision changed.
    pub changes_side: bool,
    /// Time from one evaluation to the next.
    pub between_evaluations: Span,
}

/// Changed minds of one laboratory or in one gene.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Share {
    /// The laboratory's slug or the gene's symbol.
    pub name: String,
    /// How often.
    pub changes: u64,
    /// How often the side of the decision changed.
    pub side_changes: u64,
    /// Time from one evaluation to the next.
    pub between_evaluations: Span,
}

/// A median with what it rests on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Span {
    /// The median in days; `None` when nothing has a length.
    pub median_days: Option<i64>,
    /// Changes that have a length.
    pub of: u64,
}

impl Span {
    /// The median; of an even number the lower of the two in the middle.
    fn of(mut days: Vec<i64>) -> Self {
        days.sort_unstable();
        let middle = days.len().checked_sub(1).map(|last| last / 2);
        Self { median_days: middle.map(|at| days[at]), of: days.len() as u64 }
    }
}

#[derive(Default)]
struct Count {
    changes: u64,
    side_changes: u64,
    days: Vec<i64>,
}

impl Count {
    fn add(&mut self, step: &Step) {
        self.changes += 1;
        self.side_changes += u64::from(step.from.bucket() != step.to.bucket());
        self.days.extend(step.evaluated_days);
    }
}

/// Adds up changes one by one, so that a record of any size needs little memory.
#[derive(Default)]
pub struct Tally {
    versions: u64,
    by_kind: BTreeMap<ClassChange, u64>,
    flows: BTreeMap<(Classification, Classification), Count>,
    laboratories: BTreeMap<String, Count>,
    genes: BTreeMap<String, Count>,
    recorded: Vec<i64>,
}

impl Tally {
    /// Counts one later version.
    pub fn add(&mut self, step: &Step) {
        self.versions += 1;
        *self.by_kind.entry(step.kind).or_insert(0) += 1;
        if step.kind != ClassChange::ChangedMind {
            return;
        }
        self.flows.entry((step.from, step.to)).or_default().add(step);
        self.laboratories.entry(step.laboratory.clone()).or_default().add(step);
        for gene in &step.genes {
            self.genes.entry(gene.clone()).or_default().add(step);
        }
        self.recorded.push(step.recorded_days);
    }

    /// The statistics.
    pub fn finish(self) -> Reclassifications {
        let all_days = self.flows.values().flat_map(|count| count.days.iter().copied()).collect();
        let flow = |((from, to), count): ((Classification, Classification), Count)| Flow {
            from,
            to,
            changes: count.changes,
            changes_side: from.bucket() != to.bucket(),
            between_evaluations: Span::of(count.days),
        };
        let mut flows: Vec<Flow> = self.flows.into_iter().map(flow).collect();
        flows.sort_by_key(|flow| (std::cmp::Reverse(flow.changes), flow.from, flow.to));
        Reclassifications {
            versions: self.versions,
            by_kind: self.by_kind,
            flows,
            by_laboratory: shares(self.laboratories),
            by_gene: shares(self.genes),
            between_evaluations: Span::of(all_days),
            between_recordings: Span::of(self.recorded),
        }
    }
}

fn shares(counts: BTreeMap<String, Count>) -> Vec<Share> {
    let share = |(name, count): (String, Count)| Share {
        name,
        changes: count.changes,
        side_changes: count.side_changes,
        between_evaluations: Span::of(count.days),
    };
    let mut all: Vec<Share> = counts.into_iter().map(share).collect();
    all.sort_by(|a, b| b.changes.cmp(&a.changes).then_with(|| a.name.cmp(&b.name)));
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use Classification as C;

    fn step(kind: ClassChange, from: C, to: C, laboratory: &str, days: Option<i64>) -> Step {
        let genes = vec!["MYH7".to_owned()];
        Step { kind, from, to, laboratory: laboratory.to_owned(), genes, evaluated_days: days, recorded_days: 1 }
    }

    #[test]
    fn only_changed_minds_flow() {
        let mut tally = Tally::default();
        tally.add(&step(ClassChange::ChangedMind, C::Uncertain, C::LikelyPathogenic, "a", Some(300)));
        tally.add(&step(ClassChange::ChangedMind, C::Uncertain, C::LikelyPathogenic, "b", Some(100)));
        tally.add(&step(ClassChange::ChangedMind, C::LikelyBenign, C::Benign, "b", None));
        tally.add(&step(ClassChange::Vocabulary, C::NotProvided, C::Other, "c", Some(5)));
        tally.add(&step(ClassChange::Summary, C::Pathogenic, C::Benign, "archive", Some(5)));
        let found = tally.finish();
        assert_eq!((found.versions, found.by_kind[&ClassChange::ChangedMind]), (5, 3));
        let flows: Vec<_> = found.flows.iter().map(|f| (f.from, f.to, f.changes, f.changes_side)).collect();
        assert_eq!(flows, [(C::Uncertain, C::LikelyPathogenic, 2, true), (C::LikelyBenign, C::Benign, 1, false)]);
        assert_eq!(found.between_evaluations, Span { median_days: Some(100), of: 2 });
        let laboratories: Vec<_> = found.by_laboratory.iter().map(|s| (s.name.as_str(), s.changes)).collect();
        assert_eq!(laboratories, [("b", 2), ("a", 1)]);
        assert_eq!(found.by_gene[0].side_changes, 2);
    }

    #[test]
    fn silence_and_summaries_are_no_changed_mind() {
        let body = |class: C| StatementBody { classification: class, ..empty() };
        let check = |from, to, standing, summary, kind| {
            assert_eq!(ClassChange::of(&body(from), &body(to), standing, summary), kind, "{from:?} {to:?}");
        };
        check(C::Uncertain, C::Pathogenic, Standing::Current, false, ClassChange::ChangedMind);
        check(C::Uncertain, C::Pathogenic, Standing::Current, true, ClassChange::Summary);
        check(C::NotProvided, C::Pathogenic, Standing::Current, false, ClassChange::FirstPosition);
        check(C::Pathogenic, C::NotProvided, Standing::Current, false, ClassChange::Withdrawn);
        check(C::Pathogenic, C::Pathogenic, Standing::Withdrawn, false, ClassChange::Withdrawn);
        check(C::NotProvided, C::Other, Standing::Current, false, ClassChange::Vocabulary);
        check(C::Benign, C::Benign, Standing::Current, false, ClassChange::Vocabulary);
        let later = StatementBody { last_evaluated: "2024".parse().ok(), ..body(C::Benign) };
        assert_eq!(ClassChange::of(&body(C::Benign), &later, Standing::Current, false), ClassChange::SameClass);
    }

    fn empty() -> StatementBody {
        serde_json::from_value(serde_json::json!({
            "classification": "not_provided", "classification_text": null, "conditions": [], "inheritance": null,
            "origin": "unknown", "guideline": null, "criteria": [], "evidence": [], "citations": [], "summary": "",
            "last_evaluated": null, "review_status": null, "method": null, "remarks": []
        }))
        .expect("a body")
    }
}
