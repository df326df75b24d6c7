//! ClinGen's gene-disease validity: points of genetic and experimental evidence to a class, and
//! what experts may change about it.

use super::definition::{CombiningRow, Guideline, Method};
use super::points::Points;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// How well it is shown that a gene causes a disease.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ValidityClass {
    /// Evidence against it outweighs: an expert call.
    Refuted,
    /// The evidence does not convince any more: an expert call.
    Disputed,
    /// Nobody has shown it in people.
    NoKnownDiseaseRelationship,
    /// Plausible, not enough for Moderate.
    Limited,
    /// Some convincing genetic evidence.
    Moderate,
    /// Much convincing evidence.
    Strong,
    /// Strong, and replicated over time.
    Definitive,
}

/// What curators counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Curation {
    /// Sum of the genetic evidence, before the cap.
    pub genetic: Points,
    /// Sum of the experimental evidence, before the cap.
    pub experimental: Points,
    /// More than three years since the first publication, and more than two publications.
    pub replicated: bool,
    /// What experts decided, if they did.
    #[serde(default)]
    pub call: Option<ExpertCall>,
}

/// A class that experts chose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExpertCall {
    /// The class.
    pub class: ValidityClass,
    /// Why; must be given when it differs from the calculated class.
    pub rationale: String,
}

/// What the matrix says, and what holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Validity {
    /// `gene-validity@sop-11`.
    pub guideline: String,
    /// Genetic points after the cap.
    pub genetic: Points,
    /// Experimental points after the cap.
    pub experimental: Points,
    /// Their sum.
    pub total: Points,
    /// The class of the matrix; `None` where it leaves the total undefined.
    pub calculated: Option<ValidityClass>,
    /// The row of the matrix, or why there is none.
    pub rule: String,
    /// Where it was read.
    pub provenance: String,
    /// What holds: the experts' class, otherwise the calculated one.
    pub class: Option<ValidityClass>,
}

/// The curation cannot be weighed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ValidityError {
    /// Evidence against is not counted as points.
    #[error("points of {0} evidence are below zero: evidence against is an expert call, not points")]
    Negative(&'static str),
    /// The experts' class is too far away.
    #[error("experts may not choose {called} where the matrix gives {calculated}: {rule}")]
    CallTooFar {
        /// The experts' class.
        called: ValidityClass,
        /// The calculated one, in words.
        calculated: String,
        /// The clause.
        rule: String,
    },
    /// No reason is given.
    #[error("the experts' {0} differs from the calculated class: give the rationale")]
    NoRationale(ValidityClass),
    /// The guideline is not a validity matrix.
    #[error("`{0}` does not weigh genes against diseases")]
    NotAMatrix(String),
}

/// The text is no class.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no gene-disease validity class")]
pub struct UnknownValidityClass(String);

/// The matrix of one version of the procedure.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ValidityMatrix {
    caps: Caps,
    /// What single kinds of evidence give at most; a kind that is not named here has no maximum of its own that
    /// could be read.
    #[serde(default)]
    kind_caps: Vec<KindCap>,
    /// From the lowest totals to the highest.
    bands: Vec<Band>,
    replicated: Replicated,
    none: NoPoints,
    modified_by_levels: usize,
    modified_text: String,
    modified_provenance: String,
}

/// The most that some kinds of evidence give together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KindCap {
    /// Codes of the kinds.
    pub kinds: Vec<String>,
    /// Their points together count up to this.
    pub max: Points,
    /// Where it was read.
    pub provenance: String,
}

