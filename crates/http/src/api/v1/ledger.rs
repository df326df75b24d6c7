//! `/api/v1/ledger`: the ledger for programs: its checkpoint, its entries, proofs.

use crate::app::Shared;
use crate::person::Caller;
use crate::problem::ApiProblem;
use crate::query::Query;
use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use cairn_ledger::cbor::Value;
use cairn_node::ledger::EntryView;
use cairn_store::ledger::shard::Shard;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Entries in a page when the caller does not say how many.
const PAGE: u32 = 100;
/// Entries in a page at most.
const LARGEST_PAGE: u32 = 1000;

/// Which year's log.
#[derive(Debug, Deserialize)]
pub struct OfYear {
    year: Option<i16>,
}

/// The checkpoint of a log.
#[derive(Debug, Serialize, ToSchema)]
pub struct CheckpointAnswer {
    /// The log's name.
    origin: String,
    /// Its year.
    year: i16,
    /// Entries under the checkpoint.
    size: u64,
    /// The root of the tree, base64.
    root: String,
    /// The signed note.
    checkpoint: String,
    /// The newest note that enough witnesses signed.
    cosigned: Option<String>,
    /// Entries under that one.
    cosigned_size: u64,
    /// The log's key, as `name+number+base64`.
    key: String,
    /// Whether a later year has begun.
    frozen: bool,
}

/// The newest checkpoint of the ledger.
#[utoipa::path(
    get,
    path = "/api/v1/ledger/checkpoint",
    tag = "ledger",
    params(("year" = Option<i16>, Query, description = "The year of the log; without one the newest")),
    responses(
        (status = 200, description = "The checkpoint", body = CheckpointAnswer),
        (status = 404, description = "No checkpoint of that year", body = ApiProblem),
    ),
    security(("token" = []))
)]
pub async fn checkpoint(
    State(app): State<Shared>,
    _caller: Caller,
    Query(asked): Query<OfYear>,
) -> Result<Json<CheckpointAnswer>, ApiProblem> {
    let shard = find(&app, asked.year).await?;
    Ok(Json(CheckpointAnswer {
        year: shard.year,
        size: shard.size,
        root: cairn_ledger::hash::Hash::new(shard.root).to_string(),
        key: app.node.log_verifier(&shard)?.to_string(),
        cosigned_size: shard.cosigned_size,
        frozen: shard.is_frozen,
        origin: shard.origin,
        checkpoint: shard.checkpoint,
        cosigned: shard.cosigned,
    }))
}

/// A page of entries.
#[derive(Debug, Deserialize)]
pub struct EntriesAsked {
    year: Option<i16>,
    #[serde(default)]
    from: u64,
    limit: Option<u32>,
}

/// An entry of the ledger.
#[derive(Debug, Serialize, ToSchema)]
pub struct EntryAnswer {
    /// Its place in the log, from 0.
    index: u64,
    /// What happened, such as `read-case`.
    kind: &'static str,
    /// In which minute, UTC.
    minute: String,
    /// The blinded tag of the case, hexadecimal; null where no case is involved.
    tag: Option<String>,
    /// The commitment to the body, hexadecimal.
    commitment: String,
    /// What it is about; null when it is another laboratory's, or was erased.
    #[schema(value_type = Object)]
    body: Option<serde_json::Value>,
}

impl From<&EntryView> for EntryAnswer {
    fn from(entry: &EntryView) -> Self {
        let body = entry.opening.as_ref().and_then(|opening| Value::read(&opening.body).ok());
        Self {
            index: entry.index,
            kind: entry.leaf.kind.word(),
            minute: minute(entry.leaf.time),
            tag: entry.leaf.tag.map(hex::encode),
            commitment: hex::encode(entry.leaf.commitment),
            body: body.as_ref().map(json),
        }
    }
}

/// Entries under the checkpoint, in their order; the bodies of the caller's own laboratory are opened.
#[utoipa::path(
    get,
    path = "/api/v1/ledger/entries",
    tag = "ledger",
    params(
        ("year" = Option<i16>, Query, description = "The year of the log; without one the newest"),
        ("from" = Option<u64>, Query, description = "The first index, from 0"),
        ("limit" = Option<u32>, Query, description = "At most so many, up to 1,000; 100 without one"),
    ),
    responses(
        (status = 200, description = "The entries", body = Vec<EntryAnswer>),
        (status = 404, description = "No checkpoint of that year", body = ApiProblem),
    ),
    security(("token" = []))
)]
pub async fn entries(
    State(app): State<Shared>,
    Caller(caller): Caller,
    Query(asked): Query<EntriesAsked>,
) -> Result<Json<Vec<EntryAnswer>>, ApiProblem> {
    let shard = find(&app, asked.year).await?;
    let limit = asked.limit.unwrap_or(PAGE).min(LARGEST_PAGE);
    let found = app.node.ledger_entries(&shard, asked.from, limit, Some(caller.viewer)).await?;
    Ok(Json(found.iter().map(EntryAnswer::from).collect()))
}

