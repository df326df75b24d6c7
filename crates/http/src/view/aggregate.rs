//! An aggregate as the first sentence of a page, and as a scale of classes.

use super::amount::counted;
use crate::mark::Mark;
use crate::plot::lollipop::Side;
use cairn_core::aggregate::{Aggregate, Member, Verdict};
use cairn_core::classification::{Bucket, Classification};
use cairn_core::sentence::Sentence;

/// The sentence of one track.
#[derive(Debug, Clone)]
pub struct SentenceRow {
    /// The position.
    pub headline: String,
    /// How many laboratories say so.
    pub weight: String,
    /// When it was last evaluated.
    pub date: String,
    /// The name of the colour, for the headline.
    pub colour: &'static str,
}

impl From<&Aggregate> for SentenceRow {
    fn from(aggregate: &Aggregate) -> Self {
        let Sentence { headline, weight, date } = aggregate.sentence();
        Self { headline, weight, date, colour: side(aggregate).map_or("k-none", Side::colour) }
    }
}

/// What a track says, as one mark: that laboratories differ, or the class most statements of the
/// agreed side give.
pub fn side(aggregate: &Aggregate) -> Option<Side> {
    match aggregate.verdict {
        Verdict::Conflict => Some(Side::Differ),
        Verdict::Single(bucket) | Verdict::Agree(bucket) => Some(Side::Class(usual(aggregate, Some(bucket))?)),
        Verdict::NoPosition => Some(Side::Class(usual(aggregate, None)?)),
    }
}

/// The class with most statements on this side; the more severe of equals.
fn usual(aggregate: &Aggregate, bucket: Option<Bucket>) -> Option<Classification> {
    let on_side = aggregate.deciding.iter().filter(|(class, _)| class.bucket() == bucket);
    on_side.max_by_key(|(class, n)| (**n, std::cmp::Reverse(**class))).map(|(class, _)| *class)
}

/// The mark of a variant in a list: its first track.
pub fn mark(aggregates: &[Aggregate]) -> Option<Mark> {
    aggregates.first().and_then(side).map(|side| match side {
        Side::Differ => Mark::Conflict,
        Side::Class(class) => Mark::Short(class),
    })
}

/// Statements by class over all tracks, most severe first.
pub fn scale(aggregates: &[Aggregate]) -> Vec<(Mark, usize)> {
    let classes = aggregates.iter().flat_map(|aggregate| &aggregate.by_class);
    classes.map(|(class, n)| (Mark::Full(*class), *n)).collect()
}

/// An aggregate as a row: of the variant as a whole, or of one condition.
#[derive(Debug, Clone)]
pub struct AggregateRow {
    /// What it is about.
    pub about: String,
    /// The class in ClinVar's words.
    pub class: String,
    /// Stars, as many as there are.
    pub stars: String,
    /// The review status in words.
    pub review: String,
    /// How many statements of how many laboratories.
    pub weight: String,
    /// The rule set that made it.
    pub rules: String,
    /// What each statement did.
    pub members: Vec<MemberRow>,
}

/// What one statement did in an aggregate.
#[derive(Debug, Clone)]
pub struct MemberRow {
    /// Its accession.
    pub accession: String,
    /// Its version.
    pub version: u32,
    /// What it did.
    pub did: String,
}

impl From<&Aggregate> for AggregateRow {
    fn from(aggregate: &Aggregate) -> Self {
        let about = match &aggregate.group {
            None => "All conditions".to_owned(),
            Some(group) => match group.inheritance {
                Some(mode) => format!("{}, {}", group.label, mode.label()),
                None => group.label.clone(),
            },
        };
        let stars = usize::from(aggregate.stars);
        Self {
            about,
            class: aggregate.classification.clone(),
            stars: "★".repeat(stars) + &"☆".repeat(4 - stars.min(4)),
            review: aggregate.review_status.label().to_owned(),
            weight: format!(
                "{} of {}",
                counted(aggregate.statements as u64, "statement", "statements"),
                counted(aggregate.laboratories as u64, "laboratory", "laboratories")
            ),
            rules: aggregate.rules.clone(),
            members: aggregate.members.iter().map(MemberRow::from).collect(),
        }
    }
}

impl From<&Member> for MemberRow {
    fn from(member: &Member) -> Self {
        let outlier = if member.is_outlier { ", held by a third of them at most" } else { "" };
        Self {
            accession: member.statement.to_string(),
            version: member.version,
            did: format!("{}{outlier}", member.role.label()),
        }
    }
}
