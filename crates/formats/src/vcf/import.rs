//! A list of reported variants in VCF: cases from samples, statements from classified rows.
//!
//! A genome is not a list of reported variants: it is refused here and belongs to annotation.

use std::borrow::Cow;

use cairn_core::case::{AffectedStatus, AlleleOrigin, Case, Progress, Role, Sex, Zygosity};
use cairn_core::draft::{CaseDraft, ContentDraft, ObservationDraft, RecordDraft, StatementDraft, VariantDraft};
use cairn_core::problem::{Problem, Severity};
use cairn_core::statement::Standing;

use super::allele;
use super::record::{self, Header, Record, unescaped};
use crate::findings::Findings;
use crate::statement::{body, body_of, express, given, keep, record as record_of};
use crate::vocabulary::{case, classification};

/// Rows of a list of reported variants: the yearly output of a large laboratory stays far below.
const MAX_RECORDS: usize = 100_000;
/// Samples of one list: a plate has 384.
const MAX_SAMPLES: usize = 1_000;

/// INFO keys under which laboratories write their own class. `CLNSIG` in a file with samples is
/// ClinVar's word put there by an annotator, and no statement of the laboratory.
const CLASS_KEYS: &[&str] = &[
    "CLASSIFICATION",
    "CLASS",
    "ACMG",
    "ACMG_CLASS",
    "ACMG_CLASSIFICATION",
    "PATHOGENICITY",
    "SIGNIFICANCE",
    "CLINICAL_SIGNIFICANCE",
    "VARIANT_CLASSIFICATION",
];

/// Annotations that tools compute and that are computed again here.
const COMPUTED: &[&str] = &["CSQ", "ANN", "EFF", "BCSQ"];

/// What is counted while reading and said once at the end.
#[derive(Default)]
struct Counts {
    rows: usize,
    without_alternate: u64,
    filtered: u64,
    with_info: u64,
    unseen: u64,
}

/// Reads a file of reported variants.
pub fn import(text: &str, findings: &mut Findings) -> (Vec<RecordDraft>, Header) {
    let mut cases: Vec<CaseDraft> = Vec::new();
    let mut statements = Vec::new();
    let mut counts = Counts::default();
    let header = record::read(text, findings, |header, record, findings| {
        counts.rows += 1;
        if counts.rows > MAX_RECORDS {
            return;
        }
        if cases.is_empty() {
            cases.extend(header.samples.iter().take(MAX_SAMPLES).map(|name| empty_case(name)));
        }
        row(header, &record, &mut cases, &mut statements, &mut counts, findings);
    });
    findings.at_whole();
    if counts.rows > MAX_RECORDS {
        let message =
            format!("the file has {} records; a list of reported variants has at most {MAX_RECORDS}", counts.rows);
        findings.add(
            Severity::Error,
            "vcf.is_a_genome",
            "",
            message,
            "annotate it with `cairn annotate`, or add it with `cairn genome add`",
        );
        return (Vec::new(), header);
    }
    say_once(&header, &counts, findings);
    let cases = cases.into_iter().filter(|case| !case.observations.is_empty());
    let mut records: Vec<RecordDraft> = cases
        .map(|case| RecordDraft { row: header.line.max(1), content: ContentDraft::Case(Box::new(case)) })
        .collect();
    records.extend(statements);
    (records, header)
}

fn say_once(header: &Header, counts: &Counts, findings: &mut Findings) {
    if header.assembly.is_none() && counts.rows > 0 {
        let remedy = "add `##reference=GRCh38`, or choose the assembly at import";
        findings.add(
            Severity::Warning,
            "assembly.not_stated",
            "",
            "the header does not say on which assembly the positions are",
            remedy,
        );
    }
    if header.samples.len() > MAX_SAMPLES {
        let message = format!("the file has {} samples; the first {MAX_SAMPLES} were read", header.samples.len());
        findings.add(Severity::Warning, "vcf.too_many_samples", "", message, "split the file by samples");
    }
    let mut note = |problem: Problem, count: u64| {
        if count > 0 {
            findings.push(Problem { message: format!("{count} records {}", problem.message), ..problem });
        }
    };
    let what = "have no alternate allele and were left out";
    note(Problem::new(Severity::Note, "vcf.no_variant", what, ""), counts.without_alternate);
    let what = "have an allele that is in no sample, by genotype or by reads; it was left out";
    note(Problem::new(Severity::Note, "vcf.in_no_sample", what, ""), counts.unseen);
    let what = "did not pass a filter and were taken all the same";
    note(Problem::new(Severity::Note, "vcf.filtered", what, ""), counts.filtered);
    let what = "have INFO values that a case has no place for; they stay in the file as submitted";
    note(Problem::new(Severity::Note, "vcf.kept_in_file", what, ""), counts.with_info);
}

