//! `POST /api/v1/submissions`: a laboratory contributes.

use crate::app::Shared;
use crate::person::{Caller, Person};
use crate::problem::ApiProblem;
use crate::uploads::LARGEST;
use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Multipart, Query, Request as HttpRequest, State};
use axum::http::{HeaderMap, StatusCode, header};
use cairn_core::problem::Problem;
use cairn_core::submission::{Channel, Counts};
use cairn_node::contribute::{Outcome, Request};
use cairn_variant::assembly::Assembly;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Longest `Idempotency-Key`.
const LONGEST_KEY: usize = 255;

/// How the submission is to be taken.
#[derive(Debug, Deserialize)]
pub struct Wish {
    /// File name of a raw body.
    file: Option<String>,
    /// Only say what would change.
    #[serde(default)]
    dry_run: bool,
    /// All or nothing.
    #[serde(default)]
    strict: bool,
    /// `GRCh37` or `GRCh38`, where the file states none.
    assembly: Option<String>,
}

/// What became of a submission.
#[derive(Debug, Serialize, ToSchema)]
pub struct SubmissionAnswer {
    /// Its stable name; absent after a dry run.
    accession: Option<String>,
    /// Records taken: new, changed or already here.
    accepted: u64,
    /// Records not taken.
    rejected: u64,
    /// Whether the same was sent before; then this is what became of it at that time.
    is_repeated: bool,
    /// The recognised format.
    format: String,
    /// What became of the records.
    #[schema(value_type = Object)]
    counts: Counts,
    /// Every finding, in the order of the file.
    #[schema(value_type = Vec<Object>)]
    problems: Vec<Problem>,
}

/// Sends a file: raw, or as the first file of a multipart form. The format is found out from the
/// content; the laboratory is the token's.
#[utoipa::path(
    post,
    path = "/api/v1/submissions",
    tag = "submissions",
    params(
        ("file" = Option<String>, Query, description = "File name of a raw body"),
        ("dry_run" = Option<bool>, Query, description = "Only say what would change"),
        ("strict" = Option<bool>, Query, description = "All or nothing"),
        ("assembly" = Option<String>, Query, description = "GRCh37 or GRCh38, where the file states none"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key with the same content is stored once"),
    ),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses(
        (status = 201, description = "Taken and durable", body = SubmissionAnswer),
        (status = 200, description = "Sent before, or a dry run", body = SubmissionAnswer),
        (status = 409, description = "The key was used for other content", body = ApiProblem),
        (status = 422, description = "Nothing can be loaded; the problems say why", body = ApiProblem),
    ),
    security(("token" = []))
)]
pub async fn post(
    State(app): State<Shared>,
    Caller(caller): Caller,
    Query(wish): Query<Wish>,
    headers: HeaderMap,
    body: HttpRequest,
) -> Result<(StatusCode, Json<SubmissionAnswer>), ApiProblem> {
    if !caller.user.role.may_contribute() {
        return Err(ApiProblem::forbidden("a submission needs a clinical scientist, laboratory head or curator"));
    }
    let client_key = idempotency_key(&headers)?;
    let (file, bytes) = content(&app, &headers, body).await?;
    let request = request(&caller, &wish, file, bytes, client_key)?;
    answer(app.node.contribute(request).await?, wish.dry_run)
}

fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, ApiProblem> {
    let Some(value) = headers.get("idempotency-key") else {
        return Ok(None);
    };
    let text = value.to_str().ok().map(str::trim).filter(|key| (1..=LONGEST_KEY).contains(&key.len()));
    let refuse = || ApiProblem::bad_request("`Idempotency-Key` must have 1 to 255 printable characters");
    text.map(|key| Some(key.to_owned())).ok_or_else(refuse)
}

/// File name and bytes of a raw or multipart body.
async fn content(
    app: &Shared,
    headers: &HeaderMap,
    request: HttpRequest,
) -> Result<(Option<String>, Bytes), ApiProblem> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("multipart/form-data") {
        return Ok((None, whole(request.into_body()).await?));
    }
    let broken = |why: axum::extract::multipart::MultipartError| ApiProblem::bad_request(why.body_text());
    let parts = Multipart::from_request(request, app).await;
    let mut parts = parts.map_err(|why| ApiProblem::bad_request(why.body_text()))?;
    while let Some(mut part) = parts.next_field().await.map_err(broken)? {
        let Some(name) = part.file_name().map(str::to_owned) else {
            continue;
        };
        let mut bytes = Vec::new();
        while let Some(chunk) = part.chunk().await.map_err(broken)? {
            if (bytes.len() + chunk.len()) as u64 > LARGEST {
                return Err(too_large());
            }
            bytes.extend_from_slice(&chunk);
        }
        return Ok((Some(name), bytes.into()));
    }
    Err(ApiProblem::bad_request("the form holds no file"))
}

async fn whole(body: Body) -> Result<Bytes, ApiProblem> {
    let limit = usize::try_from(LARGEST).unwrap_or(usize::MAX);
    axum::body::to_bytes(body, limit).await.map_err(|_| too_large())
}

fn too_large() -> ApiProblem {
    ApiProblem::too_large("a submission has at most 256 MiB").with_remedy("send it in parts, or with `cairn import`")
}

fn request(
    caller: &Person,
    wish: &Wish,
    file: Option<String>,
    bytes: Bytes,
    client_key: Option<String>,
) -> Result<Request, ApiProblem> {
    let assembly = wish.assembly.as_deref().map(str::parse::<Assembly>).transpose();
    let name = file.or_else(|| wish.file.clone());
    let name = name.map(|name| name.rsplit(['/', '\\']).next().unwrap_or_default().chars().take(200).collect());
    Ok(Request {
        laboratory: caller.at.clone(),
        user: Some(caller.user.id),
        channel: Channel::Api,
        file: name,
        bytes: bytes.into(),
        mapping: None,
        assembly: assembly.map_err(|error| ApiProblem::bad_request(error.to_string()))?,
        client_key,
        dry_run: wish.dry_run,
        strict: wish.strict,
    })
}

fn answer(outcome: Outcome, dry_run: bool) -> Result<(StatusCode, Json<SubmissionAnswer>), ApiProblem> {
    if outcome.accession.is_none() && !(dry_run && outcome.accepted() > 0) {
        let mut problem = ApiProblem::unprocessable("nothing of this content can be loaded")
            .with_code("submission.nothing_loaded")
            .with_remedy("the problems say what to correct");
        problem.problems = outcome.problems;
        return Err(problem);
    }
    let is_new = outcome.accession.is_some() && !outcome.is_repeated;
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    let accepted = outcome.accepted();
    Ok((
        status,
        Json(SubmissionAnswer {
            accession: outcome.accession.map(|accession| accession.to_string()),
            accepted,
            rejected: outcome.counts.rejected,
            is_repeated: outcome.is_repeated,
            format: outcome.format,
            counts: outcome.counts,
            problems: outcome.problems,
        }),
    ))
}
