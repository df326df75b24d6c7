//! Checkpoints: origin, size and root of a log, as the text of a note (C2SP tlog-checkpoint v1.0).

use crate::hash::Hash;
use crate::note::{LogSigner, Note, NoteError, Verifier};
use crate::tile::decimal;
use std::fmt;

/// What a log says it is at one size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The log's name, the same at every size.
    pub origin: String,
    /// Leaves in the tree.
    pub size: u64,
    /// The tree's root.
    pub root: Hash,
    /// Lines that the log adds, if any; they say nothing about the tree.
    pub extensions: Vec<String>,
}

/// A text that is no checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// The text is not of the form.
    #[error("this is no checkpoint: {0}")]
    Form(&'static str),
    /// The note around it is not to be believed.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// It is of another log than the key that signed it.
    #[error("the checkpoint is of `{origin}` and signed by `{key}`")]
    Origin {
        /// The log it names.
        origin: String,
        /// The key's name.
        key: String,
    },
}

impl Checkpoint {
    /// A checkpoint without extensions.
    pub fn new(origin: &str, size: u64, root: Hash) -> Self {
        Self { origin: origin.to_owned(), size, root, extensions: Vec::new() }
    }

    /// Reads a note's text.
    ///
    /// # Errors
    /// When it is not origin, size and root, a line each.
    pub fn read(text: &str) -> Result<Self, CheckpointError> {
        let form = CheckpointError::Form;
        let body = text.strip_suffix('\n').ok_or(form("its last line has no end"))?;
        let mut lines = body.split('\n');
        let origin = lines.next().filter(|line| !line.is_empty()).ok_or(form("its first line names no log"))?;
        let size = lines.next().and_then(decimal).ok_or(form("its second line is no number of leaves"))?;
        let root = lines.next().and_then(|line| line.parse().ok()).ok_or(form("its third line is no hash"))?;
        let extensions: Vec<String> = lines.map(str::to_owned).collect();
        if extensions.iter().any(String::is_empty) {
            return Err(form("one of its lines is empty"));
        }
        if size == 0 && root != Hash::of_nothing() {
            return Err(form("a tree without leaves has another root"));
        }
        Ok(Self { origin: origin.to_owned(), size, root, extensions })
    }

    /// The checkpoint of a note that this log has signed.
    ///
    /// # Errors
    /// When the log's signature is missing or wrong, or the text is another log's.
    pub fn open(note: &Note, log: &Verifier) -> Result<Self, CheckpointError> {
        note.verify([log])?;
        let checkpoint = Self::read(note.text())?;
        if checkpoint.origin != log.name() {
            return Err(CheckpointError::Origin { origin: checkpoint.origin, key: log.name().to_owned() });
        }
        Ok(checkpoint)
    }

    /// The note with the log's signature.
    pub fn sign(&self, signer: &LogSigner) -> Note {
        let mut note = Note::new(self.to_string());
        note.add(signer.sign(note.text()));
        note
    }
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n{}\n{}", self.origin, self.size, self.root)?;
        self.extensions.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkpoint_reads_back() {
        let mut checkpoint = Checkpoint::new("lab.example/2026", 7, Hash::of_leaf(b""));
        assert_eq!(Checkpoint::read(&checkpoint.to_string()), Ok(checkpoint.clone()));
        checkpoint.extensions.push("more".to_owned());
        assert_eq!(Checkpoint::read(&checkpoint.to_string()), Ok(checkpoint));
    }

    #[test]
    fn other_texts_are_no_checkpoints() {
        let hash = Hash::of_leaf(b"");
        for bad in [
            format!("\n7\n{hash}\n"),
            format!("lab\n07\n{hash}\n"),
            format!("lab\n-7\n{hash}\n"),
            format!("lab\n18446744073709551616\n{hash}\n"),
            format!("lab\n7\n{hash}"),
            format!("lab\n7\n{hash}\n\n"),
            format!("lab\n0\n{hash}\n"),
            "lab\n7\n".to_owned(),
            "lab\n7\nAAAA\n".to_owned(),
        ] {
            assert!(Checkpoint::read(&bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_checkpoint_of_another_log_is_refused() {
        let signer = LogSigner::new("lab.example", &[7; 32]).unwrap();
        let note = Checkpoint::new("other.example", 0, Hash::of_nothing()).sign(&signer);
        assert!(matches!(Checkpoint::open(&note, &signer.verifier()), Err(CheckpointError::Origin { .. })));
    }
}