fn empty_case(name: &str) -> CaseDraft {
    let case = Case {
        local_id: name.to_owned(),
        sex: Sex::Unknown,
        age_band: None,
        affected: AffectedStatus::Unknown,
        is_proband: None,
        family: None,
        progress: Progress::Unknown,
        features: Vec::new(),
        conditions: Vec::new(),
    };
    CaseDraft { case, observations: Vec::new(), citations: Vec::new() }
}

fn row(
    header: &Header,
    record: &Record<'_>,
    cases: &mut [CaseDraft],
    statements: &mut Vec<RecordDraft>,
    counts: &mut Counts,
    findings: &mut Findings,
) {
    counts.without_alternate += u64::from(record.alternates.is_empty());
    counts.filtered += u64::from(!matches!(record.filter, "" | "PASS"));
    counts.with_info += u64::from(!cases.is_empty() && record.infos().next().is_some());
    let class = record.info_like(CLASS_KEYS);
    for at in 0..record.alternates.len() {
        if class.is_none()
            && record.alternates[at] == "<CNV>"
            && record.info("CN").is_none()
            && copies_by_sample(header, record, at, cases)
        {
            continue;
        }
        let Some(text) = allele::expression(record, at, findings) else { continue };
        let variant = variant_of(header, record, at, &text);
        let class_text = class.map(|(_, values)| class_of_allele(values, at, record.alternates.len()));
        let before: usize = cases.iter().map(|c| c.observations.len()).sum();
        for (index, case) in cases.iter_mut().enumerate() {
            case.observations.extend(observation(record, index, at, &variant, class_text.as_deref()));
        }
        let after: usize = cases.iter().map(|c| c.observations.len()).sum();
        counts.unseen += u64::from(!cases.is_empty() && after == before);
        // Rows that classify are statements; rows of a file without samples say at least "seen".
        if class.is_some() || cases.is_empty() {
            let key = class.map_or("", |(key, _)| key);
            statements.push(statement(record, variant, class_text.as_deref(), key, findings));
        }
    }
}

/// A `<CNV>` is another variant in each sample: so many copies as its `CN` says. Two copies by the
/// genotype of the reference are none. `false` if no sample has a copy number.
fn copies_by_sample(header: &Header, record: &Record<'_>, at: usize, cases: &mut [CaseDraft]) -> bool {
    let mut is_stated = false;
    for (index, case) in cases.iter_mut().enumerate() {
        let Some(text) = record.sample(index, "CN").and_then(|copies| allele::copies(record, at, copies)) else {
            continue;
        };
        is_stated = true;
        let is_reference = record.sample(index, "GT").is_some_and(|gt| gt.bytes().all(|b| b"0/|".contains(&b)));
        if is_reference || (record.sample(index, "GT").is_none() && text.ends_with(" x2")) {
            continue;
        }
        case.observations.push(ObservationDraft {
            variant: variant_of(header, record, at, &text),
            zygosity: Zygosity::Unknown,
            fraction: None,
            origin: AlleleOrigin::Unknown,
            affected: AffectedStatus::Unknown,
            phase: None,
            role: Role::Unknown,
            classification: None,
        });
    }
    is_stated
}

/// A list of as many classes as alleles is one an allele.
fn class_of_allele(values: &str, at: usize, alleles: usize) -> String {
    let parts: Vec<&str> = values.split(',').collect();
    let text = if alleles > 1 && parts.len() == alleles { parts[at] } else { values };
    unescaped(text).replace('_', " ")
}

fn variant_of(header: &Header, record: &Record<'_>, at: usize, text: &str) -> VariantDraft {
    let mut variant = VariantDraft::default();
    let column = match record.alternates.len() {
        1 => format!("line {}", record.line),
        _ => format!("line {}, ALT {}", record.line, at + 1),
    };
    express(&mut variant, text, header.assembly.as_deref(), &column);
    variant.xrefs.extend(record.id.split(';').filter(|id| !id.is_empty()).map(str::to_owned));
    variant.gene = record
        .info_like(&["GENE", "GENE_SYMBOL", "SYMBOL", "Gene.refGene"])
        .and_then(|(_, v)| given(v))
        .filter(|g| !g.contains(','));
    variant
}

