//! Signed tokens of others: JWS in compact form (RFC 7515) with keys of a JWK set (RFC 7517).
//!
//! Only signatures with a key pair are taken: `none` and shared secrets have no door here, whatever a token
//! says (RFC 8725, 3.1). The key decides the algorithm as much as the token does.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{self, RsaParameters, RsaPublicKeyComponents, UnparsedPublicKey, VerificationAlgorithm};
use serde::Deserialize;
use serde_json::{Map, Value};

/// Longest token, in bytes.
const LONGEST: usize = 64 * 1024;

/// Why a token is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JoseError {
    /// Not three parts of base64url with JSON in them.
    #[error("it is not a signed token in compact form")]
    Malformed,
    /// An algorithm that is not taken, or an extension that is not understood.
    #[error("it is signed in a way that is not taken here; RS256, RS384, PS256, ES256, ES384 and EdDSA are")]
    Unsupported,
    /// No key of the set fits.
    #[error("the key it names is not in the key set")]
    NoKey,
    /// The signature is not by that key.
    #[error("its signature does not verify")]
    BadSignature,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    #[serde(default)]
    kid: Option<String>,
    #[serde(default)]
    crit: Option<Value>,
}

/// Public keys of somebody.
#[derive(Debug, Clone, Deserialize)]
pub struct KeySet {
    keys: Vec<Jwk>,
}

#[derive(Debug, Clone, Deserialize)]
struct Jwk {
    kty: String,
    #[serde(default)]
    kid: Option<String>,
    #[serde(default)]
    alg: Option<String>,
    #[serde(default, rename = "use")]
    usage: Option<String>,
    #[serde(default)]
    crv: Option<String>,
    #[serde(default)]
    n: Option<String>,
    #[serde(default)]
    e: Option<String>,
    #[serde(default)]
    x: Option<String>,
    #[serde(default)]
    y: Option<String>,
}

impl KeySet {
    /// Whether any key of it can verify something here.
    pub fn is_useful(&self) -> bool {
        self.keys.iter().any(|key| matches!(key.kty.as_str(), "RSA" | "EC" | "OKP"))
    }

    /// The claims of a token that a key of this set signed.
    ///
    /// # Errors
    /// When it is malformed, signed otherwise, or not by one of these keys.
    pub fn verify(&self, token: &str) -> Result<Map<String, Value>, JoseError> {
        let (message, signed) = token.rsplit_once('.').ok_or(JoseError::Malformed)?;
        let (header, payload) = message.split_once('.').ok_or(JoseError::Malformed)?;
        if token.len() > LONGEST || payload.contains('.') {
            return Err(JoseError::Malformed);
        }
        let header: Header = json(header)?;
        if header.crit.is_some() || !ALGORITHMS.iter().any(|row| row.0 == header.alg) {
            return Err(JoseError::Unsupported);
        }
        let signed = URL_SAFE_NO_PAD.decode(signed).map_err(|_| JoseError::Malformed)?;
        let mut fitting = self.keys.iter().filter(|key| key.fits(&header)).peekable();
        if fitting.peek().is_none() {
            return Err(JoseError::NoKey);
        }
        if !fitting.any(|key| key.verifies(&header.alg, message.as_bytes(), &signed)) {
            return Err(JoseError::BadSignature);
        }
        json(payload)
    }
}

/// Whether a text is a JWK set of public keys that can verify something here.
///
/// # Errors
/// When it is none, when nothing in it can verify, or when a private or shared key is in it, which must stay where it
/// is used.
pub fn check_key_set(text: &str) -> Result<(), KeySetError> {
    let value: Value = serde_json::from_str(text).map_err(|_| KeySetError::NotOne)?;
    let keys = value.get("keys").and_then(Value::as_array).ok_or(KeySetError::NotOne)?;
    if keys.iter().any(|key| key.get("d").is_some() || key.get("k").is_some()) {
        return Err(KeySetError::Private);
    }
    let set: KeySet = serde_json::from_value(value).map_err(|_| KeySetError::NotOne)?;
    if set.is_useful() { Ok(()) } else { Err(KeySetError::Useless) }
}

/// Why a text cannot be somebody's public keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeySetError {
    /// Not JSON with a list `keys`.
    #[error("this is no JWK set: JSON with a list `keys` is expected")]
    NotOne,
    /// A part that must not leave its owner.
    #[error("the set holds a private or shared key: give the public keys alone, and replace this one")]
    Private,
    /// No key of a kind that is taken.
    #[error("no key of the set is of kind RSA, EC or OKP")]
    Useless,
}

/// What a token says of itself before anybody verified it: to find out whose key it needs.
///
/// # Errors
/// When it is malformed.
pub fn unverified_claims(token: &str) -> Result<Map<String, Value>, JoseError> {
    json(token.split('.').nth(1).ok_or(JoseError::Malformed)?)
}

fn json<T: serde::de::DeserializeOwned>(part: &str) -> Result<T, JoseError> {
    let bytes = URL_SAFE_NO_PAD.decode(part).map_err(|_| JoseError::Malformed)?;
    serde_json::from_slice(&bytes).map_err(|_| JoseError::Malformed)
}

/// Algorithm, kind of key, curve.
const ALGORITHMS: [(&str, &str, Option<&str>); 6] = [
    ("RS256", "RSA", None),
    ("RS384", "RSA", None),
    ("PS256", "RSA", None),
    ("ES256", "EC", Some("P-256")),
    ("ES384", "EC", Some("P-384")),
    ("EdDSA", "OKP", Some("Ed25519")),
];

