//! One walk to the provider and back. What the node must know when the person comes back – state, nonce and
//! verifier – lies sealed in a cookie of the browser that left, so that nobody else can come back in its place.

use super::ProviderError;
use super::connection::Provider;
use crate::address::encode;
use crate::app::App;
use crate::sign_in::seal::{Seal, SealError};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Seconds that a walk may take.
const PATIENCE: i64 = 600;
/// For whom the cookie is sealed.
const OWNER: &str = "walk to the provider";

/// What somebody went to the provider for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Act {
    /// To sign in.
    SignIn,
    /// To show once more who one is.
    Confirm,
    /// To tie one's account to who one is there.
    Link,
}

/// A walk that was begun.
#[derive(Clone, Serialize, Deserialize)]
pub struct Walk {
    /// What for.
    pub act: Act,
    /// Where to go afterwards.
    pub next: String,
    /// Where the provider sends the person back to.
    pub redirect: String,
    /// Said in the request, to be found in the token.
    pub nonce: String,
    /// Known to this node alone until the code is redeemed (RFC 7636, 4.1).
    pub verifier: String,
    state: String,
    ends: i64,
}

impl Walk {
    /// A walk that begins now.
    pub fn begin(act: Act, next: &str, redirect: String, now: i64) -> Self {
        let chance = || URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>());
        let ends = now + PATIENCE;
        Self { act, next: next.to_owned(), redirect, nonce: chance(), verifier: chance(), state: chance(), ends }
    }

    /// Where to send the person. Blocks.
    ///
    /// # Errors
    /// When the provider does not say where.
    pub fn address(&self, provider: &Provider) -> Result<String, ProviderError> {
        let settings = &provider.settings;
        let endpoint = provider.description()?.authorization_endpoint;
        let join = if endpoint.contains('?') { '&' } else { '?' };
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(self.verifier.as_bytes()));
        let scopes = format!("openid {}", settings.scopes);
        let parts = [
            ("response_type", "code"),
            ("client_id", settings.client_id.as_str()),
            ("redirect_uri", self.redirect.as_str()),
            ("scope", scopes.trim()),
            ("state", self.state.as_str()),
            ("nonce", self.nonce.as_str()),
            ("code_challenge", challenge.as_str()),
            ("code_challenge_method", "S256"),
        ];
        let fresh = [("prompt", "login"), ("max_age", "0")];
        let more = if self.act == Act::Confirm { &fresh[..] } else { &[] };
        let query: Vec<_> = parts.iter().chain(more).map(|(name, value)| format!("{name}={}", encode(value))).collect();
        Ok(format!("{endpoint}{join}{}", query.join("&")))
    }

    /// `Set-Cookie` that keeps it with the browser.
    ///
    /// # Errors
    /// When the node's sealing key fails.
    pub fn keep(&self, app: &App) -> Result<(HeaderName, HeaderValue), SealError> {
        let plain = serde_json::to_vec(self).map_err(|_| SealError::Broken)?;
        let sealed = Seal::open(&app.node.folder().keys())?.close(OWNER, &plain)?;
        Ok(cookie(app, &sealed, PATIENCE))
    }

    /// The walk that this browser began, when it comes back with the right state and in time.
    ///
    /// # Errors
    /// When the node's sealing key fails.
    pub fn back(app: &App, headers: &HeaderMap, state: &str) -> Result<Option<Self>, SealError> {
        let name = name(app);
        let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut pairs = cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
        let Some((_, sealed)) = pairs.find(|(key, _)| *key == name) else { return Ok(None) };
        let plain = Seal::open(&app.node.folder().keys())?.reveal(OWNER, sealed);
        let walk = plain.ok().and_then(|plain| serde_json::from_slice::<Self>(&plain).ok());
        let now = app.node.now().as_second();
        // Only digests are compared, so that the time it takes says nothing about the state.
        let is_state = |walk: &Self| Sha256::digest(&walk.state) == Sha256::digest(state);
        Ok(walk.filter(|walk| now < walk.ends && is_state(walk)))
    }

    /// `Set-Cookie` that takes it away.
    pub fn forget(app: &App) -> (HeaderName, HeaderValue) {
        cookie(app, "", 0)
    }
}

impl std::fmt::Debug for Walk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Walk({:?})", self.act)
    }
}

fn name(app: &App) -> &'static str {
    if app.settings.over_tls { "__Host-cairn_provider" } else { "cairn_provider" }
}

/// It comes back with a request that the provider's site starts, which `Lax` allows for a plain link.
fn cookie(app: &App, value: &str, seconds: i64) -> (HeaderName, HeaderValue) {
    let secure = if app.settings.over_tls { "; Secure" } else { "" };
    let text = format!("{}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}", name(app));
    (header::SET_COOKIE, HeaderValue::try_from(text).expect("hexadecimal digits"))
}
