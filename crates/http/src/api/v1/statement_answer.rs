//! A statement as version 1 of the API gives it.

use cairn_core::citation::Citation;
use cairn_core::condition::Condition;
use cairn_core::criterion::{Criterion, Outcome, Strength};
use cairn_core::laboratory::Laboratory;
use cairn_core::statement::Standing;
use cairn_node::lookup::statement::StatementView;
use serde::Serialize;
use utoipa::ToSchema;

/// A laboratory's position on a variant.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct StatementAnswer {
    /// Stable name, such as `CRN000001`.
    pub accession: String,
    /// Its issue, from 1.
    pub version: u32,
    /// The accession with version at the source, such as `SCV000043189.1`.
    pub source_accession: Option<String>,
    /// Whose it is.
    pub laboratory: LaboratoryAnswer,
    /// Code of the class, such as `likely_pathogenic`.
    pub class: &'static str,
    /// The class in words.
    pub class_label: &'static str,
    /// The class in the source's own words, where they differ.
    pub class_text: Option<String>,
    /// `current` or `withdrawn`.
    pub standing: &'static str,
    /// The first condition; all are in `conditions`.
    pub condition: Option<ConditionAnswer>,
    /// Every condition.
    pub conditions: Vec<ConditionAnswer>,
    /// Mode of inheritance in words.
    pub inheritance: Option<&'static str>,
    /// Allele origin in words.
    pub origin: &'static str,
    /// When the laboratory last evaluated it, as precise as given.
    pub date: Option<String>,
    /// Criteria, met, not met and not evaluated.
    pub criteria: Vec<CriterionAnswer>,
    /// Evidence items.
    pub evidence: Vec<EvidenceAnswer>,
    /// Guideline and version as stated.
    pub guideline: Option<String>,
    /// Review status as the source says.
    pub review_status: Option<String>,
    /// How the data were collected.
    pub method: Option<String>,
    /// The laboratory's summary.
    pub summary: String,
    /// Citations of the whole statement.
    pub citations: Vec<String>,
    /// The variant as the laboratory wrote it.
    pub expression: String,
    /// When this version was recorded.
    pub recorded: String,
    /// The submission that brought it, and the row there.
    pub submission: String,
    /// Row of that submission.
    pub row: u64,
    /// Where it came from, when it is of another node: `node`, `node_id`, `accession` there, `by` whom, `digest`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub from_node: Option<cairn_node::federation::StatementOrigin>,
}

/// A laboratory.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LaboratoryAnswer {
    /// Full name.
    pub name: String,
    /// Name for addresses and commands.
    pub slug: String,
    /// ClinVar's organisation number.
    pub clinvar_org_id: Option<u32>,
}

/// A condition as the laboratory named it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ConditionAnswer {
    /// The name; empty when only identifiers were given.
    pub name: String,
    /// Identifiers as given.
    pub ids: Vec<String>,
}

/// A criterion that was looked at.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CriterionAnswer {
    /// Such as `PM2`.
    pub code: String,
    /// `met`, `not_met` or `not_evaluated`.
    pub outcome: &'static str,
    /// The strength applied, where the source said.
    pub strength: Option<&'static str>,
}

/// An evidence item.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EvidenceAnswer {
    /// The criterion it speaks for.
    pub criterion: Option<String>,
    /// What it says.
    pub text: String,
    /// Where it was published.
    pub citations: Vec<String>,
}

impl From<&StatementView> for StatementAnswer {
    fn from(view: &StatementView) -> Self {
        let (statement, body) = (&view.statement, &view.statement.body);
        let conditions: Vec<ConditionAnswer> =
            body.conditions.iter().filter(|condition| condition.is_stated()).map(ConditionAnswer::from).collect();
        Self {
            accession: statement.accession.to_string(),
            version: statement.version,
            source_accession: statement.source_accession.clone(),
            laboratory: LaboratoryAnswer::from(&view.laboratory),
            class: body.classification.code(),
            class_label: body.classification.label(),
            class_text: body.classification_text.clone(),
            standing: match statement.standing {
                Standing::Current => "current",
                Standing::Withdrawn => "withdrawn",
            },
            condition: conditions.first().cloned(),
            conditions,
            inheritance: body.inheritance.map(|mode| mode.label()),
            origin: body.origin.label(),
            date: body.last_evaluated.map(|date| date.to_string()),
            criteria: body.criteria.iter().map(CriterionAnswer::from).collect(),
            evidence: body.evidence.iter().map(EvidenceAnswer::from).collect(),
            guideline: body.guideline.clone(),
            review_status: body.review_status.clone(),
            method: body.method.clone(),
            summary: body.summary.as_str().to_owned(),
            citations: body.citations.iter().map(Citation::to_string).collect(),
            expression: statement.expression.clone(),
            recorded: statement.recorded.to_string(),
            submission: view.submission.to_string(),
            from_node: view.origin.clone(),
            row: view.row,
        }
    }
}

impl From<&Laboratory> for LaboratoryAnswer {
    fn from(laboratory: &Laboratory) -> Self {
        Self { name: laboratory.name.clone(), slug: laboratory.slug.clone(), clinvar_org_id: laboratory.clinvar_org_id }
    }
}

impl From<&Condition> for ConditionAnswer {
    fn from(condition: &Condition) -> Self {
        Self { name: condition.name.clone(), ids: condition.ids.iter().map(|id| id.as_str().to_owned()).collect() }
    }
}

impl From<&Criterion> for CriterionAnswer {
    fn from(criterion: &Criterion) -> Self {
        Self {
            code: criterion.code.clone(),
            outcome: match criterion.outcome {
                Outcome::Met => "met",
                Outcome::NotMet => "not_met",
                Outcome::NotEvaluated => "not_evaluated",
            },
            strength: criterion.strength.map(|strength| match strength {
                Strength::Supporting => "supporting",
                Strength::Moderate => "moderate",
                Strength::Strong => "strong",
                Strength::VeryStrong => "very_strong",
                Strength::StandAlone => "stand_alone",
            }),
        }
    }
}

impl From<&cairn_core::citation::EvidenceItem> for EvidenceAnswer {
    fn from(item: &cairn_core::citation::EvidenceItem) -> Self {
        Self {
            criterion: item.criterion.clone(),
            text: item.text.as_str().to_owned(),
            citations: item.citations.iter().map(Citation::to_string).collect(),
        }
    }
}
