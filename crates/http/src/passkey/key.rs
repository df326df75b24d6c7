//! Public keys of authenticators (COSE, RFC 9052 and 9053) and their signatures (clause 5.8.5, 6.5.6).

use super::PasskeyError;
use super::cbor::Value;
use ring::signature::{self, RsaPublicKeyComponents, UnparsedPublicKey};

/// ECDSA over P-256 with SHA-256.
pub const ES256: i64 = -7;
/// Ed25519.
pub const EDDSA: i64 = -8;
/// RSASSA-PKCS1-v1_5 with SHA-256.
pub const RS256: i64 = -257;

/// A public key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    /// Its COSE algorithm.
    pub algorithm: i64,
    /// ES256: the point, uncompressed; EdDSA: 32 bytes; RS256: two bytes for the length of the modulus, modulus,
    /// exponent.
    pub bytes: Vec<u8>,
}

impl PublicKey {
    /// The key that a COSE map holds.
    ///
    /// # Errors
    /// When it is of a kind that was not asked for, or its parts do not fit.
    pub fn from_cose(map: &Value<'_>) -> Result<Self, PasskeyError> {
        let refused = || PasskeyError { clause: "7.1 step 16", what: "a key of a kind that was not asked for" };
        let number = |key| map.at(key).and_then(Value::number);
        let bytes = |key| map.at(key).and_then(Value::bytes);
        let algorithm = number(3).ok_or_else(refused)?;
        let held = match (number(1), algorithm, number(-1)) {
            (Some(2), ES256, Some(1)) => match (bytes(-2), bytes(-3)) {
                (Some(x), Some(y)) if (x.len(), y.len()) == (32, 32) => [&[4], x, y].concat(),
                _ => return Err(refused()),
            },
            (Some(1), EDDSA, Some(6)) => match bytes(-2) {
                Some(x) if x.len() == 32 => x.to_vec(),
                _ => return Err(refused()),
            },
            (Some(3), RS256, _) => match (bytes(-1), bytes(-2)) {
                (Some(n), Some(e)) if (256..=1024).contains(&n.len()) && (1..=8).contains(&e.len()) => {
                    let length = u16::try_from(n.len()).map_err(|_| refused())?;
                    [&length.to_be_bytes(), n, e].concat()
                }
                _ => return Err(refused()),
            },
            _ => return Err(refused()),
        };
        Ok(Self { algorithm, bytes: held })
    }

    /// Whether a signature of a message is by this key.
    pub fn verifies(&self, message: &[u8], signed: &[u8]) -> bool {
        let by = |algorithm: &'static dyn signature::VerificationAlgorithm| {
            UnparsedPublicKey::new(algorithm, &self.bytes).verify(message, signed).is_ok()
        };
        match self.algorithm {
            ES256 => by(&signature::ECDSA_P256_SHA256_ASN1),
            EDDSA => by(&signature::ED25519),
            RS256 => self
                .rsa()
                .is_some_and(|key| key.verify(&signature::RSA_PKCS1_2048_8192_SHA256, message, signed).is_ok()),
            _ => false,
        }
    }

    fn rsa(&self) -> Option<RsaPublicKeyComponents<&[u8]>> {
        let (length, rest) = self.bytes.split_first_chunk::<2>()?;
        let (n, e) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        Some(RsaPublicKeyComponents { n, e })
    }
}
