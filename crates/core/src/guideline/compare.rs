//! The same evidence under two guidelines, or two versions of one.

use super::classify::{ClassifyError, Decision, Weighed, weighed};
use super::{EvidenceLine, Guideline};
use serde::Serialize;
use std::collections::BTreeSet;

/// Two decisions on the same evidence, and why they differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// The first guideline's address.
    pub a: String,
    /// What it says.
    pub decision_a: Decision,
    /// The second guideline's address.
    pub b: String,
    /// What it says.
    pub decision_b: Decision,
    /// Whether the classes are the same.
    pub same_class: bool,
    /// What they treat differently, criteria first, then the rules that fired.
    pub differences: Vec<Difference>,
}

/// One thing that two guidelines treat differently.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The criterion; `None` for how the whole was combined.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub criterion: Option<String>,
    /// Under the first guideline.
    pub a: String,
    /// Under the second.
    pub b: String,
}

/// Runs both guidelines on the evidence.
///
/// # Errors
/// As [`super::classify`].
pub fn compare(a: &Guideline, b: &Guideline, lines: &[EvidenceLine]) -> Result<Comparison, ClassifyError> {
    let (in_a, in_b) = (weighed(a, lines)?, weighed(b, lines)?);
    let codes: BTreeSet<&str> = lines.iter().map(|line| line.criterion.code.as_str()).collect();
    let mut differences: Vec<Difference> = codes
        .into_iter()
        .map(|code| Difference {
            criterion: Some(code.to_owned()),
            a: treatment(&in_a, code),
            b: treatment(&in_b, code),
        })
        .filter(|difference| difference.a != difference.b)
        .collect();
    let (rule_a, rule_b) = (combined(&in_a.decision), combined(&in_b.decision));
    if rule_a != rule_b {
        differences.push(Difference { criterion: None, a: rule_a, b: rule_b });
    }
    Ok(Comparison {
        a: a.address(),
        b: b.address(),
        same_class: in_a.decision.class == in_b.decision.class,
        decision_a: in_a.decision,
        decision_b: in_b.decision,
        differences,
    })
}

/// What became of a criterion, in words. Points that only restate a strength are not a difference.
fn treatment(weighed: &Weighed, code: &str) -> String {
    let used = weighed.used.iter().filter(|used| used.code.eq_ignore_ascii_case(code)).map(|used| {
        match (used.strength, used.points) {
            (Some(strength), _) => strength.suffix().to_owned(),
            (None, Some(points)) => format!("{points} points"),
            (None, None) => "counts".to_owned(),
        }
    });
    let is_it = |criterion: &str| {
        criterion.get(..code.len()).is_some_and(|start| start.eq_ignore_ascii_case(code))
            && criterion[code.len()..].chars().next().is_none_or(|c| c == '_' || c == '=')
    };
    let ignored = weighed.ignored.iter().filter(|ignored| is_it(&ignored.criterion));
    used.chain(ignored.map(|ignored| format!("ignored, {}", ignored.text))).collect::<Vec<_>>().join("; ")
}

fn combined(decision: &Decision) -> String {
    format!("{}: {}", decision.rule.id, decision.rule.text)
}
