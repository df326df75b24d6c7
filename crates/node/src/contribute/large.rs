//! A file that is loaded by a job, because it takes longer than a request may.
//!
//! Its bytes are made durable in the data folder before the job is recorded, and are removed after
//! the job has ended. A stop at any point between leaves the job; it begins again with the first
//! part, and a part that was taken before is found to be there.

use super::{Outcome, Request, pieces};
use crate::error::NodeError;
use crate::node::Node;
use cairn_core::accession::Accession;
use cairn_core::id::JobId;
use cairn_core::problem::{Problem, Severity};
use cairn_core::submission::Counts;
use cairn_store::large_file::{self, LargeFile, Recorded};
use cairn_store::{job, laboratory, submission};
use cairn_variant::assembly::Assembly;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// What the job is called.
pub const KIND: &str = "load";
/// Problems kept with the job; every submission has its own in full.
pub const PROBLEMS: usize = 500;
/// How long bytes may lie in the folder without a job: longer than any file takes to arrive.
const ARRIVES_WITHIN: Duration = Duration::from_secs(24 * 60 * 60);

/// How a large file is to be taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wish {
    /// The assembly of positions, where the file states none.
    pub assembly: Option<Assembly>,
    /// Only say what would change.
    pub dry_run: bool,
    /// All or nothing, of each part.
    pub strict: bool,
}

/// What became of a large file so far.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Progress {
    /// Parts that have been read.
    pub parts: u64,
    /// The recognised format, once one is.
    pub format: Option<String>,
    /// Records taken: new, changed or already here.
    pub accepted: u64,
    /// What became of the records, or would become.
    pub counts: Counts,
    /// What was recorded, in the order of the file.
    pub submissions: Vec<Accession>,
    /// How many problems were found.
    pub problem_count: u64,
    /// The first of them, in the order of the file.
    pub problems: Vec<Problem>,
}

/// A large file, how it is to be taken and what became of it.
pub type Load = Recorded<Wish, Progress>;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Subject {
    job: JobId,
}

impl Progress {
    fn add(&mut self, outcome: Outcome) {
        self.accepted += outcome.accepted();
        self.counts.add(&outcome.counts);
        self.submissions.extend(outcome.accession);
        self.format = Some(outcome.format);
        self.note(outcome.problems);
    }

    fn note(&mut self, problems: Vec<Problem>) {
        self.problem_count += problems.len() as u64;
        let room = PROBLEMS.saturating_sub(self.problems.len());
        self.problems.extend(problems.into_iter().take(room));
    }
}

impl Node {
    /// Where large files lie until they are loaded.
    pub fn large_files(&self) -> PathBuf {
        self.folder().uploads().join("large")
    }

    /// Asks for a file on disk to be loaded by a job. The file stays where it is and may be removed once this returns,
    /// but not written to: the job may hold the same bytes under a second name. The request's bytes are not looked at. A client that sends the same under the same key gets the same job.
    ///
    /// # Errors
    /// When the laboratory is no member, the key was used for other content, or disk or record fail.
    pub async fn load_later(&self, path: PathBuf, request: Request) -> Result<JobId, NodeError> {
        if !request.laboratory.laboratory.is_member {
            return Err(NodeError::NotAMember(request.laboratory.laboratory.name));
        }
        let job = JobId::from_random((self.world().random)());
        let kept = self.large_file(job);
        let (from, to) = (path, kept.clone());
        let (sha256, size) = tokio::task::spawn_blocking(move || keep(&from, &to)).await??;
        let recorded = self.record_load(job, request, sha256, size).await;
        if !matches!(recorded, Ok(ours) if ours == job) {
            std::fs::remove_file(&kept).map_err(NodeError::file(&kept))?;
        }
        recorded
    }

    async fn record_load(&self, job: JobId, request: Request, sha256: String, size: u64) -> Result<JobId, NodeError> {
        let laboratory = request.laboratory.serial;
        let mut writer = self.store().write().await?;
        if let Some(key) = &request.client_key {
            if let Some((of, earlier)) = large_file::by_client_key(&mut writer, laboratory, key).await? {
                return if of == sha256 { Ok(earlier) } else { Err(NodeError::KeyReused(key.clone())) };
            }
            let by_request = submission::by_client_key(&mut writer, laboratory, key).await?;
            if by_request.is_some_and(|(of, _)| of != sha256) {
                return Err(NodeError::KeyReused(key.clone()));
            }
        }
        let now = self.now();
        job::enqueue(&mut writer, job, KIND, &Subject { job }, now).await?;
        let file = LargeFile {
            job,
            laboratory,
            user: request.user,
            channel: request.channel,
            file: request.file,
            sha256,
            size,
            wish: Wish { assembly: request.assembly, dry_run: request.dry_run, strict: request.strict },
            client_key: request.client_key,
        };
        large_file::add(&mut writer, &file, &Progress::default()).await?;
        writer.commit().await?;
        Ok(job)
    }

    fn large_file(&self, job: JobId) -> PathBuf {
        self.large_files().join(job.to_string())
    }

