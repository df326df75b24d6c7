//! The aggregates of a variant follow its statements.
//!
//! A landing computes those of the touched variants again, in its own transaction. All of them are
//! computed again when the rule set or the loaded names of conditions are others than last time
//! ([`recompute`]). An aggregate that comes out the same gets no new version.

mod read;
pub mod recompute;

use crate::discordance::grouping::Namings;
use crate::error::NodeError;
use crate::landing::Landing;
use crate::node::Node;
use cairn_core::aggregate::review::{Rank, ReviewStatus};
use cairn_core::aggregate::rules::{self, RuleSet};
use cairn_core::aggregate::{self as core, Aggregate, Position};
use cairn_core::condition::{Condition, Inheritance};
use cairn_core::condition_group::{ConditionGroup, ConditionNames, group_of};
use cairn_store::aggregate::{self, AggregateKey, AggregateVersion};
use cairn_store::entry::{self, AsOf};
use cairn_store::serial::{EntrySerial, VariantSerial};
use cairn_store::statement::{self, StatementBrief};
use cairn_store::{Connection, Writer, variant};
use rayon::prelude::*;
use std::collections::{HashMap, HashSet};

pub use read::RecordedAggregate;
pub(crate) use read::{read_many, read_one};

/// Variants compared on one core at least: fewer are not worth another.
const ON_ONE_CORE: usize = 256;

/// An aggregate that is another than before a landing.
#[derive(Debug)]
pub struct AggregateChange {
    /// Of which variant.
    pub variant: VariantSerial,
    /// The version that was added, from 1.
    pub version: u32,
    /// What was said until now; `None` when nothing was.
    pub before: Option<Aggregate>,
    /// What is said now; `None` when no statement is left.
    pub after: Option<Aggregate>,
}

impl AggregateChange {
    /// Whether something else is said than before, and not only by other statements.
    pub fn says_something_else(&self) -> bool {
        match (&self.before, &self.after) {
            (Some(before), Some(after)) => !before.says_the_same(after),
            _ => true,
        }
    }

    /// Whether it is about the variant as a whole, and not about one condition.
    pub fn is_whole(&self) -> bool {
        [&self.before, &self.after].into_iter().flatten().all(|aggregate| aggregate.group.is_none())
    }

    /// Whether it comes from another rule set and not from the statements.
    pub fn is_of_method(&self) -> bool {
        match (&self.before, &self.after) {
            (Some(before), Some(after)) => before.rules != after.rules && before.members == after.members,
            _ => false,
        }
    }
}

/// Computes the aggregates of the touched variants again; those that changed come back.
pub(crate) async fn update(
    writer: &mut Writer,
    node: &Node,
    landing: &Landing,
) -> Result<Vec<AggregateChange>, NodeError> {
    let touched: Vec<VariantSerial> = landing.touched().into_iter().collect();
    let mut groups = Groups::new(node.reference().conditions());
    renew(writer, landing.entry, &touched, rules::CURRENT, &mut groups).await
}

/// Computes the aggregates of these variants again because a laboratory said what its words for a condition mean.
pub(crate) async fn regroup(
    writer: &mut Writer,
    node: &Node,
    entry: EntrySerial,
    variants: &[VariantSerial],
) -> Result<Vec<AggregateChange>, NodeError> {
    let mut groups = Groups::new(node.reference().conditions());
    renew(writer, entry, variants, rules::CURRENT, &mut groups).await
}

/// Computes the aggregates of these variants again and adds versions of those that changed.
async fn renew<N: ConditionNames>(
    writer: &mut Writer,
    entry: EntrySerial,
    variants: &[VariantSerial],
    rules: &RuleSet,
    groups: &mut Groups<'_, N>,
) -> Result<Vec<AggregateChange>, NodeError> {
    let as_of = entry::now(writer).await?;
    let mut said = positions(writer, variants, as_of, groups).await?;
    let mut before = aggregate::last(writer, variants).await?;
    let each: Vec<_> = variants
        .iter()
        .map(|variant| (*variant, said.remove(variant).unwrap_or_default(), before.remove(variant).unwrap_or_default()))
        .collect();
    let compared: Vec<Compared> = each
        .into_par_iter()
        .with_min_len(ON_ONE_CORE)
        .map(|(variant, said, before)| compare(variant, entry, before, core::all(rules, &said)))
        .collect();
    let (changes, versions): (Vec<_>, Vec<_>) = compared.into_iter().unzip();
    let versions: Vec<AggregateVersion> = versions.into_iter().flatten().collect();
    aggregate::add(writer, entry, &versions).await?;
    Ok(changes.into_iter().flatten().collect())
}

