//! LOVD3 "full data download": sections of quoted, tab-separated columns, related by ids.
//!
//! Every variant on the genome becomes one statement of its owner, with its descriptions on
//! transcripts, and with the individual it was found in.

use std::collections::HashMap;

use cairn_core::case::{AffectedStatus, Case, Progress, Role, Sex, Zygosity};
use cairn_core::condition::Condition;
use cairn_core::curie::Curie;
use cairn_core::draft::{CaseDraft, LaboratoryDraft, ObservationDraft, RecordDraft, StatementDraft, VariantDraft};
use cairn_core::problem::Severity;
use cairn_core::statement::Standing;

use crate::findings::{Findings, shown};
use crate::statement::{body, body_of, express, given, keep, record};
use crate::vocabulary::{case, classification};

/// How every file begins.
pub const FIRST_LINE: &str = "### LOVD-version";

/// One row of a section: its line and its cells by column.
struct Entry {
    line: u64,
    cells: HashMap<String, String>,
}

impl Entry {
    fn get(&self, column: &str) -> &str {
        self.cells.get(column).map_or("", String::as_str)
    }
}

type Sections = HashMap<String, Vec<Entry>>;

/// Reads the file.
pub fn import(text: &str, findings: &mut Findings) -> Vec<RecordDraft> {
    let sections = sections(text, findings);
    let of = |name: &str| sections.get(name).map_or(&[][..], Vec::as_slice);
    let transcripts: HashMap<&str, &Entry> = of("Transcripts").iter().map(|e| (e.get("id"), e)).collect();
    let mut on_transcripts: HashMap<&str, Vec<&Entry>> = HashMap::new();
    for entry in of("Variants_On_Transcripts") {
        on_transcripts.entry(entry.get("id")).or_default().push(entry);
    }
    let people = People::of(&sections);
    let statements = of("Variants_On_Genome").iter().filter_map(|entry| {
        findings.at(entry.line);
        let described = on_transcripts.get(entry.get("id")).map_or(&[][..], Vec::as_slice);
        statement(entry, described, &transcripts, &people, findings)
    });
    statements.collect()
}

fn sections(text: &str, findings: &mut Findings) -> Sections {
    let mut sections = Sections::new();
    let mut name = String::new();
    let mut columns: Vec<String> = Vec::new();
    for (line, number) in text.lines().zip(1_u64..) {
        if let Some(rest) = line.strip_prefix("## ") {
            if let Some(title) = rest.split(" ## ").next().filter(|_| rest.contains("Do not remove")) {
                title.trim().clone_into(&mut name);
                columns.clear();
            }
            continue;
        }
        if line.trim().is_empty() || line.starts_with('#') || name.is_empty() {
            continue;
        }
        let cells: Vec<String> = line.split('\t').map(unquoted).collect();
        if columns.is_empty() {
            columns = cells.iter().map(|c| c.trim_matches(['{', '}']).to_owned()).collect();
            continue;
        }
        if cells.len() != columns.len() {
            findings.at(number);
            let message =
                format!("the row has {} cells, section {} has {} columns", cells.len(), shown(&name), columns.len());
            findings.add(Severity::Error, "lovd.bad_row", "", message, "export the file again");
            continue;
        }
        let cells = columns.iter().cloned().zip(cells).filter(|(_, value)| !value.is_empty()).collect();
        sections.entry(name.clone()).or_default().push(Entry { line: number, cells });
    }
    sections
}

/// `"text with \" and \\r\\n"` as text.
fn unquoted(cell: &str) -> String {
    let cell = cell.trim_end_matches('\r');
    let inner = cell.strip_prefix('"').and_then(|c| c.strip_suffix('"')).unwrap_or(cell);
    inner
        .replace("\\r\\n", "\n")
        .replace("\\n", "\n")
        .replace("\\\"", "\"")
        .replace("\\t", " ")
        .replace("\\\\", "\\")
        .trim()
        .to_owned()
}

/// Individuals and their diseases, found from a variant through its screenings.
struct People<'a> {
    by_variant: HashMap<&'a str, &'a Entry>,
    diseases: HashMap<&'a str, Vec<&'a Entry>>,
}

impl<'a> People<'a> {
    fn of(sections: &'a Sections) -> Self {
        let of = |name: &str| sections.get(name).map_or(&[][..], Vec::as_slice);
        let individuals: HashMap<&str, &Entry> = of("Individuals").iter().map(|e| (e.get("id"), e)).collect();
        let screenings: HashMap<&str, &str> =
            of("Screenings").iter().map(|e| (e.get("id"), e.get("individualid"))).collect();
        let links = of("Screenings_To_Variants").iter();
        let by_variant = links.filter_map(|link| {
            let individual = individuals.get(screenings.get(link.get("screeningid"))?)?;
            Some((link.get("variantid"), *individual))
        });
        let names: HashMap<&str, &Entry> = of("Diseases").iter().map(|e| (e.get("id"), e)).collect();
        let mut diseases: HashMap<&str, Vec<&Entry>> = HashMap::new();
        for link in of("Individuals_To_Diseases") {
            if let Some(disease) = names.get(link.get("diseaseid")) {
                diseases.entry(link.get("individualid")).or_default().push(disease);
            }
        }
        Self { by_variant: by_variant.collect(), diseases }
    }

