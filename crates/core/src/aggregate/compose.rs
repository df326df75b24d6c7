//! Making one aggregate of the statements of a track.

use super::review::{Rank, ReviewStatus};
use super::rules::RuleSet;
use super::{Aggregate, Member, Position, Role, Sides, Verdict, wording};
use crate::classification::{Bucket, Classification, Track};
use crate::condition_group::ConditionGroup;
use crate::id::LaboratoryId;
use std::collections::{BTreeMap, BTreeSet};

/// The aggregates of these statements, one for each track that has one, germline first.
pub(super) fn on_tracks(rules: &RuleSet, positions: &[&Position], group: Option<&ConditionGroup>) -> Vec<Aggregate> {
    let on = |track| {
        let here: Vec<&Position> =
            positions.iter().copied().filter(|position| position.classification.track() == track).collect();
        (!here.is_empty()).then(|| of(rules, track, &here, group))
    };
    [Track::Germline, Track::Oncogenicity, Track::ClinicalImpact].into_iter().filter_map(on).collect()
}

/// The aggregate of these statements, which are of one track and at least one.
fn of(rules: &RuleSet, track: Track, positions: &[&Position], group: Option<&ConditionGroup>) -> Aggregate {
    let roles = roles(rules, positions);
    let with = |role: Role| positions.iter().zip(&roles).filter(move |(_, r)| **r == role).map(|(p, _)| *p);
    let deciding: Vec<&Position> = with(Role::Decides).collect();
    let counted: Vec<&Position> =
        deciding.iter().copied().chain(with(Role::Outranked)).chain(with(Role::NoClassification)).collect();
    let takes = |position: &&Position| Some((rules.side(position.classification)?, position.laboratory));
    let by_side: BTreeSet<(Bucket, LaboratoryId)> = deciding.iter().filter_map(takes).collect();
    let by_bucket = counts(by_side.iter().map(|(side, _)| *side));
    let sides = Sides::of(by_bucket.keys().copied());
    let heard: BTreeSet<LaboratoryId> = deciding.iter().map(|position| position.laboratory).collect();
    let outranked: BTreeSet<LaboratoryId> = with(Role::Outranked)
        .filter(|position| rules.side(position.classification).is_some() && !heard.contains(&position.laboratory))
        .map(|position| position.laboratory)
        .collect();
    let own = counted.iter().filter(|position| !position.is_summary);
    let by_class = counts(deciding.iter().map(|position| position.classification));
    let review_status = review_status(track, positions, &deciding, sides);
    let outliers = outliers(rules, &deciding, sides);
    Aggregate {
        track,
        group: group.cloned(),
        rules: rules.id.to_owned(),
        classification: wording::words(rules, track, &by_class, sides),
        review_status,
        stars: review_status.stars(),
        verdict: verdict(&by_bucket),
        sides,
        laboratories: own.map(|position| position.laboratory).collect::<BTreeSet<_>>().len(),
        statements: counted.len(),
        by_bucket,
        outranked: outranked.len(),
        by_class: counts(counted.iter().map(|position| position.classification)),
        deciding: by_class,
        last_evaluated: deciding.iter().filter_map(|position| position.last_evaluated).max(),
        members: members(rules, positions, &roles, &outliers),
    }
}

fn counts<T: Ord>(items: impl Iterator<Item = T>) -> BTreeMap<T, usize> {
    let mut counted = BTreeMap::new();
    for item in items {
        *counted.entry(item).or_insert(0) += 1;
    }
    counted
}

