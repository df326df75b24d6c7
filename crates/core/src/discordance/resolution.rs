//! Why a discordance ended: what changed in the record when the statements stopped differing.
//!
//! The words follow the resolution reasons that ClinVar's curation group counts (expert panel
//! added, withdrawn, reclassified, outlier reclassified, flagged, removed), as far as a node can
//! tell them apart from its own record.

use super::grade::{Grade, between, side};
use super::words;
use crate::classification::Classification;
use std::collections::BTreeMap;

words! {
    /// Why a discordance ended.
    Resolution {
        /// What was agreed has become the laboratory's own record.
        AsAgreed = "as_agreed", "reclassified as agreed";
        /// The one laboratory against all others changed its class.
        OutlierReclassified = "outlier_reclassified", "the outlier reclassified";
        /// One of the laboratories changed its class.
        Reclassified = "reclassified", "a laboratory reclassified";
        /// Several laboratories changed their classes.
        SeveralReclassified = "several_reclassified", "several laboratories reclassified";
        /// A laboratory took its statement back.
        Withdrawn = "withdrawn", "a statement was withdrawn";
        /// A statement is now about another variant or condition, or its condition was named.
        Regrouped = "regrouped", "a statement is about another variant or condition";
        /// An archive flagged a statement, so that it no longer counts.
        Flagged = "flagged", "a statement was flagged";
        /// The rules of detection or equivalence changed.
        RuleChanged = "rule_changed", "the rules changed";
    }
}

/// A member before and after the change that ended the discordance; `L` tells laboratories apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change<L> {
    /// Whose statement.
    pub laboratory: L,
    /// Its class before.
    pub before: Classification,
    /// What became of it.
    pub after: After,
}

/// What became of a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum After {
    /// It has this class.
    Class(Classification),
    /// It was withdrawn.
    Withdrawn,
    /// It is flagged at its source.
    Flagged,
    /// It no longer belongs to this variant and condition.
    Elsewhere,
}

/// Why it ended. `members` are all members before; `agreed` says whether what was agreed was done.
pub fn resolution<L: Copy + Ord>(members: &[Change<L>], agreed: bool) -> Resolution {
    let changed: Vec<&Change<L>> = members.iter().filter(|m| m.after != After::Class(m.before)).collect();
    let reclassified: Vec<&&Change<L>> =
        changed.iter().filter(|m| matches!(m.after, After::Class(class) if side(class) != side(m.before))).collect();
    let mut laboratories: Vec<L> = reclassified.iter().map(|m| m.laboratory).collect();
    laboratories.sort_unstable();
    laboratories.dedup();
    let has = |after: After| changed.iter().any(|m| m.after == after);
    match laboratories.as_slice() {
        [_, ..] if agreed => Resolution::AsAgreed,
        [one] if is_outlier(members, *one) => Resolution::OutlierReclassified,
        [_] => Resolution::Reclassified,
        [_, _, ..] => Resolution::SeveralReclassified,
        [] if has(After::Withdrawn) => Resolution::Withdrawn,
        [] if has(After::Flagged) => Resolution::Flagged,
        [] if has(After::Elsewhere) => Resolution::Regrouped,
        [] if !changed.is_empty() => Resolution::Reclassified,
        [] => Resolution::RuleChanged,
    }
}

/// Two statements whose expected classes still differ, so that a discordance of this grade would not
/// end; `None` when none do. Another strength on the same side counts only where the discordance is
/// about nothing else.
pub fn against<S: Copy>(
    expected: &[(S, Classification)],
    grade: Grade,
) -> Option<((S, Classification), (S, Classification))> {
    let differ = |a: Classification, b: Classification| {
        between(a, b).is_some_and(|found| found != Grade::Strength || grade == Grade::Strength)
    };
    let pairs =
        expected.iter().enumerate().flat_map(|(at, one)| expected[at + 1..].iter().map(move |two| (*one, *two)));
    pairs.into_iter().find(|(one, two)| differ(one.1, two.1))
}

/// Whether this laboratory stood alone on its side against at least two on one other: at most a third held
/// the view, as ClinVar's curators count outliers.
fn is_outlier<L: Copy + Ord>(members: &[Change<L>], one: L) -> bool {
    let sides: BTreeMap<L, _> = members.iter().map(|m| (m.laboratory, side(m.before))).collect();
    let own = sides.get(&one).copied().flatten();
    let same = sides.values().filter(|side| **side == own).count();
    same * 3 <= sides.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use Classification::*;

    fn check(members: &[(u128, Classification, After)], agreed: bool, expected: Resolution) {
        let members: Vec<_> = members
            .iter()
            .map(|(laboratory, before, after)| Change { laboratory: *laboratory, before: *before, after: *after })
            .collect();
        assert_eq!(resolution(&members, agreed), expected);
    }

    #[test]
    fn what_changed_is_the_reason() {
        let stays = (1, Pathogenic, After::Class(Pathogenic));
        check(&[stays, (2, Uncertain, After::Class(LikelyPathogenic))], false, Resolution::Reclassified);
        check(&[stays, (2, Uncertain, After::Class(LikelyPathogenic))], true, Resolution::AsAgreed);
        check(&[stays, (2, Uncertain, After::Withdrawn)], false, Resolution::Withdrawn);
        check(&[stays, (2, Uncertain, After::Flagged)], false, Resolution::Flagged);
        check(&[stays, (2, Uncertain, After::Elsewhere)], false, Resolution::Regrouped);
        check(&[stays, (2, Uncertain, After::Class(Uncertain))], false, Resolution::RuleChanged);
    }

    #[test]
    fn what_is_expected_is_compatible_or_not() {
        let uncertain = Grade::PathogenicUncertain;
        assert_eq!(against(&[(1, Pathogenic), (2, LikelyPathogenic)], uncertain), None);
        assert!(against(&[(1, Pathogenic), (2, LikelyPathogenic)], Grade::Strength).is_some());
        let found = against(&[(1, LikelyPathogenic), (2, LikelyPathogenic), (3, Uncertain)], uncertain);
        assert_eq!(found, Some(((1, LikelyPathogenic), (3, Uncertain))));
        assert_eq!(against(&[(1, Uncertain)], uncertain), None);
    }

    #[test]
    fn an_outlier_is_at_most_a_third() {
        let stays = |lab| (lab, Pathogenic, After::Class(Pathogenic));
        let moves = (9, Benign, After::Class(Pathogenic));
        check(&[stays(1), stays(2), moves], false, Resolution::OutlierReclassified);
        check(&[stays(1), moves], false, Resolution::Reclassified);
        check(
            &[(1, Pathogenic, After::Class(Uncertain)), (2, Benign, After::Class(Uncertain))],
            false,
            Resolution::SeveralReclassified,
        );
    }
}
