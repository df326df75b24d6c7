//! Which of the evidence counts under a guideline, how much, and why the rest does not.

use super::classify::ClassifyError;
use super::definition::{CriterionDefinition, Direction, Guideline, Method, RowPoints};
use super::{EvidenceLine, Points};
use crate::criterion::{Outcome, Strength};
use serde::Serialize;
use std::collections::BTreeMap;

/// A criterion that counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Used {
    /// Its code.
    pub code: String,
    /// The side on which it speaks.
    pub direction: Direction,
    /// The strength with which it counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strength: Option<Strength>,
    /// The points it gave.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub points: Option<Points>,
    /// Whether strength or points are the guideline's default because none were stated.
    pub by_default: bool,
    /// What to know about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remark: Option<String>,
}

/// A criterion that did not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ignored {
    /// As it was given.
    pub criterion: String,
    /// Why, as a code.
    pub reason: Reason,
    /// Why, in words.
    pub text: String,
}

/// Why a criterion did not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// It was looked at and is not met.
    NotMet,
    /// It was not looked at.
    NotEvaluated,
    /// The guideline does not know it.
    Unknown,
    /// The guideline retired it.
    Retired,
    /// The guideline says that it is not used for its genes.
    NotApplicable,
    /// The guideline does not permit this strength.
    StrengthNotPermitted,
    /// The guideline has no default and no points are stated.
    PointsNotStated,
    /// The points stated are outside what the row can give.
    PointsNotPermitted,
    /// It was given before.
    GivenTwice,
}

/// What counts, summed: numbers of criteria by side and strength, points by side.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    counts: [[u16; 5]; 2],
    points: [Points; 2],
    entries: Vec<Entry>,
}

/// One criterion of a tally; without a code when it is only supposed.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    code: Option<String>,
    direction: Direction,
    strength: Option<Strength>,
}

impl Tally {
    pub(crate) fn count(&self, direction: Direction, strength: Strength) -> u16 {
        self.counts[direction as usize][strength as usize]
    }

    pub(crate) fn points(&self, direction: Direction) -> Points {
        self.points[direction as usize]
    }

    pub(crate) fn sum(&self) -> Points {
        self.points[0] + self.points[1]
    }

    pub(crate) fn has_code(&self, code: &str) -> bool {
        self.entries.iter().any(|entry| entry.code.as_deref() == Some(code))
    }

    /// Criteria of this strength among these codes; supposed ones are taken to be among them.
    pub(crate) fn count_among(&self, direction: Direction, strength: Strength, codes: &[String]) -> u16 {
        let of_it = self.entries.iter().filter(|e| e.direction == direction && e.strength == Some(strength));
        let among = of_it.filter(|e| e.code.as_ref().is_none_or(|code| codes.contains(code)));
        u16::try_from(among.count()).unwrap_or(u16::MAX)
    }

    /// Whether something counts on each side.
    pub(crate) fn contradicts(&self) -> bool {
        let speaks = |side: usize| self.points[side] != Points::ZERO || self.counts[side].iter().any(|n| *n > 0);
        speaks(0) && speaks(1)
    }

    pub(crate) fn add(&mut self, used: &Used) {
        self.add_points(used.direction, used.points.unwrap_or_default());
        if let Some(strength) = used.strength {
            self.counts[used.direction as usize][strength as usize] += 1;
        }
        let Used { code, direction, strength, .. } = used;
        self.entries.push(Entry { code: Some(code.clone()), direction: *direction, strength: *strength });
    }

    pub(crate) fn add_strength(&mut self, direction: Direction, strength: Strength, times: u16, each: Points) {
        self.counts[direction as usize][strength as usize] += times;
        for _ in 0..times {
            self.entries.push(Entry { code: None, direction, strength: Some(strength) });
            self.add_points(direction, each);
        }
    }

    fn add_points(&mut self, direction: Direction, points: Points) {
        self.points[direction as usize] += points;
    }
}

/// Sorts the evidence into what counts and what does not. The answer does not depend on the order
/// of the lines: both lists are in the order of the guideline, unknown codes last by name.
pub(crate) fn select(
    guideline: &Guideline,
    lines: &[EvidenceLine],
) -> Result<(Vec<Used>, Vec<Ignored>), ClassifyError> {
    let mut by_code: BTreeMap<(usize, &str), Vec<&EvidenceLine>> = BTreeMap::new();
    for line in lines {
        let code = line.criterion.code.as_str();
        let at = guideline.criteria.iter().position(|c| c.code.eq_ignore_ascii_case(code));
        by_code.entry(at.map_or((usize::MAX, code), |at| (at, ""))).or_default().push(line);
    }
    let (mut used, mut ignored) = (Vec::new(), Vec::new());
    for ((at, _), mut group) in by_code {
        group.sort_by_key(|line| (line.criterion.outcome as u8, line.criterion.strength, line.points));
        match guideline.criteria.get(at) {
            Some(definition) => weigh_group(guideline, definition, &group, &mut used, &mut ignored)?,
            None => ignored.extend(group.iter().map(|line| refuse_unknown(guideline, line))),
        }
    }
    Ok((used, ignored))
}

fn refuse_unknown(guideline: &Guideline, line: &EvidenceLine) -> Ignored {
    match outcome_reason(line) {
        Some((reason, text)) => ignore(line, reason, text),
        None => ignore(line, Reason::Unknown, &format!("{} does not know it", guideline.address())),
    }
}

