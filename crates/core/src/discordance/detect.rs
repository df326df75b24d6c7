//! Which of a variant's current statements differ.
//!
//! Tracks are never mixed. Within a track statements are compared by condition and mode of
//! inheritance: one discordance for each group that differs. What a statement means that leaves the mode
//! open is said by [`StatedModes`]. Statements that name no condition speak of the variant as a whole: where only one is named, they are
//! taken to mean that.
//! What differs beyond that, between conditions or against statements that name none, is one
//! discordance across conditions: it may be a difference of opinion or a difference of question,
//! and people decide which. Differences of strength are looked at within a group only.

use super::grade::{Grade, between, side};
use super::words;
use crate::classification::{Classification, Track};
use crate::condition::Inheritance;
use crate::condition_group::StatedModes;
use crate::id::LaboratoryId;
use std::collections::BTreeMap;

/// One current statement, reduced to what detection needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standpoint {
    /// Whose.
    pub laboratory: LaboratoryId,
    /// Which class.
    pub class: Classification,
    /// Key of its condition; `None` when it names none.
    pub condition: Option<String>,
    /// Mode of inheritance; `None` when it leaves that open.
    pub inheritance: Option<Inheritance>,
    /// Whether it takes part: an archive's summary is nobody's opinion, and a statement that its archive has
    /// flagged is left out of its aggregate.
    pub counts: bool,
}

words! {
    /// What the statements of a discordance have in common.
    Scope {
        /// One condition and mode of inheritance.
        Condition = "condition", "for one condition";
        /// None of them names a condition.
        Unstated = "unstated", "no condition named";
        /// They name different conditions, or some name none.
        AcrossConditions = "across_conditions", "across conditions";
    }
}

/// Statements that differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The question they answer.
    pub track: Track,
    /// What they have in common.
    pub scope: Scope,
    /// The group: key of the condition, `|`, HPO term of the mode of inheritance, which may be absent. Empty
    /// unless [`Scope::Condition`].
    pub group: String,
    /// How badly.
    pub grade: Grade,
    /// Their places in what was given, ascending: everyone who takes a side.
    pub members: Vec<usize>,
}

/// The differences among the current statements of one variant, the gravest first.
pub fn detect(standpoints: &[Standpoint]) -> Vec<Found> {
    let mut found: Vec<Found> = [Track::Germline, Track::Oncogenicity, Track::ClinicalImpact]
        .into_iter()
        .flat_map(|track| on_track(standpoints, track))
        .collect();
    found.sort_by_key(|one| one.grade);
    found
}

fn on_track(all: &[Standpoint], track: Track) -> Vec<Found> {
    let takes_part = |at: &usize| {
        let one = &all[*at];
        one.counts && one.class.track() == track && side(one.class).is_some()
    };
    let here: Vec<usize> = (0..all.len()).filter(takes_part).collect();
    let groups = grouped(all, &here, &modes(all, track));
    let mut found: Vec<Found> = groups
        .iter()
        .filter_map(|(group, members)| {
            let scope = if group.is_empty() { Scope::Unstated } else { Scope::Condition };
            let grade = gravest(all, members, |_, _| true)?;
            Some(Found { track, scope, group: group.clone(), grade, members: members.clone() })
        })
        .collect();
    let apart = |a: usize, b: usize| !groups.values().any(|members| members.contains(&a) && members.contains(&b));
    // A tier of clinical impact belongs to its tumour type; another tumour is another question.
    if groups.len() > 1 && track != Track::ClinicalImpact {
        let grade = gravest(all, &here, apart).filter(|grade| *grade < Grade::WithinLaboratory);
        found.extend(grade.map(|grade| Found {
            track,
            scope: Scope::AcrossConditions,
            group: String::new(),
            grade,
            members: here,
        }));
    }
    found
}

/// The groups by their keys, the empty key for statements that name no condition. Where one group
/// alone is named, those belong to it.
fn grouped(all: &[Standpoint], here: &[usize], modes: &StatedModes<'_>) -> BTreeMap<String, Vec<usize>> {
    let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for at in here {
        let one = &all[*at];
        let key = one.condition.as_deref().map(|condition| {
            let mode = modes.meant(condition, one.inheritance);
            format!("{condition}|{}", mode.map_or("", Inheritance::hpo))
        });
        groups.entry(key.unwrap_or_default()).or_default().push(*at);
    }
    if groups.len() == 2
        && let Some(unstated) = groups.remove("")
    {
        for members in groups.values_mut() {
            members.extend(&unstated);
            members.sort_unstable();
        }
    }
    groups
}

/// The modes of inheritance stated on a track, by statements that take no part too.
fn modes(all: &[Standpoint], track: Track) -> StatedModes<'_> {
    let here = all.iter().filter(|one| one.class.track() == track);
    StatedModes::of(here.filter_map(|one| Some((one.condition.as_deref()?, one.inheritance))))
}

/// The gravest grade among pairs of members. Pairs of one laboratory count only when laboratories
/// take no different sides.
fn gravest(all: &[Standpoint], members: &[usize], counts: impl Fn(usize, usize) -> bool) -> Option<Grade> {
    let mut gravest: Option<Grade> = None;
    for (n, a) in members.iter().enumerate() {
        for b in &members[n + 1..] {
            let Some(grade) = between(all[*a].class, all[*b].class).filter(|_| counts(*a, *b)) else { continue };
            let grade = match (all[*a].laboratory == all[*b].laboratory, grade) {
                (true, Grade::Strength) => continue,
                (true, _) => Grade::WithinLaboratory,
                (false, grade) => grade,
            };
            gravest = Some(gravest.map_or(grade, |so_far| so_far.min(grade)));
        }
    }
    gravest
}

