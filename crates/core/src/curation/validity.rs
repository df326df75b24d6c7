//! A gene weighed against a disease, as a draft: points by kind of evidence, what experts decided.

use super::assessment::{AssessmentError, Gap, guideline_of};
use super::change::Change;
use super::draft::Draft;
use crate::free_text::FreeText;
use crate::guideline::gene_validity::{Curation, ExpertCall, KindCap, Validity, ValidityError, kind_caps, weigh};
use crate::guideline::{Guidelines, Points};
use serde::Serialize;

/// The kinds of evidence: code, whether genetic, words. What single kinds, all genetic ones and all
/// experimental ones give at most stands in the guideline.
pub const VALIDITY_KINDS: &[(&str, bool, &str)] = &[
    ("case_dominant", true, "Cases, autosomal dominant or X-linked"),
    ("case_recessive", true, "Cases, autosomal recessive"),
    ("segregation", true, "Segregation in families"),
    ("case_control", true, "Case-control studies"),
    ("function", false, "Function: biochemistry, interaction, expression"),
    ("functional_alteration", false, "Functional alteration in cells"),
    ("models", false, "Models in animals and cells"),
    ("rescue", false, "Rescue"),
];

/// What the weighing amounts to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ValidityAssessment {
    /// The answer of the matrix, and what holds; the reason where experts may not choose their class.
    pub validity: Result<Validity, String>,
    /// Kinds of evidence whose points do not all count.
    pub cuts: Vec<Cut>,
    /// What is still missing before it can be signed.
    pub gaps: Vec<Gap>,
}

/// Points above what their kinds give at most.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cut {
    /// The most, for which kinds, and where that was read.
    pub cap: KindCap,
    /// What was counted.
    pub given: Points,
}

impl Draft {
    /// Points of a kind of evidence and what they rest on.
    pub fn validity_points(&self, kind: &str) -> (Option<Points>, FreeText) {
        match self.value(&format!("validity:{kind}")) {
            Some(Change::Validity { points, note, .. }) => (*points, note.clone()),
            _ => (None, FreeText::default()),
        }
    }

    /// Whether the evidence was replicated over time.
    pub fn is_replicated(&self) -> bool {
        matches!(self.value("replicated"), Some(Change::Replicated { replicated: true }))
    }

    /// What experts decided.
    pub fn expert_call(&self) -> Option<&ExpertCall> {
        match self.value("call") {
            Some(Change::ExpertCall { call }) => call.as_ref(),
            _ => None,
        }
    }

    /// The points of one side, each kind up to its most.
    fn sum(&self, genetic: bool, caps: &[KindCap]) -> Points {
        let of_side = |code: &str| VALIDITY_KINDS.iter().any(|kind| kind.0 == code && kind.1 == genetic);
        let is_capped = |code: &str| caps.iter().any(|cap| cap.kinds.iter().any(|kind| kind == code));
        let free = VALIDITY_KINDS.iter().filter(|kind| kind.1 == genetic && !is_capped(kind.0)).map(|kind| kind.0);
        let capped = caps.iter().filter(|cap| cap.kinds.iter().all(|kind| of_side(kind)));
        self.given(free) + total(capped.map(|cap| self.given(cap.kinds.iter().map(String::as_str)).min(cap.max)))
    }

    fn given<'a>(&self, kinds: impl Iterator<Item = &'a str>) -> Points {
        total(kinds.filter_map(|kind| self.validity_points(kind).0))
    }

    fn cuts(&self, caps: &[KindCap]) -> Vec<Cut> {
        let cut = |cap: &KindCap| {
            let given = self.given(cap.kinds.iter().map(String::as_str));
            (given > cap.max).then(|| Cut { cap: cap.clone(), given })
        };
        caps.iter().filter_map(cut).collect()
    }
}

fn total(points: impl Iterator<Item = Points>) -> Points {
    points.fold(Points::ZERO, |sum, points| sum + points)
}

