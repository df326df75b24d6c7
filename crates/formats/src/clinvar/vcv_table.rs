//! Submissions taken out of VCV records as a table (`clinvar_vcv_submissions.tsv`), one row an SCV.

use cairn_core::draft::{RecordDraft, StatementDraft, VariantDraft};
use cairn_core::statement::Standing;

use super::{check_class, condition, date_of, keep_rest, laboratory};
use crate::findings::Findings;
use crate::statement::{body, express, given, record};
use crate::tsv::Tsv;

/// Whether a header line is this table's.
pub fn is_header(line: &str) -> bool {
    let has = |name: &str| line.split('\t').any(|n| n == name);
    has("vcv") && has("scv") && has("submitter") && has("classification")
}

/// Reads the table.
pub fn import(text: &str, findings: &mut Findings) -> Vec<RecordDraft> {
    let Some(table) = Tsv::open(text, is_header) else { return Vec::new() };
    let names = [
        "vcv",
        "variation_id",
        "gene",
        "name",
        "scv",
        "submitter",
        "org_id",
        "classification",
        "date_last_evaluated",
        "review_status",
        "assertion_method",
        "condition",
    ];
    let places = names.map(|name| table.column(name));
    let rows = table.rows().map(|row| {
        findings.at(row.number);
        let [vcv, variation, gene, name, scv, submitter, org, class, date, review, method, conditions] =
            places.map(|at| row.get(at));
        let mut variant = VariantDraft { gene: given(gene), ..VariantDraft::default() };
        variant.xrefs.push(format!("ClinVar:{variation}"));
        express(&mut variant, name, None, "name");
        express(&mut variant, vcv, None, "vcv");
        check_class(class, "classification", findings);
        let mut body = body(class);
        body.last_evaluated = date_of(date, "date_last_evaluated", findings);
        body.review_status = given(review);
        body.guideline = given(method);
        body.conditions = condition::submitted(conditions);
        keep_rest(&mut body.remarks, &table, &row, &places);
        let laboratory = laboratory(submitter).map(|mut l| {
            l.clinvar_org_id = org.parse().ok();
            l
        });
        let local_key = given(scv.split('.').next().unwrap_or(scv));
        record(
            row.number,
            StatementDraft {
                laboratory,
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
