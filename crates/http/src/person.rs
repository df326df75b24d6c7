//! Who is asking: found once for each request, from a bearer token or a session cookie.

use crate::app::{App, Shared};
use crate::cookie::Cookie;
use crate::problem::ApiProblem;
use crate::scope;
use crate::secret::Secret;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use cairn_core::id::LaboratoryId;
use cairn_core::laboratory::Laboratory;
use cairn_core::membership::MemberState;
use cairn_core::token_scope::TokenScopes;
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
    /// A browser with a cookie; what it posts must carry the form token.
    Session(OpenSession),
    /// A script with a bearer token that may be used for this.
    Token(TokenScopes),
}

/// A session that is going on.
#[derive(Debug, Clone)]
pub(crate) struct OpenSession {
    /// What the browser brought.
    pub cookie: Secret,
    /// Names the session in addresses.
    pub id: String,
    /// When the person last showed who they are.
    pub confirmed: Timestamp,
    /// How it began.
    pub method: session::Method,
    /// Whether a second factor was shown.
    pub second_factor: bool,
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

    /// Whether their laboratory is approved, and so sees what others share.
    pub fn is_approved(&self) -> bool {
        self.at.standing.is_none_or(MemberState::may_share)
    }

    /// Whether what a laboratory states is for them.
    pub fn may_read_of(&self, laboratory: LaboratoryId) -> bool {
        self.is_approved() || self.laboratory().id == laboratory
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
            Credential::Session(open) => open.cookie.form_token(),
            Credential::Token(_) => String::new(),
        }
    }

    /// The session, where a browser asks.
    pub(crate) fn session(&self) -> Option<&OpenSession> {
        match &self.credential {
            Credential::Session(open) => Some(open),
            Credential::Token(_) => None,
        }
    }

    /// Whether the person must set up a second factor before anything else.
    fn must_set_up(&self, app: &App) -> bool {
        self.session().is_some_and(|open| !open.second_factor && app.settings.second_factor.needs(self.user.role))
    }
}

/// Where a person who must set up a second factor may go.
const SET_UP: [&str; 4] = ["/account/second-factor", "/account/passkeys", "/confirm", "/sign-"];

/// The header of what a page asks by itself: nobody is at work for that, so the session ends all the same.
const POLL: &str = "x-poll";

/// Puts the person into the request, if there is one. A wrong token or an old session is nobody.
pub async fn identify(State(app): State<Shared>, mut request: Request, next: Next) -> Response {
    match find(&app, request.headers()).await {
        Ok(Some(person)) => {
            if let Err(refused) = admit(&app, &person, &request) {
                return *refused;
            }
            request.extensions_mut().insert(person);
        }
        Ok(None) => {}
        Err(error) => return ApiProblem::internal(&error).into_response(),
    }
    next.run(request).await
}

/// Whether the person may make this request with what they brought: a token within its scope, a session
/// with the second factor that the role needs.
fn admit(app: &App, person: &Person, request: &Request) -> Result<(), Box<Response>> {
    let path = request.uri().path();
    match &person.credential {
        Credential::Token(scopes) => {
            let needed = scope::needed(request.method(), path);
            let refused = || ApiProblem::out_of_scope(*scopes, needed).into_response();
            if scopes.allow(needed) { Ok(()) } else { Err(Box::new(refused())) }
        }
        Credential::Session(_) if person.must_set_up(app) && !SET_UP.iter().any(|start| path.starts_with(start)) => {
            Err(Box::new(if path.starts_with("/api/") {
                ApiProblem::forbidden("your role needs a second factor")
                    .with_code("sign_in.second_factor")
                    .with_remedy("set one up at /account/second-factor in the browser")
                    .into_response()
            } else {
                Redirect::to("/account/second-factor").into_response()
            }))
        }
        Credential::Session(_) => Ok(()),
    }
}

async fn find(app: &App, headers: &HeaderMap) -> Result<Option<Person>, NodeError> {
    let now = app.node.now();
    if let Some(token) = bearer(headers) {
        return by_token(app, &token, now).await;
    }
    match Cookie::Session.read(headers, app.settings.over_tls) {
        Some(cookie) => Ok(by_session(app, cookie, now, !headers.contains_key(POLL)).await?),
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
        Some(kept) if !kept.0.is_over(now) => Some(kept),
        _ => read_token(app.node.store(), &digest, now).await?,
    };
    let Some(found) = found else { return Ok(None) };
    if found.0.is_stale(now) {
        noted(api_token_seen(app.node.store(), &digest, now).await);
    } else {
        app.answers.keep_token(state, digest, &found);
    }
    let (token, at) = found;
    Ok(Some(Person::new(at, token.user, token.purpose, Credential::Token(token.scopes))))
}

/// That somebody was here could not be written, on a full disk for instance: reading goes on. A session then ends no
/// later than it would have.
fn noted(done: Result<(), StoreError>) {
    if let Err(error) = done {
        tracing::warn!(cause = %crate::problem::chain(&error), "the time of a request could not be noted");
    }
}

async fn api_token_seen(store: &Store, digest: &str, now: Timestamp) -> Result<(), StoreError> {
    let mut writer = store.write().await?;
    api_token::seen(&mut writer, digest, now).await?;
    writer.commit().await
}

async fn session_seen(store: &Store, digest: &str, now: Timestamp) -> Result<(), StoreError> {
    let mut writer = store.write().await?;
    session::seen(&mut writer, digest, now).await?;
    writer.commit().await
}

async fn read_token(
    store: &Store,
    digest: &str,
    now: Timestamp,
) -> Result<Option<(FoundToken, RecordedLaboratory)>, StoreError> {
    let mut reader = store.read().await?;
    let Some(found) = api_token::find(&mut reader, digest, now).await? else { return Ok(None) };
    let at = laboratory_of(&mut reader, &found.user).await?;
    Ok(at.map(|at| (found, at)))
}

async fn by_session(app: &App, cookie: Secret, now: Timestamp, is_person: bool) -> Result<Option<Person>, StoreError> {
    let store = app.node.store();
    let digest = cookie.digest();
    let mut reader = store.read().await?;
    let Some((user, session)) = session::find(&mut reader, &digest).await? else {
        return Ok(None);
    };
    let times = session.times;
    let idle = now.duration_since(times.seen).unsigned_abs();
    if now >= times.ends || idle >= app.settings.idle {
        return Ok(None);
    }
    let Some(at) = laboratory_of(&mut reader, &user).await? else {
        return Ok(None);
    };
    drop(reader);
    if is_person && times.is_stale(now) {
        noted(session_seen(store, &digest, now).await);
    }
    let open = OpenSession {
        cookie,
        id: session.id,
        confirmed: times.confirmed,
        method: session.method,
        second_factor: session.second_factor,
    };
    Ok(Some(Person::new(at, user, Purpose::ClinicalCare, Credential::Session(open))))
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
        if let Credential::Session(open) = &person.credential
            && !matches!(parts.method, Method::GET | Method::HEAD)
        {
            let sent = parts.headers.get("x-csrf-token").and_then(|value| value.to_str().ok());
            if !sent.is_some_and(|sent| open.cookie.accepts_form(sent)) {
                return Err(ApiProblem::forbidden("the request did not come from a page of this node"));
            }
        }
        Ok(Self(person.clone()))
    }
}
