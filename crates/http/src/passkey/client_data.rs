//! What the browser says of the request that it put to the authenticator (clause 5.8.1).

use super::{Expected, PasskeyError, ensure};
use serde::Deserialize;

/// What for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ceremony {
    /// A new passkey.
    Create,
    /// A proof with one.
    Get,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ClientData {
    r#type: String,
    challenge: String,
    origin: String,
    #[serde(default)]
    cross_origin: bool,
}

/// Checks steps 7 to 9 of clause 7.1, which are steps 11 to 13 of clause 7.2, and that no page of another site
/// framed ours.
///
/// # Errors
/// When it is not what was asked.
pub fn check(json: &[u8], ceremony: Ceremony, expected: &Expected<'_>) -> Result<(), PasskeyError> {
    let read: Result<ClientData, _> = serde_json::from_slice(json);
    let Ok(said) = read else {
        return Err(PasskeyError { clause: "5.8.1", what: "the client data are not JSON" });
    };
    let (kind, clause) = match ceremony {
        Ceremony::Create => ("webauthn.create", ["7.1 step 7", "7.1 step 8", "7.1 step 9"]),
        Ceremony::Get => ("webauthn.get", ["7.2 step 11", "7.2 step 12", "7.2 step 13"]),
    };
    ensure(said.r#type == kind, clause[0], "another ceremony")?;
    ensure(said.challenge.trim_end_matches('=') == expected.challenge, clause[1], "another challenge")?;
    ensure(said.origin == expected.origin, clause[2], "another origin")?;
    ensure(!said.cross_origin, clause[2], "a page of another site framed ours")
}
