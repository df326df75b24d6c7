//! `?as_of=`: the record as it was known on a day or at a moment.

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde::Deserialize;

/// The query parameter, as sent.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct AsOfQuery {
    /// `2024-03-01` (that whole day, UTC) or `2024-03-01T12:00:00Z`; empty or absent: now.
    #[serde(default)]
    pub as_of: String,
}

/// The text is no day and no moment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a day or moment: write as_of=2024-03-01 or as_of=2024-03-01T12:00:00Z")]
pub struct AsOfError(String);

impl AsOfQuery {
    /// The same link, read as of the same moment.
    pub fn on(&self, link: &str) -> String {
        let text = self.as_of.trim();
        if text.is_empty() {
            return link.to_owned();
        }
        let (link, place) = link.split_at(link.find('#').unwrap_or(link.len()));
        let joint = if link.contains('?') { '&' } else { '?' };
        format!("{link}{joint}as_of={}{place}", crate::address::encode(text))
    }

    /// The last moment that counts; `None`: now.
    pub fn moment(&self) -> Result<Option<Timestamp>, AsOfError> {
        let text = self.as_of.trim();
        if text.is_empty() {
            return Ok(None);
        }
        let refuse = || AsOfError(text.chars().take(40).collect());
        if let Ok(day) = text.parse::<Date>()
            && text.len() == 10
        {
            let next = day.tomorrow().map_err(|_| refuse())?;
            let midnight = next.to_datetime(Time::midnight()).to_zoned(TimeZone::UTC).map_err(|_| refuse())?;
            return Ok(Some(midnight.timestamp() - 1.microsecond()));
        }
        text.parse().map(Some).map_err(|_| refuse())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, moment: Option<&str>) {
        let query = AsOfQuery { as_of: text.to_owned() };
        assert_eq!(query.moment().map(|m| m.map(|m| m.to_string())), Ok(moment.map(str::to_owned)), "{text}");
    }

    #[test]
    fn links_keep_the_moment() {
        let then = AsOfQuery { as_of: "2024-03-01T12:00:00Z".to_owned() };
        assert_eq!(then.on("?after=3"), "?after=3&as_of=2024-03-01T12%3A00%3A00Z");
        assert_eq!(then.on("/genes/NF1"), "/genes/NF1?as_of=2024-03-01T12%3A00%3A00Z");
        assert_eq!(AsOfQuery::default().on("/genes/NF1"), "/genes/NF1");
    }

    #[test]
    fn a_day_counts_to_its_end() {
        check("", None);
        check("2024-02-29", Some("2024-02-29T23:59:59.999999Z"));
        check("2024-03-01T12:00:00+01:00", Some("2024-03-01T11:00:00Z"));
    }

    #[test]
    fn other_text_is_refused() {
        for text in ["yesterday", "2024-02-30", "2024-03", "9999-12-31"] {
            assert!(AsOfQuery { as_of: text.to_owned() }.moment().is_err(), "{text}");
        }
    }
}
