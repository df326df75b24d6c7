//! `submission_summary.txt`: one row a submission (SCV), with laboratory, class, date, condition.

use cairn_core::draft::{RecordDraft, StatementDraft, VariantDraft};
use cairn_core::statement::Standing;

use super::{check_class, condition, date_of, keep_rest, laboratory};
use crate::findings::Findings;
use crate::statement::{body, body_of, express, given, record};
use crate::tsv::Tsv;
use crate::vocabulary::{case, classification, criteria};

/// Whether a header line is this table's.
pub fn is_header(line: &str) -> bool {
    line.starts_with("#VariationID\tClinicalSignificance\t") && line.contains("\tSCV\t")
}

/// Reads the table.
pub fn import(text: &str, findings: &mut Findings) -> Vec<RecordDraft> {
    let Some(table) = Tsv::open(text, is_header) else { return Vec::new() };
    let names = [
        "VariationID",
        "ClinicalSignificance",
        "DateLastEvaluated",
        "Description",
        "SubmittedPhenotypeInfo",
        "ReportedPhenotypeInfo",
        "ReviewStatus",
        "CollectionMethod",
        "OriginCounts",
        "Submitter",
        "SCV",
        "SubmittedGeneSymbol",
        "SomaticClinicalImpact",
        "Oncogenicity",
    ];
    let places = names.map(|name| table.column(name));
    let rows = table.rows().map(|row| {
        findings.at(row.number);
        let [
            variation,
            germline,
            date,
            description,
            submitted,
            reported,
            review,
            method,
            origins,
            submitter,
            scv,
            gene,
            impact,
            oncogenicity,
        ] = places.map(|at| row.get(at));
        let mut variant = VariantDraft { gene: given(gene), ..VariantDraft::default() };
        variant.xrefs.push(format!("ClinVar:{variation}"));
        if let Ok(number) = variation.parse::<u32>() {
            express(&mut variant, &format!("VCV{number:09}"), None, "VariationID");
        }
        let (class, column) = match (germline, oncogenicity, impact) {
            ("", "", impact) if !impact.is_empty() => (impact, "SomaticClinicalImpact"),
            ("", oncogenicity, _) if !oncogenicity.is_empty() => (oncogenicity, "Oncogenicity"),
            (germline, ..) => (germline, "ClinicalSignificance"),
        };
        let mut body = match (column, classification::read_oncogenicity(class)) {
            ("Oncogenicity", Some(class)) => body_of((class, None)),
            _ => {
                check_class(class, column, findings);
                body(class)
            }
        };
        body.last_evaluated = date_of(date, "DateLastEvaluated", findings);
        body.summary = description.into();
        body.criteria = criteria::in_prose(description);
        let reported = condition::reported(reported);
        body.conditions = if reported.is_empty() { condition::submitted(submitted) } else { reported };
        body.review_status = given(review);
        body.method = given(method);
        body.origin = origin_of(origins);
        let mut taken = places;
        // A single origin is in its field; several, and the phenotype as submitted, are kept as text.
        taken[8] = if origins.contains(';') { None } else { taken[8] };
        taken[4] = None;
        keep_rest(&mut body.remarks, &table, &row, &taken);
        let local_key = given(scv.split('.').next().unwrap_or(scv));
        record(
            row.number,
            StatementDraft {
                laboratory: laboratory(submitter),
                local_key,
                source_accession: given(scv),
                variant,
                standing: Standing::Current,
                body,
                case: None,
            },
        )
    });
    rows.collect()
}

/// `germline:na` or `germline:12;somatic:1`: the origin where there is one only.
fn origin_of(text: &str) -> cairn_core::case::AlleleOrigin {
    let mut origins = text.split(';').map(|part| part.split(':').next().unwrap_or_default());
    match (origins.next(), origins.next()) {
        (Some(only), None) => case::origin(only).unwrap_or(cairn_core::case::AlleleOrigin::Unknown),
        _ => cairn_core::case::AlleleOrigin::Unknown,
    }
}