/// What is to be proved.
#[derive(Debug, Deserialize)]
pub struct ProofAsked {
    year: Option<i16>,
    index: Option<u64>,
    old: Option<u64>,
    new: Option<u64>,
}

/// The proof that one tree is the beginning of another.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConsistencyAnswer {
    /// Entries of the older tree.
    old: u64,
    /// Entries of the newer one.
    new: u64,
    /// The proof (RFC 6962, section 2.1.2), base64.
    proof: Vec<String>,
}

/// A proof: with `index`, that the log holds an entry, as a file that is checked without a network; with `old`, that
/// nothing was taken back since the tree of that size.
#[utoipa::path(
    get,
    path = "/api/v1/ledger/proof",
    tag = "ledger",
    params(
        ("year" = Option<i16>, Query, description = "The year of the log; without one the newest"),
        ("index" = Option<u64>, Query, description = "The entry to prove"),
        ("old" = Option<u64>, Query, description = "The size of the older tree"),
        ("new" = Option<u64>, Query, description = "The size of the newer tree; the checkpoint's without one"),
    ),
    responses(
        (status = 200, description = "The proof", content((String = "text/plain"), (ConsistencyAnswer = "application/json"))),
        (status = 400, description = "Neither or both are asked, or a size is not under the checkpoint", body = ApiProblem),
        (status = 404, description = "No such entry under the checkpoint", body = ApiProblem),
    ),
    security(("token" = []))
)]
pub async fn proof(
    State(app): State<Shared>,
    Caller(caller): Caller,
    Query(asked): Query<ProofAsked>,
) -> Result<Response, ApiProblem> {
    let shard = find(&app, asked.year).await?;
    match (asked.index, asked.old) {
        (Some(index), None) => {
            let receipt = app.node.ledger_receipt(&shard, index, Some(caller.viewer)).await?;
            let receipt = receipt.ok_or_else(|| ApiProblem::not_found("no such entry under the checkpoint"))?;
            Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], receipt.to_string()).into_response())
        }
        (None, Some(old)) => {
            let new = asked.new.unwrap_or(shard.size);
            if old > new || new > shard.size {
                let size = shard.size;
                return Err(ApiProblem::bad_request(format!(
                    "sizes grow and end at {size}: {old} to {new} is not among them"
                )));
            }
            let proof = app.node.ledger_consistency(&shard, old, new).await?;
            Ok(Json(ConsistencyAnswer { old, new, proof: proof.iter().map(ToString::to_string).collect() })
                .into_response())
        }
        _ => Err(ApiProblem::bad_request("ask with `index` for an entry, or with `old` for the growth since a size")),
    }
}

async fn find(app: &Shared, year: Option<i16>) -> Result<Shard, ApiProblem> {
    app.node.shard(year).await?.ok_or_else(|| ApiProblem::not_found("the log has no checkpoint of that year yet"))
}

/// A minute for people and programs, such as `2026-11-21T15:36Z`.
pub(crate) fn minute(seconds: u64) -> String {
    let moment =
        jiff::Timestamp::from_second(i64::try_from(seconds).unwrap_or(i64::MAX)).unwrap_or(jiff::Timestamp::MAX);
    moment.strftime("%Y-%m-%dT%H:%MZ").to_string()
}

/// A body's value as JSON; bytes as hexadecimal.
pub(crate) fn json(value: &Value) -> serde_json::Value {
    match value {
        Value::Number(number) => (*number).into(),
        Value::Bytes(bytes) => hex::encode(bytes).into(),
        Value::Text(text) => text.as_str().into(),
        Value::List(values) => values.iter().map(json).collect(),
        Value::Map(map) => {
            serde_json::Value::Object(map.iter().map(|(key, value)| (key.clone(), json(value))).collect())
        }
        Value::Truth(truth) => (*truth).into(),
        Value::Null => serde_json::Value::Null,
    }
}
