//! The ledger as static files for everybody (C2SP tlog-tiles), and the witness (C2SP tlog-witness).
//!
//! `/log/` is the newest shard, `/log/YEAR/` each one. Nothing here names a person: who asks needs no account.

use crate::app::Shared;
use crate::problem::ApiProblem;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use cairn_ledger::tile::{TILE_WIDTH, TileKind};
use cairn_ledger::tile::{Tile, width_at};
use cairn_ledger::witness::Refusal;
use cairn_node::ledger::TileFolder;
use cairn_store::ledger::shard::Shard;

/// Bytes of a request to the witness: 63 hashes and a note with many signatures.
const LARGEST_REQUEST: usize = 64 * 1024;

/// The routes of the log.
pub fn routes() -> Router<Shared> {
    Router::new()
        .route("/log/checkpoint", get(newest_checkpoint))
        .route("/log/tile/{*rest}", get(newest_tile))
        .route("/log/{year}/checkpoint", get(checkpoint))
        .route("/log/{year}/tile/{*rest}", get(tile))
        .route("/log/witness/add-checkpoint", post(add_checkpoint).layer(DefaultBodyLimit::max(LARGEST_REQUEST)))
}

/// `GET /log/checkpoint`
async fn newest_checkpoint(State(app): State<Shared>) -> Result<Response, ApiProblem> {
    Ok(note(&shard(&app, None).await?))
}

/// `GET /log/{year}/checkpoint`
async fn checkpoint(State(app): State<Shared>, Path(year): Path<i16>) -> Result<Response, ApiProblem> {
    Ok(note(&shard(&app, Some(year)).await?))
}

/// `GET /log/tile/…`
async fn newest_tile(State(app): State<Shared>, Path(rest): Path<String>) -> Result<Response, ApiProblem> {
    file(&app, &shard(&app, None).await?, &rest, "no-store").await
}

/// `GET /log/{year}/tile/…`: a tile never changes, so it may be kept for ever.
async fn tile(State(app): State<Shared>, Path((year, rest)): Path<(i16, String)>) -> Result<Response, ApiProblem> {
    file(&app, &shard(&app, Some(year)).await?, &rest, "public, max-age=31536000, immutable").await
}

/// `POST /log/witness/add-checkpoint`
async fn add_checkpoint(State(app): State<Shared>, body: Bytes) -> Result<Response, ApiProblem> {
    let answer = match app.node.witness(&body).await? {
        Ok(line) => return Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], line).into_response()),
        Err(refusal) => refusal,
    };
    let status = StatusCode::from_u16(answer.status()).unwrap_or(StatusCode::BAD_REQUEST);
    Ok(match answer {
        Refusal::OtherSize(size) | Refusal::Fork(size) => {
            (status, [(header::CONTENT_TYPE, "text/x.tlog.size")], format!("{size}\n")).into_response()
        }
        other => (status, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], format!("{other}\n")).into_response(),
    })
}

async fn shard(app: &Shared, year: Option<i16>) -> Result<Shard, ApiProblem> {
    app.node.shard(year).await?.ok_or_else(|| ApiProblem::not_found("the log has no checkpoint of that year yet"))
}

/// The newest checkpoint that enough witnesses signed where it is the newest, else the newest.
fn note(shard: &Shard) -> Response {
    let cosigned = shard.cosigned.as_ref().filter(|_| shard.cosigned_size == shard.size);
    let note = cosigned.unwrap_or(&shard.checkpoint).clone();
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], note).into_response()
}

async fn file(app: &Shared, shard: &Shard, rest: &str, keep: &'static str) -> Result<Response, ApiProblem> {
    let absent = || ApiProblem::not_found("no such tile under the checkpoint");
    let tile = Tile::from_path(&format!("tile/{rest}")).ok_or_else(absent)?;
    // What the checkpoint does not hold is not published, though it may lie there already.
    let level = if let TileKind::Hashes(level) = tile.kind { level } else { 0 };
    let end = tile.index.checked_mul(TILE_WIDTH).and_then(|start| start.checked_add(u64::from(tile.width)));
    if level > 7 || end.is_none_or(|end| end > width_at(level, shard.size)) {
        return Err(absent());
    }
    let folder = TileFolder::of(app.node.folder(), shard.year);
    let read =
        tokio::task::spawn_blocking(move || folder.read(tile)).await.map_err(|error| ApiProblem::internal(&error))?;
    let bytes = read?.ok_or_else(absent)?;
    let headers = [(header::CONTENT_TYPE, "application/octet-stream"), (header::CACHE_CONTROL, keep)];
    Ok((headers, bytes).into_response())
}
