//! What a guideline is: its name and version, its criteria, and how they combine.

use super::Points;
use super::gene_validity::ValidityMatrix;
use super::point_scale::PointScale;
use super::rule_table::RuleTable;
use super::scope::Scope;
use super::threshold::{Measure, Region, StrengthText, Threshold};
use crate::criterion::Strength;
use crate::date::PartialDate;
use serde::{Deserialize, Serialize};

/// A rule set in one version. Older versions stay beside newer ones.
#[derive(Debug, Clone)]
pub struct Guideline {
    /// `acmg-amp`; the same for every version.
    pub id: String,
    /// `2015`; with the id it addresses one rule set for ever.
    pub version: String,
    /// Its name for people.
    pub title: String,
    /// When this version was published.
    pub date: PartialDate,
    /// The question that its classes answer.
    pub track: GuidelineTrack,
    /// The publication.
    pub source: String,
    /// What of it was read, seen elsewhere, or remembered and to be checked.
    pub provenance: String,
    /// The rule set it changes, as `id@version`.
    pub extends: Option<String>,
    /// What it was written for; `None`: any gene and disease.
    pub scope: Option<Scope>,
    /// Whether it may be proposed where no panel's specification fits.
    pub is_general: bool,
    /// What a reader of this rule set should know: what was read how, what was left out.
    pub notes: Vec<String>,
    /// The criteria it knows, in its own order.
    pub criteria: Vec<CriterionDefinition>,
    pub(crate) method: Method,
}

/// The question that a guideline's classes answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GuidelineTrack {
    /// Does an inherited variant cause disease?
    Germline,
    /// Does a variant drive a tumour?
    Oncogenicity,
    /// What does a tumour variant mean for treatment, diagnosis or outlook?
    ClinicalImpact,
    /// Does a gene cause a disease?
    GeneDisease,
}

/// How criteria become a class.
#[derive(Debug, Clone)]
pub(crate) enum Method {
    Rules(RuleTable),
    Points(PointScale),
    Validity(ValidityMatrix),
}

/// The side on which a criterion speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// For pathogenicity, oncogenicity or clinical impact.
    Pathogenic,
    /// Against it.
    Benign,
}

impl Direction {
    /// Both sides.
    pub const BOTH: [Self; 2] = [Self::Pathogenic, Self::Benign];
}

/// A criterion as a guideline defines it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CriterionDefinition {
    /// `PVS1`, `2C-1`, `OS1`.
    pub code: String,
    /// The side on which it speaks.
    pub direction: Direction,
    /// What it asks, in our words.
    pub title: String,
    /// The strength it has when none is stated; `None` where rows carry points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strength: Option<Strength>,
    /// The strengths it may take.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub permitted: Vec<Strength>,
    /// Its points, where rows carry points of their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<RowPoints>,
    /// Whether it may be applied several times, once for each case or study.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub repeats: bool,
    /// Who retired it, if it is no longer to be used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retired: Option<String>,
    /// Why this guideline does not use it, if it says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_applicable: Option<String>,
    /// What it asks for each strength, in words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub strengths: Vec<StrengthText>,
    /// Its numbers; none: the guideline gives none, and nothing may be suggested from it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub thresholds: Vec<Threshold>,
    /// The places it is about, such as hot spots; none: the guideline names none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub regions: Vec<Region>,
    /// What to know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Where this row was read, when that differs from the whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provenance: Option<String>,
}

/// Points of a row of a scoring sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RowPoints {
    /// What it gives when nothing is stated; `None` when points must be stated.
    pub default: Option<Points>,
    /// The most it can give, over all its applications; negative for rows against.
    pub max: Points,
    /// The range the guideline suggests for one application, lowest first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<[Points; 2]>,
}

/// A rule, band or row of a guideline's way of combining.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CombiningRow {
    /// Its name.
    pub id: String,
    /// The class it gives, in words; a gap is said as one.
    pub class: String,
    /// What it asks.
    pub text: String,
    /// Where it was read.
    pub provenance: String,
}

impl CriterionDefinition {
    /// Whether it may be met under this guideline at all.
    pub fn is_applicable(&self) -> bool {
        self.retired.is_none() && self.not_applicable.is_none()
    }

    /// Its numbers for one measure.
    pub fn thresholds_of(&self, measure: Measure) -> impl Iterator<Item = &Threshold> {
        self.thresholds.iter().filter(move |threshold| threshold.measure == measure)
    }
}

impl Guideline {
    /// `acmg-amp@2015`.
    pub fn address(&self) -> String {
        format!("{}@{}", self.id, self.version)
    }

    /// The definition of a criterion; letter case does not matter.
    pub fn criterion(&self, code: &str) -> Option<&CriterionDefinition> {
        self.criteria.iter().find(|c| c.code.eq_ignore_ascii_case(code))
    }

    /// Whether it classifies variants; otherwise it weighs genes against diseases.
    pub fn is_for_variants(&self) -> bool {
        !matches!(self.method, Method::Validity(_))
    }

    /// Whether the guideline knows the criterion and uses it.
    pub fn is_applicable(&self, code: &str) -> bool {
        self.criterion(code).is_some_and(CriterionDefinition::is_applicable)
    }

    /// How criteria become a class, for people: each rule or band with where it was read.
    pub fn combining(&self) -> Vec<CombiningRow> {
        match &self.method {
            Method::Rules(table) => table.rows(),
            Method::Points(scale) => scale.rows(),
            Method::Validity(matrix) => matrix.rows(),
        }
    }
}
