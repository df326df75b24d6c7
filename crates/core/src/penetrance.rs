//! How many carriers of a variant have the condition, by age: counted, with its interval and with how
//! the carriers were found.
//!
//! Carriers are people known to carry the variant whose affected status is known. Most were tested
//! because somebody in their family is ill, so that the share of the affected is far above the
//! penetrance in the population; excluding probands takes out the worst of it and is shown beside.
//! "Not estimable" is an answer: without unaffected carriers there is nothing to divide by.

use crate::case::AffectedStatus;
use serde::Serialize;
use std::collections::BTreeMap;

/// Carriers of known status below which no share is given.
pub const FEWEST: u32 = 5;

/// The standard normal quantile of a two-sided 95 % interval.
const Z: f64 = 1.959_963_984_540_054;

/// A carrier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carrier {
    /// Whether the person has the condition.
    pub affected: AffectedStatus,
    /// Age band at last encounter, such as `40-49`.
    pub age_band: Option<String>,
    /// Whether the family was found through this person; `None`: nobody said.
    pub is_proband: Option<bool>,
    /// What tells the person's family from others; `None`: nobody said.
    pub family: Option<String>,
}

/// The method of every interval.
pub const INTERVAL: &str = "95 %, Wilson's score interval without continuity correction (Wilson 1927; method 3 of \
                            Newcombe 1998, Stat Med 17:857-872); carriers are counted as if independent";

/// A share with its 95 % interval (Wilson's score interval).
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Share {
    /// Affected carriers over carriers.
    pub value: f64,
    /// Lower end.
    pub from: f64,
    /// Upper end.
    pub to: f64,
}

/// Carriers counted in one way.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Count {
    /// Affected carriers.
    pub affected: u32,
    /// Carriers whose status is known.
    pub carriers: u32,
    /// The share; `None` when it cannot be estimated.
    pub share: Option<Share>,
    /// Why there is no share.
    pub not_estimable: Option<String>,
}

/// Carriers of one age band, and of all.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Band {
    /// Such as `40-49`; `all`; `not stated`.
    pub age: String,
    /// Everybody.
    pub with_probands: Count,
    /// Without those through whom the family was found.
    pub without_probands: Count,
}

/// Penetrance as far as the carriers tell.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Penetrance {
    /// All carriers, then by age band, the youngest first.
    pub bands: Vec<Band>,
    /// Carriers whose status nobody said; in no count.
    pub unknown_status: u32,
    /// Affected carriers whose condition is another than the one asked for, or is not stated; in no count.
    pub other_condition: u32,
    /// Carriers of known status through whom their family was found.
    pub probands: u32,
    /// Families that carriers of known status name.
    pub families: u32,
    /// Carriers of known status who name no family: some may be relatives of each other.
    pub without_family: u32,
    /// How the intervals are computed.
    pub interval: &'static str,
    /// How the carriers were found.
    pub ascertainment: String,
}

/// Wilson's score interval of `k` in `n`; `None` for no trial or more hits than trials.
pub fn wilson(k: u32, n: u32) -> Option<Share> {
    if n == 0 || k > n {
        return None;
    }
    let (k, n) = (f64::from(k), f64::from(n));
    let p = k / n;
    let denominator = 1.0 + Z * Z / n;
    let centre = (p + Z * Z / (2.0 * n)) / denominator;
    let half = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt() / denominator;
    // At the ends the formula gives the border itself; rounding must not leave it.
    let from = if k == 0.0 { 0.0 } else { (centre - half).max(0.0) };
    let to = if k == n { 1.0 } else { (centre + half).min(1.0) };
    Some(Share { value: p, from, to })
}

/// Counts carriers by age band.
pub fn penetrance(carriers: &[Carrier]) -> Penetrance {
    let known: Vec<&Carrier> = carriers.iter().filter(|one| one.affected != AffectedStatus::Unknown).collect();
    let mut by_age: BTreeMap<(u32, String), Vec<&Carrier>> = BTreeMap::new();
    for carrier in &known {
        by_age.entry(age_key(carrier.age_band.as_deref())).or_default().push(carrier);
    }
    let mut bands = vec![band("all".to_owned(), &known)];
    bands.extend(by_age.into_iter().map(|((_, age), carriers)| band(age, &carriers)));
    let number = |of: usize| u32::try_from(of).unwrap_or(u32::MAX);
    let families: std::collections::BTreeSet<&str> = known.iter().filter_map(|one| one.family.as_deref()).collect();
    Penetrance {
        bands,
        unknown_status: number(carriers.len() - known.len()),
        other_condition: 0,
        probands: number(known.iter().filter(|one| one.is_proband == Some(true)).count()),
        families: number(families.len()),
        without_family: number(known.iter().filter(|one| one.family.is_none()).count()),
        interval: INTERVAL,
        ascertainment: ascertainment(&known),
    }
}

/// Bands in the order of age, those without one last.
fn age_key(band: Option<&str>) -> (u32, String) {
    let Some(band) = band.map(str::trim).filter(|band| !band.is_empty()) else {
        return (u32::MAX, "not stated".to_owned());
    };
    let digits: String = band.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    (digits.parse().unwrap_or(u32::MAX - 1), band.to_owned())
}

fn band(age: String, carriers: &[&Carrier]) -> Band {
    // An unaffected carrier is no affected proband; an affected one may be, unless somebody said not.
    let is_other = |one: &&&Carrier| one.is_proband == Some(false) || one.affected == AffectedStatus::Unaffected;
    let others: Vec<&Carrier> = carriers.iter().filter(is_other).copied().collect();
    let unsaid = carriers.iter().filter(|one| is_unsaid(one)).count();
    let mut without_probands = count(&others);
    if unsaid > 0 {
        without_probands.share = None;
        without_probands.not_estimable =
            Some(format!("of {unsaid} affected carriers nobody said whether their family was found through them"));
    }
    Band { age, with_probands: count(carriers), without_probands }
}

