//! Files a person has given to look at and not yet imported, in the node's data folder:
//! `uploads/USER/ID` holds the bytes, `uploads/USER/ID.json` the name. Each person finds their own
//! only. What nobody decided about is removed after a week.

use crate::receive::ReceiveError;
use axum::extract::multipart::{Field, MultipartError};
use cairn_core::id::UserId;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use tokio::fs;
use tokio::io::AsyncWriteExt;

/// Most files waiting for one person.
const MOST: usize = 20;
/// Days after which a waiting file is removed.
const KEPT_DAYS: i64 = 7;

/// A file that waits for a decision.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Upload {
    /// Names it in addresses: 32 hexadecimal digits.
    pub id: String,
    /// File name without folders, as the browser sent it.
    pub file: String,
    /// When it came.
    pub received: Timestamp,
    /// Its bytes.
    #[serde(default)]
    pub size: u64,
}

/// The waiting files of one person.
#[derive(Debug, Clone)]
pub struct Uploads(PathBuf);

/// Why a file could not be kept.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    /// More than the operator allows, or the disk refused.
    #[error(transparent)]
    Receive(#[from] ReceiveError),
    /// The connection broke off or the request is malformed.
    #[error("the file did not arrive whole: {0}")]
    Broken(#[from] MultipartError),
    /// The disk refused.
    #[error("the file could not be kept: {0}")]
    Disk(#[from] std::io::Error),
}

impl Uploads {
    /// Those of this person, in the node's data folder.
    pub fn of(data: &Path, user: UserId) -> Self {
        Self(data.join("uploads").join(user.to_string()))
    }

    /// Keeps a file as it arrives; makes room by removing what is too old or too much.
    pub async fn keep(
        &self,
        id: u128,
        mut field: Field<'_>,
        largest: u64,
        now: Timestamp,
    ) -> Result<Upload, UploadError> {
        fs::create_dir_all(&self.0).await?;
        self.make_room(now).await?;
        let sent = field.file_name().unwrap_or_default();
        let file: String = sent.rsplit(['/', '\\']).next().unwrap_or_default().chars().take(200).collect();
        let mut upload = Upload { id: format!("{id:032x}"), file, received: now, size: 0 };
        let path = self.0.join(&upload.id);
        let mut kept = fs::File::create(&path).await?;
        while let Some(chunk) = field.chunk().await? {
            upload.size += chunk.len() as u64;
            if upload.size > largest {
                drop(kept);
                fs::remove_file(&path).await?;
                return Err(ReceiveError::TooLarge(largest).into());
            }
            kept.write_all(&chunk).await?;
        }
        kept.flush().await?;
        let facts = serde_json::to_vec(&upload).expect("four plain fields");
        fs::write(path.with_extension("json"), facts).await?;
        Ok(upload)
    }

    /// The waiting file with this id, and where it lies.
    pub async fn find(&self, id: &str) -> Option<(Upload, PathBuf)> {
        let path = self.path(id)?;
        let upload = read_facts(&path.with_extension("json")).await?;
        Some((upload, path))
    }

    /// The waiting file with this id, and its bytes.
    pub async fn open(&self, id: &str) -> std::io::Result<Option<(Upload, Vec<u8>)>> {
        let Some(path) = self.path(id) else {
            return Ok(None);
        };
        match (read_facts(&path.with_extension("json")).await, fs::read(&path).await) {
            (Some(upload), Ok(bytes)) => Ok(Some((upload, bytes))),
            (_, Err(error)) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
            _ => Ok(None),
        }
    }

    /// All waiting files, the latest first.
    pub async fn list(&self) -> std::io::Result<Vec<Upload>> {
        let mut found = Vec::new();
        let mut entries = match fs::read_dir(&self.0).await {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(found),
            Err(error) => return Err(error),
        };
        while let Some(entry) = entries.next_entry().await? {
            if entry.path().extension().is_some_and(|extension| extension == "json") {
                found.extend(read_facts(&entry.path()).await);
            }
        }
        found.sort_by_key(|upload| std::cmp::Reverse(upload.received));
        Ok(found)
    }

    /// Removes a file; one that is not there stays away.
    pub async fn remove(&self, id: &str) -> std::io::Result<()> {
        if let Some(path) = self.path(id) {
            for path in [path.with_extension("json"), path] {
                match fs::remove_file(path).await {
                    Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
                    _ => {}
                }
            }
        }
        Ok(())
    }

    async fn make_room(&self, now: Timestamp) -> std::io::Result<()> {
        let oldest = now - (KEPT_DAYS * 24).hours();
        for (place, upload) in self.list().await?.iter().enumerate() {
            if place + 1 >= MOST || upload.received < oldest {
                self.remove(&upload.id).await?;
            }
        }
        Ok(())
    }

    /// Where a file of this id would lie; `None` when it is no id, and so could name another place.
    fn path(&self, id: &str) -> Option<PathBuf> {
        let plain = id.len() == 32 && id.bytes().all(|b| b.is_ascii_hexdigit());
        plain.then(|| self.0.join(id))
    }
}

async fn read_facts(path: &Path) -> Option<Upload> {
    serde_json::from_slice(&fs::read(path).await.ok()?).ok()
}
