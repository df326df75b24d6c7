//! Two guidelines, or two versions of one, on the evidence of every statement of the node: what
//! would reclassify.

use crate::error::NodeError;
use crate::lookup::laboratories;
use crate::node::Node;
use cairn_core::accession::Accession;
use cairn_core::classification::Classification;
use cairn_core::criterion::Criterion;
use cairn_core::guideline::{ClassifyError, EvidenceLine, Guideline, compare};
use cairn_core::id::VariantId;
use cairn_store::entry::AsOf;
use cairn_store::serial::StatementSerial;
use cairn_store::statement::{self, StatementCriteria};
use cairn_store::{Connection, variant};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};

/// Statements read at a time.
const PAGE: u32 = 5_000;

/// What two guidelines say of the whole node.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NodeComparison {
    /// The first guideline's address.
    pub a: String,
    /// The second's.
    pub b: String,
    /// Current statements with criteria, each run through both.
    pub compared: u64,
    /// Those of which neither guideline knows a criterion that is met.
    pub without_known_criteria: u64,
    /// Those that cannot be run, such as one criterion given twice and differently.
    pub contradictory: u64,
    /// Those whose stated class is the first guideline's.
    pub stated_as_a: u64,
    /// Those whose stated class is the second guideline's.
    pub stated_as_b: u64,
    /// Statements that the second puts into another class than the first.
    pub changed: u64,
    /// From the class of the first to that of the second, the largest first; equal classes too.
    pub flows: Vec<ClassFlow>,
    /// The statements behind the changes, as many as were asked for.
    pub changes: Vec<ChangedStatement>,
}

/// Statements with one class under the first guideline and one under the second.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClassFlow {
    /// Under the first; `None`: the guideline leaves it to a person.
    pub a: Option<Classification>,
    /// Under the second.
    pub b: Option<Classification>,
    /// How many.
    pub statements: u64,
}

/// A statement that the two guidelines classify differently.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChangedStatement {
    /// The statement.
    pub accession: Accession,
    /// Its version.
    pub version: u32,
    /// The variant's id here.
    pub variant: VariantId,
    /// The variant's best name.
    pub label: String,
    /// Whose it is.
    pub laboratory: String,
    /// The class it states.
    pub stated: Classification,
    /// Under the first guideline.
    pub a: Option<Classification>,
    /// Under the second.
    pub b: Option<Classification>,
    /// Its criteria that are met.
    pub criteria: Vec<String>,
    /// What the guidelines treat differently, in words.
    pub why: Vec<String>,
}

/// The outcome of one set of criteria; many statements share one.
#[derive(Clone)]
enum Outcome {
    Classes { a: Option<Classification>, b: Option<Classification>, why: Vec<String> },
    Unknown,
    Contradictory,
}

impl Node {
    /// Runs both guidelines on the criteria of every current statement, page by page. `most`
    /// bounds the statements that are named; all are counted.
    ///
    /// # Errors
    /// When the record fails, or a guideline is not for variants.
    pub async fn compare_guidelines(
        &self,
        a: &Guideline,
        b: &Guideline,
        as_of: AsOf,
        most: usize,
    ) -> Result<Result<NodeComparison, ClassifyError>, NodeError> {
        let mut reader = self.store().read().await?;
        let run = match Run::over(&mut reader, a, b, as_of, most).await? {
            Ok(run) => run,
            Err(error) => return Ok(Err(error)),
        };
        let variants: Vec<_> = run.changed.iter().map(|found| found.statement.variant).collect();
        let known = variant::by_serials(&mut reader, &variants).await?;
        let variants: HashMap<_, _> = known.into_iter().map(|variant| (variant.serial, variant)).collect();
        let serials = run.changed.iter().map(|found| found.statement.laboratory);
        let names = laboratories(&mut reader, serials).await?;
        let mut comparison = run.comparison;
        for Reclassified { statement, a, b, why } in run.changed {
            let Some(variant) = variants.get(&statement.variant) else { continue };
            comparison.changes.push(ChangedStatement {
                accession: statement.serial.accession(),
                version: statement.version,
                variant: variant.id,
                label: variant.label.clone(),
                laboratory: names.get(&statement.laboratory).map(|l| l.name.clone()).unwrap_or_default(),
                stated: statement.classification,
                a,
                b,
                criteria: statement.criteria.iter().map(ToString::to_string).collect(),
                why,
            });
        }
        let flow = |((a, b), statements)| ClassFlow { a, b, statements };
        comparison.flows = run.flows.into_iter().map(flow).collect();
        comparison.flows.sort_by_key(|flow| (std::cmp::Reverse(flow.statements), flow.a, flow.b));
        Ok(Ok(comparison))
    }
}

