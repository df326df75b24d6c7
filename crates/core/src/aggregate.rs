//! What the statements about a variant say together, by a published and versioned rule set.
//!
//! An aggregate is made for each track (germline, oncogenicity, clinical impact; never mixed), of
//! the variant as a whole and of each condition with its mode of inheritance, as ClinVar's VCV and
//! RCV records are (<https://www.ncbi.nlm.nih.gov/clinvar/docs/clinsig/>,
//! <https://www.ncbi.nlm.nih.gov/clinvar/docs/review_status/>). Only the statements of the highest
//! review rank decide: a practice guideline over an expert panel over statements with criteria over
//! the rest. Classes of one side do not conflict. Each aggregate names the statements and the
//! versions it was made of, what each did in it, and the [rule set](rules).
//!
//! A laboratory counts once for each side. An archive's summary repeats laboratories and is none:
//! it speaks only where no laboratory does.

mod compose;
pub mod review;
pub mod rules;
mod wording;

use crate::accession::Accession;
use crate::classification::{Bucket, Classification, Track};
use crate::condition::Inheritance;
use crate::condition_group::{ConditionGroup, ConditionNames, StatedModes, group_of};
use crate::date::PartialDate;
use crate::id::LaboratoryId;
use crate::statement::Statement;
use review::{Rank, ReviewStatus};
use rules::RuleSet;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One current statement, reduced to what an aggregate needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    /// The statement.
    pub statement: Accession,
    /// Its version.
    pub version: u32,
    /// Whose it is.
    pub laboratory: LaboratoryId,
    /// The class.
    pub classification: Classification,
    /// How it was reviewed.
    pub rank: Rank,
    /// The review status in words, where the source states one.
    pub review: Option<ReviewStatus>,
    /// When it was last evaluated.
    pub last_evaluated: Option<PartialDate>,
    /// Condition and mode of inheritance.
    pub group: ConditionGroup,
    /// An archive's summary of its submitters, not a laboratory's own word.
    pub is_summary: bool,
    /// Whether it gives evidence, of a functional assay for example, and no classification.
    pub is_evidence_only: bool,
}

/// What ClinVar writes in place of a class where a submission gives evidence only (`NoClassification`).
pub const EVIDENCE_ONLY: &str = "evidence_only";

impl Position {
    /// The position of a statement of a laboratory. `is_vouched`: whether its review status comes
    /// from an archive that checks it.
    pub fn of(statement: &Statement, is_vouched: bool, names: &impl ConditionNames) -> Self {
        let body = &statement.body;
        let status = body.review_status.as_deref();
        let names_criteria = body.guideline.is_some() || !body.criteria.is_empty();
        Self {
            statement: statement.accession,
            version: statement.version,
            laboratory: statement.laboratory,
            classification: body.classification,
            rank: Rank::of(status, names_criteria, is_vouched),
            review: status.and_then(ReviewStatus::read),
            last_evaluated: body.last_evaluated,
            group: group_of(&body.conditions, body.inheritance, names),
            is_summary: false,
            is_evidence_only: body.classification_text.as_deref() == Some(EVIDENCE_ONLY),
        }
    }
}

/// What the deciding statements of one track say together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// No statement takes a side.
    NoPosition,
    /// One laboratory takes a side.
    Single(Bucket),
    /// Several laboratories take the same side.
    Agree(Bucket),
    /// Laboratories, or the statements of one, take different sides.
    Conflict,
}

impl Verdict {
    /// The stable code: `conflict`, `agree`, `single` or `no_position`.
    pub fn code(self) -> &'static str {
        match self {
            Self::NoPosition => "no_position",
            Self::Single(_) => "single",
            Self::Agree(_) => "agree",
            Self::Conflict => "conflict",
        }
    }
}

/// The sides that were taken, as ClinGen's analyses of ClinVar number them: 1 benign, 2 uncertain,
/// 4 pathogenic, added up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sides(u8);

impl Sides {
    /// The sum of these sides.
    pub fn of(sides: impl IntoIterator<Item = Bucket>) -> Self {
        let number = |side| match side {
            Bucket::Benign => 1,
            Bucket::Uncertain => 2,
            Bucket::Pathogenic => 4,
        };
        Self(sides.into_iter().fold(0, |sum, side| sum | number(side)))
    }

    /// The sum, 0 to 7.
    pub fn number(self) -> u8 {
        self.0
    }

    /// Whether more than one side was taken.
    pub fn is_conflict(self) -> bool {
        self.0.count_ones() > 1
    }

    /// Whether care may depend on who is right: pathogenic against another side (5, 6, 7).
    pub fn is_clinically_significant(self) -> bool {
        self.is_conflict() && self.0 & 4 != 0
    }
}

