//! Signing in at the institution's provider, and coming back.

use super::frame::{Frame, Page, PageError};
use crate::address;
use crate::app::{App, Shared};
use crate::password;
use crate::person::{Person, SignedIn};
use crate::provider::claims::{self, Wanted};
use crate::provider::connection::Provider;
use crate::provider::flow::{Act, Walk};
use crate::provider::settings::is_private;
use crate::provider::{ProviderError, rules};
use crate::sign_in::opening;
use crate::sign_in::proof::Proven;
use crate::sign_in::site::Site;
use askama::Template;
use axum::extract::{Extension, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use cairn_core::id::UserId;
use cairn_core::user::User;
use cairn_node::Node;
use cairn_store::session::Method;
use cairn_store::{Reader, StoreError, account, provider_identity};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::sync::Arc;

/// Where to go afterwards.
#[derive(Debug, Deserialize)]
pub struct Next {
    #[serde(default)]
    next: String,
}

/// What the provider sends back.
#[derive(Deserialize)]
pub struct Back {
    #[serde(default)]
    code: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    iss: Option<String>,
    #[serde(default)]
    error: Option<String>,
}

/// Why somebody who came back is not let in.
#[derive(Debug)]
struct Refused {
    title: &'static str,
    text: String,
    /// The person's name at the provider, for the operator to tie an account to.
    subject: Option<String>,
}

impl Refused {
    fn new(title: &'static str, text: impl Into<String>) -> Self {
        Self { title, text: text.into(), subject: None }
    }
}

#[derive(Template)]
#[template(path = "provider_refused.html")]
struct RefusedPage {
    frame: Frame,
    refused: Refused,
}

/// What people call the provider, where there is one.
pub(super) fn name(app: &App) -> Option<String> {
    app.settings.provider.as_ref().map(|provider| provider.settings.name.clone())
}

/// The same where the provider knows this person.
pub(super) async fn name_for(app: &App, reader: &mut Reader, user: UserId) -> Result<Option<String>, StoreError> {
    let Some(provider) = &app.settings.provider else { return Ok(None) };
    let is_known = provider_identity::has(reader, &provider.settings.issuer, user).await?;
    Ok(is_known.then(|| provider.settings.name.clone()))
}

#[derive(Template)]
#[template(path = "signed_out.html")]
struct SignedOutPage {
    frame: Frame,
    provider: String,
    address: String,
}

/// The page that offers to sign out at the provider too (OpenID Connect RP-Initiated Logout 1.0); `None` where the
/// provider has no such door. Nothing about the person is in the address.
pub(super) async fn signed_out(app: &App, headers: &HeaderMap) -> Option<Response> {
    let provider = app.settings.provider.clone()?;
    let site = Site::of(&app.settings, headers)?;
    let asked = provider.clone();
    let description = blocking(move || asked.description()).await.ok()?;
    let endpoint = description.end_session_endpoint.filter(|address| is_private(address))?;
    let join = if endpoint.contains('?') { '&' } else { '?' };
    let client = address::encode(&provider.settings.client_id);
    let back = address::encode(&format!("{}/sign-in", site.origin));
    let address = format!("{endpoint}{join}client_id={client}&post_logout_redirect_uri={back}");
    let page = SignedOutPage { frame: Frame::for_visitor(app), provider: provider.settings.name.clone(), address };
    Some(Page(page).into_response())
}

/// `GET /sign-in/provider`
pub async fn sign_in(
    State(app): State<Shared>,
    headers: HeaderMap,
    Query(to): Query<Next>,
) -> Result<Response, PageError> {
    leave(&app, &headers, Act::SignIn, &to.next).await
}

/// `GET /confirm/provider`
pub async fn confirm(
    State(app): State<Shared>,
    SignedIn(_): SignedIn,
    headers: HeaderMap,
    Query(to): Query<Next>,
) -> Result<Response, PageError> {
    leave(&app, &headers, Act::Confirm, &to.next).await
}

/// `GET /account/provider`: ties the account to who the person is at the provider.
pub async fn link(State(app): State<Shared>, SignedIn(_): SignedIn, headers: HeaderMap) -> Result<Response, PageError> {
    leave(&app, &headers, Act::Link, "/account").await
}

async fn leave(app: &App, headers: &HeaderMap, act: Act, next: &str) -> Result<Response, PageError> {
    let provider = app.settings.provider.clone().ok_or(PageError::NotFound)?;
    let site = Site::of(&app.settings, headers).ok_or(PageError::NotFound)?;
    let redirect = format!("{}/sign-in/provider/back", site.origin);
    let walk = Walk::begin(act, address::local(next), redirect, app.node.now().as_second());
    let cookie = walk.keep(app)?;
    match blocking(move || walk.address(&provider)).await {
        Ok(address) => Ok((AppendHeaders([cookie]), Redirect::to(&address)).into_response()),
        Err(error) => Ok(refuse(app, unreachable(&error))),
    }
}

/// `GET /sign-in/provider/back`
pub async fn back(
    State(app): State<Shared>,
    person: Option<Extension<Person>>,
    headers: HeaderMap,
    Query(sent): Query<Back>,
) -> Result<Response, PageError> {
    let provider = app.settings.provider.clone().ok_or(PageError::NotFound)?;
    let Some(walk) = Walk::back(&app, &headers, &sent.state)? else {
        return Ok(refuse(
            &app,
            Refused::new(
                "This sign-in was not begun here",
                "It was begun in another browser or too long ago. Begin again.",
            ),
        ));
    };
    // Another provider answered (RFC 9207).
    let is_other = sent.iss.as_ref().is_some_and(|issuer| *issuer != provider.settings.issuer);
    if is_other || sent.error.is_some() || sent.code.is_empty() {
        return Ok(refuse(
            &app,
            Refused::new(
                "Your institution did not sign you in",
                "It said no, or you stopped. Begin again, or use your password.",
            ),
        ));
    }
    let claims = {
        let (provider, walk) = (provider.clone(), walk.clone());
        blocking(move || provider.exchange(&sent.code, &walk.redirect, &walk.verifier)).await
    };
    let claims = match claims {
        Ok(claims) => claims,
        Err(error) => return Ok(refuse(&app, unreachable(&error))),
    };
    let wanted = Wanted {
        issuer: &provider.settings.issuer,
        client_id: &provider.settings.client_id,
        nonce: &walk.nonce,
        must_be_fresh: walk.act == Act::Confirm,
        now: app.node.now().as_second(),
    };
    let subject = match claims::check(&claims, &wanted) {
        Ok(subject) => subject.to_owned(),
        Err(why) => return Ok(refuse(&app, unreachable(&ProviderError::Token(why)))),
    };
    let person = person.map(|Extension(person)| person);
    let done = match (walk.act, &person) {
        (Act::SignIn, _) => enter(&app, &provider, &headers, &subject, &claims, &walk.next).await?,
        (Act::Confirm, Some(person)) => confirmed(&app, &provider, person, &subject, &claims, &walk.next).await?,
        (Act::Link, Some(person)) => linked(&app, &provider, person, &subject).await?,
        (_, None) => Err(Refused::new("Your session is over", "Sign in again.")),
    };
    Ok(done.unwrap_or_else(|refused| refuse(&app, refused)))
}

type Done = Result<Response, Refused>;

async fn enter(
    app: &App,
    provider: &Provider,
    headers: &HeaderMap,
    subject: &str,
    claims: &Map<String, Value>,
    next: &str,
) -> Result<Done, PageError> {
    let user = match admitted(app, provider, subject, claims).await? {
        Ok(user) => user,
        Err(refused) => return Ok(Err(refused)),
    };
    let second_factor = provider.settings.always_second_factor || claims::has_second_factor(claims);
    if app.settings.second_factor.needs(user.role) && !second_factor {
        return Ok(Err(Refused::new(
            "A second factor is missing",
            "Your role here needs one, and your institution did not say that it asked you for one. Sign in with your password and a code or a passkey, or ask the operator of this node.",
        )));
    }
    let proven = Proven { user, method: Method::Provider, second_factor };
    let cookie = opening::begin(app, headers, &proven).await?;
    Ok(Ok((AppendHeaders([cookie, Walk::forget(app)]), Redirect::to(address::local(next))).into_response()))
}

/// Who this is here: somebody who has an account, or gets one by a rule; else nobody.
async fn admitted(
    app: &App,
    provider: &Provider,
    subject: &str,
    claims: &Map<String, Value>,
) -> Result<Result<User, Refused>, PageError> {
    let settings = &provider.settings;
    let mut reader = app.node.store().read().await?;
    let known = provider_identity::find(&mut reader, &settings.issuer, subject).await?;
    let is_taken = provider_identity::is_taken(&mut reader, &settings.issuer, subject).await?;
    drop(reader);
    let rule = rules::first(&settings.rules, claims);
    let nobody = || {
        let text = format!(
            "{} knows you, but nobody here has given you an account. Show this to the operator of this node or the head of your laboratory:",
            settings.name
        );
        Refused { title: "You have no account here", text, subject: Some(subject.to_owned()) }
    };
    match (known, rule) {
        (Some((user, false)), _) => Ok(Ok(user)),
        (Some((user, true)), Some(rule)) => {
            let laboratory = app.node.laboratory(&rule.laboratory).await?.laboratory;
            if laboratory.id != user.laboratory {
                let text = "Your institution says that you work in another laboratory now. Your account belongs to the one before; ask the operator of this node.";
                return Ok(Err(Refused::new("Your account belongs to another laboratory", text)));
            }
            if rule.role != user.role {
                let mut writer = app.node.store().write().await?;
                account::set_role(&mut writer, user.id, rule.role).await?;
                writer.commit().await?;
            }
            Ok(Ok(User { role: rule.role, ..user }))
        }
        (None, Some(rule)) if settings.creates_accounts && !is_taken => {
            create(&app.node, provider, rule, subject, claims).await
        }
        _ => Ok(Err(nobody())),
    }
}

/// An account for somebody whom a rule fits. Its password is one that nobody knows.
async fn create(
    node: &Arc<Node>,
    provider: &Provider,
    rule: &rules::Rule,
    subject: &str,
    claims: &Map<String, Value>,
) -> Result<Result<User, Refused>, PageError> {
    let settings = &provider.settings;
    let text = |name: &str| claims.get(name).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty());
    let Some(username) = text(&settings.username_claim).map(|name| name.to_lowercase()) else {
        return Ok(Err(Refused::new(
            "Your institution did not say your name",
            format!("The claim `{}` is missing; the operator of this node finds out why.", settings.username_claim),
        )));
    };
    let user = User {
        id: UserId::from_random((node.world().random)()),
        laboratory: node.laboratory(&rule.laboratory).await?.laboratory.id,
        name: text("name").unwrap_or(&username).to_owned(),
        username,
        role: rule.role,
    };
    let word = password::made_up(&mut rand::rng());
    let hash = blocking(move || password::hash(&word)).await.map_err(|error| PageError::failed(&error))?;
    let mut writer = node.store().write().await?;
    if !account::add(&mut writer, &user, &hash, node.now()).await? {
        return Ok(Err(Refused {
            title: "Your name is taken here",
            text: "Somebody here signs in with your name already. If it is you, sign in with your password and tie the account to your institution on the page Account; else show this to the operator:".to_owned(),
            subject: Some(subject.to_owned()),
        }));
    }
    provider_identity::add(&mut writer, &settings.issuer, subject, user.id, true, node.now()).await?;
    writer.commit().await?;
    Ok(Ok(user))
}

