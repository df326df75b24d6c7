//! From a case to the case without identity: what is kept, what is coarsened, what is left out.

use super::{Released, Tier, TierError};
use crate::case::{AffectedStatus, AlleleOrigin, Case, Progress, Sex, Zygosity};
use crate::classification::Classification;
use crate::curie::Curie;
use crate::decision::Permit;
use crate::deidentify::{AgeBand, Quarter, coarse_age};
use crate::id::{CaseId, VariantId};
use serde::Serialize;

/// Tier 0: a case as its laboratory has it, with what was seen in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Identified {
    /// The case.
    pub case: Case,
    /// What was seen.
    pub observations: Vec<SeenVariant>,
    /// The quarter in which its current version was recorded.
    pub recorded: Quarter,
}

/// A variant seen in a case, as far as another laboratory may ever learn it. The text that the
/// laboratory wrote, the share of cells and the phase have no field here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SeenVariant {
    /// The variant.
    pub variant: VariantId,
    /// Copies.
    pub zygosity: Zygosity,
    /// Where the person has it from.
    pub origin: AlleleOrigin,
    /// The class noted with the case.
    pub classification: Option<Classification>,
}

/// As [`SeenVariant`], released.
pub type SharedVariant = SeenVariant;

/// Tier 1: one case without identity. It has no field for a name, a number, a date finer than the
/// quarter, a free text, a place or the laboratory's own id.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Deidentified {
    /// The case's id for this recipient; another recipient sees another.
    pub id: CaseId,
    /// Sex as used in analysis.
    pub sex: Sex,
    /// Age, coarsely.
    pub age_band: Option<AgeBand>,
    /// Whether affected.
    pub affected: AffectedStatus,
    /// Solved or not.
    pub progress: Progress,
    /// HPO terms observed, without labels as given, which are free text.
    pub observed: Vec<Curie>,
    /// HPO terms looked for and absent.
    pub excluded: Vec<Curie>,
    /// Identifiers of diagnoses; names as given are free text and stay behind.
    pub conditions: Vec<Curie>,
    /// Variants seen.
    pub variants: Vec<SharedVariant>,
    /// The quarter of its current version.
    pub recorded: Quarter,
}

impl Identified {
    /// The case without identity for one recipient.
    ///
    /// # Errors
    /// When the permit is not for tier 1.
    pub fn deidentify(&self, recipient_id: CaseId, permit: &Permit) -> Result<Released<Deidentified>, TierError> {
        if permit.tier() != Tier::One {
            return Err(TierError { permitted: permit.tier(), asked: Tier::One });
        }
        let case = &self.case;
        let terms = |excluded: bool| {
            let mut terms: Vec<Curie> =
                case.features.iter().filter(|f| f.excluded == excluded).map(|f| f.term.clone()).collect();
            terms.sort();
            terms.dedup();
            terms
        };
        let mut conditions: Vec<Curie> = case.conditions.iter().flat_map(|c| c.ids.iter().cloned()).collect();
        conditions.sort();
        conditions.dedup();
        let value = Deidentified {
            id: recipient_id,
            sex: case.sex,
            age_band: case.age_band.as_deref().and_then(coarse_age),
            affected: case.affected,
            progress: case.progress,
            observed: terms(false),
            excluded: terms(true),
            conditions,
            variants: self.observations.clone(),
            recorded: self.recorded,
        };
        Ok(Released { value })
    }
}
