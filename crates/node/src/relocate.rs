//! Moving a node's record to a PostgreSQL database, and bringing a backup back into one.

use crate::error::NodeError;
use crate::folder::DataFolder;
use cairn_store::home::Server;
use cairn_store::transfer::{self, Copied};
use cairn_store::{Home, StoreError};
use std::io::Write;
use std::path::{Path, PathBuf};

/// What was moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// Every table with its rows and digest, the same on both sides.
    pub tables: Vec<Copied>,
    /// Where the old file lies now; nothing works with it any more.
    pub kept: PathBuf,
    /// Whether the configuration names the database now; it does not where the address holds a password.
    pub is_configured: bool,
}

/// Moves the record of a folder to an empty database. The old file is kept under another name, so that nobody goes on
/// with it; nothing of it is changed. A move that was interrupted at any moment is finished by asking for it again.
///
/// # Errors
/// When the record is no file or somebody works with it, the target is not fit or not empty, or a table does not read
/// back as it was written.
pub async fn to_server(folder: &DataFolder, server: &Server) -> Result<Moved, NodeError> {
    if let Home::Server(now) = folder.home()? {
        return Err(StoreError::Conflict(format!("the record is kept by {now} already")).into());
    }
    let record = folder.record();
    let tables = transfer::from_file(&record, &Home::Server(server.clone())).await?;
    let is_configured = !server.has_password();
    if is_configured {
        name_database(&folder.configuration(), server, "")?;
    }
    let kept = folder.path().join("record.sqlite.moved");
    std::fs::rename(&record, &kept).map_err(NodeError::file(&record))?;
    Ok(Moved { tables, kept, is_configured })
}

/// Puts the address in front of a configuration, for keys come before tables; `usual` is what a configuration that is
/// not there yet begins with.
///
/// # Errors
/// When the file cannot be read or written.
pub fn name_database(configuration: &Path, server: &Server, usual: &str) -> Result<(), NodeError> {
    let before = match std::fs::read_to_string(configuration) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => usual.to_owned(),
        Err(cause) => return Err(NodeError::File { path: configuration.to_owned(), cause }),
    };
    let line = format!("# Where the record is kept.\ndatabase = {:?}\n\n", server.address());
    let part = configuration.with_extension("toml.part");
    let written = std::fs::File::create(&part).and_then(|mut file| {
        file.write_all(line.as_bytes())?;
        file.write_all(before.as_bytes())?;
        file.sync_all()
    });
    written.and_then(|()| std::fs::rename(&part, configuration)).map_err(NodeError::file(configuration))
}
