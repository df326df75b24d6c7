//! What a draft says, as a statement.

use super::setting::CurationSetting;
use cairn_core::citation::{EvidenceItem, Quantity};
use cairn_core::condition::Inheritance;
use cairn_core::criterion::{Criterion, Outcome};
use cairn_core::curation::{Assessment, CriterionCall, Draft, Filling, Signature};
use cairn_core::date::PartialDate;
use cairn_core::draft::{StatementDraft, VariantDraft};
use cairn_core::guideline::{EvidenceLine, Guideline};
use cairn_core::statement::{Remark, Standing, StatementBody};
use cairn_formats::cairn_statement::sign_off;
use jiff::Timestamp;

use crate::lookup::variant::VariantView;

/// What a draft says, ready to be written to a file. `None` while it has no class.
pub(super) fn statement_of(
    draft: &Draft,
    assessment: &Assessment,
    guideline: &Guideline,
    setting: &CurationSetting,
    variant: VariantDraft,
) -> Option<StatementDraft> {
    let mut evidence: Vec<EvidenceItem> = draft.evidence().into_iter().map(|(_, item)| item.clone()).collect();
    let calls = in_order(draft, guideline);
    evidence.extend(calls.iter().filter_map(|(code, call)| stated_points(code, *call)));
    let signed = draft.signatures.last().map(|signature| signature.at);
    let condition = draft.condition();
    let body = StatementBody {
        classification: assessment.class?,
        classification_text: None,
        conditions: if condition.is_stated() { vec![condition] } else { Vec::new() },
        inheritance: draft.inheritance(),
        origin: draft.origin(),
        guideline: Some(guideline.address()),
        criteria: calls.iter().map(|(code, call)| criterion(code, *call)).collect(),
        evidence,
        citations: Vec::new(),
        summary: draft.summary().into(),
        last_evaluated: draft.evaluated().or_else(|| day(signed?)),
        review_status: None,
        method: Some(setting.method.trim().to_owned()).filter(|method| !method.is_empty()),
        remarks: remarks(draft, assessment),
    };
    Some(StatementDraft {
        laboratory: None,
        local_key: None,
        source_accession: None,
        variant,
        standing: Standing::Current,
        body,
        case: None,
    })
}

/// Criteria that were looked at, in the guideline's order, each application once.
fn in_order(draft: &Draft, guideline: &Guideline) -> Vec<(String, CriterionCall)> {
    let place = |code: &str| guideline.criteria.iter().position(|c| c.code == code).unwrap_or(usize::MAX);
    let mut calls: Vec<(&str, u8, CriterionCall)> = draft.calls().collect();
    calls.sort_by_key(|(code, application, _)| (place(code), *application));
    calls.into_iter().map(|(code, _, call)| (code.to_owned(), call)).collect()
}

fn criterion(code: &str, call: CriterionCall) -> Criterion {
    let EvidenceLine { criterion, .. } = call.line(code);
    criterion
}

/// Points that a person stated: a criterion of a statement has none, so they stand as evidence.
fn stated_points(code: &str, call: CriterionCall) -> Option<EvidenceItem> {
    let points = call.points.filter(|_| call.outcome == Outcome::Met)?;
    Some(EvidenceItem {
        criterion: Some(code.to_owned()),
        text: "points given".into(),
        quantity: Some(Quantity { value: points.to_string(), unit: "points".to_owned() }),
        citations: Vec::new(),
    })
}

/// The rule, what was computed where the class is another, answers to questions, signatures.
fn remarks(draft: &Draft, assessment: &Assessment) -> Vec<Remark> {
    let remark = |name: &str, value: String| Remark { name: name.to_owned(), value: value.into() };
    let decision = &assessment.explanation.decision;
    let rule = &decision.rule;
    let mut remarks = vec![remark("rule", format!("{}: {}", rule.id, rule.text))];
    if let Some(reason) = &assessment.reason {
        let computed = decision.class.map_or("none", |class| class.label());
        remarks.push(remark("computed class", computed.to_owned()));
        remarks.push(remark("reason for another class", reason.clone()));
    }
    remarks.extend(draft.answers().iter().map(|(question, answer)| remark(question, answer.clone())));
    remarks.extend(draft.signatures.iter().map(|Signature { part, role, at, .. }| {
        sign_off(part.label(), role.label(), &at.strftime("%Y-%m-%d").to_string())
    }));
    remarks
}

/// The day of a moment, UTC.
pub(super) fn day(moment: Timestamp) -> Option<PartialDate> {
    moment.strftime("%Y-%m-%d").to_string().parse().ok()
}

/// What a template of the summary may speak of.
pub(super) fn filling(
    draft: &Draft,
    assessment: Option<&Assessment>,
    variant: &VariantView,
    laboratory: &str,
    now: Timestamp,
) -> Filling {
    let with_outcome = |outcome: Outcome| -> String {
        let calls = draft.calls().filter(|(_, _, call)| call.outcome == outcome);
        let words = calls.map(|(code, _, call)| match (call.strength, call.points) {
            (Some(strength), _) => format!("{code} ({})", strength.label()),
            (None, Some(points)) => format!("{code} ({points})"),
            (None, None) => code.to_owned(),
        });
        words.collect::<Vec<_>>().join(", ")
    };
    let none = |text: String| if text.is_empty() { "none".to_owned() } else { text };
    let evidence: Vec<String> = draft.evidence().iter().map(|(_, item)| item.to_string()).collect();
    let rule = assessment.map(|assessment| &assessment.explanation.decision.rule);
    Filling::default()
        .with("variant", variant.hgvs_c.clone().unwrap_or_else(|| variant.label.clone()))
        .with("gene", variant.genes.join(", "))
        .with("protein", variant.hgvs_p.clone().unwrap_or_default())
        .with("condition", super::condition_words(draft))
        .with("inheritance", draft.inheritance().map_or("", Inheritance::label))
        .with("class", assessment.and_then(|assessment| assessment.class).map_or("", |class| class.label()))
        .with("rule", rule.map_or_else(String::new, |rule| rule.id.clone()))
        .with("criteria", none(with_outcome(Outcome::Met)))
        .with("not_met", none(with_outcome(Outcome::NotMet)))
        .with("evidence", none(evidence.join("\n")))
        .with("guideline", draft.guideline().unwrap_or_default())
        .with("laboratory", laboratory)
        .with("date", now.strftime("%Y-%m-%d").to_string())
}
