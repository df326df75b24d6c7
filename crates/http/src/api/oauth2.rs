//! `/oauth2/token`: systems get a token for some minutes (RFC 6749, 4.4), by a secret or by signing (RFC 7523), in the
//! manner of SMART Backend Services. `/.well-known/smart-configuration` says so to programs.

use crate::app::{App, Shared};
use crate::attempts::Attempts;
use crate::jose::{self, KeySet};
use crate::problem::ApiProblem;
use crate::secret::Secret;
use crate::sign_in::site::Site;
use crate::system_scope;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Form, Json};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cairn_store::StoreError;
use cairn_store::api_token::{self, NewApiToken};
use cairn_store::system_client::{self, Proof, SystemClient};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::net::SocketAddr;
use std::time::Instant;

/// Seconds a token is good for (SMART App Launch 2, Backend Services: no more than five minutes).
const GOOD_FOR: i64 = 300;
/// Seconds that an assertion may lie ahead of now (the same).
const LONGEST_ASSERTION: i64 = 300;
/// Seconds that two clocks may differ.
const SKEW: i64 = 60;
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// What a system sends.
#[derive(Deserialize)]
pub struct TokenRequest {
    #[serde(default)]
    grant_type: String,
    #[serde(default)]
    scope: String,
    #[serde(default)]
    client_id: String,
    #[serde(default)]
    client_secret: String,
    #[serde(default)]
    client_assertion_type: String,
    #[serde(default)]
    client_assertion: String,
}

/// A token for some minutes.
#[derive(Debug, Serialize)]
struct TokenAnswer {
    access_token: String,
    token_type: &'static str,
    expires_in: i64,
    scope: String,
}

/// Why there is no token (RFC 6749, 5.2). Who a system is not, is one answer.
#[derive(Debug)]
enum Refused {
    UnsupportedGrant,
    Client,
    Scope,
    Wait(u64),
    Failed(StoreError),
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self::Failed(error)
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let (status, error, description) = match self {
            Self::UnsupportedGrant => (
                StatusCode::BAD_REQUEST,
                "unsupported_grant_type",
                "`grant_type` must be `client_credentials`".to_owned(),
            ),
            Self::Client => (
                StatusCode::UNAUTHORIZED,
                "invalid_client",
                "no system of this node has this id with this secret or key, or the assertion is over or was used"
                    .to_owned(),
            ),
            Self::Scope => (
                StatusCode::BAD_REQUEST,
                "invalid_scope",
                "nothing of the scope may be given to this system; `cairn client list` shows what may".to_owned(),
            ),
            Self::Wait(seconds) => {
                (StatusCode::TOO_MANY_REQUESTS, "invalid_client", format!("too many attempts; wait {seconds} s"))
            }
            Self::Failed(error) => return ApiProblem::internal(&error).into_response(),
        };
        let mut response = (status, Json(json!({"error": error, "error_description": description}))).into_response();
        if status == StatusCode::UNAUTHORIZED {
            let value = header::HeaderValue::from_static("Basic realm=\"cairn\"");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, value);
        }
        response
    }
}

/// `POST /oauth2/token`
pub async fn token(
    State(app): State<Shared>,
    from: Option<axum::Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
    Form(sent): Form<TokenRequest>,
) -> Response {
    let place = from.map_or_else(String::new, |from| from.0.0.ip().to_string());
    give(&app, &place, &headers, &sent).await.map_or_else(IntoResponse::into_response, IntoResponse::into_response)
}

async fn give(app: &App, place: &str, headers: &HeaderMap, sent: &TokenRequest) -> Result<Json<TokenAnswer>, Refused> {
    if sent.grant_type != "client_credentials" {
        return Err(Refused::UnsupportedGrant);
    }
    let shown = Shown::of(headers, sent).ok_or(Refused::Client)?;
    let keys = [format!("system {}", shown.id), format!("from {place}")];
    let keys = [keys[0].as_str(), keys[1].as_str()];
    if let Some(wait) = app.attempts.wait(&keys, Instant::now()) {
        return Err(Refused::Wait(wait.as_secs() + 1));
    }
    let Some(client) = known(app, headers, &shown).await? else {
        return Err(wrong(&app.attempts, &keys));
    };
    app.attempts.succeeded(keys[0]);
    let granted = system_scope::granted(&sent.scope, client.scopes).ok_or(Refused::Scope)?;
    let (token, now) = (Secret::token(rand::random()), app.node.now());
    let new = NewApiToken {
        id: rand::random(),
        digest: &token.digest(),
        user: client.user.id,
        name: &client.name,
        purpose: client.purpose,
        scopes: granted.scopes,
        created: now,
        expires: Some(now + jiff::SignedDuration::from_secs(GOOD_FOR)),
        client: Some(&client.id),
    };
    let mut writer = app.node.store().write().await?;
    api_token::sweep(&mut writer, now).await?;
    api_token::add(&mut writer, &new).await?;
    writer.commit().await?;
    Ok(Json(TokenAnswer {
        access_token: token.reveal().to_owned(),
        token_type: "Bearer",
        expires_in: GOOD_FOR,
        scope: granted.words,
    }))
}

