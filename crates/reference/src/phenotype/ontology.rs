//! An ontology as flat arrays: terms, names, parents, ancestors. Built once, then read by any number of threads.

use std::collections::HashMap;

use crate::completion::{Completion, CompletionBuilder, NameRank};

/// A term of one [`Ontology`], counted from 0 in the order of identifiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TermIndex(pub u32);

/// A term as a loader read it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TermRecord {
    /// The number of the identifier: 3002 for `HP:0003002`.
    pub id: u32,
    /// Its label.
    pub label: String,
    /// Definition, empty when none is given.
    pub definition: String,
    /// Synonyms.
    pub synonyms: Vec<String>,
    /// Numbers of identifiers that were merged into this one.
    pub merged: Vec<u32>,
    /// Numbers of the direct parents.
    pub parents: Vec<u32>,
    /// No longer to be used.
    pub is_obsolete: bool,
    /// The number of the term to use instead, where one is named.
    pub replaced_by: Option<u32>,
}

/// What an identifier leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TermMatch {
    /// A term in use.
    Current(TermIndex),
    /// An obsolete or merged identifier with a term in its place: say so, and use that one.
    Replaced(TermIndex),
    /// An obsolete term that nothing replaces.
    Obsolete(TermIndex),
    /// Not in this version of the ontology.
    Unknown,
}

/// Terms, their names and how they are related.
#[derive(Debug, Default)]
pub struct Ontology {
    /// Version as the file states it: `2024-08-13`.
    pub version: String,
    terms: Vec<TermRecord>,
    by_id: HashMap<u32, TermMatch>,
    by_name: HashMap<String, TermIndex>,
    parents: Rows,
    children: Rows,
    ancestors: Rows,
    completion: Completion,
}

/// Lists of terms in one array.
#[derive(Debug, Default)]
struct Rows {
    ends: Vec<u32>,
    terms: Vec<TermIndex>,
}

impl Rows {
    fn push(&mut self, row: impl IntoIterator<Item = TermIndex>) {
        self.terms.extend(row);
        self.ends.push(self.terms.len() as u32);
    }

    fn row(&self, at: TermIndex) -> &[TermIndex] {
        let at = at.0 as usize;
        let start = if at == 0 { 0 } else { self.ends[at - 1] as usize };
        &self.terms[start..self.ends[at] as usize]
    }
}

impl Ontology {
    /// Builds the arrays. A term that is described twice (an older and a newer file) is completed, later parents and
    /// state winning. Parents that do not exist and circles among parents are left out.
    pub fn new(version: String, records: impl IntoIterator<Item = TermRecord>) -> Self {
        let mut terms = merged_by_id(records);
        terms.sort_by_key(|term| term.id);
        let mut ontology = Self { version, terms, ..Self::default() };
        ontology.index_identifiers();
        ontology.index_relations();
        ontology.index_names();
        ontology
    }

    /// What `HP:0003002` (or `3002`, or `HP_0003002`) leads to.
    pub fn find(&self, identifier: &str) -> TermMatch {
        let digits = identifier.trim().rsplit([':', '_']).next().unwrap_or("");
        let number = digits.parse().ok();
        number.and_then(|number| self.by_id.get(&number)).copied().unwrap_or(TermMatch::Unknown)
    }

    /// The term with this label or synonym, in any case.
    pub fn named(&self, name: &str) -> Option<TermIndex> {
        self.by_name.get(&crate::completion::fold(name)).copied()
    }

    /// The term. Indexes of another ontology panic or give a wrong one.
    pub fn term(&self, at: TermIndex) -> &TermRecord {
        &self.terms[at.0 as usize]
    }

    /// Direct parents.
    pub fn parents(&self, at: TermIndex) -> &[TermIndex] {
        self.parents.row(at)
    }

    /// Direct children.
    pub fn children(&self, at: TermIndex) -> &[TermIndex] {
        self.children.row(at)
    }

    /// All ancestors, sorted, without the term itself.
    pub fn ancestors(&self, at: TermIndex) -> &[TermIndex] {
        self.ancestors.row(at)
    }

    /// Whether `at` is `above` or one of its descendants.
    pub fn is_a(&self, at: TermIndex, above: TermIndex) -> bool {
        at == above || self.ancestors(at).binary_search(&above).is_ok()
    }

    /// Terms in use of which the label or a synonym has words that begin with what is typed.
    pub fn complete(&self, typed: &str, limit: usize) -> Vec<TermIndex> {
        self.completion.find(typed, limit).into_iter().map(TermIndex).collect()
    }

    /// Number of terms, obsolete ones included.
    pub fn len(&self) -> usize {
        self.terms.len()
    }

    /// Whether nothing is loaded.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// All terms.
    pub fn iter(&self) -> impl Iterator<Item = (TermIndex, &TermRecord)> {
        (0u32..).map(TermIndex).zip(&self.terms)
    }

    fn index_identifiers(&mut self) {
        let place: HashMap<u32, TermIndex> = self.iter().map(|(at, term)| (term.id, at)).collect();
        for (at, term) in (0u32..).map(TermIndex).zip(&self.terms) {
            let found = match (term.is_obsolete, term.replaced_by.and_then(|id| place.get(&id))) {
                (false, _) => TermMatch::Current(at),
                (true, Some(other)) => TermMatch::Replaced(*other),
                (true, None) => TermMatch::Obsolete(at),
            };
            self.by_id.insert(term.id, found);
        }
        let merged = (0u32..).map(TermIndex).zip(&self.terms).filter(|(_, term)| !term.is_obsolete);
        for (at, id) in merged.flat_map(|(at, term)| term.merged.iter().map(move |id| (at, *id))) {
            if !matches!(self.by_id.get(&id), Some(TermMatch::Current(_))) {
                self.by_id.insert(id, TermMatch::Replaced(at));
            }
        }
    }

