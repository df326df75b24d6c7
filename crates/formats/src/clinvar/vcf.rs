//! `clinvar.vcf`: ClinVar's aggregate classes at their positions.
//!
//! Since 2017 a row is one variation (`ID` is the VariationID) with its aggregate class. Before, a
//! row is a dbSNP record and its `CLN…` lists hold one entry an allele, and in it one part a
//! variant-condition record (RCV), with the class as a number.

use cairn_core::condition::Condition;
use cairn_core::curie::Curie;
use cairn_core::draft::{LaboratoryDraft, RecordDraft, StatementDraft, VariantDraft};
use cairn_core::problem::Severity;
use cairn_core::statement::Standing;

use super::{AGGREGATE, check_class, condition};
use crate::findings::{Findings, shown};
use crate::statement::{body_of, express, express_vcf, given, keep, record};
use crate::vcf::record::{self as vcf_record, Header, Record, unescaped};
use crate::vocabulary::{case, classification};

/// Entries of one row of the older files; the longest has under twenty.
const MAX_ENTRIES: usize = 1_000;

/// Whether a VCF text is ClinVar's own file and not one annotated with it: a source line, or the
/// clinical keys in the header, and no samples.
pub fn is_clinvar(text: &str) -> bool {
    let mut head = text.lines().take_while(|l| l.starts_with('#'));
    let mut has_class = false;
    let mut has_accession = false;
    head.any(|line| {
        has_class |= line.starts_with("##INFO=<ID=CLNSIG,");
        has_accession |= line.starts_with("##INFO=<ID=CLNACC,") || line.starts_with("##INFO=<ID=ALLELEID,");
        line.starts_with("#CHROM") && has_class && has_accession && !line.contains("\tFORMAT")
    })
}

/// Reads the file, old or new.
pub fn import(text: &str, findings: &mut Findings) -> (Vec<RecordDraft>, Header) {
    let mut records = Vec::new();
    let is_old = text.lines().take_while(|l| l.starts_with("##")).any(|l| l.starts_with("##INFO=<ID=CLNACC,"));
    let header = vcf_record::read(text, findings, |header, row, findings| match is_old {
        true => old(header, &row, findings, &mut records),
        false => new(header, &row, findings, &mut records),
    });
    (records, header)
}

fn aggregate(
    row: &Record<'_>,
    key: String,
    accession: Option<String>,
    variant: VariantDraft,
    body: cairn_core::statement::StatementBody,
) -> RecordDraft {
    let laboratory = Some(LaboratoryDraft { name: AGGREGATE.to_owned(), clinvar_org_id: None });
    record(
        row.line,
        StatementDraft {
            laboratory,
            local_key: Some(key),
            source_accession: accession,
            variant,
            standing: Standing::Current,
            body,
            case: None,
        },
    )
}

fn words(text: &str) -> String {
    unescaped(text).replace('_', " ")
}

/// INFO keys of one kind of classification.
struct Kind {
    class: &'static str,
    names: &'static str,
    ids: &'static str,
    review: &'static str,
    suffix: &'static str,
}

const KINDS: [Kind; 3] = [
    Kind { class: "CLNSIG", names: "CLNDN", ids: "CLNDISDB", review: "CLNREVSTAT", suffix: "" },
    Kind { class: "ONC", names: "ONCDN", ids: "ONCDISDB", review: "ONCREVSTAT", suffix: ":oncogenicity" },
    Kind { class: "SCI", names: "SCIDN", ids: "SCIDISDB", review: "SCIREVSTAT", suffix: ":clinical_impact" },
];

