//! What a token must be good for to make a request. What has no row here needs the most.

use axum::http::Method;
use cairn_core::token_scope::TokenScope;

/// Beginnings of addresses under which something is changed, and the scope for it; the first that fits counts.
/// An end after `…` must fit too.
const CHANGES: &[(&str, &str, TokenScope)] = &[
    ("/log/witness/add-checkpoint", "", TokenScope::Read),
    ("/api/v1/variants/resolve", "", TokenScope::Read),
    ("/api/v1/guidelines/", "/classify", TokenScope::Read),
    ("/api/v1/guidelines/compare", "", TokenScope::Read),
    ("/api/v1/matches", "", TokenScope::Read),
    ("/api/v1/submissions", "", TokenScope::Contribute),
    ("/api/v1/cases/", "/consent", TokenScope::Contribute),
    ("/api/v1/cases/", "/withdraw", TokenScope::Contribute),
    ("/api/v1/cases/", "/erase", TokenScope::Administer),
    ("/api/v1/drafts", "", TokenScope::Curate),
    ("/api/v1/discordances", "", TokenScope::Curate),
    ("/api/v1/condition-names", "", TokenScope::Curate),
    ("/api/v1/access-requests", "", TokenScope::Curate),
    ("/api/v1/laboratories/", "/membership", TokenScope::Administer),
    ("/api/v1/notices/", "/acknowledge", TokenScope::Curate),
    ("/api/v1/sessions", "", TokenScope::Administer),
    ("/api/v1/tokens", "", TokenScope::Administer),
];

/// Beginnings of addresses that are looked at by administrators.
const GUARDED: [&str; 2] = ["/api/v1/sessions", "/api/v1/tokens"];

/// The scope that a token needs for a request.
pub fn needed(method: &Method, path: &str) -> TokenScope {
    if matches!(*method, Method::GET | Method::HEAD) {
        let is_guarded = GUARDED.iter().any(|start| path.starts_with(start));
        return if is_guarded { TokenScope::Administer } else { TokenScope::Read };
    }
    row(path).unwrap_or(TokenScope::Administer)
}

fn row(path: &str) -> Option<TokenScope> {
    let mut rows = CHANGES.iter().filter(|(start, end, _)| path.starts_with(start) && path.ends_with(end));
    rows.next().map(|row| row.2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looking_needs_read_changing_needs_more_and_what_is_unknown_the_most() {
        for (method, path, right) in [
            (Method::GET, "/api/v1/variants/x", TokenScope::Read),
            (Method::GET, "/statistics", TokenScope::Read),
            (Method::GET, "/api/v1/sessions", TokenScope::Administer),
            (Method::POST, "/api/v1/variants/resolve", TokenScope::Read),
            (Method::POST, "/api/v1/guidelines/acmg/classify", TokenScope::Read),
            (Method::POST, "/api/v1/submissions", TokenScope::Contribute),
            (Method::PATCH, "/api/v1/drafts/1", TokenScope::Curate),
            (Method::DELETE, "/api/v1/tokens/1", TokenScope::Administer),
            (Method::POST, "/api/v1/unheard-of", TokenScope::Administer),
            (Method::POST, "/account/tokens", TokenScope::Administer),
        ] {
            assert_eq!(needed(&method, path), right, "{method} {path}");
        }
    }

    /// Whoever adds a route that changes something says here what a token needs for it.
    #[test]
    fn every_described_change_has_a_row() {
        let description = serde_json::to_value(crate::api::v1::description()).unwrap();
        for (path, methods) in description["paths"].as_object().unwrap() {
            let changes = methods.as_object().unwrap().keys().any(|method| method != "get" && method != "parameters");
            assert!(!changes || row(path).is_some(), "`scope.rs` has no row for {path}");
        }
    }
}
