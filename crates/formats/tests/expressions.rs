//! What importers put together is what the one door for variants reads.
#![expect(clippy::unwrap_used, reason = "a test that cannot read its own data should stop there")]

use std::collections::BTreeMap;
use std::path::Path;

use cairn_core::draft::{ContentDraft, VariantDraft};
use cairn_formats::open::open;
use cairn_variant::expression::Expression;

/// Expressions that are read, and that are not, by column.
type Counts = BTreeMap<String, (u32, u32)>;

/// Opens a file and counts, per column, expressions that are read and that are not.
fn count(path: &Path) -> Option<(Counts, Vec<String>)> {
    let Ok(file) = std::fs::File::open(path) else {
        println!("skipped: {} is absent", path.display());
        return None;
    };
    let parsed = open(file, path.to_str());
    let mut counts = Counts::new();
    let mut refused = Vec::new();
    let mut look = |variant: &VariantDraft| {
        for expression in &variant.expressions {
            let column = expression.column.split(|c: char| c.is_ascii_digit()).next().unwrap().trim().to_owned();
            let entry = counts.entry(column.clone()).or_default();
            match Expression::parse(&expression.text) {
                Ok(_) => entry.0 += 1,
                Err(error) => {
                    entry.1 += 1;
                    refused.push(format!("{column}: {} ({error})", expression.text));
                }
            }
        }
    };
    for record in &parsed.drafts.records {
        match &record.content {
            ContentDraft::Statement(statement) => look(&statement.variant),
            ContentDraft::Case(case) => case.observations.iter().for_each(|o| look(&o.variant)),
        }
    }
    Some((counts, refused))
}

/// At most this many expressions of each column of a file are not read.
fn check(name: &str, refused_at_most: &[(&str, u32)]) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let Some((counts, refused)) = count(&root.join(name)) else { return };
    println!("{name} {counts:?}");
    for (column, (_, count)) in counts {
        let most = refused_at_most.iter().find(|(name, _)| *name == column).map_or(0, |(_, most)| *most);
        let told: Vec<_> = refused.iter().filter(|line| line.starts_with(&column)).take(20).collect();
        assert!(count <= most, "{name} {column}: {count} not read, such as {told:#?}");
    }
}

#[test]
fn clinvars_tables() {
    check("testdata/clinvar/clinvar_GRCh37_2016-05-20.six_genes.tsv.gz", &[]);
    check("testdata/clinvar/clinvar_submissions_long.tsv.gz", &[]);
    // `GNAS, 4.7-KB DEL` names no place.
    check("testdata/clinvar/clinvar_vcv_submissions.tsv.gz", &[("name", 1)]);
}

#[test]
fn clinvars_vcf_of_2015() {
    // `g.32929072_32929090dup19` may mean a length or copies; the row's REF and ALT say which.
    check("testdata/clinvar/clinvar_official_format.GRCh37.2015-02.part.vcf.gz", &[("CLNHGVS", 2)]);
}

#[test]
fn submission_sheets() {
    check("testdata/submissions/enigma_clinvar_submission_2015-09_variant_sheet.tsv.gz", &[]);
    check("testdata/submissions/enigma_clinvar_submission_2016-05_variant_sheet.tsv.gz", &[]);
}

#[test]
fn published_packets() {
    check("testdata/phenopackets/lmna_nf1_fbn1_stxbp1.jsonl.gz", &[("label", 80)]);
    // Labels of structural variants are prose as often as notation.
    check("../shared/data/phenopackets/phenopackets.jsonl.gz", &[("label", 520), ("vcfRecord", 1)]);
}
