//! A statement as pages show it: the class first, then on what and whose word.

use super::citation::CitationView;
use super::condition::ConditionView;
use crate::mark::Mark;
use cairn_core::classification::Bucket;
use cairn_core::criterion::{Criterion, Outcome};
use cairn_core::statement::{Standing, Statement};
use cairn_node::federation::StatementOrigin;
use cairn_node::lookup::statement::StatementView;
use std::collections::BTreeMap;

/// A statement on a page.
#[derive(Debug, Clone)]
pub struct StatementRow {
    /// The class as shape and letter.
    pub mark: Mark,
    /// The class in words.
    pub class: &'static str,
    /// The class in the source's own words, where they differ.
    pub class_text: Option<String>,
    /// Whose.
    pub laboratory: String,
    /// The laboratory's page.
    pub laboratory_link: String,
    /// `CRN000001`.
    pub accession: String,
    /// From 1.
    pub version: u32,
    /// The accession at the source.
    pub source_accession: Option<String>,
    /// Its record in ClinVar, when the source accession is an SCV.
    pub source_link: Option<String>,
    /// Whether the laboratory took it back.
    pub withdrawn: bool,
    /// Whether it stands on another side than most.
    pub differs: bool,
    /// When the laboratory last evaluated it.
    pub last_evaluated: Option<String>,
    /// When the node recorded this version.
    pub recorded: String,
    /// The node it came from, when it is of another one.
    pub node: Option<String>,
    /// The variant as written.
    pub expression: String,
    /// Criteria, met first.
    pub criteria: Vec<CriterionMark>,
    /// What it causes.
    pub conditions: Vec<ConditionView>,
    /// Further facts, label and value.
    pub facts: Vec<(&'static str, String)>,
    /// The laboratory's summary.
    pub summary: String,
    /// Evidence items.
    pub evidence: Vec<EvidenceRow>,
    /// Citations of the whole statement.
    pub citations: Vec<CitationView>,
    /// Named values of the source without a field of their own.
    pub remarks: Vec<(String, String)>,
}

/// A criterion on a page.
#[derive(Debug, Clone)]
pub struct CriterionMark {
    /// Such as `PM2_Supporting`.
    pub text: String,
    /// The look: `met`, `not-met`, `not-evaluated`.
    pub kind: &'static str,
    /// The outcome in words.
    pub words: &'static str,
}

/// An evidence item on a page.
#[derive(Debug, Clone)]
pub struct EvidenceRow {
    /// The criterion it speaks for; empty for the whole statement.
    pub criterion: String,
    /// What it says.
    pub text: String,
    /// Where it was published.
    pub citations: Vec<CitationView>,
}

/// Where a statement of another node came from.
fn origin(origin: &StatementOrigin) -> Vec<(&'static str, String)> {
    let by = if origin.by == origin.node { String::new() } else { format!(", brought by {}", origin.by) };
    vec![
        ("Node", format!("{}{by}; there {}", origin.node, origin.accession)),
        ("Signed by the laboratory", format!("SHA-256 {}", origin.digest)),
    ]
}

impl StatementRow {
    /// A statement as the node answers it.
    pub fn of(view: &StatementView) -> Self {
        let (statement, laboratory) = (&view.statement, &view.laboratory);
        let body = &statement.body;
        let class = body.classification;
        let stated = body.conditions.iter().filter(|condition| condition.is_stated());
        Self {
            mark: Mark::Short(class),
            class: class.label(),
            class_text: body.classification_text.clone().filter(|text| !text.eq_ignore_ascii_case(class.label())),
            laboratory: laboratory.name.clone(),
            laboratory_link: format!("/laboratories/{}", laboratory.slug),
            accession: statement.accession.to_string(),
            version: statement.version,
            source_link: statement.source_accession.as_deref().and_then(clinvar_link),
            source_accession: statement.source_accession.clone(),
            withdrawn: statement.standing == Standing::Withdrawn,
            differs: false,
            last_evaluated: body.last_evaluated.map(|date| date.to_string()),
            recorded: statement.recorded.strftime("%Y-%m-%d").to_string(),
            node: view.origin.as_ref().map(|origin| origin.node.clone()),
            expression: statement.expression.clone(),
            criteria: criteria(&body.criteria),
            conditions: stated.map(ConditionView::from).collect(),
            facts: facts(statement).into_iter().chain(view.origin.iter().flat_map(origin)).collect(),
            summary: body.summary.as_str().to_owned(),
            evidence: body.evidence.iter().map(evidence).collect(),
            citations: body.citations.iter().map(CitationView::from).collect(),
            remarks: body.remarks.iter().map(|r| (r.name.clone(), r.value.as_str().to_owned())).collect(),
        }
    }

