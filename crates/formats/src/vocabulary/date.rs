//! Dates as sources write them. A date of three short numbers is read only where its order is known.

use cairn_core::date::PartialDate;
use serde::{Deserialize, Serialize};

/// In which order a source writes day and month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateOrder {
    /// `31.12.2015`, as in most of the world.
    DayFirst,
    /// `12/31/2015`, as in the United States.
    MonthFirst,
}

/// Why a text is not a date.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DateFault {
    /// Day and month could be exchanged.
    #[error("`{0}` may be read with the day or the month first")]
    Ambiguous(String),
    /// The year has two digits.
    #[error("`{0}` has a year of two digits, which may be of two centuries")]
    ShortYear(String),
    /// No form of a date, or no such day.
    #[error("`{0}` is not a date")]
    NotADate(String),
}

/// Reads ISO 8601, `Jun 01, 2002`, `01-Jun-2002`, `1 June 2002`, `31.12.2015`, and numbers in a known order.
/// `None` for texts that say there is no date (`-`, `0000-00-00`, `not provided`).
///
/// # Errors
/// See [`DateFault`].
pub fn read(text: &str, order: Option<DateOrder>) -> Result<Option<PartialDate>, DateFault> {
    let text = text.trim();
    let lower = text.to_ascii_lowercase();
    if matches!(lower.as_str(), "" | "-" | "." | "na" | "n/a" | "not provided" | "unknown" | "0000-00-00") {
        return Ok(None);
    }
    // A time of day after the date says nothing about an evaluation.
    let day = text.split_once('T').map_or(text, |(day, time)| if time.contains(':') { day } else { text });
    let day = day.split_once(' ').map_or(day, |(before, time)| if time.contains(':') { before } else { day });
    if let Ok(date) = day.parse() {
        return Ok(Some(date));
    }
    let parts: Vec<&str> = day.split(|c: char| !c.is_alphanumeric()).filter(|p| !p.is_empty()).collect();
    if has_short_year(&parts) {
        return Err(DateFault::ShortYear(text.chars().take(40).collect()));
    }
    let refuse = || DateFault::NotADate(text.chars().take(40).collect());
    match parts.as_slice() {
        [a, b, c] => three(a, b, c, order, text).map(Some),
        [a, b] if month(a).is_some() => {
            year(b).and_then(|y| PartialDate::new(y, month(a), None)).map(Some).ok_or_else(refuse)
        }
        [a, b] => {
            let month_number = a.parse::<i8>().ok();
            year(b).and_then(|y| PartialDate::new(y, Some(month_number?), None)).map(Some).ok_or_else(refuse)
        }
        [one] => compact(one).map(Some).ok_or_else(refuse),
        _ => Err(refuse()),
    }
}

fn three(a: &str, b: &str, c: &str, order: Option<DateOrder>, text: &str) -> Result<PartialDate, DateFault> {
    let refuse = || DateFault::NotADate(text.chars().take(40).collect());
    let number = |t: &str| t.parse::<i8>().ok();
    if let Some(m) = month(a) {
        return exact(year(c), Some(m), number(b)).ok_or_else(refuse);
    }
    if let Some(m) = month(b) {
        return exact(year(c), Some(m), number(a)).ok_or_else(refuse);
    }
    if a.len() == 4 {
        return exact(year(a), number(b), number(c)).ok_or_else(refuse);
    }
    let (first, second) = (number(a).ok_or_else(refuse)?, number(b).ok_or_else(refuse)?);
    let y = year(c).ok_or_else(refuse)?;
    let day_first = match order {
        Some(order) => order == DateOrder::DayFirst,
        None if first == second || first > 12 => true,
        None if second > 12 => false,
        // Nobody who writes the month first parts the numbers by dots.
        None if text.contains('.') => true,
        None => return Err(DateFault::Ambiguous(text.chars().take(40).collect())),
    };
    let (d, m) = if day_first { (first, second) } else { (second, first) };
    PartialDate::new(y, Some(m), Some(d)).ok_or_else(refuse)
}

/// Whether these are the parts of a date without any number of more than two digits: `01.03.24`, `1 Mar 24`, `Mar 24`.
fn has_short_year(parts: &[&str]) -> bool {
    let short = |part: &&str| part.len() <= 2 && part.parse::<u8>().is_ok();
    let words = parts.iter().filter(|part| month(part).is_some()).count();
    let numbers = parts.iter().filter(|part| short(part)).count();
    matches!((numbers, words), (3, 0) | (2, 1) | (1, 1)) && numbers + words == parts.len()
}

impl DateFault {
    /// The stable code of the problem, and what to do.
    pub fn code_and_remedy(&self) -> (&'static str, &'static str) {
        match self {
            Self::Ambiguous(_) => {
                ("date.ambiguous", "say in the mapping whether the day or the month comes first, or write YYYY-MM-DD")
            }
            Self::ShortYear(_) => ("date.short_year", "write the year with four digits, as YYYY-MM-DD"),
            Self::NotADate(_) => ("date.not_valid", "write it as YYYY-MM-DD"),
        }
    }
}

fn exact(year: Option<i16>, month: Option<i8>, day: Option<i8>) -> Option<PartialDate> {
    PartialDate::new(year?, Some(month?), Some(day?))
}

/// Four digits: two could be any century.
fn year(text: &str) -> Option<i16> {
    (text.len() == 4).then(|| text.parse().ok()).flatten()
}

