//! A proof with a passkey (clause 7.2).

use super::authenticator::AuthenticatorData;
use super::client_data::{self, Ceremony};
use super::key::PublicKey;
use super::{Expected, PasskeyError, ensure};
use sha2::{Digest, Sha256};

/// What a browser brings as a proof.
#[derive(Debug, Clone)]
pub struct Assertion<'a> {
    /// `response.clientDataJSON`.
    pub client_data: &'a [u8],
    /// `response.authenticatorData`.
    pub authenticator_data: &'a [u8],
    /// `response.signature`.
    pub signature: &'a [u8],
}

impl Assertion<'_> {
    /// Checks it against the key that is kept; how many signatures the authenticator has made comes back. That the
    /// number grew (step 21) is the record's to refuse, in the transaction that notes the use.
    ///
    /// # Errors
    /// When a step does not hold.
    pub fn check(&self, key: &PublicKey, expected: &Expected<'_>) -> Result<u32, PasskeyError> {
        client_data::check(self.client_data, Ceremony::Get, expected)?;
        let said = AuthenticatorData::read(self.authenticator_data)?;
        said.check(expected.host, ["7.2 step 15", "7.2 step 16", "7.2 step 17"])?;
        let message = [self.authenticator_data, Sha256::digest(self.client_data).as_slice()].concat();
        ensure(key.verifies(&message, self.signature), "7.2 step 20", "the key did not sign this")?;
        Ok(said.counter)
    }
}
