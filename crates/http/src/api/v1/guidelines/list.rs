//! `GET /api/v1/guidelines`: every guideline in every version, and which one fits a variant.

use crate::api::v1::bound;
use crate::app::Shared;
use crate::as_of::AsOfQuery;
use crate::person::Caller;
use crate::problem::ApiProblem;
use crate::query::Query;
use axum::Json;
use axum::extract::State;
use cairn_core::condition::Inheritance;
use cairn_core::guideline::{Guideline, GuidelineTrack, Proposal, Question, Scope};
use cairn_node::guidelines::GuidelineFileView;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The variant that a guideline is sought for; everything may be left out.
#[derive(Debug, Default, Deserialize)]
pub struct Sought {
    /// A gene symbol.
    #[serde(default)]
    pub gene: String,
    /// An identifier of the disease, such as `MONDO:0017623`.
    #[serde(default)]
    pub condition: String,
    /// The mode of inheritance: HPO term, short form or words.
    #[serde(default)]
    pub inheritance: String,
}

impl Sought {
    /// The question; `None` when no gene is named.
    pub fn question(&self) -> Result<Option<Question>, String> {
        if self.gene.trim().is_empty() {
            return Ok(None);
        }
        let condition = self.condition.trim();
        let conditions = match condition {
            "" => Vec::new(),
            id => vec![id.parse().map_err(|error| format!("condition: {error}"))?],
        };
        let inheritance = match self.inheritance.trim() {
            "" => None,
            text => Some(Inheritance::read(text).ok_or_else(|| format!("`{text}` is no mode of inheritance"))?),
        };
        Ok(Some(Question { genes: vec![self.gene.trim().to_owned()], conditions, inheritance, ..Question::default() }))
    }
}

/// Guidelines, and the one that fits.
#[derive(Debug, Serialize, ToSchema)]
pub struct GuidelinesAnswer {
    /// Every guideline in every version.
    guidelines: Vec<GuidelineBrief>,
    /// The one to propose for the gene asked for; absent when none was.
    #[schema(value_type = Option<Object>)]
    proposal: Option<Proposal>,
    /// Files that people added, with their digests.
    #[schema(value_type = Vec<Object>)]
    files: Vec<GuidelineFileView>,
}

/// A guideline by name.
#[derive(Debug, Serialize, ToSchema)]
pub struct GuidelineBrief {
    /// `acmg-amp@2015`: addresses this version for ever.
    address: String,
    /// The same for every version.
    id: String,
    /// The version.
    version: String,
    /// Its name for people.
    title: String,
    /// When this version was published.
    date: String,
    /// The question that its classes answer.
    #[schema(value_type = String)]
    track: GuidelineTrack,
    /// The genes, diseases and modes it was written for; absent: any.
    #[schema(value_type = Option<Object>)]
    scope: Option<Scope>,
    /// The publication.
    source: String,
}

impl From<&Guideline> for GuidelineBrief {
    fn from(guideline: &Guideline) -> Self {
        Self {
            address: guideline.address(),
            id: guideline.id.clone(),
            version: guideline.version.clone(),
            title: guideline.title.clone(),
            date: guideline.date.to_string(),
            track: guideline.track,
            scope: guideline.scope.clone(),
            source: guideline.source.clone(),
        }
    }
}

/// Every guideline that this node can run; old versions stay.
///
/// With a gene, the answer proposes the guideline for it: an expert panel's whose scope fits,
/// otherwise the newest general one, and says what a person must check first.
#[utoipa::path(
    get,
    path = "/api/v1/guidelines",
    tag = "guidelines",
    params(
        ("gene" = Option<String>, Query, description = "Propose a guideline for this gene"),
        ("condition" = Option<String>, Query, description = "… and this disease, such as `MONDO:0017623`"),
        ("inheritance" = Option<String>, Query, description = "… and this mode, such as `AD`"),
        ("as_of" = Option<String>, Query, description = "The record as known on a day or at a moment"),
    ),
    responses(
        (status = 200, description = "The guidelines", body = GuidelinesAnswer),
        (status = 400, description = "The condition or mode is not one", body = ApiProblem),
    ),
    security(("token" = []))
)]
pub async fn list(
    State(app): State<Shared>,
    _caller: Caller,
    Query(sought): Query<Sought>,
    Query(asked): Query<AsOfQuery>,
) -> Result<Json<GuidelinesAnswer>, ApiProblem> {
    let as_of = bound(&app, &asked).await?;
    let (all, files) = app.node.guidelines_and_files(as_of).await?;
    let proposal = match sought.question().map_err(ApiProblem::bad_request)? {
        Some(question) => app.node.propose_guideline(&question, as_of).await?,
        None => None,
    };
    let guidelines = all.iter().map(GuidelineBrief::from).collect();
    Ok(Json(GuidelinesAnswer { guidelines, proposal, files }))
}