/// What each statement does. When none classifies, those without a classification decide that
/// there is none.
fn roles(rules: &RuleSet, positions: &[&Position]) -> Vec<Role> {
    let is_flagged = |position: &Position| position.rank == Rank::Flagged && rules.leaves_out_flagged;
    let is_evidence = |position: &Position| position.is_evidence_only && rules.leaves_out_evidence_only;
    let speaks = |position: &Position| !is_flagged(position) && !is_evidence(position);
    let somebody_speaks = positions.iter().any(|position| speaks(position));
    let laboratories_speak = positions.iter().any(|position| !position.is_summary && speaks(position));
    let first = |position: &Position| {
        if is_flagged(position) {
            Some(Role::Flagged)
        } else if position.is_summary && laboratories_speak {
            Some(Role::Repeats)
        } else if is_evidence(position) && somebody_speaks {
            Some(Role::EvidenceOnly)
        } else if position.classification == Classification::NotProvided || position.rank == Rank::NoClassification {
            Some(Role::NoClassification)
        } else {
            None
        }
    };
    let roles: Vec<Option<Role>> = positions.iter().map(|position| first(position)).collect();
    let open = || positions.iter().zip(&roles).filter(|(_, role)| role.is_none());
    let highest = open().map(|(position, _)| position.rank.max(Rank::NoCriteria)).max();
    let settle = |(position, role): (&&Position, &Option<Role>)| match (role, highest) {
        (Some(Role::NoClassification), None) => Role::Decides,
        (Some(role), _) => *role,
        (None, highest) if Some(position.rank.max(Rank::NoCriteria)) == highest => Role::Decides,
        (None, _) => Role::Outranked,
    };
    positions.iter().zip(&roles).map(settle).collect()
}

fn verdict(by_bucket: &BTreeMap<Bucket, usize>) -> Verdict {
    match by_bucket.iter().next() {
        None => Verdict::NoPosition,
        Some(_) if by_bucket.len() > 1 => Verdict::Conflict,
        Some((bucket, 1)) => Verdict::Single(*bucket),
        Some((bucket, _)) => Verdict::Agree(*bucket),
    }
}

fn review_status(track: Track, all: &[&Position], deciding: &[&Position], sides: Sides) -> ReviewStatus {
    let Some(rank) = deciding.iter().map(|position| position.rank).max() else {
        let some_flagged = all.iter().any(|position| position.rank == Rank::Flagged);
        return if some_flagged { ReviewStatus::OnlyFlagged } else { ReviewStatus::NoClassification };
    };
    if deciding.iter().all(|position| position.is_summary) {
        // The archive has counted its submitters itself.
        let stated = deciding.iter().filter_map(|position| position.review).max_by_key(|status| status.stars());
        return stated.unwrap_or(ReviewStatus::NoCriteria);
    }
    let classified = deciding.iter().any(|position| position.classification != Classification::NotProvided);
    let submitters: BTreeSet<LaboratoryId> = deciding.iter().map(|position| position.laboratory).collect();
    match rank {
        Rank::Guideline => ReviewStatus::Guideline,
        Rank::ExpertPanel => ReviewStatus::ExpertPanel,
        _ if !classified || rank == Rank::NoClassification => ReviewStatus::NoClassification,
        Rank::Criteria if sides.is_conflict() => ReviewStatus::Conflicting,
        Rank::Criteria if submitters.len() < 2 => ReviewStatus::Single,
        Rank::Criteria if track == Track::ClinicalImpact => ReviewStatus::Several,
        Rank::Criteria => ReviewStatus::SeveralAgree,
        Rank::NoCriteria | Rank::NoClassification | Rank::Flagged => ReviewStatus::NoCriteria,
    }
}

/// The sides of a conflict that few of the deciding statements hold.
fn outliers(rules: &RuleSet, deciding: &[&Position], sides: Sides) -> BTreeSet<Bucket> {
    if !sides.is_conflict() {
        return BTreeSet::new();
    }
    let held = counts(deciding.iter().filter_map(|position| rules.side(position.classification)));
    let all: usize = held.values().sum();
    held.into_iter().filter(|(_, n)| n * 100 <= rules.outlier_percent * all).map(|(side, _)| side).collect()
}

fn members(rules: &RuleSet, positions: &[&Position], roles: &[Role], outliers: &BTreeSet<Bucket>) -> Vec<Member> {
    let member = |(position, role): (&&Position, &Role)| Member {
        statement: position.statement,
        version: position.version,
        role: *role,
        is_outlier: *role == Role::Decides
            && rules.side(position.classification).is_some_and(|side| outliers.contains(&side)),
    };
    let mut members: Vec<Member> = positions.iter().zip(roles).map(member).collect();
    members.sort_unstable();
    members
}
