//! From cases to the variant level: counts in buckets, so that no answer speaks of one case.

use super::{Deidentified, Released, Tier, TierError};
use crate::curie::Curie;
use crate::decision::Permit;
use crate::discordance::words;
use serde::Serialize;
use std::collections::BTreeMap;

/// Cases below which no phenotypes are given beside the counts.
pub const FEWEST_FOR_FEATURES: u64 = 5;

/// Cases below which the public learns of none.
pub const PUBLIC_FEWEST: u64 = 10;

words! {
    /// A number of cases as others may know it.
    Bucket {
        /// None.
        None = "0", "none";
        /// One.
        One = "1", "1";
        /// Two to four.
        Few = "2-4", "2–4";
        /// Five to nine.
        Some = "5-9", "5–9";
        /// Ten or more.
        Many = "10+", "10 or more";
    }
}

impl Bucket {
    /// The bucket of a number.
    pub fn of(cases: u64) -> Self {
        match cases {
            0 => Self::None,
            1 => Self::One,
            2..=4 => Self::Few,
            5..=9 => Self::Some,
            10.. => Self::Many,
        }
    }

    /// The smallest number in it.
    pub fn at_least(self) -> u64 {
        match self {
            Self::None => 0,
            Self::One => 1,
            Self::Few => 2,
            Self::Some => 5,
            Self::Many => 10,
        }
    }
}

/// In how many cases a feature was observed, or found absent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FeatureBucket {
    /// The HPO term.
    pub term: Curie,
    /// Cases in which it was observed.
    pub observed: Bucket,
    /// Cases in which it was looked for and absent.
    pub excluded: Bucket,
}

/// Tier 2: what a laboratory's cases say of one variant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VariantLevel {
    /// Cases that carry it.
    pub cases: Bucket,
    /// Features, the most frequent first; empty below [`FEWEST_FOR_FEATURES`] cases. A feature of one
    /// single case is left out.
    pub features: Vec<FeatureBucket>,
}

/// Tier 3: whether the variant was seen often enough to say so to everybody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Public {
    /// Seen in at least [`PUBLIC_FEWEST`] cases; `None` says nothing, also when there are some.
    pub seen: Option<Bucket>,
}

/// Counts released cases: the terms observed in and excluded from each.
///
/// # Errors
/// When the permit is not for tier 2.
pub fn tally(cases: &[(Vec<Curie>, Vec<Curie>)], permit: &Permit) -> Result<Released<VariantLevel>, TierError> {
    if permit.tier() != Tier::Two {
        return Err(TierError { permitted: permit.tier(), asked: Tier::Two });
    }
    let total = cases.len() as u64;
    let features = if total >= FEWEST_FOR_FEATURES { features(cases) } else { Vec::new() };
    Ok(Released { value: VariantLevel { cases: Bucket::of(total), features } })
}

fn features(cases: &[(Vec<Curie>, Vec<Curie>)]) -> Vec<FeatureBucket> {
    let mut counts: BTreeMap<&Curie, (u64, u64)> = BTreeMap::new();
    for (observed, excluded) in cases {
        observed.iter().for_each(|term| counts.entry(term).or_default().0 += 1);
        excluded.iter().for_each(|term| counts.entry(term).or_default().1 += 1);
    }
    // One person's feature is not shown, whichever way it was looked for.
    let shown = |count: u64| if count == 1 { 0 } else { count };
    let mut rows: Vec<FeatureBucket> = counts
        .into_iter()
        .map(|(term, (observed, excluded))| FeatureBucket {
            term: term.clone(),
            observed: Bucket::of(shown(observed)),
            excluded: Bucket::of(shown(excluded)),
        })
        .filter(|row| (row.observed, row.excluded) != (Bucket::None, Bucket::None))
        .collect();
    rows.sort_by(|a, b| (b.observed, b.excluded, &a.term).cmp(&(a.observed, a.excluded, &b.term)));
    rows
}

impl Released<VariantLevel> {
    /// What everybody may know of it.
    ///
    /// # Errors
    /// When the permit is not for tier 3.
    pub fn publish(&self, permit: &Permit) -> Result<Released<Public>, TierError> {
        if permit.tier() != Tier::Three {
            return Err(TierError { permitted: permit.tier(), asked: Tier::Three });
        }
        let seen = Some(self.value.cases).filter(|cases| cases.at_least() >= PUBLIC_FEWEST);
        Ok(Released { value: Public { seen } })
    }
}

impl Released<Deidentified> {
    /// The terms of a released case, as [`tally`] counts them.
    pub fn terms(&self) -> (Vec<Curie>, Vec<Curie>) {
        (self.value.observed.clone(), self.value.excluded.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decision::tests::permit;

    fn cases(n: usize) -> Vec<(Vec<Curie>, Vec<Curie>)> {
        let term = |text: &str| text.parse::<Curie>().unwrap();
        (0..n)
            .map(|i| {
                let mut observed = vec![term("HP:0001250")];
                if i == 0 {
                    observed.push(term("HP:0000505"));
                }
                (observed, if i < 2 { vec![term("HP:0001166")] } else { vec![] })
            })
            .collect()
    }

    #[test]
    fn numbers_fall_into_buckets() {
        for (n, code) in [(0, "0"), (1, "1"), (2, "2-4"), (4, "2-4"), (5, "5-9"), (9, "5-9"), (10, "10+"), (999, "10+")]
        {
            assert_eq!(Bucket::of(n).code(), code, "{n}");
            assert!(Bucket::of(n).at_least() <= n);
        }
    }

    #[test]
    fn phenotypes_come_with_five_cases_and_never_of_one() {
        let of = |n: usize| tally(&cases(n), &permit(Tier::Two)).unwrap().into_inner();
        assert!(of(4).features.is_empty());
        let five = of(5);
        let rows: Vec<_> =
            five.features.iter().map(|f| (f.term.as_str(), f.observed.code(), f.excluded.code())).collect();
        assert_eq!(rows, [("HP:0001250", "5-9", "0"), ("HP:0001166", "0", "2-4")]);
    }

    #[test]
    fn the_public_learns_of_ten() {
        let of = |n: usize| {
            tally(&cases(n), &permit(Tier::Two)).unwrap().publish(&permit(Tier::Three)).unwrap().into_inner().seen
        };
        assert_eq!(of(9), None);
        assert_eq!(of(10), Some(Bucket::Many));
    }

    #[test]
    fn a_permit_is_for_its_tier_alone() {
        assert!(tally(&cases(1), &permit(Tier::One)).is_err());
        assert!(tally(&cases(1), &permit(Tier::Three)).is_err());
    }
}
