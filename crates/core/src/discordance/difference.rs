//! Two statements side by side: what they say of each criterion, and which criterion explains that
//! they differ.
//!
//! The explanation is computed, not guessed: each side's criteria are run through the guideline it
//! names, then again with the other side's word on one criterion, and on all. A side whose
//! statement lists no criteria has none to compare, and the answer says so.

use super::grade::{Grade, between};
use super::words;
use crate::citation::Citation;
use crate::classification::{Classification, Track};
use crate::criterion::{Criterion, Outcome};
use crate::date::PartialDate;
use crate::guideline::{self, EvidenceLine, Guideline, classify};
use crate::statement::StatementBody;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Two statements compared; `a` and `b` as given.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Difference {
    /// How badly the classes differ; `None` when they do not.
    pub grade: Option<Grade>,
    /// The first side.
    pub a: SideClass,
    /// The second.
    pub b: SideClass,
    /// Every criterion that either side looked at, those that differ first.
    pub criteria: Vec<CriterionDifference>,
    /// Criteria that alone would give a side another class if it took the other's word, those that
    /// bring the sides together first.
    pub explained: Vec<Explained>,
    /// Publications that only the first cites.
    pub cited_by_a: Vec<Citation>,
    /// Publications that only the second cites.
    pub cited_by_b: Vec<Citation>,
    /// Publications that both cite.
    pub cited_by_both: Vec<Citation>,
    /// Whether both are about the same conditions and mode of inheritance, as written.
    pub same_condition: bool,
    /// Whether both name the same guideline.
    pub same_guideline: bool,
}

/// One side.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SideClass {
    /// The class stated.
    pub stated: Classification,
    /// When last evaluated.
    pub last_evaluated: Option<PartialDate>,
    /// The guideline as stated.
    pub guideline: Option<String>,
    /// The rule set that was run, as `id@version`.
    pub run: Option<String>,
    /// Whether that rule set is assumed because none, or none known here, is named.
    pub is_assumed: bool,
    /// The class that its own criteria give; `None` when it lists none or the rule set gives none.
    pub computed: Option<Classification>,
    /// The class that its rule set gives for the other side's criteria.
    pub with_others_criteria: Option<Classification>,
}

words! {
    /// How two sides differ on a criterion.
    HowDifferent {
        /// One says met, the other not met.
        Outcome = "outcome", "met against not met";
        /// Both say met, at different strengths.
        Strength = "strength", "another strength";
        /// Met by the first, not spoken of by the second.
        OnlyA = "only_a", "only the first";
        /// Met by the second, not spoken of by the first.
        OnlyB = "only_b", "only the second";
        /// They say the same, or neither says met.
        Same = "same", "the same";
    }
}

/// A criterion on both sides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CriterionDifference {
    /// Its code.
    pub code: String,
    /// What the first says; `None`: nothing.
    pub a: Option<Criterion>,
    /// What the second says.
    pub b: Option<Criterion>,
    /// How they differ.
    pub how: HowDifferent,
}

/// What taking the other's word on one criterion would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explained {
    /// The criterion.
    pub code: String,
    /// The class of the first side's criteria with the second's word on this one.
    pub a_becomes: Option<Classification>,
    /// The class of the second side's criteria with the first's word on this one.
    pub b_becomes: Option<Classification>,
    /// Whether either change alone puts both on one side.
    pub reconciles: bool,
}

/// Compares two statements.
pub fn difference(a: &StatementBody, b: &StatementBody) -> Difference {
    let (rules_a, rules_b) = (rules_of(a), rules_of(b));
    let (lines_a, lines_b) = (by_code(&a.criteria), by_code(&b.criteria));
    let side = |body: &StatementBody, rules: &Rules, own: &Lines<'_>, others: &Lines<'_>| SideClass {
        stated: body.classification,
        last_evaluated: body.last_evaluated,
        guideline: body.guideline.clone(),
        run: rules.0.map(Guideline::address),
        is_assumed: rules.1,
        computed: class_of(rules, own),
        with_others_criteria: class_of(rules, others),
    };
    let (cited_a, cited_b) = (citations(a), citations(b));
    let codes: BTreeSet<&str> = lines_a.keys().chain(lines_b.keys()).copied().collect();
    let mut criteria: Vec<CriterionDifference> =
        codes.into_iter().map(|code| on_criterion(code, lines_a.get(code), lines_b.get(code))).collect();
    criteria.sort_by_key(|one| one.how == HowDifferent::Same);
    Difference {
        grade: between(a.classification, b.classification),
        a: side(a, &rules_a, &lines_a, &lines_b),
        b: side(b, &rules_b, &lines_b, &lines_a),
        explained: explained(&criteria, (&rules_a, &lines_a), (&rules_b, &lines_b)),
        criteria,
        cited_by_a: cited_a.difference(&cited_b).cloned().collect(),
        cited_by_b: cited_b.difference(&cited_a).cloned().collect(),
        cited_by_both: cited_a.intersection(&cited_b).cloned().collect(),
        same_condition: conditions(a) == conditions(b) && a.inheritance == b.inheritance,
        same_guideline: a.guideline == b.guideline,
    }
}

