//! Counting what an analysis shows.

use super::{AgeCount, Ages, CriterionCount, GradeCount, PairCount, ReasonCount, StateCount};
use crate::discordance::view::reason_label;
use cairn_core::criterion::Strength;
use cairn_core::discordance::{Grade, State, grade};
use cairn_core::laboratory::Laboratory;
use cairn_store::discordance::{Episode, MetCriterion, Pair};
use cairn_store::serial::{DiscordanceSerial, LaboratorySerial};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Ends of the spans of ages, in days.
const SPANS: [u64; 5] = [7, 30, 90, 365, 730];

pub(super) fn by_state(episodes: &[Episode]) -> Vec<StateCount> {
    let count = |state: State| episodes.iter().filter(|one| one.state == state).count() as u64;
    State::ALL.iter().map(|state| StateCount { state: *state, discordances: count(*state) }).collect()
}

pub(super) fn open_by_grade(episodes: &[Episode]) -> Vec<GradeCount> {
    let count = |grade: Grade| episodes.iter().filter(|one| one.state.is_open() && one.grade == grade).count() as u64;
    Grade::ALL.iter().map(|grade| GradeCount { grade: *grade, discordances: count(*grade) }).collect()
}

pub(super) fn days(from: Timestamp, to: Timestamp) -> u64 {
    (to.duration_since(from).as_secs().max(0) / 86_400).unsigned_abs()
}

pub(super) fn ages(spans: impl Iterator<Item = u64>) -> Ages {
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

pub(super) fn reasons(episodes: &[&Episode]) -> Vec<ReasonCount> {
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

pub(super) fn by_pair(
    episodes: &[&Episode],
    pairs: &[Pair],
    known: &HashMap<LaboratorySerial, Laboratory>,
) -> Vec<PairCount> {
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

pub(super) fn by_criterion(episodes: &[&Episode], criteria: &[MetCriterion]) -> Vec<CriterionCount> {
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
