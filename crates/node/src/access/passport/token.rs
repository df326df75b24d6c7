//! Signed tokens (JWT, RFC 7519) of two algorithms, RS256 and ES256, and the keys to verify them.
//!
//! The algorithm is that of the key, and the token must name the same: a token that names none, or one
//! with a shared secret, is not read.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey};
use serde::Deserialize;

/// Which token it is, by its media type.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    Passport,
    Visa,
}

impl Kind {
    /// The `typ` of the header, the short form that RFC 8725 recommends. Visas of before its time say
    /// `JWT`, or nothing.
    fn accepts(self, stated: Option<&str>) -> bool {
        let own = match self {
            Self::Passport => "vnd.ga4gh.passport+jwt",
            Self::Visa => "vnd.ga4gh.visa+jwt",
        };
        stated.is_none_or(|stated| stated.eq_ignore_ascii_case(own) || stated.eq_ignore_ascii_case("JWT"))
    }
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    #[serde(default)]
    typ: Option<String>,
    #[serde(default)]
    kid: Option<String>,
    /// Extensions that must be understood; none is.
    #[serde(default)]
    crit: Option<serde_json::Value>,
}

/// What a token says.
#[derive(Deserialize)]
pub(super) struct Claims {
    pub(super) iss: String,
    pub(super) sub: String,
    pub(super) iat: i64,
    pub(super) exp: i64,
    #[serde(default)]
    pub(super) nbf: Option<i64>,
    #[serde(default, rename = "ga4gh_passport_v1")]
    pub(super) passport: Vec<String>,
    #[serde(default, rename = "ga4gh_visa_v1")]
    pub(super) visa: Option<serde_json::Value>,
}

/// A token that was read and not yet believed.
pub(super) struct Token<'a> {
    header: Header,
    pub(super) claims: Claims,
    signed: &'a str,
    signature: Vec<u8>,
}

impl<'a> Token<'a> {
    pub(super) fn read(text: &'a str, kind: Kind) -> Option<Self> {
        let (signed, signature) = text.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        let header: Header = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).ok()?).ok()?;
        let claims: Claims = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        let is_plain = header.crit.is_none() && kind.accepts(header.typ.as_deref());
        is_plain.then_some(Self { header, claims, signed, signature })
    }

    /// Whether one of the keys made the signature; a key that the token names must be that one.
    pub(super) fn is_signed_by(&self, keys: &[Key]) -> bool {
        let named = |key: &&Key| match (&self.header.kid, &key.kid) {
            (Some(wanted), Some(kid)) => wanted == kid,
            _ => true,
        };
        keys.iter().filter(named).any(|key| self.header.alg == key.material.algorithm() && self.verifies_with(key))
    }

    fn verifies_with(&self, key: &Key) -> bool {
        let message = self.signed.as_bytes();
        match &key.material {
            Material::Rsa { n, e } => {
                let parts = RsaPublicKeyComponents { n, e };
                parts.verify(&RSA_PKCS1_2048_8192_SHA256, message, &self.signature).is_ok()
            }
            Material::P256(point) => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(message, &self.signature).is_ok()
            }
        }
    }
}

/// A public key of an issuer.
#[derive(Debug, Clone)]
pub struct Key {
    kid: Option<String>,
    material: Material,
}

#[derive(Debug, Clone)]
enum Material {
    /// Modulus and exponent, big-endian without leading zeros.
    Rsa { n: Vec<u8>, e: Vec<u8> },
    /// The uncompressed point of P-256.
    P256(Vec<u8>),
}

impl Material {
    fn algorithm(&self) -> &'static str {
        match self {
            Self::Rsa { .. } => "RS256",
            Self::P256(_) => "ES256",
        }
    }
}

/// A text is no key set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not of the form.
    #[error("not a JSON Web Key Set: expected an object with `keys`")]
    NotAKeySet,
    /// A key lacks a part, or it is not base64url.
    #[error("key {0} of the set is damaged: its `{1}` is missing or not base64url")]
    Damaged(usize, &'static str),
}

#[derive(Deserialize)]
struct KeySet {
    keys: Vec<RawKey>,
}

#[derive(Deserialize)]
struct RawKey {
    kty: String,
    #[serde(default)]
    kid: Option<String>,
    #[serde(default)]
    crv: Option<String>,
    #[serde(default, rename = "use")]
    usage: Option<String>,
    #[serde(default)]
    alg: Option<String>,
    #[serde(default)]
    n: Option<String>,
    #[serde(default)]
    e: Option<String>,
    #[serde(default)]
    x: Option<String>,
    #[serde(default)]
    y: Option<String>,
}

/// The keys of a set that can verify RS256 or ES256.
pub(super) fn read_keys(text: &str) -> Result<Vec<Key>, KeyError> {
    let set: KeySet = serde_json::from_str(text).map_err(|_| KeyError::NotAKeySet)?;
    let mut keys = Vec::new();
    for (index, raw) in set.keys.into_iter().enumerate() {
        if raw.usage.as_deref().is_some_and(|usage| usage != "sig") {
            continue;
        }
        let part = |text: &Option<String>, name: &'static str| {
            let decoded = text.as_ref().and_then(|text| URL_SAFE_NO_PAD.decode(text).ok());
            decoded.ok_or(KeyError::Damaged(index + 1, name))
        };
        let material = match (raw.kty.as_str(), raw.crv.as_deref()) {
            ("RSA", _) => Material::Rsa { n: part(&raw.n, "n")?, e: part(&raw.e, "e")? },
            ("EC", Some("P-256")) => Material::P256([vec![4], part(&raw.x, "x")?, part(&raw.y, "y")?].concat()),
            _ => continue,
        };
        if raw.alg.as_deref().is_none_or(|alg| alg == material.algorithm()) {
            keys.push(Key { kid: raw.kid, material });
        }
    }
    Ok(keys)
}

/// The text of a percent-encoded one; `None` when an escape is broken.
pub(super) fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        if *first == b'%' {
            let (digits, after) = after.split_at_checked(2)?;
            bytes.push(u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?);
            rest = after;
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8(bytes).ok()
}
