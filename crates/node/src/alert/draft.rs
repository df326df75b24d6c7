//! What a landing changed about each variant, before anybody is told.

use crate::error::NodeError;
use crate::landing::{LandedStatement, Landing};
use cairn_core::alert::{StatementNews, Trigger, Urgency, urgency};
use cairn_core::change::{Classes, Difference, Opinion, SummaryChange, new_literature, of_statement, of_summary};
use cairn_core::statement::Standing;
use cairn_store::serial::{LaboratorySerial, StatementSerial, VariantSerial};
use cairn_store::{Connection, alert};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// What an alert is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum About {
    /// A variant.
    Variant(VariantSerial),
    /// A gene, and what of it.
    Gene(String, String),
    /// A phenotype, by its HPO identifier.
    Phenotype(String),
}

impl About {
    /// The variant, where it is one.
    pub(super) fn variant(&self) -> Option<VariantSerial> {
        match self {
            Self::Variant(variant) => Some(*variant),
            _ => None,
        }
    }

    /// The gene, where it is one.
    pub(super) fn gene(&self) -> Option<&str> {
        match self {
            Self::Gene(gene, _) => Some(gene),
            _ => None,
        }
    }
}

/// What changed about one thing.
#[derive(Debug)]
pub(super) struct Draft {
    /// What set it off.
    pub cause: Trigger,
    /// How soon somebody should look.
    pub urgency: Urgency,
    /// What became of the opinions behind a summary.
    pub opinion: Option<Opinion>,
    /// What it is about in words, where that is neither a variant nor a gene.
    pub subject: Option<String>,
    /// In one sentence, where no statement says it.
    pub sentence: Option<String>,
    /// The classes before, of the weightiest statement.
    pub from: Option<Classes>,
    /// The classes now.
    pub to: Option<Classes>,
    /// What lets one tell why.
    pub reason: Option<String>,
    /// The statements that changed, the weightiest first.
    pub news: Vec<News>,
    /// What that did to aggregates and discordances.
    pub effects: Vec<String>,
    /// Cases with the variant that came in.
    pub cases: u32,
    /// Literature that is new.
    pub literature: BTreeSet<String>,
    /// Whether it is recorded though it concerns nobody here.
    pub is_change: bool,
    /// Whose doing it was: those are not told of it.
    pub sources: BTreeSet<LaboratorySerial>,
}

/// A statement that changed.
#[derive(Debug)]
pub(super) struct News {
    /// Which.
    pub serial: StatementSerial,
    /// Whose.
    pub laboratory: LaboratorySerial,
    /// What stands in the alert, but for the names.
    pub told: StatementNews,
}

impl Draft {
    /// A draft of a cause that has nothing to say yet.
    pub(super) fn new(cause: Trigger) -> Self {
        Self {
            cause,
            urgency: Urgency::Low,
            opinion: None,
            subject: None,
            sentence: None,
            from: None,
            to: None,
            reason: None,
            news: Vec::new(),
            effects: Vec::new(),
            cases: 0,
            literature: BTreeSet::new(),
            is_change: false,
            sources: BTreeSet::new(),
        }
    }
}

impl Draft {
    /// Whether it may matter to a case that is not solved: the side of a class changed, or what is
    /// known of the gene or of frequencies speaks otherwise now.
    pub(super) fn reopens_cases(&self) -> bool {
        let sides = |classes: &Option<Classes>| classes.as_ref().map(Classes::sides).unwrap_or_default();
        match self.cause {
            Trigger::GeneValidity | Trigger::Frequency => self.urgency < Urgency::Low,
            _ => sides(&self.from) != sides(&self.to),
        }
    }
}

/// How a landed statement differs from what stood before.
enum Changed {
    Summary(SummaryChange),
    Statement(Difference),
    Literature,
    Nothing,
}

/// Drafts by variant, from the statements of a landing. What is merely new is left out unless
/// somebody may be interested.
pub(super) async fn of_statements(
    connection: &mut Connection,
    landing: &Landing,
    archive: Option<LaboratorySerial>,
    with_new: bool,
) -> Result<BTreeMap<About, Draft>, NodeError> {
    let mut drafts = BTreeMap::new();
    for statement in &landing.statements {
        let is_summary = archive == Some(statement.laboratory);
        let changed = changed(connection, statement, is_summary).await?;
        let is_new = matches!(changed, Changed::Literature | Changed::Statement(Difference::First));
        if matches!(changed, Changed::Nothing) || (is_new && !with_new) {
            continue;
        }
        let cause = match (&changed, is_summary) {
            (Changed::Literature, _) => Trigger::Literature,
            (_, true) => Trigger::Summary,
            (_, false) => Trigger::Statement,
        };
        let draft = drafts.entry(About::Variant(statement.variant)).or_insert_with(|| Draft::new(cause));
        add(draft, statement, changed, cause);
    }
    Ok(drafts)
}

