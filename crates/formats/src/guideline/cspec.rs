//! A criteria specification of ClinGen's registry (CSpec), in both forms in which the registry gives
//! it: the linked-data document (`data.entContent`, `data.ld.RuleSet`) and the JSON-LD of its API
//! (`ruleSets[].criteriaCodes[]`). Fields that are not understood are named, never guessed.

use std::collections::{BTreeMap, BTreeSet};

use cairn_core::condition::Inheritance;
use serde_json::{Value, json};

use super::cspec_rules;
use super::{GuidelineError, GuidelineText};

/// The strengths, weakest first, as the registry writes them.
pub(super) const STRENGTHS: [(&str, &str); 5] = [
    ("Supporting", "supporting"),
    ("Moderate", "moderate"),
    ("Strong", "strong"),
    ("Very Strong", "very_strong"),
    ("Stand Alone", "stand_alone"),
];

/// The 28 criteria of ACMG/AMP 2015; one that a specification does not name is not used by it.
const CODES: [&str; 28] = [
    "PVS1", "PS1", "PS2", "PS3", "PS4", "PM1", "PM2", "PM3", "PM4", "PM5", "PM6", "PP1", "PP2", "PP3", "PP4", "PP5",
    "BA1", "BS1", "BS2", "BS3", "BS4", "BP1", "BP2", "BP3", "BP4", "BP5", "BP6", "BP7",
];

/// What a document says of itself.
struct Document {
    id: String,
    version: String,
    title: String,
    date: String,
    source: String,
    status: Option<String>,
}

/// One rule set, whichever form it came in.
struct RuleSet<'a> {
    json: &'a Value,
    criteria: Vec<&'a Value>,
    rules: Option<&'a Vec<Value>>,
    combining: String,
}

pub(super) fn read(json: &Value, combine: Option<&str>) -> Result<Vec<GuidelineText>, GuidelineError> {
    let document = document(json)?;
    let rule_sets = rule_sets(json);
    if rule_sets.is_empty() {
        return Err(GuidelineError::Missing { place: document.title, field: "RuleSet" });
    }
    let several = rule_sets.len() > 1;
    let mut taken = BTreeSet::new();
    let mut all = Vec::new();
    for (number, rule_set) in (1..).zip(&rule_sets) {
        let scope = scope(rule_set.json);
        let gene = scope["genes"][0].as_str().unwrap_or_default().to_lowercase();
        let mut id = if several { format!("{}-{gene}", document.id) } else { document.id.clone() };
        if !taken.insert(id.clone()) {
            id = format!("{id}-{number}");
        }
        all.push(guideline(&document, &id, rule_set, &scope, combine)?);
    }
    Ok(all)
}

/// Text at a path of keys; empty text is none.
pub(super) fn text<'a>(json: &'a Value, path: &[&str]) -> Option<&'a str> {
    let found = path.iter().try_fold(json, |at, key| at.get(key))?;
    found.as_str().map(str::trim).filter(|text| !text.is_empty())
}

fn list<'a>(json: &'a Value, path: &[&str]) -> &'a [Value] {
    let found = path.iter().try_fold(json, |at, key| at.get(key));
    found.and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn document(json: &Value) -> Result<Document, GuidelineError> {
    let linked = json.get("data").filter(|data| data.get("entContent").is_some());
    let (content, name) = match linked {
        Some(data) => {
            (&data["entContent"], text(data, &["entId"]).or_else(|| text(data, &["entContent", "namespace"])))
        }
        None if json.get("ruleSets").is_some() => {
            (json, text(json, &["@id"]).map(|id| id.rsplit('/').next().unwrap_or(id)))
        }
        None => return Err(GuidelineError::NotAGuideline),
    };
    let missing = |field| GuidelineError::Missing { place: "the specification".to_owned(), field };
    let name = name.ok_or_else(|| missing("entId"))?;
    let version = text(content, &["version"]).ok_or_else(|| missing("version"))?;
    let title = text(content, &["title"]).or_else(|| text(content, &["label"])).ok_or_else(|| missing("title"))?;
    let current = list(content, &["states"]).iter().find(|state| state["current"] == true);
    let released = current.and_then(|state| text(state, &["event", "timeStamp"]));
    let moment = released.or_else(|| text(content, &["approvedOn"])).or_else(|| text(content, &["lastUpdated"]));
    let date = moment.and_then(|moment| moment.get(..10)).ok_or_else(|| missing("states"))?;
    let doi = text(content, &["doi", "docDoi"]).map(|doi| format!(", doi:{doi}")).unwrap_or_default();
    let status = current.and_then(|state| text(state, &["name"])).or_else(|| text(content, &["currentStatus"]));
    Ok(Document {
        id: name.to_lowercase(),
        version: version.to_owned(),
        title: title.to_owned(),
        date: date.to_owned(),
        source: format!("{title}, ClinGen criteria specification registry, {name} version {version}, {date}{doi}"),
        status: status.map(str::to_owned),
    })
}

