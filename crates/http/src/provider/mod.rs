//! Sign-in at an institution's OpenID provider: OpenID Connect Core 1.0, the code flow with PKCE (RFC 7636).
//!
//! [`settings`] is what an operator says, [`connection`] talks to the provider, [`claims`] says what a token must
//! hold, [`rules`] which person of the provider is who here. Whoever fits nothing is nobody.

pub mod claims;
pub mod connection;
pub mod flow;
pub mod rules;
pub mod settings;

/// Why nobody came from the provider. The first line is for the person, the cause for the log.
#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    /// The provider cannot be reached or answers what cannot be understood.
    #[error("the provider did not answer as OpenID Connect asks: {0}")]
    Provider(String),
    /// The token is not believed.
    #[error("the provider's token is not believed: {0}")]
    Token(String),
    /// The record failed.
    #[error(transparent)]
    Store(#[from] cairn_store::StoreError),
}