    /// Loads every file that waits; how many have ended comes back.
    ///
    /// # Errors
    /// When the record fails.
    pub async fn run_due_loads(&self) -> Result<u64, NodeError> {
        let mut done = 0;
        while let Some(claimed) = self.claim::<Subject>(KIND).await? {
            let job = claimed.subject.job;
            let result = self.load(job).await.map(|progress| progress.counts);
            let has_ended = self.end(claimed, "loaded a file", result).await?;
            if has_ended == 1 {
                self.forget(job);
            }
            done += has_ended;
        }
        Ok(done)
    }

    /// Takes up what a process that is gone left, and removes bytes that no job needs.
    ///
    /// # Errors
    /// When the record or the disk fails.
    pub async fn take_up_loads(&self) -> Result<(), NodeError> {
        let mut writer = self.store().write().await?;
        job::release(&mut writer, KIND).await?;
        let needed = large_file::unfinished(&mut writer).await?;
        writer.commit().await?;
        let folder = self.large_files();
        let entries = match std::fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(NodeError::file(folder)(error)),
        };
        for entry in entries.flatten() {
            let is_needed = needed.iter().any(|job| entry.file_name().to_string_lossy() == job.to_string());
            let changed = entry.metadata().and_then(|facts| facts.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
            let is_old = changed.elapsed().is_ok_and(|age| age > ARRIVES_WITHIN);
            if !is_needed && is_old {
                std::fs::remove_file(entry.path()).map_err(NodeError::file(entry.path()))?;
            }
        }
        Ok(())
    }

    fn forget(&self, job: JobId) {
        let path = self.large_file(job);
        if let Err(error) = std::fs::remove_file(&path) {
            tracing::warn!(path = %path.display(), %error, "a loaded file could not be removed");
        }
    }

    /// Loads a file part by part; each is durable, and counted, before the next is read.
    async fn load(&self, job: JobId) -> Result<Progress, NodeError> {
        let mut reader = self.store().read().await?;
        let found = large_file::by_job::<Wish, Progress>(&mut reader, job).await?;
        let file = found.ok_or_else(|| NodeError::Refused("the file of the job is not recorded".to_owned()))?.file;
        let mut found = laboratory::by_serials(&mut reader, &[file.laboratory]).await?;
        drop(reader);
        let laboratory = found.pop().ok_or_else(|| NodeError::Refused("the laboratory is not recorded".to_owned()))?;
        let name = file.file.clone().unwrap_or_default();
        let path = self.large_file(job);
        let (at, named) = (path.clone(), name.clone());
        let opened = tokio::task::spawn_blocking(move || pieces(&at, &named)).await?;
        let mut left = opened.map_err(NodeError::file(&path))?;
        let mut progress = Progress::default();
        loop {
            let (next, rest) = tokio::task::spawn_blocking(move || (left.next(), left)).await?;
            left = rest;
            match next {
                None => return Ok(progress),
                Some(Err(error)) => {
                    progress.note(vec![cut_off(&error, &name)]);
                    self.note_progress(job, &progress).await?;
                    return Ok(progress);
                }
                Some(Ok((part, bytes))) => {
                    let is_whole = part == name;
                    let request = Request {
                        laboratory: laboratory.clone(),
                        user: file.user,
                        channel: file.channel,
                        file: Some(part).filter(|part| !part.is_empty()),
                        bytes,
                        mapping: None,
                        assembly: file.wish.assembly,
                        // The client's name is for the whole file.
                        client_key: file.client_key.clone().filter(|_| is_whole),
                        dry_run: file.wish.dry_run,
                        strict: file.wish.strict,
                    };
                    progress.add(self.contribute(request).await?);
                    progress.parts += 1;
                    self.note_progress(job, &progress).await?;
                }
            }
        }
    }

    async fn note_progress(&self, job: JobId, progress: &Progress) -> Result<(), NodeError> {
        let mut writer = self.store().write().await?;
        large_file::set_progress(&mut writer, job, progress).await?;
        Ok(writer.commit().await?)
    }
}

fn cut_off(error: &std::io::Error, name: &str) -> Problem {
    let message = format!("the file cannot be read to its end: {error}");
    let remedy = "send it again; what was taken before is found to be there";
    let problem = Problem::new(Severity::Error, "input.unreadable", message, remedy);
    if name.is_empty() { problem } else { problem.in_file(name) }
}

/// Puts a file where the job finds it, durable; its digest and size come back.
fn keep(from: &Path, to: &Path) -> Result<(String, u64), NodeError> {
    let folder = to.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(NodeError::file(folder))?;
    // A second name costs nothing; where the disk has none, a copy does.
    std::fs::hard_link(from, to).or_else(|_| std::fs::copy(from, to).map(|_| ())).map_err(NodeError::file(from))?;
    let digest = || -> std::io::Result<(String, u64)> {
        let mut file = File::open(to)?;
        let (mut digest, mut size, mut buffer) = (Sha256::new(), 0, vec![0; 1 << 20]);
        loop {
            match file.read(&mut buffer)? {
                0 => break,
                read => {
                    digest.update(&buffer[..read]);
                    size += read as u64;
                }
            }
        }
        file.sync_all()?;
        File::open(folder)?.sync_all()?;
        Ok((hex::encode(digest.finalize()), size))
    };
    digest().map_err(NodeError::file(to))
}