impl Jwk {
    /// Whether the key is the one that a token names, for signing, and of the kind that its algorithm needs.
    fn fits(&self, header: &Header) -> bool {
        let row = ALGORITHMS.iter().find(|row| row.0 == header.alg);
        let is_kind = row.is_some_and(|row| row.1 == self.kty && row.2 == self.crv.as_deref());
        is_kind
            && (header.kid.is_none() || header.kid == self.kid)
            && self.usage.as_deref().is_none_or(|usage| usage == "sig")
            && self.alg.as_ref().is_none_or(|alg| *alg == header.alg)
    }

    fn verifies(&self, algorithm: &str, message: &[u8], signed: &[u8]) -> bool {
        match algorithm {
            "RS256" => self.by_rsa(&signature::RSA_PKCS1_2048_8192_SHA256, message, signed),
            "RS384" => self.by_rsa(&signature::RSA_PKCS1_2048_8192_SHA384, message, signed),
            "PS256" => self.by_rsa(&signature::RSA_PSS_2048_8192_SHA256, message, signed),
            "ES256" => self.by_point(&signature::ECDSA_P256_SHA256_FIXED, message, signed),
            "ES384" => self.by_point(&signature::ECDSA_P384_SHA384_FIXED, message, signed),
            "EdDSA" => part(self.x.as_ref()).is_some_and(|x| by(&signature::ED25519, &x, message, signed)),
            _ => false,
        }
    }

    fn by_rsa(&self, parameters: &RsaParameters, message: &[u8], signed: &[u8]) -> bool {
        let (Some(n), Some(e)) = (part(self.n.as_ref()), part(self.e.as_ref())) else { return false };
        RsaPublicKeyComponents { n: &n, e: &e }.verify(parameters, message, signed).is_ok()
    }

    fn by_point(&self, algorithm: &'static dyn VerificationAlgorithm, message: &[u8], signed: &[u8]) -> bool {
        let (Some(x), Some(y)) = (part(self.x.as_ref()), part(self.y.as_ref())) else { return false };
        by(algorithm, &[&[4], x.as_slice(), y.as_slice()].concat(), message, signed)
    }
}

fn by(algorithm: &'static dyn VerificationAlgorithm, key: &[u8], message: &[u8], signed: &[u8]) -> bool {
    UnparsedPublicKey::new(algorithm, key).verify(message, signed).is_ok()
}

fn part(text: Option<&String>) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tokens and keys made by another implementation, `jose` of npm.
    fn vectors() -> Value {
        serde_json::from_str(include_str!("../../../testdata/jose/tokens.json")).unwrap()
    }

    fn keys() -> KeySet {
        serde_json::from_value(vectors()["keys"].clone()).unwrap()
    }

    #[test]
    fn tokens_of_another_implementation_verify_with_their_key_only() {
        let (vectors, keys) = (vectors(), keys());
        assert!(keys.is_useful());
        for (algorithm, _, _) in ALGORITHMS {
            let token = vectors["tokens"][algorithm].as_str().unwrap();
            assert_eq!(keys.verify(token).unwrap()["alg"], algorithm);
            let others = KeySet {
                keys: keys.keys.iter().filter(|key| key.alg.as_deref() != Some(algorithm)).cloned().collect(),
            };
            assert_eq!(others.verify(token), Err(JoseError::NoKey), "{algorithm}");
            let (head, signed) = token.rsplit_once('.').unwrap();
            let first = if signed.starts_with('A') { "B" } else { "A" };
            let forged = format!("{head}.{first}{}", &signed[1..]);
            assert_eq!(keys.verify(&forged), Err(JoseError::BadSignature), "{algorithm}");
            let (header, payload) = head.split_once('.').unwrap();
            let other = URL_SAFE_NO_PAD.encode(br#"{"sub":"2"}"#);
            assert_ne!(payload, other);
            assert_eq!(keys.verify(&format!("{header}.{other}.{signed}")), Err(JoseError::BadSignature), "{algorithm}");
        }
    }

    #[test]
    fn a_key_set_holds_public_keys_that_can_verify() {
        assert_eq!(check_key_set(&vectors()["keys"].to_string()), Ok(()));
        assert_eq!(check_key_set("{}"), Err(KeySetError::NotOne));
        assert_eq!(check_key_set(r#"{"keys":[]}"#), Err(KeySetError::Useless));
        assert_eq!(check_key_set(r#"{"keys":[{"kty":"EC","d":"AA"}]}"#), Err(KeySetError::Private));
        assert_eq!(check_key_set(r#"{"keys":[{"kty":"oct","k":"AA"}]}"#), Err(KeySetError::Private));
    }

    #[test]
    fn a_token_cannot_choose_to_be_signed_by_nothing_or_by_what_is_public() {
        let (vectors, keys) = (vectors(), keys());
        for algorithm in ["none", "HS256"] {
            let token = vectors["tokens"][algorithm].as_str().unwrap();
            assert_eq!(keys.verify(token), Err(JoseError::Unsupported), "{algorithm}");
        }
        let critical = URL_SAFE_NO_PAD.encode(br#"{"alg":"ES256","crit":["b64"],"b64":false}"#);
        assert_eq!(keys.verify(&format!("{critical}.e30.AA")), Err(JoseError::Unsupported));
        for token in ["", ".", "..", "a.b", "a.b.c.d", "e30.e30.e30"] {
            assert_eq!(keys.verify(token), Err(JoseError::Malformed), "{token}");
        }
    }
}