/// All lines of one code. Several may count only where the row may be repeated.
fn weigh_group(
    guideline: &Guideline,
    definition: &CriterionDefinition,
    group: &[&EvidenceLine],
    used: &mut Vec<Used>,
    ignored: &mut Vec<Ignored>,
) -> Result<(), ClassifyError> {
    let first = used.len();
    let mut before: Option<&EvidenceLine> = None;
    for line in group {
        if let Some(previous) = before.filter(|_| !definition.repeats) {
            if previous.criterion != line.criterion || previous.points != line.points {
                return Err(ClassifyError::Contradiction { code: definition.code.clone() });
            }
            ignored.push(ignore(line, Reason::GivenTwice, "given twice; it counts once"));
            continue;
        }
        before = Some(line);
        match weigh(guideline, definition, line) {
            Ok(weight) => used.push(weight),
            Err((reason, text)) => ignored.push(ignore(line, reason, &text)),
        }
    }
    if let Some(row) = &definition.points {
        cap(row, &mut used[first..]);
    }
    Ok(())
}

fn weigh(
    guideline: &Guideline,
    definition: &CriterionDefinition,
    line: &EvidenceLine,
) -> Result<Used, (Reason, String)> {
    if let Some((reason, text)) = outcome_reason(line) {
        return Err((reason, text.to_owned()));
    }
    if let Some(who) = &definition.retired {
        return Err((Reason::Retired, format!("retired: {who}")));
    }
    if let Some(why) = &definition.not_applicable {
        return Err((Reason::NotApplicable, format!("not used by {}: {why}", guideline.address())));
    }
    match &definition.points {
        Some(row) => weigh_row(definition, row, line),
        None => weigh_strength(guideline, definition, line),
    }
}

fn weigh_strength(
    guideline: &Guideline,
    definition: &CriterionDefinition,
    line: &EvidenceLine,
) -> Result<Used, (Reason, String)> {
    let not_permitted = |text: String| Err((Reason::StrengthNotPermitted, text));
    if line.points.is_some() {
        return Err((Reason::PointsNotPermitted, "the guideline counts strengths here, state one instead".to_owned()));
    }
    let Some(strength) = line.criterion.strength.or(definition.strength) else {
        return not_permitted("no strength is stated and the guideline has no default".to_owned());
    };
    if !definition.permitted.contains(&strength) {
        let permitted: Vec<_> = definition.permitted.iter().map(|s| s.suffix()).collect();
        return not_permitted(format!("{} is not among {}", strength.suffix(), permitted.join(", ")));
    }
    let mut points = None;
    if let Method::Points(scale) = &guideline.method {
        points = scale.points(definition.direction, strength);
        let alone = strength == Strength::StandAlone && scale.knows_stand_alone(definition.direction);
        if points.is_none() && !alone {
            return not_permitted(format!("the guideline gives no points for {}", strength.suffix()));
        }
    }
    Ok(Used {
        code: definition.code.clone(),
        direction: definition.direction,
        strength: Some(strength),
        points,
        by_default: line.criterion.strength.is_none(),
        remark: None,
    })
}

fn weigh_row(definition: &CriterionDefinition, row: &RowPoints, line: &EvidenceLine) -> Result<Used, (Reason, String)> {
    if line.criterion.strength.is_some() {
        return Err((Reason::StrengthNotPermitted, "the guideline counts points here, not strengths".to_owned()));
    }
    let Some(points) = line.points.or(row.default) else {
        let note = definition.note.as_deref().unwrap_or("the guideline has no default");
        return Err((Reason::PointsNotStated, format!("no points are stated: {note}")));
    };
    let (least, most) = (row.max.min(Points::ZERO), row.max.max(Points::ZERO));
    if points < least || points > most {
        return Err((Reason::PointsNotPermitted, format!("{points} is outside {least} to {most}")));
    }
    let outside = row.range.filter(|[from, to]| points < *from || points > *to);
    Ok(Used {
        code: definition.code.clone(),
        direction: definition.direction,
        strength: None,
        points: Some(points),
        by_default: line.points.is_none(),
        remark: outside.map(|[from, to]| format!("the guideline suggests {from} to {to}")),
    })
}

/// Takes from the last applications of a row what exceeds its maximum.
fn cap(row: &RowPoints, applications: &mut [Used]) {
    let mut left = row.max;
    for used in applications {
        let points = used.points.unwrap_or_default();
        let counted = if row.max < Points::ZERO { points.max(left) } else { points.min(left) };
        if counted != points {
            used.remark = Some(format!("{points} was given; the row gives {} at most", row.max));
            used.points = Some(counted);
        }
        left = left - counted;
    }
}

fn outcome_reason(line: &EvidenceLine) -> Option<(Reason, &'static str)> {
    match line.criterion.outcome {
        Outcome::Met => None,
        Outcome::NotMet => Some((Reason::NotMet, "looked at and not met")),
        Outcome::NotEvaluated => Some((Reason::NotEvaluated, "not evaluated")),
    }
}

fn ignore(line: &EvidenceLine, reason: Reason, text: &str) -> Ignored {
    let points = line.points.map(|points| format!("={points}")).unwrap_or_default();
    Ignored { criterion: format!("{}{points}", line.criterion), reason, text: text.to_owned() }
}
