//! Several texts that mean one variant have one identity: the expressions of a phenopacket's variant, and the rows of
//! `hgvs/biocommons/clinvar`.
//!
//! Texts are compared on each assembly on which at least two of them have a final identity. A case where no two have
//! one is not runnable, and the sequence that is missing is named.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

use cairn_reference::identity::{Identity, Status};
use cairn_reference::{IdentifyOptions, Reference, identify};
use cairn_variant::assembly::Assembly;
use serde_json::Value;

use super::SuiteReport;

static REFERENCE: LazyLock<Reference> = LazyLock::new(Reference::bundled);

/// Runs `phenopackets/store`: `hgvs.c`, `hgvs.g`, `spdi` and the VCF record of each variant.
pub(crate) fn run_phenopackets(folder: &Path, report: &mut SuiteReport) {
    for (file, text) in report.read_all(&folder.join("store"), "json") {
        let Ok(packet) = serde_json::from_str::<Value>(&text) else { continue };
        let mut descriptors = Vec::new();
        find_descriptors(&packet, 0, &mut descriptors);
        for (number, descriptor) in descriptors.into_iter().enumerate() {
            let texts = texts_of(descriptor);
            if texts.len() > 1 {
                check(report, format!("store/{file}#{number}"), &texts);
            }
        }
    }
}

/// Runs `hgvs/biocommons/clinvar`: all nucleotide descriptions of a row.
pub(crate) fn run_clinvar(folder: &Path, report: &mut SuiteReport) {
    let Some(text) = report.read(&folder.join("biocommons/clinvar")) else { return };
    for line in text.lines().skip(1).filter(|line| !line.starts_with('#')) {
        let mut fields = line.split('\t');
        let (Some(gene), Some(variation), Some(descriptions)) = (fields.next(), fields.next(), fields.next()) else {
            continue;
        };
        let texts: Vec<_> = descriptions.split_ascii_whitespace().map(|text| (text.to_owned(), None)).collect();
        check(report, format!("biocommons/clinvar:{gene}:{variation}"), &texts);
    }
}

/// Every `variationDescriptor` of a packet, wherever it stands.
fn find_descriptors<'a>(value: &'a Value, depth: usize, found: &mut Vec<&'a Value>) {
    if depth > 16 {
        return;
    }
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| match name.as_str() {
            "variationDescriptor" => found.push(value),
            _ => find_descriptors(value, depth + 1, found),
        }),
        Value::Array(values) => values.iter().for_each(|value| find_descriptors(value, depth + 1, found)),
        _ => {}
    }
}

fn texts_of(descriptor: &Value) -> Vec<(String, Option<Assembly>)> {
    let expressions = descriptor["expressions"].as_array().into_iter().flatten();
    let nucleotide = expressions
        .filter(|e| matches!(e["syntax"].as_str(), Some("hgvs.c" | "hgvs.g" | "hgvs.n" | "hgvs.m" | "spdi")));
    let mut texts: Vec<_> = nucleotide.filter_map(|e| Some((e["value"].as_str()?.to_owned(), None))).collect();
    let vcf = &descriptor["vcfRecord"];
    let assembly = vcf["genomeAssembly"].as_str().and_then(|name| name.parse().ok());
    let position = vcf["pos"].as_u64().or_else(|| vcf["pos"].as_str()?.parse().ok());
    if let (Some(chrom), Some(position), Some(reference), Some(alternate)) =
        (vcf["chrom"].as_str(), position, vcf["ref"].as_str(), vcf["alt"].as_str())
    {
        texts.push((format!("{chrom}-{position}-{reference}-{alternate}"), assembly));
    }
    texts
}

fn check(report: &mut SuiteReport, id: String, texts: &[(String, Option<Assembly>)]) {
    let mut on: BTreeMap<Assembly, Vec<(&str, String)>> = BTreeMap::new();
    let mut missing = None;
    for (text, assembly) in texts {
        let options = IdentifyOptions { assembly: *assembly, without_transcripts: true, ..IdentifyOptions::default() };
        let identity = identify(text, &REFERENCE, options);
        if identity.status != Status::Resolved {
            missing = missing.or_else(|| Some(missing_sequence(text, &identity)));
            continue;
        }
        for (assembly, allele) in identity.alleles {
            on.entry(assembly).or_default().push((text, allele));
        }
    }
    let compared: Vec<_> = on.into_values().filter(|found| found.len() > 1).collect();
    if compared.is_empty() {
        let sequence = missing.unwrap_or_else(|| "an alignment or a liftover that joins its texts".to_owned());
        return report.not_runnable(id, sequence);
    }
    let differs = |found: &&Vec<(&str, String)>| found.iter().any(|(_, allele)| *allele != found[0].1);
    report.check(id, "one variant", || match compared.iter().find(differs) {
        None => "one variant".to_owned(),
        Some(found) => found.iter().map(|(text, allele)| format!("{text} {allele}")).collect::<Vec<_>>().join("; "),
    });
}

/// The sequence that a text counts on, for the list of what cannot be run.
fn missing_sequence(text: &str, identity: &Identity) -> String {
    let named = identity.warnings.iter().find_map(|warning| warning.remedy.as_deref()?.split(['(', ',']).nth(1));
    named.map_or_else(|| text.split(':').next().unwrap_or(text).to_owned(), str::to_owned)
}