fn wrong(attempts: &Attempts, keys: &[&str]) -> Refused {
    attempts.failed(keys, Instant::now());
    Refused::Client
}

/// What a system shows of who it is.
struct Shown {
    id: String,
    by: By,
}

enum By {
    Secret(String),
    Assertion(String),
}

impl Shown {
    fn of(headers: &HeaderMap, sent: &TokenRequest) -> Option<Self> {
        if sent.client_assertion_type == ASSERTION_TYPE {
            let claims = jose::unverified_claims(&sent.client_assertion).ok()?;
            let id = claims.get("sub")?.as_str()?.to_owned();
            return Some(Self { id, by: By::Assertion(sent.client_assertion.clone()) });
        }
        if let Some(value) = headers.get(header::AUTHORIZATION) {
            let text = value.to_str().ok()?.strip_prefix("Basic ")?;
            let pair = String::from_utf8(STANDARD.decode(text.trim()).ok()?).ok()?;
            let (id, secret) = pair.split_once(':')?;
            return Some(Self { id: id.to_owned(), by: By::Secret(secret.to_owned()) });
        }
        Some(Self { id: sent.client_id.clone(), by: By::Secret(sent.client_secret.clone()) })
    }
}

async fn known(app: &App, headers: &HeaderMap, shown: &Shown) -> Result<Option<SystemClient>, Refused> {
    let mut reader = app.node.store().read().await?;
    let Some(client) = system_client::find(&mut reader, &shown.id).await? else { return Ok(None) };
    drop(reader);
    let is_it = match (&shown.by, &client.proof) {
        (By::Secret(secret), Proof::Secret(digest)) => {
            Secret::read(secret).is_some_and(|secret| Sha256::digest(secret.digest()) == Sha256::digest(digest))
        }
        (By::Assertion(assertion), Proof::Keys(keys)) => signed(app, headers, &client.id, keys, assertion).await?,
        _ => false,
    };
    Ok(is_it.then_some(client))
}

/// Whether an assertion is the system's, for this node, of now, and new (RFC 7523, 3).
async fn signed(app: &App, headers: &HeaderMap, client: &str, keys: &str, assertion: &str) -> Result<bool, StoreError> {
    let keys: Option<KeySet> = serde_json::from_str(keys).ok();
    let claims = keys.and_then(|keys| keys.verify(assertion).ok());
    let (Some(claims), Some(site)) = (claims, Site::of(&app.settings, headers)) else { return Ok(false) };
    let now = app.node.now();
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    let number = |name: &str| claims.get(name).and_then(Value::as_i64);
    let here = [format!("{}/oauth2/token", site.origin), site.origin];
    let is_for_us = match claims.get("aud") {
        Some(Value::String(one)) => here.contains(one),
        Some(Value::Array(many)) => many.iter().filter_map(Value::as_str).any(|one| here.iter().any(|is| is == one)),
        _ => false,
    };
    let seconds = now.as_second();
    let (Some(ends), Some(jti)) = (number("exp"), text("jti").filter(|jti| !jti.is_empty())) else { return Ok(false) };
    let is_now = (seconds - SKEW < ends && ends <= seconds + LONGEST_ASSERTION + SKEW)
        && number("nbf").is_none_or(|from| from <= seconds + SKEW);
    if text("iss") != Some(client) || text("sub") != Some(client) || !is_for_us || !is_now {
        return Ok(false);
    }
    let digest = hex::encode(Sha256::digest(format!("{client}\n{jti}")));
    let kept_until = Timestamp::from_second(ends + SKEW).unwrap_or(now);
    let mut writer = app.node.store().write().await?;
    let is_new = system_client::use_assertion(&mut writer, &digest, kept_until, now).await?;
    writer.commit().await?;
    Ok(is_new)
}

/// `GET /.well-known/smart-configuration`
pub async fn configuration(State(app): State<Shared>, headers: HeaderMap) -> Result<Json<Value>, ApiProblem> {
    let site = Site::of(&app.settings, &headers).ok_or_else(|| ApiProblem::bad_request("the request names no host"))?;
    Ok(Json(json!({
        "issuer": site.origin,
        "token_endpoint": format!("{}/oauth2/token", site.origin),
        "grant_types_supported": ["client_credentials"],
        "token_endpoint_auth_methods_supported": ["private_key_jwt", "client_secret_basic", "client_secret_post"],
        "token_endpoint_auth_signing_alg_values_supported": ["RS384", "ES384", "RS256", "ES256", "PS256", "EdDSA"],
        "scopes_supported": ["system/*.rs", "system/*.read", "read", "contribute", "curate"],
        "capabilities": ["client-confidential-asymmetric", "client-confidential-symmetric", "permission-v1", "permission-v2"],
    })))
}

impl std::fmt::Debug for TokenRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TokenRequest")
    }
}
