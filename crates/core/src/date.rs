//! Calendar dates as laboratories give them: a day, a month, or only a year.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A date known to the day, the month or the year; ISO 8601 reduced precision (`2012-07-13`,
/// `2012-07`, `2012`). Sorts by time, a coarser date before the finer ones inside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PartialDate {
    year: i16,
    month: Option<i8>,
    day: Option<i8>,
}

/// The text is not a date.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a date: write it as YYYY-MM-DD, YYYY-MM or YYYY")]
pub struct DateError(String);

impl PartialDate {
    /// The date of these parts, if such a day exists between the years 1900 and 2200.
    pub fn new(year: i16, month: Option<i8>, day: Option<i8>) -> Option<Self> {
        let possible = (1900..=2200).contains(&year) && (day.is_none() || month.is_some());
        let exists = jiff::civil::Date::new(year, month.unwrap_or(1), day.unwrap_or(1)).is_ok();
        (possible && exists).then_some(Self { year, month, day })
    }

    /// The year.
    pub fn year(self) -> i16 {
        self.year
    }

    /// The first day that it may mean.
    pub fn first_day(self) -> jiff::civil::Date {
        jiff::civil::date(self.year, self.month.unwrap_or(1), self.day.unwrap_or(1))
    }

    /// Its quarter, such as `2012-Q3`; `None` when only the year is known.
    pub fn quarter(self) -> Option<String> {
        self.month.map(|month| format!("{:04}-Q{}", self.year, (month + 2) / 3))
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.year)?;
        if let Some(month) = self.month {
            write!(f, "-{month:02}")?;
        }
        self.day.map_or(Ok(()), |day| write!(f, "-{day:02}"))
    }
}

impl FromStr for PartialDate {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        let refuse = || DateError(text.chars().take(40).collect());
        let digits =
            |part: &str, wide: usize| (part.len() == wide && part.bytes().all(|b| b.is_ascii_digit())).then_some(());
        let mut parts = text.split('-');
        let mut next = |wide: usize| -> Result<Option<i16>, DateError> {
            let Some(part) = parts.next() else {
                return Ok(None);
            };
            digits(part, wide).ok_or_else(refuse)?;
            part.parse().map(Some).map_err(|_| refuse())
        };
        let year = next(4)?.ok_or_else(refuse)?;
        let month = next(2)?.map(|m| m as i8);
        let day = next(2)?.map(|d| d as i8);
        if parts.next().is_some() {
            return Err(refuse());
        }
        Self::new(year, month, day).ok_or_else(refuse)
    }
}

impl TryFrom<String> for PartialDate {
    type Error = DateError;

    fn try_from(text: String) -> Result<Self, DateError> {
        text.parse()
    }
}

impl From<PartialDate> for String {
    fn from(date: PartialDate) -> String {
        date.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_prints_each_precision() {
        for text in ["2012-07-13", "2012-07", "2012", "2024-02-29"] {
            assert_eq!(text.parse::<PartialDate>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn a_month_lies_in_its_quarter() {
        for (text, quarter) in
            [("2012-01", "2012-Q1"), ("2012-03-31", "2012-Q1"), ("2012-04", "2012-Q2"), ("2012-12-31", "2012-Q4")]
        {
            assert_eq!(text.parse::<PartialDate>().unwrap().quarter().as_deref(), Some(quarter));
        }
        assert_eq!("2012".parse::<PartialDate>().unwrap().quarter(), None);
    }

    #[test]
    fn refuses_days_that_do_not_exist() {
        for text in ["2023-02-29", "0000-00-00", "13/07/2012", "2012-7-1", "2012-07-13-01", ""] {
            assert!(text.parse::<PartialDate>().is_err(), "{text}");
        }
    }
}
