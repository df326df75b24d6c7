//! What every handler has at hand: the node, the settings, the state of sign-in.

use crate::answers::Answers;
use crate::attempts::Attempts;
use crate::forecast::Forecasts;
use crate::lanes::Lanes;
use crate::metrics::Metrics;
use crate::provider::connection::Provider;
use crate::sign_in::challenge::Challenges;
use crate::sign_in::second_factor::SecondFactor;
use cairn_node::Node;
use cairn_node::federation::Federation;
use std::sync::Arc;
use std::time::Duration;

/// How the node is to be reached.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The node's name, at the foot of every page.
    pub name: String,
    /// Whether people reach it over TLS (through a proxy in front): cookies are then `Secure`.
    pub over_tls: bool,
    /// A session ends after this long without a request.
    pub idle: Duration,
    /// A session ends after this long, whatever happens.
    pub longest_session: Duration,
    /// Largest file that is loaded while its sender waits, in bytes; a job loads larger ones.
    pub at_once: u64,
    /// Largest file that is taken over HTTP at all, in bytes.
    pub largest_upload: u64,
    /// How long a proof of who somebody is counts for what matters most; `None`: as long as the session.
    pub step_up: Option<Duration>,
    /// Who needs a second factor.
    pub second_factor: SecondFactor,
    /// Where people reach the node, `https://host`; `None`: as their browser says.
    pub public_url: Option<String>,
    /// The institution's OpenID provider, where there is one.
    pub provider: Option<Arc<Provider>>,
    /// The node as its peers know it; `None`: it speaks with no other node.
    pub federation: Option<Arc<Federation>>,
}

impl Default for Settings {
    /// The defaults of `docs/reference/configuration.md`: a quarter of an hour idle, a working day,
    /// 16 MiB while the sender waits, 4 GiB in all.
    fn default() -> Self {
        Self {
            name: "Cairn node".to_owned(),
            over_tls: false,
            idle: Duration::from_secs(15 * 60),
            longest_session: Duration::from_secs(12 * 60 * 60),
            at_once: 16 << 20,
            largest_upload: 4 << 30,
            step_up: Some(Duration::from_secs(15 * 60)),
            second_factor: SecondFactor::Nobody,
            public_url: None,
            provider: None,
            federation: None,
        }
    }
}

/// The node as reached over HTTP.
#[derive(Debug)]
pub struct App {
    /// What the node does.
    pub node: Arc<Node>,
    /// How it is to be reached.
    pub settings: Settings,
    /// Failed sign-ins.
    pub(crate) attempts: Attempts,
    /// What passkeys are asked to sign.
    pub(crate) challenges: Challenges,
    /// What dry runs said of files that wait.
    pub(crate) forecasts: Forecasts,
    /// Counts for operators.
    pub(crate) metrics: Metrics,
    /// What is asked for again and again.
    pub(crate) answers: Answers,
    /// What is taken on at one time.
    pub(crate) lanes: Arc<Lanes>,
}

/// The state of the router.
pub type Shared = Arc<App>;

impl App {
    /// A node and how to reach it.
    pub fn new(node: Arc<Node>, settings: Settings) -> Shared {
        Arc::new(Self {
            node,
            settings,
            attempts: Attempts::default(),
            challenges: Challenges::default(),
            forecasts: Forecasts::default(),
            metrics: Metrics::default(),
            answers: Answers::default(),
            lanes: Arc::default(),
        })
    }
}
