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
    fn of(pins: HashSet<[u8; 32]>, provider: &CryptoProvider) -> Arc<Self> {
        Arc::new(Self { pins, algorithms: provider.signature_verification_algorithms })
    }

    fn check(&self, certificate: &CertificateDer<'_>) -> Result<(), Error> {
        match self.pins.contains(&pin_of(certificate)) {
            true => Ok(()),
            false => Err(Error::InvalidCertificate(CertificateError::ApplicationVerificationFailure)),
        }
    }

    fn no_tls12() -> Error {
        Error::General("peers speak TLS 1.3".to_owned())
    }
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

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(Self::no_tls12())
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

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(Self::no_tls12())
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
}

fn failed(error: impl std::fmt::Display) -> NodeError {
    NodeError::Refused(format!("the node's certificate cannot be used: {error}"))
}

fn own(seed: &[u8; 32]) -> (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>) {
    let Certificate { certificate, key } = Certificate::of(seed);
    (vec![CertificateDer::from(certificate)], PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key)))
}

/// What a node calls a peer with.
pub(super) fn client(seed: &[u8; 32], peer: [u8; 32]) -> Result<ClientConfig, NodeError> {
    let provider = Arc::new(ring::default_provider());
    let verifier = Pinned::of([peer].into(), &provider);
    let (certificates, key) = own(seed);
    ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .map_err(failed)?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_client_auth_cert(certificates, key)
        .map_err(failed)
}

/// What a node answers these peers with.
pub(super) fn server(seed: &[u8; 32], peers: HashSet<[u8; 32]>) -> Result<ServerConfig, NodeError> {
    let provider = Arc::new(ring::default_provider());
    let verifier = Pinned::of(peers, &provider);
    let (certificates, key) = own(seed);
    ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .map_err(failed)?
        .with_client_cert_verifier(verifier)
        .with_single_cert(certificates, key)
        .map_err(failed)
}
