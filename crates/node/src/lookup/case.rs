//! A case, for the laboratory whose it is.

use super::variant::describe_briefly;
use crate::access::{Door, Standing, Viewer};
use crate::error::NodeError;
use crate::node::Node;
use cairn_core::accession::Accession;
use cairn_core::aggregate::Aggregate;
use cairn_core::case::{AffectedStatus, AlleleOrigin, Case, Role, Zygosity};
use cairn_core::citation::Citation;
use cairn_core::classification::Classification;
use cairn_core::decision::{Action, Resource};
use cairn_core::id::{CaseId, DecisionId, VariantId};
use cairn_core::tier::Tier;
use cairn_store::entry::AsOf;
use cairn_store::serial::{CaseSerial, LaboratorySerial};
use cairn_store::{case, observation};
use jiff::Timestamp;
use serde::Serialize;

/// A case with what was seen in it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CaseReport {
    /// Its key in the record.
    #[serde(skip)]
    pub serial: CaseSerial,
    /// Whose it is.
    #[serde(skip)]
    pub laboratory: LaboratorySerial,
    /// Its id.
    pub id: CaseId,
    /// The version shown, from 1.
    pub version: u32,
    /// The submission that brought it.
    pub submission: Accession,
    /// Row of that submission.
    pub row: u64,
    /// When it was recorded.
    pub recorded: Timestamp,
    /// The case.
    pub case: Case,
    /// Publications that describe it.
    pub citations: Vec<Citation>,
    /// Variants seen.
    pub observations: Vec<SeenVariant>,
    /// The decision that it is shown by, under which it can be looked up and made again.
    pub decision: DecisionId,
}

/// A variant seen in a case.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SeenVariant {
    /// The variant.
    pub variant: VariantId,
    /// Its best name.
    pub label: String,
    /// As the laboratory wrote it.
    pub expression: String,
    /// Copies.
    pub zygosity: Zygosity,
    /// Share of genomes or cells, 0 to 1.
    pub fraction: Option<f64>,
    /// Where the person has it from.
    pub origin: AlleleOrigin,
    /// Whether affected.
    pub affected: AffectedStatus,
    /// Same phase: same chromosome.
    pub phase: Option<String>,
    /// Role in the explanation.
    pub role: Role,
    /// The class noted with the case.
    pub classification: Option<Classification>,
    /// What laboratories say about the variant.
    pub aggregates: Vec<Aggregate>,
}

/// A case as a row of a list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CaseLine {
    /// Its key in the record; the cursor of the page.
    #[serde(skip)]
    pub serial: CaseSerial,
    /// Its id.
    pub id: CaseId,
    /// When its current version was recorded.
    pub recorded: Timestamp,
    /// The case.
    pub case: Case,
}

impl Node {
    /// A case of the reader's own laboratory. Hidden and absent look the same: `None`. That it was
    /// read is kept as a decision before anything is given.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn case_report(&self, id: CaseId, as_of: AsOf, viewer: Viewer) -> Result<Option<CaseReport>, NodeError> {
        let mut reader = self.store().read().await?;
        let found = case::by_id(&mut reader, self.keys(), id, as_of).await?;
        let Some(found) = found.filter(|case| viewer.own() == Some(case.laboratory)) else {
            return Ok(None);
        };
        let door = Door::open(&mut reader, self, viewer, &[found.serial]).await?;
        let of = Standing { case: found.serial, laboratory: found.laboratory };
        let (kept, decision) = self.decide_and_keep(&door, Action::Read, Resource::Case, of).await?;
        if decision.tier() != Some(Tier::Zero) {
            return Ok(None);
        }
        let observed = observation::of_case(&mut reader, self.keys(), found.serial, as_of).await?;
        let mut observations = Vec::with_capacity(observed.len());
        for one in observed {
            let Some(brief) = describe_briefly(&mut reader, self, one.variant, as_of).await? else {
                continue;
            };
            observations.push(SeenVariant {
                variant: brief.id,
                label: brief.label,
                expression: one.seen.expression,
                zygosity: one.seen.zygosity,
                fraction: one.seen.fraction,
                origin: one.seen.origin,
                affected: one.seen.affected,
                phase: one.seen.phase,
                role: one.seen.role,
                classification: one.seen.classification,
                aggregates: brief.aggregates,
            });
        }
        Ok(Some(CaseReport {
            serial: found.serial,
            laboratory: found.laboratory,
            id: found.id,
            version: found.version,
            submission: found.submission.accession(),
            row: found.row,
            recorded: found.recorded,
            case: found.case,
            citations: found.citations,
            observations,
            decision: kept,
        }))
    }

    /// A page of the reader's own cases in the order of recording, from after one of them; with a
    /// term, those in whom the feature was observed.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn own_cases(
        &self,
        viewer: Viewer,
        feature: Option<&str>,
        as_of: AsOf,
        after: CaseSerial,
        limit: u32,
    ) -> Result<Vec<CaseLine>, NodeError> {
        let Some(own) = viewer.own().filter(|_| viewer.cares()) else {
            return Ok(Vec::new());
        };
        let mut reader = self.store().read().await?;
        let found = match feature {
            Some(term) => case::with_feature(&mut reader, self.keys(), own, term, as_of, after, limit).await?,
            None => case::of_laboratory(&mut reader, self.keys(), own, as_of, after, limit).await?,
        };
        let line = |found: case::RecordedCase| CaseLine {
            serial: found.serial,
            id: found.id,
            recorded: found.recorded,
            case: found.case,
        };
        Ok(found.into_iter().map(line).collect())
    }
}
