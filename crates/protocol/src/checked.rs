//! Signatures that were found to hold, so that one which many statements share is computed once.

use crate::key::{PublicKey, Signature};
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use std::sync::{PoisonError, RwLock};

/// Signatures that hold: a node's for the key of its laboratory, a laboratory's for a submission. Those that do not hold
/// are not remembered.
#[derive(Debug, Default)]
pub struct Checked(RwLock<HashSet<[u8; 32]>>);

impl Checked {
    /// Whether a signature of a message is by this key.
    pub(crate) fn holds(&self, key: &PublicKey, message: &[u8], signature: &Signature) -> bool {
        // Key and signature have one length each: no two triples have the same bytes.
        let name = Sha256::new().chain_update(key.as_bytes()).chain_update(signature).chain_update(message);
        let name: [u8; 32] = name.finalize().into();
        if self.0.read().unwrap_or_else(PoisonError::into_inner).contains(&name) {
            return true;
        }
        let holds = key.accepts(message, signature);
        if holds {
            self.0.write().unwrap_or_else(PoisonError::into_inner).insert(name);
        }
        holds
    }
}
