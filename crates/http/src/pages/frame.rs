//! What every page shares: the bar, the foot, and how a page becomes an answer.

use crate::app::App;
use crate::as_of::AsOfQuery;
use crate::person::Person;
use askama::Template;
use axum::extract::{OriginalUri, Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use cairn_core::decision::{Action, Resource};
use cairn_store::StoreError;
use cairn_store::entry::AsOf;

/// The rooms of the bar, in its order: address, name, and how pages say that they are in it
/// ([`Frame::room`]). Search is the box above them.
pub const ROOMS: &[(&str, &str, &str)] = &[
    ("/contribute", "Contribute", "contribute"),
    ("/drafts", "Curate", "drafts"),
    ("/discordances", "Discordances", "discordances"),
    ("/alerts", "Alerts", "alerts"),
    ("/worklists/vus", "Worklists", "worklists"),
    ("/statistics", "Statistics", "statistics"),
    ("/laboratories", "Laboratories", "laboratories"),
    ("/peers", "Network", "peers"),
    ("/ledger", "Ledger", "ledger"),
];

/// Bar and foot of a page.
#[derive(Debug, Clone, Default)]
pub struct Frame {
    /// Who is signed in.
    pub person: Option<PersonLine>,
    /// What the forms bring back.
    pub csrf: String,
    /// Which room the page is in, for the bar.
    pub room: &'static str,
    /// What stands in the search box.
    pub query: String,
    /// The node's name.
    pub node: String,
    /// The program's version.
    pub version: &'static str,
    /// When the page was made, to the minute, UTC.
    pub now: String,
    /// The moment the page looks back to; `None`: now.
    pub as_of: Option<String>,
}

/// A person as the bar shows them.
#[derive(Debug, Clone)]
pub struct PersonLine {
    /// Their name.
    pub name: String,
    /// Their role in words.
    pub role: &'static str,
    /// Their laboratory.
    pub laboratory: String,
    /// Whether they review emergency accesses.
    pub may_review: bool,
    /// Whether they ask for the use of cases, or decide about it.
    pub may_request: bool,
    /// Whether they oversee the network.
    pub may_oversee: bool,
}

impl Frame {
    /// The frame of a page in this room, for this person.
    pub fn of(app: &App, person: &Person, room: &'static str) -> Self {
        let line = PersonLine {
            name: person.user.name.clone(),
            role: person.user.role.label(),
            laboratory: person.laboratory().name.clone(),
            may_review: person.viewer.may(Action::List, Resource::BreakGlass, person.at.serial),
            may_request: person.viewer.may(Action::List, Resource::AccessRequest, person.at.serial),
            may_oversee: super::network::oversees(person),
        };
        Self { person: Some(line), csrf: person.form_token(), room, ..Self::for_visitor(app) }
    }

    /// The frame of a page for somebody who is not signed in.
    pub fn for_visitor(app: &App) -> Self {
        Self {
            node: app.settings.name.clone(),
            version: env!("CARGO_PKG_VERSION"),
            now: app.node.now().strftime("%Y-%m-%d %H:%M UTC").to_string(),
            ..Self::default()
        }
    }

    /// The same frame with this text in the search box.
    #[must_use]
    pub fn with_query(mut self, query: &str) -> Self {
        query.clone_into(&mut self.query);
        self
    }
}

/// The bound of a page's `as_of`, and the text for its foot; `None`: now.
pub async fn moment(app: &App, asked: &AsOfQuery) -> Result<(AsOf, Option<String>), PageError> {
    let moment = asked.moment().map_err(|error| PageError::NotUnderstood(error.to_string()))?;
    let as_of = app.node.as_of(moment).await?;
    Ok((as_of, moment.map(|_| asked.as_of.trim().to_owned())))
}

/// A template as an answer.
#[derive(Debug)]
pub struct Page<T>(pub T);

impl<T: Template> IntoResponse for Page<T> {
    fn into_response(self) -> Response {
        match self.0.render() {
            Ok(text) => Html(text).into_response(),
            Err(error) => PageError::failed(&error).into_response(),
        }
    }
}

/// Why there is no page. What is hidden from the reader and what does not exist look the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageError {
    /// It does not exist, or the reader may not know that it does.
    NotFound,
    /// The reader's role does not allow the act; says which may.
    NotAllowed(String),
    /// The form was sent from an old page or from elsewhere.
    StaleForm,
    /// The request cannot be understood; says why.
    NotUnderstood(String),
    /// The disk has no room left for what was asked.
    NoRoom,
    /// The node failed; its log says why.
    Failed,
}

impl PageError {
    /// The node failed. The cause goes to the log and nowhere else.
    pub fn failed(cause: &(dyn std::error::Error + 'static)) -> Self {
        tracing::error!(cause = %crate::problem::chain(cause), "a page failed");
        if StoreError::is_disk_full(cause) { Self::NoRoom } else { Self::Failed }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::NotAllowed(_) | Self::StaleForm => StatusCode::FORBIDDEN,
            Self::NotUnderstood(_) => StatusCode::BAD_REQUEST,
            Self::NoRoom => StatusCode::INSUFFICIENT_STORAGE,
            Self::Failed => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn words(&self) -> (&'static str, String) {
        match self {
            Self::NotFound => (
                "Nothing here under this address",
                "It does not exist, or it is not shared with your laboratory. Search above, or check the link.".to_owned(),
            ),
            Self::NotAllowed(who) => ("Not with your role", who.clone()),
            Self::StaleForm => (
                "This form was too old",
                "Nothing was changed. Go back, load the page again and send it once more; your session may have ended meanwhile.".to_owned(),
            ),
            Self::NotUnderstood(why) => ("This request was not understood", why.clone()),
            Self::NoRoom => (
                "The node's disk is full",
                "Nothing was stored by this request; what is stored can still be read. The operator must make room, then send it once more.".to_owned(),
            ),
            Self::Failed => (
                "The node could not answer",
                "Nothing was changed by this request. The operator finds the cause in the node's log.".to_owned(),
            ),
        }
    }
}

impl<E: std::error::Error + Internal + 'static> From<E> for PageError {
    fn from(error: E) -> Self {
        Self::failed(&error)
    }
}

/// Marks failures of the node itself, which become a plain "could not answer".
pub trait Internal {}
impl Internal for StoreError {}
impl Internal for cairn_node::NodeError {}
impl Internal for std::io::Error {}
impl Internal for crate::sign_in::proof::ProofError {}
impl Internal for crate::sign_in::seal::SealError {}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let status = self.status();
        let mut response = status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    frame: Frame,
    title: &'static str,
    text: String,
}

/// Gives a page to answers that are a [`PageError`], and to addresses that no route knows.
pub async fn dress(State(app): State<crate::app::Shared>, uri: OriginalUri, request: Request, next: Next) -> Response {
    let person = request.extensions().get::<Person>().cloned();
    let response = next.run(request).await;
    let unknown = response.status() == StatusCode::NOT_FOUND && response.headers().get("content-type").is_none();
    let fault = match response.extensions().get::<PageError>() {
        Some(fault) => fault.clone(),
        None if unknown && !uri.path().starts_with("/assets/") => PageError::NotFound,
        None => return response,
    };
    let frame = person.map_or_else(|| Frame::for_visitor(&app), |person| Frame::of(&app, &person, ""));
    let (title, text) = fault.words();
    (fault.status(), Page(ErrorPage { frame, title, text })).into_response()
}
