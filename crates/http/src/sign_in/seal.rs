//! Seals what the node must read again and a copy of the record must not give away: the secrets of code
//! generators. The key lies beside the laboratories' keys, apart from the record.

use rand::RngExt;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use std::fmt::Display;
use std::io::Write;
use std::path::Path;

/// Name of the key's file: 64 hexadecimal digits.
const FILE: &str = "sign-in.key";

/// Why something cannot be sealed or opened.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// The key's file cannot be read or written.
    #[error("the key `keys/sign-in.key` cannot be read or made: {0}")]
    File(#[from] std::io::Error),
    /// The key is not the one it was sealed with, or the record was changed.
    #[error(
        "a sealed secret does not open: restore `keys/sign-in.key` from the backup of the keys, or let people set up their second factor anew"
    )]
    Broken,
}

/// The node's sealing key.
pub struct Seal(LessSafeKey);

impl Seal {
    /// The key in this folder; made when there is none.
    ///
    /// # Errors
    /// When the file cannot be read or written, or holds no key.
    pub fn open(keys: &Path) -> Result<Self, SealError> {
        let path = keys.join(FILE);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => make(&path)?,
            Err(error) => return Err(error.into()),
        };
        let bytes = hex::decode(text.trim()).map_err(|_| SealError::Broken)?;
        let key = UnboundKey::new(&CHACHA20_POLY1305, &bytes).map_err(|_| SealError::Broken)?;
        Ok(Self(LessSafeKey::new(key)))
    }

    /// What may be stored, or lie with a browser: it opens for this owner only.
    ///
    /// # Errors
    /// Never with a key that [`Self::open`] gave.
    pub fn close(&self, owner: impl Display, plain: &[u8]) -> Result<String, SealError> {
        let mut nonce = [0; NONCE_LEN];
        rand::rng().fill(&mut nonce);
        let mut bytes = plain.to_vec();
        let aad = Aad::from(owner.to_string().into_bytes());
        let sealed = self.0.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), aad, &mut bytes);
        sealed.map_err(|_| SealError::Broken)?;
        Ok(format!("{}{}", hex::encode(nonce), hex::encode(bytes)))
    }

    /// What was sealed for this owner.
    ///
    /// # Errors
    /// When it was sealed with another key or for another owner, or was changed.
    pub fn reveal(&self, owner: impl Display, sealed: &str) -> Result<Vec<u8>, SealError> {
        let bytes = hex::decode(sealed).map_err(|_| SealError::Broken)?;
        let (nonce, body) = bytes.split_at_checked(NONCE_LEN).ok_or(SealError::Broken)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| SealError::Broken)?;
        let mut body = body.to_vec();
        let aad = Aad::from(owner.to_string().into_bytes());
        let plain = self.0.open_in_place(nonce, aad, &mut body).map_err(|_| SealError::Broken)?;
        Ok(plain.to_vec())
    }
}

/// A new key in a file that only its owner may read; whoever makes it first wins.
fn make(path: &Path) -> std::io::Result<String> {
    let mut key = [0_u8; 32];
    rand::rng().fill(&mut key);
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = match options.open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => return std::fs::read_to_string(path),
        Err(error) => return Err(error),
    };
    let text = hex::encode(key);
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use cairn_core::id::UserId;

    #[test]
    fn what_is_sealed_opens_for_its_person_with_its_key_only() {
        let keys = tempfile::tempdir().unwrap();
        let (anna, berta) = (UserId::from_random(1), UserId::from_random(2));
        let sealed = Seal::open(keys.path()).unwrap().close(anna, b"secret").unwrap();
        assert!(!sealed.contains(&hex::encode(b"secret")));
        let seal = Seal::open(keys.path()).unwrap();
        assert_eq!(seal.reveal(anna, &sealed).unwrap(), b"secret");
        assert!(seal.reveal(berta, &sealed).is_err());
        assert!(seal.reveal(anna, "00").is_err());
        let other = tempfile::tempdir().unwrap();
        assert!(Seal::open(other.path()).unwrap().reveal(anna, &sealed).is_err());
    }
}
