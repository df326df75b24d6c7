//! `POST /api/v1/discordances/{accession}/acts`: what a person does about a discordance.

use super::get::DiscordanceAnswer;
use super::{accession, actor};
use crate::app::Shared;
use crate::person::Caller;
use crate::problem::ApiProblem;
use axum::Json;
use axum::extract::{Path, State};
use cairn_core::accession::{Accession, VersionedAccession};
use cairn_core::classification::Classification;
use cairn_core::criterion::Criterion;
use cairn_core::discordance::{Answer, ContinueReason, FlagReason, LiftReason};
use cairn_core::id::{FlagId, ProposalId, UserId};
use cairn_node::discordance::Act;
use jiff::civil::Date;
use serde::Deserialize;
use utoipa::ToSchema;

/// An act with the version that the person saw.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ActBody {
    /// The `version` of the discordance that the person looked at. When it is no longer that, nothing is done.
    seen: u32,
    /// What to do, by its name in `act`: `comment` {statement?, text}, `assign` {to?}, `set_due` {due?},
    /// `propose` {statement, class, criteria, text}, `answer` {proposal, answer, class?, criteria?, text},
    /// `flag` {statement, reason, text}, `lift` {flag, reason, text}, `agree` {changes: [{statement, class}], text},
    /// `continue` {reason, text}, `resume` {text}.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    act: Asked,
}

#[derive(Debug, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
enum Asked {
    Comment {
        #[serde(default)]
        statement: Option<String>,
        text: String,
    },
    Assign {
        #[serde(default)]
        to: Option<UserId>,
    },
    SetDue {
        #[serde(default)]
        due: Option<Date>,
    },
    Propose {
        statement: Accession,
        class: Classification,
        #[serde(default)]
        criteria: Vec<String>,
        #[serde(default)]
        text: String,
    },
    Answer {
        proposal: ProposalId,
        answer: Answer,
        #[serde(default)]
        class: Option<Classification>,
        #[serde(default)]
        criteria: Vec<String>,
        #[serde(default)]
        text: String,
    },
    Flag {
        statement: String,
        reason: FlagReason,
        #[serde(default)]
        text: String,
    },
    Lift {
        flag: FlagId,
        reason: LiftReason,
        #[serde(default)]
        text: String,
    },
    Agree {
        changes: Vec<Change>,
        #[serde(default)]
        text: String,
    },
    Continue {
        reason: ContinueReason,
        #[serde(default)]
        text: String,
    },
    Resume {
        #[serde(default)]
        text: String,
    },
}

#[derive(Debug, Deserialize)]
struct Change {
    statement: Accession,
    class: Classification,
}

/// Does something about a discordance, as the person whose token or session it is. Only people of the laboratories
/// that take part may; everything stands in the history.
#[utoipa::path(
    post,
    path = "/api/v1/discordances/{accession}/acts",
    tag = "discordances",
    params(("accession" = String, Path, description = "Such as `CRD000001`")),
    request_body = ActBody,
    responses(
        (status = 200, description = "The discordance as it stands now", body = DiscordanceAnswer),
        (status = 403, description = "The caller does not take part", body = ApiProblem),
        (status = 404, description = "None of this name", body = ApiProblem),
        (status = 409, description = "It changed meanwhile; nothing was written", body = ApiProblem),
        (status = 422, description = "It cannot be done as it was asked for", body = ApiProblem),
    ),
    security(("token" = []))
)]
pub async fn post(
    State(app): State<Shared>,
    Caller(person): Caller,
    Path(name): Path<String>,
    body: axum::body::Bytes,
) -> Result<Json<DiscordanceAnswer>, ApiProblem> {
    let body: ActBody = serde_json::from_slice(&body)
        .map_err(|error| ApiProblem::bad_request(format!("the body is no act: {error}")))?;
    let view = app.node.act_on_discordance(&actor(&person), accession(&name)?, body.seen, body.act.read()?).await?;
    Ok(Json(DiscordanceAnswer::new(view, &person)))
}

impl Asked {
    fn read(self) -> Result<Act, ApiProblem> {
        Ok(match self {
            Self::Comment { statement, text } => {
                Act::Comment { statement: statement.as_deref().map(version).transpose()?, text }
            }
            Self::Assign { to } => Act::Assign { to },
            Self::SetDue { due } => Act::SetDue { due },
            Self::Propose { statement, class, criteria: codes, text } => {
                Act::Propose { statement, class, criteria: criteria(&codes)?, text }
            }
            Self::Answer { proposal, answer, class, criteria: codes, text } => {
                Act::Answer { proposal, answer, class, criteria: criteria(&codes)?, text }
            }
            Self::Flag { statement, reason, text } => Act::Flag { statement: version(&statement)?, reason, text },
            Self::Lift { flag, reason, text } => Act::Lift { flag, reason, text },
            Self::Agree { changes, text } => {
                Act::Agree { changes: changes.into_iter().map(|one| (one.statement, one.class)).collect(), text }
            }
            Self::Continue { reason, text } => Act::Continue { reason, text },
            Self::Resume { text } => Act::Resume { text },
        })
    }
}

fn version(text: &str) -> Result<VersionedAccession, ApiProblem> {
    text.parse().map_err(|error| ApiProblem::bad_request(format!("{error}")))
}

fn criteria(codes: &[String]) -> Result<Vec<Criterion>, ApiProblem> {
    let read = |code: &String| code.parse().map_err(|error| ApiProblem::bad_request(format!("{error}")));
    codes.iter().map(read).collect()
}
