//! What makes a person hard to find: coarse ages, quarters for dates, and no free text.
//!
//! [`safe_harbor`] holds the field rules of 45 CFR 164.514(b)(2), [`notes`] finds identifiers in text
//! that a person wrote. The second is never the only barrier: the types of tiers 1 to 3 have no field
//! for free text at all.

pub mod notes;
pub mod safe_harbor;

use serde::{Deserialize, Serialize};
use std::fmt;

/// First years of the bands in which ages leave a laboratory: 0, 1–5, 6–17, 18–39, 40–64, 65 and more.
const STARTS: [u32; 6] = [0, 1, 6, 18, 40, 65];

/// An age in coarse bands, such as `18-39`, `0`, or `65+`; several neighbouring bands where the source
/// is coarser or lies across a border, such as `6-39`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AgeBand {
    first: usize,
    last: usize,
}

impl AgeBand {
    /// The band of an age in completed years.
    pub fn of_years(years: u32) -> Self {
        let at = STARTS.iter().rposition(|start| *start <= years).unwrap_or(0);
        Self { first: at, last: at }
    }

    /// Its first and last year; the last of the oldest band is 999.
    pub fn years(self) -> (u32, u32) {
        (STARTS[self.first], STARTS.get(self.last + 1).map_or(999, |next| next - 1))
    }
}

impl fmt::Display for AgeBand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let start = STARTS[self.first];
        match STARTS.get(self.last + 1) {
            None => write!(f, "{start}+"),
            Some(next) if next - 1 == start => write!(f, "{start}"),
            Some(next) => write!(f, "{start}-{}", next - 1),
        }
    }
}

impl Serialize for AgeBand {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The coarse band of a band as cases hold it (`40-49`, `90+`, `7`): as many neighbours as it
/// touches. `None` when the text is no band: what is not understood does not leave.
pub fn coarse_age(band: &str) -> Option<AgeBand> {
    let band = band.trim();
    let (from, to) = match (band.strip_suffix('+'), band.split_once('-')) {
        (Some(from), _) => (from, "999"),
        (None, Some((from, to))) => (from, to),
        (None, None) => (band, band),
    };
    let (from, to): (u32, u32) = (from.trim().parse().ok()?, to.trim().parse().ok()?);
    (from <= to).then(|| AgeBand { first: AgeBand::of_years(from).first, last: AgeBand::of_years(to).last })
}

/// A quarter of a year, the finest date that leaves a laboratory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
pub struct Quarter {
    year: i16,
    quarter: i8,
}

impl Quarter {
    /// The quarter of a day.
    pub fn of(day: jiff::civil::Date) -> Self {
        Self { year: day.year(), quarter: (day.month() - 1) / 3 + 1 }
    }
}

impl fmt::Display for Quarter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-Q{}", self.year, self.quarter)
    }
}

impl Serialize for Quarter {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn ages_become_coarse() {
        for (given, coarse) in [
            ("0", "0"),
            ("3", "1-5"),
            ("0-9", "0-17"),
            ("10-19", "6-39"),
            ("20-29", "18-39"),
            ("30-39", "18-39"),
            ("40-49", "40-64"),
            ("60-69", "40+"),
            ("70-79", "65+"),
            ("90+", "65+"),
        ] {
            assert_eq!(coarse_age(given).map(|band| band.to_string()).as_deref(), Some(coarse), "{given}");
        }
        for nonsense in ["", "adult", "49-40", "P40Y", "40–49"] {
            assert_eq!(coarse_age(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn days_become_quarters() {
        for (day, quarter) in [
            (date(2026, 1, 1), "2026-Q1"),
            (date(2026, 3, 31), "2026-Q1"),
            (date(2026, 4, 1), "2026-Q2"),
            (date(2026, 12, 31), "2026-Q4"),
        ] {
            assert_eq!(Quarter::of(day).to_string(), quarter);
        }
    }
}
