//! Under which name a browser reaches the node.

use crate::app::Settings;
use axum::http::{HeaderMap, Uri, header};
use std::net::IpAddr;

/// Scheme, host and port of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// `https://cairn.example:8443`, as browsers write an origin.
    pub origin: String,
    /// `cairn.example`.
    pub host: String,
}

impl Site {
    /// What the configuration says, else what the request says; `None` when it says nothing that can be a host.
    ///
    /// A request that lies about its host deceives nobody: a passkey is kept with the host it was made for, and
    /// the browser, not the request, decides for which host it signs.
    pub fn of(settings: &Settings, headers: &HeaderMap) -> Option<Self> {
        let address = match &settings.public_url {
            Some(address) => address.clone(),
            None => {
                let host = headers.get(header::HOST)?.to_str().ok()?;
                format!("{}://{host}", if settings.over_tls { "https" } else { "http" })
            }
        };
        let uri: Uri = address.parse().ok()?;
        let (scheme, host) = (uri.scheme_str()?.to_ascii_lowercase(), uri.host()?.to_ascii_lowercase());
        let usual = matches!((scheme.as_str(), uri.port_u16()), ("http", Some(80)) | ("https", Some(443)) | (_, None));
        let port = if usual { String::new() } else { format!(":{}", uri.port_u16().unwrap_or_default()) };
        Some(Self { origin: format!("{scheme}://{host}{port}"), host })
    }

    /// Whether passkeys can be made for it: they need a name, not a number (clause 5.1.3 of Web Authentication), and
    /// TLS or the machine itself.
    pub fn takes_passkeys(&self) -> bool {
        let is_number = self.host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok();
        let is_local = self.host == "localhost" || self.host.ends_with(".localhost");
        !is_number && (is_local || self.origin.starts_with("https://"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(settings: &Settings, host: &str, right: Option<(&str, &str, bool)>) {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, host.parse().unwrap());
        let site = Site::of(settings, &headers);
        let found = site.as_ref().map(|site| (site.origin.as_str(), site.host.as_str(), site.takes_passkeys()));
        assert_eq!(found, right, "{host}");
    }

    #[test]
    fn the_configuration_counts_before_the_request() {
        let plain = Settings::default();
        check(&plain, "localhost:8080", Some(("http://localhost:8080", "localhost", true)));
        check(&plain, "127.0.0.1:8080", Some(("http://127.0.0.1:8080", "127.0.0.1", false)));
        check(&plain, "cairn.example", Some(("http://cairn.example", "cairn.example", false)));
        check(&plain, "a b", None);
        let tls = Settings { over_tls: true, ..Settings::default() };
        check(&tls, "Cairn.example:443", Some(("https://cairn.example", "cairn.example", true)));
        let said = Settings { public_url: Some("https://cairn.example".to_owned()), ..Settings::default() };
        check(&said, "evil.example", Some(("https://cairn.example", "cairn.example", true)));
    }
}
