//! One submitted record (SCV) of a VCV or RCV file, old (`Interpretation`, `ClinicalSignificance`)
//! or new (`Classification`).

use cairn_core::case::AlleleOrigin;
use cairn_core::citation::{Citation, EvidenceItem};
use cairn_core::condition::{Condition, Inheritance};
use cairn_core::draft::{LaboratoryDraft, StatementDraft, VariantDraft};
use cairn_core::statement::{Standing, StatementBody};

use super::element::Element;
use super::trait_mapping::TraitMapping;
use super::variant;
use crate::citations;
use crate::clinvar::{check_class, date_of, laboratory_name};
use crate::findings::Findings;
use crate::statement::{body_of, given, keep};
use crate::vocabulary::{case, classification, criteria};

/// So many entries of a list are searched for repeats; real records have some dozen.
const SEARCHED: usize = 1_000;

/// The statements of one submitted record: one for each kind of classification in it.
pub fn statements(
    assertion: &Element,
    variant: &VariantDraft,
    mapping: &TraitMapping,
    findings: &mut Findings,
) -> Vec<StatementDraft> {
    let block = ["Classification", "Interpretation", "ClinicalSignificance"].iter().find_map(|n| assertion.child(n));
    let accession = assertion.child("ClinVarAccession");
    let scv = accession
        .map_or("", |a| if a.attribute("Acc").is_empty() { a.attribute("Accession") } else { a.attribute("Acc") });
    let version = accession.map_or("", |a| a.attribute("Version"));
    let classes = block.map_or_else(Vec::new, |b| classes_of(b, findings));
    let count = classes.len();
    let drafts = classes.into_iter().enumerate().map(|(at, class)| {
        let mut body = body_of((class.class, class.text));
        fill(&mut body, assertion, block, findings);
        body.conditions = conditions_of(assertion, mapping);
        class.remarks.iter().for_each(|(name, value)| keep(&mut body.remarks, name, value));
        variant::as_submitted(assertion).iter().for_each(|text| keep(&mut body.remarks, "variant as submitted", text));
        let track = if count > 1 && at > 0 { format!("#{}", at + 1) } else { String::new() };
        StatementDraft {
            laboratory: laboratory_of(assertion),
            local_key: given(scv).map(|scv| format!("{scv}{track}")),
            source_accession: given(scv).map(|scv| if version.is_empty() { scv } else { format!("{scv}.{version}") }),
            variant: variant.clone(),
            standing: Standing::Current,
            body,
            case: None,
        }
    });
    drafts.collect()
}

/// A class of one kind, with what stands beside it.
struct Class {
    class: cairn_core::classification::Classification,
    text: Option<String>,
    remarks: Vec<(String, String)>,
}

fn classes_of(block: &Element, findings: &mut Findings) -> Vec<Class> {
    let mut classes = Vec::new();
    for name in ["GermlineClassification", "Description"] {
        for element in block.all(name).filter(|e| !e.text.is_empty()) {
            check_class(&element.text, name, findings);
            let (class, text) = classification::stated(&element.text);
            classes.push(Class { class, text, remarks: Vec::new() });
        }
    }
    for element in block.all("OncogenicityClassification") {
        let class = classification::read_oncogenicity(&element.text);
        let (class, text) = class.map_or_else(|| classification::stated(&element.text), |class| (class, None));
        classes.push(Class { class, text, remarks: Vec::new() });
    }
    for element in block.all("SomaticClinicalImpact") {
        check_class(&element.text, "SomaticClinicalImpact", findings);
        let (class, text) = classification::stated(&element.text);
        let remarks =
            ["ClinicalImpactAssertionType", "ClinicalImpactClinicalSignificance", "DrugForTherapeuticAssertion"]
                .map(|name| (name.to_owned(), element.attribute(name).to_owned()));
        classes.push(Class { class, text, remarks: remarks.to_vec() });
    }
    if classes.is_empty() {
        let reason = block.text_at(&["NoClassification"]).to_owned();
        let (class, _) = classification::stated("not provided");
        classes.push(Class { class, text: given(&reason), remarks: Vec::new() });
    }
    classes
}

fn laboratory_of(assertion: &Element) -> Option<LaboratoryDraft> {
    let accession = assertion.child("ClinVarAccession");
    let submitted = assertion.child("ClinVarSubmissionID");
    let names = [accession.map(|a| a.attribute("SubmitterName")), submitted.map(|s| s.attribute("submitter"))];
    let name = names.into_iter().flatten().find(|n| !n.is_empty())?;
    let org = accession.map_or("", |a| a.attribute("OrgID"));
    Some(LaboratoryDraft { name: laboratory_name(name), clinvar_org_id: org.parse().ok() })
}