fn rule_sets(json: &Value) -> Vec<RuleSet<'_>> {
    let linked = list(json, &["data", "ld", "RuleSet"]).iter().map(|entity| {
        let content = &entity["entContent"];
        let own = list(entity, &["ld", "CriteriaCode"]);
        let criteria = if own.is_empty() { list(json, &["data", "ld", "CriteriaCode"]) } else { own };
        RuleSet {
            json: content,
            criteria: criteria.iter().map(|code| &code["entContent"]).collect(),
            rules: content["rules"]["mainRules"].as_array(),
            combining: text(content, &["type"]).unwrap_or("nothing").to_owned(),
        }
    });
    let plain = list(json, &["ruleSets"]).iter().map(|rule_set| RuleSet {
        json: rule_set,
        criteria: list(rule_set, &["criteriaCodes"]).iter().collect(),
        rules: rule_set["rules"]["mainRules"].as_array().or_else(|| rule_set["rules"].as_array()),
        combining: text(rule_set, &["type"]).unwrap_or("nothing").to_owned(),
    });
    linked.chain(plain).collect()
}

fn guideline(
    document: &Document,
    id: &str,
    rule_set: &RuleSet<'_>,
    scope: &Value,
    combine: Option<&str>,
) -> Result<GuidelineText, GuidelineError> {
    let mut notes = Vec::new();
    let provenance = format!("{} version {}", document.id.to_uppercase(), document.version);
    let mut criteria = criteria(rule_set, &mut notes)?;
    for code in CODES {
        let side = if code.starts_with('P') { "pathogenic" } else { "benign" };
        let why = "the specification does not name it";
        let unused = || json!({"code": code, "direction": side, "title": code, "not_applicable": why});
        criteria.entry(code.to_owned()).or_insert_with(unused);
    }
    let mut file = json!({
        "id": id,
        "version": document.version,
        "title": document.title,
        "date": document.date,
        "track": "germline",
        "source": document.source,
        "provenance": format!("read from the registry's file {provenance}"),
        "scope": scope,
        "criteria": in_order(criteria),
    });
    match (rule_set.rules, combine) {
        (Some(rules), _) if !rules.is_empty() => {
            file["method"] = cspec_rules::method(rules, &provenance)?;
            notes.push(
                "where a rule asks for exactly so many it is met by more too: a stronger rule goes first".to_owned(),
            );
        }
        (_, Some(address)) => {
            file["extends"] = json!(address);
            notes.push(format!("the specification gives no rules; it combines by {address}, as was asked"));
        }
        _ => return Err(GuidelineError::NoRules(rule_set.combining.clone())),
    }
    if let Some(status) = document.status.as_ref().filter(|status| !status.eq_ignore_ascii_case("released")) {
        notes.push(format!("the registry calls it `{status}`, not released"));
    }
    notes.push(
        "numbers stand in the texts of the criteria; they are thresholds only once a curator writes them as such"
            .to_owned(),
    );
    file["notes"] = json!(notes);
    Ok(GuidelineText { text: file.to_string(), notes })
}

fn in_order(mut criteria: BTreeMap<String, Value>) -> Vec<Value> {
    let mut ordered: Vec<Value> = CODES.iter().filter_map(|code| criteria.remove(*code)).collect();
    ordered.extend(criteria.into_values());
    ordered
}

