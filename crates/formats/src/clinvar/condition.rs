//! Conditions as ClinVar's tables write them.

use cairn_core::condition::Condition;
use cairn_core::curie::Curie;

/// Conditions of one cell that are told apart, which keeps the search for repeats short on hostile
/// lists; whatever follows stays together as the last.
const MAX_CONDITIONS: usize = 500;

/// Vocabularies that a bare identifier is looked up in by its form.
fn bare_medgen(text: &str) -> Option<Curie> {
    let digits = text.strip_prefix("CN").or_else(|| text.strip_prefix('C'))?;
    (digits.len() >= 5 && digits.bytes().all(|b| b.is_ascii_digit())).then(|| Curie::new("MedGen", text).ok())?
}

/// Reads `C0950122:Frasier syndrome;C3151568:Nephrotic syndrome, type 4` (`ReportedPhenotypeInfo`).
/// `na` stands where MedGen has no identifier.
pub fn reported(text: &str) -> Vec<Condition> {
    let parts = text.split(';').map(str::trim).filter(|p| !p.is_empty());
    parts
        .map(|part| match part.split_once(':') {
            Some((id, name)) => {
                Condition { name: name.trim().to_owned(), ids: bare_medgen(id.trim()).into_iter().collect() }
            }
            None => Condition::named(part),
        })
        .collect()
}

/// Reads `FRASIER SYNDROME` or `OMIM:256370;MedGen:C123` (`SubmittedPhenotypeInfo`).
pub fn submitted(text: &str) -> Vec<Condition> {
    let parts = text.split([';', '|']).map(str::trim).filter(|p| !p.is_empty());
    parts
        .map(|part| match part.parse::<Curie>() {
            Ok(id) => Condition { name: String::new(), ids: vec![id] },
            Err(_) => Condition::named(part),
        })
        .collect()
}

/// Names and identifier lists in step, as in `CLNDN` and `CLNDISDB` or `PhenotypeList` and
/// `PhenotypeIDS`: conditions parted by `|`, identifiers of one by commas.
pub fn in_step(names: &str, ids: &str) -> Vec<Condition> {
    let names: Vec<&str> = names.split('|').map(str::trim).collect();
    let ids: Vec<&str> = ids.split('|').map(str::trim).collect();
    // Lists out of step cannot be joined without guessing.
    let joined = names.len() == ids.len();
    let mut conditions: Vec<Condition> = names
        .iter()
        .enumerate()
        .map(|(at, name)| Condition {
            name: if matches!(*name, "." | "-") { String::new() } else { (*name).to_owned() },
            ids: if joined { curies(ids[at]) } else { Vec::new() },
        })
        .collect();
    conditions.retain(|c| !c.name.is_empty() || !c.ids.is_empty());
    conditions
}

/// `MONDO:MONDO:0011098,MedGen:C4722327,OMIM:601518` with each vocabulary once.
pub fn curies(text: &str) -> Vec<Curie> {
    text.split([',', ';']).filter_map(|id| id.trim().replace("Human_Phenotype_Ontology", "HP").parse().ok()).collect()
}

/// Conditions known by name, parted by `;`, each once without regard to case.
pub fn named(text: &str) -> Vec<Condition> {
    let mut conditions: Vec<Condition> = Vec::new();
    for name in text.splitn(MAX_CONDITIONS, ';').map(str::trim).filter(|n| !n.is_empty()) {
        if !conditions.iter().any(|c| c.name.eq_ignore_ascii_case(name)) {
            conditions.push(Condition::named(name));
        }
    }
    conditions
}
