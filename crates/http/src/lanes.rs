//! What the node takes on at one time, so that more work than it can do makes some callers wait and not all of them.
//!
//! Two lanes. Look-ups, which somebody waits for at the moment of a decision, and everything else that a person does on
//! pages go in one; imports, exports and long lists go in the other, which is narrow: it never holds more than half of
//! the record's readers. A lane lets some in, lets some wait for a short time, and sends the rest away at once with 503
//! and `Retry-After`. A caller who alone fills most of a lane is sent away with 429, so that others find room.

use crate::app::Shared;
use crate::metrics::Door;
use crate::problem::ApiProblem;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Which lane a request goes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LaneName {
    /// Look-ups, and what people do on pages.
    LookUps,
    /// Imports, exports, long lists.
    Bulk,
}

impl LaneName {
    pub(crate) const ALL: [Self; 2] = [Self::LookUps, Self::Bulk];

    /// How metrics call it.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::LookUps => "look-ups",
            Self::Bulk => "bulk",
        }
    }
}

/// Paths of exports and long lists; an entry that ends in `/` names everything below it.
const BULK: [&str; 18] = [
    "/api/v1/alerts",
    "/api/v1/consents",
    "/api/v1/discordances",
    "/api/v1/discordances/",
    "/api/v1/guidelines/compare",
    "/api/v1/ledger/entries",
    "/api/v1/notices",
    "/api/v1/regions/",
    "/api/v1/statistics",
    "/api/v1/submissions/",
    "/api/v1/variants/resolve",
    "/api/v1/worklists/",
    "/discordances/analytics",
    "/discordances/export.csv",
    "/log/",
    "/regions/",
    "/statistics",
    "/worklists/",
];

/// The lane of a request. Files that are sent enter theirs once they have arrived ([`Lanes::enter`]): who sends slowly
/// must not hold a place.
fn lane_of(method: &Method, path: &str) -> Option<LaneName> {
    if *method == Method::POST && (path == "/api/v1/submissions" || path == "/contribute") {
        return None;
    }
    if *method == Method::POST && path.starts_with("/contribute/") {
        return Some(LaneName::Bulk);
    }
    let is_bulk = BULK.iter().any(|known| if known.ends_with('/') { path.starts_with(known) } else { path == *known });
    Some(if is_bulk || path.ends_with(".tsv") { LaneName::Bulk } else { LaneName::LookUps })
}

/// Why a request was sent away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Shed {
    /// The lane is full.
    Full,
    /// The caller alone fills most of it.
    Greedy,
}

impl Shed {
    pub(crate) const ALL: [Self; 2] = [Self::Full, Self::Greedy];

    /// How metrics call it.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Greedy => "greedy",
        }
    }
}

/// A lane.
#[derive(Debug)]
struct Lane {
    places: Arc<Semaphore>,
    /// Places in all.
    width: usize,
    /// Requests in it, with those that wait.
    inside: AtomicUsize,
    /// Most of them that wait.
    most_waiting: usize,
    /// The longest wait.
    patience: Duration,
    callers: Mutex<HashMap<u64, usize>>,
    shed: [AtomicUsize; 2],
}

impl Lane {
    fn new(width: usize, most_waiting: usize, patience: Duration) -> Self {
        Self {
            places: Arc::new(Semaphore::new(width)),
            width,
            inside: AtomicUsize::new(0),
            most_waiting,
            patience,
            callers: Mutex::default(),
            shed: Default::default(),
        }
    }

    fn callers(&self) -> std::sync::MutexGuard<'_, HashMap<u64, usize>> {
        self.callers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Most of the lane that one caller may fill: three quarters.
    fn share(&self) -> usize {
        (self.width + self.most_waiting) * 3 / 4
    }
}

/// A request in a lane; it leaves with the value.
#[derive(Debug)]
pub(crate) struct Turn {
    lanes: Arc<Lanes>,
    name: LaneName,
    caller: u64,
    place: Option<OwnedSemaphorePermit>,
}

