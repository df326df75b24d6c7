//! What a laboratory could do next: uncertain variants by their distance to another class, and
//! statements that have grown stale.

use crate::classification::{Bucket, Classification, Track};
use crate::criterion::Criterion;
use crate::date::PartialDate;
use crate::guideline::{
    Addition, ClassifyError, Direction, EvidenceLine, Further, Guideline, GuidelineTrack, Points, explain,
};
use jiff::civil::Date;
use serde::Serialize;

/// The rule set that criteria without a stated guideline are weighed by.
pub const DEFAULT_GUIDELINE: &str = "acmg-svi-points@2020";

/// How far an uncertain variant is from another class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Distance {
    /// The guideline it was weighed by, as `id@version`.
    pub guideline: String,
    /// The class that its criteria give there.
    pub class: Option<Classification>,
    /// Points so far, where the guideline counts them.
    pub points: Option<Points>,
    /// The nearest ways to another class, the nearest first.
    pub ways: Vec<Way>,
}

/// A way to another class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Way {
    /// The side from which evidence is missing.
    pub direction: Direction,
    /// The class it would give.
    pub class: Classification,
    /// What it costs in points of the field (supporting 1, moderate 2, strong 4, very strong 8).
    pub cost: u16,
    /// Criteria of these strengths would do.
    pub additions: Vec<Addition>,
    /// Single criteria that would do at their usual strength, by name.
    pub criteria: Vec<String>,
}

/// The distance of criteria to another class under a guideline; `None` when they are already
/// outside uncertain significance there, or there is no criterion to weigh.
///
/// # Errors
/// When a criterion is given twice and differently, or the guideline is not for variants.
pub fn distance(guideline: &Guideline, criteria: &[Criterion]) -> Result<Option<Distance>, ClassifyError> {
    let lines: Vec<EvidenceLine> = criteria.iter().cloned().map(EvidenceLine::from).collect();
    let explanation = explain(guideline, &lines)?;
    let class = explanation.decision.class;
    let is_uncertain = class.is_none_or(|class| class.bucket() == Some(Bucket::Uncertain));
    if explanation.used.is_empty() || !is_uncertain {
        return Ok(None);
    }
    let mut ways: Vec<Way> = Vec::new();
    for next in &explanation.next {
        let Some(class) = next.class.filter(|class| class.bucket() != Some(Bucket::Uncertain)) else { continue };
        let by_sets: u16 = next.additions.iter().map(|addition| addition.count * cost(addition.strength)).sum();
        let by_points = next.points.map(|points| (points.hundredths().unsigned_abs() / 100) as u16);
        let single = |further: &&Further| further.changes && further.class == Some(class);
        let criteria = explanation.further.iter().filter(single).map(|further| further.code.clone());
        ways.push(Way {
            direction: next.direction,
            class,
            cost: by_points.unwrap_or(by_sets),
            additions: next.additions.clone(),
            criteria: criteria.collect(),
        });
    }
    ways.sort_by_key(|way| (way.cost, way.direction == Direction::Benign, way.additions.len()));
    Ok(Some(Distance { guideline: guideline.address(), class, points: explanation.decision.points, ways }))
}

fn cost(strength: crate::criterion::Strength) -> u16 {
    use crate::criterion::Strength::{Moderate, StandAlone, Strong, Supporting, VeryStrong};
    match strength {
        Supporting => 1,
        Moderate => 2,
        Strong => 4,
        VeryStrong | StandAlone => 8,
    }
}

/// Whether a guideline weighs germline variants by the ACMG/AMP criteria, which statements state.
pub fn is_for_criteria(guideline: &Guideline) -> bool {
    guideline.track == GuidelineTrack::Germline && guideline.criterion("PM2").is_some()
}

/// Years after which a statement is listed for its age: this program's choice and no published
/// rule, which is why the list shows the age itself.
pub const OLD_YEARS: i16 = 3;

/// Why a statement deserves to be looked at again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Stale {
    /// Other laboratories take another side, all of the later ones.
    Contradicted {
        /// Laboratories of another side that evaluated later.
        laboratories: usize,
    },
    /// Alone on its side against two or more laboratories.
    Outlier {
        /// Laboratories of other sides.
        laboratories: usize,
    },
    /// A position without any criterion, evidence or citation.
    Unsupported,
    /// Last evaluated long ago.
    Age {
        /// Whole years.
        years: i16,
    },
    /// No date of evaluation is given, so that nobody can say how old it is.
    NoDate,
}

impl Stale {
    /// The words for people.
    pub fn sentence(&self) -> String {
        let laboratories = |n: &usize| if *n == 1 { "1 laboratory".to_owned() } else { format!("{n} laboratories") };
        match self {
            Self::Contradicted { laboratories: n } => {
                format!("contradicted: {} evaluated later and differ", laboratories(n))
            }
            Self::Outlier { laboratories: n } => format!("outlier: alone against {}", laboratories(n)),
            Self::Unsupported => "unsupported: no criterion, evidence or citation".to_owned(),
            Self::Age { years } => format!("age: last evaluated {years} years ago"),
            Self::NoDate => "no date of evaluation".to_owned(),
        }
    }
}

/// One statement and those of other laboratories about the same variant, as staleness sees them.
#[derive(Debug, Clone, Copy)]
pub struct Standpoint {
    /// The side taken; `None` when the word takes none.
    pub side: Option<Bucket>,
    /// On which track.
    pub track: Track,
    /// When last evaluated.
    pub last_evaluated: Option<PartialDate>,
    /// Whether any criterion, evidence item or citation is given.
    pub is_supported: bool,
}

