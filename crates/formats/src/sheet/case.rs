//! The case of a row: who was tested, without identity, and what was seen.

use cairn_core::case::{AffectedStatus, Case, Progress, Role, Sex, Zygosity};
use cairn_core::condition::Condition;
use cairn_core::curie::Curie;
use cairn_core::draft::{CaseDraft, ObservationDraft, VariantDraft};
use cairn_core::phenotype::PhenotypeFeature;
use cairn_core::problem::Severity;

use super::apply::{RowCells, word};
use super::field::Field;
use crate::age;
use crate::findings::{Findings, shown};
use crate::vocabulary::case;

/// Columns that describe a case.
pub const FIELDS: &[Field] = &[
    Field::CaseId,
    Field::FamilyId,
    Field::Zygosity,
    Field::AlleleFraction,
    Field::Sex,
    Field::Age,
    Field::Affected,
    Field::Proband,
    Field::HpoObserved,
    Field::HpoExcluded,
];

/// The case of a row that names one.
pub fn of_row(
    cells: &RowCells<'_>,
    variant: &VariantDraft,
    conditions: &[Condition],
    classification: Option<cairn_core::classification::Classification>,
    findings: &mut Findings,
) -> Option<CaseDraft> {
    let local_id = cells.get(Field::CaseId);
    if local_id.is_empty() {
        return None;
    }
    let affected = word(cells, Field::Affected, case::affected, AffectedStatus::Unknown, findings);
    let mut features = features(cells, Field::HpoObserved, false, findings);
    features.extend(self::features(cells, Field::HpoExcluded, true, findings));
    let draft = Case {
        local_id: local_id.to_owned(),
        sex: word(cells, Field::Sex, case::sex, Sex::Unknown, findings),
        age_band: age_band(cells, findings),
        affected,
        is_proband: word(cells, Field::Proband, case::proband, None, findings),
        family: Some(cells.get(Field::FamilyId)).filter(|family| !family.is_empty()).map(str::to_owned),
        progress: Progress::Unknown,
        features,
        conditions: conditions.iter().filter(|c| c.is_stated()).cloned().collect(),
    };
    let observation = ObservationDraft {
        variant: variant.clone(),
        zygosity: word(cells, Field::Zygosity, case::zygosity, Zygosity::Unknown, findings),
        fraction: fraction(cells, findings),
        origin: word(cells, Field::Origin, case::origin, cairn_core::case::AlleleOrigin::Unknown, findings),
        affected,
        phase: None,
        role: Role::Unknown,
        classification,
    };
    Some(CaseDraft { case: draft, observations: vec![observation], citations: Vec::new() })
}

/// Terms of a cell: `HP:0001250 Seizure; HP:0001263`, `Seizure (HP:0001250)`, `no HP:0001250`.
fn features(cells: &RowCells<'_>, field: Field, excluded: bool, findings: &mut Findings) -> Vec<PhenotypeFeature> {
    let mut features = Vec::new();
    for (heading, text) in cells.all(field) {
        for part in text.split([';', '|', '\n']).flat_map(split_at_terms) {
            match feature(&part, excluded) {
                Some(feature) => features.push(feature),
                None => {
                    let message = format!("{} has no HPO identifier; it was left out", shown(&part));
                    let remedy = "write the term as HP: and seven digits";
                    findings.add(Severity::Warning, "phenotype.not_hpo", heading, message, remedy);
                }
            }
        }
    }
    features
}

/// A part with several identifiers is several terms, parted by commas or blanks.
fn split_at_terms(part: &str) -> Vec<String> {
    let part = part.replace("HP_", "HP:");
    let parts: Vec<String> = match part.matches("HP:").count() {
        0 | 1 => vec![part],
        _ if part.contains(',') => part.split(',').map(str::to_owned).collect(),
        _ => part.split_whitespace().map(str::to_owned).collect(),
    };
    parts.into_iter().map(|p| p.trim().to_owned()).filter(|p| !p.is_empty()).collect()
}

fn feature(part: &str, excluded: bool) -> Option<PhenotypeFeature> {
    let at = part.find("HP:")?;
    let digits = part[at + 3..].bytes().take_while(u8::is_ascii_digit).count();
    let term = Curie::new("HP", &part[at + 3..at + 3 + digits]).ok().filter(|_| digits == 7)?;
    let before = part[..at].trim().trim_end_matches(['(', '[', '-', ':']).trim();
    let after = part[at + 3 + digits..].trim().trim_matches(['(', ')', '[', ']', '-', ':']).trim();
    let lower = before.to_ascii_lowercase();
    let denied = ["no", "not", "excluded", "absent", "!"].contains(&lower.as_str()) || lower.starts_with("no ");
    let label = if after.is_empty() && !denied { before } else { after };
    Some(PhenotypeFeature { term, label: label.to_owned(), excluded: excluded || denied, onset: None })
}

/// `45`, `45 y`, `P45Y`, `40-49`, `8 months` as a band of years.
fn age_band(cells: &RowCells<'_>, findings: &mut Findings) -> Option<String> {
    let text = cells.get(Field::Age).trim_start_matches(['P', '>', '~']);
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 || digits > 3 {
        if !matches!(text, "" | "unknown" | "na" | "NA" | "-" | "not provided") {
            let message = format!("{} is not an age", shown(text));
            findings.add(
                Severity::Warning,
                "case.bad_age",
                cells.heading(Field::Age),
                message,
                "write years, such as 45 or 40-49",
            );
        }
        return None;
    }
    let number: u32 = text[..digits].parse().ok()?;
    let unit = text[digits..].trim().to_ascii_lowercase();
    let is_under_a_year = ["m", "w", "d", "month", "week", "day"].iter().any(|u| unit.starts_with(u));
    let years = if is_under_a_year { 0 } else { number };
    if years > 130 {
        let message = format!("{} is not an age in years", shown(text));
        findings.add(
            Severity::Warning,
            "case.bad_age",
            cells.heading(Field::Age),
            message,
            "write the age, not the year of birth",
        );
        return None;
    }
    Some(age::band(years))
}

/// `0.35`, `35 %`.
fn fraction(cells: &RowCells<'_>, findings: &mut Findings) -> Option<f64> {
    let text = cells.get(Field::AlleleFraction);
    let plain = text.trim_end_matches('%').trim().replace(',', ".");
    let number = plain.parse::<f64>().ok().map(|n| if text.ends_with('%') { n / 100.0 } else { n });
    let share = number.filter(|n| (0.0..=1.0).contains(n));
    if share.is_none() && !text.is_empty() {
        let message = format!("{} is not a share between 0 and 1", shown(text));
        findings.add(
            Severity::Warning,
            "case.bad_fraction",
            cells.heading(Field::AlleleFraction),
            message,
            "write 0.35 or 35%",
        );
    }
    share
}