fn observation(
    record: &Record<'_>,
    index: usize,
    at: usize,
    variant: &VariantDraft,
    class: Option<&str>,
) -> Option<ObservationDraft> {
    let genotype = record.sample(index, "GT");
    let zygosity = match genotype {
        Some(genotype) => case::of_genotype(genotype, at + 1)?,
        // Callers of somatic and structural variants give reads without a genotype.
        None => supported(record, index, at).then_some(Zygosity::Unknown)?,
    };
    let is_mitochondrial = matches!(record.contig, "M" | "MT" | "chrM" | "chrMT" | "NC_012920.1");
    let zygosity = match zygosity {
        Zygosity::Homozygous | Zygosity::Hemizygous if is_mitochondrial => Zygosity::Homoplasmic,
        Zygosity::Heterozygous if is_mitochondrial => Zygosity::Heteroplasmic,
        other => other,
    };
    Some(ObservationDraft {
        variant: variant.clone(),
        zygosity,
        fraction: is_mitochondrial.then(|| fraction(record, index, at)).flatten(),
        origin: if record.info("SOMATIC").is_some() { AlleleOrigin::Somatic } else { AlleleOrigin::Unknown },
        affected: AffectedStatus::Unknown,
        phase: genotype.and_then(|g| phase(record, index, g, at + 1)),
        role: Role::Unknown,
        classification: class.and_then(classification::read),
    })
}

/// Whether reads of a sample without genotype show the allele.
fn supported(record: &Record<'_>, index: usize, at: usize) -> bool {
    let counts = ["AD", "PR", "SR"].iter().filter_map(|key| record.sample(index, key));
    let mut seen = counts.filter_map(|list| list.split(',').nth(at + 1)?.parse::<u64>().ok());
    seen.any(|n| n > 0)
}

/// Share of the allele from `AF`, or from the reads in `AD`.
fn fraction(record: &Record<'_>, index: usize, at: usize) -> Option<f64> {
    if let Some(af) = record.sample(index, "AF").and_then(|list| list.split(',').nth(at)?.parse::<f64>().ok()) {
        return (0.0..=1.0).contains(&af).then_some(af);
    }
    let depths: Vec<f64> = record.sample(index, "AD")?.split(',').filter_map(|n| n.parse().ok()).collect();
    let total: f64 = depths.iter().sum();
    let share = depths.get(at + 1)? / total;
    (0.0..=1.0).contains(&share).then_some(share)
}

/// Phase set and haplotype of an allele in a phased genotype (`0|1` with its `PS`, or the contig).
fn phase(record: &Record<'_>, index: usize, genotype: &str, allele: usize) -> Option<String> {
    if genotype.contains('/') || !genotype.contains('|') {
        return None;
    }
    let mut haplotypes =
        genotype.trim_start_matches('|').split('|').enumerate().filter(|(_, a)| a.parse() == Ok(allele));
    let (haplotype, _) = haplotypes.next()?;
    // On both haplotypes it says nothing about its neighbours.
    haplotypes.next().is_none().then_some(())?;
    let set = record.sample(index, "PS").unwrap_or(record.contig);
    Some(format!("{}:{set}|{}", record.contig, haplotype + 1))
}

fn statement(
    record: &Record<'_>,
    variant: VariantDraft,
    class: Option<&str>,
    key: &str,
    findings: &mut Findings,
) -> RecordDraft {
    let mut body = match class {
        Some(class) => {
            crate::clinvar::check_class(class, key, findings);
            body(class)
        }
        None => body_of((cairn_core::classification::Classification::NotProvided, None)),
    };
    for (name, value) in record.infos().filter(|(name, _)| *name != key && !COMPUTED.contains(name)) {
        let value = if value.is_empty() { Cow::Borrowed("yes") } else { unescaped(value) };
        keep(&mut body.remarks, name, &value);
    }
    keep(&mut body.remarks, "FILTER", record.filter);
    record_of(
        record.line,
        StatementDraft {
            laboratory: None,
            local_key: None,
            source_accession: None,
            variant,
            standing: Standing::Current,
            body,
            case: None,
        },
    )
}
