//! Talking to the provider: its description (OpenID Connect Discovery 1.0), its keys, and a code for a token.

use super::ProviderError;
use super::settings::{ProviderSettings, is_private};
use crate::jose::{JoseError, KeySet};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::sync::Mutex;
use std::time::{Duration, Instant};
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};

/// How long the provider may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long its description and keys are believed.
const KEPT: Duration = Duration::from_secs(15 * 60);
/// Largest answer.
const LARGEST: u64 = 1 << 20;

/// What the provider says of itself.
#[derive(Debug, Clone, Deserialize)]
pub struct Description {
    issuer: String,
    /// Where people are sent.
    pub authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    #[serde(default)]
    userinfo_endpoint: Option<String>,
    /// Where people go to sign out there.
    #[serde(default)]
    pub end_session_endpoint: Option<String>,
    #[serde(default)]
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct Tokens {
    id_token: String,
    #[serde(default)]
    access_token: Option<String>,
}

/// The provider, and what is known of it for the time being.
pub struct Provider {
    /// What the operator says.
    pub settings: ProviderSettings,
    agent: ureq::Agent,
    known: Mutex<Option<(Instant, Description, KeySet)>>,
}

impl Provider {
    /// The provider of these settings; nothing is asked of it yet.
    ///
    /// # Errors
    /// When its address is not private, or the certificates are none.
    pub fn new(settings: ProviderSettings) -> Result<Self, String> {
        if !is_private(&settings.issuer) {
            return Err(format!("`oidc.issuer`: `{}` is not `https://…`", settings.issuer));
        }
        let mut tls = TlsConfig::builder();
        if let Some(pem) = &settings.certificates {
            let items = parse_pem(pem).filter_map(Result::ok);
            let certificates: Vec<_> = items
                .filter_map(|item| if let PemItem::Certificate(certificate) = item { Some(certificate) } else { None })
                .collect();
            if certificates.is_empty() {
                return Err("`oidc.ca_file` holds no certificate in PEM".to_owned());
            }
            tls = tls.root_certs(RootCerts::new_with_certs(&certificates));
        }
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            .max_redirects(0)
            .http_status_as_error(false)
            .tls_config(tls.build())
            .build();
        Ok(Self { settings, agent: config.into(), known: Mutex::default() })
    }

    /// What the provider says of itself, asked at most every quarter of an hour. Blocks.
    ///
    /// # Errors
    /// When it cannot be reached or says something else than OpenID Connect asks.
    pub fn description(&self) -> Result<Description, ProviderError> {
        if let Some((asked, description, _)) = &*self.lock()
            && asked.elapsed() < KEPT
        {
            return Ok(description.clone());
        }
        self.ask().map(|(description, _)| description)
    }

    fn ask(&self) -> Result<(Description, KeySet), ProviderError> {
        let issuer = self.settings.issuer.trim_end_matches('/');
        let description: Description = self.get(&format!("{issuer}/.well-known/openid-configuration"), None)?;
        if description.issuer != self.settings.issuer {
            return Err(refused("its description names another issuer"));
        }
        let addresses = [&description.authorization_endpoint, &description.token_endpoint, &description.jwks_uri];
        let is_private_too = description.userinfo_endpoint.as_deref().is_none_or(is_private);
        if !is_private_too || !addresses.iter().all(|address| is_private(address)) {
            return Err(refused("its description names an address without TLS"));
        }
        let keys: KeySet = self.get(&description.jwks_uri, None)?;
        *self.lock() = Some((Instant::now(), description.clone(), keys.clone()));
        Ok((description, keys))
    }