/// Why a statement is stale, the weightiest first; empty when it is not. `others` are current
/// statements of other laboratories, one each.
pub fn stale(own: Standpoint, others: &[Standpoint], today: Date) -> Vec<Stale> {
    let Some(side) = own.side else { return Vec::new() };
    let mut reasons = Vec::new();
    let on_track = || others.iter().filter(|other| other.track == own.track && other.side.is_some());
    let differing = || on_track().filter(|other| other.side != Some(side));
    if let Some(date) = own.last_evaluated {
        let later = |other: &&Standpoint| other.last_evaluated.is_some_and(|theirs| theirs > date);
        let agree_later = on_track().filter(|other| other.side == Some(side)).filter(later).count();
        let n = differing().filter(later).count();
        if n > 0 && agree_later == 0 {
            reasons.push(Stale::Contradicted { laboratories: n });
        }
    }
    let against = differing().count();
    if against >= 2 && against == on_track().count() {
        reasons.push(Stale::Outlier { laboratories: against });
    }
    if !own.is_supported {
        reasons.push(Stale::Unsupported);
    }
    match own.last_evaluated.map(|date| age(date, today)) {
        Some(years) if years >= OLD_YEARS => reasons.push(Stale::Age { years }),
        Some(_) => {}
        None => reasons.push(Stale::NoDate),
    }
    reasons
}

/// Whole years, counted from the end of what the date leaves open, so that nothing looks older than
/// it is known to be.
fn age(date: PartialDate, today: Date) -> i16 {
    let text = date.to_string();
    let mut parts = text.split('-').map(|part| part.parse::<i16>().unwrap_or_default());
    let year = parts.next().unwrap_or_default();
    let (month, day) = (parts.next().unwrap_or(12), parts.next().unwrap_or(31));
    let passed = (i16::from(today.month()), i16::from(today.day())) >= (month, day);
    (today.year() - year - i16::from(!passed)).max(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guideline::find;

    fn criteria(codes: &[&str]) -> Vec<Criterion> {
        codes.iter().map(|code| code.parse().expect("a criterion")).collect()
    }

    fn nearest(codes: &[&str]) -> Option<(u16, Direction, Classification)> {
        let guideline = find(DEFAULT_GUIDELINE).expect("built in");
        let found = distance(guideline, &criteria(codes)).expect("weighed")?;
        found.ways.first().map(|way| (way.cost, way.direction, way.class))
    }

    #[test]
    fn five_points_lack_one_for_likely_pathogenic() {
        // Tavtigian 2020: uncertain 0 to 5, likely pathogenic from 6, likely benign below 0.
        let five = nearest(&["PS3", "PM2_Supporting"]);
        assert_eq!(five, Some((1, Direction::Pathogenic, Classification::LikelyPathogenic)));
        let three = nearest(&["PM1", "PM2_Supporting"]);
        assert_eq!(three, Some((3, Direction::Pathogenic, Classification::LikelyPathogenic)));
    }

    #[test]
    fn what_is_no_longer_uncertain_has_no_distance() {
        assert_eq!(nearest(&["PVS1", "PM2_Supporting"]), None);
        assert_eq!(nearest(&[]), None);
        assert_eq!(nearest(&["PM2_not_met"]), None);
    }

    #[test]
    fn the_cheapest_way_names_criteria() {
        let guideline = find(DEFAULT_GUIDELINE).expect("built in");
        let found = distance(guideline, &criteria(&["PS3", "PM2_Supporting"])).expect("weighed").expect("uncertain");
        assert!(found.ways[0].criteria.iter().any(|code| code == "PP3"), "{:?}", found.ways[0]);
        assert!(!found.ways[0].criteria.iter().any(|code| code == "PM2"), "{:?}", found.ways[0]);
    }

    fn at(side: Bucket, date: &str) -> Standpoint {
        Standpoint { side: Some(side), track: Track::Germline, last_evaluated: date.parse().ok(), is_supported: true }
    }

    fn reasons(own: Standpoint, others: &[Standpoint]) -> Vec<Stale> {
        stale(own, others, "2016-06-01".parse().expect("a date"))
    }

    #[test]
    fn each_reason_stands_for_itself() {
        use Bucket::{Benign, Pathogenic, Uncertain};
        let own = at(Uncertain, "2015-01");
        assert_eq!(reasons(own, &[at(Uncertain, "2014")]), []);
        assert_eq!(reasons(own, &[at(Pathogenic, "2016-02")]), [Stale::Contradicted { laboratories: 1 }]);
        assert_eq!(reasons(own, &[at(Pathogenic, "2016-02"), at(Uncertain, "2016-03")]), []);
        let old = [at(Benign, "2014"), at(Pathogenic, "2013")];
        assert_eq!(reasons(own, &old), [Stale::Outlier { laboratories: 2 }]);
        assert_eq!(reasons(Standpoint { is_supported: false, ..own }, &[]), [Stale::Unsupported]);
        assert_eq!(reasons(at(Uncertain, "2012"), &[]), [Stale::Age { years: 3 }]);
        assert_eq!(reasons(at(Uncertain, "2013-06-02"), &[]), []);
        assert_eq!(reasons(Standpoint { last_evaluated: None, ..own }, &[]), [Stale::NoDate]);
        assert_eq!(reasons(Standpoint { side: None, ..own }, &old), []);
    }
}
