//! Bytes of a request as they arrive: in memory while they are few, on disk beyond that, and refused beyond what the
//! operator allows.

use crate::problem::ApiProblem;
use std::path::{Path, PathBuf};
use tokio::fs::{self, File};
use tokio::io::AsyncWriteExt;

/// What arrived.
#[derive(Debug)]
pub enum Received {
    /// Few bytes.
    AtOnce(Vec<u8>),
    /// Many: they lie in this file, which goes away with the value.
    OnDisk(Draft),
}

/// A file that nobody has taken over yet; it goes away with the value.
#[derive(Debug)]
pub struct Draft(PathBuf);

impl Draft {
    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_file(&self.0) {
            tracing::warn!(path = %self.0.display(), %error, "a file that arrived could not be removed");
        }
    }
}

/// Bytes that are arriving.
#[derive(Debug)]
pub struct Receiver {
    path: PathBuf,
    at_once: u64,
    largest: u64,
    size: u64,
    held: Vec<u8>,
    file: Option<(File, Draft)>,
}

/// Why bytes could not be taken.
#[derive(Debug, thiserror::Error)]
pub enum ReceiveError {
    /// More than the operator allows.
    #[error("the file is larger than {}, the most that this node takes; send it with `cairn import` on the node's machine, or in parts", mebibytes(*.0))]
    TooLarge(u64),
    /// The disk refused.
    #[error("the file could not be kept: {0}")]
    Disk(#[from] std::io::Error),
}

/// A size as people write it, never rounded up: `256 MiB`.
pub fn mebibytes(bytes: u64) -> String {
    match bytes >> 20 {
        0 => format!("{bytes} bytes"),
        whole => format!("{whole} MiB"),
    }
}

impl Receiver {
    /// Takes up to `largest` bytes; those beyond `at_once` go to a file of this name, whose folder is made.
    pub fn new(path: PathBuf, at_once: u64, largest: u64) -> Self {
        Self { path, at_once, largest, size: 0, held: Vec::new(), file: None }
    }

    /// Takes further bytes.
    pub async fn take(&mut self, bytes: &[u8]) -> Result<(), ReceiveError> {
        self.size += bytes.len() as u64;
        if self.size > self.largest {
            return Err(ReceiveError::TooLarge(self.largest));
        }
        if self.size > self.at_once && self.file.is_none() {
            if let Some(folder) = self.path.parent() {
                fs::create_dir_all(folder).await?;
            }
            let mut file = File::create(&self.path).await?;
            let draft = Draft(self.path.clone());
            file.write_all(&std::mem::take(&mut self.held)).await?;
            self.file = Some((file, draft));
        }
        match &mut self.file {
            Some((file, _)) => file.write_all(bytes).await?,
            None => self.held.extend_from_slice(bytes),
        }
        Ok(())
    }

    /// What arrived, when it has arrived in full.
    pub async fn end(self) -> Result<Received, ReceiveError> {
        let Some((mut file, draft)) = self.file else { return Ok(Received::AtOnce(self.held)) };
        file.flush().await?;
        Ok(Received::OnDisk(draft))
    }
}

impl From<ReceiveError> for ApiProblem {
    fn from(error: ReceiveError) -> Self {
        match &error {
            ReceiveError::TooLarge(largest) => {
                Self::too_large(format!("this node takes files of at most {}", mebibytes(*largest)))
                    .with_code("submission.too_large")
                    .with_remedy("send it in parts, or with `cairn import` on the node's machine; the operator sets the bound with `largest_upload_mib`")
            }
            ReceiveError::Disk(cause) => Self::internal(cause),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn receive(parts: &[&[u8]], folder: &Path) -> Result<Received, ReceiveError> {
        let mut receiver = Receiver::new(folder.join("large/one.part"), 4, 8);
        for part in parts {
            receiver.take(part).await?;
        }
        receiver.end().await
    }

    #[tokio::test]
    async fn few_bytes_stay_in_memory_many_lie_on_disk_too_many_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("large/one.part");
        assert!(matches!(receive(&[b"ab", b"cd"], folder.path()).await, Ok(Received::AtOnce(all)) if all == b"abcd"));
        assert!(!path.exists());
        let Ok(Received::OnDisk(draft)) = receive(&[b"ab", b"cde", b"fgh"], folder.path()).await else {
            panic!("eight bytes are many")
        };
        assert_eq!(std::fs::read(draft.path()).unwrap(), b"abcdefgh");
        drop(draft);
        assert!(!path.exists());
        assert!(matches!(receive(&[b"abcde", b"fghi"], folder.path()).await, Err(ReceiveError::TooLarge(8))));
        assert!(!path.exists());
    }
}
