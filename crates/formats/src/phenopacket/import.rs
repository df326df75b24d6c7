//! Packets to drafts of cases.

use cairn_core::case::{AffectedStatus, AlleleOrigin, Case, Progress, Role, Sex, Zygosity};
use cairn_core::citation::Citation;
use cairn_core::classification::Classification;
use cairn_core::condition::Condition;
use cairn_core::curie::Curie;
use cairn_core::draft::{CaseDraft, ContentDraft, ObservationDraft, RecordDraft};
use cairn_core::phenotype::PhenotypeFeature;
use cairn_core::problem::Severity;
use serde_json::Value;

use super::clinical::{OntologyClass, TimeElement};
use super::genomic::{AcmgClass, GenomicInterpretation, InterpretationStatus, ProgressStatus};
use super::json;
use super::packet::{Phenopacket, Sex as PacketSex};
use super::variant;
use crate::citations;
use crate::findings::{Findings, shown};

/// Packets of one input: a hospital's whole archive, and room to spare.
const MAX_PACKETS: usize = 1_000_000;

/// So many conditions of a packet are searched for repeats; real packets have under ten.
const SEARCHED: usize = 1_000;

/// Whether a JSON value is a packet, family or cohort (and not, say, a FHIR resource).
pub fn looks_like_packet(value: &Value) -> bool {
    let has = |names: &[&str]| names.iter().any(|n| value.get(n).is_some());
    let inside = value.get("phenopacket").is_some_and(Value::is_object);
    let known = ["phenotypicFeatures", "phenotypic_features", "metaData", "meta_data", "proband", "members"];
    value.is_object() && value.get("resourceType").is_none() && (inside || has(&known))
}

/// Reads a text that holds one packet, an array of packets, or one packet a line.
pub fn import(text: &str, findings: &mut Findings) -> Vec<RecordDraft> {
    let mut records = Vec::new();
    let text = text.trim_start_matches('\u{feff}');
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let is_lines =
        serde_json::from_str::<Value>(first).is_ok_and(|v| v.is_object()) && text.trim().len() > first.trim().len();
    if is_lines {
        for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            element(at as u64 + 1, line, findings, &mut records);
        }
        return records;
    }
    match serde_json::from_str::<Value>(text) {
        Ok(Value::Array(items)) => {
            for (at, item) in items.into_iter().take(MAX_PACKETS).enumerate() {
                findings.at(at as u64 + 1);
                packets(at as u64 + 1, item, findings, &mut records);
            }
        }
        _ => element(1, text, findings, &mut records),
    }
    records
}

fn element(row: u64, text: &str, findings: &mut Findings, records: &mut Vec<RecordDraft>) {
    findings.at(row);
    if records.len() >= MAX_PACKETS {
        let remedy = format!("split the input after {MAX_PACKETS} packets");
        return findings.add(Severity::Error, "input.too_large", "", "the packet was not read", remedy);
    }
    match serde_json::from_str(text) {
        Ok(value) => packets(row, value, findings, records),
        Err(error) => findings.add(
            Severity::Error,
            "json.not_valid",
            "",
            format!("this is not JSON: {error}"),
            "export the packet again, or correct the text at that place",
        ),
    }
}

/// A packet, one wrapped with its source, or the packets of a family or cohort.
fn packets(row: u64, mut value: Value, findings: &mut Findings, records: &mut Vec<RecordDraft>) {
    if let Some(inner) = value.get_mut("phenopacket").filter(|v| v.is_object()) {
        let inner = inner.take();
        return packet(row, inner, &Member::default(), findings, records);
    }
    let is_group = ["proband", "relatives", "members"].iter().any(|n| value.get(n).is_some());
    if !is_group {
        return packet(row, value, &Member::default(), findings, records);
    }
    let family = value.get("id").and_then(Value::as_str).map(str::trim).filter(|id| !id.is_empty()).map(str::to_owned);
    for name in ["proband", "relatives", "members"] {
        // Members of a cohort share no family, and how they were found is not said.
        let member = match name {
            "proband" => Member { is_proband: Some(true), family: family.clone() },
            "relatives" => Member { is_proband: Some(false), family: family.clone() },
            _ => Member::default(),
        };
        match value.get_mut(name).map(Value::take) {
            Some(Value::Array(items)) => {
                items.into_iter().for_each(|item| packet(row, item, &member, findings, records));
            }
            Some(item) => packet(row, item, &member, findings, records),
            None => {}
        }
    }
    if value.get("pedigree").is_some_and(|p| !p.is_null()) {
        note_kept(findings, "pedigree", 1);
    }
}