async fn confirmed(
    app: &App,
    provider: &Provider,
    person: &Person,
    subject: &str,
    claims: &Map<String, Value>,
    next: &str,
) -> Result<Done, PageError> {
    let mut reader = app.node.store().read().await?;
    let known = provider_identity::find(&mut reader, &provider.settings.issuer, subject).await?;
    drop(reader);
    let Some(open) = person.session().filter(|_| known.is_some_and(|(user, _)| user.id == person.user.id)) else {
        return Ok(Err(Refused::new(
            "That was somebody else",
            "Your institution signed in another person than the one of this session.",
        )));
    };
    let second_factor = provider.settings.always_second_factor || claims::has_second_factor(claims);
    match opening::confirm(app, &open.cookie, second_factor).await? {
        Some((cookie, _)) => {
            Ok(Ok((AppendHeaders([cookie, Walk::forget(app)]), Redirect::to(address::local(next))).into_response()))
        }
        None => Ok(Err(Refused::new("Your session is over", "Sign in again."))),
    }
}

async fn linked(app: &App, provider: &Provider, person: &Person, subject: &str) -> Result<Done, PageError> {
    let mut writer = app.node.store().write().await?;
    let issuer = &provider.settings.issuer;
    let added = provider_identity::add(&mut writer, issuer, subject, person.user.id, false, app.node.now()).await?;
    writer.commit().await?;
    if !added {
        return Ok(Err(Refused::new(
            "That is somebody's already",
            "An account here is tied to this person of your institution already.",
        )));
    }
    Ok(Ok((AppendHeaders([Walk::forget(app)]), Redirect::to("/account")).into_response()))
}

/// What cannot be read or believed; the cause goes to the log.
fn unreachable(error: &ProviderError) -> Refused {
    tracing::warn!(cause = %error, "a sign-in at the provider failed");
    Refused::new(
        "Your institution's sign-in does not work now",
        "The node could not reach it or did not believe its answer; the log of the node says why. Use your password meanwhile.",
    )
}

fn refuse(app: &App, refused: Refused) -> Response {
    let page = Page(RefusedPage { frame: Frame::for_visitor(app), refused });
    (StatusCode::FORBIDDEN, AppendHeaders([Walk::forget(app)]), page).into_response()
}

/// Work that waits for the provider or computes for long, beside the threads that answer requests.
async fn blocking<T: Send + 'static, E>(work: impl FnOnce() -> Result<T, E> + Send + 'static) -> Result<T, E>
where
    E: Send + 'static,
{
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}

impl std::fmt::Debug for Back {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Back")
    }
}