/// A statement that two guidelines classify differently, as the record holds it.
#[derive(Debug, Clone)]
pub(crate) struct Reclassified {
    /// The statement and its criteria.
    pub statement: StatementCriteria,
    /// Its class under the first guideline.
    pub a: Option<Classification>,
    /// Under the second.
    pub b: Option<Classification>,
    /// What the guidelines treat differently, in words.
    pub why: Vec<String>,
}

/// Two guidelines on the way through the record.
pub(crate) struct Run<'a> {
    a: &'a Guideline,
    b: &'a Guideline,
    seen: HashMap<Vec<Criterion>, Outcome>,
    flows: BTreeMap<(Option<Classification>, Option<Classification>), u64>,
    /// The statements that they classify differently, as many as were asked for.
    pub changed: Vec<Reclassified>,
    comparison: NodeComparison,
}

impl<'a> Run<'a> {
    fn new(a: &'a Guideline, b: &'a Guideline) -> Result<Self, ClassifyError> {
        compare(a, b, &[])?;
        let comparison = NodeComparison {
            a: a.address(),
            b: b.address(),
            compared: 0,
            without_known_criteria: 0,
            contradictory: 0,
            stated_as_a: 0,
            stated_as_b: 0,
            changed: 0,
            flows: Vec::new(),
            changes: Vec::new(),
        };
        Ok(Self { a, b, seen: HashMap::new(), flows: BTreeMap::new(), changed: Vec::new(), comparison })
    }

    /// Runs both guidelines on every current statement with criteria.
    ///
    /// # Errors
    /// When the record fails; inside, when a guideline is not for variants.
    pub async fn over(
        connection: &mut Connection,
        a: &'a Guideline,
        b: &'a Guideline,
        as_of: AsOf,
        most: usize,
    ) -> Result<Result<Self, ClassifyError>, NodeError> {
        let mut run = match Self::new(a, b) {
            Ok(run) => run,
            Err(error) => return Ok(Err(error)),
        };
        let mut after = StatementSerial::new(0);
        loop {
            let (page, next) = statement::criteria_page(connection, as_of, after, PAGE).await?;
            page.into_iter().for_each(|statement| run.add(statement, most));
            match next {
                Some(next) => after = next,
                None => return Ok(Ok(run)),
            }
        }
    }

    fn add(&mut self, statement: StatementCriteria, most: usize) {
        let outcome = match self.seen.get(&statement.criteria) {
            Some(known) => known.clone(),
            None => {
                let outcome = self.outcome(&statement.criteria);
                self.seen.insert(statement.criteria.clone(), outcome.clone());
                outcome
            }
        };
        match outcome {
            Outcome::Unknown => self.comparison.without_known_criteria += 1,
            Outcome::Contradictory => self.comparison.contradictory += 1,
            Outcome::Classes { a, b, why } => {
                self.comparison.compared += 1;
                self.comparison.stated_as_a += u64::from(a == Some(statement.classification));
                self.comparison.stated_as_b += u64::from(b == Some(statement.classification));
                *self.flows.entry((a, b)).or_insert(0) += 1;
                if a != b {
                    self.comparison.changed += 1;
                    if self.changed.len() < most {
                        self.changed.push(Reclassified { statement, a, b, why });
                    }
                }
            }
        }
    }

    fn outcome(&self, criteria: &[Criterion]) -> Outcome {
        let is_known = |criterion: &&Criterion| {
            [self.a, self.b].iter().any(|guideline| guideline.criterion(&criterion.code).is_some())
        };
        let met = |criterion: &&Criterion| criterion.outcome == cairn_core::criterion::Outcome::Met;
        if !criteria.iter().filter(met).any(|criterion| is_known(&criterion)) {
            return Outcome::Unknown;
        }
        let lines: Vec<EvidenceLine> = criteria.iter().cloned().map(EvidenceLine::from).collect();
        match compare(self.a, self.b, &lines) {
            Err(_) => Outcome::Contradictory,
            Ok(found) => {
                let say = |difference: &cairn_core::guideline::Difference| {
                    let code = difference.criterion.as_deref()?;
                    // The reason in full stands in the comparison of one variant.
                    let short = |text: &str| text.split(": ").next().unwrap_or(text).replace("ignored, ", "");
                    Some(format!("{code}: {} / {}", short(&difference.a), short(&difference.b)))
                };
                let why =
                    if found.same_class { Vec::new() } else { found.differences.iter().filter_map(say).collect() };
                Outcome::Classes { a: found.decision_a.class, b: found.decision_b.class, why }
            }
        }
    }
}
