//! Combining by a sum of points.

use super::Points;
use super::classify::{Conflict, Decision, Fired};
use super::definition::{CombiningRow, Direction};
use super::selection::Tally;
use crate::classification::Classification;
use crate::criterion::Strength;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Points for strengths, if criteria have strengths, and the bands of the sum.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PointScale {
    /// What the guideline counts in.
    unit: Unit,
    #[serde(default)]
    by_strength: BTreeMap<Direction, BTreeMap<Strength, Points>>,
    /// From the highest sum to the lowest.
    bands: Vec<Band>,
    /// What a stand-alone criterion gives, whatever the sum.
    #[serde(default)]
    stand_alone: Option<StandAlone>,
}

/// Whole points, or hundredths of a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Unit {
    Points,
    Hundredths,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Band {
    class: Option<Classification>,
    /// `None` for the last band, which has no lower border.
    at_least: Option<Points>,
    text: String,
    provenance: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct StandAlone {
    class: Option<Classification>,
    text: String,
    provenance: String,
}

impl PointScale {
    /// What a criterion of this side and strength gives; `None` where the guideline says nothing.
    pub(crate) fn points(&self, direction: Direction, strength: Strength) -> Option<Points> {
        self.by_strength.get(&direction)?.get(&strength).copied()
    }

    /// Whether a stand-alone criterion of this side has a meaning.
    pub(crate) fn knows_stand_alone(&self, direction: Direction) -> bool {
        direction == Direction::Benign && self.stand_alone.is_some()
    }

    /// The class of the sum.
    pub(crate) fn decide(&self, tally: &Tally) -> Decision {
        let sum = tally.sum();
        let conflict = tally.contradicts().then(|| Conflict {
            pathogenic: format!("{} points", tally.points(Direction::Pathogenic)),
            benign: format!("{} points", tally.points(Direction::Benign)),
            resolution: "points for and against are added".to_owned(),
        });
        if let Some(alone) = &self.stand_alone
            && tally.count(Direction::Benign, Strength::StandAlone) > 0
        {
            let rule = fired("stand-alone", &alone.text, &alone.provenance);
            return Decision { class: alone.class, rule, conflict, points: None };
        }
        let band = self.band(sum);
        let rule = fired(&format!("{sum} points"), &band.text, &band.provenance);
        Decision { class: band.class, rule, conflict, points: Some(sum) }
    }

    /// Points that are missing to the next higher band and to the next lower one, with their classes.
    pub(crate) fn borders(&self, sum: Points) -> [Option<(Option<Classification>, Points)>; 2] {
        let at = self.bands.iter().position(|band| band.at_least.is_none_or(|least| sum >= least));
        let at = at.unwrap_or(self.bands.len() - 1);
        let up = at.checked_sub(1).map(|i| &self.bands[i]);
        let up = up.and_then(|band| Some((band.class, band.at_least? - sum)));
        let down = self.bands.get(at + 1).zip(self.bands[at].at_least);
        [up, down.map(|(band, least)| (band.class, least - self.step() - sum))]
    }

    /// The smallest difference of two sums: a point, or a hundredth.
    fn step(&self) -> Points {
        Points::from_hundredths(if self.unit == Unit::Points { 100 } else { 1 })
    }

    fn band(&self, sum: Points) -> &Band {
        let band = self.bands.iter().find(|band| band.at_least.is_none_or(|least| sum >= least));
        band.expect("the catalogue refuses a scale whose last band has a lower border")
    }

    /// The scale for people: points of the strengths, then the bands.
    pub(crate) fn rows(&self) -> Vec<CombiningRow> {
        let class = |class: Option<Classification>| class.map_or("no class: a person decides", Classification::label);
        let band = |band: &Band| CombiningRow {
            id: band.at_least.map_or_else(|| "below".to_owned(), |least| format!("{least} or more")),
            class: class(band.class).to_owned(),
            text: band.text.clone(),
            provenance: band.provenance.clone(),
        };
        let alone = self.stand_alone.iter().map(|alone| CombiningRow {
            id: "stand-alone".to_owned(),
            class: class(alone.class).to_owned(),
            text: alone.text.clone(),
            provenance: alone.provenance.clone(),
        });
        alone.chain(self.bands.iter().map(band)).collect()
    }

    /// Whether the bands fall and the last is open: then every sum has a band.
    pub(crate) fn is_sound(&self) -> bool {
        let borders: Vec<_> = self.bands.iter().map(|band| band.at_least).collect();
        borders.last() == Some(&None)
            && borders[..borders.len() - 1].windows(2).all(|pair| pair[0] > pair[1])
            && borders.iter().filter(|b| b.is_none()).count() == 1
    }
}

fn fired(id: &str, text: &str, provenance: &str) -> Fired {
    Fired { id: id.to_owned(), text: text.to_owned(), provenance: provenance.to_owned() }
}
