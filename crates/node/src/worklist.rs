//! What a laboratory could do next: uncertain variants by their distance to another class, and
//! statements that have grown stale.

use crate::error::NodeError;
use crate::node::Node;
use cairn_core::classification::{Bucket, Classification};
use cairn_core::criterion::Outcome;
use cairn_core::date::PartialDate;
use cairn_core::guideline::{Guideline, all, find};
use cairn_core::id::{LaboratoryId, VariantId};
use cairn_core::statement::{Standing, Statement};
use cairn_core::worklist::{DEFAULT_GUIDELINE, Distance, Stale, Standpoint, distance, is_for_criteria, stale};
use cairn_store::entry::{self, AsOf};
use cairn_store::laboratory::RecordedLaboratory;
use cairn_store::serial::{LaboratorySerial, StatementSerial, VariantSerial};
use cairn_store::statement::{self, RecordedStatement, StatementBrief};
use cairn_store::{alert, variant};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;
use std::collections::HashMap;

/// Statements read from the record at one time.
const PAGE: u32 = 2_000;

/// A statement on a worklist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WorkLine {
    /// Its accession with version.
    pub statement: String,
    /// Whose.
    pub laboratory: String,
    /// The variant's id.
    pub variant: VariantId,
    /// The variant's name.
    pub label: String,
    /// The genes it touches.
    pub genes: Vec<String>,
    /// The class.
    pub classification: Classification,
    /// The first condition.
    pub condition: String,
    /// When last evaluated.
    pub last_evaluated: Option<PartialDate>,
    /// The criteria met.
    pub criteria: Vec<String>,
}

/// An uncertain variant and how far it is from another class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ranked {
    /// The statement.
    #[serde(flatten)]
    pub line: WorkLine,
    /// How far.
    pub distance: Distance,
}

/// The uncertain variants of a laboratory.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct UncertainList {
    /// Those that can be ranked, the nearest to another class first.
    pub ranked: Vec<Ranked>,
    /// Those whose criteria give another class than uncertain under the guideline: to be looked at.
    pub disputed: Vec<WorkLine>,
    /// Those that cannot be ranked, because no criterion is recorded.
    pub without_criteria: Vec<WorkLine>,
}

/// A statement that deserves to be looked at again, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StaleLine {
    /// The statement.
    #[serde(flatten)]
    pub line: WorkLine,
    /// Why, the weightiest first.
    pub reasons: Vec<Stale>,
    /// The same in words.
    pub sentences: Vec<String>,
}

