//! Conditions under all their names: MONDO, OMIM and Orphanet identifiers that mean the same, labels, synonyms.

use cairn_core::condition_group::{ConditionNames, KnownCondition};
use std::{collections::HashMap, io::BufRead};

use crate::{
    completion::{Completion, CompletionBuilder, NameRank, fold},
    phenotype::links::{DiseaseLinks, normal_id},
    transcript::{TableError, table::Table},
};

/// A condition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConditionName {
    /// `OMIM:604370` where one exists, else `ORPHA:…`, else `MONDO:…`.
    pub id: String,
    /// Its name.
    pub label: String,
    /// All identifiers that mean exactly this condition, [`Self::id`] included.
    pub equivalents: Vec<String>,
}

/// All conditions that are known by name.
#[derive(Debug, Default)]
pub struct Conditions {
    conditions: Vec<ConditionName>,
    by_id: HashMap<String, u32>,
    by_name: HashMap<String, u32>,
    /// Conditions by the initials of their names, for those who type `HBOC`.
    by_initials: HashMap<String, Vec<u32>>,
    /// What a condition of MONDO is a kind of, nearest only, by the numbers of MONDO's identifiers.
    parents: HashMap<u32, Vec<u32>>,
    completion: Completion,
}

/// Collects conditions.
#[derive(Debug, Default)]
pub struct ConditionsBuilder {
    conditions: Vec<ConditionName>,
    by_id: HashMap<String, u32>,
    /// Further names, by condition.
    synonyms: Vec<(u32, String)>,
    parents: HashMap<u32, Vec<u32>>,
}

impl ConditionsBuilder {
    /// Adds a name to the condition with an identifier, which is made when it is new.
    pub fn add(&mut self, id: &str, label: &str) -> u32 {
        let id = normal_id(id);
        let next = self.conditions.len() as u32;
        let at = *self.by_id.entry(id.clone()).or_insert(next);
        match self.conditions.get(at as usize) {
            None => {
                self.conditions.push(ConditionName { id: id.clone(), label: label.to_owned(), equivalents: vec![id] })
            }
            Some(known) if !label.is_empty() && fold(&known.label) != fold(label) => {
                self.synonyms.push((at, label.to_owned()));
            }
            Some(_) => {}
        }
        at
    }

    /// Says that another identifier means exactly the same.
    pub fn add_equivalent(&mut self, at: u32, other: &str) {
        let other = normal_id(other);
        if let std::collections::hash_map::Entry::Vacant(free) = self.by_id.entry(other) {
            self.conditions[at as usize].equivalents.push(free.key().clone());
            free.insert(at);
        }
    }

    /// Adds a further name.
    pub fn add_synonym(&mut self, at: u32, name: &str) {
        self.synonyms.push((at, name.to_owned()));
    }

    /// Says that a condition of MONDO is a kind of another.
    pub fn add_parent(&mut self, child: &str, parent: &str) {
        if let Some((child, parent)) = mondo_number(child).zip(mondo_number(parent)) {
            let known = self.parents.entry(child).or_default();
            if child != parent && !known.contains(&parent) {
                known.push(parent);
            }
        }
    }

    /// Reads a table of edges (`subject`, `predicate`, `object`); those that say *is a kind of* are kept.
    ///
    /// # Errors
    /// When a column is missing or the stream fails.
    pub fn read_edges(&mut self, input: impl BufRead) -> Result<usize, TableError> {
        let mut table = Table::read(input, &["subject", "predicate", "object"])?;
        let mut count = 0;
        while let Some([child, predicate, parent]) = table.next_row()? {
            if matches!(predicate, "biolink:subclass_of" | "rdfs:subClassOf" | "is_a") {
                self.add_parent(child, parent);
                count += 1;
            }
        }
        Ok(count)
    }

