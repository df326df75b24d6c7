//! Whether a purpose lies within the conditions of a consent.
//!
//! Permissions follow the rules of DUOS, version 4 (`DataUseMatchCasesV4` of
//! DataBiosphere/consent-ontology): research on a disease is within general and health research and
//! within the same disease or one above it; methods are within every permission but that for another
//! disease; ancestry is within general research and ancestry alone. Modifiers follow their definitions
//! in the ontology. What the conditions do not settle is referred to a person.

use super::purpose::{DiseaseTree, PurposeKind, RequestPurpose};
use super::{Condition, term};
use crate::discordance::words;
use serde::{Deserialize, Serialize};

words! {
    /// The answer.
    Outcome {
        /// Allowed, with the obligations named.
        Permit = "permit", "allowed";
        /// A person has to decide.
        Refer = "refer", "referred to a person";
        /// Not allowed.
        Deny = "deny", "not allowed";
    }
}

/// The answer with its reasons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Match {
    /// The answer.
    pub outcome: Outcome,
    /// Why not, or why a person has to decide; empty for a permit.
    pub reasons: Vec<String>,
    /// Codes of what the user takes on, such as `IRB`; empty unless permitted.
    pub obligations: Vec<String>,
}

/// Kinds of research that a consent for research is taken to speak of only after a person has looked.
const SENSITIVE: [PurposeKind; 5] = [
    PurposeKind::Controls,
    PurposeKind::Gender,
    PurposeKind::Paediatric,
    PurposeKind::Vulnerable,
    PurposeKind::Stigmatising,
];

/// Whether a purpose lies within the conditions.
pub fn match_use(conditions: &[Condition], purpose: &RequestPurpose, diseases: &dyn DiseaseTree) -> Match {
    let mut found = vec![within_permission(conditions, purpose, diseases)];
    found.extend(conditions.iter().filter(|c| !c.is_permission()).map(|c| by_modifier(c, purpose)));
    let outcome = found.iter().map(|one| one.0).max().unwrap_or(Outcome::Deny);
    let mut reasons: Vec<String> = found.into_iter().filter(|one| one.0 == outcome).filter_map(|one| one.1).collect();
    let mut obligations: Vec<String> = match outcome {
        Outcome::Permit => std::mem::take(&mut reasons),
        _ => Vec::new(),
    };
    obligations.sort();
    obligations.dedup();
    Match { outcome, reasons, obligations }
}

/// One condition's answer: of a permit the obligation if there is one, else the reason.
type Answer = (Outcome, Option<String>);

const PERMIT: Answer = (Outcome::Permit, None);

fn deny(reason: impl Into<String>) -> Answer {
    (Outcome::Deny, Some(reason.into()))
}

fn refer(reason: impl Into<String>) -> Answer {
    (Outcome::Refer, Some(reason.into()))
}

fn within_permission(conditions: &[Condition], purpose: &RequestPurpose, diseases: &dyn DiseaseTree) -> Answer {
    let permissions: Vec<&Condition> = conditions.iter().filter(|condition| condition.is_permission()).collect();
    let for_care = conditions.iter().any(|condition| condition.code == "CC");
    match (purpose.kind, permissions.as_slice()) {
        (PurposeKind::Operation, _) => deny("operation of the node is no use of data"),
        (PurposeKind::ClinicalCare, _) if for_care => PERMIT,
        (_, []) => deny("the consent names no permitted use"),
        (_, [one]) => by_permission(one, purpose, diseases),
        (_, several) => several_diseases(several, purpose, diseases),
    }
}

/// Several `DS` are read as several diseases; any other combination says two things at once.
fn several_diseases(several: &[&Condition], purpose: &RequestPurpose, diseases: &dyn DiseaseTree) -> Answer {
    if several.iter().any(|condition| condition.code != "DS") {
        return refer("the consent names several permissions");
    }
    let answers = several.iter().map(|one| by_permission(one, purpose, diseases));
    answers.min_by_key(|answer| answer.0).unwrap_or(PERMIT)
}

fn by_permission(permission: &Condition, purpose: &RequestPurpose, diseases: &dyn DiseaseTree) -> Answer {
    use PurposeKind::{Ancestry, ClinicalCare, Disease, General, Health, Methods};
    let code = permission.code.as_str();
    let outside = || deny(format!("{} is not within {}", purpose.kind.label(), permission.label()));
    match (code, purpose.kind) {
        ("NRES", _) => PERMIT,
        (_, ClinicalCare) => refer("the consent speaks of research; clinical care is not named in it"),
        (_, kind) if SENSITIVE.contains(&kind) => refer(format!("{} needs a person's judgement", kind.label())),
        ("GRU", General | Health | Disease | Methods | Ancestry) => PERMIT,
        ("HMB", Health | Disease | Methods) => PERMIT,
        ("POA", Ancestry | Methods) => PERMIT,
        ("DS", Disease | Methods) => by_disease(permission, purpose, diseases, outside()),
        _ => outside(),
    }
}

