//! How many discordances there are, how old, why they end, between whom, and by which criterion.

mod count;

use crate::error::NodeError;
use crate::lookup::laboratories;
use crate::node::Node;
use cairn_core::discordance::{Grade, State};
use cairn_core::laboratory::Laboratory;
use cairn_store::discordance::{self, Episode};
use cairn_store::entry;
use cairn_store::serial::LaboratorySerial;
use count::{ages, by_criterion, by_pair, by_state, days, open_by_grade, reasons};
use jiff::Timestamp;
use serde::Serialize;

/// The analysis of all discordances, or of those in which one laboratory takes part.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Analytics {
    /// How many in each state, in the order of the states.
    pub by_state: Vec<StateCount>,
    /// How many ask for work, by grade.
    pub open_by_grade: Vec<GradeCount>,
    /// How many ask for work.
    pub open: u64,
    /// How many have ended as concordant.
    pub concordant: u64,
    /// How many continue.
    pub continued: u64,
    /// How many were opened again after they had ended.
    pub opened_again: u64,
    /// How old those are that ask for work.
    pub age_of_open: Ages,
    /// How long those took that ended as concordant.
    pub time_to_concordance: Ages,
    /// Why they ended or continue, the most frequent first.
    pub reasons: Vec<ReasonCount>,
    /// Between whom, the most frequent first.
    pub pairs: Vec<PairCount>,
    /// Which criteria differ, the most frequent first.
    pub criteria: Vec<CriterionCount>,
}

/// How many in a state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StateCount {
    /// The state.
    pub state: State,
    /// How many.
    pub discordances: u64,
}

/// How many of a grade.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GradeCount {
    /// The grade.
    pub grade: Grade,
    /// How many.
    pub discordances: u64,
}

/// Spans of time, in whole days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ages {
    /// Of how many.
    pub discordances: u64,
    /// The median; `None` when there is none.
    pub median_days: Option<u64>,
    /// The longest.
    pub longest_days: Option<u64>,
    /// How many up to each number of days; the last has no end.
    pub distribution: Vec<AgeCount>,
}

/// How many within a span of days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AgeCount {
    /// The span in words, such as `up to 30 days`.
    pub label: String,
    /// How many.
    pub discordances: u64,
}

/// How often a reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReasonCount {
    /// Its code.
    pub reason: String,
    /// In words.
    pub label: String,
    /// Whether the discordances ended so; otherwise they continue so.
    pub ended: bool,
    /// How often.
    pub discordances: u64,
}

/// Two laboratories on different sides, or with different strengths.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PairCount {
    /// One.
    pub a: Laboratory,
    /// The other.
    pub b: Laboratory,
    /// How many ask for work.
    pub open: u64,
    /// How many have ended or continue.
    pub closed: u64,
}

/// A criterion on which members differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CriterionCount {
    /// Its code.
    pub code: String,
    /// In how many discordances members that list criteria do not all meet it with one strength.
    pub discordances: u64,
    /// Of these, those that ask for work.
    pub open: u64,
}

impl Node {
    /// The analysis of all discordances, or of those in which one laboratory takes part: as they stand, or as they
    /// stood at a moment, that moment included. Those that differ in strength only are counted by state and grade,
    /// and nowhere else.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn discordance_analytics(
        &self,
        laboratory: Option<LaboratorySerial>,
        moment: Option<Timestamp>,
    ) -> Result<Analytics, NodeError> {
        let mut reader = self.store().read().await?;
        let as_of = match moment {
            Some(moment) => Some(entry::at(&mut reader, moment).await?),
            None => None,
        };
        let episodes = discordance::episodes(&mut reader, laboratory, as_of).await?;
        let pairs = discordance::pairs(&mut reader, as_of).await?;
        let criteria = discordance::criteria(&mut reader, as_of).await?;
        let known = laboratories(&mut reader, pairs.iter().map(|pair| pair.laboratory)).await?;
        drop(reader);
        let now = moment.map_or_else(|| self.now(), |moment| moment.min(self.now()));
        let conflicts: Vec<&Episode> = episodes.iter().filter(|one| one.grade != Grade::Strength).collect();
        let open: Vec<&Episode> = conflicts.iter().copied().filter(|one| one.state.is_open()).collect();
        let ended: Vec<&Episode> = conflicts.iter().copied().filter(|one| one.state == State::Concordant).collect();
        Ok(Analytics {
            by_state: by_state(&episodes),
            open_by_grade: open_by_grade(&episodes),
            open: open.len() as u64,
            concordant: ended.len() as u64,
            continued: conflicts.iter().filter(|one| one.state == State::Continued).count() as u64,
            opened_again: conflicts.iter().filter(|one| one.times_opened > 1).count() as u64,
            age_of_open: ages(open.iter().map(|one| days(one.opened, now))),
            time_to_concordance: ages(ended.iter().filter_map(|one| Some(days(one.opened, one.ended?)))),
            reasons: reasons(&conflicts),
            pairs: by_pair(&conflicts, &pairs, &known),
            criteria: by_criterion(&conflicts, &criteria),
        })
    }
}
