//! A new passkey (clause 7.1).

use super::authenticator::AuthenticatorData;
use super::cbor::{self, Value};
use super::client_data::{self, Ceremony};
use super::key::PublicKey;
use super::{Expected, PasskeyError, ensure};
use sha2::{Digest, Sha256};

/// What a browser brings after a passkey was made.
#[derive(Debug, Clone)]
pub struct Registration<'a> {
    /// `response.clientDataJSON`.
    pub client_data: &'a [u8],
    /// `response.attestationObject`.
    pub attestation: &'a [u8],
}

/// A passkey that may be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registered {
    /// The authenticator's name for it.
    pub id: Vec<u8>,
    /// Its public key.
    pub key: PublicKey,
    /// Signatures so far.
    pub counter: u32,
}

impl Registration<'_> {
    /// Checks it. That nobody else has the same credential (step 22) is the record's to refuse.
    ///
    /// # Errors
    /// When a step does not hold.
    pub fn check(&self, expected: &Expected<'_>) -> Result<Registered, PasskeyError> {
        client_data::check(self.client_data, Ceremony::Create, expected)?;
        let refused = || PasskeyError { clause: "7.1 step 12", what: "the attestation object cannot be read" };
        let (object, rest) = cbor::read(self.attestation).ok_or_else(refused)?;
        ensure(rest.is_empty(), "7.1 step 12", "bytes follow the attestation object")?;
        let bytes = object.of("authData").and_then(Value::bytes).ok_or_else(refused)?;
        let said = AuthenticatorData::read(bytes)?;
        said.check(expected.host, ["7.1 step 13", "7.1 step 14", "7.1 step 15"])?;
        let made = said.made.ok_or(PasskeyError { clause: "7.1 step 16", what: "no new credential" })?;
        self.check_attestation(&object, bytes, &made.key)?;
        Ok(Registered { id: made.id.to_vec(), key: made.key, counter: said.counter })
    }

    /// Steps 18 to 20: attestation is not asked for. `none` (8.7) says nothing; a key that signs for itself, `packed`
    /// without certificates (8.2), must have signed this.
    fn check_attestation(&self, object: &Value<'_>, data: &[u8], key: &PublicKey) -> Result<(), PasskeyError> {
        let statement = object.of("attStmt");
        match object.of("fmt") {
            Some(Value::Text("none")) => {
                ensure(statement == Some(&Value::Map(Vec::new())), "8.7", "an attestation where there is none")
            }
            Some(Value::Text("packed")) => {
                let held = statement.ok_or(PasskeyError { clause: "8.2", what: "no statement" })?;
                ensure(held.of("x5c").is_none(), "7.1 step 18", "an attestation that was not asked for")?;
                ensure(held.of("alg").and_then(Value::number) == Some(key.algorithm), "8.2", "another algorithm")?;
                let signed = held.of("sig").and_then(Value::bytes).unwrap_or_default();
                let message = [data, Sha256::digest(self.client_data).as_slice()].concat();
                ensure(key.verifies(&message, signed), "8.2", "the key did not sign this")
            }
            _ => Err(PasskeyError { clause: "7.1 step 18", what: "an attestation that was not asked for" }),
        }
    }
}