impl Drop for Turn {
    fn drop(&mut self) {
        drop(self.place.take());
        let lane = self.lanes.lane(self.name);
        lane.inside.fetch_sub(1, Relaxed);
        let mut callers = lane.callers();
        if let Some(count) = callers.get_mut(&self.caller) {
            *count -= 1;
            if *count == 0 {
                callers.remove(&self.caller);
            }
        }
    }
}

/// Both lanes.
#[derive(Debug)]
pub(crate) struct Lanes {
    look_ups: Lane,
    bulk: Lane,
}

impl Default for Lanes {
    /// Look-ups take fractions of a millisecond of the machine: 64 at one time keep every core and reader busy. Of bulk
    /// work four at one time leave half of the readers and the writer's turn to others.
    fn default() -> Self {
        Self { look_ups: Lane::new(64, 256, Duration::from_secs(2)), bulk: Lane::new(4, 60, Duration::from_secs(30)) }
    }
}

impl Lanes {
    fn lane(&self, name: LaneName) -> &Lane {
        match name {
            LaneName::LookUps => &self.look_ups,
            LaneName::Bulk => &self.bulk,
        }
    }

    /// Waits for a place, for a short time.
    pub(crate) async fn enter(self: &Arc<Self>, name: LaneName, caller: u64) -> Result<Turn, Shed> {
        let lane = self.lane(name);
        let mine = {
            let mut callers = lane.callers();
            let count = callers.entry(caller).or_default();
            *count += 1;
            *count
        };
        let inside = lane.inside.fetch_add(1, Relaxed);
        // From here on the value counts it out again, whatever happens.
        let mut turn = Turn { lanes: self.clone(), name, caller, place: None };
        let refuse = |why: Shed| {
            lane.shed[why as usize].fetch_add(1, Relaxed);
            Err(why)
        };
        if inside >= lane.width + lane.most_waiting {
            return refuse(if mine > lane.share() { Shed::Greedy } else { Shed::Full });
        }
        if mine > lane.share() {
            return refuse(Shed::Greedy);
        }
        match tokio::time::timeout(lane.patience, lane.places.clone().acquire_owned()).await {
            Ok(Ok(place)) => {
                turn.place = Some(place);
                Ok(turn)
            }
            Ok(Err(_)) | Err(_) => refuse(Shed::Full),
        }
    }

    /// What is in a lane: being answered, waiting.
    pub(crate) fn inside(&self, name: LaneName) -> (usize, usize) {
        let lane = self.lane(name);
        let answered = lane.width - lane.places.available_permits();
        (answered, lane.inside.load(Relaxed).saturating_sub(answered))
    }

    /// How many were sent away for a reason.
    pub(crate) fn shed(&self, name: LaneName, why: Shed) -> usize {
        self.lane(name).shed[why as usize].load(Relaxed)
    }
}

impl From<Shed> for ApiProblem {
    fn from(why: Shed) -> Self {
        match why {
            Shed::Full => Self::overloaded(),
            Shed::Greedy => Self::too_many(),
        }
    }
}

/// Who asks, as far as a share goes: the token or session that came along, else the address.
pub(crate) fn caller(request: &Request) -> u64 {
    let headers = request.headers();
    let mut hasher = DefaultHasher::new();
    let shown = headers.get(header::AUTHORIZATION).or_else(|| headers.get(header::COOKIE));
    match shown {
        Some(shown) => shown.as_bytes().hash(&mut hasher),
        None => request.extensions().get::<ConnectInfo<SocketAddr>>().map(|from| from.0.ip()).hash(&mut hasher),
    }
    hasher.finish()
}

/// Whose request it is, for who enters a lane later.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CallerKey(pub(crate) u64);

