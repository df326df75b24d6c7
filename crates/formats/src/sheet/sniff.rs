//! What the cells of a column look like, whatever its heading says.

use cairn_core::case::{AlleleOrigin, Sex, Zygosity};
use cairn_core::condition::Inheritance;
use cairn_core::curie::Curie;

use super::field::Field;
use crate::vocabulary::{case, classification, criteria, date};

/// Whether a cell looks like a value of a field; `None` for fields whose cells have no form.
pub fn looks_like(field: Field, cell: &str) -> Option<bool> {
    Some(match field {
        Field::HgvsC => has_description(cell, &["c.", "n.", "r."]),
        Field::HgvsG => has_description(cell, &["g.", "m."]),
        Field::HgvsP => has_description(cell, &["p."]) || is_short_protein(cell),
        Field::Variant => has_description(cell, &["c.", "n.", "g.", "m.", "p."]) || is_site(cell) || is_rsid(cell),
        Field::Rsid => is_rsid(cell),
        Field::Gene => is_gene(cell),
        Field::Transcript => is_transcript(cell),
        Field::Chrom => is_chromosome(cell),
        Field::Pos | Field::End => cell.replace(',', "").parse::<u64>().is_ok(),
        Field::Ref | Field::Alt => cell.bytes().all(|b| b"ACGTNacgtn-.*<>".contains(&b)) || cell.starts_with('<'),
        Field::Assembly => crate::assembly::within(cell).is_some() || crate::assembly::read(cell).is_some(),
        Field::Classification => classification::read(cell).is_some(),
        Field::Criteria | Field::CriteriaNotMet => {
            let read = criteria::read(cell);
            !read.criteria.is_empty() && read.criteria.len() >= read.rest.len()
        }
        Field::HpoObserved | Field::HpoExcluded => cell.contains("HP:") || cell.contains("HP_"),
        Field::ConditionId => is_condition_id(cell),
        Field::Inheritance => Inheritance::read(cell).is_some(),
        Field::DateEvaluated => matches!(date::read(cell, None), Ok(Some(_)) | Err(date::DateFault::Ambiguous(_))),
        Field::Citations => is_citation(cell),
        Field::Zygosity => case::zygosity(cell).is_some_and(|z| z != Zygosity::Unknown),
        Field::Origin => case::origin(cell).is_some_and(|o| o != AlleleOrigin::Unknown),
        Field::Sex => case::sex(cell).is_some_and(|s| s != Sex::Unknown),
        Field::Proband => case::proband(cell).is_some(),
        Field::Affected => case::affected(cell).is_some(),
        Field::SourceAccession => cell.starts_with("SCV"),
        _ => return None,
    })
}

/// Fields that cells alone can give away, the most telling first. Sexes and single numbers are too
/// easily something else.
pub const TELLING: &[Field] = &[
    Field::SourceAccession,
    Field::HpoObserved,
    Field::HgvsG,
    Field::HgvsC,
    Field::HgvsP,
    Field::Rsid,
    Field::Transcript,
    Field::Criteria,
    Field::Classification,
    Field::Zygosity,
    Field::Inheritance,
    Field::Origin,
    Field::Variant,
];

/// `c.68_69del`, `NM_007294.4:c.68_69del`, `BRCA1 c.(?_1)del`.
fn has_description(cell: &str, marks: &[&str]) -> bool {
    marks.iter().any(|mark| {
        cell.match_indices(mark).any(|(at, _)| {
            let before = cell[..at].chars().next_back();
            let after = cell[at + mark.len()..].chars().next();
            before.is_none_or(|c| ": (;,[".contains(c))
                && after.is_some_and(|c| c.is_alphanumeric() || "-*([=?".contains(c))
        })
    })
}

/// `P334L`, `Glu23fs`, `R1699*`.
fn is_short_protein(cell: &str) -> bool {
    let letters = cell.bytes().take_while(u8::is_ascii_alphabetic).count();
    let digits = cell.bytes().skip(letters).take_while(u8::is_ascii_digit).count();
    let rest = cell.len() - letters - digits;
    (letters == 1 || letters == 3)
        && (1..=5).contains(&digits)
        && (1..=12).contains(&rest)
        && cell.is_ascii()
        && !cell[letters + digits..].contains([' ', '.', '/'])
}

/// `17-43045712-T-C`, `chr17:43045712:T>C`.
fn is_site(cell: &str) -> bool {
    let parts: Vec<&str> = cell.split(['-', ':', '_', '>', ' ', '/']).filter(|p| !p.is_empty()).collect();
    parts.len() >= 4 && is_chromosome(parts[0]) && parts[1].parse::<u64>().is_ok()
}

fn is_rsid(cell: &str) -> bool {
    cell.strip_prefix("rs").is_some_and(|n| n.len() >= 2 && n.bytes().all(|b| b.is_ascii_digit()))
}

fn is_gene(cell: &str) -> bool {
    let first = cell.bytes().next().is_some_and(|b| b.is_ascii_uppercase());
    first
        && (2..=15).contains(&cell.len())
        && cell
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-' || b == b'o' || b == b'r' || b == b'f')
}

fn is_transcript(cell: &str) -> bool {
    ["NM_", "NR_", "XM_", "NG_", "NC_", "ENST", "LRG_"].iter().any(|p| cell.starts_with(p)) && !cell.contains(':')
}

fn is_chromosome(cell: &str) -> bool {
    cairn_variant::contig::Contig::from_name(cell.as_bytes()).is_some()
}

fn is_condition_id(cell: &str) -> bool {
    let mut parts = cell.split([';', ',', '|']).map(str::trim).filter(|p| !p.is_empty()).peekable();
    let known = ["OMIM", "MONDO", "ORPHA", "MedGen", "MESH", "DOID", "UMLS"];
    let is_mim_number = |p: &str| p.len() == 6 && p.bytes().all(|b| b.is_ascii_digit());
    parts.peek().is_some()
        && parts.all(|p| is_mim_number(p) || p.parse::<Curie>().is_ok_and(|c| known.contains(&c.prefix())))
}

fn is_citation(cell: &str) -> bool {
    let upper = cell.to_ascii_uppercase();
    let numbers = || cell.split([',', ';', ' ', '|']).filter(|w| !w.is_empty());
    upper.contains("PMID")
        || upper.contains("DOI")
        || upper.contains("HTTP")
        || numbers().all(|w| (6..=8).contains(&w.len()) && w.bytes().all(|b| b.is_ascii_digit()))
}