/// The part that a packet has in its family.
#[derive(Default)]
struct Member {
    is_proband: Option<bool>,
    family: Option<String>,
}

fn packet(row: u64, value: Value, member: &Member, findings: &mut Findings, records: &mut Vec<RecordDraft>) {
    let read = match json::from_value(value) {
        Ok(read) => read,
        Err(error) => {
            let remedy = "correct the value; the schema is Phenopackets v2";
            return findings.add(Severity::Error, "phenopacket.not_valid", "", error.to_string(), remedy);
        }
    };
    for path in read.unknown {
        let message = format!("the schema has no field `{path}`; it was not read");
        findings.add(Severity::Warning, "phenopacket.unknown_field", &path, message, "check its spelling");
    }
    let mut case = case_of(&read.packet, findings);
    case.case.is_proband = member.is_proband;
    case.case.family.clone_from(&member.family);
    records.push(RecordDraft { row, content: ContentDraft::Case(Box::new(case)) });
}

fn note_kept(findings: &mut Findings, field: &str, count: usize) {
    if count > 0 {
        let message = format!("`{field}` ({count}) has no place in a case; it stays in the file as submitted");
        findings.add(Severity::Note, "phenopacket.kept_in_file", field, message, "");
    }
}

/// What one packet says, as a draft of a case.
fn case_of(packet: &Phenopacket, findings: &mut Findings) -> CaseDraft {
    note_kept(findings, "measurements", packet.measurements.len());
    note_kept(findings, "biosamples", packet.biosamples.len());
    note_kept(findings, "medicalActions", packet.medical_actions.len());
    note_kept(findings, "files", packet.files.len());
    let subject = packet.subject.as_ref();
    let local_id = [packet.id.as_deref(), subject.and_then(|s| s.id.as_deref())]
        .into_iter()
        .flatten()
        .find(|id| !id.trim().is_empty());
    if local_id.is_none() {
        let remedy = "give every packet an `id` so that a later version finds it";
        findings.add(Severity::Warning, "phenopacket.no_id", "id", "the packet has no `id`", remedy);
    }
    let conditions = conditions_of(packet, findings);
    let has_observed_feature = packet.phenotypic_features.iter().any(|f| f.excluded != Some(true));
    let affected = match conditions.is_empty() && !has_observed_feature {
        true => AffectedStatus::Unknown,
        false => AffectedStatus::Affected,
    };
    let case = Case {
        local_id: local_id.unwrap_or_default().to_owned(),
        sex: sex_of(subject.and_then(|s| s.sex)),
        age_band: subject.and_then(|s| s.time_at_last_encounter.as_ref()).and_then(age_band),
        affected,
        is_proband: None,
        family: None,
        progress: progress_of(packet),
        features: packet.phenotypic_features.iter().filter_map(|f| feature_of(f, findings)).collect(),
        conditions,
    };
    let interpretations = packet.interpretations.iter().filter_map(|i| i.diagnosis.as_ref());
    let observations = interpretations
        .flat_map(|d| &d.genomic_interpretations)
        .filter_map(|g| observation_of(g, affected, findings))
        .collect();
    let references = packet.meta_data.iter().flat_map(|m| &m.external_references);
    let citations = references.filter_map(|r| {
        let text = r.id.as_deref().filter(|t| !t.is_empty()).or(r.reference.as_deref())?;
        Some(citations::read(text).unwrap_or_else(|| Citation::Other(text.to_owned())))
    });
    CaseDraft { case, observations, citations: citations.collect() }
}

