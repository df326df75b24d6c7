//! The cookies: one for a session, one for the page of a tested person, one for a visitor who has not signed in yet and
//! whose sign-in form must come from our page all the same.

use crate::secret::Secret;
use axum::http::{HeaderMap, HeaderValue, header};

/// Which cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cookie {
    /// A person signed in.
    Session,
    /// A tested person who opened their page.
    Patient,
    /// Nobody yet.
    Visit,
}

impl Cookie {
    /// Its name. Over TLS the `__Host-` prefix makes the browser refuse one that a sister host set.
    fn name(self, over_tls: bool) -> &'static str {
        match (self, over_tls) {
            (Self::Session, false) => "cairn_session",
            (Self::Session, true) => "__Host-cairn_session",
            (Self::Patient, false) => "cairn_patient",
            (Self::Patient, true) => "__Host-cairn_patient",
            (Self::Visit, false) => "cairn_visit",
            (Self::Visit, true) => "__Host-cairn_visit",
        }
    }

    /// The cookie that a request brought.
    pub fn read(self, headers: &HeaderMap, over_tls: bool) -> Option<Secret> {
        let name = self.name(over_tls);
        headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(key, _)| *key == name)
            .and_then(|(_, value)| Secret::read(value))
    }

    /// `Set-Cookie` that gives it: gone when the browser closes, never shown to scripts, not sent
    /// along with requests that other sites start.
    pub fn give(self, secret: &Secret, over_tls: bool) -> HeaderValue {
        let secure = if over_tls { "; Secure" } else { "" };
        let text = format!("{}={}; Path=/; HttpOnly; SameSite=Lax{secure}", self.name(over_tls), secret.reveal());
        HeaderValue::try_from(text).expect("a secret is base64url")
    }

    /// `Set-Cookie` that takes it away.
    pub fn take(self, over_tls: bool) -> HeaderValue {
        let secure = if over_tls { "; Secure" } else { "" };
        let text = format!("{}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0{secure}", self.name(over_tls));
        HeaderValue::try_from(text).expect("fixed text")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_given_cookie_reads_back_among_others() {
        let secret = Secret::cookie([3; 32]);
        for over_tls in [false, true] {
            let given = Cookie::Session.give(&secret, over_tls);
            let pair = given.to_str().unwrap().split(';').next().unwrap();
            let mut headers = HeaderMap::new();
            headers.insert(header::COOKIE, format!("a=b; {pair}; c=d").parse().unwrap());
            assert_eq!(Cookie::Session.read(&headers, over_tls), Some(secret.clone()));
            assert_eq!(Cookie::Visit.read(&headers, over_tls), None);
        }
    }

    #[test]
    fn over_tls_it_is_secure_and_bound_to_the_host() {
        let given = Cookie::Session.give(&Secret::cookie([3; 32]), true);
        let text = given.to_str().unwrap();
        assert!(text.starts_with("__Host-") && text.contains("; Secure") && text.contains("; HttpOnly"), "{text}");
    }
}
