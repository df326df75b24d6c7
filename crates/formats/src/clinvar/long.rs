//! One row a submission (`clinvar_submissions_long.tsv`): each row is its laboratory's statement.

use cairn_core::draft::{RecordDraft, StatementDraft, VariantDraft};
use cairn_core::statement::Standing;

use super::{check_class, date_of, keep_rest, laboratory};
use crate::findings::Findings;
use crate::statement::{body, express, express_vcf, given, record};
use crate::{assembly, tsv::Tsv};

/// Whether a header line is this table's.
pub fn is_header(line: &str) -> bool {
    line.starts_with("build\tchrom\tpos\tref\talt\t") && line.contains("\tsubmitter\tclassification\t")
}

/// Reads the table.
pub fn import(text: &str, findings: &mut Findings) -> Vec<RecordDraft> {
    let Some(table) = Tsv::open(text, is_header) else { return Vec::new() };
    let names = [
        "build",
        "chrom",
        "pos",
        "ref",
        "alt",
        "variation_id",
        "gene",
        "hgvs_c",
        "submitter",
        "classification",
        "date_last_evaluated",
    ];
    let places = names.map(|name| table.column(name));
    let mut seen = std::collections::HashMap::new();
    let rows = table.rows().map(|row| {
        findings.at(row.number);
        let [build, chrom, pos, reference, alternate, variation, gene, coding, submitter, class, date] =
            places.map(|at| row.get(at));
        let mut variant = VariantDraft { gene: given(gene), ..VariantDraft::default() };
        if !variation.is_empty() {
            variant.xrefs.push(format!("ClinVar:{variation}"));
        }
        let assembly = assembly::read(build);
        express_vcf(&mut variant, [chrom, pos, reference, alternate], assembly.as_deref(), "chrom pos ref alt");
        express(&mut variant, coding, None, "hgvs_c");
        check_class(class, "classification", findings);
        let mut body = body(class);
        body.last_evaluated = date_of(date, "date_last_evaluated", findings);
        keep_rest(&mut body.remarks, &table, &row, &places);
        // Two records of one laboratory on one allele are two statements: the second has its number.
        let key = format!("ClinVar:{variation}:{chrom}-{pos}-{reference}-{alternate}");
        let laboratory = laboratory(submitter);
        let name = laboratory.as_ref().map(|l| l.name.clone());
        let count = seen.entry((name, key.clone())).or_insert(0_u32);
        *count += 1;
        let local_key = if *count == 1 { key } else { format!("{key}:{count}") };
        record(
            row.number,
            StatementDraft {
                laboratory,
                local_key: Some(local_key),
                source_accession: None,
                variant,
                standing: Standing::Current,
                body,
                case: None,
            },
        )
    });
    rows.collect()
}
