//! How often a variant was seen, in whom, as tables.

use cairn_core::tier::{Deidentified, FeatureBucket};
use cairn_node::lookup::carriers::CaseNumber;
use cairn_node::lookup::variant::{CaseCounts, FeatureView};
use std::collections::BTreeMap;

/// Counts of the cases that carry a variant.
#[derive(Debug, Clone, Default)]
pub struct CasesTable {
    /// Cases, each once; the least it can be.
    pub total: u64,
    /// Cases by copies.
    pub by_zygosity: Vec<(&'static str, u64)>,
    /// Cases by laboratory: name, page, count.
    pub by_laboratory: Vec<(String, String, CaseNumber)>,
    /// Whether `total` is the number itself.
    pub is_exact: bool,
    /// Features of others' cases in buckets: term, observed in, excluded in.
    pub elsewhere: Vec<(String, &'static str, &'static str)>,
    /// Cases open to the reader without identity: page, and what they are in words.
    pub shared: Vec<(String, String)>,
    /// Features, the most often observed first.
    pub features: Vec<FeatureRow>,
    /// The reader's own cases: page and pseudonym.
    pub own: Vec<(String, String)>,
}

/// How often a feature was looked for.
#[derive(Debug, Clone)]
pub struct FeatureRow {
    /// The HPO term.
    pub term: String,
    /// Its name.
    pub label: String,
    /// Cases that have it.
    pub observed: u64,
    /// Cases that were found not to have it.
    pub excluded: u64,
}

impl CasesTable {
    /// The tables of these counts.
    pub fn of(counts: &CaseCounts) -> Self {
        let laboratory = |(lab, n): &(cairn_core::laboratory::Laboratory, CaseNumber)| {
            (lab.name.clone(), format!("/laboratories/{}", lab.slug), *n)
        };
        Self {
            total: counts.total,
            by_zygosity: counts.by_zygosity.iter().map(|(zygosity, n)| (zygosity.label(), *n)).collect(),
            by_laboratory: counts.by_laboratory.iter().map(laboratory).collect(),
            is_exact: counts.is_exact,
            elsewhere: counts.features_elsewhere.iter().map(elsewhere).collect(),
            shared: counts.shared.iter().map(shared).collect(),
            features: features(&counts.features),
            own: counts.own.iter().map(|case| (format!("/cases/{}", case.id), case.local_id.clone())).collect(),
        }
    }

    /// The same in one line.
    pub fn sentence(&self) -> String {
        let by: Vec<_> = self.by_zygosity.iter().map(|(zygosity, n)| format!("{n} {zygosity}")).collect();
        let laboratories = match self.by_laboratory.len() {
            1 => "1 laboratory".to_owned(),
            n => format!("{n} laboratories"),
        };
        let cases = if self.total == 1 { "1 case".to_owned() } else { format!("{} cases", self.total) };
        let least = if self.is_exact { "" } else { "At least " };
        let zygosity = match by.is_empty() {
            true => String::new(),
            false => format!("; zygosity of your own: {}", by.join(", ")),
        };
        format!("{least}{cases} of {laboratories}{zygosity}.")
    }
}

fn elsewhere(feature: &FeatureBucket) -> (String, &'static str, &'static str) {
    (feature.term.to_string(), feature.observed.label(), feature.excluded.label())
}

fn shared(case: &Deidentified) -> (String, String) {
    let age = case.age_band.map_or_else(|| "age not said".to_owned(), |band| format!("age {band}"));
    let features = match case.observed.len() {
        1 => "1 feature".to_owned(),
        n => format!("{n} features"),
    };
    (format!("/cases/{}", case.id), format!("{}, {age}, {features}", case.sex.label()))
}

fn features(views: &[FeatureView]) -> Vec<FeatureRow> {
    let mut rows: BTreeMap<String, FeatureRow> = BTreeMap::new();
    for view in views {
        let term = view.term.to_string();
        let row = rows.entry(term.clone()).or_insert_with(|| FeatureRow {
            term,
            label: view.label.clone(),
            observed: 0,
            excluded: 0,
        });
        *(if view.excluded { &mut row.excluded } else { &mut row.observed }) += view.cases;
        if row.label.is_empty() {
            row.label.clone_from(if view.label.is_empty() { &row.term } else { &view.label });
        }
    }
    let mut rows: Vec<_> = rows.into_values().collect();
    rows.sort_by_key(|row| std::cmp::Reverse((row.observed, row.excluded)));
    rows
}
