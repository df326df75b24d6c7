//! What an operator says about the provider.

use super::rules::Rule;

/// The provider, and who its people are here.
#[derive(Clone, PartialEq, Eq)]
pub struct ProviderSettings {
    /// What people call it, on the button.
    pub name: String,
    /// Its issuer identifier, `https://…`; plain HTTP on the machine itself only.
    pub issuer: String,
    /// The name of this node there.
    pub client_id: String,
    /// The secret of this node there.
    pub client_secret: String,
    /// Scopes asked for beside `openid`.
    pub scopes: String,
    /// Certificates (PEM) that the provider's is signed by, where it is not one that browsers know.
    pub certificates: Option<Vec<u8>>,
    /// Whether somebody unknown whom a rule fits gets an account.
    pub creates_accounts: bool,
    /// The claim that such an account is named by.
    pub username_claim: String,
    /// Whether the provider asks everybody for a second factor; else only a token counts that says `mfa` in `amr`
    /// (RFC 8176).
    pub always_second_factor: bool,
    /// Which people are who; the first that fits counts, nobody where none does.
    pub rules: Vec<Rule>,
}

impl std::fmt::Debug for ProviderSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ProviderSettings({})", self.issuer)
    }
}

/// Whether an address is one that secrets may be sent to: TLS, or the machine itself.
pub fn is_private(address: &str) -> bool {
    let Ok(uri) = address.parse::<axum::http::Uri>() else { return false };
    let local = ["localhost", "127.0.0.1", "[::1]"];
    match uri.scheme_str() {
        Some("https") => uri.host().is_some(),
        Some("http") => uri.host().is_some_and(|host| local.contains(&host)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_private;

    #[test]
    fn secrets_go_over_tls_or_stay_on_the_machine() {
        for (address, right) in [
            ("https://login.example", true),
            ("http://127.0.0.1:4000", true),
            ("http://localhost", true),
            ("http://login.example", false),
            ("http://localhost.evil.example", false),
            ("ftp://localhost", false),
            ("login.example", false),
        ] {
            assert_eq!(is_private(address), right, "{address}");
        }
    }
}
