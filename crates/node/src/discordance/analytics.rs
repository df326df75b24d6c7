//! How many discordances there are, how old, why they end, between whom, and by which criterion.

use super::view::reason_label;
use crate::error::NodeError;
use crate::lookup::laboratories;
use crate::node::Node;
use cairn_core::criterion::Strength;
use cairn_core::discordance::{Grade, State, grade};
use cairn_core::laboratory::Laboratory;
use cairn_store::discordance::{self, Episode, MetCriterion, Pair};
use cairn_store::serial::{DiscordanceSerial, LaboratorySerial};
use jiff::Timestamp;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

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

/// Ends of the spans of ages, in days.
const SPANS: [u64; 5] = [7, 30, 90, 365, 730];

impl Node {
    /// The analysis of all discordances, or of those in which one laboratory takes part. Those that
    /// differ in strength only are counted by state and grade, and nowhere else.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn discordance_analytics(&self, laboratory: Option<LaboratorySerial>) -> Result<Analytics, NodeError> {
        let mut reader = self.store().read().await?;
        let episodes = discordance::episodes(&mut reader, laboratory).await?;
        let pairs = discordance::pairs(&mut reader).await?;
        let criteria = discordance::criteria(&mut reader).await?;
        let known = laboratories(&mut reader, pairs.iter().map(|pair| pair.laboratory)).await?;
        drop(reader);
        let now = self.now();
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

fn by_state(episodes: &[Episode]) -> Vec<StateCount> {
    let count = |state: State| episodes.iter().filter(|one| one.state == state).count() as u64;
    State::ALL.iter().map(|state| StateCount { state: *state, discordances: count(*state) }).collect()
}

fn open_by_grade(episodes: &[Episode]) -> Vec<GradeCount> {
    let count = |grade: Grade| episodes.iter().filter(|one| one.state.is_open() && one.grade == grade).count() as u64;
    Grade::ALL.iter().map(|grade| GradeCount { grade: *grade, discordances: count(*grade) }).collect()
}

fn days(from: Timestamp, to: Timestamp) -> u64 {
    (to.duration_since(from).as_secs().max(0) / 86_400).unsigned_abs()
}

fn ages(spans: impl Iterator<Item = u64>) -> Ages {
    let mut all: Vec<u64> = spans.collect();
    all.sort_unstable();
    let mut from = 0;
    let mut distribution = Vec::new();
    for end in SPANS {
        let until = all.partition_point(|age| *age <= end);
        distribution.push(AgeCount { label: format!("up to {end} days"), discordances: (until - from) as u64 });
        from = until;
    }
    let label = format!("more than {} days", SPANS[SPANS.len() - 1]);
    distribution.push(AgeCount { label, discordances: (all.len() - from) as u64 });
    Ages {
        discordances: all.len() as u64,
        median_days: all.get(all.len().saturating_sub(1) / 2).copied(),
        longest_days: all.last().copied(),
        distribution,
    }
}

fn reasons(episodes: &[&Episode]) -> Vec<ReasonCount> {
    let mut counted: BTreeMap<(&str, bool), u64> = BTreeMap::new();
    for one in episodes.iter().filter(|one| !one.state.is_open()) {
        if let Some(reason) = &one.reason {
            *counted.entry((reason, one.state == State::Concordant)).or_insert(0) += 1;
        }
    }
    let mut all: Vec<ReasonCount> = counted
        .into_iter()
        .map(|((reason, ended), discordances)| ReasonCount {
            reason: reason.to_owned(),
            label: reason_label(reason).to_owned(),
            ended,
            discordances,
        })
        .collect();
    all.sort_by(|a, b| b.discordances.cmp(&a.discordances).then_with(|| a.reason.cmp(&b.reason)));
    all
}

fn by_pair(episodes: &[&Episode], pairs: &[Pair], known: &HashMap<LaboratorySerial, Laboratory>) -> Vec<PairCount> {
    let state: HashMap<DiscordanceSerial, State> = episodes.iter().map(|one| (one.serial, one.state)).collect();
    let mut counted: BTreeMap<(LaboratorySerial, LaboratorySerial), (u64, u64)> = BTreeMap::new();
    for members in pairs.chunk_by(|a, b| a.serial == b.serial) {
        let Some(state) = state.get(&members[0].serial) else { continue };
        let mut differing: BTreeSet<(LaboratorySerial, LaboratorySerial)> = BTreeSet::new();
        for a in members {
            let others = members.iter().filter(|b| a.laboratory < b.laboratory);
            let others = others.filter(|b| grade::between(a.class, b.class).is_some_and(|g| g != Grade::Strength));
            differing.extend(others.map(|b| (a.laboratory, b.laboratory)));
        }
        for pair in differing {
            let (open, closed) = counted.entry(pair).or_insert((0, 0));
            if state.is_open() { *open += 1 } else { *closed += 1 }
        }
    }
    let mut all: Vec<PairCount> = counted
        .into_iter()
        .filter_map(|((a, b), (open, closed))| {
            Some(PairCount { a: known.get(&a)?.clone(), b: known.get(&b)?.clone(), open, closed })
        })
        .collect();
    all.sort_by(|x, y| {
        let total = |one: &PairCount| one.open + one.closed;
        total(y).cmp(&total(x)).then_with(|| (&x.a.name, &x.b.name).cmp(&(&y.a.name, &y.b.name)))
    });
    all
}

fn by_criterion(episodes: &[&Episode], criteria: &[MetCriterion]) -> Vec<CriterionCount> {
    let is_open: HashMap<DiscordanceSerial, bool> =
        episodes.iter().map(|one| (one.serial, one.state.is_open())).collect();
    let mut counted: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for met in criteria.chunk_by(|a, b| a.serial == b.serial) {
        let Some(is_open) = is_open.get(&met[0].serial) else { continue };
        for code in differing(met) {
            let (all, open) = counted.entry(code).or_insert((0, 0));
            *all += 1;
            *open += u64::from(*is_open);
        }
    }
    let mut all: Vec<CriterionCount> = counted
        .into_iter()
        .map(|(code, (discordances, open))| CriterionCount { code: code.to_owned(), discordances, open })
        .collect();
    all.sort_by(|a, b| b.discordances.cmp(&a.discordances).then_with(|| a.code.cmp(&b.code)));
    all
}

/// Criteria that not all laboratories which list criteria meet with one strength.
fn differing(met: &[MetCriterion]) -> Vec<&str> {
    let laboratories: HashSet<LaboratorySerial> = met.iter().map(|one| one.laboratory).collect();
    let mut by_code: BTreeMap<&str, BTreeSet<(LaboratorySerial, Option<Strength>)>> = BTreeMap::new();
    for one in met {
        by_code.entry(&one.code).or_default().insert((one.laboratory, one.strength));
    }
    let differs = |said: &BTreeSet<(LaboratorySerial, Option<Strength>)>| {
        let who: HashSet<LaboratorySerial> = said.iter().map(|(who, _)| *who).collect();
        let strengths: HashSet<Option<Strength>> = said.iter().map(|(_, strength)| *strength).collect();
        who.len() < laboratories.len() || strengths.len() > 1
    };
    if laboratories.len() < 2 {
        return Vec::new();
    }
    by_code.into_iter().filter(|(_, said)| differs(said)).map(|(code, _)| code).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_have_a_median_and_fall_into_spans() {
        let found = ages([400, 1, 8, 31, 5000].into_iter());
        assert_eq!((found.median_days, found.longest_days), (Some(31), Some(5000)));
        let counts: Vec<u64> = found.distribution.iter().map(|span| span.discordances).collect();
        assert_eq!(counts, [1, 1, 1, 0, 1, 1]);
        assert_eq!(ages(std::iter::empty()).median_days, None);
    }

    #[test]
    fn a_criterion_differs_when_one_of_two_does_not_meet_it() {
        let met = |laboratory, code: &str, strength| MetCriterion {
            serial: DiscordanceSerial::new(1),
            laboratory: LaboratorySerial::new(laboratory),
            code: code.to_owned(),
            strength,
        };
        let (weak, strong) = (Some(Strength::Supporting), Some(Strength::Strong));
        let all =
            [met(1, "PM2", weak), met(2, "PM2", weak), met(1, "PS3", None), met(1, "PP1", weak), met(2, "PP1", strong)];
        assert_eq!(differing(&all), ["PP1", "PS3"]);
        assert!(differing(&all[..1]).is_empty());
    }
}
