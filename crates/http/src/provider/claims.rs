//! What an ID token must hold (OpenID Connect Core 1.0, 3.1.3.7).

use serde_json::{Map, Value};

/// Seconds that two clocks may differ.
const SKEW: i64 = 60;
/// Seconds after which a proof at the provider is not fresh any more.
const FRESH: i64 = 300;

/// What a token is held against.
#[derive(Debug, Clone)]
pub struct Wanted<'a> {
    /// The issuer.
    pub issuer: &'a str,
    /// This node's name there.
    pub client_id: &'a str,
    /// What the request said.
    pub nonce: &'a str,
    /// Whether the person was to show once more who they are.
    pub must_be_fresh: bool,
    /// Now, in seconds since 1970.
    pub now: i64,
}

/// The person's name at the provider, once everything about the claims is as it must be.
///
/// # Errors
/// Which claim is not, and the rule.
pub fn check<'a>(claims: &'a Map<String, Value>, wanted: &Wanted<'_>) -> Result<&'a str, String> {
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    let number = |name: &str| claims.get(name).and_then(Value::as_i64);
    let ensure = |holds: bool, what: &str| if holds { Ok(()) } else { Err(what.to_owned()) };
    ensure(text("iss") == Some(wanted.issuer), "`iss` is another issuer (3.1.3.7, 2)")?;
    let audience = audience(claims.get("aud"));
    ensure(audience.contains(&wanted.client_id), "`aud` is another client (3.1.3.7, 3)")?;
    let party = text("azp");
    ensure(audience.len() == 1 || party.is_some(), "`azp` is missing (3.1.3.7, 4)")?;
    ensure(party.is_none_or(|party| party == wanted.client_id), "`azp` is another client (3.1.3.7, 5)")?;
    ensure(number("exp").is_some_and(|exp| wanted.now < exp + SKEW), "`exp` is over (3.1.3.7, 9)")?;
    ensure(number("iat").is_some_and(|iat| iat <= wanted.now + SKEW), "`iat` lies ahead (3.1.3.7, 10)")?;
    ensure(text("nonce") == Some(wanted.nonce), "`nonce` is another (3.1.3.7, 11)")?;
    if wanted.must_be_fresh {
        let is_fresh = number("auth_time").is_some_and(|time| wanted.now - time <= FRESH);
        ensure(is_fresh, "`auth_time` is not of now (3.1.3.7, 13)")?;
    }
    match text("sub") {
        Some(subject) if (1..=255).contains(&subject.len()) => Ok(subject),
        _ => Err("`sub` is missing (2)".to_owned()),
    }
}

/// Whether the provider says that it asked for more than a password (RFC 8176, `mfa`).
pub fn has_second_factor(claims: &Map<String, Value>) -> bool {
    let methods = claims.get("amr").and_then(Value::as_array);
    methods.is_some_and(|methods| methods.iter().any(|method| method == "mfa"))
}

fn audience(aud: Option<&Value>) -> Vec<&str> {
    match aud {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(many)) => many.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_claim_counts() {
        let good = json!({"iss": "https://i.example", "aud": "cairn", "exp": 1_100, "iat": 1_000, "nonce": "n", "sub": "s", "auth_time": 990});
        let wanted =
            Wanted { issuer: "https://i.example", client_id: "cairn", nonce: "n", must_be_fresh: true, now: 1_000 };
        let with = |name: &str, value: Value| {
            let mut claims = good.as_object().unwrap().clone();
            claims.insert(name.to_owned(), value);
            check(&claims, &wanted).map(str::to_owned)
        };
        assert_eq!(with("x", json!(1)), Ok("s".to_owned()));
        assert_eq!(with("aud", json!(["cairn"])), Ok("s".to_owned()));
        for (name, value, rule) in [
            ("iss", json!("https://i.example/"), "7, 2)"),
            ("aud", json!("other"), "7, 3)"),
            ("aud", json!(["cairn", "other"]), "7, 4)"),
            ("azp", json!("other"), "7, 5)"),
            ("exp", json!(940), "7, 9)"),
            ("exp", json!("later"), "7, 9)"),
            ("iat", json!(1_061), "7, 10)"),
            ("nonce", json!("m"), "7, 11)"),
            ("nonce", Value::Null, "7, 11)"),
            ("auth_time", json!(699), "7, 13)"),
            ("auth_time", Value::Null, "7, 13)"),
            ("sub", json!(""), "(2)"),
        ] {
            let said = with(name, value.clone()).unwrap_err();
            assert!(said.contains(rule), "{name} {value}: {said}");
        }
    }

    #[test]
    fn a_second_factor_is_believed_when_the_provider_says_so() {
        assert!(has_second_factor(json!({"amr": ["pwd", "mfa"]}).as_object().unwrap()));
        for other in [json!({}), json!({"amr": ["pwd"]}), json!({"amr": "mfa"})] {
            assert!(!has_second_factor(other.as_object().unwrap()), "{other}");
        }
    }
}
