//! `POST /api/v1/variants/resolve`: which variant a text means, by the reference alone.

use crate::app::Shared;
use crate::person::Caller;
use crate::problem::ApiProblem;
use axum::Json;
use axum::extract::State;
use axum::extract::rejection::StringRejection;
use axum::http::StatusCode;
use cairn_reference::Identity;

/// Longest expression, in bytes; a whole inserted sequence fits.
const LONGEST: usize = 100_000;

/// Which variant a text means. The body is one expression as `text/plain`.
#[utoipa::path(
    post,
    path = "/api/v1/variants/resolve",
    tag = "variants",
    request_body(content = String, content_type = "text/plain"),
    responses(
        (status = 200, description = "The identity, as `cairn variant --json` gives it", body = Object),
        (status = 422, description = "The text is no variant", body = ApiProblem),
    ),
    security(("token" = []))
)]
pub async fn post(
    State(app): State<Shared>,
    _caller: Caller,
    expression: Result<String, StringRejection>,
) -> Result<Json<Identity>, ApiProblem> {
    let too_large = || ApiProblem::too_large(format!("an expression has at most {LONGEST} bytes"));
    let expression = expression.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => too_large(),
        _ => ApiProblem::bad_request(rejection.body_text()),
    })?;
    let expression = expression.trim();
    if expression.len() > LONGEST {
        return Err(too_large());
    }
    let identity = app.node.identify(expression);
    match &identity.error {
        Some(refusal) => Err(ApiProblem::unprocessable(refusal.message.clone())
            .with_code(refusal.code.clone())
            .with_remedy(refusal.remedy.clone())),
        None => Ok(Json(identity)),
    }
}
