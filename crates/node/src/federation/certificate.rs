//! The TLS certificate of a node, self-signed by its own key and made of nothing else: the same key gives the same
//! certificate, so that its digest can be handed over once. X.509 version 3 (RFC 5280) with Ed25519 (RFC 8410).
//!
//! Nobody looks at its name or its dates: a peer knows it by its digest alone.

use ed25519_dalek::{Signer as _, SigningKey};
use sha2::{Digest, Sha256};

/// The algorithm Ed25519, as certificates and keys name it.
const ED25519: &[u8] = &[0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70];
/// What comes before the seed in a private key (PKCS #8).
const PKCS8: &[u8] = &[0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
/// The attribute `commonName`.
const COMMON_NAME: &[u8] = &[0x06, 0x03, 0x55, 0x04, 0x03];

/// A certificate and its private key.
pub(super) struct Certificate {
    /// The certificate, DER.
    pub certificate: Vec<u8>,
    /// The private key, PKCS #8.
    pub key: Vec<u8>,
}

impl Certificate {
    /// The certificate of a node's seed.
    pub(super) fn of(seed: &[u8; 32]) -> Self {
        let key = SigningKey::from_bytes(seed);
        let public = key.verifying_key().to_bytes();
        let name = hex::encode(&Sha256::digest(public)[..16]);
        let name =
            element(0x30, &[&element(0x31, &[&element(0x30, &[COMMON_NAME, &element(0x0c, &[name.as_bytes()])])])]);
        let validity = element(0x30, &[&element(0x17, &[b"200101000000Z"]), &element(0x18, &[b"99991231235959Z"])]);
        let subject_key = element(0x30, &[ED25519, &element(0x03, &[&[0], &public])]);
        let version = element(0xa0, &[&element(0x02, &[&[2]])]);
        // A serial number is positive: its first bit is not set.
        let serial = element(0x02, &[&[0x01], &public[..8]]);
        let signed = element(0x30, &[&version, &serial, ED25519, &name, &validity, &name, &subject_key]);
        let signature = key.sign(&signed).to_bytes();
        let certificate = element(0x30, &[&signed, ED25519, &element(0x03, &[&[0], &signature])]);
        Self { certificate, key: [PKCS8, seed].concat() }
    }

    /// What peers know it by: SHA-256 of the certificate.
    pub(super) fn pin(&self) -> [u8; 32] {
        pin_of(&self.certificate)
    }
}

/// The digest of a certificate.
pub(super) fn pin_of(certificate: &[u8]) -> [u8; 32] {
    Sha256::digest(certificate).into()
}

/// A DER element: tag, length, content.
fn element(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let mut bytes = vec![tag];
    match content.len() {
        short @ 0..0x80 => bytes.push(short as u8),
        middle @ 0x80..0x100 => bytes.extend([0x81, middle as u8]),
        long => bytes.extend([0x82, (long >> 8) as u8, long as u8]),
    }
    bytes.extend(content);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_key_has_one_certificate() {
        let (one, again, other) = (Certificate::of(&[1; 32]), Certificate::of(&[1; 32]), Certificate::of(&[2; 32]));
        assert_eq!(one.pin(), again.pin());
        assert_ne!(one.pin(), other.pin());
    }
}
