//! The data folder of a node: what lies where.
//!
//! ```text
//! DIR/cairn.toml       configuration
//! DIR/record.sqlite    the record, unless the configuration names a PostgreSQL database for it
//! DIR/keys/            signing keys of the laboratories and of the ledger; the keys of cases and their root, which no copy of
//!                      the data holds
//! DIR/witnesses.policy which nodes sign the ledger's checkpoints too, and how many of them must; optional
//! DIR/ledger/          the ledger's tiles, public; made again from the record when they are missing
//! DIR/uploads/         files that wait for a decision or for their import
//! DIR/reference/       sequences, transcripts, ontologies
//! ```

mod database;

use crate::error::NodeError;
use cairn_store::Home;
use std::path::{Path, PathBuf};

/// The data folder of a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataFolder {
    path: PathBuf,
    /// Another configuration than the folder's own.
    configuration: Option<PathBuf>,
    /// Whether the record is the folder's own file, whatever a configuration says.
    is_whole: bool,
}

impl DataFolder {
    /// The folder at this path, whether or not there is a node in it.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), configuration: None, is_whole: false }
    }

    /// The same folder with another configuration.
    #[must_use]
    pub fn configured_by(self, configuration: Option<PathBuf>) -> Self {
        Self { configuration, ..self }
    }

    /// The same folder with the record in its own file, as a backup has it.
    #[must_use]
    pub fn whole(self) -> Self {
        Self { is_whole: true, ..self }
    }

    /// The folder that a command works on: the one named, else `$CAIRN_DATA`, else `./cairn-data`,
    /// else `./cairn-demo`.
    ///
    /// # Errors
    /// When there is no node there.
    pub fn find(named: Option<&Path>) -> Result<Self, NodeError> {
        let from_environment = || std::env::var_os("CAIRN_DATA").map(PathBuf::from);
        if let Some(path) = named.map(Path::to_owned).or_else(from_environment) {
            let folder = Self::new(path);
            return folder.with_node();
        }
        let usual = ["cairn-data", "cairn-demo"].map(Self::new);
        for folder in usual {
            match folder.with_node() {
                Err(NodeError::NoNode(_)) => {}
                found => return found,
            }
        }
        Err(NodeError::NoNode("cairn-data".into()))
    }

    /// The folder, when there is a node in it that this user may read.
    fn with_node(self) -> Result<Self, NodeError> {
        if let Err(error) = std::fs::metadata(self.record()) {
            refuse_unreadable(&self.path, &error)?;
        } else if let Err(error) = std::fs::File::open(self.record()) {
            refuse_unreadable(&self.record(), &error)?;
        }
        if self.has_node() { Ok(self) } else { Err(NodeError::NoNode(self.path)) }
    }

    /// Creates the folder and its parts, open to nobody but the account that runs the node. A
    /// folder that is already there keeps the permissions its operator gave it.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn create(&self) -> Result<(), NodeError> {
        for path in [self.path.clone(), self.keys(), self.reference()] {
            private_folder().create(&path).map_err(NodeError::file(path))?;
        }
        Ok(())
    }

    /// Whether there is a node in it.
    pub fn has_node(&self) -> bool {
        self.record().is_file() || (self.keys().is_dir() && matches!(self.home(), Ok(Home::Server(_))))
    }

    /// Where the record is kept.
    ///
    /// # Errors
    /// When the configuration cannot be read, or names a database that is none.
    pub fn home(&self) -> Result<Home, NodeError> {
        if self.is_whole {
            return Ok(Home::File(self.record()));
        }
        Ok(database::server(&self.configuration())?.map_or_else(|| Home::File(self.record()), Home::Server))
    }

    /// The folder itself.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file of a record that no other database keeps.
    pub fn record(&self) -> PathBuf {
        self.path.join("record.sqlite")
    }

    /// The signing keys.
    pub fn keys(&self) -> PathBuf {
        self.path.join("keys")
    }

    /// Which nodes sign the ledger's checkpoints too.
    pub fn witnesses(&self) -> PathBuf {
        self.path.join("witnesses.policy")
    }

    /// The ledger's tiles.
    pub fn ledger(&self) -> PathBuf {
        self.path.join("ledger")
    }

    /// Sequences, transcripts, ontologies.
    pub fn reference(&self) -> PathBuf {
        self.path.join("reference")
    }

    /// Files that wait for a decision or for their import; those that a job loads are in `large/`.
    pub fn uploads(&self) -> PathBuf {
        self.path.join("uploads")
    }

    /// The configuration.
    pub fn configuration(&self) -> PathBuf {
        self.configuration.clone().unwrap_or_else(|| self.path.join("cairn.toml"))
    }
}

/// A node that may not be read is no absent one.
fn refuse_unreadable(path: &Path, error: &std::io::Error) -> Result<(), NodeError> {
    match error.kind() {
        std::io::ErrorKind::PermissionDenied => Err(NodeError::Unreadable(path.to_owned())),
        _ => Ok(()),
    }
}

pub(crate) fn private_folder() -> std::fs::DirBuilder {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_folder_that_may_not_be_read_is_told_from_one_without_a_node() {
        let denied = std::io::Error::from(std::io::ErrorKind::PermissionDenied);
        let told = refuse_unreadable(Path::new("/srv/cairn"), &denied).unwrap_err().to_string();
        assert!(told.starts_with("`/srv/cairn` may not be read by this user") && told.contains("permission"), "{told}");
        let absent = std::io::Error::from(std::io::ErrorKind::NotFound);
        assert!(refuse_unreadable(Path::new("/srv/cairn"), &absent).is_ok());
        let empty = tempfile::tempdir().unwrap();
        assert!(matches!(DataFolder::find(Some(empty.path())), Err(NodeError::NoNode(_))));
    }

    #[test]
    fn a_new_folder_is_private() {
        let parent = tempfile::tempdir().unwrap();
        let folder = DataFolder::new(parent.path().join("node"));
        folder.create().unwrap();
        for path in [folder.path().to_owned(), folder.keys()] {
            let mode = std::fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o700, "{}", path.display());
        }
    }
}
