//! `POST /api/v1/submissions`: a laboratory contributes.

use crate::app::Shared;
use crate::lanes::{CallerKey, LaneName};
use crate::person::{Caller, Person};
use crate::problem::ApiProblem;
use crate::query::Query;
use crate::receive::{Received, Receiver};
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{FromRequest, Multipart, Request as HttpRequest, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use cairn_core::id::JobId;
use cairn_core::problem::Problem;
use cairn_core::submission::{Channel, Counts};
use cairn_node::contribute::{Outcome, Request};
use cairn_variant::assembly::Assembly;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::pin::Pin;
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
    /// When it was recorded: now, or before when it is repeated; absent after a dry run.
    #[schema(value_type = Option<String>)]
    recorded: Option<Timestamp>,
    /// What a repetition means, for a person; absent when it is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    notice: Option<String>,
    /// The recognised format.
    format: String,
    /// What became of the records.
    #[schema(value_type = Object)]
    counts: Counts,
    /// Every finding, in the order of the file.
    #[schema(value_type = Vec<Object>)]
    problems: Vec<Problem>,
}

/// A large file was kept, and a job loads it.
#[derive(Debug, Serialize, ToSchema)]
pub struct JobAnswer {
    /// The job.
    job: String,
    /// Where it says how far it is; also in the `Location` header.
    address: String,
}

/// Sends a file: raw, or as the first file of a multipart form. The format is found out from the
/// content; the laboratory is the token's. A file of more than 16 MiB is kept and loaded by a job.
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
        (status = 202, description = "More than 16 MiB: kept, and a job loads it", body = JobAnswer),
        (status = 413, description = "Larger than this node takes", body = ApiProblem),
        (status = 409, description = "The key was used for other content", body = ApiProblem),
        (status = 429, description = "One caller asks for more at one time than its share", body = ApiProblem),
        (status = 503, description = "More to do than the node can", body = ApiProblem),
        (status = 507, description = "The disk is full; nothing was stored", body = ApiProblem),
        (status = 422, description = "Nothing can be loaded; the problems say why", body = ApiProblem),
    ),
    security(("token" = []))
)]
pub async fn post(
    State(app): State<Shared>,
    Caller(caller): Caller,
    Extension(key): Extension<CallerKey>,
    Query(wish): Query<Wish>,
    headers: HeaderMap,
    body: HttpRequest,
) -> Result<Response, ApiProblem> {
    if !caller.user.role.may_contribute() {
        return Err(ApiProblem::forbidden("a submission needs a clinical scientist, laboratory head or curator"));
    }
    let client_key = idempotency_key(&headers)?;
    let (file, received) = content(&app, &headers, body).await?;
    let _turn = app.lanes.enter(LaneName::Bulk, key.0).await?;
    match received {
        Received::AtOnce(bytes) => {
            let request = request(&caller, &wish, file, bytes, client_key)?;
            answer(app.node.contribute(request).await?, wish.dry_run).map(IntoResponse::into_response)
        }
        Received::OnDisk(draft) => {
            let request = request(&caller, &wish, file, Vec::new(), client_key)?;
            let job = app.node.load_later(draft.path().to_owned(), request).await?;
            Ok(accepted(job))
        }
    }
}

fn accepted(job: JobId) -> Response {
    let address = format!("/api/v1/jobs/{job}");
    let answer = JobAnswer { job: job.to_string(), address: address.clone() };
    (StatusCode::ACCEPTED, [(header::LOCATION, address)], Json(answer)).into_response()
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
) -> Result<(Option<String>, Received), ApiProblem> {
    let name = format!("{:032x}.part", (app.node.world().random)());
    let settings = &app.settings;
    let mut receiver = Receiver::new(app.node.large_files().join(name), settings.at_once, settings.largest_upload);
    let broken = |why: axum::extract::multipart::MultipartError| ApiProblem::bad_request(why.body_text());
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("multipart/form-data") {
        let mut body = request.into_body();
        while let Some(chunk) = next(&mut body).await {
            let chunk = chunk.map_err(|_| ApiProblem::bad_request("the body did not arrive whole"))?;
            receiver.take(&chunk).await?;
        }
        return Ok((None, receiver.end().await?));
    }
    let parts = Multipart::from_request(request, app).await;
    let mut parts = parts.map_err(|why| ApiProblem::bad_request(why.body_text()))?;
    while let Some(mut part) = parts.next_field().await.map_err(broken)? {
        let Some(name) = part.file_name().map(str::to_owned) else {
            continue;
        };
        while let Some(chunk) = part.chunk().await.map_err(broken)? {
            receiver.take(&chunk).await?;
        }
        return Ok((Some(name), receiver.end().await?));
    }
    Err(ApiProblem::bad_request("the form holds no file"))
}

/// The next chunk of a body; empty for trailers.
async fn next(body: &mut Body) -> Option<Result<Bytes, axum::Error>> {
    let frame = std::future::poll_fn(|context| Pin::new(&mut *body).poll_frame(context)).await?;
    Some(frame.map(|frame| frame.into_data().unwrap_or_default()))
}

fn request(
    caller: &Person,
    wish: &Wish,
    file: Option<String>,
    bytes: Vec<u8>,
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
        bytes,
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
    let notice = outcome.is_repeated.then(|| {
        let when = outcome.recorded.map(|at| at.strftime(" on %Y-%m-%d at %H:%M UTC").to_string());
        format!("received before{}; nothing changed, and the counts are of that time", when.unwrap_or_default())
    });
    Ok((
        status,
        Json(SubmissionAnswer {
            accession: outcome.accession.map(|accession| accession.to_string()),
            accepted,
            rejected: outcome.counts.rejected,
            is_repeated: outcome.is_repeated,
            recorded: outcome.recorded,
            notice,
            format: outcome.format,
            counts: outcome.counts,
            problems: outcome.problems,
        }),
    ))
}