    /// Rows of a list: those on another side than most first, marked; then the latest first.
    /// Returns how many differ.
    pub fn list(views: &[StatementView]) -> (Vec<Self>, usize) {
        let most = most(views);
        let mut rows: Vec<Self> = views
            .iter()
            .map(|view| {
                let counts = view.statement.standing == Standing::Current;
                let bucket = view.statement.body.classification.bucket().filter(|_| counts);
                let differs = most.is_some() && bucket.is_some() && bucket != most;
                Self { differs, ..Self::of(view) }
            })
            .collect();
        rows.sort_by(|a, b| {
            let key = |row: &Self| (!row.differs, row.withdrawn);
            key(a).cmp(&key(b)).then_with(|| b.last_evaluated.cmp(&a.last_evaluated))
        });
        let differing = rows.iter().filter(|row| row.differs).count();
        (rows, differing)
    }

    /// Whether there is more to unfold than the row shows.
    pub fn has_more(&self) -> bool {
        !(self.summary.is_empty() && self.evidence.is_empty() && self.citations.is_empty() && self.remarks.is_empty())
    }
}

/// The side that most current statements take; `None` when two sides are as many, or none is taken.
fn most(views: &[StatementView]) -> Option<Bucket> {
    let current = views.iter().filter(|view| view.statement.standing == Standing::Current);
    let mut counts: BTreeMap<Bucket, usize> = BTreeMap::new();
    for bucket in current.filter_map(|view| view.statement.body.classification.bucket()) {
        *counts.entry(bucket).or_insert(0) += 1;
    }
    let most = counts.values().copied().max()?;
    let mut leading = counts.into_iter().filter(|(_, n)| *n == most).map(|(bucket, _)| bucket);
    let first = leading.next();
    if leading.next().is_some() { None } else { first }
}

fn criteria(all: &[Criterion]) -> Vec<CriterionMark> {
    let mut views: Vec<_> = all
        .iter()
        .map(|criterion| {
            let strength = criterion.strength.map_or_else(String::new, |s| format!("_{}", s.suffix()));
            let (kind, words) = match criterion.outcome {
                Outcome::Met => ("met", "met"),
                Outcome::NotMet => ("not-met", "looked at and not met"),
                Outcome::NotEvaluated => ("not-evaluated", "not evaluated"),
            };
            CriterionMark { text: format!("{}{strength}", criterion.code), kind, words }
        })
        .collect();
    views.sort_by_key(|view| view.kind != "met");
    views
}

fn facts(statement: &Statement) -> Vec<(&'static str, String)> {
    let body = &statement.body;
    [
        ("Inheritance", body.inheritance.map(|mode| mode.label().to_owned())),
        ("Allele origin", Some(body.origin.label().to_owned())),
        ("Guideline", body.guideline.clone()),
        ("Review status", body.review_status.clone()),
        ("Method", body.method.clone()),
    ]
    .into_iter()
    .filter_map(|(label, value)| Some((label, value?)))
    .collect()
}

fn evidence(item: &cairn_core::citation::EvidenceItem) -> EvidenceRow {
    EvidenceRow {
        criterion: item.criterion.clone().unwrap_or_default(),
        text: item.text.as_str().to_owned(),
        citations: item.citations.iter().map(CitationView::from).collect(),
    }
}

fn clinvar_link(accession: &str) -> Option<String> {
    let plain = accession.len() >= 12 && accession.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.');
    (plain && accession.starts_with("SCV")).then(|| format!("https://www.ncbi.nlm.nih.gov/clinvar/?term={accession}"))
}