fn new(header: &Header, row: &Record<'_>, findings: &mut Findings, records: &mut Vec<RecordDraft>) {
    let mut variant = VariantDraft::default();
    let alternate = row.alternates.first().copied().unwrap_or_default();
    let position = row.position.to_string();
    express_vcf(
        &mut variant,
        [row.contig, &position, &row.reference, alternate],
        header.assembly.as_deref(),
        "CHROM POS REF ALT",
    );
    express(&mut variant, row.info("CLNHGVS").unwrap_or_default(), header.assembly.as_deref(), "CLNHGVS");
    variant.xrefs.push(format!("ClinVar:{}", row.id));
    variant.xrefs.extend(row.info("RS").into_iter().flat_map(|rs| rs.split([',', '|'])).map(|rs| format!("rs{rs}")));
    let genes: Vec<&str> = row.info("GENEINFO").unwrap_or_default().split('|').collect();
    variant.gene = if genes.len() == 1 { given(genes[0].split(':').next().unwrap_or_default()) } else { None };
    if variant.expressions.is_empty() {
        return findings.add(Severity::Error, "variant.no_expression", "ALT", "the row names no variant", "");
    }
    let mut found = false;
    for kind in &KINDS {
        let Some(class) = row.info(kind.class) else { continue };
        found = true;
        records.push(aggregate(
            row,
            format!("ClinVar:{}{}", row.id, kind.suffix),
            None,
            variant.clone(),
            new_body(row, kind, class, findings),
        ));
    }
    if !found {
        let message = "the row has no class of its own; it is part of a haplotype or genotype";
        findings.add(Severity::Note, "clinvar.no_submission", "CLNSIG", message, "");
    }
}

fn new_body(
    row: &Record<'_>,
    kind: &Kind,
    class: &str,
    findings: &mut Findings,
) -> cairn_core::statement::StatementBody {
    let text = words(class);
    let parts = || text.split(['/', '|']).map(str::trim);
    if !text.starts_with("Conflicting") {
        parts().for_each(|word| check_class(word, kind.class, findings));
    }
    let mut body = match (kind.class, classification::read_oncogenicity(&text)) {
        ("ONC", Some(class)) => body_of((class, None)),
        _ => body_of(classification::of_set(parts(), &text)),
    };
    body.conditions =
        condition::in_step(&words(row.info(kind.names).unwrap_or_default()), row.info(kind.ids).unwrap_or_default());
    body.review_status = row.info(kind.review).map(words);
    if let Some(origin) = row.info("ORIGIN").and_then(origin_of) {
        body.origin = origin;
    }
    let taken = ["CLNHGVS", "RS", "GENEINFO", kind.class, kind.names, kind.ids, kind.review];
    let is_other_kind =
        |key: &str| KINDS.iter().any(|k| k.class != kind.class && key.starts_with(k.class.trim_end_matches("SIG")));
    for (key, value) in row.infos().filter(|(key, _)| !taken.contains(key) && !is_other_kind(key)) {
        keep(&mut body.remarks, key, &words(value));
    }
    body
}

/// ClinVar's origins as one bit each; only a single bit is an origin.
fn origin_of(text: &str) -> Option<cairn_core::case::AlleleOrigin> {
    case::origin(match text.parse::<u32>().ok()? {
        1 => "germline",
        2 => "somatic",
        4 => "inherited",
        8 => "paternal",
        16 => "maternal",
        32 => "de novo",
        64 => "biparental",
        128 => "uniparental",
        _ => return None,
    })
}

/// The number of the older files as ClinVar's word.
fn word_of(code: &str) -> Option<&'static str> {
    Some(match code {
        "0" => "Uncertain significance",
        "1" => "not provided",
        "2" => "Benign",
        "3" => "Likely benign",
        "4" => "Likely pathogenic",
        "5" => "Pathogenic",
        "6" => "drug response",
        "7" => "histocompatibility",
        "255" => "other",
        _ => return None,
    })
}

/// Review status of the older files in the words of the time.
fn review_of(code: &str) -> String {
    match code {
        "mult" => "classified by multiple submitters",
        "single" => "classified by single submitter",
        "not" => "not classified by submitter",
        "exp" => "reviewed by expert panel",
        "prof" => "reviewed by professional society",
        other => return words(other),
    }
    .to_owned()
}

