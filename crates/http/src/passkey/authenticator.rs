//! What an authenticator says (clause 6.1): for whom, that a person was there and was recognised, how often, and a
//! new key.

use super::cbor;
use super::key::PublicKey;
use super::{PasskeyError, ensure};
use sha2::{Digest, Sha256};

const USER_PRESENT: u8 = 0x01;
const USER_VERIFIED: u8 = 0x04;
const ATTESTED: u8 = 0x40;
const EXTENSIONS: u8 = 0x80;

/// Longest credential id (Level 3, 5.8.3 says it of every authenticator).
const LONGEST_ID: usize = 1023;

/// Authenticator data.
#[derive(Debug, Clone)]
pub struct AuthenticatorData<'a> {
    host_digest: &'a [u8],
    flags: u8,
    /// Signatures so far; 0 where it does not count.
    pub counter: u32,
    /// The new credential, when one was made.
    pub made: Option<Made<'a>>,
}

/// A new credential (clause 6.5.1).
#[derive(Debug, Clone)]
pub struct Made<'a> {
    /// The authenticator's name for it.
    pub id: &'a [u8],
    /// Its public key.
    pub key: PublicKey,
}

impl<'a> AuthenticatorData<'a> {
    /// Reads it whole.
    ///
    /// # Errors
    /// When it is cut short, goes on after its end, or holds a key of a kind that was not asked for.
    pub fn read(bytes: &'a [u8]) -> Result<Self, PasskeyError> {
        let cut = || PasskeyError { clause: "6.1", what: "the authenticator data are cut short" };
        let (host_digest, rest) = bytes.split_at_checked(32).ok_or_else(cut)?;
        let (flags, rest) = rest.split_first().ok_or_else(cut)?;
        let (counter, mut rest) = rest.split_first_chunk::<4>().ok_or_else(cut)?;
        let mut made = None;
        if flags & ATTESTED != 0 {
            let (credential, after) = attested(rest)?;
            (made, rest) = (Some(credential), after);
        }
        if flags & EXTENSIONS != 0 {
            rest = cbor::read(rest).ok_or_else(cut)?.1;
        }
        ensure(rest.is_empty(), "6.1", "bytes follow the authenticator data")?;
        Ok(Self { host_digest, flags: *flags, counter: u32::from_be_bytes(*counter), made })
    }

    /// Checks for whom it speaks, that a person was there, and that the person was recognised: steps 13 to 15 of
    /// clause 7.1, steps 15 to 17 of clause 7.2.
    ///
    /// # Errors
    /// When one of them does not hold.
    pub fn check(&self, host: &str, clauses: [&'static str; 3]) -> Result<(), PasskeyError> {
        ensure(self.host_digest == Sha256::digest(host.as_bytes()).as_slice(), clauses[0], "another relying party")?;
        ensure(self.flags & USER_PRESENT != 0, clauses[1], "nobody was there")?;
        ensure(self.flags & USER_VERIFIED != 0, clauses[2], "the person was not recognised")
    }
}

fn attested(bytes: &[u8]) -> Result<(Made<'_>, &[u8]), PasskeyError> {
    let cut = || PasskeyError { clause: "6.5.1", what: "the new credential is cut short" };
    let (_model, rest) = bytes.split_at_checked(16).ok_or_else(cut)?;
    let (length, rest) = rest.split_first_chunk::<2>().ok_or_else(cut)?;
    let length = usize::from(u16::from_be_bytes(*length));
    ensure((1..=LONGEST_ID).contains(&length), "6.5.1", "a credential id of this length")?;
    let (id, rest) = rest.split_at_checked(length).ok_or_else(cut)?;
    let (value, rest) = cbor::read(rest).ok_or_else(cut)?;
    Ok((Made { id, key: PublicKey::from_cose(&value)? }, rest))
}
