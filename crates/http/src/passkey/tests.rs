//! Every step of clauses 7.1 and 7.2 that can fail, with keys of ring as the authenticator.

use super::Expected;
use super::assertion::Assertion;
use super::key::{EDDSA, ES256, PublicKey};
use super::registration::Registration;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair};
use sha2::{Digest, Sha256};

const EXPECTED: Expected<'static> =
    Expected { challenge: "Y2hhbGxlbmdl", origin: "https://cairn.example", host: "cairn.example" };

/// An authenticator of the test.
enum Authenticator {
    P256(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

impl Authenticator {
    fn p256() -> Self {
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).unwrap();
        Self::P256(EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8.as_ref(), &random).unwrap())
    }

    fn ed25519() -> Self {
        let pkcs8 = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        Self::Ed25519(Ed25519KeyPair::from_pkcs8(pkcs8.as_ref()).unwrap())
    }

    /// The COSE key, written by hand.
    fn cose(&self) -> Vec<u8> {
        match self {
            Self::P256(pair) => {
                let point = pair.public_key().as_ref();
                let (x, y) = point[1..].split_at(32);
                [&[0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32], x, &[0x22, 0x58, 32], y].concat()
            }
            Self::Ed25519(pair) => {
                [&[0xa4, 1, 1, 3, 0x27, 0x20, 6, 0x21, 0x58, 32], pair.public_key().as_ref()].concat()
            }
        }
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::P256(pair) => pair.sign(&SystemRandom::new(), message).unwrap().as_ref().to_vec(),
            Self::Ed25519(pair) => pair.sign(message).as_ref().to_vec(),
        }
    }
}

fn client_data(kind: &str, challenge: &str, origin: &str, rest: &str) -> Vec<u8> {
    format!(r#"{{"type":"{kind}","challenge":"{challenge}","origin":"{origin}"{rest}}}"#).into_bytes()
}

fn data(host: &str, flags: u8, counter: u32, made: &[u8]) -> Vec<u8> {
    [Sha256::digest(host.as_bytes()).as_slice(), &[flags], &counter.to_be_bytes(), made].concat()
}

/// The object with this authenticator data (fewer than 256 bytes) and `none`, or another format.
fn object(format: &str, statement: &[u8], data: &[u8]) -> Vec<u8> {
    let name = [&[0x60 | u8::try_from(format.len()).unwrap()], format.as_bytes()].concat();
    let length = u8::try_from(data.len()).unwrap();
    [&[0xa3, 0x63][..], b"fmt", &name, &[0x67], b"attStmt", statement, &[0x68], b"authData", &[0x58, length], data]
        .concat()
}

fn made(authenticator: &Authenticator) -> Vec<u8> {
    [&[0; 16][..], &[0, 4], b"anid", &authenticator.cose()].concat()
}

/// The refusal's clause, or `fine`.
fn register(client: &[u8], attestation: &[u8]) -> &'static str {
    let registration = Registration { client_data: client, attestation };
    registration.check(&EXPECTED).map_or_else(|refused| refused.clause, |_| "fine")
}

