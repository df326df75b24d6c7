//! Who is asking: found once for each request, from a bearer token or a session cookie.

use crate::app::{App, Shared};
use crate::cookie::Cookie;
use crate::problem::ApiProblem;
use crate::secret::Secret;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use cairn_core::laboratory::Laboratory;
use cairn_core::user::{Purpose, User};
use cairn_node::NodeError;
use cairn_node::access::{Asker, Viewer};
use cairn_node::ledger::Reading;
use cairn_store::api_token::FoundToken;
use cairn_store::laboratory::RecordedLaboratory;
use cairn_store::{Reader, Store, StoreError, api_token, laboratory, session};
use jiff::Timestamp;

/// A person who asks, and for whom the node answers.
#[derive(Debug, Clone)]
pub struct Person {
    /// The account.
    pub user: User,
    /// Where they work, as recorded.
    pub at: RecordedLaboratory,
    /// As whom the node lets them see.
    pub viewer: Viewer,
    /// What for.
    pub purpose: Purpose,
    /// How they showed who they are.
    pub(crate) credential: Credential,
}

/// How a person showed who they are.
#[derive(Debug, Clone)]
pub(crate) enum Credential {
    /// A browser with this cookie; what it posts must carry the form token.
    Session(Secret),
    /// A script with a bearer token.
    Token,
}

impl Person {
    fn new(at: RecordedLaboratory, user: User, purpose: Purpose, credential: Credential) -> Self {
        let viewer = Viewer::Person(Asker {
            laboratory: at.serial,
            organisation: at.laboratory.id,
            role: user.role,
            purpose,
            account: user.id,
        });
        Self { user, at, viewer, purpose, credential }
    }

    /// Where they work.
    pub fn laboratory(&self) -> &Laboratory {
        &self.at.laboratory
    }

    /// How the ledger names this person's reading, by a door such as `page`.
    pub(crate) fn reading(&self, door: &'static str) -> Reading<'_> {
        let laboratory = &self.at.laboratory.name;
        Reading { viewer: self.viewer, user: self.user.id, laboratory, purpose: self.purpose, door }
    }

    /// What a form must bring back; empty for a script, which has no forms.
    pub fn form_token(&self) -> String {
        match &self.credential {
            Credential::Session(secret) => secret.form_token(),
            Credential::Token => String::new(),
        }
    }
}

/// Puts the person into the request, if there is one. A wrong token or an old session is nobody.
pub async fn identify(State(app): State<Shared>, mut request: Request, next: Next) -> Response {
    match find(&app, request.headers()).await {
        Ok(Some(person)) => {
            request.extensions_mut().insert(person);
        }
        Ok(None) => {}
        Err(error) => return ApiProblem::internal(&error).into_response(),
    }
    next.run(request).await
}

async fn find(app: &App, headers: &HeaderMap) -> Result<Option<Person>, NodeError> {
    let now = app.node.now();
    if let Some(token) = bearer(headers) {
        return by_token(app, &token, now).await;
    }
    match Cookie::Session.read(headers, app.settings.over_tls) {
        Some(cookie) => Ok(by_session(app, cookie, now).await?),
        None => Ok(None),
    }
}

fn bearer(headers: &HeaderMap) -> Option<Secret> {
    let text = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = text.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| Secret::read(token.trim()))?
}

async fn by_token(app: &App, token: &Secret, now: Timestamp) -> Result<Option<Person>, NodeError> {
    let (state, digest) = (app.node.state().await?, token.digest());
    let found = match app.answers.token(state, &digest) {
        Some(kept) => Some(kept),
        None => read_token(app.node.store(), &digest).await?,
    };
    let Some(found) = found else { return Ok(None) };
    if found.0.is_stale(now) {
        let mut writer = app.node.store().write().await?;
        api_token::seen(&mut writer, &digest, now).await?;
        writer.commit().await?;
    } else {
        app.answers.keep_token(state, digest, &found);
    }
    let (token, at) = found;
    Ok(Some(Person::new(at, token.user, token.purpose, Credential::Token)))
}

async fn read_token(store: &Store, digest: &str) -> Result<Option<(FoundToken, RecordedLaboratory)>, StoreError> {
    let mut reader = store.read().await?;
    let Some(found) = api_token::find(&mut reader, digest).await? else { return Ok(None) };
    let at = laboratory_of(&mut reader, &found.user).await?;
    Ok(at.map(|at| (found, at)))
}

async fn by_session(app: &App, cookie: Secret, now: Timestamp) -> Result<Option<Person>, StoreError> {
    let store = app.node.store();
    let digest = cookie.digest();
    let mut reader = store.read().await?;
    let Some((user, times)) = session::find(&mut reader, &digest).await? else {
        return Ok(None);
    };
    let idle = now.duration_since(times.seen).unsigned_abs();
    if now >= times.ends || idle >= app.settings.idle {
        return Ok(None);
    }
    let Some(at) = laboratory_of(&mut reader, &user).await? else {
        return Ok(None);
    };
    drop(reader);
    if times.is_stale(now) {
        let mut writer = store.write().await?;
        session::seen(&mut writer, &digest, now).await?;
        writer.commit().await?;
    }
    Ok(Some(Person::new(at, user, Purpose::ClinicalCare, Credential::Session(cookie))))
}

async fn laboratory_of(reader: &mut Reader, user: &User) -> Result<Option<RecordedLaboratory>, StoreError> {
    laboratory::find(reader, &user.laboratory.to_string()).await
}

/// A person at a page; a visitor is sent to sign in and comes back.
#[derive(Debug, Clone)]
pub struct SignedIn(pub Person);

impl FromRequestParts<Shared> for SignedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &Shared) -> Result<Self, Response> {
        if let Some(person) = parts.extensions.get::<Person>() {
            return Ok(Self(person.clone()));
        }
        if parts.headers.contains_key("hx-request") {
            return Err((StatusCode::UNAUTHORIZED, [("hx-redirect", "/sign-in")]).into_response());
        }
        let here = parts.uri.path_and_query().map_or("/", |path| path.as_str());
        let next = if parts.method == Method::GET { here } else { "/" };
        Err(Redirect::to(&format!("/sign-in?next={}", crate::address::encode(next))).into_response())
    }
}

/// A person at the API. A browser's session may read; to change something it must bring the form
/// token in `X-CSRF-Token`, for a browser sends cookies whoever asks it to.
#[derive(Debug, Clone)]
pub struct Caller(pub Person);

impl FromRequestParts<Shared> for Caller {
    type Rejection = ApiProblem;

    async fn from_request_parts(parts: &mut Parts, _: &Shared) -> Result<Self, ApiProblem> {
        let person = parts.extensions.get::<Person>().ok_or_else(ApiProblem::unauthorized)?;
        if let Credential::Session(secret) = &person.credential
            && !matches!(parts.method, Method::GET | Method::HEAD)
        {
            let sent = parts.headers.get("x-csrf-token").and_then(|value| value.to_str().ok());
            if !sent.is_some_and(|sent| secret.accepts_form(sent)) {
                return Err(ApiProblem::forbidden("the request did not come from a page of this node"));
            }
        }
        Ok(Self(person.clone()))
    }
}
