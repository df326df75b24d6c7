//! The key store of a node: opened with it, rotated, sealed with another root, copied and put back.

use super::root;
use crate::error::NodeError;
use crate::folder::DataFolder;
use crate::node::Node;
use crate::world::World;
use cairn_store::key_store::Rotated;
use cairn_store::seal::Key;
use cairn_store::{KeyStore, Store, key_store_name};
use jiff::{SignedDuration, Timestamp};
use std::path::Path;

/// Days after which a copy of the keys must be destroyed, so that what was erased is gone from copies too.
pub const KEPT_DAYS: i64 = 30;

/// The key store's file; its journal lies beside it.
const FILE: &str = "case-keys.sqlite";
/// The roots, plain and sealed.
const ROOTS: [&str; 2] = ["root.key", "root.sealed"];
/// When a copy was made.
const MADE: &str = "made";

/// Whether a file of the key folder belongs to the keys of cases, which no copy of the data may hold.
pub(crate) fn is_of_cases(name: &std::ffi::OsStr) -> bool {
    let name = name.to_string_lossy();
    name.starts_with(FILE) || ROOTS.contains(&name.as_ref())
}

/// Opens the key store that the record names; begins it when the record names none.
pub(crate) async fn open(folder: &DataFolder, store: &Store, world: &World) -> Result<KeyStore, NodeError> {
    let named = key_store_name::find(&mut *store.read().await?).await?;
    let path = folder.keys().join(FILE);
    if named.is_some() && !path.is_file() {
        return Err(NodeError::NoKeyStore(path));
    }
    let root = root::root(folder, world, named.is_none())?;
    let keys = KeyStore::open(&path, root, world.random, (world.now)()).await?;
    protect(&path)?;
    if named.is_none() {
        let mut writer = store.write().await?;
        if key_store_name::find(&mut writer).await?.is_none() {
            key_store_name::set(&mut writer, keys.uid()).await?;
            writer.commit().await?;
        }
    }
    match key_store_name::find(&mut *store.read().await?).await? {
        Some(uid) if uid == keys.uid() => Ok(keys),
        _ => Err(NodeError::OtherKeyStore(path)),
    }
}

#[cfg(unix)]
fn protect(path: &Path) -> Result<(), NodeError> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).map_err(NodeError::file(path))
}

#[cfg(not(unix))]
fn protect(_: &Path) -> Result<(), NodeError> {
    Ok(())
}

impl Node {
    /// Makes new keys above the keys of cases, and seals those anew. The node may serve meanwhile. With `new_root` the
    /// root key is another one afterwards too; a node that serves must then be started again.
    ///
    /// # Errors
    /// When the key store or the disk fails.
    pub async fn rotate_keys(&self, new_root: bool) -> Result<Rotated, NodeError> {
        let root = root::root(self.folder(), self.world(), false)?;
        let done = self.keys().rotate(&root, self.now()).await?;
        if new_root {
            self.change_root(None).await?;
        }
        Ok(done)
    }

    /// Seals the key store with a new root key, and that with a passphrase where one is given.
    ///
    /// # Errors
    /// When the root is sealed with a passphrase and none is given, or the key store or the disk fails.
    pub async fn change_root(&self, passphrase: Option<&str>) -> Result<(), NodeError> {
        let (plain, sealed) = (root::plain_path(self.folder()), root::sealed_path(self.folder()));
        if passphrase.is_none() && sealed.is_file() {
            let remedy = "the root is sealed with a passphrase: `cairn keys seal --passphrase-file FILE` changes it";
            return Err(NodeError::Refused(remedy.to_owned()));
        }
        let key = Key::random(self.world().random);
        // The new root is durable beside the old one before anything is sealed with it.
        let (path, other) = if passphrase.is_some() { (sealed, plain) } else { (plain, sealed) };
        let draft = path.with_extension("next");
        match passphrase {
            Some(passphrase) => root::write_sealed(&draft, &key, passphrase, self.world())?,
            None => {
                super::write_new(&draft, &hex::encode(key.bytes())).map_err(NodeError::file(&draft))?;
            }
        }
        self.keys().change_root(&key).await?;
        std::fs::rename(&draft, &path).map_err(NodeError::file(&path))?;
        if other.is_file() {
            std::fs::remove_file(&other).map_err(NodeError::file(&other))?;
        }
        Ok(())
    }

    /// Copies the keys to a new folder, apart from every copy of the data. With it and a copy of the data a node can be
    /// started; without it a copy of the data holds no case.
    ///
    /// # Errors
    /// When the folder is there already or the disk refuses.
    pub async fn back_up_keys(&self, to: &Path) -> Result<(), NodeError> {
        if to.exists() {
            return Err(NodeError::InTheWay(to.to_owned()));
        }
        let name = to.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let part = to.with_file_name(format!(".{name}.part"));
        if part.exists() {
            std::fs::remove_dir_all(&part).map_err(NodeError::file(&part))?;
        }
        crate::folder::private_folder().create(&part).map_err(NodeError::file(&part))?;
        self.keys().copy(&part.join(FILE)).await?;
        protect(&part.join(FILE))?;
        for root in ROOTS {
            let from = self.folder().keys().join(root);
            if from.is_file() {
                std::fs::copy(&from, part.join(root)).map_err(NodeError::file(from))?;
            }
        }
        super::write_new(&part.join(MADE), &self.now().to_string()).map_err(NodeError::file(&part))?;
        std::fs::rename(&part, to).map_err(NodeError::file(to))
    }
}

/// Puts a copy of the keys into a data folder that has none.
///
/// # Errors
/// When the copy is older than [`KEPT_DAYS`] and `take_old` is not said, when there are keys already, or the disk refuses.
pub fn restore_keys(from: &Path, to: &DataFolder, now: Timestamp, take_old: bool) -> Result<Timestamp, NodeError> {
    let made = from.join(MADE);
    let text = std::fs::read_to_string(&made).map_err(NodeError::file(&made))?;
    let no_copy = || NodeError::Refused(format!("`{}` is no copy made by `cairn keys backup`", from.display()));
    let made: Timestamp = text.trim().parse().map_err(|_| no_copy())?;
    if !take_old && now.duration_since(made) > SignedDuration::from_hours(24 * KEPT_DAYS) {
        return Err(NodeError::Refused(format!(
            "this copy of the keys is older than {KEPT_DAYS} days and should have been destroyed: it brings back what was erased since. Take a newer one; --old takes it all the same"
        )));
    }
    let there = to.keys().join(FILE);
    if there.exists() {
        return Err(NodeError::InTheWay(there));
    }
    if !from.join(FILE).is_file() {
        return Err(no_copy());
    }
    for name in ROOTS.into_iter().chain([FILE]) {
        let (source, target) = (from.join(name), to.keys().join(name));
        if source.is_file() {
            std::fs::copy(&source, &target).map_err(NodeError::file(&source))?;
            std::fs::File::open(&target).and_then(|file| file.sync_all()).map_err(NodeError::file(&target))?;
            protect(&target)?;
        }
    }
    Ok(made)
}
