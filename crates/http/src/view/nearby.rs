//! What stands beside a variant that is looked up, as rows with links.

use super::aggregate::mark;
use super::amount::counted;
use crate::mark::Mark;
use cairn_node::lookup::near::{Near, Nearby};

/// Variants beside the one that is looked up.
#[derive(Debug, Clone, Default)]
pub struct NearbyTable {
    /// The rule that compares variants as one, with its version.
    pub rule: String,
    /// Those compared as one with it first, then those that overlap it.
    pub rows: Vec<NearRow>,
    /// Overlapping ones that are not shown.
    pub more: usize,
    /// What the answer "not found" must say beside itself; nothing when it is empty.
    pub beside_nothing: Option<String>,
    /// `2 records kept as text say the same`; empty: none.
    pub kept_sentence: String,
    /// Those records' pages: label and link.
    pub kept: Vec<(String, String)>,
}

/// One of them.
#[derive(Debug, Clone)]
pub struct NearRow {
    /// What is said of it.
    pub mark: Option<Mark>,
    /// Its name.
    pub label: String,
    /// Its page.
    pub link: String,
    /// What sort of variant.
    pub kind: String,
    /// `81 %`, or nothing for what has no stretch.
    pub overlap: String,
    /// Why it is compared as one, or that it is not.
    pub because: String,
    /// Whether it is compared as one.
    pub is_equivalent: bool,
    /// Statements and cases.
    pub weight: String,
}

impl NearbyTable {
    /// The same in words.
    pub fn of(nearby: &Nearby) -> Self {
        let kept = nearby.kept_as_text.iter().map(|near| (near.variant.label.clone(), link(near))).collect();
        let kept_sentence = match nearby.records_kept_as_text() {
            _ if nearby.kept_as_text.is_empty() => String::new(),
            0 | 1 => "1 record kept as text says the same".to_owned(),
            n => format!("{n} records kept as text say the same"),
        };
        Self {
            rule: format!("Equivalence rule, version {}: {}", nearby.rule, nearby.rule_text),
            rows: nearby.equivalent.iter().chain(&nearby.overlapping).map(row).collect(),
            more: nearby.more_overlapping,
            beside_nothing: nearby.beside_nothing(),
            kept_sentence,
            kept,
        }
    }
}

fn link(near: &Near) -> String {
    crate::address::variant(&near.variant.id.to_string())
}

fn row(near: &Near) -> NearRow {
    let statements = counted(near.statements() as u64, "statement", "statements");
    let weight = match near.variant.cases.at_least {
        0 => statements,
        1 => format!("{statements}, {} case", near.variant.cases),
        _ => format!("{statements}, {} cases", near.variant.cases),
    };
    NearRow {
        mark: mark(&near.variant.aggregates),
        label: near.variant.hgvs_c.clone().unwrap_or_else(|| near.variant.label.clone()),
        link: link(near),
        kind: near.variant.kind.replace('_', " "),
        overlap: near.overlap_percent.map(|percent| format!("{percent} %")).unwrap_or_default(),
        because: match &near.because {
            Some(why) => format!("compared as one: {why}"),
            None => "overlaps; not compared as one".to_owned(),
        },
        is_equivalent: near.because.is_some(),
        weight,
    }
}