fn sex_of(sex: Option<PacketSex>) -> Sex {
    match sex {
        Some(PacketSex::Female) => Sex::Female,
        Some(PacketSex::Male) => Sex::Male,
        Some(PacketSex::OtherSex) => Sex::Other,
        Some(PacketSex::UnknownSex) | None => Sex::Unknown,
    }
}

fn progress_of(packet: &Phenopacket) -> Progress {
    let status = packet.interpretations.iter().filter_map(|i| i.progress_status);
    let mut progress = Progress::Unknown;
    for status in status {
        progress = match status {
            ProgressStatus::Solved => return Progress::Solved,
            ProgressStatus::Unsolved => Progress::Unsolved,
            ProgressStatus::InProgress => Progress::InProgress,
            ProgressStatus::Completed | ProgressStatus::UnknownProgress => progress,
        };
    }
    progress
}

/// Band of ten years that an age lies in; the eldest share one band so that none stands out.
fn age_band(time: &TimeElement) -> Option<String> {
    let age = time.age.as_ref().or(time.age_range.as_ref()?.start.as_ref())?;
    let years = years_of(age.iso8601duration.as_deref()?)?;
    Some(crate::age::band(years))
}

/// Whole years of an ISO 8601 duration such as `P34Y6M`; zero if it has no years.
fn years_of(duration: &str) -> Option<u32> {
    let body = duration.strip_prefix('P')?;
    match body.split_once('Y') {
        Some((years, _)) => years.parse::<f64>().ok().filter(|y| (0.0..150.0).contains(y)).map(|y| y as u32),
        None => Some(0),
    }
}

fn curie_of(term: Option<&OntologyClass>, field: &str, findings: &mut Findings) -> Option<(Curie, String)> {
    let term = term?;
    let id = term.id.as_deref().unwrap_or_default();
    match id.parse() {
        Ok(curie) => Some((curie, term.label.clone().unwrap_or_default())),
        Err(_) => {
            let message = format!("{} is not an identifier of a term", shown(id));
            findings.add(Severity::Warning, "phenopacket.bad_term", field, message, "write it as `HP:0001250`");
            None
        }
    }
}

fn feature_of(feature: &super::clinical::PhenotypicFeature, findings: &mut Findings) -> Option<PhenotypeFeature> {
    let (term, label) = curie_of(feature.class.as_ref(), "phenotypicFeatures.type", findings)?;
    Some(PhenotypeFeature {
        term,
        label,
        excluded: feature.excluded == Some(true),
        onset: feature.onset.as_ref().and_then(|t| onset_of(t, findings)),
    })
}

/// An ontology term or an age; a calendar date would say who it is, so it is left out.
fn onset_of(time: &TimeElement, findings: &mut Findings) -> Option<String> {
    if let Some(class) = &time.ontology_class {
        return class.id.clone();
    }
    if let Some(age) = time.age.as_ref().or(time.age_range.as_ref().and_then(|r| r.start.as_ref())) {
        return age.iso8601duration.clone();
    }
    if let Some(age) = &time.gestational_age {
        let (weeks, days) = (age.weeks.map_or(0, |w| w.number), age.days.map_or(0, |d| d.number));
        return Some(format!("gestation P{weeks}W{days}D"));
    }
    if time.timestamp.is_some() || time.interval.is_some() {
        let message = "the onset is a calendar date, which is not kept in a case";
        findings.add(Severity::Note, "case.date_left_out", "onset", message, "give an age or an HPO onset term");
    }
    None
}