    fn conditions(&self, individual: &Entry) -> Vec<Condition> {
        let diseases = self.diseases.get(individual.get("id")).map_or(&[][..], Vec::as_slice);
        let conditions = diseases.iter().map(|d| Condition {
            name: d.get("name").to_owned(),
            ids: Curie::new("OMIM", d.get("id_omim")).ok().into_iter().collect(),
        });
        conditions.collect()
    }
}

fn statement(
    entry: &Entry,
    described: &[&Entry],
    transcripts: &HashMap<&str, &Entry>,
    people: &People<'_>,
    findings: &mut Findings,
) -> Option<RecordDraft> {
    let variant = variant(entry, described, transcripts);
    if variant.expressions.is_empty() {
        let message = "the variant has no description";
        findings.add(
            Severity::Error,
            "variant.no_expression",
            "VariantOnGenome/DNA",
            message,
            "give its description on the genome or a transcript",
        );
        return None;
    }
    let stated = entry.get("VariantOnGenome/ClinicalClassification");
    let mut body = match stated {
        "" => body_of(of_effect(entry.get("effectid"))),
        text => {
            crate::clinvar::check_class(text, "VariantOnGenome/ClinicalClassification", findings);
            body(text)
        }
    };
    let individual = people.by_variant.get(entry.get("id")).copied();
    body.conditions = individual.map(|i| people.conditions(i)).unwrap_or_default();
    body.guideline = given(entry.get("VariantOnGenome/ClinicalClassification/Method"));
    body.citations = crate::citations::read_list(entry.get("VariantOnGenome/Reference"));
    body.summary = entry.get("VariantOnGenome/Remarks").into();
    body.origin = origin_of(entry.get("VariantOnGenome/Genetic_origin"));
    remarks(&mut body.remarks, entry, described);
    let case = individual.map(|i| case_of(i, entry, &variant, &body));
    let laboratory = given(entry.get("owned_by"))
        .map(|owner| LaboratoryDraft { name: format!("LOVD user {owner}"), clinvar_org_id: None });
    Some(record(
        entry.line,
        StatementDraft {
            laboratory,
            local_key: given(&format!("LOVD:{}", entry.get("id"))),
            source_accession: None,
            variant,
            standing: Standing::Current,
            body,
            case,
        },
    ))
}

fn variant(entry: &Entry, described: &[&Entry], transcripts: &HashMap<&str, &Entry>) -> VariantDraft {
    let mut variant = VariantDraft::default();
    let chromosome = entry.get("chromosome");
    // LOVD3 describes on GRCh37 and, where a second column exists, on GRCh38.
    for (column, assembly) in [("VariantOnGenome/DNA/hg38", "GRCh38"), ("VariantOnGenome/DNA", "GRCh37")] {
        let text = entry.get(column);
        if text.starts_with("g.") && !chromosome.is_empty() {
            express(&mut variant, &format!("chr{chromosome}:{text}"), Some(assembly), column);
        }
    }
    for description in described {
        let transcript = transcripts.get(description.get("transcriptid"));
        let accession = transcript.map_or("", |t| t.get("id_ncbi"));
        let text = description.get("VariantOnTranscript/DNA");
        if !accession.is_empty() && !text.is_empty() {
            express(&mut variant, &format!("{accession}:{text}"), None, "VariantOnTranscript/DNA");
        }
        variant.gene = variant.gene.take().or_else(|| transcript.and_then(|t| given(t.get("geneid"))));
    }
    variant.xrefs.extend(given(entry.get("VariantOnGenome/DBID")));
    variant
}

/// The second digit of `effectid` is the effect as concluded by the curator, the first as reported.
fn of_effect(effect: &str) -> (cairn_core::classification::Classification, Option<String>) {
    let digit = |at: usize| effect.chars().nth(at).filter(|c| *c != '0');
    let word = match digit(1).or(digit(0)) {
        Some('9') => "pathogenic",
        Some('7') => "likely pathogenic",
        Some('5') => "uncertain significance",
        Some('3') => "likely benign",
        Some('1') => "benign",
        Some('6') => "affects",
        _ => "not provided",
    };
    let (class, _) = classification::stated(word);
    (class, given(&format!("LOVD effect {effect}")))
}

fn origin_of(text: &str) -> cairn_core::case::AlleleOrigin {
    let first = text.split(['/', '(']).next().unwrap_or_default();
    case::origin(first).unwrap_or(cairn_core::case::AlleleOrigin::Unknown)
}