impl Node {
    /// The uncertain variants of laboratories, ranked by how little is missing to another class.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn uncertain_worklist(
        &self,
        laboratories: &[RecordedLaboratory],
        as_of: AsOf,
    ) -> Result<UncertainList, NodeError> {
        let mut list = UncertainList::default();
        let is_uncertain = |s: &Statement| s.body.classification.bucket() == Some(Bucket::Uncertain);
        let mut statements = Vec::new();
        for laboratory in laboratories {
            let found = self.current_statements(laboratory.serial, as_of, is_uncertain).await?;
            statements
                .extend(found.into_iter().map(|(recorded, label)| (recorded, label, &laboratory.laboratory.name)));
        }
        for (recorded, label, name) in statements {
            let line = line(&recorded.statement, label, name);
            let guideline = guideline_of(recorded.statement.body.guideline.as_deref());
            let criteria = &recorded.statement.body.criteria;
            match distance(guideline, criteria) {
                Ok(Some(distance)) => list.ranked.push(Ranked { line, distance }),
                _ if line.criteria.is_empty() => list.without_criteria.push(line),
                // Criteria that contradict each other are to be looked at as well.
                _ => list.disputed.push(line),
            }
        }
        let cost = |ranked: &Ranked| ranked.distance.ways.first().map_or(u16::MAX, |way| way.cost);
        list.ranked.sort_by(|a, b| {
            let name = |ranked: &Ranked| (ranked.line.label.clone(), ranked.line.statement.clone());
            cost(a).cmp(&cost(b)).then_with(|| name(a).cmp(&name(b)))
        });
        Ok(list)
    }

    /// The statements of a laboratory that deserve to be looked at again, those with the weightiest
    /// reason first.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn stale_worklist(
        &self,
        laboratory: &RecordedLaboratory,
        as_of: AsOf,
    ) -> Result<Vec<StaleLine>, NodeError> {
        let today = self.day_of(as_of).await?;
        let statements = self.current_statements(laboratory.serial, as_of, |_| true).await?;
        let variants: Vec<VariantSerial> = statements.iter().map(|(recorded, _)| recorded.variant).collect();
        let mut reader = self.store().read().await?;
        let mut others: HashMap<VariantSerial, Vec<StatementBrief>> = HashMap::new();
        for found in statement::briefs(&mut reader, &variants, as_of).await? {
            others.entry(found.variant).or_default().push(found);
        }
        let mut list = Vec::new();
        for (recorded, label) in statements {
            let own = standpoint(&recorded.statement);
            let beside = others.get(&recorded.variant).map(Vec::as_slice).unwrap_or_default();
            let beside = of_others(beside, recorded.statement.laboratory);
            let reasons = stale(own, &beside, today);
            if !reasons.is_empty() {
                let sentences = reasons.iter().map(Stale::sentence).collect();
                list.push(StaleLine {
                    line: line(&recorded.statement, label, &laboratory.laboratory.name),
                    reasons,
                    sentences,
                });
            }
        }
        list.sort_by(|a, b| {
            (&a.reasons, &a.line.last_evaluated, &a.line.label).cmp(&(
                &b.reasons,
                &b.line.last_evaluated,
                &b.line.label,
            ))
        });
        Ok(list)
    }

    /// The day that a read is as of: today for the record as it stands, else that of its last entry.
    async fn day_of(&self, as_of: AsOf) -> Result<Date, NodeError> {
        let mut reader = self.store().read().await?;
        let is_whole = as_of == entry::now(&mut reader).await?;
        let moment = if is_whole { None } else { entry::moment(&mut reader, as_of).await? };
        Ok(moment.unwrap_or_else(|| self.now()).to_zoned(TimeZone::UTC).date())
    }

    /// A laboratory's current statements that are wanted, with the names of their variants.
    async fn current_statements(
        &self,
        laboratory: LaboratorySerial,
        as_of: AsOf,
        is_wanted: impl Fn(&Statement) -> bool,
    ) -> Result<Vec<(RecordedStatement, Name)>, NodeError> {
        let mut reader = self.store().read().await?;
        let mut found = Vec::new();
        let mut after = StatementSerial::new(0);
        loop {
            let page = statement::of_laboratory(&mut reader, laboratory, as_of, after, PAGE).await?;
            let Some(last) = page.last() else { break };
            after = last.serial;
            let current = |recorded: &RecordedStatement| recorded.statement.standing == Standing::Current;
            found.extend(page.into_iter().filter(|recorded| current(recorded) && is_wanted(&recorded.statement)));
        }
        let mut names: HashMap<VariantSerial, String> = HashMap::new();
        for recorded in &found {
            if let std::collections::hash_map::Entry::Vacant(place) = names.entry(recorded.variant) {
                let name = alert::variant_name(&mut reader, recorded.variant).await?;
                place.insert(name.map_or_else(|| recorded.statement.expression.clone(), |(_, label)| label));
            }
        }
        let mut genes: HashMap<VariantSerial, Vec<String>> = HashMap::new();
        let variants: Vec<VariantSerial> = names.keys().copied().collect();
        for (variant, gene) in variant::gene_symbols(&mut reader, &variants).await? {
            genes.entry(variant).or_default().push(gene);
        }
        let name = |recorded: RecordedStatement| {
            let label = names.get(&recorded.variant).cloned().unwrap_or_default();
            let genes = genes.get(&recorded.variant).cloned().unwrap_or_default();
            (recorded, Name { label, genes })
        };
        Ok(found.into_iter().map(name).collect())
    }
}

/// How a variant is called.
struct Name {
    label: String,
    genes: Vec<String>,
}

fn line(statement: &Statement, Name { label, genes }: Name, laboratory: &str) -> WorkLine {
    let body = &statement.body;
    WorkLine {
        statement: format!("{}.{}", statement.accession, statement.version),
        laboratory: laboratory.to_owned(),
        variant: statement.variant,
        label,
        genes,
        classification: body.classification,
        condition: body.conditions.iter().find(|c| c.is_stated()).map(|c| c.name.clone()).unwrap_or_default(),
        last_evaluated: body.last_evaluated,
        criteria: body.criteria.iter().filter(|c| c.outcome == Outcome::Met).map(ToString::to_string).collect(),
    }
}

/// The guideline that a statement names, where it is one that weighs the ACMG/AMP criteria; else the
/// newest point scale, whose borders are the guideline's own.
fn guideline_of(stated: Option<&str>) -> &'static Guideline {
    let named = stated.and_then(|stated| find(stated.trim()).ok()).filter(|guideline| is_for_criteria(guideline));
    let usual = || all().iter().find(|guideline| guideline.address() == DEFAULT_GUIDELINE);
    named.or_else(usual).expect("the default guideline is built in, which a test of the core checks")
}

fn standpoint(statement: &Statement) -> Standpoint {
    let body = &statement.body;
    Standpoint {
        side: body.classification.bucket(),
        track: body.classification.track(),
        last_evaluated: body.last_evaluated,
        is_supported: !(body.criteria.is_empty() && body.evidence.is_empty() && body.citations.is_empty()),
    }
}

/// The newest position of each other laboratory; an archive's summary is none.
fn of_others(briefs: &[StatementBrief], own: LaboratoryId) -> Vec<Standpoint> {
    let mut newest: HashMap<LaboratoryId, &StatementBrief> = HashMap::new();
    for brief in briefs.iter().filter(|brief| brief.laboratory != own && !brief.is_summary) {
        let place = newest.entry(brief.laboratory).or_insert(brief);
        if brief.says.last_evaluated > place.says.last_evaluated {
            *place = brief;
        }
    }
    let view = |brief: &&StatementBrief| Standpoint {
        side: brief.says.classification.bucket(),
        track: brief.says.classification.track(),
        last_evaluated: brief.says.last_evaluated,
        is_supported: true,
    };
    newest.values().map(view).collect()
}