fn conditions_of(packet: &Phenopacket, findings: &mut Findings) -> Vec<Condition> {
    let mut conditions: Vec<Condition> = Vec::new();
    let diseases = packet.diseases.iter().filter(|d| d.excluded != Some(true)).map(|d| d.term.as_ref());
    let diagnosed = packet.interpretations.iter().filter_map(|i| i.diagnosis.as_ref()).map(|d| d.disease.as_ref());
    for term in diseases.chain(diagnosed) {
        if let Some((id, name)) = curie_of(term, "diseases.term", findings)
            && (conditions.len() >= SEARCHED || !conditions.iter().any(|c| c.ids.contains(&id)))
        {
            conditions.push(Condition { name, ids: vec![id] });
        }
    }
    let excluded = packet.diseases.iter().filter(|d| d.excluded == Some(true)).count();
    note_kept(findings, "diseases excluded", excluded);
    conditions
}

fn observation_of(
    genomic: &GenomicInterpretation,
    affected: AffectedStatus,
    findings: &mut Findings,
) -> Option<ObservationDraft> {
    if let Some(gene) = &genomic.gene {
        let symbol = gene.symbol.clone().unwrap_or_default();
        note_kept(findings, &format!("gene {symbol}"), 1);
    }
    let interpretation = genomic.variant_interpretation.as_ref()?;
    let descriptor = interpretation.variation_descriptor.as_ref()?;
    let variant = variant::of(descriptor);
    if variant.expressions.is_empty() {
        let remedy = "give a vcfRecord, an HGVS expression or a label";
        findings.add(
            Severity::Warning,
            "variant.no_expression",
            "variationDescriptor",
            "the variant has no notation",
            remedy,
        );
        return None;
    }
    let state = descriptor.allelic_state.as_ref();
    Some(ObservationDraft {
        variant,
        zygosity: state.map_or(Zygosity::Unknown, |s| zygosity_of(s, findings)),
        fraction: None,
        origin: AlleleOrigin::Unknown,
        affected,
        phase: None,
        role: role_of(genomic.interpretation_status),
        classification: class_of(interpretation.acmg_pathogenicity_classification),
    })
}

fn role_of(status: Option<InterpretationStatus>) -> Role {
    match status {
        Some(InterpretationStatus::Causative) => Role::Causative,
        Some(InterpretationStatus::Contributory) => Role::Contributory,
        Some(InterpretationStatus::Candidate) => Role::Candidate,
        Some(InterpretationStatus::Rejected) => Role::Rejected,
        Some(InterpretationStatus::UnknownStatus) | None => Role::Unknown,
    }
}

fn class_of(class: Option<AcmgClass>) -> Option<Classification> {
    Some(match class? {
        AcmgClass::NotProvided => return None,
        AcmgClass::Benign => Classification::Benign,
        AcmgClass::LikelyBenign => Classification::LikelyBenign,
        AcmgClass::UncertainSignificance => Classification::Uncertain,
        AcmgClass::LikelyPathogenic => Classification::LikelyPathogenic,
        AcmgClass::Pathogenic => Classification::Pathogenic,
    })
}

fn zygosity_of(state: &OntologyClass, findings: &mut Findings) -> Zygosity {
    match state.id.as_deref().unwrap_or_default() {
        "GENO:0000135" => Zygosity::Heterozygous,
        "GENO:0000136" => Zygosity::Homozygous,
        "GENO:0000134" => Zygosity::Hemizygous,
        "GENO:0000402" => Zygosity::CompoundHeterozygous,
        "GENO:0000602" => Zygosity::Homoplasmic,
        "GENO:0000603" => Zygosity::Heteroplasmic,
        id => {
            let label = state.label.as_deref().unwrap_or_default();
            if !matches!(id, "" | "GENO:0000137") {
                let message = format!("{} {} is not a zygosity", shown(id), shown(label));
                findings.add(
                    Severity::Warning,
                    "phenopacket.bad_term",
                    "allelicState",
                    message,
                    "use a GENO term of zygosity",
                );
            }
            Zygosity::Unknown
        }
    }
}