fn fill(body: &mut StatementBody, assertion: &Element, block: Option<&Element>, findings: &mut Findings) {
    if let Some(block) = block {
        body.review_status =
            given(block.text_at(&["ReviewStatus"])).or_else(|| given(assertion.text_at(&["ReviewStatus"])));
        body.last_evaluated = date_of(block.attribute("DateLastEvaluated"), "DateLastEvaluated", findings);
        body.citations = citations_of(block);
        body.summary = block.text_at(&["Comment"]).into();
        block.all("Comment").skip(1).for_each(|c| keep(&mut body.remarks, "further comment", &c.text));
        keep(&mut body.remarks, "explanation", block.text_at(&["ExplanationOfInterpretation"]));
    }
    for comment in assertion.all("Comment") {
        match body.summary.is_empty() {
            true => body.summary = comment.text.as_str().into(),
            false => keep(&mut body.remarks, "further comment", &comment.text),
        }
    }
    body.criteria = criteria::in_prose(body.summary.as_str());
    for citation in citations_of(assertion) {
        if !body.citations.contains(&citation) {
            body.citations.push(citation);
        }
    }
    attributes(body, assertion);
    observations(body, assertion);
    for (name, path) in [("study", "StudyName"), ("study description", "StudyDescription")] {
        keep(&mut body.remarks, name, assertion.text_at(&[path]));
    }
    let status = assertion.text_at(&["RecordStatus"]);
    if status != "current" {
        keep(&mut body.remarks, "record status", status);
    }
    for other in assertion.all("AdditionalSubmitters").flat_map(|a| a.all("SubmitterDescription")) {
        keep(&mut body.remarks, "additional submitter", other.attribute("SubmitterName"));
    }
    let submitted = assertion.child("ClinVarSubmissionID");
    keep(&mut body.remarks, "local key", submitted.map_or("", |s| s.attribute("localKey")));
}

fn citations_of(element: &Element) -> Vec<Citation> {
    let mut found = Vec::new();
    for citation in element.all("Citation") {
        for id in citation.all("ID").filter(|id| !id.text.is_empty()) {
            let text = match id.attribute("Source") {
                "PubMed" => format!("PMID:{}", id.text),
                "DOI" => format!("doi:{}", id.text),
                "pmc" | "PMC" | "PubMedCentral" => format!("PMC{}", id.text.trim_start_matches("PMC")),
                source => format!("{source}:{}", id.text),
            };
            found.extend(citations::read(&text));
        }
        found.extend(given(citation.text_at(&["URL"])).map(Citation::Url));
        found.extend(given(citation.text_at(&["CitationText"])).map(Citation::Other));
    }
    found
}

fn conditions_of(assertion: &Element, mapping: &TraitMapping) -> Vec<Condition> {
    let traits = assertion.all("TraitSet").flat_map(|set| set.all("Trait"));
    let conditions = traits.map(|submitted| mapping.condition(assertion.attribute("ID"), submitted));
    conditions.filter(|c| !c.name.is_empty() || !c.ids.is_empty()).collect()
}

/// Assertion method and mode of inheritance; other attributes are kept by name.
fn attributes(body: &mut StatementBody, assertion: &Element) {
    for set in assertion.all("AttributeSet") {
        let Some(attribute) = set.child("Attribute") else { continue };
        match attribute.attribute("Type") {
            "AssertionMethod" => {
                body.guideline = given(&attribute.text);
                citations_of(set)
                    .iter()
                    .for_each(|c| keep(&mut body.remarks, "assertion method citation", &c.to_string()));
            }
            "ModeOfInheritance" => {
                body.inheritance = Inheritance::read(&attribute.text);
                if body.inheritance.is_none() {
                    keep(&mut body.remarks, "mode of inheritance", &attribute.text);
                }
            }
            kind => keep(&mut body.remarks, kind, &attribute.text),
        }
    }
}