/// Lets a request into its lane, or sends it away.
pub async fn admit(State(app): State<Shared>, mut request: Request, next: Next) -> Response {
    let caller = caller(&request);
    request.extensions_mut().insert(CallerKey(caller));
    let Some(name) = lane_of(request.method(), request.uri().path()) else { return next.run(request).await };
    match app.lanes.enter(name, caller).await {
        Ok(_turn) => next.run(request).await,
        Err(why) => {
            let is_page = Door::of(request.uri().path()) == Door::Page;
            let problem = ApiProblem::from(why);
            if is_page { words(problem) } else { problem.into_response() }
        }
    }
}

/// A person's browser shows it as it is: making a page of it is work that the node has no time for.
fn words(problem: ApiProblem) -> Response {
    let text = format!(
        "Too much to do at this moment. Nothing was changed. Wait a moment, then load the page again.\n\n{}\n",
        problem.detail
    );
    let (mut parts, _) = problem.into_response().into_parts();
    parts.headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static("text/plain; charset=utf-8"));
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, text.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lanes(width: usize, waiting: usize) -> Arc<Lanes> {
        let lane = || Lane::new(width, waiting, Duration::from_millis(50));
        Arc::new(Lanes { look_ups: lane(), bulk: lane() })
    }

    #[test]
    fn each_kind_of_request_has_its_lane() {
        let of = |method, path| lane_of(&method, path);
        for path in ["/api/v1/variants/NM_1:c.1A>G", "/", "/variants/x", "/genes/BRCA1", "/api/v1/cases/1", "/search"] {
            assert_eq!(of(Method::GET, path), Some(LaneName::LookUps), "{path}");
        }
        for path in
            ["/api/v1/discordances", "/discordances/export.csv", "/log/2026/tile/0/000", "/genes/X/validity.tsv"]
        {
            assert_eq!(of(Method::GET, path), Some(LaneName::Bulk), "{path}");
        }
        assert_eq!(of(Method::POST, "/api/v1/submissions"), None, "it enters once it has arrived");
        assert_eq!(of(Method::GET, "/contribute"), Some(LaneName::LookUps));
    }

    #[tokio::test]
    async fn a_full_lane_lets_some_wait_and_sends_the_rest_away() {
        let lanes = lanes(2, 1);
        let first = lanes.enter(LaneName::Bulk, 1).await.unwrap();
        let _second = lanes.enter(LaneName::Bulk, 2).await.unwrap();
        assert_eq!(lanes.inside(LaneName::Bulk), (2, 0));
        assert!(lanes.enter(LaneName::LookUps, 1).await.is_ok(), "the other lane is free");
        let waits = tokio::spawn({
            let lanes = lanes.clone();
            async move { lanes.enter(LaneName::Bulk, 3).await.map(|turn| turn.name) }
        });
        while lanes.inside(LaneName::Bulk).1 == 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!(lanes.enter(LaneName::Bulk, 4).await.unwrap_err(), Shed::Full, "at once");
        drop(first);
        assert!(waits.await.unwrap().is_ok(), "who waits gets the place");
        assert_eq!(lanes.shed(LaneName::Bulk, Shed::Full), 1);
    }

    #[tokio::test]
    async fn who_waits_too_long_is_sent_away_and_counted_out() {
        let lanes = lanes(1, 5);
        let turn = lanes.enter(LaneName::LookUps, 1).await.unwrap();
        assert_eq!(lanes.enter(LaneName::LookUps, 2).await.unwrap_err(), Shed::Full);
        drop(turn);
        assert_eq!(lanes.inside(LaneName::LookUps), (0, 0));
        assert!(lanes.look_ups.callers().is_empty());
    }

    #[tokio::test]
    async fn one_caller_leaves_room_for_others() {
        let lanes = lanes(8, 0);
        let mut turns = Vec::new();
        for _ in 0..6 {
            turns.push(lanes.enter(LaneName::LookUps, 7).await.unwrap());
        }
        assert_eq!(lanes.enter(LaneName::LookUps, 7).await.unwrap_err(), Shed::Greedy);
        assert!(lanes.enter(LaneName::LookUps, 8).await.is_ok());
    }
}
