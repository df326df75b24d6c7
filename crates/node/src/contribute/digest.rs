//! Digests: of bytes, and of what a change of a record is judged by.

use serde::Serialize;
use sha2::{Digest, Sha256};

/// SHA-256, lower-case hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// Digest of a value's JSON form. The record language has no maps without order, so equal values
/// have equal forms.
pub(super) fn of<T: Serialize>(value: &T) -> String {
    sha256(&serde_json::to_vec(value).expect("the record language has string keys only"))
}
