//! Signing keys: one file each in the data folder, readable by the node only. The keys that cases are sealed with are in
//! [`store`], below the [`root`].
//!
//! A key file holds 64 hexadecimal digits, the Ed25519 seed (RFC 8032, 5.1.5), and in a second line the public half, so
//! that a damaged one is not taken for another key; files of earlier versions have the first line alone. Public halves
//! stand in the record too, so that a signature can be checked when a key is gone.

pub mod root;
mod sealing;
pub mod store;

use crate::error::NodeError;
use crate::folder::DataFolder;
use crate::node::Node;
use crate::world::World;
use cairn_core::id::LaboratoryId;
use cairn_store::Connection;
use cairn_store::laboratory::{self, RecordedLaboratory};
use ed25519_dalek::{Signer, SigningKey};
use std::io::Write;
use std::path::Path;

/// A laboratory's key.
pub struct LaboratoryKey(SigningKey);

impl LaboratoryKey {
    /// The laboratory's key; made and written, with its folder synced, when there is none.
    ///
    /// # Errors
    /// When the file cannot be written or read, or holds no key.
    pub fn open(folder: &DataFolder, laboratory: LaboratoryId, world: &World) -> Result<Self, NodeError> {
        let path = folder.keys().join(format!("{laboratory}.ed25519"));
        Ok(Self(SigningKey::from_bytes(&make_seed(&path, world)?)))
    }

    /// The laboratory's key where it has one.
    ///
    /// # Errors
    /// When the file cannot be read, or holds no key.
    pub fn find(folder: &DataFolder, laboratory: LaboratoryId) -> Result<Option<Self>, NodeError> {
        let path = folder.keys().join(format!("{laboratory}.ed25519"));
        if !path.exists() {
            return Ok(None);
        }
        Ok(Some(Self(SigningKey::from_bytes(&read_seed(&path)?))))
    }

    /// The public half, 64 hexadecimal digits.
    pub fn public(&self) -> String {
        hex::encode(self.0.verifying_key().to_bytes())
    }

    /// The signature of a message, 128 hexadecimal digits.
    pub fn sign(&self, message: &[u8]) -> String {
        hex::encode(self.0.sign(message).to_bytes())
    }
}

impl Node {
    /// A laboratory's key, for signing. One is made only while the record names none: another key in the place of a lost
    /// one would pass for the laboratory's without anybody having decided that.
    ///
    /// # Errors
    /// When the key that the record names is not there, or the file holds no key.
    pub(crate) async fn signing_key(
        &self,
        connection: &mut Connection,
        of: &RecordedLaboratory,
    ) -> Result<LaboratoryKey, NodeError> {
        let path = self.folder().keys().join(format!("{}.ed25519", of.laboratory.id));
        if !path.is_file() && laboratory::has_any_key(connection, of.serial).await? {
            return Err(NodeError::NoSigningKey { laboratory: of.laboratory.name.clone(), path });
        }
        LaboratoryKey::open(self.folder(), of.laboratory.id, self.world())
    }
}

/// The seed in a key file, which is made when it is not there.
pub(crate) fn make_seed(path: &Path, world: &World) -> Result<[u8; 32], NodeError> {
    if !path.exists() {
        let mut seed = [0; 32];
        seed[..16].copy_from_slice(&(world.random)().to_be_bytes());
        seed[16..].copy_from_slice(&(world.random)().to_be_bytes());
        write_new(path, &format!("{}\n{}\n", hex::encode(seed), public_of(&seed))).map_err(NodeError::file(path))?;
    }
    read_seed(path)
}

/// The seed in a key file.
pub(crate) fn read_seed(path: &Path) -> Result<[u8; 32], NodeError> {
    let text = std::fs::read_to_string(path).map_err(NodeError::file(path))?;
    let bad = || NodeError::BadKey(path.to_owned());
    let mut lines = text.lines();
    let seed = hex::decode(lines.next().unwrap_or_default().trim()).map_err(|_| bad())?;
    let seed = seed.try_into().map_err(|_| bad())?;
    match lines.next() {
        Some(public) if !public.trim().eq_ignore_ascii_case(&public_of(&seed)) => Err(bad()),
        _ => Ok(seed),
    }
}

/// The public half of a seed, 64 hexadecimal digits.
pub(crate) fn public_of(seed: &[u8; 32]) -> String {
    hex::encode(SigningKey::from_bytes(seed).verifying_key().to_bytes())
}

/// Whether a signature (128 hexadecimal digits) of a message is by this public key.
pub fn verify(public: &str, message: &[u8], signature: &str) -> bool {
    let key = hex::decode(public).ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    let key = key.and_then(|bytes| ed25519_dalek::VerifyingKey::from_bytes(&bytes).ok());
    let signature = hex::decode(signature).ok().and_then(|bytes| <[u8; 64]>::try_from(bytes).ok());
    match (key, signature) {
        (Some(key), Some(signature)) => {
            key.verify_strict(message, &ed25519_dalek::Signature::from_bytes(&signature)).is_ok()
        }
        _ => false,
    }
}

/// Writes a whole file that only its owner may read; it is there in full or not at all.
fn write_new(path: &Path, text: &str) -> std::io::Result<()> {
    let draft = path.with_extension("new");
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&draft)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    std::fs::rename(&draft, path)?;
    if let Some(folder) = path.parent() {
        std::fs::File::open(folder)?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_and_signs() {
        let place = tempfile::tempdir().unwrap();
        let folder = DataFolder::new(place.path());
        folder.create().unwrap();
        let laboratory = LaboratoryId::from_random(1);
        let first = LaboratoryKey::open(&folder, laboratory, &World::real()).unwrap();
        let second = LaboratoryKey::open(&folder, laboratory, &World::real()).unwrap();
        assert_eq!(first.public(), second.public());
        let signature = first.sign(b"a sheet");
        assert!(verify(&first.public(), b"a sheet", &signature));
        assert!(!verify(&first.public(), b"another sheet", &signature));
        assert!(!verify("00", b"a sheet", &signature));
    }
}