/// Genes, diseases and modes of a rule set, in either form.
fn scope(rule_set: &Value) -> Value {
    let (mut genes, mut conditions, mut modes, mut transcripts) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for entry in list(rule_set, &["genes"]) {
        let iri = text(entry, &["@id"]).and_then(|iri| iri.rsplit_once("query=").map(|(_, symbol)| symbol));
        genes.extend(text(entry, &["gene"]).or_else(|| text(entry, &["label"])).or(iri).map(str::to_owned));
        transcripts.extend(text(entry, &["preferredTranscript"]).map(str::to_owned));
        let of_gene = text(entry, &["modeOfInheritance"]).into_iter();
        modes.extend(of_gene.filter_map(Inheritance::read));
        for disease in list(entry, &["diseases"]) {
            conditions.extend(condition(disease));
            let stated = list(disease, &["modesOfInheritance"]).iter().chain(list(disease, &["modeOfInheritance"]));
            let words =
                stated.filter_map(|mode| text(mode, &["modeOfInheritance"]).or_else(|| text(mode, &["@label"])));
            modes.extend(words.chain(text(disease, &["preferredModeOfInheritance"])).filter_map(Inheritance::read));
        }
    }
    modes.sort_unstable();
    modes.dedup();
    json!({"genes": genes, "conditions": conditions, "inheritance": modes, "transcripts": transcripts})
}

fn condition(disease: &Value) -> Option<Value> {
    let iri = text(disease, &["@id"]).and_then(|iri| iri.rsplit('/').next()).map(|id| id.replace('_', ":"));
    let label = text(disease, &["label"]);
    let id = text(disease, &["preferredMondoId"]).map(str::to_owned);
    let id = id.or(iri.filter(|id| id.starts_with("MONDO:")));
    let id = id.or_else(|| label.filter(|label| label.starts_with("MONDO:")).map(str::to_owned));
    let name = text(disease, &["preferredTitle"]).or_else(|| label.filter(|label| !label.starts_with("MONDO:")));
    let ids: Vec<String> = id.into_iter().collect();
    (name.is_some() || !ids.is_empty()).then(|| json!({"name": name.unwrap_or_default(), "ids": ids}))
}

/// Every criterion by code. The registry repeats some; a repetition must say the same.
fn criteria(rule_set: &RuleSet<'_>, notes: &mut Vec<String>) -> Result<BTreeMap<String, Value>, GuidelineError> {
    let mut all: BTreeMap<String, Value> = BTreeMap::new();
    let mut unknown: BTreeMap<String, usize> = BTreeMap::new();
    for json in &rule_set.criteria {
        let Some(label) = text(json, &["label"]) else {
            return Err(GuidelineError::Missing { place: "a criterion".to_owned(), field: "label" });
        };
        let criterion = criterion(label, json, notes);
        if all.get(label).is_some_and(|known| *known != criterion) {
            return Err(GuidelineError::Contradiction(label.to_owned()));
        }
        for key in json.as_object().into_iter().flat_map(|object| object.keys()) {
            if !READ.contains(&key.as_str()) {
                *unknown.entry(key.clone()).or_insert(0) += 1;
            }
        }
        all.insert(label.to_owned(), criterion);
    }
    notes.extend(
        unknown.into_iter().map(|(key, n)| format!("field `{key}` of {n} criteria is kept in the file and not used")),
    );
    Ok(all)
}

/// Fields of a criterion that are read, or that only repeat others.
const READ: [&str; 21] = [
    "label",
    "applicability",
    "baseStrength",
    "defaultStrength",
    "originalACMGSummary",
    "instructionsToUse",
    "additionalComments",
    "strengthDescriptor",
    "evidenceStrengths",
    "description",
    "gene",
    "geneType",
    "ns",
    "_uniqueProp",
    "sepioID",
    "status",
    "specificationType",
    "references",
    "evidenceCategory",
    "@id",
    "@type",
];