    fn index_relations(&mut self) {
        let current = |id: &u32| match self.by_id.get(id) {
            Some(TermMatch::Current(at)) => Some(*at),
            _ => None,
        };
        let parents: Vec<Vec<TermIndex>> =
            self.terms.iter().map(|term| term.parents.iter().filter_map(current).collect()).collect();
        let mut children = vec![Vec::new(); parents.len()];
        for (at, row) in (0u32..).map(TermIndex).zip(&parents) {
            row.iter().for_each(|parent| children[parent.0 as usize].push(at));
        }
        for at in 0..parents.len() {
            self.ancestors.push(closure(&parents, at));
        }
        parents.into_iter().for_each(|row| self.parents.push(row));
        children.into_iter().for_each(|row| self.children.push(row));
    }

    fn index_names(&mut self) {
        let mut names = CompletionBuilder::default();
        for (at, term) in (0u32..).zip(&self.terms).filter(|(_, term)| !term.is_obsolete) {
            names.add(&term.label, at, NameRank::Preferred);
            self.by_name.insert(crate::completion::fold(&term.label), TermIndex(at));
            term.synonyms.iter().for_each(|synonym| names.add(synonym, at, NameRank::Synonym));
        }
        for (at, term) in (0u32..).zip(&self.terms).filter(|(_, term)| !term.is_obsolete) {
            for synonym in &term.synonyms {
                self.by_name.entry(crate::completion::fold(synonym)).or_insert(TermIndex(at));
            }
        }
        self.completion = names.build();
    }
}

/// All that can be reached upwards, sorted; each term is visited once, so circles end.
fn closure(parents: &[Vec<TermIndex>], at: usize) -> Vec<TermIndex> {
    let mut found: Vec<TermIndex> = Vec::new();
    let mut open: Vec<TermIndex> = parents[at].clone();
    while let Some(next) = open.pop() {
        if let Err(place) = found.binary_search(&next) {
            found.insert(place, next);
            open.extend(&parents[next.0 as usize]);
        }
    }
    found.retain(|ancestor| ancestor.0 as usize != at);
    found
}

fn merged_by_id(records: impl IntoIterator<Item = TermRecord>) -> Vec<TermRecord> {
    let mut places: HashMap<u32, usize> = HashMap::new();
    let mut terms: Vec<TermRecord> = Vec::new();
    for record in records {
        match places.get(&record.id) {
            None => {
                places.insert(record.id, terms.len());
                terms.push(record);
            }
            Some(at) => terms[*at].update(record),
        }
    }
    terms
}

impl TermRecord {
    fn update(&mut self, newer: Self) {
        let older = std::mem::replace(self, newer);
        self.synonyms.extend(older.synonyms);
        self.synonyms.sort_unstable();
        self.synonyms.dedup();
        self.merged.extend(older.merged);
        if self.definition.is_empty() {
            self.definition = older.definition;
        }
        if self.label != older.label && !older.label.is_empty() && !self.synonyms.contains(&older.label) {
            self.synonyms.push(older.label);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn term(id: u32, label: &str, parents: &[u32]) -> TermRecord {
        TermRecord { id, label: label.into(), parents: parents.to_vec(), ..TermRecord::default() }
    }

    fn ontology() -> Ontology {
        let mut obsolete = term(9, "Old name", &[]);
        (obsolete.is_obsolete, obsolete.replaced_by) = (true, Some(3));
        let mut seizure = term(3, "Seizure", &[2]);
        (seizure.synonyms, seizure.merged) = (vec!["Fit".into()], vec![7]);
        Ontology::new(
            "test".into(),
            [
                term(1, "All", &[]),
                term(2, "Nervous system", &[1]),
                seizure,
                obsolete,
                term(4, "Loop", &[5]),
                term(5, "Loop too", &[4, 99]),
            ],
        )
    }

    #[test]
    fn ancestors_are_closed_and_circles_end() {
        let ontology = ontology();
        let at = |id: &str| match ontology.find(id) {
            TermMatch::Current(at) => at,
            other => panic!("{other:?}"),
        };
        assert_eq!(ontology.ancestors(at("HP:0000003")), [at("1"), at("2")]);
        assert!(ontology.is_a(at("3"), at("1")) && !ontology.is_a(at("1"), at("3")));
        assert_eq!(ontology.ancestors(at("4")), [at("5")]);
        assert_eq!(ontology.children(at("1")), [at("2")]);
    }

    #[test]
    fn obsolete_and_merged_identifiers_lead_to_their_successor() {
        let ontology = ontology();
        let TermMatch::Current(seizure) = ontology.find("HP:0000003") else { panic!("current") };
        assert_eq!(ontology.find("HP:0000009"), TermMatch::Replaced(seizure));
        assert_eq!(ontology.find("HP_0000007"), TermMatch::Replaced(seizure));
        assert_eq!(ontology.find("HP:0000010"), TermMatch::Unknown);
        assert_eq!(ontology.named("FIT"), Some(seizure));
        assert_eq!(ontology.complete("seiz", 5), [seizure]);
        assert!(ontology.complete("old", 5).is_empty());
    }
}