type Lines<'a> = BTreeMap<&'a str, &'a Criterion>;
/// The rule set to run, and whether it is assumed.
type Rules = (Option<&'static Guideline>, bool);

/// The last word on each criterion.
fn by_code(criteria: &[Criterion]) -> Lines<'_> {
    criteria.iter().map(|criterion| (criterion.code.as_str(), criterion)).collect()
}

/// The rule set that a statement names, or the one that its track is classified by. Clinical impact
/// has tiers by rows of points that a statement does not list, so nothing is run there.
fn rules_of(body: &StatementBody) -> Rules {
    let stated = body.guideline.as_deref().unwrap_or_default();
    if let Some(known) = named_guideline(stated) {
        return (Some(known), false);
    }
    let assumed = match body.classification.track() {
        Track::Germline => guideline::find("acmg-amp@2015").ok(),
        Track::Oncogenicity => guideline::find("oncogenicity").ok(),
        Track::ClinicalImpact => None,
    };
    (assumed, assumed.is_some())
}

/// The rule set with this address, or the one that is meant by a usual name such as
/// `ACMG Guidelines, 2015`.
fn named_guideline(stated: &str) -> Option<&'static Guideline> {
    if let Ok(found) = guideline::find(stated.trim()) {
        return Some(found);
    }
    let words = stated.to_ascii_lowercase();
    let is_acmg_2015 = words.contains("acmg") && words.contains("2015") && !words.contains("modif");
    is_acmg_2015.then(|| guideline::find("acmg-amp@2015").ok()).flatten()
}

fn class_of((rules, _): &Rules, lines: &Lines<'_>) -> Option<Classification> {
    let rules = (*rules)?;
    if !lines.values().any(|criterion| criterion.outcome == Outcome::Met) {
        return None;
    }
    let lines: Vec<EvidenceLine> = lines.values().map(|criterion| EvidenceLine::from((*criterion).clone())).collect();
    classify(rules, &lines).ok()?.class
}

fn on_criterion(code: &str, a: Option<&&Criterion>, b: Option<&&Criterion>) -> CriterionDifference {
    let met = |side: Option<&&Criterion>| side.is_some_and(|criterion| criterion.outcome == Outcome::Met);
    let said = |side: Option<&&Criterion>| side.is_some_and(|c| c.outcome == Outcome::NotMet);
    let how = match (met(a), met(b)) {
        (true, true) if a.map(|c| c.strength) != b.map(|c| c.strength) => HowDifferent::Strength,
        (true, false) if said(b) => HowDifferent::Outcome,
        (false, true) if said(a) => HowDifferent::Outcome,
        (true, false) => HowDifferent::OnlyA,
        (false, true) => HowDifferent::OnlyB,
        _ => HowDifferent::Same,
    };
    CriterionDifference { code: code.to_owned(), a: a.map(|c| (*c).clone()), b: b.map(|c| (*c).clone()), how }
}