async fn changed(
    connection: &mut Connection,
    statement: &LandedStatement,
    is_summary: bool,
) -> Result<Changed, NodeError> {
    let counted = statement.before.as_ref().filter(|before| before.standing == Standing::Current);
    let before = counted.map(|before| &before.body);
    let difference = of_statement(before, &statement.after, statement.standing);
    let has_literature = || !new_literature(before, &statement.after).is_empty();
    if let (true, Some(before)) = (is_summary, before) {
        let mut change = of_summary(before, &statement.after, &[]);
        // Only a class that came without a laboratory can be one that stood here earlier.
        if change.as_ref().is_some_and(|change| change.opinion == Opinion::New && change.joined.is_empty()) {
            let earlier = alert::earlier_classes(connection, statement.serial, statement.version - 1).await?;
            change = of_summary(before, &statement.after, &earlier);
        }
        return Ok(match (change, difference) {
            (Some(change), _) => Changed::Summary(change),
            (None, Difference::First) => Changed::Statement(difference),
            (None, _) if has_literature() => Changed::Literature,
            (None, _) => Changed::Nothing,
        });
    }
    Ok(match difference {
        Difference::Vocabulary => Changed::Nothing,
        Difference::Evidence if has_literature() => Changed::Literature,
        Difference::Evidence => Changed::Nothing,
        other => Changed::Statement(other),
    })
}

fn add(draft: &mut Draft, statement: &LandedStatement, changed: Changed, cause: Trigger) {
    let before = statement.before.as_ref().map(|before| &before.body);
    let from = before.map(Classes::of).unwrap_or_default();
    let to = match statement.standing {
        Standing::Withdrawn => Classes::default(),
        Standing::Current => Classes::of(&statement.after),
    };
    let (is_change, rank) = match &changed {
        Changed::Summary(_) => (true, urgency(&from, &to)),
        Changed::Statement(difference) if difference.is_changed_mind() => (true, urgency(&from, &to)),
        _ => (false, Urgency::Low),
    };
    let is_weightier = draft.news.is_empty() || (is_change, Reverse(rank)) > (draft.is_change, Reverse(draft.urgency));
    if is_weightier {
        draft.cause = cause;
        draft.urgency = rank;
        draft.from = Some(from.clone());
        draft.to = Some(to.clone());
        (draft.opinion, draft.reason) = match &changed {
            Changed::Summary(change) => (Some(change.opinion), Some(change.reason.clone())),
            // What a laboratory changed stands in the sentence.
            _ => (None, None),
        };
    }
    draft.is_change |= is_change;
    draft.sources.insert(statement.laboratory);
    draft.literature.extend(new_literature(before, &statement.after).iter().map(ToString::to_string));
    let (difference, summary) = match changed {
        Changed::Summary(change) => (None, Some(change)),
        Changed::Statement(difference) => (Some(difference), None),
        _ => (None, None),
    };
    let told = StatementNews {
        accession: statement.accession(),
        version: statement.version,
        laboratory: String::new(),
        expression: String::new(),
        key: None,
        from,
        to,
        difference,
        summary,
    };
    let news = News { serial: statement.serial, laboratory: statement.laboratory, told };
    let at = if is_weightier { 0 } else { draft.news.len() };
    draft.news.insert(at, news);
}

/// Adds the new cases of a landing to the drafts of their variants.
pub(super) fn add_cases(drafts: &mut BTreeMap<About, Draft>, landing: &Landing) {
    for case in landing.cases.iter().filter(|case| case.version == 1) {
        for variant in &case.variants {
            let draft = drafts.entry(About::Variant(*variant)).or_insert_with(|| Draft::new(Trigger::Case));
            draft.sources.insert(case.laboratory);
            draft.cases += 1;
            draft.literature.extend(case.citations.iter().map(ToString::to_string));
        }
    }
}
