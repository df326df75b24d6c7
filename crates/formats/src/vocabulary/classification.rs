//! Classifications as laboratories and ClinVar write them (`classification.tsv`).

use std::collections::HashMap;
use std::sync::LazyLock;

use cairn_core::classification::{Classification, Track};

use super::plain;

static TABLE: LazyLock<HashMap<&str, Classification>> = LazyLock::new(|| {
    let lines = include_str!("classification.tsv").lines().filter(|l| !l.starts_with('#'));
    lines
        .filter_map(|line| line.split_once('\t'))
        .map(|(spelling, code)| (spelling, code.parse().expect("a test reads every code of the table")))
        .collect()
});

/// The classification that a text means; `None` if it is in no vocabulary, or says it with a doubt or a mark whose
/// meaning only its writer knows (`pathogenic?`, `5*`, `3+`).
pub fn read(text: &str) -> Option<Classification> {
    if text.contains(['?', '*', '+', '~', '!']) {
        return None;
    }
    let key = plain(text);
    if let Some(class) = TABLE.get(key.as_str()) {
        return Some(*class);
    }
    // `Likely pathogenic (class 4)`, `Class 5: Pathogenic`: both halves must say the same.
    let inner = text.split(['(', ')', ':', '[', ']', '-']).map(plain).filter(|p| !p.is_empty());
    let mut classes = inner.map(|part| TABLE.get(part.as_str()).copied());
    let first = classes.next()??;
    classes.all(|c| c == Some(first)).then_some(first)
}

/// The same in the oncogenicity track, whose words for uncertain and benign are the germline ones.
pub fn read_oncogenicity(text: &str) -> Option<Classification> {
    let class = read(text)?;
    Some(match class {
        Classification::Uncertain => Classification::UncertainOncogenicity,
        Classification::LikelyBenign => Classification::LikelyBenignOncogenicity,
        Classification::Benign => Classification::BenignOncogenicity,
        _ => class,
    })
    .filter(|c| c.track() == Track::Oncogenicity)
}

/// The class and the source's words where they differ from the label: what a statement keeps.
/// A text outside every vocabulary is [`Classification::Other`] with its words.
pub fn stated(text: &str) -> (Classification, Option<String>) {
    let trimmed = text.trim();
    if trimmed.is_empty() || trimmed == "-" {
        return (Classification::NotProvided, None);
    }
    let class = read(trimmed).unwrap_or(Classification::Other);
    (class, (trimmed != class.label()).then(|| trimmed.to_owned()))
}

/// The class of a set of words from several laboratories. Words that say nothing are set aside; one
/// word that remains is the class, and several are [`Classification::Other`], because a set is not
/// a position. The words are always kept unless they are the class's own label.
pub fn of_set<'a>(words: impl Iterator<Item = &'a str> + Clone, text: &str) -> (Classification, Option<String>) {
    let mut found: Option<Classification> = None;
    for word in words.filter(|w| !w.trim().is_empty()) {
        let class = read(word).unwrap_or(Classification::Other);
        match found {
            _ if class == Classification::NotProvided => {}
            None => found = Some(class),
            Some(before) if before == class => {}
            Some(_) => return (Classification::Other, Some(text.to_owned())),
        }
    }
    let class = found.unwrap_or(Classification::NotProvided);
    (class, (text != class.label()).then(|| text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, code: &str) {
        assert_eq!(read(text).map(Classification::code), Some(code), "{text}");
    }

    #[test]
    fn spellings_of_the_field() {
        check("Pathogenic", "pathogenic");
        check("pathologic", "pathogenic");
        check("Class 5", "pathogenic");
        check("C4", "likely_pathogenic");
        check("VUS-High", "vus_high");
        check("Likely_pathogenic", "likely_pathogenic");
        check("Likely pathogenic (class 4)", "likely_pathogenic");
        check("5 - Pathogenic", "pathogenic");
        check("Pathogenic, low penetrance", "pathogenic_low_penetrance");
        check("Tier I - Strong", "tier_1");
        check("wahrscheinlich pathogen", "likely_pathogenic");
    }

    #[test]
    fn contradictions_and_prose_are_no_class() {
        let doubts = ["pathogenic?", "P?", "5*", "3+", "not pathogenic", "II"];
        for text in ["Pathogenic (class 3)", "seen in a patient", "", "Pathogenic/Likely pathogenic", "6"]
            .into_iter()
            .chain(doubts)
        {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn every_label_and_code_of_the_core_is_known() {
        for class in Classification::ALL {
            let found = read(class.label()).or_else(|| read_oncogenicity(class.label()));
            assert_eq!(found, Some(*class), "{}", class.label());
        }
    }

    #[test]
    fn a_set_is_not_a_position() {
        let of = |text: &str| of_set(text.split(';'), text);
        assert_eq!(of("Pathogenic;not provided"), (Classification::Pathogenic, Some("Pathogenic;not provided".into())));
        assert_eq!(of("Benign;Uncertain significance").0, Classification::Other);
        assert_eq!(of("Pathogenic"), (Classification::Pathogenic, None));
        assert_eq!(of("not provided"), (Classification::NotProvided, Some("not provided".into())));
    }
}