fn by_disease(permission: &Condition, purpose: &RequestPurpose, diseases: &dyn DiseaseTree, no: Answer) -> Answer {
    let Some(above) = permission.value.as_deref() else { return refer("the consent does not name its disease") };
    let Some(disease) = purpose.disease.as_deref() else {
        return if purpose.kind == PurposeKind::Methods { no } else { refer("the request does not name its disease") };
    };
    match diseases.is_within(disease, above) {
        Some(true) => PERMIT,
        Some(false) => no,
        None => refer(format!("how {disease} is related to {above} is not known here")),
    }
}

fn by_modifier(condition: &Condition, purpose: &RequestPurpose) -> Answer {
    let code = condition.code.as_str();
    let label = condition.label();
    let must = |said: Option<bool>, wanted: bool| match said {
        Some(said) if said == wanted => PERMIT,
        Some(_) => deny(label.clone()),
        None => refer(format!("{label}: the request does not say")),
    };
    match code {
        "NPU" => must(purpose.not_for_profit, true),
        "NCU" => must(purpose.commercial, false),
        "NPUNCU" => [must(purpose.not_for_profit, true), must(purpose.commercial, false)]
            .into_iter()
            .max_by_key(|answer| answer.0)
            .unwrap_or(PERMIT),
        "GSO" => must(purpose.genetic, true),
        "US" => must(purpose.approved_user, true),
        "NMDS" if purpose.kind == PurposeKind::Methods => deny(label),
        "NPOA" if purpose.kind == PurposeKind::Ancestry => deny(label),
        "NMDS" | "NPOA" | "CC" => PERMIT,
        "GS" => must(purpose.country.as_ref().map(|c| condition.value.as_ref() == Some(c)), true),
        "IRB" | "COL" | "PUB" | "RTN" | "MOR" | "TS" => (Outcome::Permit, Some(code.to_owned())),
        "RS" | "PS" | "IS" => refer(label),
        _ if term(code).is_none() => deny(format!("the consent has the unknown code `{code}`")),
        _ => refer(label),
    }
}

#[cfg(test)]
mod tests {
    use super::super::purpose::NoTree;
    use super::*;

    fn check(codes: &[&str], purpose: RequestPurpose, expected: Outcome, obligations: &[&str]) {
        let conditions: Vec<_> =
            codes.iter().map(|code| Condition::read(code).unwrap_or(Condition::of(code))).collect();
        let found = match_use(&conditions, &purpose, &NoTree);
        assert_eq!((found.outcome, found.obligations), (expected, obligations.iter().map(|o| (*o).into()).collect()));
        assert_eq!(found.reasons.is_empty(), expected == Outcome::Permit);
    }

    fn disease(id: &str) -> RequestPurpose {
        RequestPurpose { disease: Some(id.to_owned()), ..RequestPurpose::of(PurposeKind::Disease) }
    }

    #[test]
    fn care_needs_to_be_named() {
        check(&["HMB", "CC"], RequestPurpose::clinical_care(), Outcome::Permit, &[]);
        check(&["CC"], RequestPurpose::clinical_care(), Outcome::Permit, &[]);
        check(&["NRES"], RequestPurpose::clinical_care(), Outcome::Permit, &[]);
        check(&["HMB"], RequestPurpose::clinical_care(), Outcome::Refer, &[]);
        check(&["CC"], RequestPurpose::of(PurposeKind::Health), Outcome::Deny, &[]);
    }

    #[test]
    fn what_is_not_said_goes_to_a_person() {
        check(&["GRU", "NPU"], RequestPurpose::of(PurposeKind::General), Outcome::Refer, &[]);
        check(&["DS=MONDO:0005027"], disease("MONDO:0005027"), Outcome::Permit, &[]);
        check(&["DS=MONDO:0005027"], disease("MONDO:0004995"), Outcome::Refer, &[]);
        check(&["GRU", "HMB"], RequestPurpose::of(PurposeKind::Health), Outcome::Refer, &[]);
        check(&["GRU"], RequestPurpose::of(PurposeKind::Paediatric), Outcome::Refer, &[]);
        check(&["GRU", "PS"], RequestPurpose::of(PurposeKind::General), Outcome::Refer, &[]);
    }

    #[test]
    fn unknown_codes_and_no_permission_deny() {
        check(&["GRU", "XYZ"], RequestPurpose::of(PurposeKind::General), Outcome::Deny, &[]);
        check(&[], RequestPurpose::of(PurposeKind::General), Outcome::Deny, &[]);
        check(&["NRES"], RequestPurpose::of(PurposeKind::Operation), Outcome::Deny, &[]);
    }

    #[test]
    fn obligations_come_with_a_permit_only() {
        check(&["GRU", "PUB", "IRB"], RequestPurpose::of(PurposeKind::General), Outcome::Permit, &["IRB", "PUB"]);
        check(&["POA", "IRB"], RequestPurpose::of(PurposeKind::General), Outcome::Deny, &[]);
    }
}