/// Runs the validity matrix on what was counted.
///
/// # Errors
/// When there is no guideline to run.
pub fn weigh_validity(draft: &Draft, known: &Guidelines) -> Result<ValidityAssessment, AssessmentError> {
    let guideline = guideline_of(draft, known)?;
    let caps = kind_caps(guideline);
    let curation = Curation {
        genetic: draft.sum(true, caps),
        experimental: draft.sum(false, caps),
        replicated: draft.is_replicated(),
        call: draft.expert_call().cloned(),
    };
    let validity = weigh(guideline, &curation).map_err(|error: ValidityError| error.to_string());
    let mut gaps = Vec::new();
    let mut gap = |field: &str, text: String| gaps.push(Gap { field: field.to_owned(), text });
    if !draft.condition().is_stated() {
        gap("condition", "no condition is stated: name the disease".to_owned());
    }
    match &validity {
        Err(why) => gap("call", why.clone()),
        Ok(validity) if validity.class.is_none() => gap("call", format!("{}: choose the class", validity.rule)),
        Ok(_) => {}
    }
    if draft.summary().trim().is_empty() {
        gap("summary", "the summary is empty: say what the weighing rests on".to_owned());
    }
    Ok(ValidityAssessment { validity, cuts: draft.cuts(caps), gaps })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

    use super::*;
    use crate::curation::{Act, Edit, Revision};
    use crate::guideline::gene_validity::ValidityClass;
    use crate::id::UserId;

    fn draft(changes: Vec<Change>) -> Draft {
        let edits = changes.into_iter().map(|change| Edit { base: 0, change }).collect();
        let by = UserId::from_random(1);
        Draft::replay(&[Revision { number: 1, by, at: jiff::Timestamp::UNIX_EPOCH, act: Act::Edit { edits } }])
    }

    fn points(kind: &str, points: &str) -> Change {
        Change::Validity { kind: kind.to_owned(), points: Some(points.parse().unwrap()), note: FreeText::default() }
    }

    #[test]
    fn sums_are_capped_and_experts_need_a_reason() {
        let guideline = || Change::Guideline { address: "gene-validity@sop-11".to_owned() };
        let base =
            || vec![guideline(), points("case_dominant", "10.5"), points("segregation", "3"), points("models", "4")];
        let known = Guidelines::default();
        let validity = weigh_validity(&draft(base()), &known).unwrap().validity.unwrap();
        assert_eq!((validity.genetic.to_string(), validity.total.to_string()), ("12".to_owned(), "16".to_owned()));
        assert_eq!(validity.class, Some(ValidityClass::Strong));
        let with =
            |change: Change| weigh_validity(&draft(base().into_iter().chain([change]).collect()), &known).unwrap();
        let replicated = with(Change::Replicated { replicated: true });
        assert_eq!(replicated.validity.unwrap().class, Some(ValidityClass::Definitive));
        let call = |rationale: &str| Change::ExpertCall {
            call: Some(ExpertCall { class: ValidityClass::Disputed, rationale: rationale.to_owned() }),
        };
        assert!(with(call("")).validity.unwrap_err().contains("rationale"));
        assert_eq!(with(call("the families do not hold")).validity.unwrap().class, Some(ValidityClass::Disputed));
        assert_eq!(with(call("")).gaps.len(), 3);
    }

    /// SOP 11, figures 6 and 8 with their notes.
    #[test]
    fn each_kind_counts_up_to_its_most() {
        let check = |given: &[(&str, &str)], genetic: &str, experimental: &str, cuts: usize| {
            let guideline = Change::Guideline { address: "gene-validity@sop-11".to_owned() };
            let rows = given.iter().map(|(kind, number)| points(kind, number));
            let found =
                weigh_validity(&draft(std::iter::once(guideline).chain(rows).collect()), &Guidelines::default());
            let found = found.unwrap();
            let validity = found.validity.unwrap();
            assert_eq!(
                (validity.genetic.to_string(), validity.experimental.to_string(), found.cuts.len()),
                (genetic.to_owned(), experimental.to_owned(), cuts),
                "{given:?}"
            );
        };
        check(&[("segregation", "5")], "3", "0", 1);
        check(&[("function", "3"), ("functional_alteration", "2.5")], "0", "4", 2);
        check(&[("models", "3"), ("rescue", "2")], "0", "4", 1);
        check(&[("function", "2"), ("functional_alteration", "2"), ("models", "4")], "0", "6", 0);
        check(
            &[("case_dominant", "4"), ("case_recessive", "3"), ("case_control", "2"), ("segregation", "3")],
            "12",
            "0",
            0,
        );
        check(&[("case_control", "13")], "12", "0", 1);
    }
}
