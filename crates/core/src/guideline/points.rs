//! Points of a guideline, in hundredths: 0.45 + 0.45 + 0.09 is 0.99, which binary fractions miss.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::{Add, AddAssign, Sub};
use std::str::FromStr;

/// A number of points, exact to a hundredth; in text and in JSON `0.45`, `-1`, `10`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Points(i32);

/// The text is not a number of points.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a number of points: write up to two decimals, such as `0.45` or `-1`, at most 100")]
pub struct PointsError(String);

impl Points {
    /// No points.
    pub const ZERO: Self = Self(0);

    /// From hundredths: 45 is 0.45 points.
    pub const fn from_hundredths(hundredths: i32) -> Self {
        Self(hundredths)
    }

    /// From a number with at most two decimals, between -100 and 100.
    pub fn from_number(number: f64) -> Option<Self> {
        let hundredths = (number * 100.0).round();
        let is_exact = (number * 100.0 - hundredths).abs() < 1e-6 && hundredths.abs() <= 10_000.0;
        is_exact.then_some(Self(hundredths as i32))
    }

    /// In hundredths.
    pub const fn hundredths(self) -> i32 {
        self.0
    }
}

impl Add for Points {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Points {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for Points {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl fmt::Display for Points {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, rest) = (self.0.unsigned_abs() / 100, self.0.unsigned_abs() % 100);
        if rest == 0 { write!(f, "{sign}{whole}") } else { write!(f, "{sign}{whole}.{rest:02}") }
    }
}

impl FromStr for Points {
    type Err = PointsError;

    fn from_str(text: &str) -> Result<Self, PointsError> {
        let refuse = || PointsError(text.chars().take(40).collect());
        let (sign, digits) = match text.trim().strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, text.trim().strip_prefix('+').unwrap_or(text.trim())),
        };
        let (whole, rest) = digits.split_once('.').unwrap_or((digits, "0"));
        let are_digits =
            |part: &str, most: usize| (1..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        if !are_digits(whole, 3) || !are_digits(rest, 2) {
            return Err(refuse());
        }
        let whole: i32 = whole.parse().map_err(|_| refuse())?;
        let hundredths: i32 = format!("{rest:0<2}").parse().map_err(|_| refuse())?;
        let value = whole * 100 + hundredths;
        if value > 10_000 { Err(refuse()) } else { Ok(Self(sign * value)) }
    }
}

/// As a number with two decimals at most; the nearest binary fraction prints the same.
impl Serialize for Points {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0 % 100 == 0 {
            serializer.serialize_i32(self.0 / 100)
        } else {
            serializer.serialize_f64(f64::from(self.0) / 100.0)
        }
    }
}

impl<'de> Deserialize<'de> for Points {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = f64::deserialize(deserializer)?;
        Self::from_number(number).ok_or_else(|| serde::de::Error::custom(PointsError(number.to_string())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_prints_points() {
        for (text, hundredths, printed) in
            [("0.9", 90, "0.90"), ("-1", -100, "-1"), ("+0.45", 45, "0.45"), ("10", 1000, "10"), ("-0.05", -5, "-0.05")]
        {
            let points: Points = text.parse().expect("points");
            assert_eq!((points.hundredths(), points.to_string().as_str()), (hundredths, printed), "{text}");
        }
        for text in ["", "0.999", "1e3", "nan", "101", "--1", "1.", ".5", "1.-5"] {
            assert!(text.parse::<Points>().is_err(), "{text}");
        }
    }
}