    /// Reads MONDO's mappings (SSSOM, or the columns `mondo_id`, `mondo_label`, `predicate`, `object_id`,
    /// `object_label`). Exact matches with OMIM, Orphanet, MedGen and others are kept; broader ones are not.
    ///
    /// # Errors
    /// When a column is missing or the stream fails.
    pub fn read_mappings(&mut self, mut input: impl BufRead) -> Result<usize, TableError> {
        let sssom = input.fill_buf()?.windows(10).take(1 << 14).any(|window| window == b"subject_id");
        let wanted = match sssom {
            true => ["subject_id", "subject_label", "predicate_id", "object_id", "object_label"],
            false => ["mondo_id", "mondo_label", "predicate", "object_id", "object_label"],
        };
        let mut table = Table::read(input, &wanted)?;
        let mut count = 0;
        while let Some([mondo, label, predicate, object, object_label]) = table.next_row()? {
            if predicate != "skos:exactMatch" || !mondo.starts_with("MONDO:") {
                continue;
            }
            let at = self.add(mondo, label);
            self.add_equivalent(at, object);
            if !object_label.is_empty() {
                self.add_synonym(at, object_label);
            }
            count += 1;
        }
        Ok(count)
    }

    /// Adds the diseases that phenotypes are linked to.
    pub fn add_diseases(&mut self, links: &DiseaseLinks) {
        for disease in links.iter() {
            self.add(&disease.id, &disease.name);
        }
    }

    /// Chooses each condition's identifier and indexes the names.
    pub fn build(self) -> Conditions {
        let Self { mut conditions, by_id, synonyms, parents } = self;
        let mut names = CompletionBuilder::default();
        let mut by_name = HashMap::new();
        let mut by_initials: HashMap<String, Vec<u32>> = HashMap::new();
        for (at, condition) in (0u32..).zip(&mut conditions) {
            condition.choose_id();
            names.add(&condition.label, at, NameRank::Preferred);
            by_name.insert(fold(&condition.label), at);
            initials(&condition.label).for_each(|text| by_initials.entry(text).or_default().push(at));
        }
        for (at, name) in &synonyms {
            names.add(name, *at, NameRank::Synonym);
            by_name.entry(fold(name)).or_insert(*at);
            initials(name).for_each(|text| by_initials.entry(text).or_default().push(*at));
        }
        for found in by_initials.values_mut() {
            found.sort_unstable();
            found.dedup();
        }
        Conditions { conditions, by_id, by_name, by_initials, parents, completion: names.build() }
    }
}

impl ConditionName {
    fn choose_id(&mut self) {
        self.equivalents.sort_by_key(|id| (vocabulary_rank(id), id.clone()));
        if let Some(first) = self.equivalents.first() {
            self.id.clone_from(first);
        }
    }
}

/// The number of an identifier of MONDO.
fn mondo_number(id: &str) -> Option<u32> {
    id.strip_prefix("MONDO:")?.parse().ok()
}

/// Scores below are not offered.
const LEAST_ALIKE: u8 = 34;

/// The three-letter pieces of a text's words, each with a blank before and behind, in order and once.
fn pieces(folded: &str) -> Vec<[char; 3]> {
    let mut pieces = Vec::new();
    for word in folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        let letters: Vec<char> = std::iter::once(' ').chain(word.chars()).chain(std::iter::once(' ')).collect();
        pieces.extend(letters.windows(3).map(|three| [three[0], three[1], three[2]]));
    }
    pieces.sort_unstable();
    pieces.dedup();
    pieces
}

/// Twice what both have, of what they have together, in hundredths. Both are sorted.
fn dice(a: &[[char; 3]], b: &[[char; 3]]) -> u8 {
    let (mut at, mut shared) = (0, 0);
    for piece in a {
        while at < b.len() && b[at] < *piece {
            at += 1;
        }
        shared += usize::from(b.get(at) == Some(piece));
    }
    let hundredths = 200 * shared / (a.len() + b.len()).max(1);
    u8::try_from(hundredths).unwrap_or(100)
}