fn is_unsaid(carrier: &Carrier) -> bool {
    carrier.affected == AffectedStatus::Affected && carrier.is_proband.is_none()
}

fn count(carriers: &[&Carrier]) -> Count {
    let affected = carriers.iter().filter(|one| one.affected == AffectedStatus::Affected).count();
    let (affected, carriers) = (affected as u32, carriers.len() as u32);
    let why = match (affected, carriers) {
        (_, 0) => Some("no carrier of known status is recorded".to_owned()),
        (affected, carriers) if affected == carriers => {
            Some(format!("no unaffected carrier is known among {carriers}: the share would only say who was tested"))
        }
        (_, carriers) if carriers < FEWEST => {
            Some(format!("{carriers} carriers of known status are too few (at least {FEWEST})"))
        }
        _ => None,
    };
    let share = if why.is_none() { wilson(affected, carriers) } else { None };
    Count { affected, carriers, share, not_estimable: why }
}

fn ascertainment(known: &[&Carrier]) -> String {
    let probands = known.iter().filter(|one| one.is_proband == Some(true)).count();
    let unsaid = known.iter().filter(|one| is_unsaid(one)).count();
    let named: std::collections::BTreeSet<&str> = known.iter().filter_map(|one| one.family.as_deref()).collect();
    let alone = known.iter().filter(|one| one.family.is_none()).count();
    let families = match (named.len(), alone) {
        (0, _) => "nobody said which of them are of one family".to_owned(),
        (n, 0) => format!("they are of {n} families"),
        (n, alone) => format!("{n} families are named, {alone} carriers name none"),
    };
    format!(
        "{} carriers of known status: {probands} are probands, of {unsaid} affected ones nobody said whether they are; \
         {families}. \
         People are tested because they or their family are ill, so the share among them is above the penetrance in \
         the population; the count without probands is nearer to it and still not free of it.",
        known.len()
    )
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

    use super::*;

    fn carriers(list: &[(AffectedStatus, &str, Option<bool>, usize)]) -> Vec<Carrier> {
        let one = |(affected, age, is_proband, times): &(AffectedStatus, &str, Option<bool>, usize)| {
            let age_band = (!age.is_empty()).then(|| (*age).to_owned());
            std::iter::repeat_n(
                Carrier { affected: *affected, age_band, is_proband: *is_proband, family: None },
                *times,
            )
        };
        list.iter().flat_map(one).collect()
    }

    /// The examples of Newcombe 1998 (Stat Med 17:857-872), method 3. The figures were computed again by
    /// `statsmodels.stats.proportion.proportion_confint(k, n, method="wilson")` and by
    /// `scipy.stats.binomtest(k, n).proportion_ci(method="wilson")`, which agree with each other.
    #[test]
    fn intervals_are_those_of_newcombes_examples_and_of_two_statistics_packages() {
        for (k, n, from, to) in
            [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)]
        {
            let share = wilson(k, n).unwrap();
            assert!((share.from - from).abs() < 5e-5 && (share.to - to).abs() < 5e-5, "{k}/{n}: {share:?}");
        }
        assert_eq!(wilson(3, 2), None);
        assert_eq!(wilson(20, 20).unwrap().to, 1.0);
    }

    #[test]
    fn without_unaffected_carriers_there_is_no_share() {
        let found = penetrance(&carriers(&[(AffectedStatus::Affected, "40-49", Some(true), 30)]));
        let all = &found.bands[0];
        assert_eq!((all.with_probands.affected, all.with_probands.carriers, all.with_probands.share), (30, 30, None));
        assert!(all.with_probands.not_estimable.as_ref().unwrap().contains("no unaffected carrier"));
        assert!(all.without_probands.not_estimable.as_ref().unwrap().contains("no carrier of known status"));
        let few = penetrance(&carriers(&[(AffectedStatus::Unaffected, "", None, 2)]));
        assert!(few.bands[0].with_probands.not_estimable.as_ref().unwrap().contains("too few"));
    }

    #[test]
    fn bands_are_counted_with_and_without_probands() {
        let found = penetrance(&carriers(&[
            (AffectedStatus::Affected, "40-49", Some(true), 6),
            (AffectedStatus::Affected, "40-49", Some(false), 2),
            (AffectedStatus::Unaffected, "40-49", None, 4),
            (AffectedStatus::Unaffected, "5-9", None, 9),
            (AffectedStatus::Unaffected, "", None, 1),
            (AffectedStatus::Unknown, "40-49", None, 7),
        ]));
        let ages: Vec<&str> = found.bands.iter().map(|band| band.age.as_str()).collect();
        assert_eq!(ages, ["all", "5-9", "40-49", "not stated"]);
        let forties = &found.bands[2];
        assert_eq!((forties.with_probands.affected, forties.with_probands.carriers), (8, 12));
        assert_eq!((forties.without_probands.affected, forties.without_probands.carriers), (2, 6));
        let share = forties.without_probands.share.unwrap();
        assert!(share.from < 1.0 / 3.0 && 1.0 / 3.0 < share.to);
        assert_eq!(found.unknown_status, 7);
        let unsaid = penetrance(&carriers(&[
            (AffectedStatus::Affected, "", None, 8),
            (AffectedStatus::Unaffected, "", None, 8),
        ]));
        assert!(unsaid.bands[0].with_probands.share.is_some());
        assert!(unsaid.bands[0].without_probands.not_estimable.as_ref().unwrap().starts_with("of 8 affected"));
        assert!(found.ascertainment.starts_with("22 carriers of known status: 6 are probands"));
    }
}
