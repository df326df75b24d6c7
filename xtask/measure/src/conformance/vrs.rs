//! `vrs/`: canonical JSON, digests and identifiers of VRS 2 objects, and the identifiers of annotated VCF rows.

use std::path::Path;

use cairn_variant::{
    assembly::Assembly,
    contig::Contig,
    digest::sha512t24u,
    normalize::normalize,
    sequence::{MemorySequences, SequenceError},
    vcf::VcfAllele,
    vrs::{VrsObject, allele_of},
};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::SuiteReport;

#[derive(Deserialize)]
struct Case {
    #[serde(alias = "name")]
    id: Option<String>,
    r#in: Value,
    out: Map<String, Value>,
}

#[derive(Deserialize)]
struct Functions {
    sha512t24u: Vec<Function>,
}

#[derive(Deserialize)]
struct Function {
    r#in: Blob,
    out: String,
}

#[derive(Deserialize)]
struct Blob {
    blob: String,
}

pub(crate) fn run(folder: &Path, report: &mut SuiteReport) {
    for (name, text) in report.read_all(folder, "json") {
        match serde_json::from_str::<Value>(&text) {
            Ok(Value::Array(_)) => objects(folder, &name, &text, report),
            Ok(_) => functions(folder, &name, &text, report),
            Err(error) => report.unreadable(&folder.join(name), &error),
        }
    }
    for (name, text) in report.read_all(folder, "vcf") {
        annotated_vcf(&name, &text, report);
    }
}

/// Each key of `out` is a case.
fn objects(folder: &Path, name: &str, text: &str, report: &mut SuiteReport) {
    let cases: Vec<Case> = match serde_json::from_str(text) {
        Ok(cases) => cases,
        Err(error) => return report.unreadable(&folder.join(name), &error),
    };
    for (at, case) in cases.iter().enumerate() {
        let id = case.id.clone().unwrap_or_else(|| at.to_string());
        for (key, expected) in &case.out {
            let expected = expected.as_str().unwrap_or("none");
            report.check(format!("{name}:{id}:{key}"), expected, || answer(&case.r#in, key));
        }
    }
}

fn answer(object: &Value, key: &str) -> String {
    let object = match VrsObject::from_json(object) {
        Ok(object) => object,
        Err(error) => return error.to_string(),
    };
    let identified = |show: fn(cairn_variant::vrs::VrsId) -> String| match object.identify() {
        Ok(id) => id.map_or_else(|| "none".to_owned(), show),
        Err(error) => error.to_string(),
    };
    match key {
        "ga4gh_identify" => identified(|id| id.to_string()),
        "ga4gh_digest" => identified(|id| id.digest.to_string()),
        "ga4gh_serialize" => object.canonical_json().unwrap_or_else(|error| error.to_string()),
        "ga4gh_1_3_identify" => object.identify_1_3().unwrap_or_else(|| "none".to_owned()),
        "ga4gh_1_3_serialize" => object.canonical_json_1_3().unwrap_or_else(|| "none".to_owned()),
        other => format!("`{other}` is not a function of VRS"),
    }
}

fn functions(folder: &Path, name: &str, text: &str, report: &mut SuiteReport) {
    match serde_json::from_str::<Functions>(text) {
        Ok(functions) => functions.sha512t24u.iter().enumerate().for_each(|(at, case)| {
            let id = format!("{name}:sha512t24u-{at}");
            report.check(id, case.out.as_str(), || sha512t24u(case.r#in.blob.as_bytes()));
        }),
        Err(error) => report.unreadable(&folder.join(name), &error),
    }
}

/// `VRS_Allele_IDs` has one identifier for REF and one for each ALT; rows without it are input only.
fn annotated_vcf(name: &str, text: &str, report: &mut SuiteReport) {
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let columns: Vec<&str> = line.split('\t').collect();
        let [contig, position, _, reference, alternates, _, _, information, ..] = columns.as_slice() else {
            report.check(format!("{name}:{line}"), "eight columns", || columns.len().to_string());
            continue;
        };
        let ids = information.split(';').find_map(|item| item.strip_prefix("VRS_Allele_IDs="));
        let ids: Vec<&str> = ids.into_iter().flat_map(|ids| ids.split(',')).collect();
        let alternates: Vec<&str> = alternates.split(',').collect();
        let reference_first = (ids.len() > alternates.len()).then_some(*reference);
        let alleles = reference_first.into_iter().chain(alternates);
        for (allele, expected) in alleles.zip(ids).filter(|(_, expected)| !matches!(*expected, "" | ".")) {
            let id = format!("{name}:{contig}-{position}-{reference}-{allele}");
            match identify(contig, position, reference, allele) {
                Err(Unanswered::NotLoaded(_)) => {
                    let sequence = contig.parse::<Contig>().map(|contig| contig.on(Assembly::Grch38).refseq());
                    report.not_runnable(id, sequence.unwrap_or(contig));
                }
                got => report.check(id, expected, || got.unwrap_or_else(|error| format!("{error:?}"))),
            }
        }
    }
}

#[derive(Debug)]
#[expect(dead_code, reason = "what went wrong is shown with its Debug form")]
enum Unanswered {
    NotLoaded(SequenceError),
    Other(String),
}

fn identify(contig: &str, position: &str, reference: &str, allele: &str) -> Result<String, Unanswered> {
    let other = |error: &dyn std::fmt::Display| Unanswered::Other(error.to_string());
    let residues = |text: &str| text.parse().map_err(|error| other(&error));
    let contig: Contig = contig.parse().map_err(|error| other(&error))?;
    let position = position.parse().map_err(|error| other(&error))?;
    let allele = VcfAllele::new(contig, position, residues(reference)?, residues(allele)?);
    let change = allele.map_err(|error| other(&error))?.replacement(Assembly::Grch38);
    let nothing_loaded = MemorySequences::new();
    match normalize(&nothing_loaded, &change) {
        Ok(normalized) => allele_of(&normalized).identify().map(|id| id.to_string()).map_err(|error| other(&error)),
        Err(error) if error.is_remedied_by_loading() => Err(Unanswered::NotLoaded(error)),
        Err(error) => Err(other(&error)),
    }
}
