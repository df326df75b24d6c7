//! Passkeys: Web Authentication Level 2 (W3C), the relying party's side, without attestation.
//!
//! What a browser sends is read in [`client_data`], what its authenticator says in [`authenticator`] by way of
//! [`cbor`]; [`registration`] follows clause 7.1 and [`assertion`] clause 7.2, step by step; [`key`] verifies
//! signatures. A person's finger or PIN (user verification) is always required, so that a passkey is two factors.

pub mod assertion;
pub mod authenticator;
pub mod cbor;
pub mod client_data;
pub mod key;
pub mod registration;

/// Why a passkey is refused: the clause and what is wrong. For the log and the tests; people are told less.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{clause}: {what}")]
pub struct PasskeyError {
    /// The clause and step of the standard.
    pub clause: &'static str,
    /// What is wrong.
    pub what: &'static str,
}

/// Refuses for this reason unless it holds.
fn ensure(holds: bool, clause: &'static str, what: &'static str) -> Result<(), PasskeyError> {
    if holds { Ok(()) } else { Err(PasskeyError { clause, what }) }
}

/// What the node expects of an answer.
#[derive(Debug, Clone)]
pub struct Expected<'a> {
    /// The challenge as it was given, base64url.
    pub challenge: &'a str,
    /// Scheme, host and port of the page.
    pub origin: &'a str,
    /// The relying party's host name.
    pub host: &'a str,
}

#[cfg(test)]
mod tests;