fn criterion(code: &str, json: &Value, notes: &mut Vec<String>) -> Value {
    let is_benign = text(json, &["baseStrength"]).map_or_else(|| code.starts_with('B'), |base| base == "Benign");
    let title = text(json, &["originalACMGSummary"]).or_else(|| text(json, &["description"])).unwrap_or(code);
    let title: String = plain(title.lines().next().unwrap_or(title));
    let mut criterion =
        json!({"code": code, "direction": if is_benign { "benign" } else { "pathogenic" }, "title": title});
    let stated = list(json, &["strengthDescriptor"]).iter().chain(list(json, &["evidenceStrengths"]));
    let mut permitted: BTreeMap<usize, Option<String>> = BTreeMap::new();
    for strength in stated {
        let name = text(strength, &["strength"]).or_else(|| text(strength, &["label"])).unwrap_or_default();
        let Some(at) = STRENGTHS.iter().position(|(registry, _)| registry.eq_ignore_ascii_case(name)) else {
            notes.push(format!("{code}: the strength `{name}` is not known and not permitted"));
            continue;
        };
        match applicability(text(strength, &["applicability"])) {
            Some(true) => {
                let asked = text(strength, &["text"]).or_else(|| text(strength, &["description"]));
                permitted.insert(at, asked.map(plain));
            }
            Some(false) => {}
            None => notes.push(format!("{code}: whether {name} applies is not said; it is not permitted")),
        }
    }
    if permitted.is_empty() || applicability(text(json, &["applicability"])) == Some(false) {
        let why = text(json, &["additionalComments"]).or_else(|| text(json, &["applicability"]));
        criterion["not_applicable"] = json!(plain(why.unwrap_or("no strength is applicable")));
        return criterion;
    }
    let names: Vec<&str> = permitted.keys().map(|at| STRENGTHS[*at].1).collect();
    let default = default_strength(code, json).filter(|default| names.contains(default));
    criterion["strength"] = json!(default.or_else(|| (names.len() == 1).then(|| names[0])));
    criterion["permitted"] = json!(names);
    let asked = permitted
        .iter()
        .rev()
        .filter_map(|(at, asked)| Some(json!({"strength": STRENGTHS[*at].1, "text": asked.as_ref()?})));
    criterion["strengths"] = Value::Array(asked.collect());
    if let Some(instructions) = text(json, &["instructionsToUse"]) {
        criterion["note"] = json!(plain(instructions));
    }
    criterion
}

/// The six wordings of the registry: `Applicable …`, `Not applicable …`.
fn applicability(words: Option<&str>) -> Option<bool> {
    let words = words?.to_lowercase();
    match words.starts_with("not applicable") {
        true => Some(false),
        false => words.starts_with("applicable").then_some(true),
    }
}

fn default_strength(code: &str, json: &Value) -> Option<&'static str> {
    let stated = text(json, &["defaultStrength"]);
    let stated = stated.and_then(|text| text.split_once(' ')).map(|(_, strength)| strength);
    let by_name = |name: &str| STRENGTHS.iter().find(|(registry, _)| registry.eq_ignore_ascii_case(name));
    let by_code = || {
        let prefixes = [("PVS", "very_strong"), ("PS", "strong"), ("PM", "moderate"), ("PP", "supporting")];
        let benign = [("BA", "stand_alone"), ("BS", "strong"), ("BP", "supporting")];
        prefixes.into_iter().chain(benign).find(|(prefix, _)| code.starts_with(prefix)).map(|(_, strength)| strength)
    };
    stated.and_then(by_name).map(|(_, strength)| *strength).or_else(by_code)
}

/// The registry's Markdown as plain text on one line.
fn plain(markdown: &str) -> String {
    let joined =
        markdown.lines().map(|line| line.trim().trim_start_matches(['*', '-']).trim()).filter(|l| !l.is_empty());
    let joined = joined.collect::<Vec<_>>().join("; ");
    let mut out = String::with_capacity(joined.len());
    let mut letters = joined.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => {}
            '*' if letters.peek() == Some(&'*') => {
                letters.next();
            }
            '_' if out.ends_with([' ', '('])
                || letters.peek().is_none_or(|next| [' ', '.', ',', ')'].contains(next)) => {}
            other => out.push(other),
        }
    }
    out.replace(":;", ":").replace(". ;", ";").replace("  ", " ")
}