/// Criteria whose change alone gives another class.
fn explained(
    criteria: &[CriterionDifference],
    (rules_a, a): (&Rules, &Lines<'_>),
    (rules_b, b): (&Rules, &Lines<'_>),
) -> Vec<Explained> {
    let (Some(own_a), Some(own_b)) = (class_of(rules_a, a), class_of(rules_b, b)) else { return Vec::new() };
    let apart = between(own_a, own_b).is_some_and(|grade| grade != Grade::Strength);
    let together = |x: Option<Classification>, y: Classification| {
        x.is_some_and(|x| between(x, y).is_none_or(|grade| grade == Grade::Strength))
    };
    let mut found = Vec::new();
    for one in criteria.iter().filter(|one| one.how != HowDifferent::Same) {
        let a_becomes = class_of(rules_a, &with(a, &one.code, one.b.as_ref()));
        let b_becomes = class_of(rules_b, &with(b, &one.code, one.a.as_ref()));
        if a_becomes == Some(own_a) && b_becomes == Some(own_b) {
            continue;
        }
        let reconciles = apart && (together(a_becomes, own_b) || together(b_becomes, own_a));
        found.push(Explained { code: one.code.clone(), a_becomes, b_becomes, reconciles });
    }
    found.sort_by_key(|one| !one.reconciles);
    found
}

/// The lines with another word on one criterion.
fn with<'a>(lines: &Lines<'a>, code: &'a str, other: Option<&'a Criterion>) -> Lines<'a> {
    let mut lines = lines.clone();
    match other {
        Some(criterion) => lines.insert(code, criterion),
        None => lines.remove(code),
    };
    lines
}

fn citations(body: &StatementBody) -> BTreeSet<Citation> {
    body.citations.iter().chain(body.evidence.iter().flat_map(|item| &item.citations)).cloned().collect()
}

fn conditions(body: &StatementBody) -> BTreeSet<String> {
    body.conditions.iter().filter(|c| c.is_stated()).map(|c| c.name.trim().to_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::AlleleOrigin;
    use crate::free_text::FreeText;

    fn body(class: Classification, criteria: &str) -> StatementBody {
        StatementBody {
            classification: class,
            classification_text: None,
            conditions: Vec::new(),
            inheritance: None,
            origin: AlleleOrigin::Germline,
            guideline: Some("ACMG Guidelines, 2015".to_owned()),
            criteria: criteria.split_whitespace().map(|text| text.parse().expect("a criterion")).collect(),
            evidence: Vec::new(),
            citations: Vec::new(),
            summary: FreeText::default(),
            last_evaluated: None,
            review_status: None,
            method: None,
            remarks: Vec::new(),
        }
    }

    #[test]
    fn ps3_alone_explains_likely_pathogenic_against_uncertain() {
        let a = body(Classification::LikelyPathogenic, "PS3 PM2 PP3");
        let b = body(Classification::Uncertain, "PS3_not_met PM2 PP3 BP4_not_met");
        let found = difference(&a, &b);
        assert_eq!(found.grade, Some(Grade::PathogenicUncertain));
        assert_eq!(found.a.computed, Some(Classification::LikelyPathogenic));
        assert_eq!(found.b.computed, Some(Classification::Uncertain));
        assert_eq!(found.a.with_others_criteria, Some(Classification::Uncertain));
        assert_eq!(found.b.with_others_criteria, Some(Classification::LikelyPathogenic));
        assert_eq!((found.a.run.as_deref(), found.a.is_assumed), (Some("acmg-amp@2015"), false));
        assert_eq!(found.criteria[0].code, "PS3");
        assert_eq!(found.criteria[0].how, HowDifferent::Outcome);
        let only: Vec<_> = found.explained.iter().map(|e| (e.code.as_str(), e.reconciles)).collect();
        assert_eq!(only, [("PS3", true)]);
    }

    #[test]
    fn a_strength_explains_too() {
        let a = body(Classification::LikelyPathogenic, "PVS1 PM2");
        let b = body(Classification::Uncertain, "PVS1 PM2_Supporting");
        let found = difference(&a, &b);
        assert_eq!(found.criteria[0].how, HowDifferent::Strength);
        assert_eq!(found.explained.len(), 1);
        assert_eq!(found.explained[0].b_becomes, Some(Classification::LikelyPathogenic));
    }

    #[test]
    fn no_criteria_give_no_explanation() {
        let a = body(Classification::Pathogenic, "PVS1 PS1");
        let mut b = body(Classification::Uncertain, "");
        b.guideline = Some("our own rules".to_owned());
        let found = difference(&a, &b);
        assert_eq!((found.b.computed, found.b.is_assumed), (None, true));
        assert!(found.explained.is_empty());
        assert!(!found.same_guideline);
    }
}