/// The initials of a name, with and without a closing `syndrome` or `disease`; a word of two or three
/// capitals (`long QT syndrome`) stands whole. Fewer than three letters say nothing.
fn initials(name: &str) -> impl Iterator<Item = String> {
    const SMALL: [&str; 9] = ["and", "or", "of", "the", "with", "to", "due", "in", "and/or"];
    const CLOSING: [&str; 3] = ["syndrome", "disease", "disorder"];
    let name = name.split([',', ';', '(']).next().unwrap_or_default();
    let words: Vec<&str> =
        name.split([' ', '-']).filter(|word| !SMALL.contains(&word.to_lowercase().as_str())).collect();
    let letters = |words: &[&str]| -> String {
        let short = |word: &str| word.len() > 1 && word.len() < 4 && word.bytes().all(|b| b.is_ascii_uppercase());
        let letters = words.iter().map(|word| word.chars().take(if short(word) { 3 } else { 1 }).collect::<String>());
        letters.collect::<String>().to_lowercase()
    };
    let whole = letters(&words);
    let closed = words.last().is_some_and(|word| CLOSING.contains(&word.to_lowercase().as_str()));
    let open = closed.then(|| letters(&words[..words.len() - 1]));
    [Some(whole), open].into_iter().flatten().filter(|text| (3..=8).contains(&text.len()))
}

fn vocabulary_rank(id: &str) -> u8 {
    match id.split(':').next() {
        Some("OMIM") => 0,
        Some("ORPHA") => 1,
        Some("MONDO") => 2,
        _ => 3,
    }
}

impl Conditions {
    /// The condition with an identifier of any vocabulary.
    pub fn find(&self, id: &str) -> Option<&ConditionName> {
        self.by_id.get(&normal_id(id.trim())).map(|at| &self.conditions[*at as usize])
    }

    /// Identifiers of MONDO for everything that a condition is a kind of, the nearest first; empty where no hierarchy
    /// is loaded. A condition is not its own ancestor.
    pub fn ancestors(&self, id: &str) -> Vec<String> {
        let own = self.find(id).map(|known| known.equivalents.as_slice()).unwrap_or_default();
        let mut found: Vec<u32> = own.iter().map(String::as_str).chain([id]).filter_map(mondo_number).collect();
        found.sort_unstable();
        found.dedup();
        let (own, mut at) = (found.len(), 0);
        while let Some(child) = found.get(at) {
            let parents = self.parents.get(child).into_iter().flatten().filter(|parent| !found.contains(parent));
            let new: Vec<u32> = parents.copied().collect();
            found.extend(new);
            at += 1;
        }
        found[own..].iter().map(|number| format!("MONDO:{number:07}")).collect()
    }

    /// The condition with this label or synonym, in any case.
    pub fn named(&self, name: &str) -> Option<&ConditionName> {
        self.by_name.get(&fold(name)).map(|at| &self.conditions[*at as usize])
    }

    /// Conditions of which a name has words that begin with what is typed.
    pub fn complete(&self, typed: &str, limit: usize) -> Vec<&ConditionName> {
        self.completion.find(typed, limit).into_iter().map(|at| &self.conditions[at as usize]).collect()
    }

    /// Conditions of which a name is like the text, the likest first, with a score of 0 to 100: the share of
    /// three-letter pieces that both have (Dice's coefficient), over every label and synonym. What has less than a
    /// third in common is left out.
    pub fn similar(&self, text: &str, limit: usize) -> Vec<(u8, &ConditionName)> {
        let wanted = pieces(&fold(text));
        if wanted.is_empty() {
            return Vec::new();
        }
        let mut best: HashMap<u32, u8> = HashMap::new();
        for (name, at) in &self.by_name {
            let score = dice(&wanted, &pieces(name));
            if score >= LEAST_ALIKE {
                let so_far = best.entry(*at).or_insert(score);
                *so_far = score.max(*so_far);
            }
        }
        let mut found: Vec<(u8, &ConditionName)> =
            best.into_iter().map(|(at, score)| (score, &self.conditions[at as usize])).collect();
        found.sort_by(|(a, one), (b, other)| b.cmp(a).then_with(|| one.label.cmp(&other.label)));
        found.truncate(limit);
        found
    }

