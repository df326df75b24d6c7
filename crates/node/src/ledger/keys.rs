//! The node's own keys: one signs its log, another signs other logs' checkpoints as a witness.

use crate::error::NodeError;
use crate::folder::DataFolder;
use crate::keys;
use crate::world::World;
use cairn_ledger::cosignature::WitnessSigner;
use cairn_ledger::note::{KeyKind, LogSigner, Verifier};
use cairn_store::ledger::Identity;
use std::path::PathBuf;

/// The seeds of both keys.
pub struct LedgerKeys {
    log: [u8; 32],
    witness: [u8; 32],
}

impl LedgerKeys {
    /// Makes both keys, or reads those that are there.
    ///
    /// # Errors
    /// When a file cannot be written or read, or holds no key.
    pub(super) fn make(folder: &DataFolder, world: &World) -> Result<Self, NodeError> {
        Ok(Self {
            log: keys::make_seed(&log_path(folder), world)?,
            witness: keys::make_seed(&witness_path(folder), world)?,
        })
    }

    /// The keys of a ledger that was begun.
    ///
    /// # Errors
    /// When a key is missing, or is not the one that the record names: signing with another would begin a second
    /// history under the same name.
    pub fn open(folder: &DataFolder, identity: &Identity) -> Result<Self, NodeError> {
        let read = |path: PathBuf, public: &str| {
            let seed = if path.is_file() { keys::read_seed(&path)? } else { return Err(NodeError::NoLedgerKey(path)) };
            if keys::public_of(&seed) == public { Ok(seed) } else { Err(NodeError::OtherLedgerKey(path)) }
        };
        Ok(Self {
            log: read(log_path(folder), &identity.log_key)?,
            witness: read(witness_path(folder), &identity.witness_key)?,
        })
    }

    /// The public halves, log then witness, 64 hexadecimal digits each.
    pub(super) fn public(&self) -> (String, String) {
        (keys::public_of(&self.log), keys::public_of(&self.witness))
    }

    /// What signs the checkpoints of a shard.
    ///
    /// # Errors
    /// When the origin cannot be a key's name.
    pub fn log_signer(&self, origin: &str) -> Result<LogSigner, NodeError> {
        LogSigner::new(origin, &self.log).map_err(|error| NodeError::Ledger(error.to_string()))
    }

    /// What signs other logs' checkpoints.
    ///
    /// # Errors
    /// When the origin cannot be a key's name.
    pub fn witness_signer(&self, origin: &str) -> Result<WitnessSigner, NodeError> {
        WitnessSigner::new(&format!("{origin}/witness"), &self.witness)
            .map_err(|error| NodeError::Ledger(error.to_string()))
    }
}

/// The verifier of a log key (64 hexadecimal digits) under a shard's name.
///
/// # Errors
/// When the record does not hold a key.
pub(super) fn log_verifier(origin: &str, public: &str) -> Result<Verifier, NodeError> {
    let damaged = || NodeError::Ledger("the record's log key is not one; run `cairn fsck`".to_owned());
    let bytes: [u8; 32] = hex::decode(public).ok().and_then(|bytes| bytes.try_into().ok()).ok_or_else(damaged)?;
    let key = ed25519_dalek::VerifyingKey::from_bytes(&bytes).map_err(|_| damaged())?;
    Verifier::new(origin, KeyKind::Log, key).map_err(|error| NodeError::Ledger(error.to_string()))
}

fn log_path(folder: &DataFolder) -> PathBuf {
    folder.keys().join("ledger.ed25519")
}

fn witness_path(folder: &DataFolder) -> PathBuf {
    folder.keys().join("witness.ed25519")
}