    /// The claims of the ID token that a code is worth, and beside them what the provider says of the person where
    /// the token does not say it. Blocks.
    ///
    /// # Errors
    /// When the provider gives none, or its signature is not the provider's.
    pub fn exchange(&self, code: &str, redirect: &str, verifier: &str) -> Result<Map<String, Value>, ProviderError> {
        let description = self.description()?;
        let tokens = self.redeem(&description, code, redirect, verifier)?;
        let mut claims = self.believed(&tokens.id_token)?;
        if let (Some(address), Some(access)) = (&description.userinfo_endpoint, &tokens.access_token) {
            let said: Map<String, Value> = self.get(address, Some(access))?;
            // Somebody else's (Core 1.0, 5.3.2).
            if said.get("sub") != claims.get("sub") {
                return Err(ProviderError::Token("what the provider says of the person is of another".to_owned()));
            }
            for (name, value) in said {
                claims.entry(name).or_insert(value);
            }
        }
        Ok(claims)
    }

    fn believed(&self, token: &str) -> Result<Map<String, Value>, ProviderError> {
        let keys = self.lock().as_ref().map(|known| known.2.clone());
        let believed = keys.map_or(Err(JoseError::NoKey), |keys| keys.verify(token));
        let believed = match believed {
            // The provider may have changed its keys since they were read (Core 1.0, 10.1.1).
            Err(JoseError::NoKey) => self.ask()?.1.verify(token),
            other => other,
        };
        believed.map_err(|error| ProviderError::Token(error.to_string()))
    }

    fn redeem(
        &self,
        description: &Description,
        code: &str,
        redirect: &str,
        verifier: &str,
    ) -> Result<Tokens, ProviderError> {
        let (id, secret) = (self.settings.client_id.as_str(), self.settings.client_secret.as_str());
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", redirect),
            ("code_verifier", verifier),
        ];
        let mut request = self.agent.post(&description.token_endpoint).header("Accept", "application/json");
        // `client_secret_basic` is what holds where nothing is said (Core 1.0, 9).
        let methods = description.token_endpoint_auth_methods_supported.as_deref();
        let is_basic = methods.is_none_or(|methods| methods.iter().any(|one| one == "client_secret_basic"));
        if is_basic {
            request = request.header("Authorization", &basic(id, secret));
        } else {
            form.extend([("client_id", id), ("client_secret", secret)]);
        }
        let mut answer = request.send_form(form).map_err(|error| refused(error.to_string()))?;
        if !answer.status().is_success() {
            return Err(refused(format!("the code was not taken ({})", answer.status())));
        }
        read(&mut answer).map_err(|_| refused("no ID token came for the code"))
    }

    fn get<T: serde::de::DeserializeOwned>(&self, address: &str, access: Option<&str>) -> Result<T, ProviderError> {
        let failed = |error: ureq::Error| refused(format!("{address}: {error}"));
        let mut request = self.agent.get(address).header("Accept", "application/json");
        if let Some(access) = access {
            request = request.header("Authorization", format!("Bearer {access}"));
        }
        let mut answer = request.call().map_err(failed)?;
        if !answer.status().is_success() {
            return Err(refused(format!("{address}: {}", answer.status())));
        }
        read(&mut answer).map_err(|why| refused(format!("{address}: {why}")))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<(Instant, Description, KeySet)>> {
        self.known.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// The header of RFC 6749, 2.3.1: both parts encoded as in a form, then as Basic.
fn basic(id: &str, secret: &str) -> String {
    use base64::Engine;
    let pair = format!("{}:{}", crate::address::encode(id), crate::address::encode(secret));
    format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(pair))
}

/// The JSON of an answer; why not, where it is none.
fn read<T: serde::de::DeserializeOwned>(answer: &mut ureq::http::Response<ureq::Body>) -> Result<T, String> {
    let bytes = answer.body_mut().with_config().limit(LARGEST).read_to_vec().map_err(|error| error.to_string())?;
    serde_json::from_slice(&bytes).map_err(|error| error.to_string())
}

fn refused(why: impl Into<String>) -> ProviderError {
    ProviderError::Provider(why.into())
}

impl std::fmt::Debug for Provider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Provider({})", self.settings.issuer)
    }
}