    /// Conditions whose name begins its words with these letters: `HBOC` for hereditary breast and/or
    /// ovarian cancer (syndrome). A guess from the loaded names; nothing is known of usage.
    pub fn with_initials(&self, typed: &str, limit: usize) -> Vec<&ConditionName> {
        let typed = typed.trim().to_lowercase();
        let found = self.by_initials.get(&typed).into_iter().flatten();
        found.take(limit).map(|at| &self.conditions[*at as usize]).collect()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.conditions.len()
    }

    /// Whether none is loaded.
    pub fn is_empty(&self) -> bool {
        self.conditions.is_empty()
    }
}

/// A group is named by MONDO where MONDO knows the condition.
impl ConditionNames for Conditions {
    fn with_id(&self, id: &str) -> Option<KnownCondition<'_>> {
        self.find(id).map(ConditionName::known)
    }

    fn with_name(&self, name: &str) -> Option<KnownCondition<'_>> {
        self.named(name).map(ConditionName::known)
    }
}

impl ConditionName {
    fn known(&self) -> KnownCondition<'_> {
        let mondo = self.equivalents.iter().find(|id| id.starts_with("MONDO:"));
        KnownCondition { id: mondo.unwrap_or(&self.id), label: &self.label }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{sequence::fasta::inflated, testdata};

    fn conditions() -> Conditions {
        let mut builder = ConditionsBuilder::default();
        let file = testdata("disease/mondo_mappings.2026-08.tsv.gz");
        builder.read_mappings(inflated(&file[..]).expect("gzip")).expect("a table");
        builder.build()
    }

    #[test]
    fn one_condition_under_three_identifiers() {
        let conditions = conditions();
        let marfan = conditions.find("OMIM:154700").expect("mapped");
        assert_eq!(marfan.label, "Marfan syndrome");
        assert_eq!(marfan.id, "OMIM:154700");
        assert_eq!(conditions.find("MONDO:0007947"), Some(marfan));
        assert_eq!(conditions.find("Orphanet:558"), Some(marfan));
        assert_eq!(conditions.named("marfan SYNDROME"), Some(marfan));
    }

    #[test]
    fn what_laboratories_write_is_near_what_is_meant() {
        let conditions = conditions();
        for (text, label) in [
            ("Marfans syndrom", "Marfan syndrome"),
            ("neurofibromatosis type I", "neurofibromatosis type 1"),
            ("cardiomyopathy, hypertrophic, familial", "familial hypertrophic cardiomyopathy"),
        ] {
            let found = conditions.similar(text, 5);
            assert!(found.iter().any(|(_, one)| one.label.eq_ignore_ascii_case(label)), "{text}: {found:?}");
        }
        assert!(conditions.similar("zzzz qqqq", 5).is_empty());
        assert!(conditions.similar("", 5).is_empty());
    }

    #[test]
    fn initials_of_a_name_find_it() {
        let conditions = conditions();
        let of = |typed: &str| {
            conditions.with_initials(typed, 50).into_iter().map(|c| c.label.clone()).collect::<Vec<String>>()
        };
        let has = |typed: &str, part: &str| of(typed).iter().any(|label| label.to_lowercase().contains(part));
        assert!(has("HBOC", "breast"), "{:?}", of("HBOC"));
        assert!(has("LQTS", "long qt"), "{:?}", of("LQTS"));
        assert!(of("HB").is_empty());
    }

    #[test]
    fn typing_offers_conditions() {
        let conditions = conditions();
        assert_eq!(conditions.complete("marfan syn", 1)[0].label, "Marfan syndrome");
        assert!(conditions.len() > 20_000);
    }
}
