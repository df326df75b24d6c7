//! Which mode of inheritance a statement means that states none: one rule, for aggregates and discordances.
//!
//! Among the current statements about one variant on one track:
//!
//! 1. where exactly one mode is stated for a condition, statements for that condition that leave the mode open
//!    mean it;
//! 2. where several modes are stated, or none, statements that leave it open stay a group of their own: which
//!    one they mean would be a guess;
//! 3. without a condition a mode says nothing: statements that name no condition are one group.
//!
//! The reason: the mode is optional in a submission and mostly left out (9 of the 75 submissions of ClinVar's
//! VCV000017662 state it), and ClinVar's own record of a variant and a condition (RCV) is not divided by it. Kept apart, a statement without the mode
//! would neither agree nor differ with anybody. A condition with two stated modes is two questions; there the
//! division stays.

use super::NOT_STATED;
use crate::condition::Inheritance;
use std::collections::BTreeMap;

/// The modes of inheritance that the statements about one variant on one track state for each condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatedModes<'a>(BTreeMap<&'a str, OneOrSeveral>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum OneOrSeveral {
    One(Inheritance),
    Several,
}

impl<'a> StatedModes<'a> {
    /// What is stated: of each statement the key of its condition and the mode, where it states one.
    pub fn of(statements: impl Iterator<Item = (&'a str, Option<Inheritance>)>) -> Self {
        let mut stated: BTreeMap<&str, OneOrSeveral> = BTreeMap::new();
        for (condition, mode) in statements {
            let Some(mode) = mode else { continue };
            let known = stated.entry(condition).or_insert(OneOrSeveral::One(mode));
            if *known != OneOrSeveral::One(mode) {
                *known = OneOrSeveral::Several;
            }
        }
        Self(stated)
    }

    /// The mode that a statement means.
    pub fn meant(&self, condition: &str, stated: Option<Inheritance>) -> Option<Inheritance> {
        if condition == NOT_STATED {
            return None;
        }
        stated.or_else(|| match self.0.get(condition) {
            Some(OneOrSeveral::One(mode)) => Some(*mode),
            Some(OneOrSeveral::Several) | None => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Inheritance::{AutosomalDominant, AutosomalRecessive};

    #[test]
    fn a_mode_left_open_is_the_only_one_stated() {
        let (dominant, recessive) = (Some(AutosomalDominant), Some(AutosomalRecessive));
        let stated =
            [("a", None), ("a", dominant), ("b", dominant), ("b", recessive), ("c", None), (NOT_STATED, dominant)];
        let modes = StatedModes::of(stated.into_iter());
        assert_eq!(modes.meant("a", None), dominant);
        assert_eq!(modes.meant("a", recessive), recessive);
        assert_eq!(modes.meant("b", None), None);
        assert_eq!(modes.meant("c", None), None);
        assert_eq!((modes.meant(NOT_STATED, None), modes.meant(NOT_STATED, dominant)), (None, None));
    }
}
