//! Snapshots of all of ClinVar as one row an allele (`clinvar_GRCh37_*.tsv`): classes of all
//! laboratories as a set that is **not** aligned with the list of laboratories.
//!
//! Every row is one statement of the archive about one allele, with all laboratories named and the
//! set of classes kept. It is no laboratory's own statement, not even where one laboratory and one
//! class are named: a later snapshot names two laboratories, and nobody could say whose class is
//! whose. The record's key is the allele's place, so that snapshots of several dates are versions of
//! one summary; the archive's own number of an allele changes at times.

use cairn_core::change::SUBMITTERS;
use cairn_core::draft::{LaboratoryDraft, RecordDraft, StatementDraft, VariantDraft};
use cairn_core::problem::Severity;
use cairn_core::statement::Standing;

use super::{AGGREGATE, check_class, condition, keep_rest};
use crate::findings::Findings;
use crate::statement::{body_of, express, express_vcf, given, keep, record};
use crate::tsv::{Row, Tsv};
use crate::vocabulary::classification;
use crate::{assembly, citations};

/// Places of the columns.
struct Columns {
    site: [Option<usize>; 4],
    mutant: Option<usize>,
    variation: Option<usize>,
    gene: Option<usize>,
    class: Option<usize>,
    review: Option<usize>,
    coding: Option<usize>,
    protein: Option<usize>,
    submitters: Option<usize>,
    traits: Option<usize>,
    pmids: Option<usize>,
    /// Columns that have a field; the rest are remarks.
    taken: Vec<Option<usize>>,
}

const TAKEN: &[&str] = &[
    "chrom",
    "pos",
    "ref",
    "alt",
    "measureset_id",
    "variation_id",
    "symbol",
    "clinical_significance",
    "review_status",
    "hgvs_c",
    "hgvs_p",
    "all_submitters",
    "all_traits",
    "all_pmids",
];

/// Whether a header line is this table's.
pub fn is_header(line: &str) -> bool {
    line.starts_with("chrom\tpos\tref\talt\t") && line.contains("\tall_submitters\t")
}

/// Reads a snapshot; the assembly stands in the file's name.
pub fn import(text: &str, name: Option<&str>, findings: &mut Findings) -> Vec<RecordDraft> {
    let Some(table) = Tsv::open(text, is_header) else { return Vec::new() };
    let assembly = name.and_then(assembly::within);
    if assembly.is_none() {
        let remedy = "name the file `clinvar_GRCh37_DATE.tsv`";
        let message = "the assembly stands neither in the table nor in the file's name; positions are not used";
        findings.add(Severity::Warning, "assembly.not_stated", "chrom", message, remedy);
    }
    let columns = Columns {
        site: ["chrom", "pos", "ref", "alt"].map(|n| table.column(n)),
        mutant: table.column("mut"),
        variation: table.column("measureset_id").or(table.column("variation_id")),
        gene: table.column("symbol"),
        class: table.column("clinical_significance"),
        review: table.column("review_status"),
        coding: table.column("hgvs_c"),
        protein: table.column("hgvs_p"),
        submitters: table.column("all_submitters"),
        traits: table.column("all_traits"),
        pmids: table.column("all_pmids"),
        taken: TAKEN.iter().map(|name| table.column(name)).collect(),
    };
    let statements = table.rows().filter_map(|row| {
        findings.at(row.number);
        statement(&table, &row, &columns, assembly.as_deref(), findings)
    });
    statements.collect()
}

fn statement(
    table: &Tsv<'_>,
    row: &Row<'_>,
    columns: &Columns,
    assembly: Option<&str>,
    findings: &mut Findings,
) -> Option<RecordDraft> {
    let class_text = row.get(columns.class);
    let words = || class_text.split(';').map(str::trim).filter(|w| !w.is_empty());
    words().for_each(|word| check_class(word, "clinical_significance", findings));
    let mut body = body_of(classification::of_set(words(), class_text));
    body.conditions = condition::named(row.get(columns.traits));
    body.review_status = given(row.get(columns.review));
    body.citations = citations::read_list(row.get(columns.pmids));
    let submitters: Vec<&str> =
        row.get(columns.submitters).split(';').map(str::trim).filter(|s| !s.is_empty()).collect();
    keep(&mut body.remarks, SUBMITTERS, &submitters.join("; "));
    let site = columns.site.map(|at| row.get(at));
    let variant = variant(row, columns, site, assembly, findings)?;
    keep_rest(&mut body.remarks, table, row, &columns.taken);
    let place = assembly.unwrap_or("no assembly");
    Some(record(
        row.number,
        StatementDraft {
            laboratory: Some(LaboratoryDraft { name: AGGREGATE.to_owned(), clinvar_org_id: None }),
            local_key: Some(format!("ClinVar:{place}:{}", site.join("-"))),
            source_accession: None,
            variant,
            standing: Standing::Current,
            body,
            case: None,
        },
    ))
}

fn variant(
    row: &Row<'_>,
    columns: &Columns,
    site: [&str; 4],
    assembly: Option<&str>,
    findings: &mut Findings,
) -> Option<VariantDraft> {
    let mut variant = VariantDraft { gene: given(row.get(columns.gene)), ..VariantDraft::default() };
    let variation = row.get(columns.variation);
    if !variation.is_empty() {
        variant.xrefs.push(format!("ClinVar:{variation}"));
    }
    // Where the reference base is the allele that was classified, REF and ALT name another change.
    match row.get(columns.mutant) {
        "REF" => {
            let message = "the classified allele is the reference base; REF and ALT are not used as the variant";
            findings.add(Severity::Note, "variant.reference_allele", "mut", message, "");
        }
        _ if assembly.is_some() => express_vcf(&mut variant, site, assembly, "chrom pos ref alt"),
        _ => {}
    }
    express(&mut variant, row.get(columns.coding), None, "hgvs_c");
    express(&mut variant, row.get(columns.protein), None, "hgvs_p");
    if variant.expressions.is_empty() {
        let remedy = "give chrom, pos, ref and alt, or hgvs_c";
        findings.add(Severity::Error, "variant.no_expression", "hgvs_c", "the row names no variant", remedy);
        return None;
    }
    Some(variant)
}