/// What changed of one variant, and the versions that say so.
type Compared = (Vec<AggregateChange>, Vec<AggregateVersion>);

/// Sets what is said now against the last versions.
fn compare(
    variant: VariantSerial,
    entry: EntrySerial,
    before: Vec<AggregateVersion>,
    after: Vec<Aggregate>,
) -> Compared {
    let (mut changes, mut versions) = (Vec::new(), Vec::new());
    let mut before: HashMap<AggregateKey, AggregateVersion> =
        before.into_iter().map(|version| (AggregateKey::of(&version.aggregate), version)).collect();
    let mut add = |version, holds, aggregate| {
        versions.push(AggregateVersion { variant, version, holds, aggregate, entry });
    };
    for aggregate in after {
        let last = before.remove(&AggregateKey::of(&aggregate));
        let version = last.as_ref().map_or(1, |last| last.version + 1);
        let held = last.filter(|last| last.holds).map(|last| last.aggregate);
        if held.as_ref() == Some(&aggregate) {
            continue;
        }
        add(version, true, aggregate.clone());
        changes.push(AggregateChange { variant, version, before: held, after: Some(aggregate) });
    }
    let mut ended: Vec<AggregateVersion> = before.into_values().filter(|last| last.holds).collect();
    ended.sort_by_cached_key(|last| AggregateKey::of(&last.aggregate));
    for last in ended {
        add(last.version + 1, false, last.aggregate.clone());
        changes.push(AggregateChange { variant, version: last.version + 1, before: Some(last.aggregate), after: None });
    }
    (changes, versions)
}

/// What is said about one variant, mergers included.
pub(crate) async fn positions_of(
    connection: &mut Connection,
    node: &Node,
    variant: VariantSerial,
    as_of: AsOf,
) -> Result<Vec<Position>, NodeError> {
    let mut groups = Groups::new(node.reference().conditions());
    let mut found = positions(connection, &[variant], as_of, &mut groups).await?;
    Ok(found.remove(&variant).unwrap_or_default())
}

/// What is said about each of these variants, mergers included, in the order of recording.
async fn positions<N: ConditionNames>(
    connection: &mut Connection,
    variants: &[VariantSerial],
    as_of: AsOf,
    groups: &mut Groups<'_, N>,
) -> Result<HashMap<VariantSerial, Vec<Position>>, NodeError> {
    let wanted: HashSet<VariantSerial> = variants.iter().copied().collect();
    let mut all = variant::with_merged(connection, variants).await?;
    all.sort_unstable();
    all.dedup();
    let mut said: HashMap<VariantSerial, Vec<Position>> = HashMap::new();
    let briefs = statement::briefs(connection, &all, as_of).await?;
    let namings = Namings::of(connection, briefs.iter().map(|brief| brief.laboratory)).await?;
    for mut brief in briefs {
        if wanted.contains(&brief.variant) {
            namings.explain(brief.laboratory, &mut brief.says.conditions);
            said.entry(brief.variant).or_default().push(groups.position(brief));
        }
    }
    said.values_mut().for_each(|positions| positions.sort_by_key(|position| position.statement));
    Ok(said)
}

/// Condition groups, each computed once.
struct Groups<'a, N> {
    names: &'a N,
    known: HashMap<(Vec<Condition>, Option<Inheritance>), ConditionGroup>,
}

impl<'a, N: ConditionNames> Groups<'a, N> {
    fn new(names: &'a N) -> Self {
        Self { names, known: HashMap::new() }
    }

    fn position(&mut self, brief: StatementBrief) -> Position {
        let says = brief.says;
        let names_criteria = says.names_criteria();
        let is_evidence_only = says.classification_text.as_deref() == Some(core::EVIDENCE_ONLY);
        let status = says.review_status.as_deref();
        let names = self.names;
        let group = self.known.entry((says.conditions, says.inheritance));
        let group = group.or_insert_with_key(|(conditions, inheritance)| group_of(conditions, *inheritance, names));
        Position {
            statement: brief.serial.accession(),
            version: brief.version,
            laboratory: brief.laboratory,
            classification: says.classification,
            rank: Rank::of(status, names_criteria, brief.is_vouched),
            review: status.and_then(ReviewStatus::read),
            last_evaluated: says.last_evaluated,
            group: group.clone(),
            is_summary: brief.is_summary,
            is_evidence_only,
        }
    }
}