fn old(header: &Header, row: &Record<'_>, findings: &mut Findings, records: &mut Vec<RecordDraft>) {
    let list = |key: &str| row.info(key).unwrap_or_default().split(',').collect::<Vec<_>>();
    let alleles = list("CLNALLE");
    let [hgvs, classes, names, databases, ids, reviews, accessions] =
        ["CLNHGVS", "CLNSIG", "CLNDBN", "CLNDSDB", "CLNDSDBID", "CLNREVSTAT", "CLNACC"].map(list);
    for (at, index) in alleles.iter().take(MAX_ENTRIES).enumerate() {
        let part = |list: &Vec<&str>| {
            list.get(at).map_or_else(Vec::new, |entry| entry.split('|').map(str::to_owned).collect::<Vec<_>>())
        };
        let variant = old_variant(header, row, index, hgvs.get(at).copied().unwrap_or_default());
        if variant.expressions.is_empty() {
            findings.add(
                Severity::Warning,
                "variant.no_expression",
                "CLNHGVS",
                "a clinical entry names no allele of the row",
                "",
            );
            continue;
        }
        let (classes, names, databases, ids, reviews, accessions) =
            (part(&classes), part(&names), part(&databases), part(&ids), part(&reviews), part(&accessions));
        let get = |list: &[String], n: usize| list.get(n).cloned().unwrap_or_default();
        for n in 0..classes.len() {
            let code = get(&classes, n);
            let Some(word) = word_of(&code) else {
                let message = format!("{} is not a code of clinical significance", shown(&code));
                findings.add(
                    Severity::Warning,
                    "classification.unknown",
                    "CLNSIG",
                    message,
                    "see the header of the file",
                );
                continue;
            };
            let mut body = crate::statement::body(word);
            body.conditions = old_condition(&get(&names, n), &get(&databases, n), &get(&ids, n));
            body.review_status = given(&review_of(&get(&reviews, n)));
            let origin = row.info("CLNORIGIN").and_then(|o| o.split(',').nth(at)).and_then(origin_of);
            body.origin = origin.unwrap_or(body.origin);
            for key in ["CLNSRC", "CLNSRCID"] {
                keep(&mut body.remarks, key, unescaped(row.info(key).unwrap_or_default()).trim_matches('.'));
            }
            let accession = given(&get(&accessions, n)).filter(|a| a != ".");
            let key = accession
                .as_deref()
                .and_then(|a| a.split('.').next())
                .map_or_else(|| format!("{}:{at}:{n}", row.id), str::to_owned);
            // One RCV may hold several alleles (a haplotype): each row is told apart by its place.
            let key = format!("{key}:{}-{}-{}", row.contig, row.position, index);
            records.push(aggregate(row, key, accession, variant.clone(), body));
        }
    }
}

fn old_variant(header: &Header, row: &Record<'_>, index: &str, hgvs: &str) -> VariantDraft {
    let mut variant = VariantDraft::default();
    let allele = index.parse::<usize>().ok().filter(|n| *n > 0).and_then(|n| row.alternates.get(n - 1));
    if let Some(alternate) = allele {
        let position = row.position.to_string();
        express_vcf(
            &mut variant,
            [row.contig, &position, &row.reference, alternate],
            header.assembly.as_deref(),
            "CHROM POS REF ALT",
        );
    }
    express(&mut variant, &unescaped(hgvs), header.assembly.as_deref(), "CLNHGVS");
    variant.xrefs.extend(given(row.id));
    let genes = row.info("GENEINFO").unwrap_or_default();
    variant.gene = if genes.contains('|') { None } else { given(genes.split(':').next().unwrap_or_default()) };
    variant
}

/// `GeneReviews:MedGen:OMIM:Orphanet` with `NBK1247:C2675520:612555:ORPHA145`.
fn old_condition(name: &str, databases: &str, ids: &str) -> Vec<Condition> {
    let (databases, ids): (Vec<&str>, Vec<&str>) = (databases.split(':').collect(), ids.split(':').collect());
    let is_in_step = databases.len() == ids.len();
    let pairs = databases.iter().zip(&ids).filter(|_| is_in_step);
    let ids = pairs
        .filter(|(db, _)| **db != "." && **db != "GeneReviews")
        .filter_map(|(db, id)| Curie::new(db, id.trim_start_matches("ORPHA")).ok());
    let condition = Condition { name: words(name).trim_matches('.').to_owned(), ids: ids.collect() };
    let says = !condition.name.is_empty() || !condition.ids.is_empty();
    says.then_some(condition).into_iter().collect()
}
