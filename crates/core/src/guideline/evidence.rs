//! What was found for a variant, read for one guideline.

use super::{Guideline, Points, PointsError};
use crate::criterion::{Criterion, CriterionError, Outcome};
use serde::{Deserialize, Serialize};

/// A criterion that was looked at, and the points a person gave it where rows carry points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceLine {
    /// The criterion, whether it is met, and how strong.
    #[serde(flatten)]
    pub criterion: Criterion,
    /// The points stated; `None` leaves the guideline's default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<Points>,
}

/// The text is no criterion of the guideline's form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnreadableEvidence {
    /// Not a criterion.
    #[error(transparent)]
    Criterion(#[from] CriterionError),
    /// Not points.
    #[error(transparent)]
    Points(#[from] PointsError),
}

impl From<Criterion> for EvidenceLine {
    fn from(criterion: Criterion) -> Self {
        Self { criterion, points: None }
    }
}

impl EvidenceLine {
    /// Reads `PVS1`, `PM2_Supporting`, `BS2_not_met`, and `2C-1=0.9` for a row with stated points.
    /// The guideline's own codes come first, so that its `2C-1` and `A` are codes.
    ///
    /// # Errors
    /// When the text is no criterion, or what stands behind `=` no number of points.
    pub fn read(text: &str, guideline: &Guideline) -> Result<Self, UnreadableEvidence> {
        let (name, points) = match text.split_once('=') {
            Some((name, points)) => (name.trim(), Some(points.parse()?)),
            None => (text.trim(), None),
        };
        let criterion = match guideline.criterion(name) {
            Some(known) => Criterion { code: known.code.clone(), outcome: Outcome::Met, strength: None },
            None => own_code(name, guideline).map_or_else(|| name.parse(), Ok)?,
        };
        Ok(Self { criterion, points })
    }
}

/// A code of the guideline that the general form does not know, with `_not_met` or a strength.
fn own_code(name: &str, guideline: &Guideline) -> Option<Criterion> {
    let (code, modifier) = name.split_once('_')?;
    let code = guideline.criterion(code)?.code.clone();
    let criterion: Criterion = format!("PP1_{modifier}").parse().ok()?;
    Some(Criterion { code, ..criterion })
}
