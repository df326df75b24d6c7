//! What more evidence would change: criterion by criterion, and the cheapest way to another class.

use super::classify::{ClassifyError, Weighed, decide};
use super::definition::{CriterionDefinition, Direction, Guideline, Method};
use super::selection::Used;
use super::{Points, classify::Decision};
use crate::classification::Classification;
use crate::criterion::Strength;
use serde::Serialize;

/// What one more criterion, at the guideline's default, would give.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Further {
    /// The criterion.
    pub code: String,
    /// The side on which it speaks.
    pub direction: Direction,
    /// At this strength.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strength: Option<Strength>,
    /// With these points.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub points: Option<Points>,
    /// The class it would give.
    pub class: Option<Classification>,
    /// By this rule.
    pub rule: String,
    /// Whether that is another class.
    pub changes: bool,
}

/// A way to another class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Next {
    /// The side from which evidence is missing.
    pub direction: Direction,
    /// The class it would give.
    pub class: Option<Classification>,
    /// Points to the border, negative when they must be lost; where the guideline counts points.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub points: Option<Points>,
    /// Criteria that would do, at default strengths and among those not yet met.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub additions: Vec<Addition>,
}

/// So many criteria of one strength.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Addition {
    /// How many.
    pub count: u16,
    /// How strong.
    pub strength: Strength,
}

/// The strengths that can be added, weakest first, each with its cost in the points of the field.
const STEPS: [(Strength, u16); 4] =
    [(Strength::Supporting, 1), (Strength::Moderate, 2), (Strength::Strong, 4), (Strength::VeryStrong, 8)];
/// The most criteria of one strength that a cheapest way is looked for with.
const MOST: u16 = 4;
/// Ways shown for each side.
const WAYS: usize = 3;

pub(super) fn further(guideline: &Guideline, weighed: &Weighed) -> Result<Vec<Further>, ClassifyError> {
    let mut all = Vec::new();
    for definition in open(guideline, weighed) {
        let Some(used) = at_default(guideline, definition) else { continue };
        let mut tally = weighed.tally.clone();
        tally.add(&used);
        let Decision { class, rule, .. } = decide(guideline, &tally)?;
        all.push(Further {
            changes: class != weighed.decision.class,
            code: used.code,
            direction: used.direction,
            strength: used.strength,
            points: used.points,
            class,
            rule: rule.id,
        });
    }
    Ok(all)
}

/// Ways to another class from either side. Where rows carry points only the distance is given.
pub(super) fn next(guideline: &Guideline, weighed: &Weighed) -> Result<Vec<Next>, ClassifyError> {
    let mut all = Vec::new();
    let borders = match (&guideline.method, weighed.decision.points) {
        (Method::Points(scale), Some(sum)) => scale.borders(sum),
        _ => [None, None],
    };
    for (direction, border) in Direction::BOTH.into_iter().zip(borders) {
        let ways = cheapest(guideline, weighed, direction)?;
        if let Some((class, points)) = border {
            let additions = ways.iter().find(|way| way.class == class).map(|way| way.additions.clone());
            all.push(Next { direction, class, points: Some(points), additions: additions.unwrap_or_default() });
        } else {
            all.extend(ways);
        }
    }
    Ok(all)
}

/// Criteria that are not used, not retired, and could still be met.
fn open<'a>(guideline: &'a Guideline, weighed: &'a Weighed) -> impl Iterator<Item = &'a CriterionDefinition> {
    let is_used = |code: &str| weighed.used.iter().any(|used| used.code == code);
    guideline.criteria.iter().filter(move |c| c.is_applicable() && (c.repeats || !is_used(&c.code)))
}

/// The criterion as it counts when nothing is stated; `None` where something must be.
fn at_default(guideline: &Guideline, definition: &CriterionDefinition) -> Option<Used> {
    let points = match (&definition.points, &guideline.method, definition.strength) {
        (Some(row), _, _) => Some(row.default?),
        (None, Method::Points(scale), Some(strength)) => scale.points(definition.direction, strength),
        _ => None,
    };
    Some(Used {
        code: definition.code.clone(),
        direction: definition.direction,
        strength: definition.strength,
        points,
        by_default: true,
        remark: None,
    })
}

/// The cheapest sets of criteria of one side that give another class; a set that contains a shown
/// one is left out.
fn cheapest(guideline: &Guideline, weighed: &Weighed, direction: Direction) -> Result<Vec<Next>, ClassifyError> {
    let available = STEPS.map(|(strength, _)| {
        let of_it = open(guideline, weighed).filter(|c| c.direction == direction && c.strength == Some(strength));
        u16::try_from(of_it.count()).unwrap_or(MOST).min(MOST)
    });
    let mut shown: Vec<([u16; 4], Next)> = Vec::new();
    for counts in sets(available) {
        if shown.len() == WAYS {
            break;
        }
        if shown.iter().any(|(less, _)| less.iter().zip(&counts).all(|(a, b)| a <= b)) {
            continue;
        }
        let mut tally = weighed.tally.clone();
        for ((strength, _), count) in STEPS.into_iter().zip(counts) {
            let each = match &guideline.method {
                Method::Points(scale) => scale.points(direction, strength).unwrap_or_default(),
                _ => Points::ZERO,
            };
            tally.add_strength(direction, strength, count, each);
        }
        let class = decide(guideline, &tally)?.class;
        if class != weighed.decision.class {
            let additions = STEPS.into_iter().zip(counts).filter(|(_, count)| *count > 0);
            let additions = additions.map(|((strength, _), count)| Addition { count, strength }).collect();
            shown.push((counts, Next { direction, class, points: None, additions }));
        }
    }
    Ok(shown.into_iter().map(|(_, next)| next).collect())
}

/// Every set within the limits except the empty one, by cost, then by number of criteria.
fn sets(most: [u16; 4]) -> Vec<[u16; 4]> {
    let mut all = Vec::new();
    for a in 0..=most[0] {
        for b in 0..=most[1] {
            for c in 0..=most[2] {
                for d in 0..=most[3].min(1) {
                    all.push([a, b, c, d]);
                }
            }
        }
    }
    all.retain(|set| set.iter().any(|n| *n > 0));
    let cost = |set: &[u16; 4]| -> u16 { STEPS.iter().zip(set).map(|((_, cost), n)| cost * n).sum() };
    all.sort_by_key(|set| (cost(set), set.iter().sum::<u16>(), *set));
    all
}
