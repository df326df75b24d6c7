//! The field rules of Safe Harbor, 45 CFR 164.514(b)(2)(i): places, dates and ages.

use jiff::civil::Date;

/// First three digits of ZIP codes whose area has 20,000 people or fewer by the census of 2000, as the
/// guidance of the Department of Health and Human Services on de-identification lists them.
const SPARSE: [&str; 17] = [
    "036", "059", "063", "102", "203", "556", "692", "790", "821", "823", "830", "831", "878", "879", "884", "890",
    "893",
];

/// The age from which on years are no longer told apart.
const OLDEST: u32 = 90;

/// An age as it may be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Age {
    /// Completed years, below ninety.
    Years(u32),
    /// Ninety or more.
    NinetyOrMore,
}

/// The first three digits of a ZIP code; `000` where few people live, `None` when it is no ZIP code.
pub fn zip3(zip: &str) -> Option<&str> {
    let zip = zip.trim();
    let digits = zip.split_once('-').map_or(zip, |(five, _)| five);
    let is_zip = digits.len() == 5 && digits.bytes().all(|b| b.is_ascii_digit());
    let prefix = is_zip.then(|| &digits[..3])?;
    Some(if SPARSE.contains(&prefix) { "000" } else { prefix })
}

/// An age as it may be told.
pub fn age(years: u32) -> Age {
    if years >= OLDEST { Age::NinetyOrMore } else { Age::Years(years) }
}

/// The year of a birth; none for who is ninety or older by what is said or by the dates, for the year
/// would tell the age.
pub fn birth_year(birth: Date, years: Option<u32>) -> Option<i16> {
    let is_old = years.is_some_and(|years| years >= OLDEST);
    (!is_old).then(|| birth.year())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn places_dates_and_ages() {
        assert_eq!(zip3("60661"), Some("606"));
        assert_eq!(zip3("60661-1234"), Some("606"));
        assert_eq!(zip3("05997"), Some("000"));
        assert_eq!((zip3("6066"), zip3("SW1A1"), zip3("")), (None, None, None));
        assert_eq!((age(89), age(90), age(104)), (Age::Years(89), Age::NinetyOrMore, Age::NinetyOrMore));
        assert_eq!(birth_year(date(1956, 11, 8), Some(88)), Some(1956));
        assert_eq!(birth_year(date(1937, 3, 8), Some(90)), None);
        assert_eq!(birth_year(date(1990, 3, 8), None), Some(1990));
    }
}