#[test]
fn a_passkey_is_registered_only_when_every_step_of_7_1_holds() {
    for (authenticator, algorithm) in [(Authenticator::p256(), ES256), (Authenticator::ed25519(), EDDSA)] {
        let made = made(&authenticator);
        let client = client_data("webauthn.create", "Y2hhbGxlbmdl", "https://cairn.example", "");
        let good = data("cairn.example", 0x45, 7, &made);
        let whole = object("none", &[0xa0], &good);
        let kept = Registration { client_data: &client, attestation: &whole }.check(&EXPECTED).unwrap();
        assert_eq!((kept.id.as_slice(), kept.key.algorithm, kept.counter), (&b"anid"[..], algorithm, 7));

        let with = |kind, challenge, origin, rest| register(&client_data(kind, challenge, origin, rest), &whole);
        assert_eq!(with("webauthn.get", "Y2hhbGxlbmdl", "https://cairn.example", ""), "7.1 step 7");
        assert_eq!(with("webauthn.create", "b3RoZXI", "https://cairn.example", ""), "7.1 step 8");
        assert_eq!(with("webauthn.create", "Y2hhbGxlbmdl", "https://cairn.example.evil", ""), "7.1 step 9");
        assert_eq!(
            with("webauthn.create", "Y2hhbGxlbmdl", "https://cairn.example", r#","crossOrigin":true"#),
            "7.1 step 9"
        );
        assert_eq!(register(b"{}", &whole), "5.8.1");
        assert_eq!(register(&client, &whole[..whole.len() - 1]), "7.1 step 12");
        assert_eq!(register(&client, &[&whole[..], &[0]].concat()), "7.1 step 12");

        let of = |data: &[u8]| register(&client, &object("none", &[0xa0], data));
        assert_eq!(of(&data("evil.example", 0x45, 7, &made)), "7.1 step 13");
        assert_eq!(of(&data("cairn.example", 0x44, 7, &made)), "7.1 step 14");
        assert_eq!(of(&data("cairn.example", 0x41, 7, &made)), "7.1 step 15");
        assert_eq!(of(&data("cairn.example", 0x05, 7, &[])), "7.1 step 16");
        assert_eq!(of(&data("cairn.example", 0x05, 7, &made)), "6.1", "bytes follow");
        assert_eq!(of(&data("cairn.example", 0x45, 7, &made[..20])), "6.5.1");

        assert_eq!(register(&client, &object("none", &[0xa1, 1, 1], &good)), "8.7");
        assert_eq!(register(&client, &object("tpm", &[0xa0], &good)), "7.1 step 18");
        let signed = authenticator.sign(&[&good[..], Sha256::digest(&client).as_slice()].concat());
        let number = u8::try_from(-1 - algorithm).unwrap() | 0x20;
        let statement = |signed: &[u8]| {
            let length = u8::try_from(signed.len()).unwrap();
            [&[0xa2, 0x63][..], b"alg", &[number, 0x63], b"sig", &[0x58, length], signed].concat()
        };
        assert_eq!(register(&client, &object("packed", &statement(&signed), &good)), "fine");
        let mut wrong = signed;
        let last = wrong.len() - 1;
        wrong[last] ^= 1;
        assert_eq!(register(&client, &object("packed", &statement(&wrong), &good)), "8.2");
    }
}

#[test]
fn keys_of_other_kinds_are_refused() {
    // P-384, and ES256 with a short coordinate.
    for key in ["a501020338222002215820", "a50102032620012158024142225802"] {
        let bytes = hex::decode(key).unwrap();
        let value = super::cbor::read(&bytes);
        assert!(value.is_none_or(|(value, _)| PublicKey::from_cose(&value).is_err()), "{key}");
    }
}

#[test]
fn a_proof_counts_only_when_every_step_of_7_2_holds() {
    for authenticator in [Authenticator::p256(), Authenticator::ed25519()] {
        let cose = authenticator.cose();
        let key = PublicKey::from_cose(&super::cbor::read(&cose).unwrap().0).unwrap();
        let client = client_data("webauthn.get", "Y2hhbGxlbmdl", "https://cairn.example", r#","crossOrigin":false"#);
        let prove = |client: &[u8], data: &[u8], key: &PublicKey| {
            let signature = authenticator.sign(&[data, Sha256::digest(client).as_slice()].concat());
            let assertion = Assertion { client_data: client, authenticator_data: data, signature: &signature };
            assertion.check(key, &EXPECTED).map_err(|refused| refused.clause)
        };
        let good = data("cairn.example", 0x05, 9, &[]);
        assert_eq!(prove(&client, &good, &key), Ok(9));
        let created = client_data("webauthn.create", "Y2hhbGxlbmdl", "https://cairn.example", "");
        assert_eq!(prove(&created, &good, &key), Err("7.2 step 11"));
        let stale = client_data("webauthn.get", "b2xk", "https://cairn.example", "");
        assert_eq!(prove(&stale, &good, &key), Err("7.2 step 12"));
        let plain = client_data("webauthn.get", "Y2hhbGxlbmdl", "http://cairn.example", "");
        assert_eq!(prove(&plain, &good, &key), Err("7.2 step 13"));
        assert_eq!(prove(&client, &data("evil.example", 0x05, 9, &[]), &key), Err("7.2 step 15"));
        assert_eq!(prove(&client, &data("cairn.example", 0x04, 9, &[]), &key), Err("7.2 step 16"));
        assert_eq!(prove(&client, &data("cairn.example", 0x01, 9, &[]), &key), Err("7.2 step 17"));
        let other = Authenticator::p256().cose();
        let other = PublicKey::from_cose(&super::cbor::read(&other).unwrap().0).unwrap();
        assert_eq!(prove(&client, &good, &other), Err("7.2 step 20"));
        let assertion = Assertion { client_data: &client, authenticator_data: &good, signature: b"" };
        assert_eq!(assertion.check(&key, &EXPECTED).map_err(|refused| refused.clause), Err("7.2 step 20"));
    }
}
