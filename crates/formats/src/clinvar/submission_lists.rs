//! Submission-level lists of one allele (`clinvar_submission_lists_*.tsv`): accessions, laboratories,
//! classes, review statuses and dates, each as a list.
//!
//! Equal neighbours were merged in some lists. Only lists that have as many entries as there are
//! accessions can be joined; the rest is one statement of the archive with everything kept.

use cairn_core::change::SUBMITTERS;
use cairn_core::draft::{LaboratoryDraft, RecordDraft, StatementDraft, VariantDraft};
use cairn_core::problem::Severity;
use cairn_core::statement::Standing;

use super::{AGGREGATE, check_class, condition, date_of, keep_rest, laboratory};
use crate::assembly;
use crate::findings::Findings;
use crate::statement::{body, body_of, express, express_vcf, given, keep, record};
use crate::tsv::{Row, Tsv};
use crate::vocabulary::{case, classification};

const NAMES: [&str; 14] = [
    "build",
    "chrom",
    "pos",
    "ref",
    "alt",
    "variation_id",
    "symbol",
    "hgvs_c",
    "hgvs_p",
    "scv",
    "submitters_ordered",
    "clinical_significance_ordered",
    "review_status_ordered",
    "dates_ordered",
];

/// Submissions of one allele that are told apart; the most submitted allele has under 200.
const MAX_SUBMISSIONS: usize = 2_000;

/// Whether a header line is this table's.
pub fn is_header(line: &str) -> bool {
    line.contains("\tsubmitters_ordered\t") && line.contains("\tclinical_significance_ordered\t")
}

/// Reads the table.
pub fn import(text: &str, findings: &mut Findings) -> Vec<RecordDraft> {
    let Some(table) = Tsv::open(text, is_header) else { return Vec::new() };
    let places = NAMES.map(|name| table.column(name));
    let mut records = Vec::new();
    for row in table.rows() {
        findings.at(row.number);
        records.extend(statements(&table, &row, &places, findings));
    }
    records
}

fn statements(
    table: &Tsv<'_>,
    row: &Row<'_>,
    places: &[Option<usize>; 14],
    findings: &mut Findings,
) -> Vec<RecordDraft> {
    let cells = places.map(|at| row.get(at));
    let [_, chrom, pos, reference, alternate, variation, _, _, _, scvs, submitters, classes, reviews, dates] = cells;
    let variant = variant_of(&cells);
    let [scv_list, submitter_list, class_list, review_list, date_list] =
        [scvs, submitters, classes, reviews, dates].map(|text| text.split(';').map(str::trim).collect::<Vec<_>>());
    let traits = condition::named(row.get(table.column("all_traits")));
    let origins = row.get(table.column("origin"));
    let finish = |body: &mut cairn_core::statement::StatementBody| {
        body.conditions.clone_from(&traits);
        body.origin = case::origin(origins).unwrap_or(body.origin);
        let taken = [places.as_slice(), &[table.column("all_traits")]].concat();
        keep_rest(&mut body.remarks, table, row, &taken);
    };
    class_list.iter().for_each(|class| check_class(class, "clinical_significance_ordered", findings));
    let is_aligned = scv_list.len() <= MAX_SUBMISSIONS
        && submitter_list.len() == scv_list.len()
        && class_list.len() == scv_list.len();
    if !is_aligned {
        let message = format!(
            "{} submissions have {} laboratories and {} classes; the row is one aggregate statement",
            scv_list.len(),
            submitter_list.len(),
            class_list.len()
        );
        findings.add(Severity::Note, "clinvar.lists_not_aligned", "clinical_significance_ordered", message, "");
        let mut body = body_of(classification::of_set(class_list.iter().copied(), classes));
        for (name, text) in [(SUBMITTERS, submitters), ("scv", scvs), ("review status", reviews), ("dates", dates)] {
            keep(&mut body.remarks, name, text);
        }
        finish(&mut body);
        let local_key = Some(format!("ClinVar:{variation}:{chrom}-{pos}-{reference}-{alternate}"));
        let laboratory = Some(LaboratoryDraft { name: AGGREGATE.to_owned(), clinvar_org_id: None });
        return vec![record(
            row.number,
            StatementDraft {
                laboratory,
                local_key,
                source_accession: None,
                variant,
                standing: Standing::Current,
                body,
                case: None,
            },
        )];
    }
    let mut records = Vec::new();
    for (at, scv) in scv_list.iter().enumerate() {
        let mut body = body(class_list[at]);
        if review_list.len() == scv_list.len() {
            body.review_status = given(review_list[at]);
        }
        if date_list.len() == scv_list.len() {
            body.last_evaluated = date_of(date_list[at], "dates_ordered", findings);
        }
        finish(&mut body);
        records.push(record(
            row.number,
            StatementDraft {
                laboratory: laboratory(submitter_list[at]),
                local_key: given(scv),
                source_accession: given(scv),
                variant: variant.clone(),
                standing: Standing::Current,
                body,
                case: None,
            },
        ));
    }
    records
}

fn variant_of(cells: &[&str; 14]) -> VariantDraft {
    let [build, chrom, pos, reference, alternate, variation, gene, coding, protein, ..] = *cells;
    let mut variant = VariantDraft { gene: given(gene), ..VariantDraft::default() };
    variant.xrefs.push(format!("ClinVar:{variation}"));
    express_vcf(
        &mut variant,
        [chrom, pos, reference, alternate],
        assembly::read(build).as_deref(),
        "chrom pos ref alt",
    );
    express(&mut variant, coding, None, "hgvs_c");
    express(&mut variant, protein, None, "hgvs_p");
    variant
}
