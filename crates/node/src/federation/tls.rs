//! TLS 1.3, both sides with a certificate that the other knows by its digest: no authority, no names.

use super::certificate::{Certificate, pin_of};
use crate::error::NodeError;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms, ring, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, DistinguishedName, Error, ServerConfig, SignatureScheme,
};
use std::collections::HashSet;
use std::sync::Arc;

/// Takes the certificates with these digests and no others.
#[derive(Debug)]
struct Pinned {
    pins: HashSet<[u8; 32]>,
    algorithms: WebPkiSupportedAlgorithms,
}

impl Pinned {
    fn check(&self, certificate: &CertificateDer<'_>) -> Result<(), Error> {
        match self.pins.contains(&pin_of(certificate)) {
            true => Ok(()),
            false => Err(Error::InvalidCertificate(CertificateError::ApplicationVerificationFailure)),
        }
    }
}

/// What both sides say in the same words: TLS 1.3 alone, Ed25519 alone.
macro_rules! signatures {
    () => {
        fn verify_tls12_signature(
            &self,
            _message: &[u8],
            _certificate: &CertificateDer<'_>,
            _signature: &DigitallySignedStruct,
        ) -> Result<HandshakeSignatureValid, Error> {
            Err(Error::General("peers speak TLS 1.3".to_owned()))
        }

        fn verify_tls13_signature(
            &self,
            message: &[u8],
            certificate: &CertificateDer<'_>,
            signature: &DigitallySignedStruct,
        ) -> Result<HandshakeSignatureValid, Error> {
            verify_tls13_signature(message, certificate, signature, &self.algorithms)
        }

        fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
            vec![SignatureScheme::ED25519]
        }
    };
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        _others: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _ocsp: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        self.check(certificate).map(|()| ServerCertVerified::assertion())
    }

    signatures!();
}

impl ClientCertVerifier for Pinned {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        certificate: &CertificateDer<'_>,
        _others: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        self.check(certificate).map(|()| ClientCertVerified::assertion())
    }

    signatures!();
}

/// What both sides of a connection are made of: who is let in, and who this node is.
struct Side {
    provider: Arc<CryptoProvider>,
    verifier: Arc<Pinned>,
    certificates: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
}

impl Side {
    fn of(seed: &[u8; 32], pins: HashSet<[u8; 32]>) -> Self {
        let provider = Arc::new(ring::default_provider());
        let Certificate { certificate, key } = Certificate::of(seed);
        Self {
            verifier: Arc::new(Pinned { pins, algorithms: provider.signature_verification_algorithms }),
            provider,
            certificates: vec![CertificateDer::from(certificate)],
            key: PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key)),
        }
    }
}

/// Peers speak this version and no other.
const VERSIONS: &[&rustls::SupportedProtocolVersion] = &[&rustls::version::TLS13];

fn failed(error: impl std::fmt::Display) -> NodeError {
    NodeError::Refused(format!("the node's certificate cannot be used: {error}"))
}

/// What a node calls a peer with.
pub(super) fn client(seed: &[u8; 32], peer: [u8; 32]) -> Result<ClientConfig, NodeError> {
    let Side { provider, verifier, certificates, key } = Side::of(seed, [peer].into());
    let builder = ClientConfig::builder_with_provider(provider).with_protocol_versions(VERSIONS).map_err(failed)?;
    let builder = builder.dangerous().with_custom_certificate_verifier(verifier);
    builder.with_client_auth_cert(certificates, key).map_err(failed)
}

/// What a node answers these peers with.
pub(super) fn server(seed: &[u8; 32], peers: HashSet<[u8; 32]>) -> Result<ServerConfig, NodeError> {
    let Side { provider, verifier, certificates, key } = Side::of(seed, peers);
    let builder = ServerConfig::builder_with_provider(provider).with_protocol_versions(VERSIONS).map_err(failed)?;
    builder.with_client_cert_verifier(verifier).with_single_cert(certificates, key).map_err(failed)
}