/// What was observed: origin, method, evidence in words; counts and sample details by name.
fn observations(body: &mut StatementBody, assertion: &Element) {
    let list: Vec<&Element> = match assertion.child("ObservedInList") {
        Some(list) => list.all("ObservedIn").collect(),
        None => assertion.all("ObservedIn").collect(),
    };
    let mut origins = Vec::new();
    let mut methods = Vec::new();
    for observed in list {
        let sample = observed.child("Sample");
        origins.extend(sample.and_then(|s| given(s.text_at(&["Origin"]))));
        methods.extend(observed.all("Method").filter_map(|m| given(m.text_at(&["MethodType"]))));
        if let Some(sample) = sample {
            sample_details(body, sample);
        }
        evidence(body, observed);
        features(body, observed);
    }
    origins.dedup();
    methods.dedup();
    match origins.as_slice() {
        [one] => match case::origin(one) {
            Some(origin) => body.origin = origin,
            None => keep(&mut body.remarks, "origin", one),
        },
        several => {
            body.origin = AlleleOrigin::Unknown;
            keep(&mut body.remarks, "origins", &several.join("; "));
        }
    }
    body.method = (!methods.is_empty()).then(|| methods.join("; "));
}

fn sample_details(body: &mut StatementBody, sample: &Element) {
    let names = [
        ("affected status", "AffectedStatus"),
        ("ethnicity", "Ethnicity"),
        ("geographic origin", "GeographicOrigin"),
        ("sex", "Gender"),
        ("number tested", "NumberTested"),
        ("tissue", "Tissue"),
        ("cell line", "CellLine"),
        ("variant allele fraction", "SomaticVariantAlleleFraction"),
        ("in normal tissue", "SomaticVariantInNormalTissue"),
    ];
    for (name, path) in names {
        let text = sample.text_at(&[path]);
        if text != "not provided" {
            keep(&mut body.remarks, name, text);
        }
    }
    for age in sample.all("Age") {
        let text = format!("{} {} {}", age.attribute("Type"), age.text, age.attribute("age_unit"));
        keep(&mut body.remarks, "age", &text);
    }
    for indication in sample.all("Indication").flat_map(|i| i.descendants("ElementValue")) {
        keep(&mut body.remarks, "indication", &indication.text);
    }
}

fn evidence(body: &mut StatementBody, observed: &Element) {
    for datum in observed.all("ObservedData") {
        let Some(attribute) = datum.child("Attribute") else { continue };
        let number = attribute.attribute("integerValue");
        let text = if attribute.text.is_empty() { number } else { attribute.text.as_str() };
        let citations = citations_of(datum);
        match attribute.attribute("Type") {
            "Description" if text == "not provided" && citations.is_empty() => {}
            "Description" => {
                let item = EvidenceItem { criterion: None, text: text.into(), quantity: None, citations };
                if body.evidence.len() >= SEARCHED || !body.evidence.contains(&item) {
                    body.evidence.push(item);
                }
            }
            kind => keep(&mut body.remarks, &format!("observed {kind}"), text),
        }
    }
    for functional in observed.all("FunctionalData") {
        let parts = ["FunctionalConsequence", "FunctionalEffect", "Result", "FunctionalConsequenceComment"];
        let text: Vec<String> =
            parts.iter().map(|p| functional.text_at(&[p])).filter(|t| !t.is_empty()).map(str::to_owned).collect();
        let method = observed.child("Method");
        let citations = method.map(citations_of).unwrap_or_default();
        body.evidence.push(EvidenceItem { criterion: None, text: text.join("; ").into(), quantity: None, citations });
    }
    for method in observed.all("Method") {
        for name in
            ["Description", "NamePlatform", "TypePlatform", "Purpose", "AssayType", "MolecularPhenotypeMeasured"]
        {
            let text = method.text_at(&[name]);
            if text != "not provided" {
                keep(&mut body.remarks, &format!("method {name}"), text);
            }
        }
    }
    for comment in observed.all("Comment") {
        keep(&mut body.remarks, "observation comment", &comment.text);
    }
    for together in observed.all("Co-occurrenceSet") {
        let names = together.descendants("Name").iter().map(|n| n.text.clone()).collect::<Vec<_>>().join("; ");
        let text = format!("{names} {}", together.text_at(&["Zygosity"]));
        keep(&mut body.remarks, "co-occurring variant", &text);
    }
}

/// Clinical features of the people observed, present or absent.
fn features(body: &mut StatementBody, observed: &Element) {
    for feature in observed.all("TraitSet").flat_map(|s| s.all("Trait")) {
        let ids: Vec<String> = feature.all("XRef").map(|x| x.attribute("ID").to_owned()).collect();
        let name = feature.text_at(&["Name", "ElementValue"]);
        let status = feature.attribute("ClinicalFeaturesAffectedStatus");
        keep(&mut body.remarks, "clinical feature", format!("{} {name} {status}", ids.join(" ")).trim());
    }
}
