//! The root key: what everything in the key store is sealed with in the end.
//!
//! It is a file that only the node's account may read (`keys/root.key`), or such a file sealed with a passphrase
//! (`keys/root.sealed`): Argon2id (RFC 9106) makes a key of the passphrase, and that opens the root. The passphrase comes
//! from the file that `$CAIRN_KEY_PASSPHRASE_FILE` names, such as a credential of systemd; it is in no argument, no
//! environment and no log.

use super::{read_seed, write_new};
use crate::error::NodeError;
use crate::folder::DataFolder;
use crate::world::World;
use argon2::{Algorithm, Argon2, Params, Version};
use cairn_store::seal::{Key, Place};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Names the file that holds the passphrase.
pub const PASSPHRASE_FILE: &str = "CAIRN_KEY_PASSPHRASE_FILE";
/// The shortest passphrase that is taken.
const SHORTEST: usize = 12;
const PLACE: Place<'static> = Place { table: "root.sealed", column: "sealed", row: "root" };

/// The root as its file holds it when it is sealed.
#[derive(Serialize, Deserialize)]
struct SealedRoot {
    /// `argon2id`.
    kdf: String,
    memory_kib: u32,
    passes: u32,
    lanes: u32,
    /// Hexadecimal, as `sealed`.
    salt: String,
    sealed: String,
}

/// RFC 9106, 4, the second recommended option: 64 MiB, three passes, four lanes.
const MEMORY_KIB: u32 = 64 * 1024;
const PASSES: u32 = 3;
const LANES: u32 = 4;

pub(super) fn plain_path(folder: &DataFolder) -> PathBuf {
    folder.keys().join("root.key")
}

pub(super) fn sealed_path(folder: &DataFolder) -> PathBuf {
    folder.keys().join("root.sealed")
}

/// The passphrase in a file, without the line's end.
///
/// # Errors
/// When the file cannot be read or holds too short a one.
pub fn read_passphrase(path: &Path) -> Result<Zeroizing<String>, NodeError> {
    let text = Zeroizing::new(std::fs::read_to_string(path).map_err(NodeError::file(path))?);
    let passphrase = Zeroizing::new(text.trim_end_matches(['\r', '\n']).to_owned());
    if passphrase.chars().count() < SHORTEST {
        return Err(NodeError::Refused(format!("a passphrase for keys has at least {SHORTEST} characters")));
    }
    Ok(passphrase)
}

/// The root key of a folder; made, as a file of its own, when `may_make` and there is none.
///
/// # Errors
/// When there is none, its file is damaged, or the passphrase is missing or wrong.
pub fn root(folder: &DataFolder, world: &World, may_make: bool) -> Result<Key, NodeError> {
    let (plain, sealed) = (plain_path(folder), sealed_path(folder));
    if sealed.is_file() {
        let Some(named) = std::env::var_os(PASSPHRASE_FILE) else {
            return Err(NodeError::Refused(format!(
                "the root key is sealed with a passphrase: put it in a file that only the node may read, and name that file in {PASSPHRASE_FILE}"
            )));
        };
        return open(&sealed, &read_passphrase(Path::new(&named))?);
    }
    if !plain.is_file() {
        if !may_make {
            return Err(NodeError::NoKeyStore(plain));
        }
        let key = Key::random(world.random);
        write_new(&plain, &Zeroizing::new(hex::encode(key.bytes()))).map_err(NodeError::file(&plain))?;
        return Ok(key);
    }
    Ok(Key::new(read_seed(&plain)?))
}

/// Writes a root key sealed with a passphrase, whole or not at all.
pub(super) fn write_sealed(path: &Path, root: &Key, passphrase: &str, world: &World) -> Result<(), NodeError> {
    let salt = (world.random)().to_be_bytes();
    let above = derive(passphrase, &salt, (MEMORY_KIB, PASSES, LANES)).ok_or_else(|| bad(path))?;
    let sealed = SealedRoot {
        kdf: "argon2id".to_owned(),
        memory_kib: MEMORY_KIB,
        passes: PASSES,
        lanes: LANES,
        salt: hex::encode(salt),
        sealed: hex::encode(above.seal(PLACE, root.bytes(), world.random)),
    };
    let text = serde_json::to_string_pretty(&sealed).expect("six plain fields");
    write_new(path, &text).map_err(NodeError::file(path))
}

fn open(path: &Path, passphrase: &str) -> Result<Key, NodeError> {
    let text = std::fs::read_to_string(path).map_err(NodeError::file(path))?;
    let stated: SealedRoot = serde_json::from_str(&text).map_err(|_| bad(path))?;
    let (salt, sealed) = (hex::decode(&stated.salt), hex::decode(&stated.sealed));
    let (Ok(salt), Ok(sealed), "argon2id") = (salt, sealed, stated.kdf.as_str()) else { return Err(bad(path)) };
    let cost = (stated.memory_kib, stated.passes, stated.lanes);
    let above = derive(passphrase, &salt, cost).ok_or_else(|| bad(path))?;
    let wrong = || NodeError::Refused(format!("the passphrase does not open `{}`", path.display()));
    let bytes = Zeroizing::new(above.open(PLACE, &sealed).map_err(|_| wrong())?);
    Ok(Key::new(bytes.as_slice().try_into().map_err(|_| bad(path))?))
}

fn derive(passphrase: &str, salt: &[u8], (memory, passes, lanes): (u32, u32, u32)) -> Option<Key> {
    let params = Params::new(memory, passes, lanes, Some(32)).ok()?;
    let mut bytes = Zeroizing::new([0; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase.as_bytes(), salt, &mut *bytes)
        .ok()?;
    Some(Key::new(*bytes))
}

fn bad(path: &Path) -> NodeError {
    NodeError::Refused(format!("`{}` holds no root key: restore it from the backup of the keys", path.display()))
}