/// `20151231`, or a day count of Excel between 1990 and 2100.
fn compact(text: &str) -> Option<PartialDate> {
    if !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    if text.len() == 8 {
        return exact(text[..4].parse().ok(), text[4..6].parse().ok(), text[6..].parse().ok());
    }
    let days = text.parse::<i32>().ok().filter(|d| (32_874..73_415).contains(d))?;
    of_excel_serial(f64::from(days))
}

/// A day of Excel's 1900 calendar: day 60 was never, so from then on day 0 is 1899-12-30.
pub fn of_excel_serial(serial: f64) -> Option<PartialDate> {
    let start = jiff::civil::date(1899, 12, 30);
    let days = (60.0..80_000.0).contains(&serial).then(|| serial.floor() as i64)?;
    let date = start.checked_add(jiff::Span::new().try_days(days).ok()?).ok()?;
    PartialDate::new(date.year(), Some(date.month()), Some(date.day()))
}

fn month(text: &str) -> Option<i8> {
    const MONTHS: [&[&str]; 12] = [
        &["jan", "januar", "janvier", "enero", "gennaio"],
        &["feb", "februar", "fevrier", "février", "febrero", "febbraio"],
        &["mar", "maerz", "märz", "mars", "marzo", "mrz"],
        &["apr", "avril", "abril", "aprile"],
        &["may", "mai", "mayo", "maggio", "mei"],
        &["jun", "juni", "juin", "junio", "giugno"],
        &["jul", "juli", "juillet", "julio", "luglio"],
        &["aug", "august", "aout", "août", "agosto"],
        &["sep", "sept", "septembre", "septiembre", "settembre"],
        &["oct", "okt", "oktober", "octobre", "octubre", "ottobre"],
        &["nov", "novembre", "noviembre"],
        &["dec", "dez", "dezember", "decembre", "décembre", "diciembre", "dicembre"],
    ];
    const ENGLISH: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let lower = text.to_lowercase();
    let at =
        ENGLISH.iter().position(|m| *m == lower).or_else(|| MONTHS.iter().position(|m| m.contains(&lower.as_str())));
    at.and_then(|at| i8::try_from(at + 1).ok())
}

/// The order that the dates of a column show: some day after the twelfth tells. `None` if none does,
/// if both orders are shown, or if the column mixes separators: `14.02.2025` says nothing about
/// how `03/04/2025` is meant.
pub fn order_of<'a>(texts: impl Iterator<Item = &'a str>) -> Option<DateOrder> {
    let (mut day_first, mut month_first) = (false, false);
    let mut separator = None;
    for text in texts {
        let parts: Vec<&str> = text.trim().split(['/', '.', '-', ' ']).collect();
        let [a, b, c] = parts.as_slice() else { continue };
        if let (Ok(a), Ok(b), 4) = (a.parse::<u8>(), b.parse::<u8>(), c.len()) {
            let used = text.trim().chars().find(|sign| !sign.is_ascii_digit());
            if *separator.get_or_insert(used) != used {
                return None;
            }
            day_first |= a > 12 && b <= 12;
            month_first |= b > 12 && a <= 12;
        }
    }
    match (day_first, month_first) {
        (true, false) => Some(DateOrder::DayFirst),
        (false, true) => Some(DateOrder::MonthFirst),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, order: Option<DateOrder>, expected: &str) {
        let got = match read(text, order) {
            Ok(Some(date)) => date.to_string(),
            Ok(None) => "none".to_owned(),
            Err(fault) => fault.to_string(),
        };
        assert_eq!(got, expected, "{text}");
    }

    #[test]
    fn forms_without_doubt() {
        for text in [
            "2015-08-10",
            "Aug 10, 2015",
            "10-Aug-2015",
            "10 August 2015",
            "20150810",
            "2015-08-10T12:00:00Z",
            "2015-08-10 12:00",
            "42226",
            "10. August 2015",
        ] {
            check(text, None, "2015-08-10");
        }
        check("2015-08", None, "2015-08");
        check("2015", None, "2015");
        check("Aug 2015", None, "2015-08");
        check("08/2015", None, "2015-08");
        check("-", None, "none");
        check("0000-00-00", None, "none");
    }

    #[test]
    fn day_and_month_are_not_guessed() {
        check("8/10/2015", None, "`8/10/2015` may be read with the day or the month first");
        check("8/10/2015", Some(DateOrder::MonthFirst), "2015-08-10");
        check("8.10.2015", Some(DateOrder::DayFirst), "2015-10-08");
        check("8.10.2015", None, "2015-10-08");
        check("13/10/2015", None, "2015-10-13");
        check("10/13/2015", None, "2015-10-13");
        check("5/5/2015", None, "2015-05-05");
        check("30/02/2015", None, "`30/02/2015` is not a date");
    }

    #[test]
    fn the_century_is_not_guessed() {
        for text in ["10/13/15", "01.03.24", "1.3.24", "24-03-01", "1 Mar 24", "01-Mar-24", "Mar 24"] {
            check(text, None, &format!("`{text}` has a year of two digits, which may be of two centuries"));
        }
        check("3/24", None, "`3/24` is not a date");
    }

    #[test]
    fn a_column_shows_its_order() {
        assert_eq!(order_of(["4/3/2016", "4/15/2016"].into_iter()), Some(DateOrder::MonthFirst));
        assert_eq!(order_of(["4/3/2016", "8/10/2016"].into_iter()), None);
        assert_eq!(order_of(["4/13/2016", "13/4/2016"].into_iter()), None);
        assert_eq!(order_of(["14.02.2025", "03/04/2025"].into_iter()), None);
    }
}