fn case_of(
    individual: &Entry,
    entry: &Entry,
    variant: &VariantDraft,
    body: &cairn_core::statement::StatementBody,
) -> CaseDraft {
    let zygosity = match entry.get("allele") {
        "3" => Zygosity::Homozygous,
        "1" | "2" | "10" | "11" | "20" | "21" => Zygosity::Heterozygous,
        _ => Zygosity::Unknown,
    };
    let observation = ObservationDraft {
        variant: variant.clone(),
        zygosity,
        fraction: None,
        origin: body.origin,
        affected: AffectedStatus::Unknown,
        phase: None,
        role: Role::Unknown,
        classification: Some(body.classification),
    };
    let case = Case {
        local_id: format!("LOVD:{}", individual.get("id")),
        sex: case::sex(individual.get("Individual/Gender")).unwrap_or(Sex::Unknown),
        age_band: None,
        affected: AffectedStatus::Unknown,
        is_proband: None,
        family: None,
        progress: Progress::Unknown,
        features: Vec::new(),
        conditions: body.conditions.clone(),
    };
    CaseDraft {
        case,
        observations: vec![observation],
        citations: crate::citations::read_list(individual.get("Individual/Reference")),
    }
}

/// Columns that no field took, of the variant and of its descriptions.
fn remarks(remarks: &mut Vec<cairn_core::statement::Remark>, entry: &Entry, described: &[&Entry]) {
    const TAKEN: &[&str] = &[
        "id",
        "chromosome",
        "effectid",
        "allele",
        "owned_by",
        "VariantOnGenome/DNA",
        "VariantOnGenome/DNA/hg38",
        "VariantOnGenome/DBID",
        "VariantOnGenome/ClinicalClassification",
        "VariantOnGenome/ClinicalClassification/Method",
        "VariantOnGenome/Reference",
        "VariantOnGenome/Remarks",
        "VariantOnTranscript/DNA",
        "transcriptid",
        "position_g_start",
        "position_g_end",
    ];
    for entry in std::iter::once(entry).chain(described.iter().copied()) {
        let mut names: Vec<&String> = entry.cells.keys().filter(|name| !TAKEN.contains(&name.as_str())).collect();
        names.sort();
        names.into_iter().for_each(|name| keep(remarks, name, entry.get(name)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_core::draft::ContentDraft;

    const FILE: &str = "### LOVD-version 3000-130 ### Full data download ### To import, do not remove or alter this header ###
# charset = UTF-8

## Transcripts ## Do not remove or alter this header ##
## Count = 1
\"{{id}}\"\t\"{{geneid}}\"\t\"{{id_ncbi}}\"
\"00001\"\t\"BRCA1\"\t\"NM_007294.3\"

## Diseases ## Do not remove or alter this header ##
\"{{id}}\"\t\"{{name}}\"\t\"{{id_omim}}\"
\"00001\"\t\"breast-ovarian cancer\"\t\"604370\"

## Individuals ## Do not remove or alter this header ##
\"{{id}}\"\t\"{{Individual/Gender}}\"
\"00000001\"\t\"F\"

## Individuals_To_Diseases ## Do not remove or alter this header ##
\"{{individualid}}\"\t\"{{diseaseid}}\"
\"00000001\"\t\"00001\"

## Screenings ## Do not remove or alter this header ##
\"{{id}}\"\t\"{{individualid}}\"
\"0000000001\"\t\"00000001\"

## Variants_On_Genome ## Do not remove or alter this header ##
\"{{id}}\"\t\"{{allele}}\"\t\"{{effectid}}\"\t\"{{chromosome}}\"\t\"{{owned_by}}\"\t\"{{VariantOnGenome/DNA}}\"\t\"{{VariantOnGenome/Remarks}}\"
\"0000000001\"\t\"1\"\t\"97\"\t\"17\"\t\"00002\"\t\"g.41276045_41276046del\"\t\"two\\nlines\"

## Variants_On_Transcripts ## Do not remove or alter this header ##
\"{{id}}\"\t\"{{transcriptid}}\"\t\"{{VariantOnTranscript/DNA}}\"\t\"{{VariantOnTranscript/Exon}}\"
\"0000000001\"\t\"00001\"\t\"c.68_69del\"\t\"2\"

## Screenings_To_Variants ## Do not remove or alter this header ##
\"{{screeningid}}\"\t\"{{variantid}}\"
\"0000000001\"\t\"0000000001\"
";

    #[test]
    fn a_variant_with_its_transcript_and_individual() {
        let mut findings = Findings::default();
        let records = import(FILE, &mut findings);
        assert_eq!(findings.into_list(), []);
        let ContentDraft::Statement(statement) = &records[0].content else { panic!("no statement") };
        let texts: Vec<&str> = statement.variant.expressions.iter().map(|e| e.text.as_str()).collect();
        assert_eq!(texts, ["chr17:g.41276045_41276046del", "NM_007294.3:c.68_69del"]);
        assert_eq!(statement.body.classification.code(), "likely_pathogenic");
        assert_eq!(statement.body.conditions[0].ids[0].as_str(), "OMIM:604370");
        let case = statement.case.as_ref().unwrap();
        assert_eq!(case.case.sex, Sex::Female);
        assert_eq!(case.observations[0].zygosity, Zygosity::Heterozygous);
        assert_eq!(statement.body.summary.as_str(), "two\nlines");
    }
}