/// What a statement did in an aggregate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// It is of the deciding rank.
    Decides,
    /// One of higher rank decides.
    Outranked,
    /// It gives no classification.
    NoClassification,
    /// Its archive flagged it: left out.
    Flagged,
    /// An archive's summary, left out because laboratories speak.
    Repeats,
    /// It gives evidence only, left out because others were asked for a class.
    EvidenceOnly,
}

impl Role {
    /// The words for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Decides => "decides",
            Self::Outranked => "outranked by a higher review status",
            Self::NoClassification => "gives no classification",
            Self::Flagged => "flagged by its archive, left out",
            Self::Repeats => "an archive's summary, left out where laboratories speak",
            Self::EvidenceOnly => "gives evidence and no classification, not counted",
        }
    }
}

/// A statement that an aggregate was made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Member {
    /// The statement.
    pub statement: Accession,
    /// Its version then.
    pub version: u32,
    /// What it did.
    pub role: Role,
    /// Whether its side is held by at most a third of the deciding statements of a conflict.
    pub is_outlier: bool,
}

/// What the statements of one track say together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Aggregate {
    /// The question answered.
    pub track: Track,
    /// Condition and mode of inheritance; `None` for the variant as a whole.
    pub group: Option<ConditionGroup>,
    /// Id of the rule set that made it, such as `clinvar-aggregate-2024`.
    pub rules: String,
    /// The class in words, such as `Pathogenic/Likely pathogenic; drug response`.
    pub classification: String,
    /// The review status in ClinVar's words.
    pub review_status: ReviewStatus,
    /// Stars of the review status, 0 to 4.
    pub stars: u8,
    /// What they say together.
    pub verdict: Verdict,
    /// The sides taken by the deciding statements, added up.
    pub sides: Sides,
    /// Number of laboratories with a statement on this track that is not flagged; 0 when only an
    /// archive's summary speaks.
    pub laboratories: usize,
    /// Number of statements that are not flagged and no repeating summary.
    pub statements: usize,
    /// Number of laboratories per side among the deciding statements.
    pub by_bucket: BTreeMap<Bucket, usize>,
    /// Number of laboratories that take a side, only below the deciding rank.
    pub outranked: usize,
    /// Number of statements per class, most severe first.
    pub by_class: BTreeMap<Classification, usize>,
    /// Number of deciding statements per class, most severe first.
    pub deciding: BTreeMap<Classification, usize>,
    /// The latest evaluation date among the deciding statements.
    pub last_evaluated: Option<PartialDate>,
    /// The statements it was made of, in the order of recording.
    pub members: Vec<Member>,
}

impl Aggregate {
    /// Whether both say the same in the same standing, whatever they were made of.
    pub fn says_the_same(&self, other: &Self) -> bool {
        self.classification == other.classification
            && self.review_status == other.review_status
            && self.sides == other.sides
    }
}

/// The aggregates of a variant as a whole, one for each track that has a statement, germline first.
pub fn of_variant(rules: &RuleSet, positions: &[Position]) -> Vec<Aggregate> {
    let all: Vec<&Position> = positions.iter().collect();
    compose::on_tracks(rules, &all, None)
}

/// The aggregates for each condition and mode of inheritance, in the order of the groups.
pub fn of_groups(rules: &RuleSet, positions: &[Position]) -> Vec<Aggregate> {
    let tracks = [Track::Germline, Track::Oncogenicity, Track::ClinicalImpact];
    let mut groups: BTreeMap<(&str, Option<Inheritance>, usize), (&ConditionGroup, Vec<&Position>)> = BTreeMap::new();
    for (at, track) in tracks.into_iter().enumerate() {
        let here = || positions.iter().filter(move |position| position.classification.track() == track);
        let modes = StatedModes::of(here().map(|position| (position.group.key.as_str(), position.group.inheritance)));
        for position in here() {
            let group = &position.group;
            let mode = match rules.adopts_the_only_mode {
                true => modes.meant(&group.key, group.inheritance),
                false => group.inheritance,
            };
            // Two names of one group may differ in the label; the first one stands for all.
            let (named, members) = groups.entry((&group.key, mode, at)).or_insert((group, Vec::new()));
            if group.label < named.label {
                *named = group;
            }
            members.push(position);
        }
    }
    let of_group =
        |((_, mode, _), (group, members)): ((&str, Option<Inheritance>, usize), (&ConditionGroup, Vec<_>))| {
            let group = ConditionGroup { inheritance: mode, ..group.clone() };
            compose::on_tracks(rules, &members, Some(&group))
        };
    groups.into_iter().flat_map(of_group).collect()
}

/// Every aggregate of a variant: as a whole, then for each condition.
pub fn all(rules: &RuleSet, positions: &[Position]) -> Vec<Aggregate> {
    let mut all = of_variant(rules, positions);
    all.extend(of_groups(rules, positions));
    all
}

#[cfg(test)]
mod tests;
