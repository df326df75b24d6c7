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
    /// The guideline has no such criterion.
    #[error("`{code}` is no criterion of {guideline}: it has {known}")]
    Unknown {
        /// As written.
        code: String,
        /// Of which guideline.
        guideline: String,
        /// Every code that it has.
        known: String,
    },
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

    /// The same for what a person types to be weighed by these guidelines, read for the first: a code
    /// that none of them has is a mistake, not evidence that counts for nothing.
    ///
    /// # Errors
    /// As for [`Self::read`], and when no guideline has the criterion.
    pub fn typed(text: &str, guideline: &Guideline, others: &[&Guideline]) -> Result<Self, UnreadableEvidence> {
        let line = Self::read(text, guideline)?;
        let code = &line.criterion.code;
        if std::iter::once(&guideline).chain(others).any(|one| one.criteria.iter().any(|known| known.code == *code)) {
            return Ok(line);
        }
        let known: Vec<&str> = guideline.criteria.iter().map(|one| one.code.as_str()).collect();
        Err(UnreadableEvidence::Unknown { code: code.clone(), guideline: guideline.address(), known: known.join(", ") })
    }
}

/// A code of the guideline that the general form does not know, with `_not_met` or a strength.
fn own_code(name: &str, guideline: &Guideline) -> Option<Criterion> {
    let (code, modifier) = name.split_once('_')?;
    let code = guideline.criterion(code)?.code.clone();
    let criterion: Criterion = format!("PP1_{modifier}").parse().ok()?;
    Some(Criterion { code, ..criterion })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guideline::find;

    #[test]
    fn a_typed_code_that_no_guideline_has_is_a_mistake() {
        let (first, second) = (find("acmg-amp@2015").unwrap(), find("acmg-cnv-loss").unwrap());
        let error = EvidenceLine::typed("PVS9", first, &[]).unwrap_err().to_string();
        assert!(error.starts_with("`PVS9` is no criterion of acmg-amp@2015: it has PVS1, "), "{error}");
        assert!(EvidenceLine::typed("PM2_Supporting", first, &[]).is_ok());
        assert!(EvidenceLine::typed("PVS1", second, &[]).is_err());
        assert!(EvidenceLine::typed("PVS1", second, &[first]).is_ok());
    }
}
