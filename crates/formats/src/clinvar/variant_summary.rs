//! `variant_summary.txt`: ClinVar's own summary, one row an allele and assembly.
//!
//! The rows of one allele stand together and become one aggregate statement that names the variant
//! on every assembly given.

use cairn_core::draft::{LaboratoryDraft, RecordDraft, StatementDraft, VariantDraft};
use cairn_core::statement::Standing;

use super::{AGGREGATE, check_class, condition, date_of, keep_rest};
use crate::assembly;
use crate::findings::Findings;
use crate::statement::{body_of, express, express_vcf, given, record};
use crate::tsv::{Row, Tsv};
use crate::vocabulary::{case, classification};

/// Whether a header line is this table's.
pub fn is_header(line: &str) -> bool {
    line.starts_with("#AlleleID\tType\tName\t") && line.contains("\tRCVaccession\t")
}

/// Reads the table.
pub fn import(text: &str, findings: &mut Findings) -> Vec<RecordDraft> {
    let Some(table) = Tsv::open(text, is_header) else { return Vec::new() };
    let allele = table.column("AlleleID");
    let mut records = Vec::new();
    let mut group: Vec<Row<'_>> = Vec::new();
    for row in table.rows() {
        if group.first().is_some_and(|first| first.get(allele) != row.get(allele)) {
            records.push(statement(&table, &group, findings));
            group.clear();
        }
        group.push(row);
    }
    if !group.is_empty() {
        records.push(statement(&table, &group, findings));
    }
    records
}

/// One statement of the rows of one allele; there is at least one.
fn statement(table: &Tsv<'_>, rows: &[Row<'_>], findings: &mut Findings) -> RecordDraft {
    let row = &rows[0];
    findings.at(row.number);
    let get = |name: &str| row.get(table.column(name));
    let mut variant = VariantDraft { gene: given(get("GeneSymbol")), ..VariantDraft::default() };
    let variation = get("VariationID");
    variant.xrefs.push(format!("ClinVar:{variation}"));
    if !matches!(get("RS# (dbSNP)"), "" | "-1") {
        variant.xrefs.push(format!("rs{}", get("RS# (dbSNP)")));
    }
    let site = ["Chromosome", "PositionVCF", "ReferenceAlleleVCF", "AlternateAlleleVCF"].map(|n| table.column(n));
    let build = table.column("Assembly");
    for row in rows {
        if let Some(assembly) = assembly::read(row.get(build)) {
            express_vcf(&mut variant, site.map(|at| row.get(at)), Some(&assembly), "PositionVCF");
        }
    }
    express(&mut variant, get("Name"), None, "Name");
    let classes = get("ClinicalSignificance");
    // `Pathogenic/Likely pathogenic` is a set of positions; words after a semicolon add to it.
    let words = || classes.split([';', '/', '|']).map(str::trim).filter(|w| !w.is_empty());
    if !classes.starts_with("Conflicting") {
        words().for_each(|word| check_class(word, "ClinicalSignificance", findings));
    }
    let mut body = body_of(classification::of_set(words(), classes));
    body.last_evaluated = date_of(get("LastEvaluated"), "LastEvaluated", findings);
    body.review_status = given(get("ReviewStatus"));
    body.conditions = condition::in_step(get("PhenotypeList"), get("PhenotypeIDS"));
    body.origin = case::origin(get("Origin")).unwrap_or(body.origin);
    let taken: Vec<Option<usize>> = [
        "GeneSymbol",
        "VariationID",
        "Assembly",
        "Chromosome",
        "PositionVCF",
        "ReferenceAlleleVCF",
        "AlternateAlleleVCF",
        "Name",
        "ClinicalSignificance",
        "LastEvaluated",
        "ReviewStatus",
        "PhenotypeList",
        "PhenotypeIDS",
        "ChromosomeAccession",
        "Start",
        "Stop",
        "ReferenceAllele",
        "AlternateAllele",
        "RS# (dbSNP)",
    ]
    .iter()
    .map(|n| table.column(n))
    .collect();
    keep_rest(&mut body.remarks, table, row, &taken);
    record(
        row.number,
        StatementDraft {
            laboratory: Some(LaboratoryDraft { name: AGGREGATE.to_owned(), clinvar_org_id: None }),
            local_key: Some(format!("ClinVar:{variation}:{}", get("AlleleID"))),
            source_accession: None,
            variant,
            standing: Standing::Current,
            body,
            case: None,
        },
    )
}