/// The caps of single kinds of evidence under a guideline; none: it states none, or is no validity matrix.
pub fn kind_caps(guideline: &Guideline) -> &[KindCap] {
    match &guideline.method {
        Method::Validity(matrix) => &matrix.kind_caps,
        _ => &[],
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Caps {
    genetic: Points,
    experimental: Points,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Band {
    class: ValidityClass,
    from: Points,
    to: Points,
    text: String,
    provenance: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Replicated {
    class: ValidityClass,
    needs: ValidityClass,
    text: String,
    provenance: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct NoPoints {
    class: ValidityClass,
    text: String,
    provenance: String,
}

impl ValidityClass {
    /// Every class, from the least shown to the best.
    pub const ALL: [Self; 7] = [
        Self::Refuted,
        Self::Disputed,
        Self::NoKnownDiseaseRelationship,
        Self::Limited,
        Self::Moderate,
        Self::Strong,
        Self::Definitive,
    ];

    /// As GenCC and ClinGen write it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Refuted => "Refuted",
            Self::Disputed => "Disputed",
            Self::NoKnownDiseaseRelationship => "No Known Disease Relationship",
            Self::Limited => "Limited",
            Self::Moderate => "Moderate",
            Self::Strong => "Strong",
            Self::Definitive => "Definitive",
        }
    }

    /// Whether it is never calculated.
    pub fn is_expert_call(self) -> bool {
        matches!(self, Self::Refuted | Self::Disputed)
    }
}

impl fmt::Display for ValidityClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}

impl FromStr for ValidityClass {
    type Err = UnknownValidityClass;

    fn from_str(text: &str) -> Result<Self, UnknownValidityClass> {
        let found = Self::ALL.into_iter().find(|class| class.label().eq_ignore_ascii_case(text.trim()));
        found.ok_or_else(|| UnknownValidityClass(text.chars().take(60).collect()))
    }
}

/// Weighs a gene against a disease.
///
/// # Errors
/// When points are negative, or the experts' class is not theirs to choose.
pub fn weigh(guideline: &Guideline, curation: &Curation) -> Result<Validity, ValidityError> {
    let Method::Validity(matrix) = &guideline.method else {
        return Err(ValidityError::NotAMatrix(guideline.address()));
    };
    let capped = |points: Points, cap: Points, name| match points {
        points if points < Points::ZERO => Err(ValidityError::Negative(name)),
        points => Ok(points.min(cap)),
    };
    let genetic = capped(curation.genetic, matrix.caps.genetic, "genetic")?;
    let experimental = capped(curation.experimental, matrix.caps.experimental, "experimental")?;
    let total = genetic + experimental;
    let (calculated, rule, provenance) = matrix.calculate(total, curation.replicated);
    let class = match &curation.call {
        Some(call) => Some(matrix.accept(call, total, calculated)?),
        None => calculated,
    };
    let guideline = guideline.address();
    Ok(Validity { guideline, genetic, experimental, total, calculated, rule, provenance, class })
}

impl ValidityMatrix {
    /// The matrix for people.
    pub(crate) fn rows(&self) -> Vec<CombiningRow> {
        let row = |id: String, class: ValidityClass, text: &str, provenance: &str| CombiningRow {
            id,
            class: class.to_string(),
            text: text.to_owned(),
            provenance: provenance.to_owned(),
        };
        let mut rows = vec![row("no points".to_owned(), self.none.class, &self.none.text, &self.none.provenance)];
        let band = |b: &Band| row(format!("{} to {}", b.from, b.to), b.class, &b.text, &b.provenance);
        rows.extend(self.bands.iter().map(band));
        let Replicated { class, text, provenance, .. } = &self.replicated;
        rows.push(row("replicated".to_owned(), *class, text, provenance));
        rows
    }

    fn calculate(&self, total: Points, replicated: bool) -> (Option<ValidityClass>, String, String) {
        if total == Points::ZERO {
            return (Some(self.none.class), self.none.text.clone(), self.none.provenance.clone());
        }
        match self.bands.iter().find(|band| (band.from..=band.to).contains(&total)) {
            Some(band) if replicated && band.class == self.replicated.needs => {
                (Some(self.replicated.class), self.replicated.text.clone(), self.replicated.provenance.clone())
            }
            Some(band) => (Some(band.class), band.text.clone(), band.provenance.clone()),
            None => {
                let gap =
                    format!("the matrix has no row for a total of {total}: experts decide between its neighbours");
                (None, gap, self.bands[0].provenance.clone())
            }
        }
    }

    fn accept(
        &self,
        call: &ExpertCall,
        total: Points,
        calculated: Option<ValidityClass>,
    ) -> Result<ValidityClass, ValidityError> {
        if calculated == Some(call.class) {
            return Ok(call.class);
        }
        if !call.class.is_expert_call() && !self.in_reach(call.class, total, calculated) {
            return Err(ValidityError::CallTooFar {
                called: call.class,
                calculated: calculated.map_or_else(|| format!("no class for {total} points"), |c| c.to_string()),
                rule: format!("{} ({})", self.modified_text, self.modified_provenance),
            });
        }
        if call.rationale.trim().is_empty() {
            return Err(ValidityError::NoRationale(call.class));
        }
        Ok(call.class)
    }

    /// Within the levels that may be changed; in a gap, one of the two neighbours.
    fn in_reach(&self, called: ValidityClass, total: Points, calculated: Option<ValidityClass>) -> bool {
        match calculated {
            Some(calculated) => (called as usize).abs_diff(calculated as usize) <= self.modified_by_levels,
            None => {
                let below = self.bands.iter().rfind(|band| band.to < total).map_or(self.none.class, |band| band.class);
                let above = self.bands.iter().find(|band| band.from > total).map(|band| band.class);
                called == below || above == Some(called)
            }
        }
    }
}
