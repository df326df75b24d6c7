//! `GET /api/v1/discordances`: the queue, the gravest first.

use crate::api::v1::bound;
use crate::app::Shared;
use crate::as_of::AsOfQuery;
use crate::person::{Caller, Person};
use crate::problem::ApiProblem;
use crate::query::Query;
use axum::Json;
use axum::extract::State;
use cairn_core::discordance::{Grade, State as Stage};
use cairn_node::discordance::{AssignedFilter, QueueFilter, QueueLine, StateFilter};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Discordances in one answer unless less are asked for.
const PAGE: u32 = 100;

/// Which discordances; every part may be left out.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// Slug of a laboratory that takes part, or `mine`.
    pub laboratory: String,
    /// Symbol of a gene.
    pub gene: String,
    /// Words or identifier of a condition.
    pub condition: String,
    /// Code of a grade.
    pub grade: String,
    /// `1` or `true`: those that differ in strength only, too.
    pub strength: String,
    /// Code of a state, `any`, or empty for those that ask for work.
    pub state: String,
    /// `me`, `nobody`, or the id of a person.
    pub assigned: String,
    /// Due on this day or earlier.
    pub due: String,
    /// Words: variant, gene, condition, laboratory.
    pub q: String,
    /// `next` of the answer before.
    pub after: String,
    /// How many at most, up to 500.
    pub limit: Option<u32>,
    /// The day or moment as of which the record is read; empty: now.
    pub as_of: String,
}

/// A page of discordances.
#[derive(Debug, Serialize, ToSchema)]
pub struct DiscordancesAnswer {
    /// The discordances.
    #[schema(value_type = Vec<Object>)]
    discordances: Vec<QueueLine>,
    /// Send as `after` for the next; absent at the end.
    next: Option<String>,
}

impl Asked {
    /// The filter that is meant.
    ///
    /// # Errors
    /// When a part is no code, day, laboratory or person.
    pub async fn filter(&self, app: &Shared, person: &Person) -> Result<QueueFilter, ApiProblem> {
        let given = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let unknown = |what: &str, text: &str| ApiProblem::bad_request(format!("`{text}` is no {what}"));
        let laboratory = match self.laboratory.trim() {
            "" => None,
            "mine" => Some(person.at.serial),
            slug => Some(app.node.laboratory(slug).await.map_err(|_| unknown("laboratory here", slug))?.serial),
        };
        let grade = match self.grade.trim() {
            "" => None,
            code => Some(Grade::from_code(code).ok_or_else(|| unknown("grade", code))?),
        };
        let state = match self.state.trim() {
            "" | "open_all" => StateFilter::Open,
            "any" => StateFilter::Any,
            code => StateFilter::One(Stage::from_code(code).ok_or_else(|| unknown("state", code))?),
        };
        let assigned = match self.assigned.trim() {
            "" => None,
            "me" => Some(AssignedFilter::To(person.user.id)),
            "nobody" => Some(AssignedFilter::Nobody),
            id => Some(AssignedFilter::To(id.parse().map_err(|_| unknown("person", id))?)),
        };
        let due_before = match self.due.trim() {
            "" => None,
            day => Some(day.parse().map_err(|_| unknown("day", day))?),
        };
        let asked = AsOfQuery { as_of: self.as_of.clone() };
        let as_of = match asked.as_of.trim() {
            "" => None,
            _ => Some(bound(app, &asked).await?),
        };
        Ok(QueueFilter {
            laboratory,
            gene: given(&self.gene),
            condition: given(&self.condition),
            grade,
            strength_too: matches!(self.strength.trim(), "1" | "true" | "on"),
            state,
            assigned,
            due_before,
            text: given(&self.q),
            as_of,
        })
    }
}

/// Discordances, the gravest first, then the oldest; as they stand, or with `as_of` as they stood.
#[utoipa::path(
    get,
    path = "/api/v1/discordances",
    tag = "discordances",
    params(
        ("laboratory" = Option<String>, Query, description = "Slug of a laboratory that takes part, or `mine`"),
        ("gene" = Option<String>, Query, description = "Symbol"),
        ("condition" = Option<String>, Query, description = "Words, or an identifier such as `MONDO:0003582`"),
        ("grade" = Option<String>, Query, description = "`opposite`, `pathogenic_uncertain`, `uncertain_benign`, `within_laboratory`, `strength`"),
        ("strength" = Option<bool>, Query, description = "Also those that differ in strength only"),
        ("state" = Option<String>, Query, description = "`open`, `in_discussion`, `pending_concordance`, `concordant`, `continued`, `any`; without it all that ask for work"),
        ("assigned" = Option<String>, Query, description = "`me`, `nobody`, or the id of a person"),
        ("due" = Option<String>, Query, description = "Due on this day or earlier"),
        ("q" = Option<String>, Query, description = "Words: variant, gene, condition, laboratory"),
        ("after" = Option<String>, Query, description = "`next` of the answer before"),
        ("as_of" = Option<String>, Query, description = "The list as it stood on a day or at a moment"),
        ("limit" = Option<u32>, Query, description = "At most so many, up to 500"),
    ),
    responses(
        (status = 200, description = "A page of discordances", body = DiscordancesAnswer),
        (status = 400, description = "A part of the question is not understood", body = ApiProblem),
    ),
    security(("token" = []))
)]
pub async fn get(
    State(app): State<Shared>,
    Caller(person): Caller,
    Query(asked): Query<Asked>,
) -> Result<Json<DiscordancesAnswer>, ApiProblem> {
    let filter = asked.filter(&app, &person).await?;
    let after = Some(asked.after.as_str()).filter(|after| !after.is_empty());
    let limit = asked.limit.unwrap_or(PAGE).clamp(1, 500);
    let page = app.node.discordances(&filter, after, limit).await?;
    Ok(Json(DiscordancesAnswer { discordances: page.lines, next: page.next }))
}