#[cfg(test)]
mod tests {
    use super::*;
    use Classification::*;

    fn standpoint(laboratory: u128, class: Classification, group: &str) -> Standpoint {
        Standpoint {
            laboratory: LaboratoryId::from_random(laboratory),
            class,
            condition: (!group.is_empty()).then(|| group.to_owned()),
            inheritance: None,
            counts: true,
        }
    }

    /// Laboratory, class and group of each statement; scope, group, grade and members of each finding.
    fn check(given: &[(u128, Classification, &str)], expected: &[(Scope, &str, Grade, &[usize])]) {
        let all: Vec<_> = given.iter().map(|(lab, class, group)| standpoint(*lab, *class, group)).collect();
        let found = detect(&all);
        let found: Vec<_> =
            found.iter().map(|f| (f.scope, f.group.trim_end_matches('|'), f.grade, f.members.as_slice())).collect();
        assert_eq!(found, expected, "{given:?}");
    }

    #[test]
    fn laboratories_differ_for_one_condition() {
        check(
            &[(1, Pathogenic, "a"), (2, LikelyPathogenic, "a")],
            &[(Scope::Condition, "a", Grade::Strength, &[0, 1])],
        );
        check(&[(1, Pathogenic, "a"), (2, Pathogenic, "a")], &[]);
        check(
            &[(1, Pathogenic, "a"), (2, Uncertain, "a"), (3, Benign, "a"), (4, NotProvided, "a")],
            &[(Scope::Condition, "a", Grade::Opposite, &[0, 1, 2])],
        );
    }

    #[test]
    fn each_condition_is_its_own_question() {
        check(
            &[(1, Pathogenic, "a"), (2, Uncertain, "a"), (3, Benign, "b"), (4, LikelyBenign, "b")],
            &[
                (Scope::AcrossConditions, "", Grade::Opposite, &[0, 1, 2, 3]),
                (Scope::Condition, "a", Grade::PathogenicUncertain, &[0, 1]),
                (Scope::Condition, "b", Grade::Strength, &[2, 3]),
            ],
        );
    }

    #[test]
    fn statements_without_a_condition_join_the_only_one_named() {
        check(
            &[(1, Pathogenic, "a"), (2, Uncertain, "")],
            &[(Scope::Condition, "a", Grade::PathogenicUncertain, &[0, 1])],
        );
        check(
            &[(1, Pathogenic, ""), (2, Uncertain, "")],
            &[(Scope::Unstated, "", Grade::PathogenicUncertain, &[0, 1])],
        );
        check(
            &[(1, Pathogenic, "a"), (2, Pathogenic, "b"), (3, Benign, "")],
            &[(Scope::AcrossConditions, "", Grade::Opposite, &[0, 1, 2])],
        );
    }

    #[test]
    fn a_mode_left_open_is_the_only_one_stated() {
        use Inheritance::{AutosomalDominant, AutosomalRecessive};
        let mut all = vec![standpoint(1, Pathogenic, "a"), standpoint(2, Uncertain, "a"), standpoint(3, Benign, "a")];
        all[0].inheritance = Some(AutosomalDominant);
        let found = detect(&all);
        assert_eq!((found.len(), found[0].group.as_str()), (1, "a|HP:0000006"));
        assert_eq!(found[0].members, [0, 1, 2]);
        all[1].inheritance = Some(AutosomalRecessive);
        let found = detect(&all);
        assert_eq!((found.len(), found[0].scope), (1, Scope::AcrossConditions));
    }

    #[test]
    fn strength_across_conditions_is_no_discordance() {
        check(&[(1, Pathogenic, "a"), (2, LikelyPathogenic, "b")], &[]);
    }

    #[test]
    fn one_laboratory_against_itself_is_a_grade_of_its_own() {
        check(&[(1, Pathogenic, "a"), (1, Benign, "a")], &[(Scope::Condition, "a", Grade::WithinLaboratory, &[0, 1])]);
        check(&[(1, Pathogenic, "a"), (1, LikelyPathogenic, "a")], &[]);
        check(&[(1, Pathogenic, "a"), (1, Benign, "b")], &[]);
        check(
            &[(1, Pathogenic, "a"), (1, Benign, "a"), (2, Benign, "a")],
            &[(Scope::Condition, "a", Grade::Opposite, &[0, 1, 2])],
        );
    }

    #[test]
    fn tracks_and_tumour_types_are_apart() {
        check(&[(1, Pathogenic, "a"), (2, BenignOncogenicity, "a"), (3, TierIV, "a")], &[]);
        check(&[(1, TierI, "melanoma"), (2, TierIV, "glioma")], &[]);
        check(
            &[(1, TierI, "melanoma"), (2, TierIV, "melanoma")],
            &[(Scope::Condition, "melanoma", Grade::Opposite, &[0, 1])],
        );
    }

    #[test]
    fn a_summary_is_nobodys_opinion() {
        let mut all = vec![standpoint(1, Pathogenic, ""), standpoint(2, Benign, "")];
        all[1].counts = false;
        assert_eq!(detect(&all), []);
    }
}
