//! Penetrance as a table: counts first, a share only where one can be estimated.

use cairn_core::penetrance::{Count, Penetrance};

/// Penetrance on a page.
#[derive(Debug, Clone, Default)]
pub struct PenetranceTable {
    /// What the counts amount to, in one sentence.
    pub sentence: String,
    /// Age, everybody, everybody without probands.
    pub rows: Vec<(String, String, String)>,
    /// How the carriers were found.
    pub ascertainment: String,
    /// How the intervals are computed.
    pub interval: &'static str,
}

impl PenetranceTable {
    /// The table; `None` where no carrier of known status is recorded.
    pub fn of(found: &Penetrance) -> Option<Self> {
        let all = found.bands.first().filter(|band| band.with_probands.carriers > 0)?;
        let unknown = match found.unknown_status {
            0 => String::new(),
            n => format!(" {n} more carriers are in no count: nobody said whether they are affected."),
        };
        let other = match found.other_condition {
            0 => String::new(),
            n => format!(" {n} affected carriers are in no count: their condition is another, or is not stated."),
        };
        let rows = found
            .bands
            .iter()
            .map(|band| (band.age.clone(), words(&band.with_probands), words(&band.without_probands)));
        Some(Self {
            sentence: format!("{}.{unknown}{other}", words(&all.with_probands)),
            rows: rows.collect(),
            ascertainment: found.ascertainment.clone(),
            interval: found.interval,
        })
    }
}

fn words(count: &Count) -> String {
    let counted = format!("{} of {} carriers affected", count.affected, count.carriers);
    match (&count.share, &count.not_estimable) {
        (Some(share), _) => {
            let percent = |value: f64| format!("{:.0}", value * 100.0);
            format!(
                "{counted}, {} % (95 % interval {} to {} %)",
                percent(share.value),
                percent(share.from),
                percent(share.to)
            )
        }
        (None, Some(why)) => format!("{counted}; not estimable: {why}"),
        (None, None) => counted,
    }
}
